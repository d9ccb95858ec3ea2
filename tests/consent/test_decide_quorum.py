"""Rules over several people and over recipients: quorum by purpose, bounds on terms, grants that outlive a change."""

from __future__ import annotations

import dataclasses

import pytest
from consent.consent_cases import (
    POLICY,
    at,
    meeting,
    no,
    opaque,
    person,
    question,
    record,
    speech,
    spoken,
    untimed,
    yes,
)

from proxy.consent.decide import Reason, decide
from proxy.consent.records import ConsentState, Scope
from proxy.model import ParticipantClass, Roster
from proxy.settings import ConsentSettings, RecipientBounds

BOTH = [yes(), yes(participant="p2")]
THREE = (person("p1"), person("p2"), person("p3", joined_at=at(30)))
EARLY, LATE = spoken(10, 11), spoken(40, 41)


def policy(**facts):
    return ConsentSettings(**({"min_retained_ratio": 0} | facts))


def quorum(kind, **facts):
    return policy(quorum={"summary": kind}, **facts)


def reasons(found):
    return [v.reason for v in found.verdicts]


# --- all who speak --------------------------------------------------------------------------------

ALL_SPEAKERS = {
    "all granted": ([speech(), speech("p2")], BOTH, None),
    "one who speaks did not": ([speech(), speech("p2")], [yes()], Reason.QUORUM_ALL_SPEAKERS),
    "one who is silent did not": ([speech()], [yes()], None),
    "one refused": ([speech(), speech("p2")], [yes(), no(participant="p2")], Reason.QUORUM_ALL_SPEAKERS),
    "an unknown speaker": ([speech(), speech(None)], BOTH, Reason.QUORUM_ALL_SPEAKERS),
    "granted for some of their words": ([speech(), speech(when=spoken(-70))], BOTH, Reason.QUORUM_ALL_SPEAKERS),
    "unclaimed words of all": ([speech(), opaque()], BOTH, None),
    "unclaimed words of some": ([speech(), opaque()], [yes()], Reason.QUORUM_ALL_SPEAKERS),
    "nobody speaks": ([], [], None),
}


@pytest.mark.parametrize(("said", "grants", "refusal"), ALL_SPEAKERS.values(), ids=ALL_SPEAKERS.keys())
def test_all_who_speak(said, grants, refusal):
    found = decide(question(), said, grants, quorum("all_speakers"))

    assert found.refusal is refusal
    assert reasons(found) == reasons(decide(question(), said, grants, POLICY))


def test_the_records_that_broke_the_quorum_are_named():
    refusal = no(participant="p2")
    found = decide(question(), [speech(), speech("p2")], [yes(), refusal], quorum("all_speakers"))

    assert found.refused_by == (refusal.id,)


def test_the_participant_of_each_record_that_decided_is_told():
    refusal, yes_of_another = no(participant="p2"), yes(participant="p3")
    found = decide(question(), [speech(), speech("p2")], [BOTH[0], refusal, yes_of_another], POLICY)

    assert found.whose == {BOTH[0].id: "p1", refusal.id: "p2"}


# --- all who were present -------------------------------------------------------------------------

