"""Copies a store on SQLite while others use it, by SQLite's own online backup."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from proxy.errors import ClientFault, OwnFault

PAGES = 1000
"""Pages copied at a time; others may write in between."""


def copy_store(file: Path, to: Path) -> None:
    """Copy a store to a file for its owner alone. Raises `ClientFault` if it exists, `OwnFault` if it fails."""
    if not file.is_file():
        raise OwnFault("copy_failed", f"{file}: there is no store yet")
    try:
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        raise ClientFault("copy_exists", f"{to}: exists already; a backup overwrites nothing") from None
    except OSError as error:
        raise OwnFault("copy_failed", f"{to}: {error.strerror}") from None
    try:
        _copied(file, to)
    except (sqlite3.Error, OSError) as error:
        to.unlink(missing_ok=True)
        raise OwnFault("copy_failed", f"{to}: the store could not be copied ({type(error).__name__})") from None


def _copied(file: Path, to: Path) -> None:
    reading = contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True))
    with reading as source, contextlib.closing(sqlite3.connect(to)) as target:
        source.backup(target, pages=PAGES)
        if target.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError
        target.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    with to.open("rb") as copy:
        os.fsync(copy.fileno())
