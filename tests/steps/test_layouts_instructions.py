"""Which part of a client's instructions somebody said."""

from __future__ import annotations

import json

import pytest

from proxy.errors import ClientFault
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Bjørn Okoro")), complete=True)


def parted(text: str) -> tuple[list[str], list[tuple[str, str | None]]]:
    """Instructions, and what is said with whose it is."""
    hearing = hear([Slot(0, "system", text, SlotKind.INSTRUCTIONS)], ROSTER, "p-ann", opaque_is_instruction=True)
    shown = hearing.slots[0].text
    said = [
        ("".join(shown[word.start : word.end] for word in one.utterance.words), one.participant) for one in hearing.said
    ]
    return [shown[part.span.start : part.span.end].strip() for part in hearing.instructed], said


@pytest.mark.parametrize(
    "text",
    [
        "Be brief.\nOutput: JSON.\nTone: dry.",
        "Lines are like [00:01] Name: words.",
        'Answer {"speaker": "the name", "text": "what they said", "unknown": 1}.',
        "The chair is Ann Lund. Follow her agenda.",
        "Bjørn Okoro wants short summaries.\nUse bullets.",
    ],
)
def test_without_a_speaker_of_the_roster_all_is_instructions(text: str) -> None:
    """The client acts for Ann here: that makes none of it hers."""
    assert parted(text) == ([text], [])


def test_a_transcript_reaches_from_the_first_known_line_to_the_last_and_over_lines_beside_them() -> None:
    text = (
        "Output: JSON.\n\nGuest: one\nAnn Lund: two\nSpeaker 3: three\n\nfour of nobody\n\nBjørn Okoro: five\n"
        "Guest: six\n\nTone: dry."
    )
    instructions, said = parted(text)
    assert [part for part in instructions if part] == ["Output: JSON.", "Tone: dry."]
    assert said == [
        ("one", None), ("two", "p-ann"), ("three", None), ("four of nobody", None), ("five", "p-ben"), ("six", None)
    ]  # fmt: skip


def test_two_times_make_a_transcript_of_people_whom_nobody_knows() -> None:
    assert parted("Be brief.\n\n[00:01] Zed: one\n[00:04] Zed: two\n")[1] == [("one", None), ("two", None)]


def test_what_stands_around_a_transcript_tells_who_people_are() -> None:
    instructions, said = parted("People:\n- Bjørn Okoro (Head of Sales)\n\nBjørn Okoro: one\n")
    assert said == [("one", "p-ben"), ("(Head of Sales)", "p-ben")]
    assert not any("Sales" in part for part in instructions)


@pytest.mark.parametrize("name", ["Bjørn Okoro", "Nobody"])
def test_a_broken_transcript_refuses_where_somebody_of_the_roster_is_in_it(name: str) -> None:
    text = json.dumps([{"speaker": name, "text": "one", "surprise": "two"}])
    if name == "Nobody":
        assert parted(text) == ([text], [])
        return
    with pytest.raises(ClientFault):
        parted(text)
