r"""Signs that JSON writes as escapes (``\u2014``, ``\u003e``) begin another's words as the signs themselves do."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model import Participant, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.withhold import withhold_edits
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-bo", "Bo Ekman")))
OWN = "We keep the harbour plan as it is"
WORDS = "we want another price before we sign"
BEGINNINGS = st.sampled_from(
    [". Bo — ", ". Bo: ", ". >> ", ". <v Bo>", ". [Bo Ekman] ", ". Bo Ekman → ", " | Bo | ", ". Bo > ", ". » Bo: ",
     ". [00:01:12] ", ". (Bo): ", ". **Bo**: ", ". <b>Bo Ekman</b> ", '." Bo: ', ". Bo (on the phone) — ",
     ". Tom Brand: ", ". {Bo} "]
)  # fmt: skip
SIGNS = "—:<>[]→|»()*/.{}\"'&+?,"


def payload(text: str, escaped: frozenset[str]) -> str:
    """A cue of Microsoft Graph, with some signs of what is said as escapes."""
    written = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"' if '"' in escaped else '\\"')
    written = "".join(f"\\u{ord(ch):04X}" if ch in escaped else ch for ch in written)
    return f'WEBVTT\n\n00:00:05.000 --> 00:00:09.000\n{{"speakerName":"Ann Lund","spokenText":"{written}"}}\n'


def slot(text: str) -> Slot:
    return Slot(0, "messages[0].content", text, SlotKind.SPEECH)


def left_to_ann(text: str) -> str:
    hearing = hear([slot(text)], ROSTER, None, opaque_is_instruction=False)
    return "".join(text[slice(*s)] for one in hearing.said if one.participant == "p-ann" for s in one.utterance.words)


@given(BEGINNINGS, st.frozensets(st.sampled_from(SIGNS)))
def test_what_opens_behind_an_escape_is_not_hers(beginning: str, escaped: frozenset[str]) -> None:
    kept = left_to_ann(payload(OWN + beginning + WORDS, escaped))
    assert WORDS not in kept
    assert OWN in kept


@given(st.frozensets(st.sampled_from(SIGNS)))
@pytest.mark.parametrize(
    "text",
    [
        'He said "no", and that\'s all <we> know & need.',
        "We meet at 10:30 (or later), don't we? Yes/no + why?",
        'It costs 40 (with tax). "Bo" is the name of the ship, isn\'t it?',
    ],
)
def test_her_own_words_with_escapes_are_hers(text: str, escaped: frozenset[str]) -> None:
    plain = [word for word in ("said", "meet at", "costs 40", "all", "later", "the name of the ship") if word in text]
    literal = left_to_ann(payload(text, frozenset()))
    kept = left_to_ann(payload(text, escaped))
    assert [word in kept for word in plain] == [word in literal for word in plain]


@given(BEGINNINGS)
def test_nor_in_a_line_of_text(beginning: str) -> None:
    escaped = "".join(f"\\u{ord(ch):04x}" if ch in SIGNS[:8] else ch for ch in beginning)
    kept = left_to_ann(f"Ann Lund: {OWN}{escaped}{WORDS}\n")
    assert WORDS not in kept
    assert OWN in kept


@pytest.mark.parametrize("mode", ["drop", "placeholder"])
@given(BEGINNINGS, st.frozensets(st.sampled_from(SIGNS)))
def test_what_is_left_is_json(mode: Literal["drop", "placeholder"], beginning: str, escaped: frozenset[str]) -> None:
    one = slot(payload(OWN + beginning + WORDS, escaped))
    hearing = hear([one], ROSTER, None, opaque_is_instruction=False)
    withheld = tuple((said.slot, said.utterance) for said in hearing.said if said.participant != "p-ann")
    left = apply_edits(one.text, withhold_edits((one,), withheld, mode)[0])
    assert json.loads(left.splitlines()[-1])["speakerName"] == "Ann Lund"
