"""What was said first stays whoever's it is: the repetition in a later message, part or item is the repeater's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.consent.decide import Decision, Reason, Verdict
from proxy.model import Participant, Roster, Slot, SlotKind, Span, Utterance
from proxy.redaction.redact import redact
from proxy.steps.hearing import hear
from proxy.steps.partition import sort_out

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
WORDS = "we keep the purple ladder for the painters until May"
YES, NO = Verdict(True, Reason.GRANTED, ("g1",)), Verdict(False, Reason.DENIED)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def kept(*slots: Slot) -> bool:
    """Whether Ann's words leave, of a request in which Ben, who refused, says the same."""
    heard = hear(list(slots), ROSTER, None, opaque_is_instruction=False)
    verdicts = tuple(YES if said.participant == "p-ann" else NO for said in heard.said)
    parted = sort_out(heard, Decision(verdicts, {"p-ann": YES, "p-ben": NO}), ROSTER)
    none = [() for _ in parted.passages]
    made = redact(heard.slots, parted.passages, none, parted.labels, ROSTER, parted.withheld, {})
    quotes = [edit for edits in made.edits.values() for edit in edits if edit.replacement == "[withheld]"]
    return not quotes and any(WORDS in passage.text for passage in parted.passages)


def typed(where: str, speaker: str, index: int, **slot: object) -> Slot:
    return Slot(index, where, f"{speaker}: {WORDS}", SlotKind.SPEECH, **slot)  # type: ignore[arg-type]


def item(where: str, speaker: str, index: int, **told: object) -> Slot:
    whole = Span(0, len(WORDS))
    utterance = Utterance(0, speaker, (whole,), whole, **told)  # type: ignore[arg-type]
    return Slot(index, where, WORDS, SlotKind.SPEECH, utterance=utterance)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("messages[0].content", "messages[1].content"),
        ("messages[9].content", "messages[10].content"),
        ("messages[0].content[0].text", "messages[0].content[1].text"),
        ("messages[0].content", "messages[1].content[0].text"),
        ("input[0].content[0].text", "input[1].content"),
    ],
)
def test_what_was_said_in_an_earlier_message_stays(first: str, second: str) -> None:
    assert kept(typed(first, "Ann Lund", 0), typed(second, "Ben Okoro", 1))
    assert not kept(typed(first, "Ben Okoro", 0), typed(second, "Ann Lund", 1))


def test_what_was_said_in_an_earlier_named_message_stays() -> None:
    slots = [
        Slot(at, f"messages[{at}].content", WORDS, SlotKind.SPEECH, author=name)
        for at, name in enumerate(("Ann Lund", "Ben Okoro"))
    ]
    assert kept(*slots)


def test_what_was_said_in_an_earlier_item_of_an_array_stays() -> None:
    assert kept(item("/segments/2/text", "Ann Lund", 0), item("/segments/10/text", "Ben Okoro", 1))
    assert not kept(item("/segments/2/text", "Ben Okoro", 0), item("/segments/10/text", "Ann Lund", 1))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/notes/text", "/segments/0/text"),
        ("/segments/0/text", "/segments/0/raw"),
        ("/segments/0/text", "/thread/1/text"),
        ("/calls/0/chat/0/text", "/calls/0/segments/1/text"),
    ],
)
def test_fields_of_an_object_are_in_no_order(first: str, second: str) -> None:
    assert not kept(item(first, "Ann Lund", 0), item(second, "Ben Okoro", 1))


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ({"start": 60.0}, {"start": 5.0}),
        ({"at": NOON}, {"at": NOON - timedelta(minutes=1)}),
        ({"start": 60.0}, {"at": NOON}),
        ({}, {"within": True}),
    ],
    ids=["offsets", "instants", "both", "a quote"],
)
def test_where_times_prove_no_order_whoever_is_withheld_was_first(above: dict, below: dict) -> None:
    slots = [item("/s/0/text", "Ann Lund", 0, **above), item("/s/1/text", "Ben Okoro", 1, **below)]
    assert not kept(*slots)


def test_recordings_whose_times_begin_anew_are_in_no_order() -> None:
    texts = [
        f"WEBVTT\n\n00:00:{at}.000 --> 00:00:{at + 1}.000\n<v {name}>{WORDS}</v>\n"
        for name, at in (("Ann Lund", 30), ("Ben Okoro", 20))
    ]
    slots = [Slot(at, f"messages[{at}].content", text, SlotKind.SPEECH) for at, text in enumerate(texts)]
    assert not kept(*slots)


@pytest.mark.parametrize(
    "below",
    [
        typed("messages[1].content[0].source.data", "Ben Okoro", 1),
        typed("messages[1].content", "Ben Okoro", 1, transcript=True),
        Slot(1, "messages[1].content", f"Ben Okoro: {WORDS}", SlotKind.REPLY),
    ],
    ids=["a document", "a transcript", "a tool's result"],
)
def test_a_document_may_be_older_than_what_stands_above_it(below: Slot) -> None:
    assert not kept(typed("messages[0].content", "Ann Lund", 0), below)


@given(st.permutations(range(4)), st.booleans())
def test_only_items_whose_times_do_not_run_back_are_in_order(minutes: list[int], timed: bool) -> None:
    speakers = ("Ann Lund", "Zed Quill", "Zed Quill", "Ben Okoro")
    slots = [
        item(f"/s/{at}/text", speaker, at, **({"start": 60.0 * minute} if timed else {}))
        for at, (speaker, minute) in enumerate(zip(speakers, minutes, strict=True))
    ]
    assert kept(*slots) is (not timed or list(minutes) == sorted(minutes))
