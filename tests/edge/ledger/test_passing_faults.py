"""Faults that pass: refused with their name while they last, and all is well again without a restart."""

import asyncio
import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from audit.ledger_samples import exchange, intent, outcome, refusal
from edge.ledger_stand import FaultyDisk, checked, codes, events, opened, refused, segments, skipping, until_ready
from harness.patience import PATIENCE

from proxy.edge.ledger import refusals
from proxy.errors import OwnFault

CHILD = Path(__file__).parents[1] / "ledger_child.py"
PASSING = [errno.EMFILE, errno.ENFILE, errno.EINTR, errno.EAGAIN, errno.ENOMEM, errno.EBUSY]


@pytest.mark.parametrize("call", ["open_folder", "create", "write", "allocate"])
@pytest.mark.parametrize("number", PASSING, ids=errno.errorcode.get)
async def test_a_passing_fault_refuses_while_it_lasts_and_leaves_the_log_as_it_was(tmp_path, call, number):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk, segment_bytes=1)
    before = segments(tmp_path)[0].read_bytes()
    disk.errors[call] = number
    for _ in range(2):
        with pytest.raises(OwnFault) as busy:
            await ledger.begin(intent("ex-1"))
        assert (busy.value.reason, busy.value.status) == ("ledger_busy", 503)
        with pytest.raises(OwnFault, match="ledger_busy"):
            await ledger.ping()
    assert b"".join(path.read_bytes() for path in segments(tmp_path)) == before
    disk.errors.clear()
    await ledger.begin(intent("ex-2"))
    await ledger.ping()
    await ledger.finish(outcome("ex-2"))
    await ledger.close()

    assert (checked(tmp_path).problems, checked(tmp_path).unanswered) == ([], [])
    await (await opened(tmp_path)).close()


async def test_what_could_not_be_cut_off_is_cut_off_before_the_next_record(tmp_path):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk)
    disk.errors |= {"write": errno.EINTR, "cut": errno.EBUSY}
    with pytest.raises(OwnFault, match="ledger_busy"):
        await ledger.begin(intent("ex-1"))
    disk.errors.clear()
    await ledger.begin(intent("ex-2"))
    await ledger.close()

    assert (checked(tmp_path).problems, checked(tmp_path).unanswered) == ([], ["ex-2"])


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EINTR, errno.EMFILE], ids=errno.errorcode.get)
@pytest.mark.parametrize("call", ["sync", "sync_folder"])
async def test_no_failed_sync_is_tried_again(tmp_path, call, number):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk, segment_bytes=1)
    disk.errors[call] = number
    with pytest.raises(OwnFault, match="ledger_unavailable"):
        await ledger.begin(intent("ex-1"))
    disk.errors.clear()
    with pytest.raises(OwnFault, match="ledger_unavailable"):
        await ledger.begin(intent("ex-2"))
    assert (ledger.health().reason, ledger.health().sync_failures) == ("ledger_unavailable", 1)
    await ledger.close()

    await (await opened(tmp_path)).close()
    assert checked(tmp_path).problems == []


async def test_an_empty_file_of_an_earlier_attempt_becomes_the_segment_and_any_other_does_not(tmp_path):
    class Late(FaultyDisk):
        def create(self, path):
            os.close(super().create(path))
            raise OSError(errno.EINTR, "told to fail")

    disk = Late()
    honest = FaultyDisk()
    disk.create, make = honest.create, disk.create
    ledger = await opened(tmp_path, disk=disk, segment_bytes=1)
    disk.create = make
    with pytest.raises(OwnFault, match="ledger_busy"):
        await ledger.begin(intent("ex-1"))
    disk.create = honest.create
    await ledger.begin(intent("ex-1"))
    (tmp_path / "ledger" / "segments" / "00000000000000000003.jsonl").write_bytes(b"of somebody else")
    with pytest.raises(OwnFault, match="ledger_unavailable"):
        await ledger.begin(intent("ex-2"))
    await ledger.close()


def test_a_process_without_a_file_handle_left_for_the_next_segment(tmp_path):
    done = subprocess.run(
        [sys.executable, CHILD, "handles", tmp_path], capture_output=True, text=True, timeout=PATIENCE
    )

    assert done.stdout.split() == ["taken", "ledger_busy", "ledger_busy", "taken"], done.stderr
    assert checked(tmp_path).problems == []


