"""Looks at what a configuration needs outside of itself: ports, store, disk, recipients, and the detection model.

Recipients are asked ``HEAD`` for the path of their `base_url`, without a key or a word, the identity provider for its
description and keys, and the mail server is signed in to; nothing else is contacted.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import socket
import ssl
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from cryptography.x509 import load_pem_x509_certificate

from proxy.edge.admin.asking import connection_to
from proxy.edge.admin.oidc.provider import Provider
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.detection.pool import WorkerPool
from proxy.edge.http import tls, unopened
from proxy.edge.ledger import own_store
from proxy.edge.mail import outbox
from proxy.edge.pages.opening import mail_password
from proxy.edge.store.database import revision_at
from proxy.edge.store.schema import NEWEST
from proxy.edge.store.store import Store
from proxy.errors import OwnFault, UpstreamFault
from proxy.settings import Listener, Mail, Oidc, Recipient, Settings

SYNCS = 20
RECORD_BYTES = 4096
"""What is written to measure the disk: about a record, so many times."""
SKEW_SECONDS = 5
MAX_SKEW_SECONDS = 300
"""Beyond this, records of other hosts lie in the future."""
EXPIRES_DAYS = 14


class State(StrEnum):
    """How something was found."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class Finding(NamedTuple):
    """What was looked at, how it was found, and what to do about it."""

    what: str
    state: State
    told: str
    remedy: str = ""


def ports(settings: Settings) -> Iterator[Finding]:
    """Look whether each listener could be opened now."""
    running = _runs(settings.admin)
    for name, listener in tls.listeners(settings).items():
        yield _port(name, listener, running=running)


def certificates(settings: Settings) -> Iterator[Finding]:
    """Look how long the certificates of the listeners are valid."""
    for name, listener in tls.listeners(settings).items():
        if listener.tls is not None:
            until = load_pem_x509_certificate(Path(listener.tls.certificate).read_bytes()).not_valid_after_utc
            yield _lasting(f"{name}.tls", "is readable", until, "renew it, and reload")


