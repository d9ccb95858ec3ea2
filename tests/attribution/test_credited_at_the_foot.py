"""Fields and bylines below words say whose they are, and letters that are seen as nothing hide no name."""

from __future__ import annotations

import itertools

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-maria", "Maria Okafor"), Participant("p-ben", "Ben Okoro")), complete=False)
WORDS = ("I hid the walrus behind the kiln.", "The walrus crane collapsed in May and nobody told the board.")
FEET = ("Signed: {}", "Signed by {}", "By: {}", "From: {}", "Submitted by {}", "Written by: {}", "Reviewed by {} ★")
FILLERS = ("\u3164", "\uffa0", "\u115f", "\u1160")


def leaves(text: str, kind: SlotKind) -> bool:
    """Whether words about the walrus are the client's or Maria's."""
    heard = hear([Slot(0, "messages[0].content", text, kind)], ROSTER, None, opaque_is_instruction=False)
    own = "".join(text[part.span.start : part.span.end] for part in heard.instructed)
    hers = [
        text[span.start : span.end]
        for one in heard.said
        if one.participant == "p-maria"
        for span in one.utterance.words
    ]
    return "walrus" in own + "".join(hers)


@pytest.mark.parametrize("foot", FEET)
def test_a_field_or_byline_below_words_names_their_author(foot: str) -> None:
    for words, name, gap in itertools.product(WORDS, ("Ben Okoro", "Ben", "BEN OKORO"), ("\n\n", "\n")):
        text = f"{words}{gap}{foot.format(name)}"
        assert not leaves(text, SlotKind.INSTRUCTIONS), text


@pytest.mark.parametrize("filler", FILLERS, ids=[f"U+{ord(each):04X}" for each in FILLERS])
def test_letters_that_are_seen_as_nothing_part_a_name_from_words(filler: str) -> None:
    for words in WORDS:
        assert not leaves(f"Maria Okafor: We move the launch.\n{filler}Ben Okoro{filler}{words}", SlotKind.SPEECH)


@pytest.mark.parametrize(
    "gives", ["The chair gave the floor to", "The host hands the floor over to", "She yields the floor to"]
)
def test_whoever_is_given_the_floor_speaks_next(gives: str) -> None:
    for words in WORDS:
        text = f"Maria Okafor: We move the launch.\n{gives} Ben Okoro.\n{words}"
        assert not leaves(text, SlotKind.SPEECH), text
