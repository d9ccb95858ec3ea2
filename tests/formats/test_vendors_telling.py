"""What a JSON transcript tells of a turn beside its words goes with them, and two names in a turn are nobody's."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.formats import read
from proxy.formats import vendors as known
from proxy.model import Participant, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.withhold import withhold_edits
from proxy.steps.hearing import hear

LABELS = ("Ann Lund", "Ben Okoro")
ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")))
LISTS = {"segments", "utterances", "sentences", "paragraphs", "transcriptEntries", "entries", "events", "turns"}
"""An object with one of these is no turn."""
NUMBERS = sorted(key for key in known.PLAIN - known.TEXT - LISTS if known.tells_of_words(key))
TIMES = {"created", "created_at", "updated_at", "date", "dateString", "duration"}
TELLING = st.one_of(
    st.tuples(
        st.sampled_from(sorted(known.FIXED - known.PLACES - TIMES)), st.sampled_from(["negative", "against", "qzvote"])
    ).filter(lambda each: known.holds_no_words(*each)),
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from([-0.93, 4711])),
    st.tuples(st.just("ai_filters"), st.just({"sentiment": "negative"})),
)


def left(turns: object, withheld: str) -> str:
    """A document without what one person says in it."""
    transcript = read(json.dumps(turns), LABELS, whole=True)
    gone = [(0, said) for said in transcript.segmented.utterances if said.speaker == withheld]
    slot = Slot(0, "body", transcript.text, SlotKind.SPEECH, transcript=True)
    edits = withhold_edits((slot,), gone, "placeholder")
    return apply_edits(json.dumps(turns), transcript.source_edits(edits[0]))


@given(TELLING)
def test_what_tells_of_withheld_words_goes_with_them(telling: tuple[str, object]) -> None:
    key, value = telling
    turn = {"speaker": "Ben Okoro", "text": "no never", "start": 2.5, "id": "seg-7", key: value}
    kept = {"speaker": "Ann Lund", "text": "we ship", "start": 0.5, "id": "seg-6", key: value}
    document = json.loads(left([kept, turn], "Ben Okoro"))
    assert document[0] == kept
    assert json.dumps(value).strip('"') not in json.dumps(document[1])
    assert (document[1]["start"], document[1]["id"]) == (2.5, "seg-7")


@pytest.mark.parametrize("key", sorted(TIMES))
def test_a_time_is_a_time_and_no_word(key: str) -> None:
    turns = [{"speaker": "Ann Lund", "text": "we ship", key: "cancel_the_walrus"}]
    slot = Slot(0, "body", json.dumps(turns), SlotKind.SPEECH, transcript=True)
    hearing = hear([slot], ROSTER, None, opaque_is_instruction=False)
    texts = {each.index: each.text for each in hearing.slots}
    said = {one.participant: [texts[0][slice(*s)] for s in one.utterance.words] for one in hearing.said}
    assert said[None] == ["cancel_the_walrus"]


@pytest.mark.parametrize(
    "second",
    [{key: "Ben Okoro"} for key in ("label", "channel", "source", "role", "title", "type", "event")]
    + [{"label": "ben  okoro"}, {"speaker_id": 2}, {"participant_id": "2"}],
)
def test_a_turn_with_two_names_is_nobodys(second: dict[str, object]) -> None:
    people = [{"id": 1, "name": "Ann Lund"}, {"id": 2, "name": "Ben Okoro"}]
    turn = {"speaker": "Ann Lund", "text": "this is private", **second}
    document = {"participants": people, "segments": [turn, {"speaker": "Ann Lund", "text": "we ship", "speaker_id": 1}]}
    slot = Slot(0, "body", json.dumps(document), SlotKind.SPEECH, transcript=True)
    hearing = hear([slot], ROSTER, None, opaque_is_instruction=False)
    texts = {each.index: each.text for each in hearing.slots}
    said = {texts[0][slice(*one.utterance.words[0])]: one.participant for one in hearing.said}
    assert said == {"this is private": None, "we ship": "p-ann"}
