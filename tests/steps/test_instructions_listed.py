"""Keys of a call's arguments that a listed schema names are the client's, where only listed lines are."""

from __future__ import annotations

import pytest

from proxy.formats.places import digest
from proxy.model import Participant, Place, Roster, Slot, SlotKind
from proxy.settings import Profile
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
CALLED = "messages[1].tool_calls[0].function.arguments#0"
SCHEMA = "tools[0].function.parameters#0"


def instructed(
    key: str, property_name: str, *, listed: str, place: tuple[str | int, ...] = ("properties",)
) -> set[int]:
    slots = (
        Slot(0, SCHEMA, property_name, SlotKind.INSTRUCTIONS, place=Place((*place, property_name), key=True)),
        Slot(1, CALLED, key, SlotKind.REPLY, place=Place((key,), key=True)),
        Slot(2, CALLED, "the harbour budget", SlotKind.REPLY, place=Place((key,))),
    )
    profile = Profile(instructions=(digest(listed),))
    hearing = hear(slots, ROSTER, None, opaque_is_instruction=False, profile=profile, listed=True)
    return {part.slot for part in hearing.instructed if part.span.end > part.span.start}


def test_a_property_of_a_listed_schema_is_the_clients() -> None:
    assert instructed("search_term", "search_term", listed="search_term") == {0, 1}


@pytest.mark.parametrize(
    ("key", "listed", "place"),
    [
        ("another_term", "search_term", ("properties",)),
        ("search_term", "something_else", ("properties",)),
        ("search_term", "search_term", ("properties", "q", "enum")),
    ],
)
def test_other_keys_and_all_values_are_nobodys(key: str, listed: str, place: tuple[str | int, ...]) -> None:
    assert not {1, 2} & instructed(key, "search_term", listed=listed, place=place)