def _port(name: str, listener: Listener, *, running: bool) -> Finding:
    what, address = f"{name}.port", f"{listener.host} port {listener.port}"
    try:
        resolved = socket.getaddrinfo(listener.host, listener.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, place = resolved[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
            tried.listen()
    except OSError as error:
        if running:
            return Finding(what, State.OK, f"{address} is open: a proxy runs")
        found = unopened.why(name, listener, error)
        return Finding(what, State.FAILED, f"{address} {found.what}", found.remedy)
    return Finding(what, State.OK, f"{address} is free")


def _runs(admin: Listener) -> bool:
    """Whether a proxy answers at the admin listener."""
    connection = connection_to(admin, seconds=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read() == b'{"status": "ok"}'
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


async def store(settings: Settings) -> Finding:
    """Look whether the store answers, at its schema, and whether it is that of the ledger. Changes nothing."""
    try:
        revision = await revision_at(settings.store)
        foreign = await _keys(settings) if revision == NEWEST else None
    except OwnFault as fault:
        return Finding("store", State.FAILED, f"does not answer ({fault.reason})", fault.detail)
    if revision is None:
        return Finding("store", State.OK, f"is not there yet; the first start makes schema {NEWEST}")
    if revision != NEWEST:
        told = f"has schema {revision}, and this version needs {NEWEST}"
        return Finding("store", State.WARNING, told, "back it up, then: meeting-proxy store upgrade")
    return foreign or Finding("store", State.OK, f"answers, schema {revision}")


async def _keys(settings: Settings) -> Finding | None:
    """Look whether the store has the keys of the meetings that the ledger names."""
    async with await Store.open(settings.store) as opened:
        named, lacking = await own_store.lacking_keys(settings, opened)
    if not lacking:
        return None
    told = f"has no key for {lacking} of {named} meetings that the ledger names: it is another store, or an old copy"
    return Finding("store", State.FAILED, told, own_store.REMEDY)


def disk(settings: Settings) -> Finding:
    """Measure how long a record takes to be durable where the ledger is, or will be."""
    folder = Path(settings.ledger.directory).absolute()
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    took: list[float] = []
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            for _ in range(SYNCS):
                began = time.perf_counter()
                file.write(os.urandom(RECORD_BYTES))
                file.flush()
                os.fdatasync(file.fileno())
                took.append(time.perf_counter() - began)
    except OSError as error:
        remedy = "run doctor as the proxy's user; give it this folder, and free space"
        return Finding("ledger.directory", State.FAILED, f"{there}: {error.strerror}", remedy)
    told = f"a record is durable in {statistics.median(took) * 1000:.1f} ms, at worst in {max(took) * 1000:.1f} ms"
    if max(took) > settings.ledger.write_seconds / 2:
        remedy = "put the ledger on a local disk that syncs faster, or raise ledger.write_seconds"
        return Finding("ledger.directory", State.WARNING, told, remedy)
    return Finding("ledger.directory", State.OK, told)


def recipients(settings: Settings) -> Iterator[Finding]:
    """Look for each recipient's name, connection, certificate and clock."""
    for name, recipient in settings.recipients.items():
        yield from _recipient(f"recipients.{name}", recipient)


def _recipient(what: str, recipient: Recipient) -> Iterator[Finding]:
    parts = urlsplit(recipient.base_url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        yield Finding(what, State.FAILED, f"no address is known for {host}", "correct base_url, or the name server")
        return
    connection = _connection(host, port, recipient) if secure else http.client.HTTPConnection(host, port)
    connection.timeout = recipient.connect_seconds
    try:
        connection.connect()
        until = _valid_until(connection.sock) if secure else None
        date = _date(connection, parts)
    except ssl.SSLCertVerificationError as error:
        remedy = "name the authority in ca_file, or the host of the certificate in base_url"
        yield Finding(what, State.FAILED, f"its certificate is not trusted: {error.verify_message}", remedy)
    except (OSError, http.client.HTTPException) as error:
        remedy = f"start what listens at {host} port {port}, or correct base_url; if it runs, let this host reach it: "
        remedy += "see docs/operations.md#egress-firewall"
        yield Finding(what, State.FAILED, f"no connection ({type(error).__name__})", remedy)
    else:
        yield _reached(what, until)
        if date is not None:
            yield _clock(what, date)
    finally:
        connection.close()


def _connection(host: str, port: int, recipient: Recipient) -> http.client.HTTPSConnection:
    return http.client.HTTPSConnection(host, port, context=ssl.create_default_context(cafile=recipient.ca_file))


def _valid_until(connected: object) -> datetime | None:
    """Until when the certificate of a connection is valid."""
    written = (connected.getpeercert() or {}).get("notAfter") if isinstance(connected, ssl.SSLSocket) else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(written)), UTC) if written else None


def _date(connection: http.client.HTTPConnection, parts: SplitResult) -> datetime | None:
    connection.request("HEAD", parts.path or "/", headers={"User-Agent": "", "Accept": "*/*"})
    reply = connection.getresponse()
    reply.read()
    try:
        return parsedate_to_datetime(reply.headers["date"]).astimezone(UTC)
    except (TypeError, ValueError):
        return None


def _reached(what: str, until: datetime | None) -> Finding:
    if until is None:
        return Finding(what, State.OK, "answers")
    return _lasting(what, "answers; its certificate is trusted", until, "ask them to renew it")


def _lasting(what: str, told: str, until: datetime, remedy: str) -> Finding:
    days = (until - datetime.now(UTC)).days
    if days < EXPIRES_DAYS:
        return Finding(what, State.WARNING, f"{told}, and ends in {days} days", remedy)
    return Finding(what, State.OK, f"{told}, and valid for {days} days")


def _clock(what: str, date: datetime) -> Finding:
    apart = abs((datetime.now(UTC) - date).total_seconds())
    told = f"this host and {what.partition('.')[2]} are {apart:.0f} s apart"
    if apart <= SKEW_SECONDS:
        return Finding("clock", State.OK, told)
    state = State.FAILED if apart > MAX_SKEW_SECONDS else State.WARNING
    return Finding("clock", state, told, "keep time by NTP: timedatectl set-ntp true")


async def provider(oidc: Oidc) -> Finding:
    """Look whether the identity provider says of itself what signing in needs, and has keys."""
    what = "admin.oidc"
    try:
        await Provider(oidc, "").keys()
    except UpstreamFault as fault:
        remedy = "correct admin.oidc.issuer (and ca_file), or let this host reach it; see docs/operations.md#access"
        return Finding(what, State.FAILED, fault.detail, remedy)
    return Finding(what, State.OK, "answers, and has keys for signatures")


def mail(server: Mail) -> Finding:
    """Look whether the mail server encrypts as it has to, is trusted, and takes the sign-in. No mail is sent."""
    what = "consent_pages.mail"
    try:
        with outbox(server, mail_password(server)):
            pass
    except ConfigProblem as found:
        return Finding(found.problems[0].field, State.FAILED, found.problems[0].message, found.problems[0].remedy)
    except OwnFault as fault:
        told, _, remedy = fault.detail.partition("; ")
        return Finding(what, State.FAILED, told, remedy or "correct user and password")
    return Finding(what, State.OK, "answers" if server.user is None else "answers, and takes the sign-in")


async def model(settings: Settings) -> Finding:
    """Load detection as a start does, with one worker. `settings` must have the words of their files."""
    detection = settings.detection.model_copy(update={"workers": 1})
    pool, began = WorkerPool(detection, settings.detections()), time.monotonic()
    try:
        await pool.start()
    except OwnFault as fault:
        return Finding("detection", State.FAILED, f"does not load ({fault.reason})", fault.detail)
    finally:
        await pool.close()
    return Finding("detection", State.OK, f"loads in {time.monotonic() - began:.1f} s")


async def all_of(settings: Settings, *, offline: bool = False) -> list[Finding]:
    """Look at everything; `offline`: at nothing outside of this host. `settings` must have the words of their files."""
    found = [*await asyncio.to_thread(lambda: [*ports(settings), *certificates(settings)]), await store(settings)]
    found.append(await asyncio.to_thread(disk, settings))
    if not offline:
        found += await asyncio.to_thread(lambda: list(recipients(settings)))
        found += [await provider(settings.admin.oidc)] if settings.admin.oidc is not None else []
        pages = settings.consent_pages
        if pages is not None and pages.mail is not None:
            found.append(await asyncio.to_thread(mail, pages.mail))
    return [*found, await model(settings)]
