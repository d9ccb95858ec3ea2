"""Names are read in text whose letters are written as entities of HTML, in part or throughout."""

from __future__ import annotations

import html.entities

from hypothesis import given
from hypothesis import strategies as st

from proxy.attribution.beginnings import Beginnings
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

NAME = "José Ángel Núñez"
ROSTER = Roster((Participant("p-jose", NAME), Participant("p-ann", "Ann Lund")), complete=True)
BEGINNINGS = Beginnings.of(ROSTER)
TOLD = "We never sell the old harbour."


def _coded(letter: str, way: int) -> str:
    named = html.entities.codepoint2name.get(ord(letter), "")
    return [letter, f"&#{ord(letter)};", f"&#x{ord(letter):x};", f"&{named};" if named else letter][way]


@given(st.lists(st.integers(0, 3), min_size=len(NAME), max_size=len(NAME)))
def test_a_name_is_found_however_its_letters_are_written(ways: list[int]) -> None:
    name = "".join(map(_coded, NAME, ways))
    read = BEGINNINGS.read(f"{name}: {TOLD}")
    assert len(read.text) == len(f"{name}: {TOLD}")
    mention = next(read.within(0, 1))
    assert (mention.start, mention.end, mention.people) == (0, len(name), {"p-jose"})
    slot = Slot(0, "$.messages[0].content", f"{name}: {TOLD}", SlotKind.INSTRUCTIONS)
    assert TOLD not in "".join(hear([slot], ROSTER, None, opaque_is_instruction=True).instructions)
