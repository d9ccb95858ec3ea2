"""Keeps the cursors of targets as files: ``<folder>/<target>.cursor``, replaced atomically, one writer each.

A lock beside each cursor belongs to whoever ships to the target, so that a proxy and a command do not both do. The lock
ends with its process.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple, Self

from proxy.audit.ship.cursor import Cursor, CursorInvalid, parse
from proxy.edge.ledger.files import replace_file
from proxy.errors import OwnFault
from proxy.settings import Ledger

SUFFIX = ".cursor"


def cursor_folder(settings: Ledger) -> Path:
    """The folder of the cursors: as configured, or beside the ledger's directory."""
    return Path(settings.ship_directory) if settings.ship_directory else beside(Path(settings.directory))


def beside(directory: Path) -> Path:
    """The folder of the cursors of a ledger, unless another one is configured."""
    return directory.with_name(directory.name + ".ship")


def read_cursor(folder: Path, target: str) -> Cursor:
    """The cursor of a target; a new one if there is none. Raises `OwnFault` if it cannot be read."""
    path = folder / (target + SUFFIX)
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        return Cursor()
    except (OSError, CursorInvalid):
        detail = f"{path} is no cursor that can be read; correct its owner and mode, or delete it to ship everything"
        raise OwnFault("ship_cursor_unreadable", detail) from None


class Unshipped(NamedTuple):
    """The oldest record that a target has not acknowledged."""

    sequence: int
    target: str


def oldest_unshipped(
    directory: Path, targets: Collection[str] | None = None, *, folder: Path | None = None
) -> Unshipped | None:
    """The oldest record of a ledger that some target has not acknowledged, and that target. None: there is no target.

    `targets` are the configured ones; one that never acknowledged anything counts from record 0. None: all that have a
    cursor. `folder` holds the cursors; by default it lies beside the ledger. Whoever prunes must not go past it. Raises
    `OwnFault` if a cursor cannot be read.
    """
    folder = folder or beside(directory)
    if targets is None:
        targets = [path.name.removesuffix(SUFFIX) for path in folder.glob("*" + SUFFIX)]
    return min((Unshipped(read_cursor(folder, name).sequence + 1, name) for name in targets), default=None)


class CursorFile:
    """The cursor of one target, while this process ships to it. Made by `take`; blocks, so callers run it aside."""

    def __init__(self, folder: Path, target: str, lock: int) -> None:
        self._path, self._lock = folder / (target + SUFFIX), lock
        self.cursor = read_cursor(folder, target)

    @classmethod
    def take(cls, folder: Path, target: str) -> Self:
        """Take the right to ship to a target, and read its cursor. Raises `OwnFault`."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o750)
            lock = os.open(folder / (target + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            detail = f"{folder} cannot be written; correct its owner and mode, or set ledger.ship_directory"
            raise OwnFault("ship_cursor_unwritable", detail) from None
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a forked worker does not inherit it, as with flock
            return cls(folder, target, lock)
        except OSError:
            os.close(lock)
            detail = "another process ships to this target; ledger.ship_by says whether the proxy or the command does"
            raise OwnFault("ship_locked", detail) from None
        except OwnFault:
            os.close(lock)
            raise

    def keep(self, cursor: Cursor, *, durable: bool = True) -> None:
        """Replace the cursor. Once this returns, a restart goes on from it; if `durable`, after power loss too."""
        self.cursor = cursor
        try:
            replace_file(self._path, cursor.render(), mode=0o640, sync_folder=durable)
        except OSError:
            detail = f"{self._path} cannot be written; correct its owner and mode, or free space"
            raise OwnFault("ship_cursor_unwritable", detail) from None

    def release(self) -> None:
        """Give the right to ship to this target back."""
        with contextlib.suppress(OSError):
            os.close(self._lock)
