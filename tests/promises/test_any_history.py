"""Whatever is told of a meeting, by whom and in whatever order, no word leaves that the plain rule keeps.

Histories are invented: people and outsiders join, leave, take names, sign in, press keys, are invited and put on
rosters, by Zoom's calls, the admin API, calendars and roster files, as these are read below HTTP. What may leave is
compared with `plain_identity`: under labels and unclaimed, under every quorum.
``HISTORIES=50000 make test ARGS=tests/promises/test_any_history.py`` is the long mode.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from harness.book import Book
from harness.process import settings as settings_of
from harness.stores import sqlite_store
from meetings.plain_seats import NOON, Told, minute
from promises.plain_identity import World

from proxy.cli.rosters import roster_of
from proxy.consent.decide import Question, Speech, Spoken, decide
from proxy.desk import consents, meetings, people, phones
from proxy.desk.people import confirm_one, confirm_two
from proxy.edge.admin import answers
from proxy.edge.admin import models as api
from proxy.edge.admin.webhooks import ZoomCalls
from proxy.edge.ledger.past_exchanges import LedgerFolder
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings import calendar, zoom
from proxy.model import Roster
from proxy.settings import ConsentSettings, Settings

HISTORIES = int(os.environ.get("HISTORIES", "150"))
PARTS = 10
FOUND = (3879,)
"""Seeds of the long mode that found something: who was signed in, and left the roster, counted as a namesake."""

ROOM_FOR_STORES = 12
"""Histories in a real store: what it costs is the database's."""

CAST = {
    "p-ann": ("Ann Lee", [], ["ann@acme.example", "desk@acme.example"], "employee"),
    "p-ben": ("Ben Okoro", ["Benno"], ["ben@acme.example", "desk@acme.example"], "employee"),
    "p-dev": ("Dev Rao", [], [], "guest"),
    "p-tel": ("Caller 1", [], [], "phone"),
    "b-notes": ("Otter Notetaker", [], ["notes@otter.example"], "bot"),
}
MAILS = [
    "ann@acme.example",
    "desk@acme.example",
    "ben@acme.example",
    "notes@otter.example",
    "eve@home.example",
    "fay@home.example",
]
NAMES = ["Ann Lee", "Lee, Ann", "Lee Ann", "Ann M. Lee", "Ann", "Ben Okoro", "BEN  okoro", "Ben_Okoro",
         "\uff22en Okoro", "Benno", "Dev Rao", "dev\u00a0rao", "Caller 1", "Otter Notetaker", "Eve Moss",
         "Fay", "Guest"]  # fmt: skip
CALLED_ROOM = (";CUTYPE=ROOM", ";CUTYPE=RESOURCE")
CALLED = ("", "", "", ";CUTYPE=INDIVIDUAL", *CALLED_ROOM)
MINUTES = range(0, 61, 5)
MOMENTS = (-300, -60, -20, 2, 12, 22, 33, 48, 70, 100, 130)
QUORUMS = ("per_speaker", "all_speakers", "all_present")


