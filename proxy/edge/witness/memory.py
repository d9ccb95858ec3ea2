"""What a witness remembers: the newest checkpoint of each log that it cosigned, in a file of SQLite.

Comparing with what is there and replacing it is one transaction, also where several processes use the file, and it is
on the medium before anybody sees a cosignature.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from proxy.audit.checkpoints import WitnessKey, parse_head
from proxy.audit.witnessing import NOTHING_SEEN, Seen
from proxy.errors import OwnFault

BUSY_SECONDS = 3.0
_TABLES = (
    "CREATE TABLE IF NOT EXISTS witness (key TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS logs (origin TEXT PRIMARY KEY, checkpoint BLOB NOT NULL)",
)


class Memory:
    """The file of one witness. Its methods block; each call comes from any thread. Raises `sqlite3.Error`."""

    def __init__(self, connection: sqlite3.Connection):
        self._db, self._lock = connection, threading.Lock()

    @classmethod
    def open(cls, path: Path, key: WitnessKey, *, new: bool) -> Self:
        """Open the memory of the witness with this key. Raises `OwnFault` if there is none, and the key is not `new`.

        A witness that has forgotten what it cosigned could cosign another history.
        """
        if not new and not path.is_file():
            detail = "the witness's key is there but its state is gone; restore it, or begin anew with another key"
            raise OwnFault("witness_state_missing", detail)
        path.touch(mode=0o600)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                connection.execute(table)
            known = [row[0] for row in connection.execute("SELECT key FROM witness")]
            if not known and new:
                connection.execute("INSERT INTO witness VALUES (?)", (key.render(),))
            connection.execute("COMMIT")
        except sqlite3.Error:
            connection.close()
            detail = "the witness's state cannot be read or written; check its mode, and that it is a witness's state"
            raise OwnFault("witness_state_unreadable", detail) from None
        if known not in ([], [key.render()]) or (not known and not new):
            connection.close()
            raise OwnFault("witness_key_changed", "the state is that of a witness with another name or key")
        return cls(connection)

    def replace(self, origin: str, made: Callable[[Seen], bytes]) -> None:
        """Replace what is remembered of a log by what `made` returns for it, or leave it if that raises."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                there = self._of(origin)
                file = made(NOTHING_SEEN if there is None else Seen(*parse_head(there)))
                statement = (
                    "INSERT INTO logs VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET checkpoint = excluded.checkpoint"
                )
                self._db.execute(statement, (origin, file))
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def newest(self, origin: str) -> bytes | None:
        """The newest checkpoint of a log that was cosigned, with the cosignature."""
        with self._lock:
            return self._of(origin)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _of(self, origin: str) -> bytes | None:
        row = self._db.execute("SELECT checkpoint FROM logs WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else row[0]