ALL_PRESENT = {
    "all granted": (meeting(), [speech()], BOTH, [Reason.GRANTED], None),
    "a silent one did not": (
        meeting(),
        [speech(), untimed()],
        [yes()],
        [Reason.QUORUM_ALL_PRESENT] * 2,
        Reason.QUORUM_ALL_PRESENT,
    ),
    "the speaker did not": (meeting(), [speech("p2")], [yes()], [Reason.NO_GRANT], Reason.QUORUM_ALL_PRESENT),
    "the roster is not complete": (
        meeting(complete=False),
        [speech()],
        BOTH,
        [Reason.ROSTER_INCOMPLETE],
        Reason.QUORUM_ALL_PRESENT,
    ),
    "an unknown speaker": (
        meeting(),
        [speech(), speech(None)],
        BOTH,
        [Reason.ROSTER_INCOMPLETE, Reason.UNKNOWN_SPEAKER],
        Reason.QUORUM_ALL_PRESENT,
    ),
    "one joins late and was not asked": (
        meeting(*THREE),
        [speech(when=EARLY), speech("p2", LATE), speech(when=spoken(29, 30))],
        BOTH,
        [Reason.GRANTED, Reason.QUORUM_ALL_PRESENT, Reason.QUORUM_ALL_PRESENT],
        None,
    ),
    "one joins late and refuses": (
        meeting(*THREE),
        [speech(when=EARLY), speech(when=LATE)],
        [*BOTH, no(participant="p3", recorded_at=at(31))],
        [Reason.GRANTED, Reason.QUORUM_ALL_PRESENT],
        None,
    ),
    "one joins late and says yes a while later": (
        meeting(*THREE),
        [speech(when=spoken(31)), speech(when=LATE)],
        [*BOTH, yes(participant="p3", valid_from=at(35))],
        [Reason.QUORUM_ALL_PRESENT, Reason.GRANTED],
        None,
    ),
    "one joins late, times unknown": (
        meeting(*THREE),
        [untimed()],
        BOTH,
        [Reason.QUORUM_ALL_PRESENT],
        Reason.QUORUM_ALL_PRESENT,
    ),
    "one left before": (
        meeting(person("p1"), person("p2", left_at=at(30))),
        [speech(when=EARLY), speech(when=LATE)],
        [yes()],
        [Reason.QUORUM_ALL_PRESENT, Reason.GRANTED],
        None,
    ),
    "one withdraws": (
        meeting(),
        [speech()],
        [*BOTH, record(ConsentState.WITHDRAWN, participant="p2", recorded_at=at(50))],
        [Reason.QUORUM_ALL_PRESENT],
        Reason.QUORUM_ALL_PRESENT,
    ),
    "a room among them": (
        meeting(person("p1"), person("r1", participant_class=ParticipantClass.ROOM)),
        [speech()],
        BOTH,
        [Reason.QUORUM_ALL_PRESENT],
        Reason.QUORUM_ALL_PRESENT,
    ),
    "unclaimed words": (meeting(), [opaque(EARLY)], BOTH, [Reason.GRANTED], None),
    "nobody speaks": (meeting(), [], [], [], None),
}


@pytest.mark.parametrize(("where", "said", "grants", "expected", "refusal"), ALL_PRESENT.values(), ids=ALL_PRESENT)
def test_all_who_were_present(where, said, grants, expected, refusal):
    found = decide(question(meeting=where), said, grants, quorum("all_present"))

    assert reasons(found) == expected
    assert found.refusal is refusal


def test_who_stood_in_the_way_is_named_by_their_record():
    refusal = no(participant="p2")
    found = decide(question(), [speech()], [BOTH[0], refusal], quorum("all_present"))

    assert found.verdicts[0].grants == found.refused_by == (refusal.id,)
    assert decide(question(), [speech()], BOTH, quorum("all_present")).verdicts[0].grants == (BOTH[0].id,)


def test_a_grant_that_ends_with_the_last_words_does_not_cover_words_of_no_length_there():
    asked = question(now=at(11.5))
    ends = [yes(), yes(participant="p2", valid_until=at(12))]
    said = [speech(when=spoken(10, 11)), speech(when=spoken(12))]

    assert reasons(decide(asked, said, ends, quorum("all_present"))) == [Reason.GRANTED, Reason.QUORUM_ALL_PRESENT]


def test_an_unbound_request_meets_no_quorum():
    unbound = question(meeting=None)

    assert decide(unbound, [speech()], [], quorum("all_speakers")).refusal is Reason.QUORUM_ALL_SPEAKERS
    assert decide(unbound, [speech()], [], quorum("all_present")).refusal is Reason.QUORUM_ALL_PRESENT
    assert decide(unbound, [speech()], [], quorum("per_speaker")).refusal is None


def test_a_quorum_is_of_its_purpose():
    said, one = [speech(), speech("p2")], [yes(), yes(purpose="qa")]
    by_purpose = policy(quorum={"summary": "per_speaker", "default": "all_speakers"})

    assert decide(question(), said, one, by_purpose).refusal is None
    assert decide(question(purpose="qa"), said, one, by_purpose).refusal is Reason.QUORUM_ALL_SPEAKERS
    assert decide(question(purpose="qa"), said, one, quorum("all_speakers")).refusal is None


# --- what recipients' terms claim -----------------------------------------------------------------

BOUNDED = policy(recipients=RecipientBounds(max_retention_days={"default": 30, "qa": 0}, regions=("eu", "ch")))


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"region": "eu", "retention_days": 30}, None),
        ({"region": "ch", "retention_days": 0}, None),
        ({"region": "eu", "retention_days": 31}, Reason.RETENTION_EXCEEDS_POLICY),
        ({"region": "eu", "retention_days": None}, Reason.RETENTION_EXCEEDS_POLICY),
        ({"region": "eu", "retention_days": 1, "purpose": "qa"}, Reason.RETENTION_EXCEEDS_POLICY),
        ({"region": "eu", "retention_days": 0, "purpose": "qa"}, None),
        ({"region": "us", "retention_days": 30}, Reason.REGION_NOT_ALLOWED),
        ({"region": None, "retention_days": 30}, Reason.REGION_NOT_ALLOWED),
        ({"region": "us", "retention_days": 99}, Reason.REGION_NOT_ALLOWED),
        ({"region": "us", "purpose_allowed": False}, Reason.PURPOSE_NOT_ALLOWED),
    ],
)
def test_a_recipient_whose_terms_exceed_policy_gets_nothing(facts, refusal):
    grants = [*BOTH, yes(purpose="qa")]
    found = decide(question(**facts), [speech()], grants, BOUNDED)

    assert found.refusal is refusal
    assert reasons(found) == [refusal or Reason.GRANTED]
    assert all(v.admitted for v in found.people.values()) is (refusal is None and facts.get("purpose") is None)


