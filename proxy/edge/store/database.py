"""The database under the store: where it is, its connections, reading and writing, and its failures.

``store`` in the configuration names a file or a PostgreSQL server. Every failure becomes one kind of fault.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import ssl
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import URL, Dialect, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.base import Executable

from proxy.edge.store import schema
from proxy.edge.store.direct import Asked, Direct, Rows
from proxy.edge.store.unopened import why
from proxy.errors import Fault, OwnFault

WAIT_SECONDS = 5.0
"""How long to wait for a connection, a statement or a lock."""

_SQLITE = ("sqlite", "sqlite+aiosqlite")
_POSTGRES = ("postgresql", "postgresql+asyncpg")
_HERE = ("localhost", "127.0.0.1", "::1")
_TLS = ("disable", "require", "verify-full")


def parse(url: str) -> URL:
    """Return the store's URL with the driver to use. Raises `OwnFault` if it is invalid, without quoting any of it."""
    try:
        parts = make_url(url)
    except ArgumentError:
        raise _fault("write the store as sqlite:///path/to/proxy.db or postgresql://user@host/database") from None
    if parts.drivername in _SQLITE:
        return _sqlite(parts)
    if parts.drivername in _POSTGRES:
        return _postgresql(parts)
    raise _fault("write the store as sqlite:///path/to/proxy.db or postgresql://user@host/database")


def problems(url: str, setting: str = "store") -> list[str]:
    """Return what is wrong with the URL of a setting, for checking a configuration. Opens nothing."""
    try:
        parse(url)
    except OwnFault as fault:
        return [f"{setting}: {fault.detail}"]
    return []


def file_of(url: str) -> Path | None:
    """Return the file of a store, or None if it is on a server or its URL is invalid."""
    try:
        parts = parse(url)
    except OwnFault:
        return None
    return None if _is_server(parts) else Path(parts.database or "")


def connect_arguments(parts: URL) -> dict[str, Any]:
    """Return the driver's arguments besides the URL: timeouts, and how the connection is encrypted."""
    if parts.drivername in _SQLITE:
        return {}
    return {
        "timeout": WAIT_SECONDS,
        "command_timeout": WAIT_SECONDS,
        # A standby may not have the newest withdrawal yet.
        "target_session_attrs": "read-write",
        "ssl": _tls(parts),
        "server_settings": {"application_name": "meeting-proxy"},
    }


def _sqlite(parts: URL) -> URL:
    if parts.query:
        raise _fault("write the store as sqlite:///path/to/proxy.db, with nothing after it")
    if parts.host:
        raise _fault(
            "write three slashes before a relative path, and four before an absolute one: sqlite:///var/proxy.db"
        )
    if not parts.database or parts.database == ":memory:":
        raise _fault("name a file: a store in memory forgets every refusal")
    return parts.set(drivername="sqlite+aiosqlite")


def _postgresql(parts: URL) -> URL:
    if parts.password is not None:
        raise _fault("no password belongs here: set PGPASSWORD, or PGPASSFILE to the path of a password file")
    if not parts.database or not parts.username or not (parts.host or parts.query.get("host")):
        raise _fault("name user, host and database: postgresql://user@host:5432/database")
    if not set(parts.query) <= {"host", "sslmode", "sslrootcert"} or any(
        type(v) is not str for v in parts.query.values()
    ):
        raise _fault("after the database only host, sslmode and sslrootcert may be given, each once")
    if parts.query.get("sslmode", "disable") not in _TLS:
        raise _fault(f"sslmode is one of: {', '.join(_TLS)}")
    return parts.set(drivername="postgresql+asyncpg")


def driver_url(parts: URL) -> URL:
    """Return the URL without what `connect_arguments` already contains."""
    return parts.difference_update_query(["sslmode", "sslrootcert"])


