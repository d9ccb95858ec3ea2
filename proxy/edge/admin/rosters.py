"""Meetings and people through the admin API: rosters that somebody sends, and who came and went."""

from __future__ import annotations

from collections.abc import Callable

from proxy.edge.admin import answers
from proxy.edge.admin import models as api
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings.people import Entry, check_people, enrolled, named_in
from proxy.meetings.presence import key_of, seen_as
from proxy.meetings.recordings import check_recording
from proxy.model import Meeting, Participant, Roster
from proxy.settings import People


class RosterDesk:
    """Puts meetings and people on file, and notes who joined and left."""

    def __init__(self, people: People, store: Store, new_id: Callable[[], str]):
        self._settings, self._store, self._new_id = people, store, new_id

    async def put_meeting(self, meeting_id: str, sent: api.MeetingFacts) -> None:
        """Put a meeting on file in place of the one with this id; raises `ClientFault`."""
        if sent.end is not None and sent.end <= sent.start:
            raise ClientFault("invalid_meeting", "a meeting ends after it starts", where="end")
        check_recording(sent.recording_start, sent.start, sent.end, where="recording_start")
        entries = [answers.entry_of(e, e.id, f"participants[{n}]") for n, e in enumerate(sent.participants)]
        async with self._store.at_once() as store:
            people = await self._people(store, entries)
            check_people(people)
            roster = Roster(people, sent.complete)
            await store.add_meeting(
                Meeting(meeting_id, sent.start, sent.end, sent.series, roster, sent.recording_start)
            )

    async def put_person(self, person_id: str, sent: api.PersonFacts) -> Participant:
        """Put a person on file, and answer how they are; raises `ClientFault`."""
        async with self._store.at_once() as store:
            return await self._put_person(store, person_id, sent)

    async def _put_person(self, store: Store, person_id: str, sent: api.PersonFacts) -> Participant:
        (person,) = await self._people(store, [answers.entry_of(sent, person_id, "body")])
        if person.id != person_id:
            detail = f"{person_id} is another id of {person.id}; change that one"
            raise ClientFault("merged_person", detail, status=409, where="id")
        if person_id in person.members:
            raise ClientFault("invalid_roster", "a room is not among its own people", where="members")
        await store.put_person(person)
        return await store.participant(person_id) or person

    async def seen(self, meeting: Meeting, sent: api.Presence) -> api.Noted:
        """Note that somebody joined or left; raises `ClientFault`.

        Somebody on file whom the roster does not have makes it incomplete, as everybody does who is nobody on it.
        """
        person = seen_as(meeting.roster, sent.label).person
        if sent.participant is not None:
            kept = (await self._store.merged_ids([sent.participant])).get(sent.participant, sent.participant)
            person = meeting.roster.by_id(kept)
            if person is None and await self._store.participant(kept) is None:
                raise ClientFault("unknown_participant", "nobody on file has this id", status=404, where="participant")
        # Of a caller who gives neither, keys stay as those on file are made.
        more = (sent.participant or "", sent.seat or "") if sent.participant or sent.seat else ()
        key = sent.key or key_of(sent.label, sent.event, sent.at.isoformat(), *more)
        known = person.id if person else None
        # Of somebody on file whom the roster does not have, no label is kept: it may be somebody's who is on it.
        label = sent.label if known is not None or sent.participant is None else None
        noted = await self._store.note_presence(
            meeting.id,
            label,
            known,
            sent.event,
            sent.at,
            "api",
            f"api:{meeting.id}:{key}",
            seat=key_of(meeting.id, sent.seat) if sent.seat else None,
            vouched=sent.participant is not None and known is not None,
        )
        return api.Noted(noted=noted, participant=known)

    async def _people(self, store: Store, entries: list[Entry]) -> tuple[Participant, ...]:
        ids, emails = named_in(entries)
        merged = await store.merged_ids(ids)
        known = await store.people_with([*ids, *merged.values()], emails)
        return enrolled(entries, known, self._settings, lambda: f"p-{self._new_id()}", merged)