@pytest.mark.parametrize("fault", ["full", "busy"])
async def test_an_outcome_that_found_no_room_is_written_when_there_is_some(tmp_path, fault):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk, probe_seconds=0.01)
    await ledger.begin(intent("ex-0"))
    if fault == "full":
        disk.room = 0
    else:
        disk.errors["write"] = errno.ENOMEM
    with pytest.raises(OwnFault, match=f"ledger_{fault}"):
        await ledger.finish(outcome("ex-0"))
    disk.room = None
    disk.errors.clear()
    await until_ready(ledger)

    assert codes(tmp_path)[-1] == "egress.outcome"
    await ledger.close()
    assert (checked(tmp_path).problems, checked(tmp_path).unanswered) == ([], [])


@pytest.mark.parametrize("call", ["write", "allocate", "create"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE], ids=errno.errorcode.get)
async def test_it_is_ready_again_although_no_request_comes(tmp_path, call, number):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk, probe_seconds=0.01, segment_bytes=1)
    disk.errors[call] = number
    with pytest.raises(OwnFault) as refused:
        await ledger.begin(intent("ex-1"))
    assert refused.value.reason == ("ledger_full" if number == errno.ENOSPC else "ledger_busy")
    disk.errors.clear()
    await until_ready(ledger)
    assert ledger.health().reason is None
    await ledger.close()

    assert checked(tmp_path).problems == []


async def test_a_disk_that_others_filled_is_told_although_no_request_comes(tmp_path):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk, probe_seconds=0.01)
    disk.room, disk.free = 0, lambda _: 0
    while ledger.health().reason is None:
        await asyncio.sleep(0.005)
    assert (ledger.health().reason, ledger.health().free_bytes) == ("ledger_full", 0)
    disk.room, disk.free = None, lambda _: 1 << 30
    await until_ready(ledger)
    await ledger.close()


async def test_while_the_disk_is_known_to_hang_nobody_waits_for_it(tmp_path):
    """The time that a record may take is that of this suite's patience: whoever waited would be noticed."""
    disk, now = FaultyDisk(), [0.0]
    ledger = await opened(tmp_path, disk=disk, monotonic=lambda: now[0], write_seconds=PATIENCE, probe_seconds=0.01)
    await ledger.begin(intent("ex-0"))
    disk.hang = threading.Event()
    first = asyncio.ensure_future(ledger.begin(intent("ex-1")))
    assert await asyncio.to_thread(disk.hangs.wait, PATIENCE)
    await ledger.ping()
    now[0] = PATIENCE
    for call in (ledger.begin(intent("ex-2")), ledger.refuse(refusal("ex-3")), ledger.ping()):
        with pytest.raises(OwnFault, match="ledger_timeout"):
            await call
    ended = asyncio.ensure_future(ledger.finish(outcome("ex-0")))
    disk.hang.set()
    await asyncio.gather(first, ended)
    await until_ready(ledger)
    await ledger.finish(outcome("ex-1"))
    while not refused(tmp_path):
        await asyncio.sleep(0.005)
    await ledger.close()

    assert (checked(tmp_path).problems, checked(tmp_path).unanswered) == ([], [])
    assert refused(tmp_path) == [("consent_denied", 1)]


async def test_a_group_that_somebody_waited_for_in_vain_hangs(tmp_path, monkeypatch):
    """Whoever comes next is refused at once, and the refusal of the one who waited is not waited for either."""
    disk, skip = FaultyDisk(), skipping(monkeypatch)
    ledger = await opened(tmp_path, disk=disk, monotonic=lambda: 0.0)
    disk.hang = threading.Event()
    first = asyncio.ensure_future(ledger.begin(intent("ex-1")))
    assert await asyncio.to_thread(disk.hangs.wait, PATIENCE)
    skip(PATIENCE)
    with pytest.raises(OwnFault, match="ledger_timeout"):
        await first
    waiting = ledger._recorder._writer.waiting()
    for call in (ledger.refuse(refusal("ex-1")), ledger.begin(intent("ex-2")), ledger.refuse(refusal("ex-2"))):
        with pytest.raises(OwnFault, match="ledger_timeout"):
            await call
    assert ledger._recorder._writer.waiting() == waiting
    disk.hang.set()
    await until_ready(ledger)
    await ledger.close()

    assert (checked(tmp_path).problems, checked(tmp_path).unanswered) == ([], [])
    assert refused(tmp_path) == [("consent_denied", 2)]


