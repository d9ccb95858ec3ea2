"""The admin listener: whether the process is alive and ready to serve, and its metrics. Reveals nothing of requests.

The same listener serves the admin API (`admin.api`) and the calls of meeting services (`admin.webhooks`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from proxy.edge import telemetry
from proxy.edge.admin.gate import OPEN, Entry, Gate
from proxy.edge.admin.sign_in import SignIns
from proxy.edge.metrics import CONTENT_TYPE, Metrics
from proxy.errors import Fault

CHECK_SECONDS = 2.0
"""A part that does not answer within this time is not ready."""

Check = Callable[[], Awaitable[object]]
"""Asks a part whether it can work. False or any exception means no; a `Fault` also says why."""

log = telemetry.logger()


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force: their digest, since when, how often they were reloaded, and reloads that were refused."""

    digest: str
    at: float
    """In seconds since 1970."""
    reloads: int = 0
    refusals: int = 0
    problems: tuple[str, ...] = ()
    """Why the last reload was refused; empty if it was not. They name fields and remedies, and no value."""

    def shown(self) -> dict[str, object]:
        """As JSON."""
        at = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        told = {"digest": self.digest, "since": at, "reloads": self.reloads, "refusals": self.refusals}
        return told | ({"problems": list(self.problems)} if self.problems else {})


def build(
    checks: Mapping[str, Check],
    metrics: Metrics,
    more: Sequence[Entry] = (),
    *,
    shipping: Callable[[], Mapping[str, str]] = dict,
    loaded: Callable[[], Loaded] | None = None,
    loading: Callable[[], Collection[str]] = tuple,
    sign_ins: SignIns | None = None,
) -> web.Application:
    """Build the application behind the admin listener. `checks` are the parts that must work, by name.

    `shipping` tells which targets of the ledger get nothing, and why; that is shown and keeps nobody from being ready.
    `loaded` tells which settings are in force, `loading` which parts are still being started. `more` are the admin API
    and webhooks, whose callers `sign_ins` knows.
    """

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        answers = await asyncio.gather(*(_works(name, check) for name, check in checks.items()))
        found = dict(zip(checks, answers, strict=True))
        reasons = {name: answer for name, answer in found.items() if isinstance(answer, str)}
        started = {name: "loading" if name in loading() else "failing" for name in found}
        parts = {name: "ok" if answer is True else started[name] for name, answer in found.items()}
        ready, waits = set(parts.values()) <= {"ok"}, set(parts.values()) <= {"ok", "loading"}
        body: dict[str, object] = {
            "status": "ready" if ready else "loading" if waits else "not_ready",
            "parts": parts,
        }
        if reasons:
            body["reasons"] = reasons
        if told := shipping():
            body["shipping"] = dict(told)
        if loaded is not None:
            body["settings"] = loaded().shown()
        return web.json_response(body, status=200 if ready else 503)

    async def exposition(_request: web.Request) -> web.Response:
        return web.Response(body=await metrics.whole_exposition(), headers={"content-type": CONTENT_TYPE})

    own = [
        Entry("GET", "/healthz", healthz, OPEN),
        Entry("GET", "/readyz", readyz, OPEN),
        Entry("GET", "/metrics", exposition, OPEN),
    ]
    return Gate([*own, *more], sign_ins).application


async def _works(part: str, check: Check) -> bool | str:
    """Return whether a part works, or the reason code of the fault that it met."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check() is not False
    except Fault as fault:
        log.warning("part_not_ready", part=part, reason=fault.reason)
        return fault.reason
    except Exception as error:
        log.warning("part_not_ready", part=part, exc_info=error)
        return False
