"""A ledger in a directory of its own, with a register of subject keys in memory and a disk that can fail."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import orjson

from proxy.audit.signing import read_checking_key
from proxy.audit.verify import Report
from proxy.edge.ledger.files import Disk
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.ledger.reader import check
from proxy.settings import Ledger

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


async def keys(subjects):
    return {subject: hashlib.sha256(b"key of " + subject.encode()).digest() for subject in subjects}


def settings(directory: Path, **changes) -> Ledger:
    given = {"directory": str(directory / "ledger"), "signing_key": str(directory / "keys" / "ledger.key")}
    return Ledger(**(given | changes))


async def opened(directory: Path, *, disk=None, register=keys, monotonic=None, noise_seconds=60.0, **changes):
    more = {} if monotonic is None else {"monotonic": monotonic}
    return await LedgerFiles.open(
        settings(directory, **changes),
        organization="fjord",
        keys=register,
        clock=lambda: AT,
        version="0.1.0",
        disk=disk,
        noise_seconds=noise_seconds,
        **more,
    )


def segments(directory: Path) -> list[Path]:
    return sorted((directory / "ledger" / "segments").iterdir())


def events(directory: Path) -> list[dict]:
    lines = b"".join(path.read_bytes() for path in segments(directory)).splitlines()
    return [orjson.loads(line)["event"] for line in lines]


def codes(directory: Path) -> list[str]:
    return [event["metadata"]["event_code"] for event in events(directory)]


def checked(directory: Path) -> Report:
    key = read_checking_key((directory / "ledger" / "public.key").read_text())
    return check(directory / "ledger", key)


class FaultyDisk(Disk):
    """Fails the next system calls as told: `room` bytes are left (None: enough), `sync_error` on the next sync."""

    def __init__(self):
        self.room: int | None = None
        self.sync_error = 0
        self.write_error = 0
        self.hang: threading.Event | None = None
        self.syncs = 0

    def write(self, fd, content):
        if self.hang is not None:
            self.hang.wait()
        if self.write_error:
            os.write(fd, content[: len(content) // 2])
            raise OSError(self.write_error, "told to fail")
        if self.room is None:
            return os.write(fd, content)
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "told to fail")
        written = os.write(fd, content[: self.room])
        self.room -= written
        return written

    def sync(self, fd):
        self.syncs += 1
        if self.sync_error:
            raise OSError(self.sync_error, "told to fail")
        os.fdatasync(fd)

    def allocate(self, fd, size):
        if self.room is not None:
            raise OSError(errno.ENOSPC, "told to fail")
        os.posix_fallocate(fd, 0, size)