def _tls(parts: URL) -> ssl.SSLContext | bool:
    """Return how to encrypt: verifies the host's name unless the server is local or the operator says otherwise."""
    socket = str(parts.query.get("host", "")).startswith("/")
    usual = "disable" if socket or parts.host in _HERE else "verify-full"
    mode = parts.query.get("sslmode", usual)
    if mode == "disable":
        return False
    context = ssl.create_default_context(
        cafile=str(parts.query["sslrootcert"]) if "sslrootcert" in parts.query else None
    )
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _fault(detail: str) -> OwnFault:
    return OwnFault("store_unavailable", detail, where="store")


LIMIT_SECONDS = 3 * WAIT_SECONDS
"""The most time for reading or writing: waiting for a connection, opening one, and the statement."""

UPGRADE_SECONDS = 120.0
"""The most time for a step to a new schema, and for another process to wait for it."""

UPKEEP_SECONDS = 600.0
"""The most time for writing the whole database anew."""

FEW = 200
"""Rows that are read in about half a millisecond."""

_SETTINGS = ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "recursive_triggers=ON")


@contextlib.contextmanager
def closing(detail: str | Callable[[Exception], str] | None = None) -> Iterator[None]:
    """Turn any error into one fault that reveals nothing of what was read or written; `detail` says what failed."""
    try:
        yield
    except Fault:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the store has failed, and a decision must not go on
        if detail is None and _is_denied(error):
            raise OwnFault("store_denied", _DENIED) from None
        told = detail(error) if callable(detail) else detail
        raise OwnFault("store_unavailable", told or "the store does not answer") from None


_DENIED = (
    "the store's role lacks a right on its tables: grant it what docs/operations.md lists under PostgreSQL, or run the "
    "command as their owner"
)


def _is_denied(error: Exception) -> bool:
    """Whether PostgreSQL refused a statement for want of a right (42501, insufficient_privilege)."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) == "42501"


@contextlib.asynccontextmanager
async def bounded(seconds: float = LIMIT_SECONDS) -> AsyncIterator[None]:
    """As `closing`, with a time limit."""
    with closing():
        async with asyncio.timeout(seconds):
            yield


async def open_engine(url: str) -> AsyncEngine:
    """Open an engine on the database at `url`, with the tables of this version. Raises `OwnFault`."""
    parts = parse(url)
    with closing(partial(why, parts)):
        if parts.drivername.startswith("sqlite"):
            await asyncio.to_thread(_prepare, Path(parts.database or ""))
        engine = _engine(parts)
        try:
            async with asyncio.timeout(LIMIT_SECONDS), engine.connect() as connection:
                revision = await connection.run_sync(schema.revision_at_once)
            if revision != schema.NEWEST:
                await _upgrade(parts)
        except BaseException:
            await engine.dispose()
            raise
        return engine


async def revision_at(url: str) -> str | None:
    """Return the schema of the store at `url`, or None if there is no store yet. Changes nothing. Raises `OwnFault`."""
    parts = parse(url)
    if not _is_server(parts) and not await asyncio.to_thread(Path(parts.database or "").exists):
        return None
    with closing(partial(why, parts)):
        engine = _engine(parts)
        try:
            async with asyncio.timeout(LIMIT_SECONDS), engine.connect() as connection:
                return await connection.run_sync(schema.revision_at_once)
        finally:
            await engine.dispose()


@contextlib.asynccontextmanager
async def opened_for_upkeep(url: str) -> AsyncIterator[AsyncEngine]:
    """Yield an engine on the database at `url`, whose statements may take as long as upkeep may."""
    engine = _engine(parse(url), command_timeout=UPKEEP_SECONDS)
    try:
        yield engine
    finally:
        await engine.dispose()


def _engine(parts: URL, **changed: Any) -> AsyncEngine:
    arguments = connect_arguments(parts)
    engine = create_async_engine(
        driver_url(parts),
        connect_args={**arguments, **{name: value for name, value in changed.items() if name in arguments}},
        pool_size=4,
        max_overflow=4,
        pool_timeout=WAIT_SECONDS,
        # Reconnects once to a server that restarted. A file does not restart.
        pool_pre_ping=_is_server(parts),
        hide_parameters=True,
    )
    if not _is_server(parts):
        event.listen(engine.sync_engine, "connect", _set_up)
    return engine


def _is_server(parts: URL) -> bool:
    """Return whether the store is a server rather than a file."""
    return parts.drivername.startswith("postgresql")


async def _upgrade(parts: URL) -> None:
    engine = _engine(parts, command_timeout=UPGRADE_SECONDS)
    try:
        with closing("the store needs a step to this version; run 'meeting-proxy store upgrade' as its owner"):
            async with asyncio.timeout(UPGRADE_SECONDS), engine.begin() as connection:
                await connection.run_sync(schema.upgrade)
    finally:
        await engine.dispose()


def _prepare(path: Path) -> None:
    """Create directory and file such that others can never read the file.

    The file is switched to a write-ahead log here, once, because SQLite does not wait for a lock when it switches.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    until = time.monotonic() + WAIT_SECONDS
    with contextlib.closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)


