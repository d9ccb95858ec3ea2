"""Records that repeat, with names as meeting tools write them: with a device, a company, a role or a word before."""

from __future__ import annotations

import pytest

from proxy.attribution.beginnings import Beginnings
from proxy.attribution.repeated_records import repeated
from proxy.model import Participant, Roster, Span

ROSTER = Roster(
    (Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro"), Participant("p-cho", "Chiara Montefusco")),
    complete=True,
)
BEGINNINGS = Beginnings.of(ROSTER)
SAID = ("the quarterly harbour budget is signed", "nobody paid the crane before it fell over")
SHOWN = (
    "Ben Okoro's iPhone", "Ben Okoro, CFO", "Ben@Skerry", "Guest Ben Okoro", "[EXT] Ben Okoro", "Dr. Ben Okoro",
    "Ben Okoro (Host)", "Ben Okoro / Berlin", "Ben O.", "iPad Ben",
)  # fmt: skip
RECORDS = {
    "literal": '[{{"text": "{}", "speaker": "{}"}},\n {{"text": "{}", "speaker": "{}"}}]',
    "fields": "text: {}\nspeaker: {}\n***\ntext: {}\nspeaker: {}",
    "assignment": 'text = "{}"\nspeaker = "{}"\n\ntext = "{}"\nspeaker = "{}"',
    "tags": "<said>{}</said><who>{}</who>\n<said>{}</said><who>{}</who>",
    "cells": "{};{};4\n{};{};9",
}


def begun(text: str, speaker: str | None) -> int | None:
    return repeated(BEGINNINGS.read(text), Span(0, len(text)), speaker)


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("record", RECORDS)
def test_a_name_is_a_value_with_what_tools_add_to_it(record: str, shown: str) -> None:
    text = RECORDS[record].format(SAID[0], "Ann Lund", SAID[1], shown)
    at = begun(text, "p-ann")
    assert at is not None and at <= text.index(SAID[1])


@pytest.mark.parametrize("field", ["speaker: {}", "speaker | {}", "by={} |"])
def test_a_record_that_says_little_hides_no_other(field: str) -> None:
    people = ("Ann Lund", "Ben Okoro (Guest)", "Ann Lund", "Chiara Montefusco")
    said = (SAID[0], SAID[1], "okay.", "we never sell the harbour to them")
    text = "\n".join(f"{words}\n{field.format(who)}\n---" for who, words in zip(people, said, strict=True))
    at = begun(text, "p-ann")
    assert at is not None and at <= text.index(SAID[1])


@pytest.mark.parametrize(
    "text",
    [
        "I asked: thanks, Ben, for the plan?\nThen: thanks, Ben, for the crane as well.",
        "The plan is Ben's; the crane is Chiara's.\nThe budget is Ben's; the harbour is Chiara's.",
        'He said "thank you Ben" twice.\nShe said "thank you Chiara" once.',
        "We paid Ben (twice), and the crane fell.\nWe paid Chiara (once), and the harbour flooded.",
        "It was Dr. Ben Okoro / Berlin who signed the budget.\nIt was Chiara Montefusco / Oslo who paid.",
    ],
)
def test_what_people_tell_of_others_is_no_record(text: str) -> None:
    assert begun(text, "p-ann") is None
