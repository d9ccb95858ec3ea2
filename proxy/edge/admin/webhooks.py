"""Calls by meeting services on the admin listener: who joined, who left, when a meeting really ran.

A forged, expired or repeated call changes nothing and is recorded as an incident. A call about a meeting or a person
that is not on file is not matched by guessing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import orjson
from aiohttp import web

from proxy.audit.acts import Operator, OperatorKind
from proxy.desk import meetings
from proxy.edge import telemetry
from proxy.edge.admin.gate import OPEN, Entry
from proxy.edge.admin.http import body_of
from proxy.edge.rate import Rate
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings import zoom
from proxy.meetings.presence import MARGIN, OPEN_END, address_mark, all_meant, key_of, seen_as, the_meeting
from proxy.model import Meeting
from proxy.settings import Limits

PATH = "/webhooks/zoom"
SOURCE = "zoom"
INCIDENTS_A_MINUTE = 60
"""Further bad calls are still refused but not recorded one by one, so that they cannot fill the store."""

log = telemetry.logger()


class ZoomCalls:
    """Takes Zoom's calls. `secret` is None if none is configured: the path then answers 404."""

    def __init__(self, secret: str | None, store: Store, limits: Limits, now: Callable[[], datetime]):
        self._secret, self._limits, self._now = secret, limits, now
        self._store = store.acting(Operator(OperatorKind.SERVICE, SOURCE))
        self._rate = Rate(INCIDENTS_A_MINUTE)

    async def take(self, request: web.Request) -> web.Response:
        """Take one call: check its signature, its age and that it is new, and only then read what it says."""
        if self._secret is None:
            raise ClientFault("admin_disabled", "set webhooks.zoom to take calls", status=404)
        body = await body_of(request, self._limits, zoom.MAX_BYTES)
        signed = _only(request, "x-zm-signature")
        now = self._now()
        try:
            zoom.check(self._secret, _only(request, "x-zm-request-timestamp"), signed, body, now)
        except ClientFault as fault:
            await self._incident(fault.reason, now)
            raise
        said = zoom.read(body)
        if isinstance(said, zoom.Challenge):
            # Answering a challenge again changes nothing. Zoom repeats it every 72 hours.
            return _json(zoom.answer(self._secret, said))
        if not await self._store.links.spend(f"zoom:{key_of(signed or '')}", SOURCE, now):
            await self._incident("webhook_replayed", now)
            raise ClientFault("webhook_replayed", "this call was taken already", status=409)
        return _json({"status": await self.heed(said)})

    async def heed(self, said: zoom.MeetingCall | zoom.PresenceCall | None) -> str:
        """Apply a call whose signature was checked. Returns the result."""
        if said is None:
            return "not_of_concern"
        async with self._store.at_once() as held:
            named = await held.meetings.by_id(said.number)
            near = await held.meetings.near(said.number, said.at, OPEN_END + MARGIN, MARGIN)
            meeting = the_meeting([named], said.at) if named else None
            meeting = meeting or the_meeting(near, said.at)
            if isinstance(said, zoom.PresenceCall):
                return await self._came_or_went(held, said, meeting, named, near)
            if meeting is None:
                return "unknown_meeting"
            if said.topic is not None and meeting.title is None:
                await held.meetings.call(meeting.id, said.topic)
            became = await self._ran(held, said, meeting)
            if became == "noted":
                await meetings.changed(held, meeting.id, said.event)
            return became

    async def _came_or_went(
        self,
        held: Store,
        said: zoom.PresenceCall,
        meeting: Meeting | None,
        named: Meeting | None,
        near: Sequence[Meeting],
    ) -> str:
        """Note presence for the one meeting, and for all others that may be meant if it is nobody on their roster."""
        became = [await self._present(held, said, meeting)] if meeting is not None else []
        others = {each.id: each for each in (*all_meant(near, said.event, said.at), *([named] if named else ()))}
        if meeting is not None:
            others.pop(meeting.id, None)
        became += [await self._present(held, said, other, outside=True) for other in others.values()]
        if meeting is None and others and named is None:
            await self._note_in_room(held, said)
        return next((each for each in ("noted", "repeated", "outside_meeting") if each in became), "unknown_meeting")

    async def _ran(self, held: Store, said: zoom.MeetingCall, meeting: Meeting) -> str:
        if said.event == "ended":
            return "noted" if await held.meetings.set_ended(meeting.id, said.at) else "repeated"
        if said.event in ("recorded", "interrupted"):
            return await self._recorded(held, said, meeting)
        # A resumed meeting has already begun: its first start stays.
        if await held.links.spend(f"zoom:start:{key_of(meeting.id)}", SOURCE, self._now()):
            await held.meetings.set_started(meeting.id, said.at)
        elif meeting.ended_at is not None and meeting.ended_at <= said.at:
            await held.meetings.reopen(meeting.id)
        else:
            return "repeated"
        return "noted"

    async def _recorded(self, held: Store, said: zoom.MeetingCall, meeting: Meeting) -> str:
        """Keep the start of a single unbroken recording. With two, it is unknown to which one a transcript belongs."""
        known = meeting.recording_started_at
        if said.event == "recorded" and known == said.at:
            return "repeated"
        first = await held.links.spend(f"zoom:recording:{key_of(meeting.id)}", SOURCE, self._now())
        began = said.at if first and said.event == "recorded" else None
        await held.meetings.set_recording_started(meeting.id, began)
        return "noted"

    async def _present(self, held: Store, said: zoom.PresenceCall, meeting: Meeting, *, outside: bool = False) -> str:
        seen = seen_as(meeting.roster, said.label, said.email)
        if outside and seen.person is not None:
            # The meeting may have been held again. Anybody on the roster counts as present in any case.
            return "outside_meeting"
        # Two calls that differ only in who is signed in say different things.
        signed_in = (said.email,) if said.email else ()
        more = (*signed_in, "", meeting.id) if outside else signed_in
        key = key_of(SOURCE, said.uuid, said.event, said.seat, said.label, said.at.isoformat(), *more)
        own = seen.person is not None and seen.person.is_called(said.label)
        # A label that contradicts the person is not kept: a later roster would attribute it to somebody again.
        noted = await held.meetings.note_presence(
            meeting.id,
            None if seen.contradicts or own else said.label,
            seen.person.id if seen.person else None,
            said.event,
            said.at,
            SOURCE,
            key,
            seat=key_of(said.uuid, said.seat) if said.seat else None,
            vouched=seen.vouched,
            address=address_mark(said.email, key_of(said.uuid)) if said.email and not seen.contradicts else None,
        )
        if noted:
            await meetings.changed(held, meeting.id, said.event, [seen.person.id] if seen.person else [])
        return "noted" if noted else "repeated"

    async def _note_in_room(self, held: Store, said: zoom.PresenceCall) -> None:
        """Note presence under the number alone, for a later meeting in which the person may still be there.

        Nobody knows which meeting it belongs to, and where the person is on the roster, none of them has it.
        """
        signed_in = (said.email,) if said.email else ()
        await held.meetings.note_presence(
            said.number,
            said.label,
            None,
            said.event,
            said.at,
            SOURCE,
            key_of(SOURCE, said.uuid, said.event, said.seat, said.label, said.at.isoformat(), *signed_in, "room"),
            seat=key_of(said.uuid, said.seat) if said.seat else None,
            address=address_mark(said.email, key_of(said.uuid)) if said.email else None,
        )

    async def _incident(self, reason: str, now: datetime) -> None:
        if self._rate.allows(SOURCE, time.monotonic()):
            await self._store.links.note_incident(reason, None, now)
        else:
            log.warning("incident_not_written", reason=reason)


def entries(in_force: Callable[[], ZoomCalls]) -> list[Entry]:
    """Return the route of these calls, which are signed, each taken by what is `in_force` when it comes."""

    async def take(request: web.Request) -> web.StreamResponse:
        return await in_force().take(request)

    return [Entry("POST", PATH, take, OPEN)]


def _only(request: web.Request, name: str) -> str | None:
    """Return a header's value; None if it is absent or repeated."""
    found = request.headers.getall(name, [])
    return found[0] if len(found) == 1 else None


def _json(body: dict[str, str]) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json")
