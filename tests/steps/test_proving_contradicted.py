"""A field beside somebody's words that names another person makes the words that person's, or nobody's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ANN, BEN = Participant("p-ann", "Ann Lund", (), ("ann@fjord.example",)), Participant("p-ben", "Ben Okoro")
ROSTER = Roster((ANN, BEN), complete=True)
WALRUS = "the walrus should be cancelled before the board hears it"


def whose(turn: dict[str, Any]) -> str | None:
    """Whose the words of a turn are: a participant's id, ``stranger``, or None for nobody's."""
    one = Slot(0, "messages[0].content", json.dumps([{**turn, "text": WALRUS}]), SlotKind.SPEECH)
    hearing = hear([one], ROSTER, None, opaque_is_instruction=False)
    text = hearing.slots[0].text
    said = next(part for part in hearing.said if any(WALRUS in text[slice(*span)] for span in part.utterance.words))
    return said.participant or (None if said.unattributed else "stranger")


@pytest.mark.parametrize(
    "turn",
    [
        {"speaker": "Ann Lund", "speaker_email": "wanda.quist@guest.example"},
        {"speaker": "Ann Lund", "email": "mailto:Wanda_Quist@guest.example"},
        {"name": "Ann Lund", "user_name": "Ann Lund", "speaker": "Wanda Quist"},
        {"speaker": {"name": "Ann Lund", "email": "wanda.quist@guest.example"}},
        {"speaker": "Ann Lund", "participant": {"first_name": "Wanda", "last_name": "Quist"}},
    ],
)
def test_an_address_or_a_name_of_nobody_on_the_roster_makes_words_a_strangers(turn: dict[str, Any]) -> None:
    assert whose(turn) == "stranger"


def test_an_address_of_somebody_else_on_the_roster_makes_them_nobodys() -> None:
    assert whose({"speaker": "Ben Okoro", "speaker_email": "ann@fjord.example"}) is None


@pytest.mark.parametrize(
    "beside",
    [
        {"speaker_email": "ann@fjord.example"},
        {"speaker_email": "ann.brandt@guest.example"},
        {"speaker_email": "a.lund@guest.example"},
        {"speaker_email": "alund84@guest.example"},
        {"speaker_email": "meeting.room@fjord.example"},
        {"participant": {"first_name": "Ann", "last_name": "Lund"}},
    ],
)
def test_what_may_be_the_speakers_own_changes_nothing(beside: dict[str, Any]) -> None:
    assert whose({"speaker": "Ann Lund", **beside}) == "p-ann"
