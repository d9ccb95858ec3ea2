"""What every request asks of a store in a file: straight from the driver, at once or in one turn of a thread.

An object mapper over an asynchronous driver takes a turn of a thread for each step of each statement: to make a cursor,
to execute, to fetch, to close, to give the connection back. That costs many times what SQLite takes for the statements.

A turn of a thread costs several times as much as finding a few rows, too. Readers of a write-ahead log wait for nobody,
so a few rows are read at once, in the loop's own thread. Should somebody have the file to themselves (recovery after a
crash does), that fails at once, and a thread waits in its place.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple, TypeVar

READERS = 2
"""Threads that read, with a connection each."""


class Asked(NamedTuple):
    """A statement with its arguments, as the driver takes them."""

    sql: str
    arguments: tuple[Any, ...] = ()


Rows = list[tuple[Any, ...]]
Opened = Callable[[], sqlite3.Connection]
"""Opens a connection that commits by itself, and may be used in the thread that opened it."""

Result = TypeVar("Result")

_Waiting = tuple[Sequence[Asked], asyncio.Future[None]]
_OF_ALL = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
"""Names of errors that everybody meets who writes now."""


class Direct:
    """Threads with a connection each. Call `close` at the end."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._of_thread = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._waiting: list[_Waiting] = []
        self._commits: asyncio.Task[None] | None = None

    async def answers(self, asked: Sequence[Asked], *, few: bool = False) -> list[Rows]:
        """Return the rows of each statement; all are of one snapshot of the store. `few`: they are found quickly."""
        if few:
            try:
                return self._answers(asked, self._connection(patient=False))
            except sqlite3.OperationalError:  # locked; whatever else it is, the thread meets it again
                pass
        return await self._turn(self._reading, lambda: self._answers(asked, self._connection()))

    async def write(self, asked: Sequence[Asked]) -> None:
        """Execute the statements, all or none; durable on return. What waits meanwhile is committed together."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, done))
        if self._commits is None or self._commits.done():
            self._commits = asyncio.create_task(self._commit_waiting())
        await asyncio.shield(done)

    async def close(self) -> None:
        """End the threads and their connections, once what waits is written."""
        if self._commits is not None:
            await asyncio.wait([self._commits])
        for threads in (self._reading, self._writing):
            await asyncio.to_thread(threads.shutdown)
        for connection in self._connections:
            connection.close()

    async def _commit_waiting(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                await self._turn(self._writing, partial(self._commit, [asked for asked, _ in group]))
            except Exception as error:  # noqa: BLE001 - whatever it was, those who wait are told
                await self._apart(group, error)
            else:
                for _, done in group:
                    _tell(done, None)

    async def _apart(self, group: Sequence[_Waiting], met: Exception) -> None:
        """Write one by one what could not be committed together, so that nobody's statements fail for another's."""
        of_all = len(group) == 1 or getattr(met, "sqlite_errorname", "").startswith(_OF_ALL)
        for asked, done in group:
            error: Exception | None = met if of_all else None
            if not of_all:
                try:
                    await self._turn(self._writing, partial(self._commit, [asked]))
                except Exception as own:  # noqa: BLE001 - as above
                    error = own
            _tell(done, error)

    @staticmethod
    async def _turn(threads: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    @staticmethod
    def _answers(asked: Sequence[Asked], connection: sqlite3.Connection) -> list[Rows]:
        if len(asked) == 1:  # one statement reads one snapshot by itself
            return [connection.execute(*asked[0]).fetchall()]
        connection.execute("BEGIN")
        try:
            return [connection.execute(*each).fetchall() for each in asked]
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _commit(self, asked: Sequence[Sequence[Asked]]) -> None:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            for one in asked:
                for each in one:
                    connection.execute(*each)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _connection(self, *, patient: bool = True) -> sqlite3.Connection:
        """Return the connection of this thread; one that is not `patient` waits for no lock."""
        found: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if found is None:
            found = self._of_thread.connection = self._opened()
            if not patient:
                found.execute("PRAGMA busy_timeout=0")
            self._connections.append(found)
        return found


def _tell(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
