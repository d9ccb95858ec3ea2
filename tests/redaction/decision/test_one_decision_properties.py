"""What holds of every decision: order says nothing, sure evidence stands, and one voice alone unmasks nobody."""

from __future__ import annotations

import re
from collections import Counter

from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st
from redaction.decision.deciding import Line, decided, masked, passages

from proxy.model import Roster, Slot, SlotKind, apply_edits
from proxy.redaction.redact import WithheldSpeech, redact
from proxy.redaction.restore import restore

NAMES = ("Zorbnet", "zorbnet", "Zorbnets", "Okaforo", "Okafor", "Amara", "Zor-Bnet", "Marius")
KINDS = ("PERSON", "ORGANIZATION", "LOCATION", "PERSON.98")
FRAMES = (
    "A {} is next.",
    "Every {}, please.",
    "{} 3 is next.",
    "We have two {} here.",
    "The {} proposal is late.",
    "I saw {} there.",
    "On {} we agree.",
    "Then {} and Marius go.",
    "Yes, {} works.",
    "What about {} now?",
)
PERSONAL = ("I spoke to {} today.", "{} said so.", "My name is {}.", "We asked Dr. {} first.")
VOICES = st.sampled_from(("ann", "ben", "cleo", None))


@st.composite
def said(draw: st.DrawFn, frames: tuple[str, ...] = FRAMES, names: tuple[str, ...] = NAMES) -> Line:
    name, kind = draw(st.sampled_from(names)), draw(st.sampled_from((*KINDS, "")))
    return Line(draw(VOICES), draw(st.sampled_from(frames)).format(f"[{kind} {name}]" if kind else name))


MEETINGS = st.lists(said(), min_size=1, max_size=10)


@settings(max_examples=invented(300))
@given(MEETINGS.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))))
def test_the_order_of_what_is_said_changes_nothing(both: tuple[list[Line], list[Line]]) -> None:
    found = [
        Counter((line, tuple(each)) for line, each in zip(lines, masked(lines, decided(lines)), strict=True))
        for lines in both
    ]
    assert found[0] == found[1]


@settings(max_examples=invented(300))
@given(MEETINGS, st.lists(said(FRAMES, ("Zorbnet", "zorbnet", "Zorbnets")), max_size=8))
def test_a_name_has_one_kind(lines: list[Line], more: list[Line]) -> None:
    kinds: dict[str, set[str]] = {}
    for found in masked([*lines, *more], decided([*lines, *more])):
        for kind, name in (each.split(" ", 1) for each in found):
            kinds.setdefault(name.lower().replace("-", "").removesuffix("s"), set()).add(kind)
    assert all(len(of) == 1 for of in kinds.values())


@settings(max_examples=invented(300))
@given(
    said(PERSONAL, ("Zorbnet",)),
    MEETINGS,
    st.lists(said(FRAMES, ("Zorbnet", "zorbnet", "Zorbnets")), max_size=12),
)
def test_nothing_that_is_added_unmasks_whom_sure_evidence_names(
    sure: Line, lines: list[Line], noise: list[Line]
) -> None:
    before, after = [sure, *lines], [sure, *lines, *noise]
    once, then = masked(before, decided(before)), masked(after, decided(after))
    for line, earlier, later in zip(before, once, then, strict=False):
        names = {each.split(" ", 1)[1] for each in earlier if "orbnet" in each}
        assert names <= {each.split(" ", 1)[1] for each in later}, line


@settings(max_examples=invented(300))
@given(
    st.sampled_from(
        ("I saw [PERSON Zorbnet] there.", "On [LOCATION Zorbnet] we agree.", "What about [ORGANIZATION Zorbnet]?")
    ),
    st.lists(said(FRAMES, ("Zorbnet", "zorbnet", "Zorbnets")), max_size=12),
)
def test_one_voice_alone_unmasks_nothing_that_another_said(line: str, noise: list[Line]) -> None:
    lines = [Line("ann", line), *(Line("eve", each.marked) for each in noise)]
    assert len(masked(lines, decided(lines))[0]) == 1


@settings(max_examples=invented(200))
@given(MEETINGS)
def test_what_was_masked_comes_back_as_it_was_said_first(lines: list[Line]) -> None:
    """But for capitals and signs: another spelling comes back as the one that was said first."""
    text = "\n".join(line.text for line in lines)
    slot = Slot(0, "body", text, SlotKind.SPEECH)
    found = [line.findings for line in lines]
    made = redact([slot], passages(lines), found, [], Roster(), WithheldSpeech(), {})
    sent = apply_edits(text, made.edits.get(0, ()))

    def plain(words: str) -> str:
        return words.lower().replace("zor-bnet", "zorbnet")

    assert plain(restore(sent, made.pseudonyms)) == plain(text)
    assert made.leftovers(sent) == []


def left_of(lines: list[Line]) -> Counter[tuple[Line, str]]:
    """What leaves of each line, with pseudonyms that have no numbers."""
    text = "\n".join(line.text for line in lines)
    slot = Slot(0, "body", text, SlotKind.SPEECH)
    made = redact([slot], passages(lines), [line.findings for line in lines], [], Roster(), WithheldSpeech(), {})
    sent = apply_edits(text, made.edits.get(0, ())).split("\n")
    return Counter(zip(lines, (re.sub(r"_\d+", "_N", each) for each in sent), strict=True))


@settings(max_examples=invented(200))
@given(MEETINGS.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))))
def test_the_order_changes_numbers_alone_in_what_leaves(both: tuple[list[Line], list[Line]]) -> None:
    assert left_of(both[0]) == left_of(both[1])


UNSENT = st.lists(said((*FRAMES, *PERSONAL)).map(lambda line: line.text), max_size=6)


@settings(max_examples=invented(300))
@given(MEETINGS, UNSENT)
def test_what_is_withheld_unmasks_nothing(lines: list[Line], unsent: list[str]) -> None:
    once, then = decided(lines), decided(lines, withheld=unsent)
    for line, earlier, later in zip(lines, once.findings, then.findings, strict=True):
        covered = {at for each in later for at in range(each.start, each.end)}
        assert all(covered.issuperset(range(each.start, each.end)) for each in earlier), line


@settings(max_examples=invented(300))
@given(said(PERSONAL, ("Zorbnet",)), MEETINGS)
def test_a_sign_of_a_person_that_is_withheld_masks_what_the_model_ever_found(sign: Line, lines: list[Line]) -> None:
    after = decided(lines, withheld=[sign.text])
    for line, found in zip(lines, after.findings, strict=True):
        covered = {at for each in found for at in range(each.start, each.end)}
        assert all(
            covered.issuperset(range(each.start, each.end))
            for each in line.findings
            if line.text[each.start : each.end].lower() == "zorbnet"
        ), line
