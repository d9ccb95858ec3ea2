"""Labels that name nobody are those people's for whom a legend says that they stand, wherever it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.attribution.beginnings import Beginnings
from proxy.model import Participant, Roster, Slot, SlotKind, Span
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
WALRUS = "The turbine was sold in March and nobody was asked."


def whose(text: str) -> set[str | None]:
    """Whose the planted words are: ids, ``stranger``, or None for nobody's."""
    hearing = hear([Slot(0, "messages[0].content", text, SlotKind.REPLY)], ROSTER, None, opaque_is_instruction=False)
    read = hearing.slots[0].text
    said = [part for part in hearing.said if any("turbine" in read[slice(*span)] for span in part.utterance.words)]
    assert said
    return {part.participant or (None if part.unattributed else "stranger") for part in said}


def turns(legend: Any, one: Any, other: Any) -> str:
    said = [{"speaker": one, "text": "We ship.", "start": 1.5}, {"speaker": other, "text": WALRUS, "start": 8.5}]
    return json.dumps({"speakers": legend, "segments": said})


@pytest.mark.parametrize(
    "text",
    [
        turns(["Ann Lund", "Wanda Quist"], 0, 1),
        turns(["Ann Lund", "Wanda Quist"], 1, 2),
        turns([{"id": "A", "name": "Ann Lund"}, {"id": "B", "name": "Wanda Quist"}], "A", "B"),
        turns([{"speaker": "A", "name": "Ann Lund"}, {"speaker": "B", "name": "Wanda Quist"}], "A", "B"),
        f"Speaker 1: Yes.\nSpeaker 2: {WALRUS}\n\nMapping:\n- Speaker 1: Ann Lund\n- Speaker 2: Wanda Quist",
        f"Wanda Quist (B)\nAnn Lund (A)\n\nA: We ship.\nB: {WALRUS}",
        f"[SPEAKER_01] {WALRUS}\n\nSPEAKER_00 is Ann Lund, SPEAKER_01 is Wanda Quist",
        f"| Key | Who |\n| --- | --- |\n| S1 | Wanda Quist |\n\nS1: {WALRUS}",
    ],
)
def test_a_legend_that_names_a_stranger_makes_words_theirs(text: str) -> None:
    assert whose(text) == {"stranger"}


@pytest.mark.parametrize(
    "text",
    [turns(["Ann Lund", "Ben Okoro"], 0, 1), turns(["Ann Lund", "Recording room"], 0, 1), turns([], 0, 1)],
)
def test_a_number_that_stands_for_no_stranger_stays_nobodys(text: str) -> None:
    assert whose(text) == {None}


@pytest.mark.parametrize(
    "text",
    [
        f"[SPEAKER_01] {WALRUS}\n\nSPEAKER_00 is Ann Lund, SPEAKER_01 is Ben Okoro",
        f"| id | name |\n|---|---|\n| S1 | Ben Okoro |\n| S2 | Ann Lund |\n\nS1: {WALRUS}",
        f"S2 means Ben Okoro\n\nS2: {WALRUS}",
    ],
)
def test_in_instructions_a_legend_shows_whose_the_words_are(text: str) -> None:
    beginnings = Beginnings.of(ROSTER)
    at = beginnings.spoken(beginnings.read(text), Span(0, len(text)))
    assert at is not None
    assert at <= text.index(WALRUS)


def test_a_table_of_jobs_is_no_legend() -> None:
    text = "| Job | Person |\n|---|---|\n| QA | Ben Okoro |\n| PM | Ann Lund |\n\nQA: list the open questions."
    beginnings = Beginnings.of(ROSTER)
    assert beginnings.spoken(beginnings.read(text), Span(0, len(text))) is None


@pytest.mark.parametrize("key", ["speaker_id", "user_id", "participant_id"])
def test_a_name_in_place_of_an_id_names_the_speaker(key: str) -> None:
    said = [("Ann Lund", "We ship."), ("Wanda Quist", WALRUS)]
    words = [{"text": word, "start": 1.5, "end": 2.5, key: name} for name, line in said for word in line.split()]
    for document in ({"words": words}, {"text": f"We ship. {WALRUS}", "words": words}):
        assert whose(json.dumps(document)) == {"stranger"}
    assert whose(json.dumps([{"text": WALRUS, "start": 1.5, key: "Ann Lund"}])) == {"p-ann"}
    assert whose(json.dumps([{"text": WALRUS, "start": 1.5, key: "usr_81f3"}])) == {None}
