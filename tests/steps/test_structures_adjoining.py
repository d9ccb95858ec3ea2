"""Beginnings in one unit whose words stand in the next: instructions of any place, and turns of one speaker."""

from __future__ import annotations

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind, Span, Utterance
from proxy.steps.hearing import hear
from proxy.steps.utterances import Hearing

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
SAID = "the harbour budget is too high for us"
PLACES = (
    ("messages[0].content", "messages[1].content"),
    ("messages[0].content[0].text", "messages[0].content[1].text"),
    ("system[0].text", "system[1].text"),
    ("instructions", "input[0].content"),
    ("tools[0].function.description", "tools[1].function.description"),
)
OPEN = (
    "Keep it short.\n\nBen Okoro:",
    "## Ben Okoro",
    "From: Ben Okoro\nSubject: x",
    '{"speaker": "Ben Okoro", "text":',
)


def instructed(hearing: Hearing) -> str:
    return "\n".join(hearing.instructions)


def listen(*texts: tuple[str, str], kind: SlotKind = SlotKind.INSTRUCTIONS) -> Hearing:
    slots = [Slot(index, where, text, kind) for index, (where, text) in enumerate(texts)]
    return hear(slots, ROSTER, None, opaque_is_instruction=False)


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("opening", OPEN)
def test_instructions_below_an_open_beginning_are_nobodys(places: tuple[str, str], opening: str) -> None:
    hearing = listen((places[0], opening), (places[1], SAID))
    assert SAID not in instructed(hearing)
    assert any(one.slot == 1 and one.unattributed for one in hearing.said)


@pytest.mark.parametrize("places", PLACES)
def test_so_are_those_above_a_signature(places: tuple[str, str]) -> None:
    assert SAID not in instructed(listen((places[0], SAID), (places[1], "— Ben Okoro")))


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("above", ["You write minutes.", "Attendees:\n- Ann Lund\n- Ben Okoro", "Write for Ben Okoro."])
def test_other_instructions_stay(places: tuple[str, str], above: str) -> None:
    assert instructed(listen((places[0], above), (places[1], SAID))) == f"{above}\n{SAID}"


def test_names_of_tools_part_no_descriptions() -> None:
    tool = "tools[{}].function.{}"
    hearing = listen(
        (tool.format(0, "description"), "Ben Okoro:"),
        (tool.format(1, "name"), "save"),
        (tool.format(1, "description"), SAID),
    )
    assert SAID not in instructed(hearing)
    assert "save" in instructed(hearing)


def test_what_is_cut_off_goes_on_in_the_next_instructions() -> None:
    cut = "Ann Lund: good morning to you\nBen Okoro: I think that the"
    assert SAID not in instructed(listen(("messages[0].content", cut), ("messages[1].content", SAID)))
    asked = "Summarize it in three lines."
    assert asked in instructed(listen(("messages[0].content", cut), ("messages[1].content", asked)))


@pytest.mark.parametrize(("first", "second"), [("Ben Okoro:", SAID), (SAID, "— Ben Okoro"), ("Room Four:", SAID)])
@pytest.mark.parametrize("speaker", ["Ann Lund", "Ben Okoro"])
def test_turns_of_one_declared_speaker(first: str, second: str, speaker: str) -> None:
    turns = [(first, "Ann Lund"), (second, speaker)]
    slots = [
        Slot(
            at,
            f"/segments/{at}/text",
            text,
            SlotKind.SPEECH,
            utterance=Utterance(0, who, (Span(0, len(text)),), Span(0, len(text))),
        )
        for at, (text, who) in enumerate(turns)
    ]
    hearing = hear(slots, ROSTER, None, opaque_is_instruction=False)
    whose = {slots[one.slot].text: one.participant for one in hearing.said}
    assert whose[SAID] == (None if speaker == "Ann Lund" else "p-ben" if second == SAID else "p-ann")


def test_turns_in_one_transcript() -> None:
    text = (
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ann Lund>On Monday, Ben Okoro wrote:</v>\n\n"
        f"00:00:04.000 --> 00:00:06.000\n<v Ann Lund>{SAID}</v>\n"
    )
    hearing = listen(("body", text), kind=SlotKind.SPEECH)
    said = [one for one in hearing.said if any(text[span.start : span.end] == SAID for span in one.utterance.words)]
    assert [one.participant for one in said] == [None]
