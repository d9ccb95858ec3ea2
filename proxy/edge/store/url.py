"""Where the store is, as ``store`` in the configuration says it: a file, or a PostgreSQL server."""

from __future__ import annotations

import ssl
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from proxy.errors import OwnFault

WAIT_SECONDS = 5.0
"""How long a connection, a statement or a lock is waited for."""

_SQLITE = ("sqlite", "sqlite+aiosqlite")
_POSTGRES = ("postgresql", "postgresql+asyncpg")
_HERE = ("localhost", "127.0.0.1", "::1")
_TLS = ("disable", "require", "verify-full")


def parse(url: str) -> URL:
    """The store's URL, with the driver to use. Raises `OwnFault` on one that cannot be meant; quotes none of it."""
    try:
        parts = make_url(url)
    except ArgumentError:
        raise _fault("write the store as sqlite:///path/to/proxy.db or postgresql://user@host/database") from None
    if parts.drivername in _SQLITE:
        return _sqlite(parts)
    if parts.drivername in _POSTGRES:
        return _postgresql(parts)
    raise _fault("write the store as sqlite:///path/to/proxy.db or postgresql://user@host/database")


def problems(url: str) -> list[str]:
    """What is wrong with the store's URL, for a check of the configuration; opens nothing."""
    try:
        parse(url)
    except OwnFault as fault:
        return [f"store: {fault.detail}"]
    return []


def connect_arguments(parts: URL) -> dict[str, Any]:
    """What the driver is given besides the URL: time-outs, and how the connection is encrypted."""
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
    """The URL without what `connect_arguments` says already."""
    return parts.difference_update_query(["sslmode", "sslrootcert"])


def _tls(parts: URL) -> ssl.SSLContext | bool:
    """Verified against the host's name unless the server is on this machine, or the operator says otherwise."""
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
