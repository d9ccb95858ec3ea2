"""What may be written on file: any no, and only a yes that is one."""

from __future__ import annotations

from datetime import datetime

import pytest
from consent.consent_cases import at, no, record, yes

from proxy.consent.custody import standing
from proxy.consent.decide import Question
from proxy.consent.recordable import check_recordable
from proxy.consent.records import ConsentState
from proxy.errors import ClientFault
from proxy.settings import ConsentSettings

SHIPPED = ConsentSettings()
ON_BEHALF = ConsentSettings(on_behalf=True)
NAIVE = datetime(2026, 3, 2, 9)


@pytest.mark.parametrize(
    ("grant", "policy"),
    [
        (yes(), SHIPPED),
        (yes(purpose="x-minutes"), SHIPPED),
        (yes(method="dtmf", valid_until=at(5)), SHIPPED),
        (yes(actor="mother", guardian=True), SHIPPED),
        (yes(actor="host"), ON_BEHALF),
        (yes(method="policy"), ConsentSettings(methods=("policy",))),
        (no(), SHIPPED),
        (no(actor="host"), SHIPPED),
        (no(affirmative=False, method="hearsay"), SHIPPED),
        (record(ConsentState.WITHDRAWN, actor="host", method="mail"), SHIPPED),
        (record(ConsentState.PENDING, actor="bot", affirmative=False, method="invitation"), SHIPPED),
        (record(ConsentState.NOT_ASKED, actor="bot", affirmative=False, method="invitation"), SHIPPED),
    ],
)
def test_what_may_be_recorded(grant, policy):
    """And what is asked of it is asked: the same for a purpose that there is not is refused."""
    check_recordable(grant, policy, grant.actor == grant.participant)
    with pytest.raises(ClientFault) as caught:
        check_recordable(grant._replace(purpose="marketing"), policy, grant.actor == grant.participant)
    assert caught.value.reason == "unknown_purpose"


@pytest.mark.parametrize(
    ("grant", "reason"),
    [
        (yes(affirmative=False), "not_affirmative"),
        (yes(affirmative=False, actor="mother", guardian=True), "not_affirmative"),
        (yes(method="policy"), "method_not_accepted"),
        (yes(actor="host"), "on_behalf"),
        (yes(guardian=True), "guardian_is_participant"),
        (yes(purpose="marketing"), "unknown_purpose"),
        (no(purpose="marketing"), "unknown_purpose"),
        (yes(valid_until=at(-60)), "invalid_period"),
        (yes(valid_from=NAIVE), "naive_time"),
        (yes(valid_until=NAIVE), "naive_time"),
        (yes(recorded_at=NAIVE), "naive_time"),
        (yes(participant=""), "incomplete_record"),
        (yes(scope_id=""), "incomplete_record"),
        (yes(recipient=""), "incomplete_record"),
        (yes(terms_version=""), "incomplete_record"),
        (no(actor=""), "incomplete_record"),
        (yes(id=""), "incomplete_record"),
    ],
)
def test_what_may_not(grant, reason):
    with pytest.raises(ClientFault) as caught:
        check_recordable(grant, SHIPPED, grant.actor == grant.participant)

    assert caught.value.reason == reason
    assert caught.value.status == 400


@pytest.mark.parametrize(("actor", "claimed"), [("host", True), ("p1", False)])
def test_who_acts_and_who_is_named_must_agree(actor, claimed):
    """A session of p1 cannot write a record that names the host, nor the host one that names p1."""
    with pytest.raises(ClientFault, match="actor_mismatch"):
        check_recordable(yes(actor=actor), ON_BEHALF, claimed)


def test_nothing_lets_a_pre_ticked_box_in():
    everything = ConsentSettings(on_behalf=True, methods=("explicit_click", "policy", "pre_ticked"))

    with pytest.raises(ClientFault, match="not_affirmative"):
        check_recordable(yes(affirmative=False, method="pre_ticked"), everything, True)


def test_what_may_be_recorded_may_also_count():
    """Recording and deciding agree: a recordable yes permits, one that is refused would not have."""
    question = Question("org", "summary", "acme", "v1", False, True, True, None, at(90))
    candidates = [
        yes(affirmative=affirmative, method=method, actor=actor, guardian=guardian)
        for affirmative in (True, False)
        for method in ("verbal", "policy")
        for actor in ("p1", "mother")
        for guardian in (True, False)
    ]
    for policy in (SHIPPED, ON_BEHALF):
        for grant in candidates:
            try:
                check_recordable(grant, policy, grant.actor == "p1")
                recordable = True
            except ClientFault:
                recordable = False
            counts = any(
                standing([grant], question, policy, minor=minor, default_admits=False).permitted
                for minor in (True, False)
            )
            assert recordable is counts, grant