async def test_a_refusal_is_not_waited_for_as_long_as_an_intent(tmp_path, monkeypatch):
    """The register hangs, and nobody knows yet that the disk does: the caller leaves, the record follows."""
    release, asked, skip = asyncio.Event(), asyncio.Event(), skipping(monkeypatch)

    async def slow(subjects):
        asked.set()
        await release.wait()
        return {subject: bytes(32) for subject in subjects}

    ledger = await opened(tmp_path, register=slow)
    refusing = asyncio.ensure_future(ledger.refuse(refusal("ex-1")))
    await asked.wait()
    skip(PATIENCE / 2)
    with pytest.raises(OwnFault, match="ledger_timeout"):
        await refusing
    assert "egress.refused" not in codes(tmp_path)
    release.set()
    await ledger.close()

    assert refused(tmp_path) == [("consent_denied", 1)]


async def test_refusals_on_a_full_disk_are_recorded_when_there_is_room(tmp_path):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk, probe_seconds=0.01)
    disk.room = 0
    for i in range(40):
        with pytest.raises(OwnFault, match="ledger_full"):
            await ledger.refuse(refusal(f"ex-{i}", reason="ledger_full" if i % 4 else "consent_denied"))
    with pytest.raises(OwnFault, match="ledger_full"):
        await ledger.refuse(refusal("ex-40", exchange=exchange("ex-40", client="other")))
    assert (refused(tmp_path), ledger.health().unwritten) == ([], 41)
    disk.room = None
    while len(refused(tmp_path)) < 3:
        await asyncio.sleep(0.005)
    await ledger.close()

    assert sorted(refused(tmp_path)) == [("consent_denied", 1), ("consent_denied", 10), ("ledger_full", 30)]
    assert ledger.health().unwritten == 0
    told = [event for event in events(tmp_path) if event["metadata"]["event_code"] == "egress.refused"]
    assert {event["unmapped"]["ledger"]["deferred"] for event in told} == {"ledger_full"}
    assert all(event["start_time"] <= event["end_time"] for event in told)
    # Who was concerned is known of one refusal, and of several not told: it was another each time.
    assert [len(event["resources"]) for event in told if event["unmapped"]["ledger"]["count"] == 1] == [3]
    assert [event["resources"] for event in told if event["unmapped"]["ledger"]["count"] > 1] == [[], []]


@pytest.mark.parametrize("fault", ["full", "hang"])
async def test_refusals_not_recorded_yet_are_recorded_at_the_end(tmp_path, monkeypatch, fault):
    disk, skip = FaultyDisk(), skipping(monkeypatch)
    ledger = await opened(tmp_path, disk=disk)
    first = None
    if fault == "full":
        disk.room = 0
    else:
        disk.hang = threading.Event()
        first = asyncio.ensure_future(ledger.refuse(refusal("ex-0")))
        assert await asyncio.to_thread(disk.hangs.wait, PATIENCE)
        skip(PATIENCE)
        with pytest.raises(OwnFault, match="ledger_timeout"):
            await first
    for i in range(0 if first is None else 1, 5):
        with pytest.raises(OwnFault):
            await ledger.refuse(refusal(f"ex-{i}"))
    disk.room = None
    if disk.hang:
        disk.hang.set()
    while ledger._recorder._writer.under_way:
        await asyncio.sleep(0.001)
    await ledger.close()

    assert sum(count for _, count in refused(tmp_path)) == 5
    assert checked(tmp_path).problems == []


async def test_refusals_of_too_many_kinds_are_only_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(refusals, "MOST_KINDS", 3)
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk)
    disk.room = 0
    for i in range(9):
        with pytest.raises(OwnFault):
            await ledger.refuse(refusal(f"ex-{i}", reason=f"reason_{'abcdefghi'[i]}"))
    disk.room = None
    await ledger.close()

    told = refused(tmp_path)
    assert sorted(told) == [("reason_a", 1), ("reason_b", 1), ("reason_c", 1), ("various", 6)]
    assert [e["actor"]["app_uid"] for e in events(tmp_path) if e.get("status_code") == "various"] == ["various"]


async def test_a_broken_ledger_keeps_nothing_for_later(tmp_path):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk)
    disk.errors["sync"] = errno.EIO
    for _ in range(3):
        with pytest.raises(OwnFault, match="ledger_unavailable"):
            await ledger.refuse(refusal())
    assert ledger.health().unwritten == 0
    await ledger.close()
