"""The segment that grows, and the room kept for outcomes.

A group of lines is on the medium whole, or not in the log at all. When the disk is full the part that was written
is cut off again and the log stays usable (`NoRoom`). After any other fault nobody knows what is on the medium: an
fsync is never tried again, as the kernel may have dropped the pages (`Broken`).
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Self

from proxy.audit.log import segment_name
from proxy.edge.ledger.files import Disk, sync_directory

OUTCOME_BYTES = 4096
"""Upper bound on the line of an outcome; the room reserved for each intent that has none yet."""
RESERVE_STEP = 256 << 10

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(Exception):
    """The disk, quota or file size limit is reached; the log is as it was before."""


class Broken(Exception):
    """The log cannot be trusted to take records until it was recovered by a restart."""


class SegmentFile:
    """The last segment of a log, open for appending. `size` is what was synced."""

    def __init__(self, path: Path, fd: int, size: int, disk: Disk):
        self.path, self.size = path, size
        self._fd, self._disk = fd, disk

    @classmethod
    def create(cls, folder: Path, first: int, disk: Disk) -> Self:
        """A new segment whose first record will be `first`; its name is on the medium."""
        path = folder / segment_name(first)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        fd = None
        try:
            fd = os.open(path, flags | os.O_EXCL, 0o600)
            sync_directory(folder)
        except OSError as error:
            if fd is not None:
                os.close(fd)
            raise (NoRoom if error.errno in _NO_ROOM else Broken) from None
        return cls(path, fd, 0, disk)

    @classmethod
    def reopen(cls, path: Path, disk: Disk) -> Self:
        """An existing segment, to go on at its end."""
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        return cls(path, fd, os.fstat(fd).st_size, disk)

    def append(self, content: bytes) -> None:
        """Add whole lines; returns when they are on the medium. Raises `NoRoom` or `Broken`."""
        self._still_ours()
        view = memoryview(content)
        try:
            while view:
                view = view[self._disk.write(self._fd, bytes(view)) :]
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise Broken from None
            self._cut_back()
            raise NoRoom from None
        try:
            self._disk.sync(self._fd)
        except OSError:
            raise Broken from None
        self.size += len(content)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._fd)

    def _still_ours(self) -> None:
        """A deleted, renamed or replaced file takes records that nobody will find; somebody else's end is no end."""
        try:
            ours, named = os.fstat(self._fd), self.path.lstat()
        except OSError:
            raise Broken from None
        same = (ours.st_dev, ours.st_ino) == (named.st_dev, named.st_ino)
        if not same or ours.st_nlink < 1 or ours.st_size != self.size:
            raise Broken

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._fd, self.size)
        except OSError:
            raise Broken from None


class Reserve:
    """A file of allocated room: given back to the file system when outcomes find none.

    It grows in steps with the number of intents that wait for their outcome, before the intent is written; while
    it cannot, no intent is taken. On a file system that others fill too, they may take the room that was given
    back; then the outcome is lost and its intent reads "treat as sent".
    """

    def __init__(self, path: Path, disk: Disk):
        self._disk = disk
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Blocks of an earlier run's file may be missing; they are allocated anew.
        self._size = 0

    def hold(self, outcomes: int) -> None:
        """Have room for this many outcomes; raises `NoRoom` or `Broken`."""
        needed = -(-max(outcomes, 1) * OUTCOME_BYTES // RESERVE_STEP) * RESERVE_STEP
        if needed <= self._size:
            return
        try:
            self._disk.allocate(self._fd, needed)
        except OSError as error:
            raise (NoRoom if error.errno in _NO_ROOM else Broken) from None
        self._size = needed

    def release(self) -> None:
        """Give all room back to the file system."""
        self._size = 0
        try:
            os.ftruncate(self._fd, 0)
        except OSError:
            raise Broken from None

    def close(self) -> None:
        """Give the file back; its room stays taken for the next start."""
        os.close(self._fd)
