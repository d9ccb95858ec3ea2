"""The files that the writer appends to: the last segment, and the room reserved for outcomes.

Every call either takes effect completely or leaves the log as it was, and says which fault of the system it met:

- `NoRoom`: disk, quota or file size limit. It passes as soon as there is room.
- `Busy`: the system was short of file handles, memory or the like. It passes by itself.
- `LogBroken`: nobody knows what is on the medium. A failed sync is always of this kind and never tried again, since the
  kernel may have dropped the pages.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import Self

from proxy.audit.log import segment_name
from proxy.edge.ledger.sharing import open_to_readers

OUTCOME_BYTES = 4096
"""Upper bound on the line of an outcome; also the room reserved for each intent that has none yet."""
RESERVE_STEP = 256 << 10
PROBE_BYTES = 64 << 10
"""As much room counts as room again, once there was none."""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.EINTR, errno.EAGAIN, errno.ENOMEM, errno.EBUSY})


class NoRoom(Exception):
    """The disk, quota or file size limit is reached. The log is as it was before."""


class Busy(Exception):
    """The system lacked something that it may have again in a moment. The log is as it was before."""


class LogBroken(Exception):
    """The log cannot be trusted to take records until a restart has recovered it."""


class SyncFailed(LogBroken):
    """A sync failed: what was written may be lost, whatever the next sync says."""


def fault_of(error: OSError) -> Exception:
    """Return the fault that an error of a call other than a sync means."""
    if error.errno in _NO_ROOM:
        return NoRoom()
    return Busy() if error.errno in _PASSING else LogBroken()


class Disk:
    """The system calls on which durability depends. Tests replace them to inject faults."""

    def write(self, fd: int, content: bytes) -> int:
        """Append some of `content`. Returns how many bytes were written."""
        return os.write(fd, content)

    def sync(self, fd: int) -> None:
        """Return once what was written is on the medium."""
        os.fdatasync(fd)

    def allocate(self, fd: int, size: int) -> None:
        """Make the file at least `size` bytes long, with the space allocated."""
        os.posix_fallocate(fd, 0, size)

    def create(self, path: Path) -> int:
        """Create a file that does not exist yet, and open it to be appended to."""
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def reopen(self, path: Path) -> int:
        """Open an existing file to be appended to."""
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)

    def open_folder(self, folder: Path) -> int:
        """Open a folder, to sync the names in it."""
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def sync_folder(self, fd: int) -> None:
        """Return once the names in a folder are on the medium."""
        os.fsync(fd)

    def cut(self, fd: int, size: int) -> None:
        """Cut a file off behind `size` bytes."""
        os.ftruncate(fd, size)

    def free(self, folder: Path) -> int:
        """Return how many bytes the file system of a folder has left for this user."""
        room = os.statvfs(folder)
        return room.f_bavail * room.f_frsize


class SegmentFile:
    """The last segment of a log, open for appending. `size` is the number of synced bytes."""

    def __init__(self, path: Path, fd: int, size: int, disk: Disk):
        self.path, self.size = path, size
        self._fd, self._disk = fd, disk
        self._torn = False

    @classmethod
    def create(cls, folder: Path, first: int, disk: Disk) -> Self:
        """Create a segment whose first record will be `first`. Its name is then on the medium."""
        path = folder / segment_name(first)
        try:
            # Opened first: if there is no handle for it, nothing was created.
            names = disk.open_folder(folder)
        except OSError as error:
            raise fault_of(error) from None
        try:
            fd = _created(path, disk)
            try:
                open_to_readers(fd, folder)
                disk.sync_folder(names)
            except OSError:
                os.close(fd)
                raise SyncFailed from None
        finally:
            os.close(names)
        return cls(path, fd, 0, disk)

    @classmethod
    def reopen(cls, path: Path, disk: Disk) -> Self:
        """Open an existing segment, to continue at its end."""
        fd = disk.reopen(path)
        return cls(path, fd, os.fstat(fd).st_size, disk)

    def append(self, content: bytes) -> None:
        """Append whole lines, and return once they are on the medium. Raises `NoRoom`, `Busy` or `LogBroken`."""
        if self._torn:
            self._cut_back()
        self._still_ours()
        view = memoryview(content)
        try:
            while view:
                view = view[self._disk.write(self._fd, bytes(view)) :]
        except OSError as error:
            fault = fault_of(error)
            if not isinstance(fault, LogBroken):
                self._cut_back()
            raise fault from None
        try:
            self._disk.sync(self._fd)
        except OSError:
            raise SyncFailed from None
        self.size += len(content)

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)

    def _still_ours(self) -> None:
        """Raise `LogBroken` if the file was deleted, renamed, replaced or resized by somebody else.

        Records written to it would not be found, or would follow bytes that are not ours.
        """
        try:
            ours, named = os.fstat(self._fd), self.path.lstat()
        except OSError as error:
            raise fault_of(error) from None
        same = (ours.st_dev, ours.st_ino) == (named.st_dev, named.st_ino)
        if not same or ours.st_nlink < 1 or ours.st_size != self.size:
            raise LogBroken

    def _cut_back(self) -> None:
        """Cut off what was written of lines that are not whole. What cannot be cut off now is before the next ones."""
        self._torn = True
        try:
            self._disk.cut(self._fd, self.size)
        except OSError as error:
            raise fault_of(error) from None
        self._torn = False


def _created(path: Path, disk: Disk) -> int:
    try:
        return disk.create(path)
    except FileExistsError:
        return _adopted(path, disk)
    except OSError as error:
        raise fault_of(error) from None


def _adopted(path: Path, disk: Disk) -> int:
    """Open the empty file that an earlier attempt left; whatever else has a segment's name is not ours."""
    try:
        fd = disk.reopen(path)
    except OSError as error:
        raise fault_of(error) from None
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_size or found.st_nlink != 1:
        os.close(fd)
        raise LogBroken
    return fd


class Reserve:
    """A file of allocated room, which is released to the file system when there is none left for outcomes.

    It grows in steps with the number of intents without an outcome, before the intent is written; if it cannot grow, no
    intent is taken. On a file system that others also fill, they may take the released room. Then the outcome waits for
    room, and if the process ends before, its intent means "treat as sent".
    """

    def __init__(self, path: Path, disk: Disk):
        self._disk = disk
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Blocks of an earlier run's file may be missing, so they are allocated anew.
        self._size = 0

    def hold(self, outcomes: int) -> None:
        """Reserve room for this many outcomes. Raises `NoRoom`, `Busy` or `LogBroken`."""
        needed = -(-max(outcomes, 1) * OUTCOME_BYTES // RESERVE_STEP) * RESERVE_STEP
        if needed <= self._size:
            return
        try:
            self._disk.allocate(self._fd, needed)
        except OSError as error:
            raise fault_of(error) from None
        self._size = needed

    def try_room(self) -> None:
        """Find out whether there is room beside what is held. Raises as `hold` does if there is none."""
        try:
            self._disk.allocate(self._fd, self._size + PROBE_BYTES)
        except OSError as error:
            raise fault_of(error) from None
        finally:
            with contextlib.suppress(OSError):  # Then a little more stays reserved than is needed.
                self._disk.cut(self._fd, self._size)

    def release(self) -> None:
        """Release all room to the file system."""
        self._size = 0
        try:
            self._disk.cut(self._fd, 0)
        except OSError as error:
            raise fault_of(error) from None

    def close(self) -> None:
        """Close the file. Its room stays reserved for the next start."""
        os.close(self._fd)
