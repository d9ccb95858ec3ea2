"""A turn with a declared speaker, and a message with a name, hold no more of others than a line with a label does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model import Participant, Roster, Slot, SlotKind, Span, Utterance
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-bo", "Bo Ekman")))
OWN = "we keep the harbour plan as it is"
WORDS = "we want another price before we sign"
BELOW = st.sampled_from(
    ["**{}** (00:12) ", "{}, CFO — ", "{} [0:07] ", "{} 01:02:03 ", "{} | ", "{} > ", "{} → ", "{}\n",
     "{}, Head of Sales\n", "{} (Skerry) - "]
)  # fmt: skip
INSIDE = st.sampled_from(
    [". {} [00:12] ", ". {} > ", "! {}\t", " | {} | ", "? {} → ", ". {} 0:12 ", ". [{} speaking] "]
)
VOICES = st.sampled_from(
    ["\nSPEAKER_02: ", ". Speaker 3: ", "\n[00:12] ", "\n(0:31:02) ", ". [Speaker 2] ", ". [Man:] ",
     ". (voice on phone) ", "? [another woman] ", ". (Interpreter speaking) ", "! (man over radio) ",
     ".\n[audience member] "]
)  # fmt: skip
STRANGERS = st.sampled_from(["\nTom Brand — ", "\nTom Brand\n", "\nMia Solheim: ", "\nO'Hara: ", "\n\nTom Brand > "])
NAMES = st.sampled_from(["Bo Ekman", "Bo"])


TIMES = st.sampled_from(
    [". [01:30:00] ", " [00:12] ", ". <01:30:00.000> ", ". (1:30:00) ", ". [12.5s] ", ". [1m 30s] ", ". 01:30:00 ",
     ". [00:12 --> 00:15] ", ", [0:07] ", "? (0:07 - 0:12) ", ". {00:01:02.5} ", ". [00:12:01 to 00:12:09] "]
)  # fmt: skip
CALLED = st.sampled_from(
    ["Tom Brand: ", "Zed Quill: ", "Dr. Zed Quill: ", "**Zed Quill:** ", "[Zed Quill]: ", "Zed Quill (Skerry): ",
     "Quill, Zed: ", "Mia Solheim : ", "Zed Quill： ", "Mia: ", "Zed Q. Quill: ",
     "Zed Quill said: ", "“Zed Quill: ", "+47 123 45 678: "]
)  # fmt: skip


def declared(text: str) -> Slot:
    said = Utterance(0, "Ann Lund", (Span(0, len(text)),), Span(0, len(text)))
    return Slot(0, "$.segments[0].text", text, SlotKind.SPEECH, utterance=said)


def left_to_ann(text: str) -> str:
    hearing = hear([declared(text)], ROSTER, None, opaque_is_instruction=False)
    return "".join(text[slice(*s)] for one in hearing.said if one.participant == "p-ann" for s in one.utterance.words)


@given(st.one_of(BELOW.map(lambda way: f"\n{way}"), INSIDE), NAMES)
def test_what_somebody_else_opens_is_not_hers(way: str, name: str) -> None:
    kept = left_to_ann(OWN + way.format(name) + WORDS)
    assert WORDS not in kept
    assert OWN in kept


@given(st.one_of(VOICES, STRANGERS))
def test_what_a_voice_or_a_stranger_opens_is_not_hers(way: str) -> None:
    kept = left_to_ann(OWN + way + WORDS)
    assert WORDS not in kept
    assert OWN in kept


@given(TIMES)
def test_what_stands_behind_a_time_of_a_recording_is_not_hers(way: str) -> None:
    kept = left_to_ann(OWN + way + WORDS)
    assert WORDS not in kept
    assert OWN in kept


@given(CALLED)
def test_what_a_stranger_opens_with_or_goes_on_with_is_not_hers(way: str) -> None:
    assert WORDS not in left_to_ann(way + WORDS)
    kept = left_to_ann(f"{OWN}. {way}{WORDS}")
    assert WORDS not in kept
    assert OWN in kept


@pytest.mark.parametrize(
    "text",
    [
        "Bo thinks that we are late, and I agree with Bo.",
        "I asked Bo (he was at sea) and Bo Ekman said no.",
        "Points:\n- the price of the crane\n- the date of the move\n# Costs\nWe pay half.",
        "@Bo can you send the file?",
        "We meet at 10:30 because the ferry is late. See you.",
        "Next steps:\n1. call the port\n2. ask for the price",
        "[00:12] we keep the harbour plan as it is.",
        "We meet (10:30) at the port and (11:15) at the ferry. The clip ends at [01:30:00].",
        "Budget: we keep what we have. Update: the port said no to all of it.",
        "Next Steps: we call the port and ask for the price. Action Items: we wait for them to call.",
        "Thanks Bo, Mia and all of you.",
        "I spoke with the port (the operator) and the ferry (a man of few words).",
        "We need a voice (male or female) for the film. Two takes (narrator and crowd) will do.",
    ],
)
def test_what_she_writes_of_others_is_hers(text: str) -> None:
    assert left_to_ann(text) == text
