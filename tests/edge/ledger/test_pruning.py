"""Events of the oldest records go; the log still verifies, proves what is left, and goes on."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from audit.ledger_samples import intent, outcome, refusal
from edge.ledger_stand import AT, checked, codes, opened, segments, settings

from proxy.audit.ocsf import Event
from proxy.audit.signing import read_checking_key
from proxy.audit.verify import Kind
from proxy.edge.ledger.anchors.in_directory import BesideKey
from proxy.edge.ledger.proving import Prover
from proxy.edge.ledger.pruning import Prunable
from proxy.edge.ledger.reader import check, records
from proxy.edge.ledger.rotation import rotated
from proxy.errors import OwnFault

LATER = AT + timedelta(days=1)


def nobody(event: Event) -> bool:
    return False


async def filled(directory: Path, count: int = 20, **changes) -> None:
    ledger = await opened(directory, segment_bytes=6000, **changes)
    for i in range(count):
        await ledger.begin(intent(f"ex-{i}"))
        await ledger.finish(outcome(f"ex-{i}"))
    await ledger.close()


async def prune(directory: Path, before=LATER, is_held=nobody, unshipped=None, **changes) -> Prunable:
    ledger = await opened(directory, segment_bytes=6000, **changes)
    try:
        return await ledger.prune(before, is_held, unshipped)
    finally:
        await ledger.close()


async def test_the_oldest_segments_go_and_the_log_verifies(tmp_path):
    await filled(tmp_path)
    before = segments(tmp_path)
    found = await prune(tmp_path)
    assert found.records > 20
    assert not any(path.exists() for path in before[:-2])
    assert int(segments(tmp_path)[0].name[:20]) == found.before == found.records
    report = checked(tmp_path)
    assert (report.problems, report.pruned) == ([], found.before)
    assert "ledger.pruned" in codes(tmp_path)


async def test_a_pruned_log_goes_on_is_pruned_again_and_proves_what_is_left(tmp_path):
    anchors = [BesideKey(Path(settings(tmp_path).signing_key))]
    await filled(tmp_path, anchors=anchors)
    first = await prune(tmp_path, anchors=anchors)
    await filled(tmp_path, anchors=anchors)
    second = await prune(tmp_path, anchors=anchors)
    assert second.before > first.before
    assert checked(tmp_path).problems == []
    left = [record.sequence for record in records(tmp_path / "ledger")]
    prover = Prover(tmp_path / "ledger")
    assert all(prover.prove(sequence).startswith("c2sp.org/tlog-proof@v1") for sequence in left)
    assert prover.if_possible(left[0] - 1) is None


async def test_what_is_newer_held_open_or_unshipped_stays(tmp_path):
    await filled(tmp_path)
    assert (await prune(tmp_path, before=AT)).records == 0
    held = await prune(tmp_path, is_held=lambda event: event["metadata"]["sequence"] == 12)
    assert 0 < held.before <= 12
    assert "legal hold" in held.stopped
    late = await prune(tmp_path, unshipped=20)
    assert held.before < late.before <= 20
    assert late.stopped is not None
    ledger = await opened(tmp_path, segment_bytes=6000)
    await ledger.begin(intent("ex-open"))
    for i in range(20):
        await ledger.refuse(refusal(f"ex-r{i}"))
    found = await ledger.prune(LATER, nobody, None)
    assert found.segments
    assert any(r.event["metadata"].get("correlation_uid") == "ex-open" for r in records(tmp_path / "ledger"))
    await ledger.close()
    assert checked(tmp_path).problems == []


async def test_segments_that_went_without_a_record_are_missed(tmp_path):
    await filled(tmp_path)
    segments(tmp_path)[0].unlink()
    assert Kind.DROPPED in {problem.kind for problem in checked(tmp_path).problems}


async def test_nothing_is_pruned_whose_commitments_are_not_safe(tmp_path):
    await filled(tmp_path, 150)
    ledger = await opened(tmp_path, segment_bytes=6000)
    bundle = tmp_path / "ledger" / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"x")
    before = segments(tmp_path)
    with pytest.raises(OwnFault) as refused:
        await ledger.prune(LATER, nobody, None)
    assert refused.value.reason == "ledger_incomplete"
    assert segments(tmp_path) == before
    await ledger.close()


async def test_a_prune_that_was_cut_short_is_in_order_and_goes_on(tmp_path, monkeypatch):
    await filled(tmp_path)
    monkeypatch.setattr("proxy.edge.ledger.ledger.remove", lambda found: found.segments[0].unlink())
    await prune(tmp_path)
    monkeypatch.undo()
    assert checked(tmp_path).problems == []
    assert (await prune(tmp_path)).records > 0
    assert checked(tmp_path).problems == []


# --- keys ----------------------------------------------------------------------------------------


async def test_a_log_goes_on_under_a_new_key_and_checks_with_the_old_one(tmp_path):
    keys, kept = settings(tmp_path), None
    for round_ in range(3):
        await filled(tmp_path, 3)
        kept = kept or (tmp_path / "ledger" / "public.key").read_text()
        ledger = await opened(tmp_path)
        await ledger.tell_of_key_change()
        await ledger.close()
        new = rotated(keys, "fjord/egress", tmp_path / f"old-{round_}.pem")
        assert (tmp_path / "ledger" / "public.key").read_text() == new + "\n"
        assert Path(keys.signing_key).stat().st_mode & 0o777 == 0o600
    await filled(tmp_path, 3)
    assert checked(tmp_path).problems == []
    oldest = read_checking_key(kept)
    assert check(tmp_path / "ledger", oldest).problems == []
    (tmp_path / "ledger" / "public.key").write_text(kept)
    for key in (oldest, read_checking_key(new)):
        assert [problem.kind for problem in check(tmp_path / "ledger", key).problems] == [Kind.KEY_BEHIND]
    await filled(tmp_path, 1)
    assert (tmp_path / "ledger" / "public.key").read_text() == new + "\n"


@pytest.mark.parametrize("step", range(4))
async def test_a_rotation_that_was_cut_short_is_finished_or_as_if_never_begun(tmp_path, step):
    """The process ends at each of the files that are written."""
    await filled(tmp_path, 3)
    keys = settings(tmp_path)
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from proxy.edge.ledger import files, rotation\n"
        "from proxy.settings import Ledger\n"
        f"left = [{step}]\n"
        "real = files.replace_file\n"
        "def dying(*args, **more):\n"
        "    if not left[0]: os._exit(9)\n"
        "    left[0] -= 1\n"
        "    real(*args, **more)\n"
        "files.replace_file = rotation.replace_file = dying\n"
        "ledger = Ledger(directory=sys.argv[1], signing_key=sys.argv[2])\n"
        "rotation.rotated(ledger, 'fjord/egress', None)"
    )
    subprocess.run([sys.executable, "-c", code, keys.directory, keys.signing_key], check=False)
    await filled(tmp_path, 3)
    assert checked(tmp_path).problems == []