def _set_up(connection: Any, _: object = None) -> None:
    """Configure each SQLite connection: commits are durable, and deleted data is overwritten."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")
    for setting in _SETTINGS:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def direct(engine: AsyncEngine) -> Direct | None:
    """Return the threads that ask a store in a file directly; None for one on a server. Opens nothing yet."""
    file = engine.url.database
    if _is_server(engine.url) or file is None:
        return None

    def opened() -> sqlite3.Connection:
        # The thread that closes them all at the end is another one.
        connection = sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        _set_up(connection)
        return connection

    return Direct(opened)


def one_of(dialect: str, number: int) -> str:
    """Return the condition that a text is one of a list, which is the argument with this number (`listed`)."""
    if dialect == "postgresql":
        return f"= ANY(${number}::varchar[])"
    return f"IN (SELECT value FROM json_each(?{number}))"  # noqa: S608 - a number


def listed(dialect: str, values: Collection[str]) -> object:
    """Return different texts as the argument of `one_of`."""
    different = list(dict.fromkeys(values))
    return different if dialect == "postgresql" else orjson.dumps(different).decode()


_NOTED = "noted statements"
"""Where a connection has the statements that are noted of it (`Database.noting`)."""


async def raw(connection: AsyncConnection, asked: Asked) -> Rows:
    """Return the rows of a statement as the driver gives them, without an object mapper."""
    noted = connection.info.get(_NOTED)
    if noted is not None:
        noted.append(asked)
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if connection.dialect.name == "postgresql":
        return [tuple(row) for row in await driver.fetch(asked.sql, *asked.arguments)]
    return list(await driver.execute_fetchall(asked.sql, asked.arguments))


Value = TypeVar("Value")
CHUNK = 500
"""The most values in a list of one statement."""


def chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """Yield the values in as many lists as one statement each may hold."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


