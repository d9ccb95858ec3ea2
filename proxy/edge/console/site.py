"""The console's pages about the proxy itself, and all pages as routes of the admin listener."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from proxy.audit.export import table
from proxy.consent.clauses import doubts
from proxy.consent.terms import TermsVersion
from proxy.edge.admin.forms import FORM
from proxy.edge.admin.gate import OPEN, Entry
from proxy.edge.admin.sign_in import SignIns
from proxy.edge.console.doors import ConsoleDoors
from proxy.edge.console.meetings import MeetingPages
from proxy.edge.console.parts import ConsoleParts, Watched, anchors_shown, counted
from proxy.edge.console.people import PeoplePages
from proxy.edge.console.playground import CHANGEABLE, MOST_CHARACTERS, Tried, changed, routes_of, tried
from proxy.edge.console.rendering import ROOT, Pages
from proxy.edge.ledger.reader import last_records
from proxy.errors import ClientFault
from proxy.settings import Recipient, Right

InForce = Callable[[], ConsoleParts]
"""The parts under the settings that are in force when a page is asked for."""

SHOWN = 50
"""Exchanges, acts and the like on one page."""


class Console:
    """Serves the console."""

    def __init__(self, in_force: InForce, watched: Watched, sign_ins: SignIns) -> None:
        self._in_force, self._watched, self._pages = in_force, watched, Pages()
        self._doors = ConsoleDoors(sign_ins, self._pages)
        self._meetings = MeetingPages(in_force, self._pages)
        self._people = PeoplePages(in_force, self._pages)

    def entries(self) -> list[Entry]:
        """All routes, each with the right that it needs."""
        own = [
            Entry("GET", ROOT, self._to_root, Right.READ),
            Entry("GET", f"{ROOT}/", self._overview, Right.READ),
            Entry("GET", f"{ROOT}/playground", self._playground, Right.READ),
            Entry("POST", f"{ROOT}/playground", self._try, Right.READ, form=True),
            Entry("GET", f"{ROOT}/recipients", self._recipients, Right.READ),
            Entry("GET", f"{ROOT}/ledger", self._ledger, Right.READ),
            *self._meetings.entries(),
            *self._people.entries(),
        ]
        found = [
            Entry(each.method, each.path, each.serve, each.needs, each.form, failing=self._doors.failed) for each in own
        ]
        return [Entry("GET", "/", self._to_root, OPEN), *found, *self._doors.entries()]

    async def _to_root(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=303, headers={"location": f".{ROOT}/"})

    async def _overview(self, request: web.Request) -> web.StreamResponse:
        watched, metrics = self._watched, self._watched.metrics
        families = await metrics.families()
        outcomes = counted(families, metrics.requests, "outcome")
        return self._pages.page(
            request, "overview.html", "Overview",
            outcomes=[(name, count) for (name,), count in outcomes.items()],
            refusals=[
                (reason, count)
                for (outcome, reason), count in counted(families, metrics.requests, "outcome", "reason").items()
                if outcome == "refused"
            ],
            heard=counted(families, metrics.sent).total(),
            withheld=counted(families, metrics.withheld).total(),
            decisions=[(reason, count) for (reason,), count in counted(families, metrics.decisions, "reason").items()],
            removed=counted(families, metrics.removed, "kind"),
            kept=counted(families, metrics.kept, "kind"),
            words=[(*labels, count) for labels, count in counted(families, metrics.words, "language", "tier").items()],
            unmatched=counted(families, metrics.unmatched).total(),
            objections=counted(families, metrics.objections).total(),
            health=watched.health(),
            anchors=anchors_shown(watched),
            shipping=watched.shipping(),
            loaded=watched.loaded(),
            recent=[
                (datetime.fromtimestamp(each.at, UTC), each.left, each.facts)
                for each in list(watched.recent)[: -SHOWN - 1 : -1]
            ],
        )  # fmt: skip

    async def _playground(self, request: web.Request) -> web.StreamResponse:
        return await self._played(request, {}, None, None)

    async def _try(self, request: web.Request) -> web.StreamResponse:
        form, parts = request[FORM], self._in_force()
        text, route, meeting = (form.get(name, "") for name in ("transcript", "route", "meeting"))
        written = form.get("change", "").strip()
        try:
            if not text.strip():
                raise ClientFault("empty_body", "paste a transcript", where="transcript")
            now = await tried(parts, text, route, meeting.strip())
            then = None
            if written:
                other = await asyncio.to_thread(changed, parts.settings, written)
                then = await tried(parts, text, route, meeting.strip(), other)
        except ClientFault as fault:
            return await self._played(request, form, None, None, problem=fault)
        return await self._played(request, form, now, then)

    async def _played(
        self,
        request: web.Request,
        form: dict[str, str],
        now: Tried | None,
        then: Tried | None,
        problem: ClientFault | None = None,
    ) -> web.StreamResponse:
        listed = await self._in_force().store.meetings.listed()
        meetings = sorted(listed, key=lambda each: each.started_at, reverse=True)
        return self._pages.page(
            request, "playground.html", "Playground", status=200 if problem is None else problem.status,
            form=form, routes=routes_of(self._in_force().settings), changeable=CHANGEABLE, now=now, then=then,
            problem=problem, most=MOST_CHARACTERS, meetings=meetings[:SHOWN],
        )  # fmt: skip

    async def _recipients(self, request: web.Request) -> web.StreamResponse:
        parts = self._in_force()
        told = []
        for name, recipient in parts.settings.recipients.items():
            versions = await parts.store.terms.of(name)
            doubtful = await asyncio.to_thread(_doubts, name, recipient, versions)
            serves = sorted({str(each.purpose) for each in parts.settings.routes if each.recipient == name})
            told.append((name, recipient, versions, doubtful, serves))
        return self._pages.page(request, "recipients.html", "Recipients", recipients=told)

    async def _ledger(self, request: web.Request) -> web.StreamResponse:
        parts, watched = self._in_force(), self._watched
        return self._pages.page(
            request, "ledger.html", "Ledger",
            health=watched.health(),
            anchors=anchors_shown(watched),
            shipping=watched.shipping(),
            ledger=parts.settings.ledger,
            records=[
                table.row(each.event)
                for each in await asyncio.to_thread(last_records, Path(parts.settings.ledger.directory), SHOWN)
            ][::-1],
        )  # fmt: skip


def _doubts(name: str, recipient: Recipient, versions: Sequence[TermsVersion]) -> list[str]:
    return list(doubts(name, recipient, versions))
