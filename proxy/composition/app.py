"""Composition root: builds the parts that stay while the process runs, and starts and ends them in order."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop
from aiohttp import web

from proxy import __version__
from proxy.composition.generation import Detecting, Standing, built, new_id, now
from proxy.composition.reload import InForce, Read, Reload, Unusable
from proxy.desk import acts
from proxy.detection import selection
from proxy.edge import cores, file_handles, gc_tuning, telemetry
from proxy.edge.acts import ActsToLedger
from proxy.edge.admin import api as admin_api
from proxy.edge.admin import health as admin
from proxy.edge.admin import openapi as admin_openapi
from proxy.edge.admin import scim, webhooks
from proxy.edge.admin.gate import Entry
from proxy.edge.admin.oidc.routes import BrowserSignIn
from proxy.edge.admin.sign_in import SignIns
from proxy.edge.by_age import ByAge
from proxy.edge.configuration import action_operators, credentials, detection_files, folders, lines
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.configuration.file import load
from proxy.edge.console.parts import Watched
from proxy.edge.console.site import Console
from proxy.edge.exchange_log import ExchangeLog
from proxy.edge.expiry import Expiry
from proxy.edge.http import ingress, tls, unopened
from proxy.edge.http.admission import Admission, share_of
from proxy.edge.http.loads import Loads
from proxy.edge.http.server import HttpSite
from proxy.edge.http.shared_sockets import Shared as SharedSockets
from proxy.edge.http.shared_sockets import bound
from proxy.edge.ledger import own_store
from proxy.edge.ledger.anchors import in_store
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.anchors.configured import problems as problems_of_anchors
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.ledger.retention import Retention
from proxy.edge.ledger.sharing import problems as problems_of_sharing
from proxy.edge.metrics import MeteredLedger, Metrics
from proxy.edge.pages import opening, service
from proxy.edge.processes.sibling import Shared
from proxy.edge.processes.siblings import Siblings
from proxy.edge.quota import CountedHere, WordsOfDay
from proxy.edge.ship.shipping import BESIDE_EXCHANGES, Shipping
from proxy.edge.store import database as store_url
from proxy.edge.store.store import Store
from proxy.errors import ClientFault, OwnFault
from proxy.settings import Settings

log = telemetry.logger()


def problems_of(settings: Settings, path: Path) -> list[str]:
    """Problems that a valid schema cannot show: missing secrets and files, ineffective recognizers.

    `settings` are those of the file at `path`. Raises `ConfigProblem` if it is no such file any more.
    """
    known = [
        *credentials.problems(settings),
        *action_operators.problems(settings),
        *opening.problems(settings),
        *store_url.problems(settings.store),
        *problems_of_sharing(settings.ledger),
        *([] if settings.ledger.index is None else store_url.problems(settings.ledger.index, "ledger.index")),
        *problems_of_anchors(settings.ledger),
        *folders.problems(settings),
        *tls.problems(settings),
    ]
    try:
        settings = detection_files.filled(settings)
    except ConfigProblem as found:
        known += [str(problem) for problem in found.problems]
    return lines.located([*known, *selection.problems(settings)], path)


def run(path: Path, *, accept_loss: bool = False) -> None:
    """Serve by the settings in a file until SIGTERM or SIGINT; read it again at SIGHUP.

    `accept_loss`: also with a ledger that lacks what its anchors know. Raises `ConfigProblem` if the file is invalid.
    """
    # A signal that comes before it can be heeded waits.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    settings = load(path)
    telemetry.configure(settings.log_level)
    problems = problems_of(settings, path)
    if problems:
        raise ClientFault("configuration_invalid", "; ".join(problems))
    file_handles.allow(settings)
    uvloop.run(serve(settings, again=lambda running: _again(path, running), accept_loss=accept_loss))


def _again(path: Path, running: Settings) -> Settings:
    """Read the settings again, with the content of their files. Raises `ConfigProblem` or `Unusable`."""
    settings = load(path, running=running)
    if problems := problems_of(settings, path):
        raise Unusable(problems)
    return detection_files.filled(settings)


async def serve(
    settings: Settings, stop: asyncio.Event | None = None, *, again: Read | None = None, accept_loss: bool = False
) -> None:
    """Build everything, listen, wait for the end, drain. Parts end in the reverse order of their start.

    Requests are accepted as soon as their records can be kept; those with words wait until detection is ready. `again`
    reads the settings again at SIGHUP.
    """
    settings = detection_files.filled(settings)
    stop, hung_up = stop or asyncio.Event(), asyncio.Event()
    _heed(stop, hung_up if again is not None else None)
    async with AsyncExitStack() as parts:
        metrics = Metrics(__version__)
        detecting = Detecting(settings).kept()
        parts.push_async_callback(detecting.closed)
        loading = asyncio.get_running_loop().create_task(detecting.part.pool.start())  # takes longest
        parts.push_async_callback(_ended, loading)
        store = await Store.open(settings.store)
        parts.push_async_callback(store.close)
        ledger = await _ledger(parts, settings, store, accept_loss=accept_loss)
        metrics.watch(ledger.health, ledger.anchoring.states)
        metered = MeteredLedger(ledger, metrics)
        to_ledger = await _acts(parts, settings, store, metered, metrics)
        quota = WordsOfDay(now)
        standing = Standing(store, metered, metrics, ExchangeLog(time.monotonic), CountedHere(quota))
        in_force = InForce(await built(settings, standing, detecting), detecting)
        parts.push_async_callback(in_force.close)
        metrics.remember(lambda: in_force.generation.detecting.memory)
        gc_tuning.settle()  # takes a moment, so it runs before any request waits

        sign_ins = SignIns(in_force.generation.admin_ways, store, time.monotonic, now)
        parts.push_async_callback(sign_ins.close)
        shipping = _shipping(parts, settings, standing)
        by_age = _by_age(parts, settings, ledger, standing)
        processes = settings.server.number(cores.usable())
        limits = share_of(settings.limits, processes)
        admission = Admission(limits, time.monotonic, quota, several=len(settings.clients) > 1)
        shared = Shared(metered, standing.journal, admission.own, quota, in_force.client, in_force.detection)
        siblings = Siblings(processes - 1, shared, in_force.orders(processes), metrics) if processes > 1 else None
        watched = _watched(standing, ledger, in_force, shipping)
        site = _admin_site(
            _checks(store, ledger, in_force, siblings), watched, in_force, sign_ins, lambda: _loading(loading, siblings)
        )
        await _open(parts, "admin", in_force, site)
        _give_back(parts, admission)
        await _open_to_clients(parts, in_force, ingress.build(in_force.exchange, admission, limits, metrics), siblings)
        if settings.consent_pages is not None:
            await _open(parts, "consent_pages", in_force, service.build(in_force.pages, settings.limits))
        await _first(loading, stop)
        if again is not None:  # asked for earlier, it begins now: detection is replaced whole, or not at all
            reload = Reload(in_force, standing, again, admission, sign_ins, to_ledger, by_age, siblings)
            parts.push_async_callback(_ended, asyncio.get_running_loop().create_task(reload.run(hung_up)))
        if loading.done():
            log.info("serving", host=settings.listen.host, port=settings.listen.port, version=__version__)
        await stop.wait()
        log.info("draining")
        if siblings is not None:
            siblings.stop()  # They drain while this process does.
    log.info("stopped")


def _heed(stop: asyncio.Event, hung_up: asyncio.Event | None) -> None:
    """Set an event at each signal that ends the process or has it read its settings again."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if hung_up is not None:
        loop.add_signal_handler(signal.SIGHUP, hung_up.set)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})


