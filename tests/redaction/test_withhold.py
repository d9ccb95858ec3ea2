"""Withheld utterances leave a marker, or nothing, and a valid format."""

import pytest

from proxy.formats import segment
from proxy.model import Edit, Place, Slot, SlotKind, Span, Utterance, apply_edits
from proxy.redaction.withhold import distinct_keys, never_empty, renumbered, withhold_edits

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


COUNTED = {
    "subrip": "".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{'Jane' if n % 3 else 'Bob'}: it is {n}\n\n" for n in range(4, 16)
    ),
    "webvtt": "WEBVTT\n\n"
    + "".join(
        f"{n}\n00:{n:02}.000 --> 00:{n:02}.900\n{'Jane' if n % 3 else 'Bob'}: it is {n}\n\n" for n in range(1, 9)
    ),
}


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("gone", ["Jane", "Bob"])
def test_what_is_dropped_leaves_no_gap_in_the_numbers_of_cues(name: str, gone: str) -> None:
    text = COUNTED[name]
    slots = [Slot(0, "body", text, SlotKind.SPEECH)]
    segmented = segment(text, whole=True)
    made = withhold_edits(slots, [(0, said) for said in segmented.utterances if said.speaker == gone], "drop")
    left = apply_edits(text, renumbered(slots, [(0, number) for number in segmented.numbers], made)[0])
    numbers = [int(line) for line in left.splitlines() if line.isdigit()]
    first = int(next(line for line in text.splitlines() if line.isdigit()))
    assert numbers == list(range(first, first + left.count("-->")))
    assert gone not in left
    assert renumbered(slots, [(0, number) for number in segmented.numbers], {}) == {}


def test_keys_that_would_be_the_same_get_numbers() -> None:
    """Two people's names as keys of one object become the same marker: readers would take one of them for the other."""
    names = ("Jane", "Bob", "[withheld]", "Ann")
    slots = [
        Slot(n, f"a#{n}", name, SlotKind.SPEECH, place=Place(("x", name), key=True)) for n, name in enumerate(names)
    ]
    slots.append(Slot(4, "a#4", "Bob", SlotKind.SPEECH, place=Place(("y", "Bob"), key=True)))
    made = {n: (Edit(0, len(slots[n].text), "[withheld]"),) for n in (0, 1, 4)}
    left = [apply_edits(slot.text, distinct_keys(slots, made).get(slot.index, ())) for slot in slots]
    assert left == ["[withheld] 2", "[withheld] 3", "[withheld]", "Ann", "[withheld]"]


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
