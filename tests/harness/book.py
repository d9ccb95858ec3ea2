"""A store of people, meetings and records in memory, for histories by the thousand. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from proxy.consent.grants import Grant
from proxy.consent.meeting_time import people_within
from proxy.meetings.people import told_apart, with_unconfirmed
from proxy.meetings.presence import Presence, fold
from proxy.model import Meeting, Participant, Roster, label_form


class Book:
    """What `Store` does for the admin API, webhooks and commands, and shares no code with its tables."""

    def __init__(self) -> None:
        self.people_on_file: dict[str, Participant] = {}
        self.held: dict[str, Meeting] = {}
        self.seen: dict[str, dict[str, Presence]] = {}
        self.records: list[Grant] = []
        self.others: dict[str, str] = {}
        self.spent: set[str] = set()

    async def participant(self, person: str) -> Participant | None:
        known = self.people_on_file.get(person)
        return self._as_known(known) if known else None

    def _as_known(self, known: Participant) -> Participant:
        others = {email for other in self.people_on_file.values() if other.id != known.id for email in other.emails}
        known = replace(known, shared_emails=tuple(email for email in known.emails if email in others))
        return with_unconfirmed(known, self._shared(known))

    async def people(self) -> Sequence[Participant]:
        return [self._as_known(person) for person in self.people_on_file.values()]

    async def people_with(self, ids: Collection[str], emails: Collection[str]) -> Sequence[Participant]:
        wanted = set(emails)
        return [p for p in await self.people() if p.id in ids or wanted & {email.lower() for email in p.emails}]

    async def merged_ids(self, ids: Collection[str]) -> dict[str, str]:
        return {each: self.others[each] for each in ids if each in self.others}

    async def other_ids(self, person: str) -> Sequence[str]:
        return [other for other, kept in self.others.items() if kept == person]

    async def put_person(self, person: Participant) -> None:
        await self.put_people([person])

    async def put_people(self, people: Sequence[Participant]) -> None:
        for person in people:
            bare = replace(person, shown_as=(), unconfirmed=(), shared_emails=(), joined_at=None,
                           left_at=None)  # fmt: skip
            self.people_on_file[person.id] = bare

    async def put_as_one(self, gone: str, person: Participant, noes: Sequence[Grant]) -> None:
        await self.put_people([person])
        del self.people_on_file[gone]
        self.others = {other: person.id if kept == gone else kept for other, kept in self.others.items()}
        self.others[gone] = person.id
        for name, meeting in self.held.items():
            listed = meeting.roster.participants
            both = {gone, person.id} <= {each.id for each in listed}
            moved = [
                replace(each, id=person.id, shown_as=each.shown_as if each.id == person.id else (),
                        joined_at=None if both else each.joined_at, left_at=None if both else each.left_at)
                if each.id in (gone, person.id) else each
                for each in listed if not (both and each.id == gone)
            ]  # fmt: skip
            self.held[name] = replace(meeting, roster=replace(meeting.roster, participants=tuple(moved)))
        self.records += noes

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[Book]:
        yield self

    async def add_meeting(self, meeting: Meeting) -> None:
        await self.put_people(meeting.roster.participants)
        before = self.held.get(meeting.id)
        if before is not None:
            series = meeting.series or before.series
            was_in = {*before.earlier_series, *([before.series] if before.series else [])} - {series}
            meeting = replace(meeting, series=series, earlier_series=tuple(sorted(was_in)))
        self.held[meeting.id] = meeting

    async def meeting(self, name: str) -> Meeting | None:
        held = self.held.get(name)
        if held is None:
            return None
        people = told_apart([self._listed(each) for each in held.roster.participants])
        listed = replace(held, roster=Roster(people, held.roster.complete))
        within = Roster(people_within(listed), held.roster.complete)
        return replace(held, roster=fold(within, list(self.seen.get(name, {}).values())))

    async def meetings_near(self, series: str, at: datetime, before: timedelta, after: timedelta) -> Sequence[Meeting]:
        return [m for m in self.held.values() if m.series == series and at - before <= m.started_at <= at + after]

    async def note_presence(
        self,
        meeting: str,
        label: str | None,
        participant: str | None,
        event: str,
        at: datetime,
        source: str,
        key: str,
        *,
        seat: str | None = None,
        vouched: bool = False,
        address: str | None = None,
    ) -> bool:
        told = self.seen.setdefault(meeting, {})
        if key in told:
            return False
        kept = label if participant is None or address else None
        told[key] = Presence(kept, participant, event, at, seat, vouched, address)
        return True

    async def set_started(self, meeting: str, at: datetime) -> None:
        held = self.held[meeting]
        over = held.ended_at is not None and held.ended_at <= at
        self.held[meeting] = replace(held, started_at=at, ended_at=None if over else held.ended_at)

    async def set_recording_started(self, meeting: str, at: datetime | None) -> None:
        self.held[meeting] = replace(self.held[meeting], recording_started_at=at)

    async def set_ended(self, meeting: str, at: datetime) -> bool:
        held = self.held[meeting]
        if held.started_at >= at:
            return False
        self.held[meeting] = replace(held, ended_at=at)
        return True

    async def reopen(self, meeting: str) -> None:
        self.held[meeting] = replace(self.held[meeting], ended_at=None)

    async def spend(self, nonce: str, invitation: str, at: datetime) -> bool:
        first = nonce not in self.spent
        self.spent.add(nonce)
        return first

    async def record(self, grant: Grant) -> None:
        self.records.append(grant)

    async def grants_listed(self, *, participant: str, **narrow: Any) -> Sequence[Grant]:
        return [g for g in self.records if g.participant == participant
                and all(getattr(g, name) == value for name, value in narrow.items() if value)]  # fmt: skip

    async def grants(self, participants: Collection[str]) -> Sequence[Grant]:
        return [g for g in self.records if g.participant in participants]

    def _listed(self, person: Participant) -> Participant:
        known = self.people_on_file[person.id]
        times = {"joined_at": person.joined_at, "left_at": person.left_at}
        shown = replace(known, shown_as=person.shown_as, **times)
        return self._as_known(shown)

    def _shared(self, person: Participant) -> set[str]:
        forms = set(map(label_form, person.labels))
        return {
            label_form(label)
            for other in self.people_on_file.values()
            if other.id != person.id
            for label in (other.name, *other.aliases)
            if label_form(label) in forms
        }