class Database:
    """Runs statements on the store's database.

    Each statement runs in its own transaction, or all of them in that of `connection`. A store in a file has `threads`.
    """

    def __init__(
        self, engine: AsyncEngine, connection: AsyncConnection | None = None, threads: Direct | None = None
    ) -> None:
        self._engine, self._connection, self._threads = engine, connection, threads

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return an insert that can say what to do on a conflict; both dialects use the same syntax."""
        return postgresql.insert(table) if self.dialect == "postgresql" else sqlite.insert(table)

    async def rows(self, query: Executable) -> Sequence[Any]:
        """Return the rows of a query."""
        async with self.reading() as connection:
            return (await connection.execute(query)).all()

    async def answers(self, asked: Sequence[Asked], *, few: bool = False) -> list[Rows]:
        """Return the rows of each statement as the driver gives them. `few`: they are found quickly."""
        if self._threads is not None and self._connection is None:
            async with bounded():
                return await self._threads.answers(asked, few=few)
        async with self.reading() as connection:
            return [await raw(connection, each) for each in asked]

    @contextlib.asynccontextmanager
    async def noting(self) -> AsyncIterator[tuple[Database, list[Asked]]]:
        """Yield a database that reads one snapshot, and the statements by which it is read, as they come."""
        noted: list[Asked] = []
        async with bounded(), self._engine.connect() as connection:
            sqlite = self.dialect == "sqlite"
            await connection.exec_driver_sql("BEGIN" if sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            event.listen(connection.sync_connection, "before_cursor_execute", _noter(noted))
            connection.info[_NOTED] = noted
            try:
                yield Database(self._engine, connection), noted
            finally:
                connection.info.pop(_NOTED, None)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection to read with."""
        if self._connection is not None:
            with closing():
                yield self._connection
            return
        async with bounded(), self._engine.connect() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def together(self) -> AsyncIterator[Database]:
        """Yield the database over one connection: several statements, without a connection taken for each."""
        async with self.reading() as connection:
            yield Database(self._engine, connection)

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection in a transaction. Writes are durable once it ends."""
        if self._connection is not None:
            with closing():
                yield self._connection
            return
        async with bounded(), self._engine.begin() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def tending(self) -> AsyncIterator[Any]:
        """Yield the driver's own connection, outside of any transaction, for upkeep of the whole database."""
        async with bounded(UPKEEP_SECONDS), self._engine.connect() as connection:
            yield (await connection.get_raw_connection()).driver_connection

    async def get(self, statement: Executable, values: Mapping[str, object]) -> Rows:
        """Return the few rows of a fixed statement, as the driver gives them. `values` are those of its parameters."""
        return (await self.answers([self._fixed(statement, values)], few=True))[0]

    async def put(self, *changes: tuple[Executable, Mapping[str, object]]) -> None:
        """Execute fixed statements that change the store, all or none; durable on return."""
        if self._threads is not None and self._connection is None:
            async with bounded():
                await self._threads.write([self._fixed(*each) for each in changes])
            return
        async with self.writing() as connection:
            for statement, values in changes:
                await connection.execute(statement, values)

    def _fixed(self, statement: Executable, values: Mapping[str, object]) -> Asked:
        return _compiled(statement, self._engine.dialect).asked(values)

    async def add(self, table: Table, row: dict[str, object]) -> bool:
        """Append a row, durable on return. If its key is already on file, returns False and changes nothing."""
        async with self.writing() as connection:
            done = await connection.execute(self.insert(table).values(row).on_conflict_do_nothing())
            return done.rowcount == 1


class _Compiled:
    """A fixed statement as the driver takes it. Compiled anew each time, it would take longer than SQLite does."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        self._compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self._sql = str(self._compiled)
        types = {name: bind.type.dialect_impl(dialect) for name, bind in self._compiled.binds.items()}
        self._convert = {name: kind.bind_processor(dialect) for name, kind in types.items()}

    def asked(self, values: Mapping[str, object]) -> Asked:
        """Return it with the values of its parameters."""
        given = self._compiled.construct_params(values)
        return Asked(self._sql, tuple(self._value(name, given[name]) for name in self._compiled.positiontup))

    def _value(self, name: str, value: object) -> object:
        convert = self._convert[name]
        return value if convert is None else convert(value)


@lru_cache(maxsize=64)
def _compiled(statement: Executable, dialect: Dialect) -> _Compiled:
    return _Compiled(statement, dialect)


def _noter(noted: list[Asked]) -> Callable[..., None]:
    """Return a listener that notes each statement as it goes to the driver."""

    def note(_connection: object, _cursor: object, sql: str, arguments: Sequence[Any], *_: object) -> None:
        noted.append(Asked(sql, tuple(arguments)))

    return note
