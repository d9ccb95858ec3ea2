"""Why a store cannot be opened, in words: which file or server, what is wrong with it, and what to do.

The words are this program's own: what a driver says may quote what it was given.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import ssl
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import URL


class _Cause(NamedTuple):
    what: str
    remedy: str


_OF_SQLITE: Mapping[int, _Cause] = {
    sqlite3.SQLITE_NOTADB: _Cause("it is no file of SQLite", "name another one, or restore its backup"),
    sqlite3.SQLITE_CORRUPT: _Cause("it is damaged", "restore its backup"),
    sqlite3.SQLITE_BUSY: _Cause("another process holds it locked", "end that process, or try again"),
    sqlite3.SQLITE_READONLY: _Cause("it may not be written", "give it and its folder to the proxy's user"),
    sqlite3.SQLITE_CANTOPEN: _Cause("it is a folder, or may not be read", "name a file of the proxy's user"),
    sqlite3.SQLITE_FULL: _Cause("its disk is full", "free space"),
}
"""By the primary result code."""

_OF_SERVER: Mapping[str, _Cause] = {
    "3D000": _Cause("there is no such database", "make it, or correct its name in 'store'"),
    "28000": _Cause("the server does not let this role in", "make the role, or admit it in pg_hba.conf"),
    "28P01": _Cause("the server does not take the password", "correct PGPASSWORD, or the file that PGPASSFILE names"),
    "53300": _Cause("the server has no connection left", "raise max_connections"),
    "57P03": _Cause("the server is starting or stopping", "try again"),
    "42501": _Cause("the role lacks a right", "grant it what docs/operations.md lists under PostgreSQL"),
}
"""By SQLSTATE."""

_ANYTHING = _Cause("it does not answer", "check where it is, and who may open and change it")


def why(parts: URL, error: BaseException) -> str:
    """Return which store cannot be opened, why, and what to do. `parts` is its URL, which holds no password."""
    cause = next((found for each in _chain(error) if (found := _cause(each))), _ANYTHING)
    return f"the store cannot be opened: {_named(parts)}: {cause.what}; {cause.remedy}"


def _named(parts: URL) -> str:
    if not parts.drivername.startswith("postgresql"):
        return f"file {parts.database}"
    host = parts.host or str(parts.query.get("host", ""))
    at = f"{host} port {parts.port or 5432}" if parts.host else host
    return f"database {parts.database} of role {parts.username} on {at}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from, as libraries wrap what their drivers raise."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__


def _cause(error: BaseException) -> _Cause | None:
    if isinstance(state := getattr(error, "sqlstate", None), str):
        return _OF_SERVER.get(state)
    if isinstance(error, sqlite3.Error):
        return _OF_SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    if type(error).__name__ == "TargetServerAttributeNotMatched":
        return _Cause("the server is a standby", "name the primary")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _Cause("the server's certificate is not trusted", "name its authority: ?sslrootcert=/path/ca.pem")
    if isinstance(error, ssl.SSLError):
        return _Cause("the encrypted connection failed", "see that the server speaks TLS 1.2 or newer")
    return _of_system(error)


def _of_system(error: BaseException) -> _Cause | None:
    if isinstance(error, TimeoutError):
        return _Cause("it does not answer in time", "see that it runs, and that no firewall is between")
    if isinstance(error, socket.gaierror):
        return _Cause("its host has no address here", "correct the name in 'store', or the name server")
    if isinstance(error, ConnectionRefusedError):
        return _Cause("nothing listens there", "start the server, or correct host and port in 'store'")
    if isinstance(error, ConnectionError) and error.errno is None and "SSL upgrade" in str(error):
        return _Cause("the server does not encrypt", "switch TLS on there, or accept plain text: ?sslmode=disable")
    if isinstance(error, OSError) and error.errno is not None:
        return _Cause(os.strerror(error.errno), _ANYTHING.remedy)
    return None
