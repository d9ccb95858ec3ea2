"""A whole request is refused where consent says so; a recording leaves by everybody's own grant alone."""

from dataclasses import replace

import pytest

from proxy.consent.decide import Decision, Reason, Speech, Verdict
from proxy.consent.verdicts import Refusing
from proxy.errors import Refusal
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear
from proxy.steps.outcome import asked_again, people_facts, refuse_if_denied, refuse_if_unproven, unproven_in
from proxy.steps.utterances import Hearing, Source

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
HEARING = hear(
    [Slot(0, "body", "Ann Lund: Good.\nBen Okoro: No.\n", SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False
)
YES, DEFAULT = Verdict(True, Reason.GRANTED, ("g1",)), Verdict(True, Reason.CLASS_DEFAULT)
NO = Verdict(False, Reason.DENIED)


def refusal(*verdicts, refused=None, recording=False):
    with pytest.raises(Refusal) as caught:
        refuse_if_denied(HEARING, Decision(verdicts, {}, refused), recording=recording)
    return caught.value


@pytest.mark.parametrize("recording", [True, False])
def test_what_is_not_refused_passes(recording):
    refuse_if_denied(HEARING, Decision((YES, YES), {}), recording=recording)
    refuse_if_denied(HEARING, Decision((YES, NO), {}), recording=recording)


def test_a_refusal_names_ids_and_reasons_and_no_names():
    found = refusal(YES, NO, refused=Reason.TOO_LITTLE_RETAINED)

    assert (found.reason, found.status) == ("consent_denied", 403)
    assert "p-ben (denied)" in found.detail
    assert "Okoro" not in found.detail
    assert "p-ann" not in found.detail


def test_a_request_without_a_meeting_is_told_how_to_name_one():
    unbound = Verdict(False, Reason.UNBOUND)

    assert "'/m/MEETING/v1/…'" in refusal(unbound, unbound, refused=Reason.TOO_LITTLE_RETAINED).detail
    assert "'X-Meeting-Id'" in refusal(unbound, unbound, refused=Reason.TOO_LITTLE_RETAINED).detail
    assert "X-Meeting-Id" not in refusal(YES, NO, refused=Reason.TOO_LITTLE_RETAINED).detail


def test_the_default_of_a_class_lets_words_leave_and_no_recording():
    refuse_if_denied(HEARING, Decision((YES, DEFAULT), {}), recording=False)
    assert refusal(YES, DEFAULT, recording=True).reason == "recording_not_granted"


# --- text that was given back ---------------------------------------------------------------------------


def given_back(*verdicts: Verdict) -> tuple[Hearing, Decision]:
    """A request of one line of Ann's and of text that was given back."""
    source = Source("ex-1", (Speech("p-ann", 5, None), Speech("p-ben", 5, None)))
    (own, other) = HEARING.said
    said = (own, replace(other, participant=None, sources=(source,)))
    return replace(HEARING, said=said), Decision(verdicts, {}, Reason.TOO_LITTLE_RETAINED, whose={"g2": "p-ben"})


REFUSED = Verdict(False, Reason.DENIED, ("g2",), (Refusing("p-ben", Reason.DENIED, ("g2",)),
                                                 Refusing(None, Reason.ROSTER_INCOMPLETE)))  # fmt: skip


def test_a_refusal_of_text_that_was_given_back_names_whose_words_it_rests_on():
    hearing, decision = given_back(NO, REFUSED)
    with pytest.raises(Refusal) as caught:
        refuse_if_denied(hearing, decision, recording=False)
    assert "withheld: p-ann (denied), p-ben (denied), unknown speaker (roster_incomplete)" in caught.value.detail


def test_what_is_recorded_of_it_has_whose_words_it_rests_on_where_it_stays():
    ann, ben, nobody = people_facts(*given_back(YES, REFUSED))
    assert (ann.participant, ann.sent_utterances, ann.withheld_utterances) == ("p-ann", 1, 0)
    assert (ben.participant, ben.sent_utterances, ben.sent_characters, ben.withheld_utterances) == ("p-ben", 0, 0, 1)
    assert (ben.reasons, ben.grants, ben.given_by) == ({"denied": 1}, ("g2",), {"g2": "p-ben"})
    assert (nobody.participant, nobody.reasons) == (None, {"roster_incomplete": 1})
    assert [each.participant for each in people_facts(*given_back(YES, YES))] == ["p-ann"]


def test_a_reply_that_may_not_be_given_out_any_more_names_because_of_whom():
    speeches = (Speech("p-ann", 5, None), Speech("p-ben", 5, None), Speech(None, 5, None, rests_on=()))
    denied = Verdict(False, Reason.WITHDRAWN, ("g3",))
    found = asked_again(speeches, Decision((denied, YES, REFUSED), {}, whose={"g2": "p-ben", "g3": "p-ann"}))
    assert [(each.participant, each.reasons, each.given_by) for each in found] == [
        ("p-ann", {"withdrawn": 1}, {"g3": "p-ann"}),
        ("p-ben", {"denied": 1}, {"g2": "p-ben"}),
        (None, {"roster_incomplete": 1}, {}),
    ]


# --- words that nothing proves ------------------------------------------------------------------------

TALK = "Ann Lund: Good.\nBen Okoro: No.\n"
QUESTION = "Which of the two is right about the roof?"


def chat(*texts: str, **slot: object):
    slots = [Slot(at, f"messages[{at}].content", text, SlotKind.SPEECH, **slot) for at, text in enumerate(texts)]
    hearing = hear(slots, ROSTER, None, opaque_is_instruction=False)
    verdicts = tuple(YES if said.participant == "p-ann" else NO for said in hearing.said)
    return hearing, Decision(verdicts, {})


def test_a_question_that_nothing_proves_is_refused_and_not_left_out():
    with pytest.raises(Refusal) as caught:
        refuse_if_unproven(*chat(TALK, QUESTION), "withhold")

    assert (caught.value.reason, caught.value.status) == ("unproven", 403)
    assert "messages[1].content" in caught.value.detail
    assert "profile learn" in caught.value.detail
    assert "roof" not in caught.value.detail


def test_a_question_that_stands_alone_is_refused_too():
    with pytest.raises(Refusal) as caught:
        refuse_if_unproven(*chat(QUESTION), "withhold")
    assert (caught.value.reason, caught.value.status) == ("unproven", 403)
    assert "last_message" in caught.value.detail


@pytest.mark.parametrize("label", ["Harbour question", "Open issue", "Quick one", "Ask"])
def test_a_question_below_a_title_of_the_clients_is_refused_too(label):
    heard = chat(TALK, f"{label}: {QUESTION}")
    assert unproven_in(*heard) == ("messages[1].content",)
    with pytest.raises(Refusal):
        refuse_if_unproven(*heard, "withhold")


def test_a_guest_who_bears_a_title_refuses_nothing_for_the_others():
    heard = chat(f"{TALK}Harbour falcon: {QUESTION}\nAnn Lund: Fine.")
    for policy in ("withhold", "refuse"):
        refuse_if_unproven(*heard, policy)
    assert unproven_in(*heard) == ("messages[0].content",)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Ann Lund: hi", ()),
        ("hi\n\u2014 Ann Lund", ("messages[1].content",)),
        ("| Ann Lund | hi all of you |", ("messages[1].content",)),
    ],
)
def test_what_one_person_typed_last_refuses_nothing_for_the_others(typed, told):
    slots = [
        Slot(0, "messages[0].content", "Ann Lund: Good.", SlotKind.SPEECH),
        Slot(1, "messages[1].content", typed, SlotKind.SPEECH, author="Ben Okoro"),
    ]
    hearing = hear(slots, ROSTER, None, opaque_is_instruction=False)
    decision = Decision(tuple(YES if said.participant == "p-ann" else NO for said in hearing.said), {})

    refuse_if_unproven(hearing, decision, "withhold")
    assert unproven_in(hearing, decision) == told


def test_words_beside_what_leaves_are_withheld_or_refused_as_the_operator_says():
    heard = chat(QUESTION, TALK)
    refuse_if_unproven(*heard, "withhold")
    assert unproven_in(*heard) == ("messages[0].content",)
    with pytest.raises(Refusal):
        refuse_if_unproven(*heard, "refuse")


def test_words_of_known_and_unknown_speakers_and_transcripts_are_no_question():
    for heard in (
        chat(TALK),
        chat(TALK, f"Harbour Falcon: {QUESTION}"),
        chat(TALK, f"Zed Quill: {QUESTION}"),
        chat(TALK, "Speaker 2: No.\n"),
        chat("Zoe Quist: No.\n"),
        chat(QUESTION, transcript=True),
    ):
        refuse_if_unproven(*heard, "withhold")
    assert unproven_in(*chat(TALK, "Speaker 2: No.\n")) == ()


def test_a_refusal_by_consent_says_where_nothing_proves_whose_words_stand():
    hearing, decision = chat(QUESTION)
    with pytest.raises(Refusal) as caught:
        refuse_if_denied(hearing, Decision(decision.verdicts, {}, Reason.TOO_LITTLE_RETAINED), recording=False)
    assert "messages[0].content" in caught.value.detail
