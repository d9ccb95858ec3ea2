"""Disks that fill, fail, hang; files that go away: nothing unrecorded is permitted, and the log stays whole."""

import asyncio
import errno
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from audit.ledger_samples import AT, KEY, NAMES, exchange, intent, outcome, refusal
from edge.ledger_stand import FaultyDisk, checked, opened, segments, skipping, until_ready
from harness.patience import PATIENCE

from proxy.audit.events import DeliveryProgress, OutcomeFacts
from proxy.audit.log import lay
from proxy.audit.ocsf import Stamp, outcome_event
from proxy.edge.ledger.segment import OUTCOME_BYTES
from proxy.errors import OwnFault

CHILD = Path(__file__).parents[1] / "ledger_child.py"


@pytest.mark.parametrize("room", [0, 1, 500, 2000])
async def test_a_full_disk_refuses_and_recovers_by_itself(tmp_path, room):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk)
    await ledger.begin(intent("ex-0"))
    disk.room = room if room < len(segments(tmp_path)[0].read_bytes()) else 100
    for _ in range(3):
        with pytest.raises(OwnFault) as full:
            await ledger.begin(intent("ex-1"))
        assert (full.value.reason, full.value.status) == ("ledger_full", 503)
        disk.room = min(disk.room, 0)
    disk.room = None
    await ledger.begin(intent("ex-2"))
    await ledger.close()

    report = checked(tmp_path)
    assert (report.problems, report.unanswered) == ([], ["ex-0", "ex-2"])


async def test_outcomes_have_their_room_although_the_disk_is_full(tmp_path):
    """The reserve is given back to the disk when an outcome finds no room; intents and refusals get none of it."""

    class Tight(FaultyDisk):
        def write(self, fd, content):
            if self.room == 0 and not (tmp_path / "ledger" / "reserve").stat().st_size:
                self.room = 20_000
            return super().write(fd, content)

    disk = Tight()
    ledger = await opened(tmp_path, disk=disk)
    for i in range(4):
        await ledger.begin(intent(f"ex-{i}"))
    disk.room = 0
    results = await asyncio.gather(
        ledger.begin(intent("ex-9")),
        *(ledger.finish(outcome(f"ex-{i}")) for i in range(4)),
        ledger.refuse(refusal("ex-8")),
        return_exceptions=True,
    )
    assert [r.reason if isinstance(r, OwnFault) else r for r in results] == ["ledger_full", *[None] * 4, "ledger_full"]
    with pytest.raises(OwnFault, match="ledger_full"):
        await ledger.begin(intent("ex-10"))
    disk.room = None
    await ledger.close()

    report = checked(tmp_path)
    assert (report.problems, report.unanswered) == ([], [])


@pytest.mark.parametrize("what", ["sync", "write"])
async def test_after_any_other_fault_nothing_is_taken_until_a_restart(tmp_path, what):
    disk = FaultyDisk()
    ledger = await opened(tmp_path, disk=disk)
    disk.errors[what] = errno.EIO
    syncs = disk.syncs
    with pytest.raises(OwnFault, match="ledger_unavailable"):
        await ledger.begin(intent("ex-1"))
    disk.errors.clear()
    for call in (ledger.begin(intent("ex-2")), ledger.finish(outcome()), ledger.refuse(refusal()), ledger.ping()):
        with pytest.raises(OwnFault, match="ledger_unavailable"):
            await call
    assert disk.syncs <= syncs + 1  # never tried again
    await ledger.close()

    again = await opened(tmp_path)
    await again.begin(intent("ex-3"))
    await again.finish(outcome("ex-3"))
    await again.close()
    assert checked(tmp_path).problems == []


@pytest.mark.parametrize("how", ["delete", "rename", "replace", "append", "truncate"])
async def test_a_file_that_is_not_ours_any_more_takes_no_records(tmp_path, how):
    ledger = await opened(tmp_path)
    await ledger.begin(intent("ex-0"))
    segment = segments(tmp_path)[0]
    if how == "delete":
        segment.unlink()
    elif how == "rename":
        segment.rename(segment.with_suffix(".old"))
    elif how == "replace":
        shutil.copy(segment, tmp_path / "copy")
        (tmp_path / "copy").replace(segment)
    else:
        content = segment.read_bytes()
        with segment.open("r+b") as file:
            file.truncate(len(content) - 5) if how == "truncate" else file.write(content + b"x")
    for name in ("ex-1", "ex-2"):
        with pytest.raises(OwnFault, match="ledger_unavailable"):
            await ledger.begin(intent(name))
    await ledger.close()


