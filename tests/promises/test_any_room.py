"""Promise 2: whoever sits in a room while a meeting is on is on its roster, or the roster is not complete.

Rooms are invented: people come and go as Zoom reports it, through several meetings of one number. Who sits there is
replayed with a loop. ``HISTORIES=5000 make test ARGS=tests/promises/test_any_room.py`` is the long mode.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness.process import settings as settings_of
from harness.stores import sqlite_store

from proxy.edge.admin.webhooks import ZoomCalls
from proxy.edge.store.store import Store
from proxy.meetings import zoom
from proxy.model import Meeting, Participant, Roster
from proxy.settings import Settings

HISTORIES = int(os.environ.get("HISTORIES", "150")) // 10
DAY = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = {name: Participant(name, full, emails=(f"{name}@acme.example",)) for name, full in
          (("ann", "Ann Lee"), ("ben", "Ben Okoro"))}  # fmt: skip
VOICES = {"ann": ("Ann Lee", "ann@acme.example"), "ben": ("Ben Okoro", "ben@acme.example"), "zed": ("Zed Quill", None),
          "zoe": ("Zoe Lund", "zoe@home.example"), "nameless": ("", None)}  # fmt: skip
Held = tuple[str, int, int, set[str]]
"""A meeting's id, when it begins and ends (minutes of the day), and who is on its roster."""
Told = tuple[int, str, int, str]
"""When somebody joins or leaves, which, in which seat, and who."""


def minute(number: int) -> datetime:
    return DAY + timedelta(minutes=number)


def planned(chance: random.Random, number: str) -> list[Held]:
    held, at = list[Held](), 480
    for place in range(chance.choice((2, 3, 4))):
        at += chance.choice((0, 0, 0, 15, 60, 130))
        listed = chance.choice(({"ann"}, {"ben"}, {"ann", "ben"}))
        held.append((f"{number}-{place}", at, at + chance.choice((30, 60)), listed))
        at = held[-1][2]
    return held


def told(chance: random.Random, held: list[Held]) -> list[Told]:
    events = list[Told]()
    for seat in range(chance.randint(1, 5)):
        who, at = chance.choice(list(VOICES)), chance.randrange(held[0][1] - 20, held[-1][2])
        for _ in range(chance.choice((1, 1, 2))):
            events.append((at, "joined", seat, who))
            at += chance.choice((5, 20, 50, 90, 150))
            if chance.random() < 0.3:
                break
            events.append((at, "left", seat, who))
            at += chance.choice((1, 10))
    return sorted(events, key=lambda each: (each[0], each[1] == "joined"))


def call(number: str, event: Told) -> bytes:
    at, what, seat, who = event
    name, mail = VOICES[who]
    when = "join_time" if what == "joined" else "leave_time"
    person = {"user_name": name, "participant_uuid": f"seat {seat}", when: minute(at).isoformat()}
    person |= {"email": mail, "participant_user_id": "u"} if mail else {}
    about = {"id": number, "uuid": f"u{number}", "participant": person}
    sent = {"event": f"meeting.participant_{what}", "event_ts": 1772445600000, "payload": {"object": about}}
    return json.dumps(sent).encode()


async def replay(store: Store, seed: int, settings: Settings) -> int:
    """How often a roster was complete; raises if somebody who is not on it sat in the room while its meeting was on."""
    chance, number = random.Random(seed), str(82_000_000_000 + seed)
    held = planned(chance, number)
    for name, start, end, listed in held:
        ending = minute(end) if chance.random() < 0.85 else None
        people = tuple(PEOPLE[each] for each in sorted(listed))
        await store.meetings.put(Meeting(name, minute(start), ending, number, Roster(people, complete=True)))
    calls = ZoomCalls("secret", store, settings.limits, lambda: DAY + timedelta(days=1))
    waiting, seats, complete = told(chance, held), dict[int, str](), 0
    for now in range(held[0][1] - 20, held[-1][2] + 1, 5):
        while waiting and waiting[0][0] <= now:
            event = waiting.pop(0)
            await calls.heed(zoom.read(call(number, event)))
            seats.pop(event[2], None)
            if event[1] == "joined":
                seats[event[2]] = event[3]
        for name, start, end, listed in held:
            if start < now < end:
                meeting = await store.meetings.by_id(name)
                assert meeting is not None
                strangers = set(seats.values()) - listed
                assert not (strangers and meeting.roster.complete), (seed, now, name, strangers, held)
                complete += meeting.roster.complete
    return complete


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate(settings_of(tmp_path, "http://127.0.0.1:9"))


def test_who_sits_in_the_room_is_on_the_roster_or_it_is_not_complete(settings: Settings, tmp_path: Path) -> None:
    async def all_of_them() -> int:
        complete = 0
        async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'rooms.db')}") as store:
            for seed in range(HISTORIES):
                complete += await replay(store, seed, settings)
        return complete

    assert asyncio.run(all_of_them()) > 0, "a proxy that takes no roster for complete would pass"
