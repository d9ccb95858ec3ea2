"""Of a JSON transcript only what the admitted said leaves, in every copy; all else stays byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from formats.json_samples import KEPT, SAMPLES, VERBOSE

from proxy.consent.decide import Decision, Reason, Verdict
from proxy.formats.vendors import MEASURES
from proxy.model import Edit, Participant, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.withhold import withhold_edits
from proxy.steps.hearing import hear
from proxy.steps.partition import sort_out

ANN = Participant("p-ann", "Ann Lund", ("conferenceRecords/r1/participants/ann", "0"), ("ann@fjord.example",))
BEN = Participant("p-ben", "Ben Okoro", ("conferenceRecords/r1/participants/ben",))
ROSTER = Roster((ANN, BEN), complete=True)
YES, NO = Verdict(True, Reason.GRANTED), Verdict(False, Reason.DENIED)
WRAPS = {
    "alone": "{}",
    "in a prompt": "Summarize this: {}\n\nBe brief.",
    "in a fence": "Sum up.\n```json\n{}\n```\nBe brief.",
}

# Where nobody is named, the prompt around a transcript is nobody's speech as well.
CASES = [(name, wrap) for name in SAMPLES for wrap in WRAPS.values() if name != "openai verbose" or wrap == "{}"]


def left(text: str, policy: Any, whole: bool, admit: frozenset[str] = frozenset({"p-ann"})) -> str:
    """The text when only the words of these participants may leave; None stands for speech of nobody."""
    slot = Slot(0, "body", text, SlotKind.SPEECH, transcript=whole)
    hearing = hear([slot], ROSTER, None, opaque_is_instruction=False)
    verdicts = tuple(YES if said.participant in admit else NO for said in hearing.said)
    parted = sort_out(hearing, Decision(verdicts, dict.fromkeys(admit, YES) | {"p-ben": NO}), ROSTER)
    made = dict(withhold_edits(hearing.slots, parted.withheld_utterances, policy))
    names = [Edit(spot.start, spot.end, "WITHHELD_PERSON") for spot in parted.labels if spot.withheld]
    edits = hearing.source_edits({0: sorted((*made.get(0, ()), *names))})
    return apply_edits(text, edits.get(0, ()))


def structure(value: Any) -> Any:
    """A JSON value with its strings left out, and all that measures words: their lists, counts and confidence."""
    match value:
        case dict():
            measuring = {"tokens", "words", *MEASURES}
            return {key: structure(part) for key, part in value.items() if key not in measuring}
        case list():
            return [structure(part) for part in value]
        case str():
            return "…"
    return value


@pytest.mark.parametrize("policy", ["placeholder", "drop"])
@pytest.mark.parametrize("dump", [{}, {"ensure_ascii": False, "indent": 2}], ids=["compact", "indented"])
@pytest.mark.parametrize(("name", "wrap"), CASES)
def test_what_others_said_stays_in_every_copy(name: str, wrap: str, dump: dict[str, Any], policy: str) -> None:
    document = json.dumps(SAMPLES[name], **dump)
    text = wrap.format(document)

    sent = left(text, policy, whole=wrap == "{}")

    before, behind = wrap.split("{}")
    assert sent.startswith(before)
    assert sent.endswith(behind)
    inner = sent[len(before) : len(sent) - len(behind) or None]
    assert "canary" not in inner
    assert "555" not in inner
    assert "Ben" not in inner
    assert structure(json.loads(inner)) == structure(SAMPLES[name])
    if name != "openai verbose":
        assert "zebra" in inner.casefold()
    if KEPT in json.dumps(SAMPLES[name]):
        assert KEPT in inner


def test_tokens_that_stand_for_words_are_cut_with_them() -> None:
    sent = json.loads(left(json.dumps(VERBOSE), "placeholder", whole=True))

    assert [segment["tokens"] for segment in sent["segments"]] == [[], []]


def test_a_withheld_word_list_keeps_its_places() -> None:
    document = [
        {"speaker": "Ben Okoro", "start": 1.5, "words": [{"word": "so", "start": 1.5}, {"word": "long", "start": 2.0}]}
    ]

    sent = json.loads(left(json.dumps(document), "placeholder", whole=True))

    assert sent[0]["speaker"] == "WITHHELD_PERSON"
    assert sent[0]["words"] == [{"word": "[withheld]", "start": 1.5}]


@pytest.mark.parametrize("name", SAMPLES)
def test_names_of_those_who_stay_are_masked_where_they_stand_alone(name: str) -> None:
    sent = left(json.dumps(SAMPLES[name]), "placeholder", whole=True)

    assert "b@x.example" not in sent
    assert "ben@" not in sent
    assert "participants/ben" not in sent
