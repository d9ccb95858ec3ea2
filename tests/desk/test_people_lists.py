"""A list of people is put on file as each of its entries would be, one after the other."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from proxy.desk.people import Put, bring, put
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings.directory import Entry
from proxy.model import ParticipantClass
from proxy.settings import People

NAMES = ("Ann Lund", "Ben Okoro", "ann  lund", "Eva Ek", None)
CLASSES = (None, None, ParticipantClass.GUEST, ParticipantClass.BOT, ParticipantClass.ROOM)


def entry(draw: random.Random, number: int) -> Entry:
    ids, emails = [f"p{n}" for n in range(6)], [f"mail{n}@skerry.example" for n in range(6)]
    kind = draw.choice(CLASSES)
    return Entry(
        draw.choice([*ids, None, None]),
        draw.choice(NAMES),
        emails=tuple(draw.sample(emails, draw.randrange(3))) or None,
        participant_class=kind,
        minor=draw.choice([None, None, True]),
        members=tuple(draw.sample(ids, 2)) if kind is ParticipantClass.ROOM else None,
        guardians=(draw.choice(ids),) if draw.random() < 0.2 else None,
        where=f"line {number}",
    )


def ids() -> Callable[[], str]:
    numbers = count()
    return lambda: f"new{next(numbers)}"


def told(done: Sequence[Put]) -> list[tuple[str, bool]]:
    """Whom each entry is, and whether they were found; new ids by their order."""
    new: dict[str, str] = {}
    ids = [
        new.setdefault(each.person.id, f"new {len(new)}") if "new" in each.person.id else each.person.id
        for each in done
    ]
    return [(one, each.found) for one, each in zip(ids, done, strict=True)]


async def each_by_itself(store: Store, entries: list[Entry]) -> object:
    made = ids()
    try:
        done = [await put(store, each, People(), made) for each in entries]
    except ClientFault as fault:
        return fault.reason, fault.detail
    return told(done)


async def as_a_list(store: Store, entries: list[Entry]) -> object:
    try:
        done = await bring(store, entries, People(), ids())
    except ClientFault as fault:
        return fault.reason, fault.detail
    return told(done)


@pytest.mark.parametrize("seed", range(20))
async def test_a_list_is_put_on_file_as_its_entries_are(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    before = [Entry(f"p{n}", f"Person {n}", emails=(f"mail{n}@skerry.example",)) for n in range(draw.randrange(4))]
    entries = [entry(draw, number) for number in range(1, draw.randint(2, 7))]
    async with (
        await Store.open(f"sqlite:///{tmp_path}/one.db") as one,
        await Store.open(f"sqlite:///{tmp_path}/all.db") as other,
    ):
        for store in (one, other):
            await bring(store, before, People(), ids())
        apart, together = await each_by_itself(one, entries), await as_a_list(other, entries)
        if isinstance(apart, list):
            assert together == apart
            on_file = [[replace(each, id="") for each in await store.people.everybody()] for store in (one, other)]
            assert sorted(map(repr, on_file[1])) == sorted(map(repr, on_file[0]))
        else:
            # Guardians are looked at last: they may stand further down in a list.
            assert together == apart or "guardian" in str(apart) or "is not on file" in str(apart)


async def test_a_fault_in_a_list_names_its_entry_and_nothing_is_put_on_file(tmp_path: Path) -> None:
    entries = [Entry(f"p{n}", f"Person {n}", where=f"line {n}") for n in range(300)]
    async with await Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        with pytest.raises(ClientFault) as fault:
            await bring(store, [*entries, Entry("p300", None, where="line 300")], People(), ids())
        assert (fault.value.reason, fault.value.where) == ("invalid_roster", "line 300")
        assert not await store.people.everybody()
        assert len(await bring(store, entries, People(), ids())) == len(entries)