def test_without_bounds_anything_goes():
    assert decide(question(region=None, retention_days=None), [speech()], BOTH, POLICY).refusal is None


# --- a change of terms ----------------------------------------------------------------------------

OLD = {"terms_version": "v0"}
RECONSENT = {
    "shipped": (policy(), question(), [yes(**OLD)], Reason.STALE_TERMS),
    "the purpose is listed": (
        policy(reconsent_on_change=("summary",)),
        question(),
        [yes(**OLD)],
        Reason.STALE_TERMS,
    ),
    "the purpose is not listed": (policy(reconsent_on_change=("qa",)), question(), [yes(**OLD)], Reason.GRANTED),
    "none is listed": (policy(reconsent_on_change=()), question(), [yes(**OLD)], Reason.GRANTED),
    "training, none is listed": (
        policy(reconsent_on_change=()),
        question(purpose="model_training"),
        [yes(purpose="model_training", **OLD)],
        Reason.STALE_TERMS,
    ),
    "training as well, none is listed": (
        policy(reconsent_on_change=()),
        question(may_train=True),
        [yes(**OLD), yes(purpose="model_training", **OLD)],
        Reason.TRAINING_NOT_GRANTED,
    ),
    "an outlived one has an end too": (
        policy(reconsent_on_change=()),
        question(),
        [yes(valid_until=at(80), **OLD)],
        Reason.EXPIRED,
    ),
    "a no counts under any terms": (
        policy(reconsent_on_change=()),
        question(),
        [yes(**OLD), no(terms_version="v1", scope=Scope.ORG)],
        Reason.DENIED,
    ),
}


@pytest.mark.parametrize(("rules", "asked", "grants", "reason"), RECONSENT.values(), ids=RECONSENT.keys())
def test_which_grants_outlive_a_change_of_terms(rules, asked, grants, reason):
    assert reasons(decide(asked, [speech()], grants, rules)) == [reason]


# --- phone-ins, namesakes, new names --------------------------------------------------------------


def test_a_phone_in_is_a_person_like_any_other():
    """By DTMF, if policy takes that; by its class's default; never by its number alone."""
    caller = question(meeting=meeting(person("p1", participant_class=ParticipantClass.PHONE)))
    pressed = yes(method="dtmf")

    assert reasons(decide(caller, [speech()], [pressed], POLICY)) == [Reason.GRANTED]
    clicks = policy(methods=("explicit_click",))
    assert reasons(decide(caller, [speech()], [pressed], clicks)) == [Reason.METHOD_NOT_ACCEPTED]
    assert reasons(decide(caller, [speech()], [], POLICY)) == [Reason.NO_GRANT]
    assert reasons(decide(caller, [speech(None)], [pressed], POLICY)) == [Reason.UNKNOWN_SPEAKER]


def test_two_people_of_one_name_are_nobody_and_a_new_name_is_unknown_until_it_is_listed():
    ann = dataclasses.replace(person("p1"), name="Ann")
    namesake = dataclasses.replace(person("p2"), name="Ann", aliases=("Ann B",))
    renamed = dataclasses.replace(ann, name="Ann (home)")

    def said(roster, label):
        who = roster.resolve(label)
        where = dataclasses.replace(meeting(), roster=roster)
        return reasons(decide(question(meeting=where), [speech(who.id if who else None)], BOTH, POLICY))

    assert said(Roster((ann,)), "Ann") == [Reason.GRANTED]
    assert said(Roster((ann, namesake)), "Ann") == [Reason.UNKNOWN_SPEAKER]
    assert said(Roster((ann, namesake)), "Ann B") == [Reason.GRANTED]
    assert said(Roster((ann,)), "Ann (home)") == [Reason.UNKNOWN_SPEAKER]
    assert said(Roster((renamed,)), "Ann (home)") == [Reason.GRANTED]
    assert said(Roster((renamed,)), "Ann") == [Reason.UNKNOWN_SPEAKER]
