"""A store of people, meetings and records in memory, for histories by the thousand. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from proxy.consent.records import ConsentRecord, Scope
from proxy.consent.standing import people_within
from proxy.meetings.directory import told_apart, with_unconfirmed
from proxy.meetings.presence import Presence, fold
from proxy.model import Meeting, Participant, Roster, label_form


class _Pages:
    """What is on file, which the parts of a book share."""

    def __init__(self) -> None:
        self.people_on_file: dict[str, Participant] = {}
        self.held: dict[str, Meeting] = {}
        self.seen: dict[str, dict[str, Presence]] = {}
        self.records: list[ConsentRecord] = []
        self.others: dict[str, str] = {}
        self.spent: set[str] = set()

    def as_known(self, known: Participant) -> Participant:
        others = {email for other in self.people_on_file.values() if other.id != known.id for email in other.emails}
        known = replace(known, shared_emails=tuple(email for email in known.emails if email in others))
        return with_unconfirmed(known, self.shared(known))

    def listed(self, person: Participant) -> Participant:
        known = self.people_on_file[person.id]
        times = {"joined_at": person.joined_at, "left_at": person.left_at}
        shown = replace(known, shown_as=person.shown_as, **times)
        return self.as_known(shown)

    def shared(self, person: Participant) -> set[str]:
        forms = set(map(label_form, person.labels))
        return {
            label_form(label)
            for other in self.people_on_file.values()
            if other.id != person.id
            for label in (other.name, *other.aliases)
            if label_form(label) in forms
        }


class Consents:
    """Consent records."""

    def __init__(self, all_of_it: _Pages) -> None:
        self._all = all_of_it

    async def record(self, grant: ConsentRecord) -> None:
        self._all.records.append(grant)

    async def listed(self, **narrow: Any) -> Sequence[ConsentRecord]:
        asked = [(name, value) for name, value in narrow.items() if value]
        return [g for g in self._all.records if all(getattr(g, name) == value for name, value in asked)]

    async def grants(
        self, participants: Collection[str], *, purposes: Collection[str] | None = None
    ) -> Sequence[ConsentRecord]:
        kept = self._all.others
        about = [g._replace(actor=kept.get(g.actor, g.actor)) if g.guardian else g
                 for g in self._all.records if g.participant in participants]  # fmt: skip
        return about if purposes is None else [g for g in about if g.purpose in purposes]


class People:
    """Everybody."""

    def __init__(self, all_of_it: _Pages) -> None:
        self._all = all_of_it

    async def by_id(self, person: str) -> Participant | None:
        known = self._all.people_on_file.get(person)
        return self._all.as_known(known) if known else None

    async def everybody(self) -> Sequence[Participant]:
        return [self._all.as_known(person) for person in self._all.people_on_file.values()]

    async def having(self, ids: Collection[str], emails: Collection[str]) -> Sequence[Participant]:
        wanted = set(emails)
        return [p for p in await self.everybody() if p.id in ids or wanted & {email.lower() for email in p.emails}]

    async def merged_ids(self, ids: Collection[str]) -> dict[str, str]:
        return {each: self._all.others[each] for each in ids if each in self._all.others}

    async def other_ids(self, person: str) -> Sequence[str]:
        return [other for other, kept in self._all.others.items() if kept == person]

    async def put(self, person: Participant) -> None:
        await self.put_all([person])

    async def put_all(self, people: Sequence[Participant]) -> None:
        for person in people:
            bare = replace(person, shown_as=(), unconfirmed=(), shared_emails=(), joined_at=None,
                           left_at=None)  # fmt: skip
            self._all.people_on_file[person.id] = bare

    async def put_as_one(self, gone: str, person: Participant, noes: Sequence[ConsentRecord]) -> None:
        await self.put_all([person])
        del self._all.people_on_file[gone]
        self._all.others = {other: person.id if kept == gone else kept for other, kept in self._all.others.items()}
        self._all.others[gone] = person.id
        for name, meeting in self._all.held.items():
            listed = meeting.roster.participants
            theirs = [each for each in listed if each.id in (gone, person.id)]
            joined, left = [each.joined_at for each in theirs], [each.left_at for each in theirs]
            shown = dict.fromkeys(label for each in theirs for label in each.shown_as)
            moved = [
                replace(each, id=person.id, shown_as=tuple(shown),
                        joined_at=None if None in joined else min(joined), left_at=None if None in left else max(left))
                if each.id in (gone, person.id) else each
                for each in listed if len(theirs) == 1 or each.id != gone
            ]  # fmt: skip
            self._all.held[name] = replace(meeting, roster=replace(meeting.roster, participants=tuple(moved)))
        self._all.records += noes


class Meetings:
    """Meetings, and who came and went."""

    def __init__(self, all_of_it: _Pages) -> None:
        self._all = all_of_it

    async def put(self, meeting: Meeting) -> None:
        await People(self._all).put_all(meeting.roster.participants)
        before = self._all.held.get(meeting.id)
        if before is not None:
            series = meeting.series or before.series
            was_in = {*before.earlier_series, *([before.series] if before.series else [])} - {series}
            meeting = replace(meeting, series=series, earlier_series=tuple(sorted(was_in)))
        self._all.held[meeting.id] = meeting

    async def by_id(self, name: str) -> Meeting | None:
        held = self._all.held.get(name)
        if held is None:
            return None
        people = told_apart([self._all.listed(each) for each in held.roster.participants])
        listed = replace(held, roster=Roster(people, held.roster.complete))
        within = Roster(people_within(listed), held.roster.complete)
        return replace(held, roster=fold(within, list(self._all.seen.get(name, {}).values())))

    async def starting(self, since: datetime, until: datetime) -> Sequence[Meeting]:
        return [meeting for meeting in self._all.held.values() if since <= meeting.started_at < until]

    async def titles(self, scopes: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], str]:
        return {}  # no meeting here has one

    async def near(self, series: str, at: datetime, before: timedelta, after: timedelta) -> Sequence[Meeting]:
        return [m for m in self._all.held.values() if m.series == series and at - before <= m.started_at <= at + after]

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
        told = self._all.seen.setdefault(meeting, {})
        if key in told:
            return False
        kept = label if participant is None or address else None
        told[key] = Presence(kept, participant, event, at, seat, vouched, address)
        return True

    async def was_anybody_seen(self, meeting: str) -> bool:
        return bool(self._all.seen.get(meeting))

    async def set_started(self, meeting: str, at: datetime) -> None:
        held = self._all.held[meeting]
        over = held.ended_at is not None and held.ended_at <= at
        self._all.held[meeting] = replace(held, started_at=at, ended_at=None if over else held.ended_at)

    async def set_recording_started(self, meeting: str, at: datetime | None) -> None:
        self._all.held[meeting] = replace(self._all.held[meeting], recording_started_at=at)

    async def set_ended(self, meeting: str, at: datetime) -> bool:
        held = self._all.held[meeting]
        if held.started_at >= at:
            return False
        self._all.held[meeting] = replace(held, ended_at=at)
        return True

    async def reopen(self, meeting: str) -> None:
        self._all.held[meeting] = replace(self._all.held[meeting], ended_at=None)


class Links:
    """Used links and calls."""

    def __init__(self, all_of_it: _Pages) -> None:
        self._all = all_of_it

    async def spend(self, nonce: str, invitation: str, at: datetime) -> bool:
        first = nonce not in self._all.spent
        self._all.spent.add(nonce)
        return first


class Acts:
    """Forgets what was done."""

    async def did(self, *_: object, **__: object) -> None: ...


class Book:
    """What `Store` does for the desk and webhooks, and shares no code with its tables."""

    def __init__(self) -> None:
        pages = _Pages()
        self.consents, self.people = Consents(pages), People(pages)
        self.meetings, self.links = Meetings(pages), Links(pages)

        self.acts = Acts()

    def acting(self, operator: object) -> Book:
        return self

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[Book]:
        yield self
