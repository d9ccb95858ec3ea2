"""Titles of what a prompt asks for, told from names and from words for people."""

from __future__ import annotations

import pytest

from proxy.attribution.captions import is_title
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"),), complete=True)
TITLES = [
    "Key Issues Discussed",
    "Decisions Made",
    "Agreed Deadlines",
    "Topics Covered",
    "Technical Details",
    "Hot Topics",
]
PEOPLE = [
    "Carol Baker",
    "Will Young",
    "Rose Hill",
    "An Wei",
    "Team Lead",
    "Product Manager",
    "Maya Chen",
    "Board Chair",
]


def instructed(text: str) -> bool:
    """Whether a whole system message is instructions."""
    hearing = hear([Slot(0, "system", text, SlotKind.INSTRUCTIONS)], ROSTER, None, opaque_is_instruction=False)
    return not hearing.said


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_one(title: str) -> None:
    assert is_title(title)
    assert instructed(f"Write:\n- **{title}**: one line for each\n- **Decisions Made**: who and until when\n")


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_is_none_and_titles_beside_them_hide_nobody(name: str) -> None:
    assert not is_title(name)
    assert not instructed(f"{name}: we sell the plant in May\nMaya Chen: nobody may know of it\n")
    if name not in ("Team Lead", "Product Manager", "Board Chair"):
        assert not instructed(f"Decisions Made: we sell the plant\n{name}: nobody may know of it\n")
