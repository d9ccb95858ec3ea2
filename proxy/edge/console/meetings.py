"""Meetings in the console: which there are, who may be heard in one and why, and what somebody said about that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from aiohttp import web

from proxy.audit.export import table
from proxy.audit.query import people_of
from proxy.consent.records import ConsentState, Scope
from proxy.desk import consents, coverage, exchanges, meeting_reports, meetings
from proxy.desk.coverage import Answer
from proxy.edge.admin.answers import remarks
from proxy.edge.admin.forms import FORM
from proxy.edge.admin.gate import Entry
from proxy.edge.admin.http import CALLER
from proxy.edge.console.parts import ConsoleParts
from proxy.edge.console.rendering import ROOT, Pages, report_answer
from proxy.edge.reports.html import meeting_page
from proxy.errors import ClientFault
from proxy.model import Meeting
from proxy.settings import Right

SHOWN = 100
"""Meetings of the past, and of the time to come, on one page."""
INCIDENTS = 20
RECORDS = 200
"""The newest records of a meeting, of which its exchanges are listed."""
_UNDER_WAY = timedelta(hours=3)
"""For how long a meeting without an end counts as under way."""
_NEXT = timedelta(days=7)


class MeetingPages:
    """Serves the pages about meetings."""

    def __init__(self, in_force: Callable[[], ConsoleParts], pages: Pages) -> None:
        self._in_force, self._pages = in_force, pages

    def entries(self) -> list[Entry]:
        """The routes."""
        return [
            Entry("GET", f"{ROOT}/meetings", self._list, Right.READ),
            Entry("GET", f"{ROOT}/inbox", self._inbox, Right.READ),
            Entry("GET", f"{ROOT}/meetings/{{id}}", self._meeting, Right.READ),
            Entry("GET", f"{ROOT}/meetings/{{id}}/report", self._report, Right.REPORT),
            Entry("GET", f"{ROOT}/exchanges/{{id}}", self._exchange, Right.READ),
            Entry("POST", f"{ROOT}/meetings/{{id}}", self._record, Right.CHANGE, form=True),
        ]

    async def _list(self, request: web.Request) -> web.StreamResponse:
        parts, wanted = self._in_force(), request.query.get("q", "").strip()
        found = [each for each in await parts.store.meetings.listed() if _fits(each, wanted)]
        now = parts.now()
        coming = [each for each in found if _ends(each) >= now]
        past = [each for each in reversed(found) if _ends(each) < now]
        return self._pages.page(
            request, "meetings.html", "Meetings", wanted=wanted, coming=coming[:SHOWN], past=past[:SHOWN],
            more=max(len(coming) - SHOWN, 0) + max(len(past) - SHOWN, 0),
        )  # fmt: skip

    async def _inbox(self, request: web.Request) -> web.StreamResponse:
        parts = self._in_force()
        found = await coverage.coming(parts.store, parts.settings, _NEXT, parts.now())
        return self._pages.page(
            request, "inbox.html", "Inbox", coming=found, Answer=Answer,
            waiting=[each for each in await parts.store.people.everybody() if each.unconfirmed],
            incidents=await parts.store.links.incidents(INCIDENTS),
        )  # fmt: skip

    async def _meeting(self, request: web.Request) -> web.StreamResponse:
        return await self._shown(request, {})

    async def _shown(
        self, request: web.Request, form: Mapping[str, str], problem: ClientFault | None = None
    ) -> web.StreamResponse:
        parts = self._in_force()
        meeting = await meetings.on_file(parts.store, request.match_info["id"])
        (found,) = await coverage.of(parts.store, parts.settings, [meeting], parts.now())
        people = meeting.roster.participants
        return self._pages.page(
            request, "meeting.html", meeting.shown_title or meeting.id,
            status=200 if problem is None else problem.status,
            meeting=meeting, notes=await parts.store.notes.of(meeting.id), remarks=remarks(people),
            named={each.id: each for each in people}, coming=meeting.started_at > parts.now(), covered=found.covered,
            Answer=Answer, states=_STATES, methods=_methods(parts), form=form, problem=problem,
            recorded="recorded" in request.query,
            exchanges=await exchanges.newest_of(
                parts.store, parts.past, parts.settings.organization, meeting, RECORDS
            ),
        )  # fmt: skip

    async def _report(self, request: web.Request) -> web.StreamResponse:
        parts = self._in_force()
        files = parts.store.acting(request[CALLER].operator)
        found = await meeting_reports.gather(
            files, parts.past, parts.settings.organization, request.match_info["id"], now=parts.now()
        )
        return report_answer(meeting_page(meeting_reports.plain(found, parts.settings)))

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        parts = self._in_force()
        found = await exchanges.shown(parts.store, parts.past, parts.settings.organization, request.match_info["id"])
        return self._pages.page(
            request, "exchange.html", "Exchange", exchange=found.exchange, meeting=found.meeting,
            records=[(table.row(event), people_of(event)) for _, event in found.records],
        )  # fmt: skip

    async def _record(self, request: web.Request) -> web.StreamResponse:
        parts, form = self._in_force(), request[FORM]
        meeting = await meetings.on_file(parts.store, request.match_info["id"])
        try:
            said = _said(form, meeting, parts)
            draft = consents.drafted(said, parts.settings, parts.now(), f"cr-{parts.new_id()}")
            files = parts.store.acting(request[CALLER].operator)
            await consents.record(files, parts.past, draft, parts.settings, as_written=True)
        except ClientFault as fault:
            return await self._shown(request, form, fault)
        return web.Response(status=303, headers={"location": f"./{meeting.id}?recorded"})


_STATES = (
    (ConsentState.DENIED.value, "said no"),
    (ConsentState.WITHDRAWN.value, "took a yes back"),
    (ConsentState.GRANTED.value, "said yes"),
)


def _methods(parts: ConsoleParts) -> list[str]:
    """Ways of saying it that an operator can have heard of."""
    return [each for each in parts.settings.consent.methods if each in ("verbal", "written")]


def _said(form: Mapping[str, str], meeting: Meeting, parts: ConsoleParts) -> consents.ConsentStatement:
    """What the form says that a person said: nothing but what the page offers, and nothing of it chosen beforehand.

    Raises `ClientFault`.
    """
    routed = meetings.questions(parts.settings, meeting, parts.now())
    offered = {
        "participant": {each.id for each in meeting.roster.participants},
        "state": {value for value, _ in _STATES},
        "offer": {f"{each.purpose} {each.recipient}" for each in routed},
        "method": set(_methods(parts)),
    }
    for field, values in offered.items():
        if form.get(field) not in values:
            raise ClientFault("incomplete_record", "choose what the person said", where=field)
    purpose, _, recipient = form["offer"].partition(" ")
    series = form.get("scope") == "series" and meeting.series is not None
    return consents.ConsentStatement(
        participant=form["participant"],
        state=ConsentState(form["state"]),
        scope=Scope.SERIES if series else Scope.MEETING,
        scope_id=meeting.series if series else meeting.id,
        purpose=purpose,
        recipient=recipient,
        method=form["method"],
        evidence_ref=form.get("evidence", "").strip() or None,
        covers_earlier=form.get("covers_earlier") == "yes" and form["state"] == ConsentState.GRANTED.value,
    )


def _fits(meeting: Meeting, wanted: str) -> bool:
    told = (meeting.id, meeting.title or "", meeting.series or "", meeting.series_title or "")
    return not wanted or any(wanted.casefold() in each.casefold() for each in told)


def _ends(meeting: Meeting) -> datetime:
    return meeting.ended_at or meeting.started_at + _UNDER_WAY
