"""A whole request is refused where consent says so; a recording leaves by everybody's own grant alone."""

import pytest

from proxy.consent.decide import Decision, Reason, Verdict
from proxy.errors import Refusal
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.refusing import refuse_if_denied
from proxy.steps.speaking import hear

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


def test_the_default_of_a_class_lets_words_leave_and_no_recording():
    refuse_if_denied(HEARING, Decision((YES, DEFAULT), {}), recording=False)
    assert refusal(YES, DEFAULT, recording=True).reason == "recording_not_granted"
