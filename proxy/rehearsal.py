"""Plans requests without sending or recording anything; many plans share one store and a few detectors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from proxy import dialects
from proxy.composition import generation
from proxy.edge.configuration import action_operators
from proxy.edge.detection.pool import WorkerPool
from proxy.edge.store.ports import StoredRegistry
from proxy.edge.store.store import Store
from proxy.errors import Cancelled, ClientFault
from proxy.explanation import asking
from proxy.model import Inbound
from proxy.planning import Plan, Planner, Refused
from proxy.settings import Settings
from proxy.steps.call import Call
from proxy.steps.consultation import Consultation


@dataclass(frozen=True, slots=True)
class Request:
    """A recorded request: its body, and what else a client would have sent. None: the first that fits."""

    body: bytes
    route: str | None = None
    client: str | None = None
    meeting: str | None = None
    acts_for: str | None = None
    content_type: str | None = None
    transcript: bool = False
    """The body is no request but the text of one, which is planned as the smallest request of the route's dialect."""


@dataclass(slots=True)
class Rehearsal:
    """Made by `rehearsal`. Reads consent from one store, whatever the settings of a plan say."""

    store: Store
    parts: AsyncExitStack
    detectors: dict[str, WorkerPool] = field(default_factory=dict)

    async def plan(self, settings: Settings, request: Request, at: datetime | None = None) -> Plan | Refused:
        """Plan the request as of `at` (None: now); returns the plan, or the refusal that would answer it.

        Raises `ClientFault` if the settings have no such route or client.
        """
        call = _call(settings, request)
        media_type, body = request.content_type or dialects.dialect_of(call.route).media_type, request.body
        if request.transcript:
            body = asking(call, body)
        headers = [("content-type", media_type)]
        if request.acts_for is not None:
            headers.append(("x-acts-for", request.acts_for))
        inbound = Inbound("POST", next(iter(call.route.paths)), "", tuple(headers), body)
        consent = Consultation(settings, StoredRegistry(self.store), generation.now if at is None else lambda: at)
        derived = generation.derived_texts(settings, self.store)
        loaded = action_operators.of_routes(settings)
        planner = Planner(
            settings, consent, await self._detector(settings), generation.digest, derived=derived, operations=loaded
        )
        planned = await planner.plan(inbound, request.meeting, generation.new_id(), call)
        if isinstance(planned, Refused) and isinstance(planned.fault, Cancelled):
            raise planned.fault.cause
        return planned

    async def _detector(self, settings: Settings) -> WorkerPool:
        """Return the detector for these settings; settings with equal detection share one."""
        routes = settings.detections()
        key = repr((settings.detection, routes))
        if key not in self.detectors:
            pool = self.detectors[key] = WorkerPool(settings.detection, routes)
            self.parts.push_async_callback(pool.close)
            await pool.start()
        return self.detectors[key]


@asynccontextmanager
async def rehearsal(store_url: str) -> AsyncIterator[Rehearsal]:
    """Open a rehearsal over the consent records in a store."""
    async with AsyncExitStack() as parts:
        store = await Store.open(store_url)
        parts.push_async_callback(store.close)
        yield Rehearsal(store, parts)


def _call(settings: Settings, request: Request) -> Call:
    """The call as if from the request's client, or from the first client that may use the route."""
    speaking = [route for route in settings.routes if route.purpose is not None]
    route = next((r for r in speaking if request.route in (None, r.name)), None)
    if route is None:
        raise ClientFault("unknown_route", f"no route of this name; there are: {', '.join(r.name for r in speaking)}")
    client = next((c for c in settings.clients if route.name in c.routes and request.client in (None, c.name)), None)
    if client is None:
        raise ClientFault("unknown_client", f"no such client may use route {route.name!r}; see clients[].routes")
    return Call(client, route, settings.recipients[route.recipient])