async def test_a_hanging_disk_is_waited_for_only_so_long(tmp_path, monkeypatch):
    disk, skip = FaultyDisk(), skipping(monkeypatch)
    ledger = await opened(tmp_path, disk=disk)
    await ledger.begin(intent("ex-0"))
    disk.hang = threading.Event()
    waiting = asyncio.gather(
        ledger.begin(intent("ex-1")), ledger.begin(intent("ex-2")), ledger.finish(outcome("ex-0")),
        return_exceptions=True,
    )  # fmt: skip
    assert await asyncio.to_thread(disk.hangs.wait, PATIENCE)
    skip(PATIENCE)
    faults = await waiting
    assert [fault.reason for fault in faults] == ["ledger_timeout"] * 3
    disk.hang.set()
    await until_ready(ledger)
    await ledger.begin(intent("ex-3"))
    await ledger.finish(outcome("ex-3"))
    await ledger.close()

    report = checked(tmp_path)
    # ex-1 was under way when its caller gave up, and is closed as never sent; the outcome of ex-0 was not lost.
    assert (report.problems, report.unanswered) == ([], [])
    assert report.codes["egress.intent"] == report.codes["egress.outcome"]


async def test_a_checkpoint_that_cannot_be_written_stops_nothing(tmp_path, monkeypatch):
    ledger = await opened(tmp_path)

    def fail(*_):
        raise OSError(errno.ENOSPC, "told to fail")

    with monkeypatch.context() as patched:
        patched.setattr("proxy.edge.ledger.files.CheckpointFile.write", fail)
        await ledger.begin(intent())
    await ledger.finish(outcome())
    await ledger.close()

    assert (checked(tmp_path).problems, checked(tmp_path).checkpoint) == ([], 4)


def test_the_largest_outcome_fits_into_the_room_that_is_reserved_for_it():
    widest = exchange(
        "e" * 128, client="c" * 63, route="r" * 63, purpose="x-" + "p" * 62, recipient="r" * 63,
        recipient_host="h" * 253, recipient_port=65535, region="\N{CJK UNIFIED IDEOGRAPH-20000}" * 64,
        terms_version="\N{CJK UNIFIED IDEOGRAPH-20000}" * 64, operation="POST /" + "o" * 200,
        model="m" * 127 + "@latest",
    )  # fmt: skip
    most = 2**53 - 1
    facts = OutcomeFacts(widest, DeliveryProgress.UNKNOWN, 599, most, most, most, "r" * 64, most)
    where = Stamp("o" * 63 + "/" + "n" * 63, "o" * 63, "v" * 32, AT, "u" * 32)
    line = lay(outcome_event(where, facts, NAMES, most), 10**15, bytes(32), bytes(16)).signed(KEY)

    assert len(line.render()) <= OUTCOME_BYTES


def test_a_real_file_size_limit(tmp_path):
    """RLIMIT_FSIZE in a process of its own: refused while it holds, taken again when it is lifted."""
    _limited(tmp_path)


def _limited(tmp_path):
    done = subprocess.run([sys.executable, CHILD, "limit", tmp_path], capture_output=True, text=True, timeout=PATIENCE)

    assert done.stdout.split() == ["taken", "ledger_full", "ledger_full", "taken"], done.stderr
    assert checked(tmp_path).problems == []


def test_a_real_full_file_system(tmp_path):
    """A file system of 1 MiB in a mount namespace of its own: intents until it is full, their outcomes all the same.

    Where no file system can be mounted, a limit on the size of files stands in for it.
    """
    script = 'mount -t tmpfs -o size=1m none "$1" && exec "$2" "$3" fill "$1"'
    words = ["unshare", "-m", "sh", "-c", script, "sh", str(tmp_path), sys.executable, str(CHILD)]
    if shutil.which("unshare") is None:
        return _limited(tmp_path)
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
    if "mount" in done.stderr or "unshare" in done.stderr:
        return _limited(tmp_path)

    full, refused, outcomes, verdict, unanswered, after = done.stdout.split()
    assert (full, outcomes, verdict, unanswered, after) == ("ledger_full", refused, "unanchored", "0", "taken"), (
        done.stderr
    )
    return None
