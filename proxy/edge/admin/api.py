"""The admin API: meetings, people, consent and presence as JSON under ``/v1``, for callers who are known.

`PATHS` lists once what each path takes and answers, and the right that it needs. Routing, who may, and the OpenAPI
document are built from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from proxy.desk import (
    chats,
    consents,
    coverage,
    forgetting,
    meeting_reports,
    meetings,
    people,
    phones,
    preferences,
    reports,
    subjects,
)
from proxy.desk.ports import PastExchanges
from proxy.edge.admin import answers, http
from proxy.edge.admin import models as api
from proxy.edge.admin import report_models as reports_api
from proxy.edge.admin.gate import Entry
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.settings import Instant, Right, Settings

_ID: TypeAdapter[str] = TypeAdapter(api.Id)
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


@dataclass(frozen=True, slots=True)
class Path:
    """One operation. `serve` is a method of `AdminApi`; `query` lists the parameters (True: required)."""

    method: str
    path: str
    needs: Right
    serve: str
    summary: str
    answers: type[BaseModel]
    takes: type[BaseModel] | None = None
    query: tuple[tuple[str, bool], ...] = ()
    status: int = 200


PATHS = (
    Path("GET", "/v1/session", Right.READ, "session", "Who calls, with which roles, and the token that changes from a "
         "browser need.", api.Session),
    Path("GET", "/v1/meetings", Right.READ, "meetings", "The meetings on file, by start.", api.Meetings),
    Path("GET", "/v1/meetings/{id}", Right.READ, "meeting", "One meeting with its roster.", api.Meeting),
    Path("PUT", "/v1/meetings/{id}", Right.CHANGE, "put_meeting", "Put a meeting on file with its roster, in place of "
         "the one with this id.", api.Meeting, api.MeetingFacts),
    Path("GET", "/v1/meetings/{id}/standings", Right.READ, "standings", "Who may be heard for what in a meeting, as of "
         "now, and what requests showed of it.", api.Standings),
    Path("GET", "/v1/meetings/{id}/report", Right.REPORT, "meeting_report", "Who was heard in a meeting: each exchange "
         "that named it, whose words left, and whose stayed in, and why.", reports_api.MeetingReport),
    Path("POST", "/v1/meetings/{id}/presence", Right.CHANGE, "presence", "Note that somebody joined or left.",
         api.Noted, api.Presence),
    Path("GET", "/v1/coverage", Right.READ, "coverage", "Who will be heard for what in the meetings to come, who was "
         "asked and has not answered, and who was never asked.", api.Coverages, query=(("hours", False),)),
    Path("GET", "/v1/people", Right.READ, "everybody", "Everybody on file, by name.", api.People),
    Path("GET", "/v1/people/{id}", Right.READ, "person", "One person, as known in all meetings.", api.PersonOnFile),
    Path("PUT", "/v1/people/{id}", Right.CHANGE, "put_person", "Put a person on file; what is left out stays as it is.",
         api.PersonOnFile, api.PersonFacts),
    Path("DELETE", "/v1/people/{id}", Right.ADMINISTER, "forget", "Forget a person. It cannot be undone; the answer "
         "says what remains, and which recipients to tell.", reports_api.Forgotten,
         query=(("accept_admission", False), ("accept_unknown", False))),
    Path("GET", "/v1/people/{id}/report", Right.REPORT, "report", "All that is on file of a person, and what left of "
         "their words.", reports_api.PersonReport, query=(("since", False), ("until", False))),
    Path("GET", "/v1/people/{id}/exchanges", Right.REPORT, "exchanges", "The exchanges that carried a person's words: "
         "they cannot be called back.", api.AlreadyLeft),
    Path("POST", "/v1/people/{id}/confirm", Right.CHANGE, "confirm", "Say who somebody is whose name somebody else has "
         "too.", api.PersonOnFile, api.Confirmation),
    Path("POST", "/v1/consent-events", Right.CHANGE, "consent_event", "Record that somebody said yes or no, or took a "
         "yes back.", api.Recorded, api.ConsentEvent, status=201),
    Path("GET", "/v1/consent-events", Right.READ, "consent_events", "A person's consent records, oldest first.",
         api.StoredEvents, query=(("participant", True), ("purpose", False), ("recipient", False))),
    Path("POST", "/v1/dtmf", Right.CHANGE, "dtmf", "Record what a key means that a phone-in pressed.", api.Recorded,
         api.Dtmf, status=201),
    Path("POST", "/v1/chat-answers", Right.CHANGE, "chat_answer", "Record the yes or the no of a message in the chat "
         "of a meeting. Most messages are neither.", api.ChatAnswer, api.ChatMessage, status=201),
    Path("POST", "/v1/preferences", Right.CHANGE, "preference", "Record an AI preference that a platform signals for "
         "somebody: a no.", api.Signalled, api.Preference, status=201),
    Path("GET", "/v1/incidents", Right.READ, "incidents", "Forged, expired and reused links and calls, newest first.",
         api.Incidents, query=(("limit", False),)),
)  # fmt: skip


class AdminApi:
    """Serves `PATHS` from the store."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        past: PastExchanges,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ):
        self._settings, self._store, self._past, self._now, self._new_id = settings, store, past, now, new_id

    def _files(self, request: web.Request) -> Store:
        """Return everything on file, for what the caller does."""
        return self._store.acting(request[http.CALLER].operator)

    async def session(self, request: web.Request) -> web.Response:
        """``GET /v1/session``."""
        http.query_of(request, {})
        return http.reply(answers.session(request[http.CALLER], request.get(http.CSRF_TOKEN)))

    async def meetings(self, request: web.Request) -> web.Response:
        """``GET /v1/meetings``."""
        http.query_of(request, {})
        found = tuple(answers.meeting(each) for each in await self._store.meetings.listed())
        return http.reply(api.Meetings.model_construct(meetings=found))

    async def meeting(self, request: web.Request) -> web.Response:
        """``GET /v1/meetings/{id}``."""
        return http.reply(answers.meeting(await meetings.on_file(self._store, _id(request))))

    async def put_meeting(self, request: web.Request) -> web.Response:
        """``PUT /v1/meetings/{id}``."""
        meeting_id = _id(request)
        sent = await http.read(request, api.MeetingFacts, self._settings.limits)
        draft, entries = answers.draft_of(meeting_id, sent), answers.entries_of(sent)
        found = await meetings.put(self._files(request), draft, entries, self._settings.people, self._new_id)
        return http.reply(answers.meeting(found))

    async def standings(self, request: web.Request) -> web.Response:
        """``GET /v1/meetings/{id}/standings``."""
        shown = await meetings.shown(self._store, _id(request), self._settings, self._now())
        return http.reply(answers.standings(shown))

    async def meeting_report(self, request: web.Request) -> web.Response:
        """``GET /v1/meetings/{id}/report``."""
        found = await meeting_reports.gather(
            self._files(request), self._past, self._settings.organization, _id(request), now=self._now()
        )
        return http.reply(reports_api.MeetingReport.model_validate(meeting_reports.plain(found, self._settings)))

    async def coverage(self, request: web.Request) -> web.Response:
        """``GET /v1/coverage``."""
        hours = http.query_of(request, {"hours": False}).get("hours", "168")
        if not (hours.isascii() and hours.isdigit() and len(hours) <= 4):
            raise ClientFault("invalid_query", "a number of hours", where="hours")
        found = await coverage.coming(self._store, self._settings, timedelta(hours=int(hours)), self._now())
        return http.reply(api.Coverages.model_construct(meetings=tuple(answers.covered(each) for each in found)))

    async def presence(self, request: web.Request) -> web.Response:
        """``POST /v1/meetings/{id}/presence``."""
        meeting = await meetings.on_file(self._store, _id(request))
        sent = await http.read(request, api.Presence, self._settings.limits, cut=True)
        done = await meetings.seen(self._files(request), meeting, answers.seen_of(sent))
        return http.reply(api.Noted(noted=done.noted, participant=done.participant))

    async def everybody(self, request: web.Request) -> web.Response:
        """``GET /v1/people``."""
        http.query_of(request, {})
        found = tuple(answers.person(each) for each in await self._store.people.everybody())
        return http.reply(api.People.model_construct(people=found))

    async def exchanges(self, request: web.Request) -> web.Response:
        """``GET /v1/people/{id}/exchanges``."""
        person_id = _id(request)
        await subjects.check_known(self._store, person_id)
        left = await subjects.reported(self._files(request), self._past, self._settings.organization, person_id)
        return http.reply(answers.already_left(left))

    async def report(self, request: web.Request) -> web.Response:
        """``GET /v1/people/{id}/report``."""
        person_id, query = _id(request), http.query_of(request, {"since": False, "until": False})
        since, until = (_instant(query, name) for name in ("since", "until"))
        await subjects.check_known(self._store, person_id)
        found = await reports.gather(
            self._files(request),
            self._past,
            self._settings.organization,
            person_id,
            now=self._now(),
            since=since,
            until=until,
        )
        return http.reply(reports_api.PersonReport.model_validate(reports.plain(found, self._settings)))

    async def forget(self, request: web.Request) -> web.Response:
        """``DELETE /v1/people/{id}``."""
        person_id, query = _id(request), http.query_of(request, {"accept_admission": False, "accept_unknown": False})
        admission, unknown = (_flag(query, name) for name in ("accept_admission", "accept_unknown"))
        await subjects.check_known(self._store, person_id)
        prepared = await forgetting.prepare(
            self._files(request), self._past, self._settings, person_id,
            now=self._now(), accept_admission=admission, accept_unknown=unknown,
        )  # fmt: skip
        done = await forgetting.forget(
            self._files(request), self._settings, prepared.ids, self._new_id,
            now=self._now(), accept_admission=admission, told=prepared.recipients,
        )  # fmt: skip
        return http.reply(answers.forgotten(prepared, done))

    async def person(self, request: web.Request) -> web.Response:
        """``GET /v1/people/{id}``."""
        return http.reply(answers.person(await people.shown(self._store, _id(request))))

    async def put_person(self, request: web.Request) -> web.Response:
        """``PUT /v1/people/{id}``."""
        person_id = _id(request)
        sent = await http.read(request, api.PersonFacts, self._settings.limits)
        entry = answers.entry_of(sent, person_id, "body")
        done = await people.put(self._files(request), entry, self._settings.people, self._new_id)
        return http.reply(answers.person(done.person))

    async def confirm(self, request: web.Request) -> web.Response:
        """``POST /v1/people/{id}/confirm``."""
        person_id = _id(request)
        sent = await http.read(request, api.Confirmation, self._settings.limits)
        found = await people.confirm(
            self._files(request),
            person_id,
            distinct_from=sent.distinct_from,
            same_as=sent.same_as,
            policy=self._settings.consent,
            now=self._now(),
            new_id=self._new_id,
        )
        return http.reply(answers.person(found))

    async def consent_event(self, request: web.Request) -> web.Response:
        """``POST /v1/consent-events``."""
        sent = await http.read(request, api.ConsentEvent, self._settings.limits)
        draft = consents.drafted(answers.said_of(sent), self._settings, self._now(), f"cr-{self._new_id()}")
        done = await consents.record(self._files(request), self._past, draft, self._settings, as_written=True)
        return http.reply(answers.recorded(done), 201)

    async def consent_events(self, request: web.Request) -> web.Response:
        """``GET /v1/consent-events``."""
        query = http.query_of(request, {"participant": True, "purpose": False, "recipient": False})
        wanted = consents.Wanted(query["participant"], purpose=query.get("purpose"), recipient=query.get("recipient"))
        found = await consents.listed(self._store, self._settings, wanted)
        return http.reply(api.StoredEvents.model_construct(events=tuple(answers.event(each) for each in found)))

    async def dtmf(self, request: web.Request) -> web.Response:
        """``POST /v1/dtmf``."""
        pressed = answers.press_of(await http.read(request, api.Dtmf, self._settings.limits))
        done = await phones.press(self._files(request), self._past, pressed, self._settings, self._now())
        return http.reply(answers.recorded(done), 200 if done.repeated else 201)

    async def chat_answer(self, request: web.Request) -> web.Response:
        """``POST /v1/chat-answers``."""
        sent = answers.chat_of(await http.read(request, api.ChatMessage, self._settings.limits, cut=True))
        done = await chats.answer(self._files(request), sent, self._settings, self._now())
        told = api.ChatAnswer(answer=done.said.value, participant=done.participant, records=done.records)
        return http.reply(told, 201 if done.new else 200)

    async def preference(self, request: web.Request) -> web.Response:
        """``POST /v1/preferences``."""
        given = answers.signal_of(await http.read(request, api.Preference, self._settings.limits))
        done = await preferences.signal(self._files(request), given, self._settings, self._now())
        told = api.Signalled(recorded=tuple(each.id for each in done.recorded), purposes=done.purposes)
        return http.reply(told, 201 if done.recorded else 200)

    async def incidents(self, request: web.Request) -> web.Response:
        """``GET /v1/incidents``."""
        limit = http.query_of(request, {"limit": False}).get("limit", "100")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:5]) <= 1000):
            raise ClientFault("invalid_query", "a number from 1 to 1000", where="limit")
        found = tuple(answers.incident(each) for each in await self._store.links.incidents(int(limit)))
        return http.reply(api.Incidents.model_construct(incidents=found))