def _shipping(parts: AsyncExitStack, settings: Settings, standing: Standing) -> Shipping:
    """Start to ship the ledger."""
    shipping = Shipping.of(settings.ledger, standing.metrics.shipping, pace=BESIDE_EXCHANGES)
    parts.push_async_callback(shipping.close)
    shipping.start()
    return shipping


def _by_age(parts: AsyncExitStack, settings: Settings, ledger: LedgerFiles, standing: Standing) -> tuple[ByAge, ...]:
    """Start what takes away what is old: the ledger's events, meetings, people."""
    found = (Retention(ledger, standing.store, settings, now), Expiry(standing.store, settings, new_id, now))
    for each in found:
        parts.push_async_callback(each.close)
        each.start()
    return found


async def _ledger(parts: AsyncExitStack, settings: Settings, store: Store, *, accept_loss: bool) -> LedgerFiles:
    """Open the ledger. It is closed when the parts end, and the store notes that this was in good order.

    A store that is not the ledger's is refused, unless the loss is accepted.
    """
    if not accept_loss:
        await own_store.check(settings, store)
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


async def _acts(
    parts: AsyncExitStack, settings: Settings, store: Store, ledger: MeteredLedger, metrics: Metrics
) -> ActsToLedger:
    """Put on file that the proxy starts, and begin to take what operators did into the ledger."""
    await acts.of_start(store, settings.log, settings.digest())
    to_ledger = ActsToLedger(store, ledger.tell, settings, metrics, now)
    await to_ledger.start()
    parts.push_async_callback(to_ledger.close)
    return to_ledger


