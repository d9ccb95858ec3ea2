"""Opening a ledger that ended badly: what was acknowledged stays, what is torn goes, tampering stops the start."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from audit.ledger_samples import intent, outcome
from edge.ledger_stand import checked, codes, events, opened, segments
from harness.patience import PATIENCE

from proxy.audit.verify import Kind
from proxy.errors import OwnFault

KILLS = 50
CHILD = Path(__file__).parents[1] / "ledger_child.py"


async def killed(directory: Path, intents: int = 3, outcomes: int = 2, **changes) -> None:
    """A log whose process ended without a word: as if killed after its last acknowledged record."""
    ledger = await opened(directory, **changes)
    for i in range(intents):
        await ledger.begin(intent(f"ex-{i}"))
        if i < outcomes:
            await ledger.finish(outcome(f"ex-{i}"))
    await ledger._recorder.stop()


async def test_intents_without_outcome_are_to_be_treated_as_sent(tmp_path):
    await killed(tmp_path, 3, 1)
    assert checked(tmp_path).unanswered == ["ex-1", "ex-2"]
    await (await opened(tmp_path)).close()

    tail = events(tmp_path)[-5:]
    assert [event["metadata"]["event_code"] for event in tail] == [
        "ledger.recovered", "egress.outcome", "egress.outcome", "ledger.opened", "ledger.closed",
    ]  # fmt: skip
    assert tail[0]["unmapped"]["ledger"]["interrupted"] == 2
    closed = [(e["metadata"]["correlation_uid"], e["unmapped"]["ledger"]["treat_as_sent"]) for e in tail[1:3]]
    assert closed == [("ex-1", True), ("ex-2", True)]
    assert (checked(tmp_path).problems, checked(tmp_path).unanswered) == ([], [])


@pytest.mark.parametrize("noise", [b"{", b'{"seq":6,"prev":"00', b"\0" * 5000, b"a line\nand another\n", b"\n"])
async def test_a_torn_tail_is_cut_kept_aside_and_told(tmp_path, noise):
    await killed(tmp_path)
    segment = segments(tmp_path)[0]
    whole = segment.read_bytes()
    segment.write_bytes(whole + noise)
    await (await opened(tmp_path)).close()

    assert segment.read_bytes().startswith(whole)
    assert events(tmp_path)[6]["unmapped"]["ledger"]["cut_bytes"] == len(noise)
    assert [path.read_bytes() for path in (tmp_path / "ledger" / "torn").iterdir()] == [noise]
    assert checked(tmp_path).problems == []


async def test_every_cut_of_the_unacknowledged_tail_recovers(tmp_path):
    """The last two records are taken as never acknowledged (the checkpoint is older): cut at every 97th byte."""
    await killed(tmp_path, 2, 2)
    checkpoint = (tmp_path / "ledger" / "checkpoint").read_bytes()
    ledger = await opened(tmp_path)
    await ledger.begin(intent("ex-8"))
    await ledger._recorder.stop()
    segment = segments(tmp_path)[0]
    whole = segment.read_bytes()
    lines = whole.splitlines(keepends=True)
    start = len(b"".join(lines[:-2]))
    for end in range(start, len(whole), 97):
        segment.write_bytes(whole[:end])
        (tmp_path / "ledger" / "checkpoint").write_bytes(checkpoint)
        await (await opened(tmp_path)).close()
        report = checked(tmp_path)
        assert (report.problems, report.unanswered) == ([], []), end


@pytest.mark.parametrize("how", ["cut", "change", "swap", "delete", "checkpoint"])
async def test_what_was_acknowledged_is_never_cut(tmp_path, how):
    await killed(tmp_path)
    segment = segments(tmp_path)[0]
    lines = segment.read_bytes().splitlines(keepends=True)
    if how == "cut":
        segment.write_bytes(b"".join(lines[:-1]))
    elif how == "change":
        segment.write_bytes(b"".join([*lines[:-1], lines[-1].replace(b"acme", b"acne")]))
    elif how == "swap":
        segment.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    elif how == "delete":
        segment.unlink()
    else:
        checkpoint = tmp_path / "ledger" / "checkpoint"
        checkpoint.write_bytes(checkpoint.read_bytes().replace(b"\n6\n", b"\n5\n"))
    before = [path.read_bytes() for path in segments(tmp_path)]

    with pytest.raises(OwnFault) as refused:
        await opened(tmp_path)
    assert refused.value.reason in ("ledger_tampered", "ledger_behind_checkpoint")
    assert [path.read_bytes() for path in segments(tmp_path)] == before


async def test_a_missing_checkpoint_is_told(tmp_path):
    await killed(tmp_path, 1, 1)
    (tmp_path / "ledger" / "checkpoint").unlink()
    assert [p.kind for p in checked(tmp_path).problems] == [Kind.NO_CHECKPOINT]
    await (await opened(tmp_path)).close()

    assert events(tmp_path)[3]["unmapped"]["ledger"]["checkpoint_missing"] is True
    assert checked(tmp_path).problems == []


async def test_an_old_open_intent_is_found_over_many_segments(tmp_path):
    ledger = await opened(tmp_path, segment_bytes=5000)
    await ledger.begin(intent("ex-old"))
    for i in range(12):
        await ledger.begin(intent(f"ex-{i}"))
        await ledger.finish(outcome(f"ex-{i}"))
    await ledger._recorder.stop()
    assert len(segments(tmp_path)) > 4
    await (await opened(tmp_path)).close()

    assert events(tmp_path)[-3]["metadata"]["correlation_uid"] == "ex-old"
    assert checked(tmp_path).problems == []


async def test_of_a_long_log_only_the_end_is_read(tmp_path, monkeypatch):
    await killed(tmp_path, 20, 20, segment_bytes=5000)
    from proxy.edge.ledger import recovery as ledger_recovery

    read = []
    pieces_of = ledger_recovery.pieces_of
    monkeypatch.setattr(ledger_recovery, "pieces_of", lambda path: read.append(path) or pieces_of(path))
    await (await opened(tmp_path)).close()

    assert len(segments(tmp_path)) > 4
    assert len(read) <= 2


async def test_an_empty_last_segment_is_gone_on_with(tmp_path):
    await killed(tmp_path)
    (tmp_path / "ledger" / "segments" / f"{6:020d}.jsonl").touch()
    await (await opened(tmp_path)).close()

    assert checked(tmp_path).problems == []
    assert codes(tmp_path)[6] == "ledger.rotated"


@pytest.mark.parametrize("more", [b"", b'{"v":2,"seq"', b"\0" * 700])
async def test_a_first_group_of_a_segment_of_which_a_whole_line_is_left_is_cut_to_nothing(tmp_path, more):
    """The line is whole and unsigned, so it goes with its group; the log goes on from the segment before."""
    ledger = await opened(tmp_path, segment_bytes=1)
    async with asyncio.timeout(PATIENCE):
        while not (tmp_path / "ledger" / "checkpoint").exists():
            await asyncio.sleep(0.01)
    checkpoint = (tmp_path / "ledger" / "checkpoint").read_bytes()
    await ledger.begin(intent("ex-0"))
    await ledger._recorder.stop()
    _, last = segments(tmp_path)
    first = last.read_bytes().splitlines(keepends=True)[0]
    assert b'"sig"' not in first
    last.write_bytes(first + more)
    (tmp_path / "ledger" / "checkpoint").write_bytes(checkpoint)
    await (await opened(tmp_path, segment_bytes=1)).close()

    assert (checked(tmp_path).problems, checked(tmp_path).unanswered) == ([], [])
    assert (tmp_path / "ledger" / "torn" / f"{last.stem}-0.bin").read_bytes() == first + more


async def test_random_sigkills_lose_no_acknowledged_record(tmp_path):
    """Each kill is followed by a recovery over what it left; at the end every acknowledged record is there."""
    words = [sys.executable, CHILD, "kills", tmp_path, str(KILLS), "20260302"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=True)
    acknowledged = [line.split() for line in done.stdout.splitlines() if len(line.split()) == 2]
    await (await opened(tmp_path)).close()  # the last kill may have left a torn line, too
    recorded = {(e["metadata"]["event_code"], e["metadata"].get("correlation_uid")) for e in events(tmp_path)}

    report = checked(tmp_path)
    assert report.problems == []
    assert len(acknowledged) > KILLS
    assert {(f"egress.{kind}", name) for kind, name in acknowledged} <= recorded
    assert report.codes["ledger.opened"] >= KILLS
    assert report.unanswered == []
