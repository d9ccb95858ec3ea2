"""Titles of meetings and series on file: kept until another is given, and gone with the person whom they name."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from proxy.consent.records import Scope
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, Roster

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN = Participant("p-ann", "Ann Lund", ("annie",), ("ann@fjord.example",))
BEN = Participant("p-ben", "Ben Okoro")
WEEKLY = (Scope.SERIES, "weekly")


async def titles(store: Store) -> list[tuple[str, str | None, str | None]]:
    return [(each.id, each.title, each.series_title) for each in await store.meetings.listed()]


async def test_a_title_stays_until_another_is_given_or_it_is_taken_away(store: Store) -> None:
    await store.meetings.put(Meeting("m1", NOON, series="weekly", title="Board", series_title="Boards"))
    await store.meetings.put(Meeting("m1", NOON))
    assert await titles(store) == [("m1", "Board", "Boards")]

    await store.meetings.put(Meeting("m1", NOON, title="Budget", series_title="Budgets"))
    assert await titles(store) == [("m1", "Budget", "Budgets")]

    await store.meetings.put(Meeting("m1", NOON, title="", series_title=""))
    assert await titles(store) == [("m1", None, None)]


async def test_a_meeting_without_a_title_is_called_as_its_series(store: Store) -> None:
    await store.meetings.put(Meeting("m1", NOON, series="weekly", series_title="Boards"))
    await store.meetings.put(Meeting("m2", NOON, series="weekly", title="The last board"))
    await store.meetings.put(Meeting("m3", NOON, series_title="of no series"))

    asked = [*((Scope.MEETING, name) for name in ("m1", "m2", "m3", "none")), WEEKLY, (Scope.ORG, "fjord")]
    assert await store.meetings.titles(asked) == {
        (Scope.MEETING, "m1"): "Boards", (Scope.MEETING, "m2"): "The last board", WEEKLY: "Boards",
    }  # fmt: skip
    assert await store.meetings.titles([]) == {}


async def test_what_a_service_calls_a_meeting_replaces_no_title(store: Store) -> None:
    await store.meetings.put(Meeting("m1", NOON, title="Board"))
    await store.meetings.put(Meeting("m2", NOON))
    for meeting in ("m1", "m2"):
        await store.meetings.call(meeting, "Zoom Meeting")
    assert [title for _, title, _ in await titles(store)] == ["Board", "Zoom Meeting"]


@pytest.mark.parametrize("title", ["1:1 Ann / Ben", "LUND, ann", "For annie", "ann@fjord.example", "About Lund"])
async def test_a_title_that_names_a_person_is_forgotten_with_them(store: Store, title: str) -> None:
    there = Roster((ANN, BEN), True)
    await store.meetings.put(Meeting("m1", NOON, series="weekly", title=title, series_title=title, roster=there))
    await store.meetings.put(Meeting("m2", NOON, series="weekly", title="Budget", roster=Roster((BEN,), True)))

    numbers = itertools.count()
    await store.forgetting.forget(["p-ann"], lambda: str(next(numbers)))

    assert await titles(store) == [("m1", None, None), ("m2", "Budget", None)]


async def test_elsewhere_it_takes_the_whole_name(store: Store) -> None:
    await store.people.put_all([ANN, BEN])
    await store.meetings.put(Meeting("m1", NOON, title="Ann Hall", roster=Roster((BEN,), True)))
    await store.meetings.put(Meeting("m2", NOON, title="Replacing Ann Lund", roster=Roster((BEN,), True)))

    await store.forgetting.forget(["p-ann"], lambda: "1")

    assert await titles(store) == [("m1", "Ann Hall", None), ("m2", None, None)]
