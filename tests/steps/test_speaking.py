"""Whose words are where, and what a decision makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from proxy.consent.decide import Decision, Reason, Verdict
from proxy.model import Meeting, Participant, Roster, Slot, SlotKind, Span, Utterance
from proxy.steps.accounting import people_facts
from proxy.steps.speaking import hear, sort_out, speeches

ANN, BEN = Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")
ROSTER = Roster((ANN, BEN), complete=True)
MEETING = Meeting("m", datetime(2026, 3, 2, 10, tzinfo=UTC), roster=ROSTER)
YES, NO = Verdict(True, Reason.GRANTED, ("g1",)), Verdict(False, Reason.DENIED, ("g2",))


def slot(text: str, kind: SlotKind = SlotKind.SPEECH, index: int = 0, **more: object) -> Slot:
    return Slot(index, f"messages[{index}].content", text, kind, **more)


def heard(*slots: Slot, author: str | None = None, opaque: bool = False):
    return hear(slots, ROSTER, author, opaque_is_instruction=opaque)


def words(slots: tuple[Slot, ...], hearing) -> list[tuple[str, str | None, bool]]:
    texts = {s.index: s.text for s in slots}
    return [
        ("".join(texts[said.slot][w.start : w.end] for w in said.utterance.words), said.participant, said.unattributed)
        for said in hearing.said
    ]


def test_lines_belong_to_the_people_whose_labels_they_bear() -> None:
    one = slot("Please be brief.\n\nAnn Lund: Hello.\nGuest: Hi.\nBen Okoro: Bye.\n")
    hearing = heard(one)

    assert words((one,), hearing) == [("Hello.", "p-ann", False), ("Hi.", None, False), ("Bye.", "p-ben", False)]
    assert [one.text[i.span.start : i.span.end].strip() for i in hearing.instructed] == ["Please be brief."]


def test_prose_with_a_colon_in_it_makes_no_instructions_of_the_rest() -> None:
    """Nobody on the roster speaks in this message, so all of it is speech that somebody must answer for."""
    one = slot("my number is 555 0100\n\nZelda: she said so\n\nand that is all I know")
    hearing = heard(one)

    assert hearing.instructed == ()
    assert all(participant is None for _, participant, _ in words((one,), hearing))


@pytest.mark.parametrize("opening", ["Ben Okoro - ", "Ben Okoro> ", "* BEN OKORO (guest) ", "[Ben Okoro] "])
def test_a_line_that_opens_with_a_name_is_no_instruction_whatever_its_layout(opening: str) -> None:
    one = slot(f"Please be brief.\n{opening}this must stay here\nand so must this\n\nThanks.\n\nAnn Lund: Hello.\n")
    hearing = heard(one)
    instructed = "".join(one.text[i.span.start : i.span.end] for i in hearing.instructed)

    assert "must" not in instructed
    assert "Please be brief." in instructed
    assert "Thanks." in instructed
    assert any(unattributed and "and so must this" in text for text, _, unattributed in words((one,), hearing))


@pytest.mark.parametrize("line", ["Ben Okoro> never", "[Ben Okoro] never", "<Ben Okoro> never"])
def test_a_mark_that_sets_a_name_off_makes_one_word_speech(line: str) -> None:
    one = slot(f"{line}\n\nAnn Lund: Hello.\n")

    assert all("never" not in one.text[i.span.start : i.span.end] for i in heard(one).instructed)


def test_a_list_of_participants_stays_an_instruction() -> None:
    one = slot("Participants:\n- Ben Okoro (CTO)\n- Ann Lund\n\nAnn Lund: Hello.\n")

    assert words((one,), heard(one)) == [("Hello.", "p-ann", False)]


def test_a_message_that_no_line_claims_is_unattributed_unless_policy_or_author_says_otherwise() -> None:
    one = slot("write a friendly reply to this thread")

    assert words((one,), heard(one)) == [(one.text, None, True)]
    assert words((one,), heard(one, author="p-ann")) == [(one.text, "p-ann", False)]
    assert heard(one, opaque=True).said == ()
    assert len(heard(one, opaque=True).instructed) == 1


def test_an_author_by_name_is_resolved_exactly() -> None:
    named = slot("we ship in June", author="Ann Lund")
    similar = slot("we ship in June", author="ann lund")

    assert words((named,), heard(named)) == [("we ship in June", "p-ann", False)]
    assert words((similar,), heard(similar)) == [("we ship in June", None, False)]


def test_in_a_transcript_nothing_is_an_instruction() -> None:
    one = slot("be brief\n\nAnn Lund: Hello.\n", transcript=True)
    hearing = heard(one)

    assert hearing.instructed == ()
    assert ("Hello.", "p-ann", False) in words((one,), hearing)


def test_times_count_from_the_start_of_the_meeting() -> None:
    vtt = slot("WEBVTT\n\n00:01:00.000 --> 00:01:05.000\nAnn Lund: Hello.\n", transcript=True)
    (speech,) = speeches(heard(vtt), MEETING)

    assert speech.spoken.start == MEETING.started_at + timedelta(seconds=60)
    assert speech.spoken.until == MEETING.started_at + timedelta(seconds=65)
    assert speeches(heard(vtt), None)[0].spoken is None
    assert speeches(heard(slot("Ann Lund: Hello.")), MEETING)[0].spoken is None


def test_a_decision_parts_words_names_and_labels() -> None:
    talk = slot("Ann Lund: Hello Ben.\nBen Okoro: my secret\nGuest: mine too\n")
    name = slot("Ben Okoro", SlotKind.LABEL, index=1)
    hearing = heard(talk, name)
    decision = Decision((YES, NO, Verdict(False, Reason.UNKNOWN_SPEAKER)), {"p-ann": YES, "p-ben": NO})
    parted = sort_out((talk, name), hearing, decision, ROSTER)

    assert [(p.text, p.owner) for p in parted.passages] == [("Hello Ben.", "p-ann")]
    assert [(spot.text, spot.withheld) for spot in parted.labels] == [("Ann Lund", False), ("Ben Okoro", True)]
    assert parted.withheld.participants == {"p-ben"}
    assert parted.withheld.names == ("Guest",)
    assert parted.withheld.words == ("my secret", "mine too")
    assert len(parted.withheld_utterances) == 2


def test_the_ledger_is_told_counts_by_person() -> None:
    talk = slot("Ann Lund: Hello.\nBen Okoro: my secret\nAnn Lund: Bye.\n")
    hearing = heard(talk)
    decision = Decision((YES, NO, YES), {})
    parted = sort_out((talk,), hearing, decision, ROSTER)
    ann, ben = people_facts(hearing, decision, parted.passages, ({"PERSON": 1}, {"PERSON": 2, "URL": 1}))

    assert (ann.participant, ann.sent_utterances, ann.withheld_utterances) == ("p-ann", 2, 0)
    assert (ann.sent_characters, dict(ann.removed), ann.grants) == (10, {"PERSON": 3, "URL": 1}, ("g1",))
    assert (ben.participant, ben.sent_utterances, ben.withheld_utterances) == ("p-ben", 0, 1)
    assert (dict(ben.reasons), dict(ben.removed), ben.grants) == ({"denied": 1}, {}, ("g2",))


def told(text: str, speaker: str | None, **more: object) -> Slot:
    whole = Span(0, len(text))
    return slot(text, utterance=Utterance(0, speaker, (whole,), whole, **more))


def test_what_the_client_says_that_somebody_said_is_theirs_with_its_colons() -> None:
    one = told("Note: we ship.\n\nTwo things: first this.", "Ann Lund")

    assert words((one,), heard(one, opaque=True)) == [(one.text, "p-ann", False)]


def test_lines_of_somebody_else_within_it_are_theirs_all_the_same() -> None:
    one = told("I agree.\nBen Okoro: this is private.", "Ann Lund", start=5.0, end=9.0)
    hearing = heard(one)

    assert sorted(words((one,), hearing)) == [("I agree.", "p-ann", False), ("this is private.", "p-ben", False)]
    assert {said.utterance.start for said in hearing.said} == {5.0}


@pytest.mark.parametrize(("speaker", "unattributed"), [(None, True), ("Zelda", False)])
def test_what_nobody_known_said_has_nobody(speaker: str | None, unattributed: bool) -> None:
    one = told("Hello there.", speaker)

    assert words((one,), heard(one, author="p-ann", opaque=True)) == [("Hello there.", None, unattributed)]
