"""Composition root, the one module that knows every other. Builds the parts, and starts and ends them in order."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import signal
import time
import uuid
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from aiohttp import web

from proxy import __version__
from proxy.desk import acts
from proxy.detection import selection
from proxy.detection.memory import KEY_BYTES, Memory
from proxy.edge import file_handles, gc_tuning, telemetry
from proxy.edge.acts import ActsToLedger
from proxy.edge.admin import api as admin_api
from proxy.edge.admin import health as admin
from proxy.edge.admin import openapi as admin_openapi
from proxy.edge.admin import webhooks
from proxy.edge.admin.sign_in import SignIns
from proxy.edge.configuration import action_operators, credentials, detection_files
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.consent_watch import while_allowed
from proxy.edge.detection.pool import WorkerPool
from proxy.edge.exchange_log import ExchangeLog
from proxy.edge.http import ingress
from proxy.edge.http.admission import Admission
from proxy.edge.http.upstream import HttpUpstream
from proxy.edge.ledger.anchors import in_store
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.anchors.configured import problems as problems_of_anchors
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.ledger.past_exchanges import LedgerFolder
from proxy.edge.ledger.retention import Retention
from proxy.edge.ledger.sharing import problems as problems_of_sharing
from proxy.edge.metrics import MeteredDetector, MeteredLedger, Metrics
from proxy.edge.pages import opening, service
from proxy.edge.ship.shipping import BESIDE_EXCHANGES, Shipping
from proxy.edge.store import database as store_url
from proxy.edge.store.ports import StoredDerivedTexts, StoredLaterReplies, StoredNotes, StoredRegistry
from proxy.edge.store.store import Store
from proxy.edge.turns import FairTurns
from proxy.errors import ClientFault
from proxy.exchange import Exchange
from proxy.planning import Planner
from proxy.ports import DerivedTexts, LaterReplies, NothingDerived, NothingLater
from proxy.settings import Limits, Listener, Settings
from proxy.steps.consultation import Consultation

log = telemetry.logger()

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


def problems_of(settings: Settings) -> list[str]:
    """Problems that a valid schema cannot show: missing secrets and files, ineffective recognizers."""
    known = [
        *credentials.problems(settings),
        *action_operators.problems(settings),
        *opening.problems(settings),
        *store_url.problems(settings.store),
        *problems_of_sharing(settings.ledger),
        *([] if settings.ledger.index is None else store_url.problems(settings.ledger.index, "ledger.index")),
        *problems_of_anchors(settings.ledger),
    ]
    try:
        settings = detection_files.filled(settings)
    except ConfigProblem as found:
        known += [str(problem) for problem in found.problems]
    return [*known, *selection.problems(settings)]


def run(settings: Settings, *, accept_loss: bool = False) -> None:
    """Serve until SIGTERM or SIGINT. `accept_loss`: also with a ledger that lacks what its anchors know."""
    telemetry.configure(settings.log_level)
    problems = problems_of(settings)
    if problems:
        raise ClientFault("configuration_invalid", "; ".join(problems))
    file_handles.allow(settings)
    uvloop.run(serve(settings, accept_loss=accept_loss))


async def serve(settings: Settings, stop: asyncio.Event | None = None, *, accept_loss: bool = False) -> None:
    """Build everything, listen, wait for the end, drain. Parts end in the reverse order of their start.

    Requests are accepted as soon as their records can be kept; those with words wait until detection is ready.
    """
    settings = detection_files.filled(settings)
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as parts:
        metrics = Metrics()
        detector = WorkerPool(settings.detection, settings.detections())
        parts.push_async_callback(detector.close)
        loading = loop.create_task(detector.start())  # takes longest; the other parts are built meanwhile
        parts.push_async_callback(_ended, loading)
        store = await Store.open(settings.store)
        parts.push_async_callback(store.close)
        ledger = await _ledger(parts, settings, store, accept_loss=accept_loss)
        metrics.watch(ledger.health, ledger.anchoring.states)
        metered = MeteredLedger(ledger, metrics)
        await acts.of_start(store, settings.log, settings.digest())
        to_ledger = ActsToLedger(store, metered.tell, settings, metrics, now)
        await to_ledger.start()
        parts.push_async_callback(to_ledger.close)
        upstream = HttpUpstream(settings.recipients, credentials.read(settings), settings.limits)
        parts.push_async_callback(upstream.close)
        exchange = await _exchange(settings, store, metrics, detector=detector, ledger=metered, upstream=upstream)
        gc_tuning.settle()  # takes a moment, so it runs before any request waits

        sign_ins = SignIns(credentials.admin_tokens(settings), store, time.monotonic)
        parts.push_async_callback(sign_ins.close)
        shipping = Shipping.of(settings.ledger, metrics.shipping, pace=BESIDE_EXCHANGES)
        parts.push_async_callback(shipping.close)
        shipping.start()
        retention = Retention(ledger, store, settings, now)
        parts.push_async_callback(retention.close)
        retention.start()

        ready = {"store": store.ping, "ledger": ledger.ping, "detector": detector.ping}
        await _open(
            parts,
            settings.admin,
            admin.build(ready, metrics, _admin_routes(settings, store, sign_ins), shipping.notes),
            settings.limits,
        )
        admission = Admission(settings.limits, time.monotonic, several=len(settings.clients) > 1)
        await _open(
            parts, settings.listen, ingress.build(exchange, admission, settings.limits, metrics), settings.limits
        )
        if settings.consent_pages is not None:
            pages = service.build(settings, settings.consent_pages, store, now)
            await _open(parts, settings.consent_pages, pages, settings.limits)
        await _first(loading, stop)
        if loading.done():
            log.info("serving", host=settings.listen.host, port=settings.listen.port, version=__version__)
        await stop.wait()
        log.info("draining")
    log.info("stopped")


async def _ledger(parts: AsyncExitStack, settings: Settings, store: Store, *, accept_loss: bool) -> LedgerFiles:
    """Open the ledger. It is closed when the parts end, and the store notes that this was in good order."""
    ledger = await LedgerFiles.open(
        settings.ledger,
        organization=settings.organization,
        keys=store.keys.of,
        clock=now,
        version=__version__,
        anchors=anchors_of(settings, store, now),
        accept_loss=accept_loss,
    )
    parts.push_async_callback(in_store.close, ledger, store, settings.log, now)
    return ledger


async def _exchange(
    settings: Settings,
    store: Store,
    metrics: Metrics,
    *,
    detector: WorkerPool,
    ledger: MeteredLedger,
    upstream: HttpUpstream,
) -> Exchange:
    """Build what runs every request, with everything that planning and its follow-up share."""
    later, derived = await _later_replies(settings, store), derived_texts(settings, store)
    consent, aside, found = (
        Consultation(settings, StoredRegistry(store), now),
        asyncio.to_thread,
        MeteredDetector(detector, metrics),
    )
    loaded = action_operators.of_routes(settings)
    memory = Memory(secrets.token_bytes(KEY_BYTES), settings.detection.remember_mib << 20)
    metrics.remember(memory)
    planner = Planner(settings, consent, found, digest, aside, later, derived, loaded, memory)
    return Exchange(
        settings,
        planner,
        consent,
        ledger,
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
        ExchangeLog(time.monotonic),
    )


async def _later_replies(settings: Settings, store: Store) -> LaterReplies:
    """Build the store of what restores later replies; entries past their time are overwritten first."""
    secret = credentials.later_secret(settings)
    if secret is None or settings.later_replies is None:
        return NothingLater()
    later = StoredLaterReplies(store, secret, settings.later_replies.hours, now)
    await later.sweep()
    return later


def derived_texts(settings: Settings, store: Store) -> DerivedTexts:
    """Build the store of digests of what clients are given back."""
    hours = settings.derived_texts.hours
    return StoredDerivedTexts(store, hours, now) if hours else NothingDerived()


async def _first(task: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Wait until `task` is done or `stop` is set; a fault of `task` is raised."""
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        await task


async def _ended(task: asyncio.Task[None]) -> None:
    """Cancel a task unless it is done, and wait until it is."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _admin_routes(settings: Settings, store: Store, sign_ins: SignIns) -> list[web.RouteDef]:
    """The routes of the admin listener for holders of a secret: the API, and the calls of meeting services."""
    past = LedgerFolder(Path(settings.ledger.directory), settings.ledger.index)
    api = admin_api.AdminApi(settings, store, past, now, new_id)
    calls = webhooks.ZoomCalls(credentials.zoom_secret(settings), store, settings.limits, now)
    return [*admin_api.routes(api, sign_ins, admin_openapi.packed), *calls.routes()]


async def _open(parts: AsyncExitStack, listener: Listener, site: web.Application, limits: Limits) -> None:
    """Listen, and drain when the parts end."""
    runner = ingress.runner(site, limits.drain_seconds)
    await runner.setup()
    await web.TCPSite(runner, listener.host, listener.port).start()
    parts.push_async_callback(runner.cleanup)
