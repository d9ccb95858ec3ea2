"""A ledger in a directory of its own, with a register of subject keys in memory and a disk that can fail."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from harness.patience import PATIENCE

from proxy.audit.signing import read_checking_key
from proxy.audit.verify import Report
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.ledger.reader import check
from proxy.edge.ledger.segment import Disk
from proxy.errors import OwnFault
from proxy.settings import Ledger

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


async def keys(subjects):
    return {subject: hashlib.sha256(b"key of " + subject.encode()).digest() for subject in subjects}


def settings(directory: Path, **changes) -> Ledger:
    given = {"directory": str(directory / "ledger"), "signing_key": str(directory / "keys" / "ledger.key")}
    given["write_seconds"] = PATIENCE
    return Ledger(**(given | changes))


async def opened(
    directory: Path, *, disk=None, register=keys, monotonic=None, noise_seconds=60.0, probe_seconds=60.0,
    anchors=(), accept_loss=False, **changes,
):  # fmt: skip
    more = {} if monotonic is None else {"monotonic": monotonic}
    return await LedgerFiles.open(
        settings(directory, **changes),
        organization="fjord",
        keys=register,
        clock=lambda: AT,
        version="0.1.0",
        disk=disk,
        noise_seconds=noise_seconds,
        probe_seconds=probe_seconds,
        anchors=anchors,
        accept_loss=accept_loss,
        **more,
    )


def segments(directory: Path) -> list[Path]:
    return sorted((directory / "ledger" / "segments").iterdir())


def events(directory: Path) -> list[dict]:
    return events_of(b"".join(path.read_bytes() for path in segments(directory)))


def events_of(lines: bytes) -> list[dict]:
    """The events of whole lines; one without its end is being written."""
    return [orjson.loads(line)["event"] for line in lines.splitlines(keepends=True) if line.endswith(b"\n")]


def codes(directory: Path) -> list[str]:
    return [event["metadata"]["event_code"] for event in events(directory)]


def checked(directory: Path) -> Report:
    key = read_checking_key((directory / "ledger" / "public.key").read_text())
    return check(directory / "ledger", key)


async def until_ready(ledger: LedgerFiles) -> None:
    """Return once the ledger takes records again by itself."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await ledger.ping()
            except OwnFault:
                await asyncio.sleep(0.005)


def skipping(patch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """What lets the running loop's clock jump by so many seconds, so that whatever waits for less is due at once."""
    loop, skipped = asyncio.get_running_loop(), [0.0]
    real = loop.time
    patch.setattr(loop, "time", lambda: real() + skipped[0])

    def skip(seconds: float) -> None:
        skipped[0] += seconds

    return skip


def refused(directory: Path) -> list[tuple[str, int]]:
    """Reason and count of every recorded refusal."""
    told = [event for event in events(directory) if event["metadata"]["event_code"] == "egress.refused"]
    return [(event["status_code"], event["unmapped"]["ledger"]["count"]) for event in told]


class FaultyDisk(Disk):
    """Fails the next system calls as told.

    `room`: so many bytes are left (None: enough). `errors`: the error number with which a call fails, by its name.
    `hang`: writes wait for it, and set `hangs`.
    """

    def __init__(self):
        self.room: int | None = None
        self.errors: dict[str, int] = {}
        self.hang: threading.Event | None = None
        self.hangs = threading.Event()
        self.syncs = 0

    def _called(self, name):
        if self.errors.get(name):
            raise OSError(self.errors[name], "told to fail")

    def write(self, fd, content):
        if self.hang is not None:
            self.hangs.set()
            self.hang.wait()
        if self.errors.get("write"):
            os.write(fd, content[: len(content) // 2])
            self._called("write")
        if self.room is None:
            return os.write(fd, content)
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "told to fail")
        written = os.write(fd, content[: self.room])
        self.room -= written
        return written

    def sync(self, fd):
        self.syncs += 1
        self._called("sync")
        os.fdatasync(fd)

    def allocate(self, fd, size):
        if self.room is not None:
            raise OSError(errno.ENOSPC, "told to fail")
        self._called("allocate")
        os.posix_fallocate(fd, 0, size)

    def create(self, path):
        self._called("create")
        return super().create(path)

    def open_folder(self, folder):
        self._called("open_folder")
        return super().open_folder(folder)

    def sync_folder(self, fd):
        self._called("sync_folder")
        super().sync_folder(fd)

    def cut(self, fd, size):
        self._called("cut")
        super().cut(fd, size)
