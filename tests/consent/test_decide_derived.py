"""Text that was given back rests on speech: it is admitted where all of that would be, whatever it looks like."""

from __future__ import annotations

import dataclasses

import pytest
from consent.consent_cases import meeting, no, opaque, question, speech, spoken, yes

from proxy.consent.decide import Reason, Speech, decide
from proxy.settings import ConsentSettings

POLICY = ConsentSettings(min_retained_ratio=0)
BOTH = [yes(), yes(participant="p2")]


def derived(*rests_on: Speech) -> Speech:
    return Speech(None, 100, None, rests_on=rests_on)


def asked(grants, *said, policy=POLICY, **facts):
    facts.setdefault("meeting", meeting())
    return decide(question(**facts), said, grants, policy)


def test_it_is_admitted_where_all_that_it_rests_on_is() -> None:
    found = asked(BOTH, derived(speech(when=spoken(10, 11)), speech("p2", when=spoken(12, 13))))
    assert found.verdicts[0].admitted
    assert set(found.verdicts[0].grants) == {grant.id for grant in BOTH}


@pytest.mark.parametrize("second", [[], [no(participant="p2")]], ids=["nothing on file", "refused"])
def test_one_who_may_not_be_heard_keeps_it_in(second) -> None:
    found = asked([yes(), *second], derived(speech(), speech("p2")))
    assert not found.verdicts[0].admitted
    assert asked([yes(), *second], derived(speech())).verdicts[0].admitted


def test_it_says_because_of_whose_words_it_stays() -> None:
    """Everybody whose own words would stay, each once, and nobody else."""
    refused = no(participant="p2")
    found = asked([yes(), refused], derived(speech(), speech("p2", when=spoken(1, 2)), speech("p2"), speech("p9")))
    (verdict,) = found.verdicts
    named = [(each.participant, each.reason, each.grants) for each in verdict.refusing]
    assert named == [("p2", Reason.DENIED, (refused.id,)), ("p9", Reason.UNKNOWN_SPEAKER, ())]
    assert found.whose == {refused.id: "p2"}
    assert asked([yes()], derived(speech())).verdicts[0].refusing == ()
    assert asked([yes(), refused], speech("p2")).verdicts[0].refusing == ()


@pytest.mark.parametrize(
    ("facts", "reason"), [({"route_enabled": False}, Reason.ROUTE_DISABLED), ({"meeting": None}, Reason.UNBOUND)]
)
def test_where_nothing_may_leave_it_stays_because_of_all_that_it_rests_on(facts, reason) -> None:
    (verdict,) = asked(BOTH, derived(speech(), derived(speech("p2"))), **facts).verdicts
    assert [(each.participant, each.reason) for each in verdict.refusing] == [("p1", reason), ("p2", reason)]
    assert not asked(BOTH, derived(), **facts).verdicts[0].admitted


def test_a_quorum_names_those_whose_words_it_keeps() -> None:
    everybody = ConsentSettings(min_retained_ratio=0, quorum={"summary": "all_present"})
    (verdict,) = asked([yes()], derived(speech()), policy=everybody).verdicts
    assert [(each.participant, each.reason) for each in verdict.refusing] == [("p1", Reason.QUORUM_ALL_PRESENT)]
    stranger = asked(BOTH, derived(speech(), opaque()), speech(None)).verdicts[0]
    assert [(each.participant, each.reason) for each in stranger.refusing] == [(None, Reason.ROSTER_INCOMPLETE)]


def test_words_that_nobody_claimed_need_everybody_still() -> None:
    assert asked(BOTH, derived(opaque())).verdicts[0].admitted
    assert not asked([yes()], derived(opaque())).verdicts[0].admitted


def test_an_unknown_speaker_beside_it_leaves_what_somebody_said_and_keeps_what_nobody_claimed() -> None:
    stranger = speech(None)
    assert asked(BOTH, derived(speech()), stranger).verdicts[0].admitted
    assert asked(BOTH, derived(opaque()), stranger).verdicts[0].reason is Reason.ROSTER_INCOMPLETE


def test_it_rests_on_nobody_who_left_the_roster() -> None:
    assert not asked(BOTH, derived(speech("p9"))).verdicts[0].admitted


def test_a_quorum_of_all_holds_for_it() -> None:
    everybody = ConsentSettings(min_retained_ratio=0, quorum={"summary": "all_present"})
    assert asked(BOTH, derived(speech()), policy=everybody).verdicts[0].admitted
    assert not asked([yes()], derived(speech()), policy=everybody).verdicts[0].admitted


def test_a_closed_route_is_closed_for_it() -> None:
    assert asked(BOTH, derived(speech()), route_enabled=False).refusal is Reason.ROUTE_DISABLED
    assert not asked(BOTH, derived(speech()), meeting=None).verdicts[0].admitted


def test_its_characters_count() -> None:
    strict = ConsentSettings(min_retained_ratio=0.5)
    found = asked([yes()], derived(speech()), dataclasses.replace(speech("p2"), characters=90), policy=strict)
    assert found.refusal is None
