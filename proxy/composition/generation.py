"""What serves requests under one snapshot of the settings: built as a whole, and closed when its last request ended.

What stays while the process runs, whatever the settings say, is `Standing`. Detection is kept apart: it takes seconds
and memory to load, so generations with the same settings of it share one.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import secrets
import ssl
import time
import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from proxy.detection.memory import KEY_BYTES, Memory
from proxy.edge.admin.api import AdminApi
from proxy.edge.admin.callers import Ways
from proxy.edge.admin.scim import ScimApi
from proxy.edge.admin.webhooks import ZoomCalls
from proxy.edge.configuration import action_operators, credentials
from proxy.edge.consent_watch import while_allowed
from proxy.edge.console.parts import ConsoleParts, Plan
from proxy.edge.detection.pool import WorkerPool
from proxy.edge.exchange_log import ExchangeLog
from proxy.edge.http import tls
from proxy.edge.http.upstream import HttpUpstream
from proxy.edge.kept import Kept
from proxy.edge.ledger.past_exchanges import LedgerFolder
from proxy.edge.metrics import MeteredDetector, Metrics
from proxy.edge.pages.service import PageService
from proxy.edge.store.ports import StoredDerivedTexts, StoredLaterReplies, StoredNotes, StoredRegistry
from proxy.edge.store.store import Store
from proxy.edge.turns import FairTurns
from proxy.exchange import Exchange
from proxy.model import Inbound
from proxy.planning import Planned, Planner
from proxy.ports import DerivedTexts, LaterReplies, Ledger, NothingDerived, NothingLater, Quota
from proxy.settings import Settings
from proxy.steps.call import Call
from proxy.steps.consultation import Consultation

TURNS_PER_WORKER = 4
"""Requests that are planned at once for each detection worker: while some are detected, others are read."""


def now() -> datetime:
    """The clock of the whole product."""
    return datetime.now(UTC)


def new_id() -> str:
    """An exchange id: random, so that it says nothing of time, client or order."""
    return uuid.uuid4().hex


def digest(body: bytes) -> bytes:
    """SHA-256 of a body."""
    return hashlib.sha256(body).digest()


def derived_texts(settings: Settings, store: Store) -> DerivedTexts:
    """Build the store of digests of what clients are given back."""
    hours = settings.derived_texts.hours
    return StoredDerivedTexts(store, hours, now) if hours else NothingDerived()


@dataclass(frozen=True, slots=True)
class Standing:
    """The parts that every generation uses."""

    store: Store
    ledger: Ledger
    metrics: Metrics
    journal: ExchangeLog
    quota: Quota


class Detecting:
    """Detection under its settings, which must have the words of their files, and what it remembers.

    `number` tells it from any other of this proxy.
    """

    _numbers = itertools.count()

    def __init__(
        self,
        settings: Settings,
        *,
        number: int | None = None,
        pool: WorkerPool | None = None,
        memory: Memory | None = None,
    ) -> None:
        """Where `number`, `pool` and `memory` are given, another process shares its detection with this one."""
        self._by = _told(settings)
        self.number = next(self._numbers) if number is None else number
        self.pool = pool or WorkerPool(settings.detection, settings.detections())
        self.memory = memory or Memory(secrets.token_bytes(KEY_BYTES), settings.detection.remember_mib << 20)

    def serves(self, settings: Settings) -> bool:
        """Return whether these settings say the same of detection, including the content of its files."""
        return self._by == _told(settings)

    def kept(self) -> Kept[Detecting]:
        """Return it as a part that ends its processes when nobody uses it any more."""
        return Kept(self, self.pool.close)


def _told(settings: Settings) -> tuple[str, dict[str, str]]:
    """What settings say of detection, with the digests of its files."""
    routes = {name: each.model_dump_json() for name, each in settings.detections().items()}
    return settings.detection.model_dump_json(), routes


@dataclass(frozen=True, slots=True)
class Generation:
    """Everything that a request meets and that depends on settings."""

    settings: Settings
    exchange: Exchange
    api: AdminApi
    scim: ScimApi
    console: ConsoleParts
    calls: ZoomCalls
    pages: PageService | None
    detecting: Detecting
    admin_ways: Ways
    certificates: Mapping[str, ssl.SSLContext]


async def built(settings: Settings, standing: Standing, detecting: Kept[Detecting]) -> Kept[Generation]:
    """Build a generation, which uses `detecting` until it closes. Reads secrets and certificates.

    `settings` must have the words of their files. Raises `ConfigProblem`, or `OwnFault` where the store fails.
    """
    store = standing.store
    async with AsyncExitStack() as parts:
        detection = parts.enter_context(detecting.used())
        upstream = HttpUpstream(settings.recipients, credentials.read(settings), settings.limits)
        parts.push_async_callback(upstream.close)
        past = LedgerFolder(Path(settings.ledger.directory), settings.ledger.index)
        pages = settings.consent_pages
        exchange = await _exchange(settings, standing, detection, upstream)
        generation = Generation(
            settings,
            exchange,
            AdminApi(settings, store, past, now, new_id),
            ScimApi(settings, store, now, new_id),
            ConsoleParts(settings, store, past, now, new_id, _trying(exchange.planner)),
            ZoomCalls(credentials.zoom_secret(settings), store, settings.limits, now),
            None if pages is None else PageService(settings, pages, store, past, now),
            detection,
            credentials.admin_ways(settings),
            tls.contexts(settings),
        )
        return Kept(generation, parts.pop_all().aclose)


def _trying(planner: Planner) -> Plan:
    """Return what plans a request under the settings of `planner`, or under others that differ in policy alone."""

    async def plan(settings: Settings, inbound: Inbound, meeting: str | None, call: Call) -> Planned:
        consent = replace(planner.consent, settings=settings)
        trying = replace(planner, settings=settings, consent=consent, memory=Memory(b"", 0))
        return await trying.plan(inbound, meeting, new_id(), call)

    return plan


async def _exchange(settings: Settings, standing: Standing, detection: Detecting, upstream: HttpUpstream) -> Exchange:
    """Build what runs every request, with everything that planning and its follow-up share."""
    store, metrics, aside = standing.store, standing.metrics, asyncio.to_thread
    later, derived = await _later_replies(settings, store), derived_texts(settings, store)
    consent = Consultation(settings, StoredRegistry(store), now)
    found = MeteredDetector(detection.pool, metrics)
    loaded = action_operators.of_routes(settings)
    planner = Planner(settings, consent, found, digest, aside, later, derived, loaded, detection.memory)
    return Exchange(
        settings,
        planner,
        consent,
        standing.ledger,
        upstream,
        while_allowed,
        now,
        new_id,
        aside,
        later,
        derived,
        StoredNotes(store, metrics),
        FairTurns(
            TURNS_PER_WORKER * settings.detection.workers,
            settings.limits.turn_seconds,
            time.monotonic,
            metrics.turns_waiting,
            metrics.turn_waits,
        ),
        standing.journal,
        standing.quota,
    )


async def _later_replies(settings: Settings, store: Store) -> LaterReplies:
    """Build the store of what restores later replies; entries past their time are overwritten first."""
    secret = credentials.later_secret(settings)
    if secret is None or settings.later_replies is None:
        return NothingLater()
    later = StoredLaterReplies(store, secret, settings.later_replies.hours, now)
    await later.sweep()
    return later