class History:
    """One history, told to the product and to the reference."""

    def __init__(self, seed: int, store: Any, settings: Settings):
        self.chance, self.world, self.store, self.settings = random.Random(seed), World(), store, settings
        self.number, self.clock, self.log = str(81_000_000_000 + seed), NOON + timedelta(hours=4), list[object]()
        ids = (f"{seed}-{n}" for n in count(1))
        self.new_id = lambda: next(ids)
        self.past = LedgerFolder(Path("no-ledger"))
        self.zoom = ZoomCalls("secret", store, settings.limits, lambda: self.clock)

    async def live(self) -> None:
        await (self.calm() if self.chance.random() < 0.8 else self.api_roster())
        steps = [self.put_people, self.api_roster, self.calendar, self.roster_file, self.yes_or_no, self.yes_or_no,
                 self.key, self.confirm, self.meeting_call, *[self.zoom_call, self.presence] * 4]  # fmt: skip
        for step in self.chance.choices(steps, k=self.chance.choice((1, 2, 3, 5, 9, 14))):
            self.clock += timedelta(seconds=1)
            self.log.append(step.__name__)
            await step()

    async def calm(self) -> None:
        """Most people are on a complete roster, and all agreed but one: then a single mistake lets words out."""
        refuses = self.chance.choice([None, *CAST])
        invited = [who for who in CAST if self.chance.random() < 0.8] or ["p-ann"]
        await self._enter_cast(CAST)
        facts = [self._facts(who) | {"id": who} for who in invited]
        body = {"start": minute(0), "end": minute(30), "complete": True, "participants": facts}
        plain = [(who, *self._plain(who)) for who in invited]
        await self._put(self._sent(body), facts, plain, True)
        for who in CAST:
            await self._say(who, yes=who != refuses, since=-1000)

    def some(self, of: Any, least: int = 0) -> list[Any]:
        return self.chance.sample(list(of), self.chance.randint(least, len(of)))

    async def id_of(self, who: str) -> str:
        """The product's id of somebody whom the reference knows by their address."""
        if who in CAST:
            return who
        return next(person.id for person in await self.store.people.having((), [who]) if who in person.emails)

    # --- who is on file, and on the roster ---

    def _facts(self, who: str) -> dict[str, Any]:
        name, aliases, mails, kind = CAST[who]
        return {"name": name, "aliases": aliases, "emails": mails, "class": kind}

    @staticmethod
    def _plain(who: str) -> tuple[list[str], set[str], str]:
        name, aliases, mails, kind = CAST[who]
        return [name, *aliases], set(mails), kind

    async def _enter_cast(self, who_of_them: Iterable[str]) -> None:
        for who in who_of_them:
            entry = answers.entry_of(api.PersonFacts.model_validate(self._facts(who)), who, "body")
            await people.put(self.store, entry, self.settings.people, self.new_id)
            self.world.enter(who, *self._plain(who))

    async def put_people(self) -> None:
        await self._enter_cast(self.some(CAST))

    async def _written(self) -> tuple[list[dict[str, Any]], list[Any]]:
        """A roster: by ids, with some who are told by an address alone; and what the reference makes of each."""
        entries, plain = [], []
        for who in self.some(CAST, 1):
            entries.append(self._facts(who) | {"id": who})
            plain.append((who, *self._plain(who)))
        for mail in self.some(MAILS) if self.chance.random() < 0.5 else ():
            name = self.chance.choice(NAMES)
            entries.append({"name": name, "emails": [mail]})
            plain.append((None, [name], {mail}, "guest"))
        for entry in entries:
            for field in ("joined_at", "left_at"):
                if self.chance.random() < 0.1:
                    entry[field] = minute(self.chance.choice(MINUTES)).isoformat()
        return entries, plain

    def _listed(self, entries: list[dict[str, Any]], plain: list[Any], complete: bool) -> None:
        roster = {}
        owners = [self.world.owners(next(iter(mail))) if who is None else [] for who, _, mail, _ in plain]
        for entry, (who, names, mail, kind), known in zip(entries, plain, owners, strict=True):
            key, shown = self.world.enter(who, names, mail, kind, known)
            times = [None if entry.get(f) is None else _minutes(entry[f]) for f in ("joined_at", "left_at")]
            again = roster.get(key)
            roster[key] = ([*again[0], *shown], None, None) if again else (shown, *times)
        world = self.world
        world.roster, world.complete, world.start, world.end = roster, complete, 0, 30

    def _contradicts(self, entries: list[dict[str, Any]], plain: list[Any], *, calendar: bool) -> bool:
        """An address is two people's, somebody is on it twice (invited twice is once), or leaves before they join."""
        on_file = {key: set(person.mail) for key, person in self.world.people.items()}
        keys, firm, taken = [], [], dict[str, str]()
        for who, _, mail, _ in plain:
            owners = [key for key, theirs in on_file.items() if who is None and theirs & mail]
            if len(owners) > 1:
                return True
            keys.append(who or (owners[0] if owners else next((taken[m] for m in mail if m in taken), min(mail))))
            taken |= dict.fromkeys(mail, keys[-1])
            firm += [] if owners else keys[-1:]
        # Who is on file and is told again by an address is there once; when they came and went, nobody knows.
        once = [e for e, key in zip(entries, keys, strict=True) if keys.count(key) == 1]
        backwards = any("joined_at" in e and "left_at" in e and e["left_at"] < e["joined_at"] for e in once)
        return (len(set(firm)) < len(firm) and not calendar) or backwards

    async def api_roster(self) -> None:
        entries, plain = await self._written()
        complete = self.chance.random() < 0.9
        body = {"start": minute(0), "end": minute(30), "complete": complete, "participants": entries}
        await self._put(self._sent(body), entries, plain, complete)

    async def _sent(self, body: dict[str, Any]) -> None:
        sent = api.MeetingFacts.model_validate(body)
        draft, entries = answers.draft_of(self.number, sent), answers.entries_of(sent)
        await meetings.put(self.store, draft, entries, self.settings.people, self.new_id)

    async def roster_file(self) -> None:
        entries, plain = await self._written()

        draft = meetings.drafted(self.number, minute(0), minute(30), complete=True)
        listed = roster_of(".json", json.dumps(entries))
        put = partial(meetings.put, self.store, draft, listed, self.settings.people, self.new_id)
        await self._put(put(), entries, plain, True)

    async def calendar(self) -> None:
        invited = [(self.chance.choice(NAMES), mail, self.chance.choice(CALLED)) for mail in self.some(MAILS, 1)]
        lines = [f'ATTENDEE;CN="{name}"{called}:mailto:{mail}' for name, mail, called in invited]
        source = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:u",
                              "DTSTART:20260302T120000Z", "DTEND:20260302T123000Z", *lines, "END:VEVENT",
                              "END:VCALENDAR", ""]).encode()  # fmt: skip

        async def put() -> None:
            found = calendar.read(source, NOON - timedelta(days=1), NOON + timedelta(days=1)).occurrences
            await meetings.bring(self.store, found, self.settings.people, self.new_id, complete=True,
                                 with_declined=True, series_from="uid", meeting_id=self.number)  # fmt: skip

        plain = [(None, [name], {mail}, "room" if called in CALLED_ROOM else "guest") for name, mail, called in invited]
        await self._put(put(), [{} for _ in plain], plain, True, calendar=True)

    async def _put(self, work: Any, entries: Any, plain: Any, complete: bool, *, calendar: bool = False) -> None:
        contradicts = self._contradicts(entries, plain, calendar=calendar)
        self.log.append((entries, plain))
        try:
            await work
        except ClientFault:
            assert contradicts, self.log
            return
        assert not contradicts, self.log
        roster, times = self.world.roster, (self.world.start, self.world.end)
        self._listed(entries, plain, complete)
        if calendar:  # of people on file it tells nothing, not even what they are shown as; and it takes nobody away
            invited = {who: ([], None, None) for who in self.world.roster}
            stay = {who: (shown, None, None) for who, (shown, *_) in (roster or {}).items()}
            self.world.roster = stay | {who: told for who, told in invited.items() if who not in stay}
            if self.world.seen:
                self.world.start, self.world.end = times

    async def confirm(self) -> None:
        shared = [(one, other) for one, p in self.world.people.items() for other in self.world.people
                  if one != other and any(self.world.shared(one, name) for name in p.names)]  # fmt: skip
        if not shared:
            return
        one, other = self.chance.choice(shared)
        try:
            if self.chance.random() < 0.5:
                await confirm_two(self.store, await self.id_of(one), await self.id_of(other))
                self.world.two(one, other)
            elif one not in CAST:
                both = await self.id_of(one), await self.id_of(other)
                await confirm_one(self.store, *both, ConsentSettings(), now=self.clock, new_id=self.new_id)
                self.world.one(one, other)
        except ClientFault as fault:
            assert fault.reason == "nothing_to_confirm"

    # --- what people say ---

    async def yes_or_no(self) -> None:
        for who in self.some(self.world.people):
            await self._say(who, yes=self.chance.random() < 0.9, since=self.chance.choice((-1000, -1000, -1000, 10)))

    async def _say(self, who: str, *, yes: bool, since: int) -> None:
        event = {"participant": await self.id_of(who), "scope": "meeting", "scope_id": self.number,
                     "purpose": "summary", "recipient": "acme-llm", "state": "granted" if yes else "denied",
                     "method": "written", "affirmative": True, "valid_from": minute(since)}  # fmt: skip
        if yes and self.world.people[who].kind == "bot":
            with pytest.raises(ClientFault, match="bot_not_asked"):
                await self._take(event)
            return
        await self._take(event)
        self.world.said.append((who, yes, since, False))
        self.clock += timedelta(seconds=1)

    async def _take(self, event: dict[str, Any]) -> None:
        said = answers.said_of(api.ConsentEvent.model_validate(event))
        draft = consents.drafted(said, self.settings, self.clock, f"cr-{self.new_id()}")
        await consents.record(self.store, self.past, draft, self.settings, as_written=True)

    async def key(self) -> None:
        label = self.chance.choice(["Caller 1", self.chance.choice(NAMES)])
        at, digit = self.chance.choice(MINUTES), self.chance.choice("1112")
        earlier = self.chance.random() < 0.5
        who = self.world.means(label) if self.world.roster is not None else None
        sent = api.Dtmf(meeting=self.number, label=label, purpose="summary", recipient="acme-llm", digit=digit,
                        call=f"c-{self.new_id()}", pressed_at=minute(at), covers_earlier=earlier)  # fmt: skip
        try:
            await phones.press(self.store, self.past, answers.press_of(sent), self.settings, self.clock)
        except ClientFault as fault:
            self.log.append(fault.reason)
        self.world.press(who, at, yes=digit == "1", earlier=earlier)

    # --- who comes and goes ---

    async def zoom_call(self) -> None:
        """Mostly somebody who comes and goes again under one name in one seat."""
        seat = self.chance.choice(["", "A", "B", "C"])
        who = self.chance.choice([None, *CAST])
        name = CAST[who][0] if who else self.chance.choice(NAMES)
        mail = self.chance.choice([None, *CAST[who][2]] if who else [None, None, *MAILS])
        for event, at in self._coming_and_going():
            person = {
                "user_name": name,
                "participant_uuid": seat,
                f"{event[:4].rstrip('e')}_time": minute(at).isoformat(),
            }
            person |= {"email": mail, "participant_user_id": "u"} if mail else {}
            await self._zoom(f"participant_{event}", at, {"participant": person})
            self.world.tell("zoom", Told(event, at, name, f"zoom {seat}" if seat else None, mail))

    async def meeting_call(self) -> None:
        event, at, world = self.chance.choice(["started", "ended"]), self.chance.choice(MINUTES), self.world
        if world.roster is None:
            return
        await self._zoom(event, at, {f"{event[:-2].rstrip('t')}_time": minute(at).isoformat()})
        if event == "ended":
            world.end = at if at > world.start else world.end
        elif not world.began:
            world.began, world.start = True, at
            world.end = None if world.end is not None and world.end <= at else world.end
        elif world.end is not None and world.end <= at:
            world.end = None

    async def _zoom(self, event: str, at: int, facts: dict[str, Any]) -> None:
        about = {"id": self.number, "uuid": f"u{self.number}", **facts}
        stamp = int(minute(at).timestamp() * 1000)
        call = {"event": f"meeting.{event}", "event_ts": stamp, "payload": {"object": about}}
        await self.zoom.heed(zoom.read(json.dumps(call).encode()))

    async def presence(self) -> None:
        meeting = await self.store.meetings.by_id(self.number)
        if meeting is None:
            return
        name, seat = (
            self.chance.choice([*NAMES, *(cast[0] for cast in CAST.values())]),
            self.chance.choice([None, "A", "B"]),
        )
        who = self.chance.choice([None, *self.world.roster])
        for event, at in self._coming_and_going():
            sent = api.Presence(label=name, participant=await self.id_of(who) if who else None, seat=seat, event=event,
                                at=minute(at))  # fmt: skip
            await meetings.seen(self.store, meeting, answers.seen_of(sent))
            self.world.tell("api", Told(event, at, name, f"api {seat}" if seat else None, None, who))

    def _coming_and_going(self) -> Iterator[tuple[str, int]]:
        moments = sorted(self.chance.sample(MINUTES, self.chance.randint(1, 3)))
        first = self.chance.random() < 0.9
        for n, at in enumerate(moments):
            if self.chance.random() < 0.9:
                yield ("joined" if (n % 2 == 0) == first else "left"), at

    # --- what leaves ---

    async def check(self) -> int:
        """How many words leave of those that were tried; none of them may be kept by the reference."""
        meeting = await self.store.meetings.by_id(self.number)
        if meeting is None:
            return 0
        grants = await self.store.consents.grants([person.id for person in meeting.roster.participants])
        question = Question("fjord", "summary", "acme-llm", "v1", may_train=False, route_enabled=True,
                            purpose_allowed=True, meeting=meeting, now=self.clock)  # fmt: skip
        left = 0
        self.world.settle()
        for quorum in QUORUMS:
            policy = ConsentSettings(min_retained_ratio=0, quorum={"default": quorum})
            for _ in range(8):
                words = [(self.chance.choice([*[None] * 9, *NAMES]), self.chance.choice(MOMENTS))
                         for _ in range(self.chance.choice((1, 1, 2)))]  # fmt: skip
                said = [_speech(meeting.roster, label, at) for label, at in words]
                found = decide(question, said, grants, policy)
                gone = [found.refusal is None and verdict.admitted for verdict in found.verdicts]
                for one, leaves, stays in zip(words, gone, self.world.keeps(words, quorum), strict=True):
                    assert not (leaves and stays), (one, quorum, self.log, self.world)
                    left += leaves
        return left


def _speech(roster: Roster, label: str | None, at: int) -> Speech:
    person = roster.resolve(label) if label is not None else None
    return Speech(person.id if person else None, 10, Spoken(minute(at), minute(at)), unattributed=label is None)


def _minutes(written: str) -> int:
    return next(n for n in MINUTES if minute(n).isoformat() == written)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    written = settings_of(tmp_path_factory.mktemp("histories"), "http://127.0.0.1:9")
    written["recipients"]["acme-llm"]["terms"]["version"] = "v1"
    return Settings.model_validate(written)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_word_leaves_that_the_plain_rule_keeps(settings: Settings, part: int) -> None:
    async def all_of_them() -> int:
        left = 0
        for seed in (*range(part, HISTORIES, PARTS), *FOUND[part:][:1]):
            history = History(seed, Book(), settings)
            await history.live()
            left += await history.check()
        return left

    assert asyncio.run(all_of_them()) > 0, "a proxy that keeps everything would pass"


def test_the_same_in_a_store(settings: Settings, tmp_path: Path) -> None:
    async def some() -> None:
        for seed in range(ROOM_FOR_STORES):
            async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / f'{seed}.db')}") as store:
                history = History(seed, store, settings)
                await history.live()
                await history.check()

    asyncio.run(some())
