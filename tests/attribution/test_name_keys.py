"""Keys that stand for names, and columns headed by names, in a client's instructions."""

from __future__ import annotations

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-mar", "Maria Okafor"), Participant("p-ben", "Ben Okoro")), complete=True)
SAID = "the harbour budget is too high for us"


def instructions(text: str) -> str:
    slots = [Slot(0, "messages[0].content", text, SlotKind.INSTRUCTIONS)]
    return "".join(hear(slots, ROSTER, None, opaque_is_instruction=False).instructions)


@pytest.mark.parametrize(
    ("legend", "key"),
    [
        ("B = Ben Okoro", "B"),
        ("S0 = Ben Okoro\nS1 = Maria Okafor", "S0"),
        ("S0 = B\nB = Ben Okoro", "S0"),
        ("Key: M = Maria Okafor, B = Ben Okoro", "B"),
        ("Legend: M - Maria Okafor; B - Ben Okoro.", "B"),
        ("- Speaker 0: Ben Okoro\n- Speaker 1: Maria Okafor", "Speaker 0"),
        ("Speakers: S1=Ben Okoro S2=Maria Okafor", "S1"),
        ("Ben Okoro (B), Maria Okafor (M)", "B"),
        ("1 = Maria Okafor\n2 = Ben Okoro", "2"),
        ("**B**: Ben Okoro", "B"),
        ("W = Wanda Quist", "W"),
    ],
)
@pytest.mark.parametrize("label", ["{}: ", "[{}] ", "**{}:** ", "{} — ", "<{}> "])
def test_a_key_is_the_name_that_it_stands_for(legend: str, key: str, label: str) -> None:
    assert SAID not in instructions(f"{legend}\n\n{label.format(key)}{SAID}")


@pytest.mark.parametrize(
    "text",
    [
        "Attendees: Maria Okafor (PM), Ben Okoro (QA)\n\nQA: list what is to be tested and by whom.",
        "Glossary:\n- BO: Ben Okoro\n- NMS: network management system\n\nUse the glossary in the minutes.",
        "1. Ben Okoro\n2. Maria Okafor\n\n1. List the decisions of the meeting.\n2. List who does what by when.",
    ],
)
def test_jobs_numbers_and_glossaries_are_no_keys(text: str) -> None:
    assert text.splitlines()[-1] in instructions(text)


@pytest.mark.parametrize(
    "table",
    [
        "| Maria Okafor | Ben Okoro |\n|---|---|\n| We ship on Monday. | {} |",
        "| Maria | Ben |\n|---|---|\n| We ship on Monday. | {} |\n| Fine. | No. |",
        "| Time | Maria | Ben |\n|---|---|---|\n| 10:02 | We ship on Monday. | {} |",
        "Maria | Ben\n--- | ---\nWe ship on Monday. | {}",
        "Maria\tBen\nWe ship on Monday.\t{}",
        '"Maria","Ben"\n"We ship on Monday.","{}"',
        "Maria;Ben\nWe ship on Monday.;{}",
    ],
)
def test_columns_headed_by_people_hold_their_words(table: str) -> None:
    assert SAID not in instructions(table.format(SAID))


@pytest.mark.parametrize(
    "text",
    [
        "Attendees: Maria Okafor, Ben Okoro\nWrite the minutes, and send them to both.",
        "| Maria | Ben |\n\nWrite | the minutes.",
    ],
)
def test_a_row_of_names_above_a_request_heads_nothing(text: str) -> None:
    assert text.splitlines()[-1] in instructions(text)
