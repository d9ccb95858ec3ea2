"""Withheld utterances leave a marker, or nothing, and a valid format."""

import pytest

from proxy.edits import apply_edits
from proxy.model import Edit, Slot, SlotKind, Span, Utterance
from proxy.redaction.withhold import never_empty, withhold_edits

VTT = (
    "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nJane: one\ntwo\nthree\n\n"
    "2\n00:00:03.000 --> 00:00:04.000\nand four\n\n3\n00:00:05.000 --> 00:00:06.000\nBob: five\n"
)


def span(part: str, text: str = VTT) -> Span:
    return Span(text.index(part), text.index(part) + len(part))


JANE = Utterance(
    0,
    "Jane",
    (span("one"), span("two"), span("three"), span("and four")),
    Span(VTT.index("1\n00"), VTT.index("3\n00")),
    span("Jane"),
)


def test_a_placeholder_keeps_cues_and_times() -> None:
    edits = withhold_edits([Slot(4, "body", VTT, SlotKind.SPEECH)], [(4, JANE)], "placeholder")
    assert apply_edits(VTT, edits[4]) == (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nWITHHELD_PERSON: [withheld]\n\n"
        "2\n00:00:03.000 --> 00:00:04.000\n[withheld]\n\n3\n00:00:05.000 --> 00:00:06.000\nBob: five\n"
    )


def test_dropping_cuts_the_block() -> None:
    edits = withhold_edits([Slot(0, "body", VTT, SlotKind.SPEECH)], [(0, JANE)], "drop")
    assert apply_edits(VTT, edits[0]) == "WEBVTT\n\n3\n00:00:05.000 --> 00:00:06.000\nBob: five\n"


def test_repeated_labels_all_go() -> None:
    text = "<v Jane>(Jane) hello</v>\n"
    said = Utterance(0, "Jane", (Span(15, 20),), Span(0, 25), Span(3, 7), more_labels=(Span(9, 13),))
    edits = withhold_edits([Slot(0, "body", text, SlotKind.SPEECH)], [(0, said)], "placeholder")
    assert apply_edits(text, edits[0]) == "<v WITHHELD_PERSON>(WITHHELD_PERSON) [withheld]</v>\n"


def test_nobody_withheld_is_no_edit() -> None:
    assert withhold_edits([Slot(0, "body", VTT, SlotKind.SPEECH)], [], "placeholder") == {}


@pytest.mark.parametrize(
    ("text", "cut", "left"),
    [
        ("Jane: one\n", ["Jane: one\n"], "[withheld]"),
        (" Jane: one \n\n", [" Jane: one \n"], "[withheld]"),
        ("Bob: two\nJane: one", ["Jane: one"], "Bob: two"),
        ("Bob: two\n\nJane: one\nJane: and more", ["Jane: one\n", "Jane: and more"], "Bob: two"),
        ("Bob: two\nJane: one\n", ["Jane: one\n"], "Bob: two\n"),
        ("Jane: one\nBob: two", ["Jane: one\n"], "Bob: two"),
        ("  ", [" "], " "),
    ],
)
def test_no_text_ends_up_empty_or_in_white_space_of_ours(text: str, cut: list[str], left: str) -> None:
    edits = {0: [Edit(*span(part, text), "") for part in cut]}
    assert apply_edits(text, never_empty([Slot(0, "body", text, SlotKind.SPEECH)], edits)[0]) == left


def test_a_turn_with_a_place_of_its_own_may_be_empty() -> None:
    slots = [Slot(0, "body", "one", SlotKind.SPEECH), Slot(1, "turn", "two", SlotKind.SPEECH, utterance=JANE)]
    edits = {0: [Edit(0, 3, "")], 1: [Edit(0, 3, "")]}
    assert never_empty(slots, edits, apart=[0]) == {0: (Edit(0, 3, ""),), 1: (Edit(0, 3, ""),)}