def entries(in_force: Callable[[], AdminApi], document: Callable[[], bytes]) -> list[Entry]:
    """Return the routes of the API. `document` builds the OpenAPI document.

    Each request is served by the API that is `in_force` when it comes.
    """

    def served_by(path: Path) -> http.Serve:
        async def serve(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse = await getattr(in_force(), path.serve)(request)
            return response

        return serve

    async def openapi(_request: web.Request) -> web.Response:
        return web.Response(body=document(), content_type="application/json")

    async def unknown(_request: web.Request) -> web.Response:
        raise ClientFault("unknown_path", "see GET /v1/openapi.json", status=404)

    return [
        *(Entry(path.method, path.path, served_by(path), path.needs) for path in PATHS),
        Entry("GET", "/v1/openapi.json", openapi, Right.READ),
        Entry("*", "/v1/{rest:.*}", unknown, Right.READ),
    ]


def _flag(query: Mapping[str, str], name: str) -> bool:
    if query.get(name, "false") not in ("true", "false"):
        raise ClientFault("invalid_query", "true or false", where=name)
    return query.get(name) == "true"


def _instant(query: Mapping[str, str], name: str) -> datetime | None:
    if name not in query:
        return None
    try:
        return _INSTANT.validate_python(query[name])
    except ValidationError:
        raise ClientFault("invalid_query", "an instant such as 2026-03-02T10:00:00Z", where=name) from None


def _id(request: web.Request) -> str:
    try:
        return _ID.validate_python(request.match_info["id"])
    except ValidationError:
        raise ClientFault(
            "invalid_body", "ids are letters, digits and . _ : @ = + ~ -, up to 200", where="id"
        ) from None
