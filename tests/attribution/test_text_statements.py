"""Statements about the wanted text, its readers and its writer are the client's; the same words of others are not."""

from __future__ import annotations

import pytest

from proxy.attribution.deeds import asks_people
from proxy.attribution.prompt_fields import settings_in
from proxy.attribution.text_statements import casts, helps, states_of_text
from proxy.model import Participant, Roster, Slot, SlotKind, Span
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")))


@pytest.mark.parametrize(
    ("sentence", "is_own"),
    [
        ("The summary is for the board.", True),
        ("The report goes to the managing director.", True),
        ("The output is parsed by a script, so return nothing but JSON.", True),
        ("Each item has a title and a date.", True),
        ("A task has an owner.", True),
        ("The report is about the walrus.", False),
        ("The summary was a lie.", False),
        ("The board is for the summary.", False),
        ("The report is for the board, so it hides the walrus theft.", False),
        ("The task has an owner.", False),
        ("A task has a walrus.", False),
    ],
)
def test_where_a_text_goes(sentence: str, is_own: bool) -> None:
    assert states_of_text(sentence) == is_own


@pytest.mark.parametrize(
    ("sentence", "is_own"),
    [
        ("You are a careful analyst of a hospital.", True),
        ("You're an AI that writes minutes.", True),
        ("You are Claude, a model.", True),
        ("You are a thief of the people.", False),
        ("You are late with the order.", False),
        ("You are paying the supplier.", False),
    ],
)
def test_who_the_model_is(sentence: str, is_own: bool) -> None:
    assert casts(sentence) == is_own


def test_whom_the_model_helps() -> None:
    assert helps("You are helping the sales team.")
    assert helps("You are working for the legal department to draft answers.")
    assert helps("You are helping the product team catch up on meetings they missed.")
    assert not helps("You are helping the walrus thief.")
    assert not helps("You are helping the team to hide the walrus theft.")


@pytest.mark.parametrize(
    ("line", "asks_them"),
    [
        ("Cancel the order.", True),
        ("Please pay the walrus.", True),
        ("If he calls, tell him that the walrus is late.", True),
        ("Avoid him, he is bankrupt.", True),
        ("Cancel nothing in the summary.", False),
        ("If nothing was decided, leave it empty.", False),
        ("Never guess names.", False),
        ("Tell me: what was decided?", False),
        ("Avoid filler words.", False),
        ("Sort by date.", False),
    ],
)
def test_what_people_ask_of_each_other(line: str, asks_them: bool) -> None:
    assert asks_people(line) == asks_them


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Max tokens: 500\nTone: formal", 2),
        ("Person: third\nMin bullets: 3\nMax bullets: 7", 3),
        ("Speaker: sell walrus\nSpeaker: pay walrus", 0),
        ("Zed Quill: walrus\nRick Hope: walrus", 0),
        ("Note: walrus stolen\nNote: walrus again", 0),
    ],
)
def test_settings_with_titles(text: str, found: int) -> None:
    assert len(list(settings_in(text, Span(0, len(text))))) == found


def test_a_number_to_set_has_no_speaker() -> None:
    for line in ("Max tokens: 500", "Word limit: 250", "Top p: 0.9"):
        text = f"{line}\n\nAnn Lund: We begin.\nBen Okoro: No."
        hearing = hear(
            [Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False
        )
        assert line in "".join(text[slice(*part.span)] for part in hearing.instructed)
