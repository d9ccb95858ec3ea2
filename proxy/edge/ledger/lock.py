"""The one process that writes in a ledger directory: its right to, and which one it is."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Self

from proxy.errors import OwnFault

LOCK_SECONDS = 2.0
_NAME = "lock"
_held_locks: set[int] = set()


class DirectoryLock:
    """The right to write in a ledger directory: one process at a time (flock, which ends with the process)."""

    def __init__(self, fd: int):
        self._fd = fd

    @classmethod
    def take(cls, directory: Path) -> Self:
        """Take the lock, waiting up to `LOCK_SECONDS` for a process that is about to end."""
        fd = os.open(directory / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() < deadline:
                    time.sleep(0.05)
                    continue
                os.close(fd)
                raise OwnFault("ledger_locked", _taken(directory)) from None
            _held_locks.add(fd)
            _sign(fd)
            return cls(fd)

    def release(self) -> None:
        """Release the lock, so that others can write."""
        if self._fd in _held_locks:
            _held_locks.discard(self._fd)
            os.close(self._fd)


def writer_of(directory: Path) -> int | None:
    """Return the process that writes in a ledger directory; None if there is none that this user can see here.

    A number alone proves nothing: it may be that of a process in another container, or of one that has ended. So the
    process has to have the lock open.
    """
    lock = directory / _NAME
    try:
        pid, known = int(lock.read_text("ascii")), lock.stat()
        opened = list(Path(f"/proc/{pid}/fd").iterdir())
    except (OSError, ValueError):
        return None
    for each in opened:
        with contextlib.suppress(OSError):
            if os.path.samestat(each.stat(), known):
                return pid
    return None


def _sign(fd: int) -> None:
    """Write down whose the lock is. On a full disk it is held all the same."""
    with contextlib.suppress(OSError):
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode("ascii"), 0)


def _taken(directory: Path) -> str:
    pid = writer_of(directory)
    who = "another process" if pid is None else f"process {pid}"
    remedy = "if it is this proxy, it runs already; if not, give every proxy a directory of its own"
    return f"{who} writes to the ledger directory {directory}; {remedy}"


def _close_inherited_locks() -> None:
    # A forked worker that outlives its parent would otherwise withhold the lock from the parent's successor.
    for fd in _held_locks:
        with contextlib.suppress(OSError):
            os.close(fd)
    _held_locks.clear()


os.register_at_fork(after_in_child=_close_inherited_locks)