def _give_back(parts: AsyncExitStack, admission: Admission) -> None:
    """Return freed memory to the system now and then."""
    giving = gc_tuning.give_back_now_and_then(lambda: admission.received, lambda: admission.under_way)
    parts.push_async_callback(_ended, asyncio.get_running_loop().create_task(giving))


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


def _watched(standing: Standing, ledger: LedgerFiles, in_force: InForce, shipping: Shipping) -> Watched:
    """What the console shows of this process."""
    return Watched(
        standing.metrics,
        standing.journal.recent,
        ledger.health,
        ledger.anchoring.states,
        lambda: in_force.loaded,
        shipping.notes,
    )


def _admin_site(
    checks: Mapping[str, admin.Check],
    watched: Watched,
    in_force: InForce,
    sign_ins: SignIns,
    loading: Callable[[], Collection[str]],
) -> web.Application:
    """The application behind the admin listener. `loading` are the parts that are still being started."""
    return admin.build(
        checks,
        watched.metrics,
        admin_entries(in_force, sign_ins, watched),
        shipping=watched.shipping,
        loaded=watched.loaded,
        loading=loading,
        sign_ins=sign_ins,
    )


def admin_entries(in_force: InForce, sign_ins: SignIns, watched: Watched) -> list[Entry]:
    """The routes of the admin listener for callers who are known, and for meeting services."""
    api = admin_api.entries(lambda: in_force.generation.api, admin_openapi.packed)
    console = Console(lambda: in_force.generation.console, watched, sign_ins).entries()
    directory = scim.entries(lambda: in_force.generation.scim)
    calls = webhooks.entries(lambda: in_force.generation.calls)
    return [*api, *directory, *console, *BrowserSignIn(sign_ins).entries(), *calls]


def _checks(store: Store, ledger: LedgerFiles, in_force: InForce, siblings: Siblings | None) -> dict[str, admin.Check]:
    """The parts that must work, by name."""
    alone: dict[str, admin.Check] = {"store": store.ping, "ledger": ledger.ping, "detector": in_force.ping}
    return alone if siblings is None else {**alone, "processes": siblings.ping}


def _loading(detection: asyncio.Task[None], siblings: Siblings | None) -> list[str]:
    """What is still being started for the first time."""
    started = {"detector": detection.done(), "processes": siblings is None or siblings.started}
    return [name for name, done in started.items() if not done]


async def _open_to_clients(
    parts: AsyncExitStack, in_force: InForce, site: web.Application, siblings: Siblings | None
) -> None:
    """Listen for clients, in this process and in its siblings."""
    if siblings is None:
        await _open(parts, "listen", in_force, site)
        return
    loads = Loads.begun(1 + siblings.number)
    parts.callback(loads.close)
    sockets = await _open(parts, "listen", in_force, site, loads)
    parts.push_async_callback(siblings.close)
    siblings.start(sockets, loads)


async def _open(
    parts: AsyncExitStack, name: str, in_force: InForce, site: web.Application, loads: Loads | None = None
) -> list[socket.socket]:
    """Listen as the section `name` says, and drain when the parts end. Raises `OwnFault`, which names the listener.

    Where other processes take connections as well, `loads` are theirs; returns the sockets for them.
    """
    settings = in_force.generation.settings
    listener, limits = tls.listeners(settings)[name], settings.limits
    runner = ingress.runner(site, limits.drain_seconds)
    await runner.setup()
    parts.push_async_callback(runner.cleanup)
    try:
        sockets = await bound(listener.host, listener.port) if loads is not None else []
        shared = None if loads is None else SharedSockets(sockets, loads)
        certificate = in_force.certificate(name)
        address = listener.host, listener.port
        await HttpSite(runner, *address, certificate, limits.header_seconds, shared=shared).start()
        log.info("listening", part=name, host=listener.host, port=listener.port)
        return sockets
    except OSError as error:
        found = unopened.why(name, listener, error)
        place = f"{name}: {listener.host} port {listener.port}"
        raise OwnFault(found.reason, f"{place} {found.what}; {found.remedy}") from None
