"""Every rule of the decision and every reason code, one case a line; docs/policy.md has the same table in prose."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from itertools import chain

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

from proxy.consent.decide import Question, Reason, Speech, Spoken, decide
from proxy.consent.records import ConsentState, Scope
from proxy.model import ParticipantClass
from proxy.settings import ConsentSettings

ADMIT_ALL = ConsentSettings(
    min_retained_ratio=0, defaults=dict.fromkeys(set(ParticipantClass) - {ParticipantClass.BOT}, "admit")
)
GRANTED, DENIED, WITHDRAWN = ConsentState.GRANTED, ConsentState.DENIED, ConsentState.WITHDRAWN
NAIVE = datetime(2026, 3, 2, 9)
TRAINS = question(may_train=True)
ORG, SERIES = Scope.ORG, Scope.SERIES


def verdict(grants=(), *, asked=None, said=None, policy=POLICY):
    decision = decide(asked or question(), [said or speech()], grants, policy)
    return decision.verdicts[0]


# --- one person -----------------------------------------------------------------------------------

ONE_PERSON = {
    # scope, purpose, recipient
    "no record": ([], Reason.NO_GRANT),
    "this meeting": ([yes()], Reason.GRANTED),
    "this series": ([yes(scope=SERIES)], Reason.GRANTED),
    "the organization": ([yes(scope=ORG)], Reason.GRANTED),
    "any recipient": ([yes(recipient="*")], Reason.GRANTED),
    "another meeting": ([yes(scope_id="m2")], Reason.NO_GRANT),
    "another series": ([yes(scope=SERIES, scope_id="monthly")], Reason.NO_GRANT),
    "another organization": ([yes(scope=ORG, scope_id="else")], Reason.NO_GRANT),
    "another purpose": ([yes(purpose="translation")], Reason.NO_GRANT),
    "another recipient": ([yes(recipient="other")], Reason.NO_GRANT),
    "another person": ([yes(participant="p2")], Reason.NO_GRANT),
    # states that never permit
    "denied": ([no()], Reason.DENIED),
    "withdrawn": ([record(WITHDRAWN)], Reason.WITHDRAWN),
    "pending": ([record(ConsentState.PENDING)], Reason.PENDING),
    "not asked": ([record(ConsentState.NOT_ASKED)], Reason.NOT_ASKED),
    # terms
    "other terms": ([yes(terms_version="v0")], Reason.STALE_TERMS),
    "old terms here, current terms wider": ([yes(terms_version="v0"), yes(scope=ORG)], Reason.GRANTED),
    "terms before expiry": ([yes(terms_version="v0", valid_until=at(80))], Reason.STALE_TERMS),
    "expired and stale apart": ([yes(valid_until=at(80)), yes(scope=ORG, terms_version="v0")], Reason.STALE_TERMS),
    # the time of sending
    "expired": ([yes(valid_until=at(80))], Reason.EXPIRED),
    "expires as it is sent": ([yes(valid_until=at(90))], Reason.EXPIRED),
    "expires a moment later": ([yes(valid_until=at(90.01))], Reason.GRANTED),
    "starts later": ([yes(valid_from=at(91), recorded_at=at(0))], Reason.NOT_YET_VALID),
    "starts as it is sent, earlier words too": ([yes(valid_from=at(90), covers_earlier=True)], Reason.GRANTED),
    # the time of speech: the words are from minute 10 to 11
    "granted as they were spoken": ([yes(valid_from=at(10))], Reason.GRANTED),
    "granted amid the words": ([yes(valid_from=at(10.5))], Reason.SPOKEN_OUTSIDE_GRANT),
    "granted afterwards": ([yes(valid_from=at(20))], Reason.SPOKEN_OUTSIDE_GRANT),
    "granted afterwards, earlier words too": ([yes(valid_from=at(20), covers_earlier=True)], Reason.GRANTED),
    "one of two scopes covers them": ([yes(valid_from=at(20)), yes(scope=ORG)], Reason.GRANTED),
    # the newest record of a scope and recipient holds
    "granted anew": ([no(recorded_at=at(1)), yes(recorded_at=at(2))], Reason.GRANTED),
    "granted anew, written down first": ([yes(recorded_at=at(2)), no(recorded_at=at(1))], Reason.GRANTED),
    "withdrawn since": ([yes(), record(WITHDRAWN, recorded_at=at(80))], Reason.WITHDRAWN),
    "withdrawn, granted, withdrawn": (
        [record(WITHDRAWN, recorded_at=at(1)), yes(recorded_at=at(2)), record(WITHDRAWN, recorded_at=at(3))],
        Reason.WITHDRAWN,
    ),
    "asked again": ([yes(), record(ConsentState.PENDING, recorded_at=at(1))], Reason.PENDING),
    "asked again elsewhere": ([yes(scope=ORG), record(ConsentState.PENDING, recorded_at=at(1))], Reason.GRANTED),
    "asked again after a no": ([no(), record(ConsentState.PENDING, recorded_at=at(1))], Reason.DENIED),
    "narrowed": ([yes(), yes(valid_until=at(80), recorded_at=at(1))], Reason.EXPIRED),
    # at the same instant the restrictive one wins
    "yes and no at once": ([yes(), no()], Reason.DENIED),
    "no and yes at once": ([no(), yes()], Reason.DENIED),
    "no everywhere and yes here at once": ([no(scope=ORG), yes()], Reason.DENIED),
    "yes and pending at once": ([yes(), record(ConsentState.PENDING)], Reason.PENDING),
    "long and short at once": ([yes(), yes(valid_until=at(80))], Reason.EXPIRED),
    "early and late at once": ([yes(), yes(valid_from=at(20), recorded_at=at(-60))], Reason.SPOKEN_OUTSIDE_GRANT),
    "current and old terms at once": ([yes(), yes(terms_version="v0")], Reason.STALE_TERMS),
    "twice the same at once": ([yes(), yes()], Reason.GRANTED),
    # a no counts at any scope; only a later, no wider yes gets past it
    "no to the series": ([no(scope=SERIES), yes(scope=ORG, recorded_at=at(1))], Reason.DENIED),
    "no everywhere, earlier yes here": ([yes(), no(scope=ORG, recorded_at=at(1))], Reason.DENIED),
    "no everywhere, later yes here": ([no(scope=ORG), yes(recorded_at=at(1))], Reason.GRANTED),
    "no here, later yes everywhere": ([no(), yes(scope=ORG, recorded_at=at(1))], Reason.DENIED),
    "no to anybody, later yes to this": ([no(recipient="*"), yes(recorded_at=at(1))], Reason.GRANTED),
    "no to this, later yes to anybody": ([no(), yes(recipient="*", recorded_at=at(1))], Reason.DENIED),
    "no to another recipient": ([no(recipient="other"), yes()], Reason.GRANTED),
    "no to another purpose": ([no(purpose="compose"), yes()], Reason.GRANTED),
    "no to another meeting": ([no(scope_id="m2"), yes()], Reason.GRANTED),
    "two noes, one answered": (
        [no(scope=ORG), yes(scope=SERIES, recorded_at=at(1)), no(recorded_at=at(0))],
        Reason.DENIED,
    ),
    "the yes past a no stands alone": (
        [yes(scope=ORG), no(recorded_at=at(1)), yes(recorded_at=at(2), valid_until=at(80))],
        Reason.EXPIRED,
    ),
    "a no has no end": ([yes(scope=ORG), no(valid_until=at(-30))], Reason.DENIED),
    "a no has no beginning": ([yes(scope=ORG), no(valid_from=at(500), recorded_at=at(1))], Reason.DENIED),
    "another's later yes": ([no(), yes(actor="host", recorded_at=at(1))], Reason.DENIED),
    "a later pre-ticked yes": ([no(), yes(affirmative=False, recorded_at=at(1))], Reason.DENIED),
    "withdrawn last of several noes": (
        [no(), record(WITHDRAWN, scope=ORG, recorded_at=at(1))],
        Reason.WITHDRAWN,
    ),
    # what is no yes although it says so
    "pre-ticked": ([yes(affirmative=False)], Reason.NOT_AFFIRMATIVE),
    "method off the list": ([yes(method="policy")], Reason.METHOD_NOT_ACCEPTED),
    "by the host": ([yes(actor="host")], Reason.ON_BEHALF),
    "a guardian's, of an adult": ([yes(actor="mother", guardian=True)], Reason.ON_BEHALF),
    "a guardian of oneself": ([yes(guardian=True)], Reason.INCONSISTENT),
    "a flawed one does not displace": ([yes(), yes(affirmative=False, recorded_at=at(1))], Reason.GRANTED),
    "ends before it starts": ([yes(valid_until=at(-61))], Reason.INCONSISTENT),
    "recorded in the future": ([yes(valid_from=at(-60), recorded_at=at(96))], Reason.INCONSISTENT),
    "recorded ahead by a clock's error": ([yes(recorded_at=at(94))], Reason.GRANTED),
    "no time zone": ([yes(valid_from=NAIVE, recorded_at=at(0))], Reason.INCONSISTENT),
    "no time zone of the record": ([yes(recorded_at=NAIVE)], Reason.INCONSISTENT),
    "no time zone of a no": ([no(recorded_at=NAIVE), yes(recorded_at=at(80))], Reason.DENIED),
}


@pytest.mark.parametrize(("grants", "reason"), ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_one_person(grants, reason):
    assert verdict(grants).reason is reason
    assert verdict(grants).admitted is (reason is Reason.GRANTED)


@pytest.mark.parametrize(("grants", "reason"), ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_the_order_in_which_records_arrive_does_not_matter(grants, reason):
    assert verdict(grants[::-1]).admitted is (reason is Reason.GRANTED)


@pytest.mark.parametrize(("grants", "reason"), ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_a_default_never_stands_in_for_a_record(grants, reason):
    """With every class admitted by default, only who has no matching record at all gains anything."""
    found = verdict(grants, policy=ADMIT_ALL)

    if reason is Reason.NO_GRANT:
        assert (found.admitted, found.reason) == (True, Reason.CLASS_DEFAULT)
    else:
        assert found.reason is reason


def test_words_that_outlast_the_grant():
    """A grant until minute 10.5 that is still asked about at minute 10.4."""
    asked = question(now=at(10.4))
    grants = [yes(valid_until=at(10.5))]

    assert verdict(grants, asked=asked, said=speech(when=spoken(10, 10.4))).reason is Reason.GRANTED
    assert verdict(grants, asked=asked, said=speech(when=spoken(10, 11))).reason is Reason.SPOKEN_OUTSIDE_GRANT
    assert verdict(grants, asked=asked, said=speech(when=spoken(10.5))).reason is Reason.SPOKEN_OUTSIDE_GRANT


def test_of_two_yeses_at_once_the_earlier_end_counts():
    asked = question(now=at(10.4))
    grants = [yes(valid_until=at(10.5)), yes(valid_until=at(20))]

    assert verdict(grants, asked=asked, said=speech(when=spoken(10, 10.4))).reason is Reason.GRANTED
    assert verdict(grants, asked=asked, said=speech(when=spoken(10, 11))).reason is Reason.SPOKEN_OUTSIDE_GRANT


def test_the_records_that_decided_are_named():
    meeting_yes, org_yes = yes(), yes(scope=ORG)
    refusal = no(recorded_at=at(1))
    stale = yes(terms_version="v0")

    assert verdict([org_yes, meeting_yes]).grants == (meeting_yes.id,)
    assert verdict([org_yes, refusal]).grants == (refusal.id,)
    assert verdict([stale]).grants == (stale.id,)
    assert verdict([]).grants == ()


def test_the_most_specific_live_grant_decides():
    by_scope = [yes(scope=ORG), yes(scope=SERIES), yes(recipient="*"), yes()]

    for width in range(len(by_scope), 0, -1):
        assert verdict(by_scope[:width]).grants == (by_scope[width - 1].id,)


def test_policy_may_let_others_say_yes():
    lenient = POLICY.model_copy(update={"on_behalf": True})

    assert verdict([yes(actor="host")], policy=lenient).reason is Reason.GRANTED
    assert verdict([no(), yes(actor="host", recorded_at=at(1))], policy=lenient).reason is Reason.DENIED
    assert verdict([no(actor="host"), yes(actor="host", recorded_at=at(1))], policy=lenient).reason is Reason.GRANTED
    assert verdict([no(actor="host"), yes(recorded_at=at(1))]).reason is Reason.GRANTED
    both_at_once = [no(), yes(recorded_at=at(1)), yes(actor="host", recorded_at=at(1))]
    assert verdict(both_at_once, policy=lenient).reason is Reason.DENIED


def test_nobody_but_the_child_takes_back_a_no_for_the_guardians_sake():
    """The host said no for a child; that the host says yes again does not clear the way for a guardian's yes."""
    lenient = POLICY.model_copy(update={"on_behalf": True})
    by_host = [no(actor="host"), yes(actor="host", recorded_at=at(1))]

    assert not verdict([*by_host, yes(**BY_MOTHER, recorded_at=at(2))], asked=CHILD, policy=lenient).admitted


def test_a_guardians_no_stands_whatever_the_child_and_another_guardian_say():
    """The child takes back a no of their own; that clears no way past the no of a guardian."""
    by_mother, father = no(**BY_MOTHER, recorded_at=at(1)), {"actor": "father", "guardian": True}
    said = [by_mother, no(recorded_at=at(2)), yes(recorded_at=at(3)), yes(**father, recorded_at=at(4))]

    assert verdict(said, asked=CHILD).reason is Reason.DENIED
    assert verdict([*said, yes(**BY_MOTHER, recorded_at=at(5))], asked=CHILD).admitted


def test_a_method_that_policy_no_longer_accepts_stops_counting():
    assert verdict([yes(method="verbal")]).reason is Reason.GRANTED
    strict = POLICY.model_copy(update={"methods": ("explicit_click",)})

    assert verdict([yes(method="verbal")], policy=strict).reason is Reason.METHOD_NOT_ACCEPTED


# --- defaults by class ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(set(ParticipantClass) - {ParticipantClass.ROOM, ParticipantClass.BOT}))
def test_a_default_is_for_its_class(kind):
    policy = ConsentSettings(min_retained_ratio=0, defaults={kind: "admit"})
    people = [person(k.value, participant_class=k) for k in ParticipantClass if k is not ParticipantClass.ROOM]
    asked = question(meeting=meeting(*people))

    found = decide(asked, [speech(p.id) for p in people], [], policy)

    assert [v.admitted for v in found.verdicts] == [p.participant_class is kind for p in people]


def test_defaults_as_shipped_withhold():
    people = [person(k.value, participant_class=k) for k in ParticipantClass]
    found = decide(question(meeting=meeting(*people)), [speech(p.id) for p in people], [], POLICY)

    assert not any(v.admitted for v in found.verdicts)


def test_no_default_stands_in_for_the_answer_of_somebody_who_was_asked():
    """They read that without their yes their words stay out."""
    asked = question(asked=frozenset({"p1"}))
    assert verdict(asked=asked, policy=ADMIT_ALL) == (False, Reason.PENDING, (), ())
    assert verdict(asked=asked, said=speech("p2"), policy=ADMIT_ALL).reason is Reason.CLASS_DEFAULT
    assert verdict([yes()], asked=asked, policy=ADMIT_ALL).reason is Reason.GRANTED
    assert verdict([no()], asked=asked, policy=ADMIT_ALL).reason is Reason.DENIED
    young = meeting(person("p1", minor=True))
    assert verdict(asked=question(asked=frozenset({"p1"}), meeting=young), policy=ADMIT_ALL).reason is (
        Reason.GUARDIAN_MISSING
    )


def test_no_default_admits_an_unknown_speaker():
    assert verdict(said=speech(None), policy=ADMIT_ALL).reason is Reason.UNKNOWN_SPEAKER
    assert verdict([yes(participant="p9")], said=speech("p9"), policy=ADMIT_ALL).reason is Reason.UNKNOWN_SPEAKER


# --- training -------------------------------------------------------------------------------------

TRAIN = "model_training"
TRAINING = {
    "not granted": ([yes()], Reason.TRAINING_NOT_GRANTED),
    "granted as well": ([yes(), yes(purpose=TRAIN)], Reason.GRANTED),
    "training alone": ([yes(purpose=TRAIN)], Reason.NO_GRANT),
    "training denied": ([yes(), yes(purpose=TRAIN, scope=ORG), no(purpose=TRAIN)], Reason.TRAINING_NOT_GRANTED),
    "training after the words": ([yes(), yes(purpose=TRAIN, valid_from=at(20))], Reason.TRAINING_NOT_GRANTED),
    "summary denied, training granted": ([no(), yes(purpose=TRAIN)], Reason.DENIED),
}


@pytest.mark.parametrize(("grants", "reason"), TRAINING.values(), ids=TRAINING.keys())
def test_a_recipient_that_may_train_needs_a_grant_of_training(grants, reason):
    assert verdict(grants, asked=TRAINS).reason is reason


def test_both_grants_are_named():
    first, second = yes(), yes(purpose=TRAIN)

    assert verdict([first, second], asked=TRAINS).grants == (first.id, second.id)


def test_training_is_granted_by_no_default():
    assert verdict(asked=TRAINS, policy=ADMIT_ALL).reason is Reason.TRAINING_NOT_GRANTED
    assert verdict(asked=question(purpose=TRAIN), policy=ADMIT_ALL).reason is Reason.NO_GRANT
    assert verdict([yes(purpose=TRAIN)], asked=TRAINS, policy=ADMIT_ALL).reason is Reason.CLASS_DEFAULT


def test_training_as_the_purpose_itself_needs_one_grant():
    asked = question(purpose=TRAIN, may_train=True)

    grant = yes(purpose=TRAIN)

    assert verdict([grant], asked=asked).reason is Reason.GRANTED
    assert verdict([grant], asked=asked).grants == (grant.id,)


# --- minors ---------------------------------------------------------------------------------------

CHILD = question(meeting=meeting(person("p1", minor=True)))
BY_MOTHER, BY_FATHER = {"actor": "mother", "guardian": True}, {"actor": "father", "guardian": True}
MINORS = {
    "nobody": ([], Reason.GUARDIAN_MISSING),
    "the child": ([yes()], Reason.GUARDIAN_MISSING),
    "the host": ([yes(actor="host")], Reason.GUARDIAN_MISSING),
    "the guardian": ([yes(**BY_MOTHER)], Reason.GRANTED),
    "the guardian, then the child": ([yes(**BY_MOTHER), yes(recorded_at=at(1))], Reason.GRANTED),
    "the guardian by a pre-ticked box": ([yes(**BY_MOTHER, affirmative=False)], Reason.GUARDIAN_MISSING),
    "the guardian, other terms": ([yes(**BY_MOTHER, terms_version="v0")], Reason.STALE_TERMS),
    "the guardian refuses": ([yes(), no(**BY_MOTHER)], Reason.DENIED),
    "the guardian, then refuses": ([yes(**BY_MOTHER), no(**BY_MOTHER, recorded_at=at(1))], Reason.DENIED),
    "the guardian changes her mind": ([no(**BY_MOTHER), yes(**BY_MOTHER, recorded_at=at(1))], Reason.GRANTED),
    "another guardian": (
        [no(**BY_MOTHER), yes(actor="father", guardian=True, recorded_at=at(1))],
        Reason.DENIED,
    ),
    "both guardians refuse, and the last allows": (
        [no(**BY_MOTHER), no(**BY_FATHER, recorded_at=at(1)), yes(**BY_FATHER, recorded_at=at(2))],
        Reason.DENIED,
    ),
    "both guardians refuse, and both allow": (
        [
            no(**BY_MOTHER),
            no(**BY_FATHER, recorded_at=at(1)),
            yes(**BY_MOTHER, recorded_at=at(2)),
            yes(**BY_FATHER, recorded_at=at(3)),
        ],
        Reason.GRANTED,
    ),
    "both allow, and one refuses anew": (
        [
            no(**BY_MOTHER),
            yes(**BY_MOTHER, recorded_at=at(1)),
            yes(**BY_FATHER, recorded_at=at(2)),
            no(**BY_MOTHER, recorded_at=at(3)),
            yes(**BY_FATHER, recorded_at=at(4)),
        ],
        Reason.DENIED,
    ),
    "one took back their no, and the other allows later": (
        [no(**BY_MOTHER), yes(**BY_MOTHER, recorded_at=at(1)), yes(**BY_FATHER, recorded_at=at(2))],
        Reason.GRANTED,
    ),
    "one took back their no until now, and the other allows": (
        [no(**BY_MOTHER), yes(**BY_MOTHER, recorded_at=at(1), valid_until=at(30)), yes(**BY_FATHER, recorded_at=at(2))],
        Reason.DENIED,
    ),
    "the child's own no stands": ([no(), yes(**BY_MOTHER, recorded_at=at(1))], Reason.DENIED),
    "the child takes back its no": (
        [no(), yes(recorded_at=at(1)), yes(**BY_MOTHER, recorded_at=at(2))],
        Reason.GRANTED,
    ),
    "no guardian after the child's no was taken back": ([no(), yes(recorded_at=at(1))], Reason.DENIED),
}


@pytest.mark.parametrize(("grants", "reason"), MINORS.values(), ids=MINORS.keys())
def test_a_minor_needs_a_guardian(grants, reason):
    assert verdict(grants, asked=CHILD).reason is reason
    assert verdict(grants, asked=CHILD, policy=ADMIT_ALL).reason is reason


# --- rooms ----------------------------------------------------------------------------------------

ROOM = person("r1", participant_class=ParticipantClass.ROOM, members=("p1", "p2"))
IN_ROOM = question(meeting=meeting(ROOM, person("p1"), person("p2")))


def in_room(*participants, **facts):
    return question(meeting=meeting(person("r1", **facts), *participants))


ROOMS = {
    "all granted": (IN_ROOM, [yes(), yes(participant="p2")], Reason.GRANTED),
    "one did not": (IN_ROOM, [yes()], Reason.ROOM_MEMBER_WITHHELD),
    "one refused": (IN_ROOM, [yes(), no(participant="p2")], Reason.ROOM_MEMBER_WITHHELD),
    "the room itself": (IN_ROOM, [yes(participant="r1")], Reason.ROOM_MEMBER_WITHHELD),
    "all, but the room was refused": (
        IN_ROOM,
        [yes(), yes(participant="p2"), no(participant="r1")],
        Reason.DENIED,
    ),
    "a set of people is a room whatever its class": (
        in_room(person("p1"), members=("p1",)),
        [yes(participant="r1")],
        Reason.ROOM_MEMBER_WITHHELD,
    ),
    "nobody known": (
        in_room(person("p1"), participant_class=ParticipantClass.ROOM),
        [yes(), yes(participant="r1")],
        Reason.ROOM_MEMBERS_UNKNOWN,
    ),
    "a member off the roster": (
        in_room(person("p1"), members=("p1", "p2")),
        [yes(), yes(participant="p2")],
        Reason.ROOM_MEMBERS_UNKNOWN,
    ),
    "a member listed twice": (
        in_room(person("p1"), person("p1", minor=True), members=("p1",)),
        [yes(), yes(actor="mother", guardian=True, recorded_at=at(1))],
        Reason.ROOM_MEMBERS_UNKNOWN,
    ),
    "a room in a room": (
        in_room(ROOM, person("p1"), members=("r1",)),
        [yes(), yes(participant="p2")],
        Reason.INCONSISTENT,
    ),
    "a room in another room": (
        in_room(person("r2", members=("p1",)), person("p1"), members=("r2",)),
        [yes(), yes(participant="r2")],
        Reason.ROOM_MEMBERS_UNKNOWN,
    ),
    "itself": (in_room(person("p1"), members=("r1",)), [yes(participant="r1")], Reason.ROOM_MEMBERS_UNKNOWN),
    "a child among them": (
        question(meeting=meeting(ROOM, person("p1"), person("p2", minor=True))),
        [yes(), yes(participant="p2")],
        Reason.ROOM_MEMBER_WITHHELD,
    ),
    "training of all": (
        dataclasses.replace(IN_ROOM, may_train=True),
        [g for p in ("p1", "p2") for g in (yes(participant=p), yes(participant=p, purpose=TRAIN))],
        Reason.GRANTED,
    ),
    "training of one": (
        dataclasses.replace(IN_ROOM, may_train=True),
        [yes(), yes(participant="p2"), yes(purpose=TRAIN)],
        Reason.ROOM_MEMBER_WITHHELD,
    ),
    "training refused in the room's name": (
        dataclasses.replace(IN_ROOM, may_train=True),
        [
            *(g for p in ("p1", "p2") for g in (yes(participant=p), yes(participant=p, purpose=TRAIN))),
            no(participant="r1", purpose=TRAIN),
        ],
        Reason.DENIED,
    ),
}


@pytest.mark.parametrize(("asked", "grants", "reason"), ROOMS.values(), ids=ROOMS.keys())
def test_a_room_is_the_people_in_it(asked, grants, reason):
    assert verdict(grants, asked=asked, said=speech("r1")).reason is reason


def test_a_default_of_rooms_is_for_rooms_with_nobody_listed():
    policy = ConsentSettings(min_retained_ratio=0, defaults={ParticipantClass.ROOM: "admit"})
    empty = in_room(participant_class=ParticipantClass.ROOM)

    assert verdict(asked=empty, said=speech("r1"), policy=policy).reason is Reason.CLASS_DEFAULT
    assert verdict(asked=IN_ROOM, said=speech("r1"), policy=policy).reason is Reason.ROOM_MEMBER_WITHHELD
    trains = dataclasses.replace(empty, may_train=True)
    grants = [yes(participant="r1", purpose=TRAIN)]
    assert not verdict(grants, asked=trains, said=speech("r1"), policy=policy).admitted


def test_members_admitted_by_default_make_a_room_admitted_by_default():
    assert verdict([yes()], asked=IN_ROOM, said=speech("r1"), policy=ADMIT_ALL).reason is Reason.CLASS_DEFAULT


# --- a meeting that was in another series before -----------------------------------------------

MOVED = question(meeting=meeting(earlier_series=("fortnightly",)))
THERE = {"scope": Scope.SERIES, "scope_id": "fortnightly"}
EARLIER = {
    "a no goes on": ([yes(), no(**THERE)], Reason.DENIED),
    "a yes does not": ([yes(**THERE)], Reason.NO_GRANT),
    "a no that was taken back there does not": (
        [yes(), no(**THERE), yes(**THERE, recorded_at=at(-30))],
        Reason.GRANTED,
    ),
    "one that somebody else took back does": (
        [yes(), no(**THERE), yes(**THERE, actor="host", recorded_at=at(-30))],
        Reason.DENIED,
    ),
    "one that a wider yes does not get past does": (
        [yes(), no(**THERE), yes(**THERE, recipient="*", recorded_at=at(-30))],
        Reason.DENIED,
    ),
    "a later yes here gets past it": ([no(**THERE), yes(recorded_at=at(-30))], Reason.GRANTED),
    "a no that came after the change counts": ([yes(), no(**THERE, recorded_at=at(30))], Reason.DENIED),
    "a no to a series that it never was in does not": ([yes(), no(scope=Scope.SERIES, scope_id="x")], Reason.GRANTED),
}


@pytest.mark.parametrize(("grants", "reason"), EARLIER.values(), ids=EARLIER.keys())
def test_what_was_refused_in_an_earlier_series_stays_refused(grants, reason):
    assert verdict(grants, asked=MOVED).reason is reason


# --- speech that no speaker claims ----------------------------------------------------------------

BOTH = [yes(), yes(participant="p2")]


def late(joined=None, left=None):
    """p2 is there from `joined` to `left`, in minutes."""
    there = {"joined_at": None if joined is None else at(joined), "left_at": None if left is None else at(left)}
    return question(meeting=meeting(person("p1"), person("p2", **there)))


UNATTRIBUTED = {
    "all granted": (question(), BOTH, spoken(10, 11), Reason.GRANTED),
    "all granted, time unknown": (question(), BOTH, None, Reason.GRANTED),
    "one did not": (question(), [yes()], spoken(10, 11), Reason.NOT_ALL_GRANTED),
    "one refused": (question(), [yes(), no(participant="p2")], None, Reason.NOT_ALL_GRANTED),
    "roster incomplete": (question(meeting=meeting(complete=False)), BOTH, None, Reason.ROSTER_INCOMPLETE),
    "joined later": (late(joined=12), [yes()], spoken(10, 11), Reason.GRANTED),
    "joined as the words ended": (late(joined=11), [yes()], spoken(10, 11), Reason.NOT_ALL_GRANTED),
    "left before": (late(left=9), [yes()], spoken(10, 11), Reason.GRANTED),
    "left as the words began": (late(left=10), [yes()], spoken(10, 11), Reason.NOT_ALL_GRANTED),
    "joined later, time unknown": (late(joined=12), [yes()], None, Reason.NOT_ALL_GRANTED),
    "left before joining": (late(joined=12, left=5), [yes()], spoken(20), Reason.NOT_ALL_GRANTED),
    "left before the meeting": (late(left=-10), [yes()], spoken(20), Reason.NOT_ALL_GRANTED),
    "came and left before the meeting": (late(joined=-60, left=-10), [yes()], spoken(20), Reason.NOT_ALL_GRANTED),
    "joined before the meeting": (late(joined=-10, left=9), [yes()], spoken(10, 11), Reason.GRANTED),
    "joined after the meeting": (late(joined=10_000), [yes()], spoken(20), Reason.NOT_ALL_GRANTED),
    "left after the meeting": (late(joined=12, left=10_000), [yes()], spoken(10, 11), Reason.GRANTED),
    "a room among them": (IN_ROOM, BOTH, None, Reason.GRANTED),
    "an empty room among them": (
        question(meeting=meeting(person("p1"), person("r1", participant_class=ParticipantClass.ROOM))),
        [yes(), yes(participant="r1")],
        None,
        Reason.NOT_ALL_GRANTED,
    ),
}


@pytest.mark.parametrize(("asked", "grants", "when", "reason"), UNATTRIBUTED.values(), ids=UNATTRIBUTED.keys())
def test_unclaimed_speech_needs_everybody_present(asked, grants, when, reason):
    assert verdict(grants, asked=asked, said=opaque(when)).reason is reason


def test_nobody_present_agrees_to_nothing():
    asked = question(meeting=dataclasses.replace(meeting(), roster=dataclasses.replace(meeting().roster)))
    empty = dataclasses.replace(asked.meeting, roster=dataclasses.replace(asked.meeting.roster, participants=()))
    away = late(joined=12)
    gone = question(meeting=meeting(person("p1", left_at=at(5)), *away.meeting.roster.participants[1:]))

    assert verdict(asked=question(meeting=empty), said=opaque()).reason is Reason.ROSTER_INCOMPLETE
    assert verdict(BOTH, asked=gone, said=opaque(spoken(10, 11))).reason is Reason.ROSTER_INCOMPLETE


def test_all_deciding_records_are_named():
    assert verdict(BOTH, said=opaque()).grants == tuple(g.id for g in BOTH)
    refusal = no(participant="p2")
    assert verdict([BOTH[0], refusal], said=opaque()).grants == (refusal.id,)


def test_the_same_instants_known_and_unknown_are_two_questions():
    """Words known to fill the meeting so far leave out who had not come; words of unknown time leave out nobody."""
    asked = question(meeting=meeting(person("p1"), person("p2", joined_at=at(100)), ended_at=None))
    whole = spoken(0, 90)

    found = decide(asked, [opaque(whole), opaque(None), opaque(whole)], [yes()], POLICY)

    assert [v.admitted for v in found.verdicts] == [True, False, True]


# --- the time of the words ------------------------------------------------------------------------

ALL_AGREE = [yes(), yes(participant="p2")]


def asked_late(**times: datetime) -> Question:
    """Sent three hours after the meeting; `times` are of somebody who was there."""
    return question(meeting=meeting(person("p1"), person("p2", **times)), now=at(240))


TIMES = {
    "unknown, grant spans the meeting": (question(), untimed(), [yes(valid_from=at(0))], Reason.GRANTED),
    "unknown, grant came after the start": (
        question(),
        untimed(),
        [yes(valid_from=at(1))],
        Reason.SPOKEN_OUTSIDE_GRANT,
    ),
    "unknown, still in the meeting": (
        question(now=at(30)),
        untimed(),
        [yes(valid_until=at(30.5))],
        Reason.GRANTED,
    ),
    "unknown, grant ended between meeting and sending": (
        question(now=at(90)),
        untimed(),
        [yes(valid_until=at(90))],
        Reason.EXPIRED,
    ),
    "unknown, no end": (question(meeting=meeting(ended_at=None)), untimed(), [yes()], Reason.GRANTED),
    "unknown, meeting lies ahead": (question(now=at(-1)), untimed(), [yes()], Reason.INCONSISTENT),
    "unknown, meeting ends before it starts": (
        question(meeting=meeting(ended_at=at(-1))),
        untimed(),
        [yes()],
        Reason.INCONSISTENT,
    ),
    "unknown, meeting without time zone": (
        question(meeting=meeting(started_at=NAIVE)),
        untimed(),
        [yes()],
        Reason.INCONSISTENT,
    ),
    "unknown, end without time zone": (
        question(meeting=meeting(ended_at=NAIVE)),
        untimed(),
        [yes()],
        Reason.INCONSISTENT,
    ),
    "known, backwards": (question(), speech(when=spoken(11, 10)), [yes()], Reason.INCONSISTENT),
    "known, in the future": (question(), speech(when=spoken(80, 96)), [yes()], Reason.INCONSISTENT),
    "known, ahead by a clock's error": (
        question(meeting=meeting(ended_at=None)),
        speech(when=spoken(80, 94)),
        [yes()],
        Reason.GRANTED,
    ),
    "after the end": (question(), speech(when=spoken(80, 90)), [yes()], Reason.GRANTED),
    "long after the end": (asked_late(), speech(when=spoken(100)), [yes()], Reason.OUTSIDE_MEETING),
    "that end long after the end": (asked_late(), speech(when=spoken(85, 91)), [yes()], Reason.OUTSIDE_MEETING),
    "long after the end, unclaimed": (asked_late(), opaque(spoken(100)), ALL_AGREE, Reason.OUTSIDE_MEETING),
    "long after the end, a stranger's": (asked_late(), speech(None, spoken(100)), [yes()], Reason.UNKNOWN_SPEAKER),
    "somebody left late": (asked_late(left_at=at(80)), speech(when=spoken(100)), [yes()], Reason.GRANTED),
    "somebody left later than a meeting runs over": (
        asked_late(left_at=at(181)),
        speech(when=spoken(100)),
        [yes()],
        Reason.OUTSIDE_MEETING,
    ),
    "long before the start": (question(), speech(when=spoken(-40)), [yes()], Reason.GRANTED),
    "before the start": (question(), speech(when=spoken(-30)), [yes()], Reason.GRANTED),
    "an hour before the start": (question(), speech(when=spoken(-60)), [yes(valid_from=at(-90))], Reason.GRANTED),
    "hours before the start": (question(), speech(when=spoken(-61)), [yes(valid_from=at(-90))], Reason.OUTSIDE_MEETING),
    "that begin hours before the start": (
        question(),
        speech(when=spoken(-61, 5)),
        [yes(valid_from=at(-90))],
        Reason.OUTSIDE_MEETING,
    ),
    "hours before the start, covering earlier words": (
        question(),
        speech(when=spoken(-1500)),
        [yes(covers_earlier=True)],
        Reason.GRANTED,
    ),
    "somebody came hours before the start": (
        asked_late(joined_at=at(-110)),
        speech(when=spoken(-150)),
        [yes(valid_from=at(-200))],
        Reason.GRANTED,
    ),
    "somebody came early": (
        asked_late(joined_at=at(-20)),
        speech(when=spoken(-40)),
        [yes()],
        Reason.GRANTED,
    ),
    "a day after the start of a meeting without end": (
        question(meeting=meeting(ended_at=None), now=at(2000)),
        speech(when=spoken(1500)),
        [yes()],
        Reason.OUTSIDE_MEETING,
    ),
    "the last words, asked days after the start of a meeting without end": (
        question(meeting=meeting(ended_at=None), now=at(5000)),
        dataclasses.replace(speech(when=spoken(50, 50)), unended=True),
        [yes()],
        Reason.GRANTED,
    ),
    "of an unknown time, asked days after the start of a meeting without end": (
        question(meeting=meeting(ended_at=None), now=at(5000)),
        untimed(),
        [yes(valid_from=at(0))],
        Reason.GRANTED,
    ),
    "the last words, end without time zone": (
        question(meeting=meeting(ended_at=NAIVE)),
        dataclasses.replace(speech(when=spoken(10, 10)), unended=True),
        [yes()],
        Reason.INCONSISTENT,
    ),
    "a meeting without time zone": (
        question(meeting=meeting(started_at=NAIVE)),
        speech(),
        [yes()],
        Reason.OUTSIDE_MEETING,
    ),
    "known, without time zone": (question(), speech(when=Spoken(NAIVE, NAIVE)), [yes()], Reason.INCONSISTENT),
    "known, one without time zone": (question(), speech(when=Spoken(at(1), NAIVE)), [yes()], Reason.INCONSISTENT),
    "unclaimed and claimed at once": (
        question(),
        Speech("p1", 1, spoken(1), unattributed=True),
        [yes()],
        Reason.INCONSISTENT,
    ),
}


@pytest.mark.parametrize(("asked", "said", "grants", "reason"), TIMES.values(), ids=TIMES.keys())
def test_when_words_were_spoken(asked, said, grants, reason):
    assert verdict(grants, asked=asked, said=said).reason is reason


def test_a_withdrawal_half_way_takes_all_words():
    """The withdrawal counts from the next request on, for what was said before it too."""
    grants = [yes(), record(WITHDRAWN, recorded_at=at(30))]
    found = decide(question(), [speech(when=spoken(5)), speech(when=spoken(40))], grants, POLICY)

    assert [v.reason for v in found.verdicts] == [Reason.WITHDRAWN, Reason.WITHDRAWN]


# --- the whole request ----------------------------------------------------------------------------


def test_verdicts_are_in_the_order_of_the_speeches():
    said = [speech("p2"), speech("p1"), speech(None), speech("p1", spoken(-10))]
    found = decide(question(), said, [yes(valid_from=at(0))], POLICY)

    assert [v.reason for v in found.verdicts] == [
        Reason.NO_GRANT,
        Reason.GRANTED,
        Reason.UNKNOWN_SPEAKER,
        Reason.SPOKEN_OUTSIDE_GRANT,
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"route_enabled": False}, Reason.ROUTE_DISABLED),
        ({"purpose_allowed": False}, Reason.PURPOSE_NOT_ALLOWED),
        ({"route_enabled": False, "purpose_allowed": False, "meeting": None}, Reason.ROUTE_DISABLED),
        ({"purpose_allowed": False, "meeting": None}, Reason.PURPOSE_NOT_ALLOWED),
    ],
)
def test_what_is_switched_off_refuses_all(changes, reason):
    found = decide(question(**changes), [speech(), opaque()], BOTH, ADMIT_ALL)

    assert found.refusal is reason
    assert {v.reason for v in found.verdicts} == {reason}
    assert not any(v.admitted for v in chain(found.verdicts, found.people.values()))


def test_switched_off_refuses_where_there_is_no_speech():
    assert decide(question(route_enabled=False), [], [], POLICY).refusal is Reason.ROUTE_DISABLED


def test_an_unbound_request_withholds_all():
    found = decide(question(meeting=None), [speech(), opaque()], [*BOTH, yes(scope=ORG)], ADMIT_ALL)

    assert [v.reason for v in found.verdicts] == [Reason.UNBOUND, Reason.UNBOUND]
    assert found.people == {}
    assert found.refusal is None
    assert decide(question(meeting=None), [speech()], [], ConsentSettings()).refusal is Reason.TOO_LITTLE_RETAINED


@pytest.mark.parametrize(
    ("kept", "lost", "ratio", "refused"),
    [
        (30, 70, 0.3, False),
        (29, 71, 0.3, True),
        (0, 100, 0.0, False),
        (0, 100, 0.01, True),
        (0, 0, 1.0, False),
        (100, 0, 1.0, False),
        (99, 1, 1.0, True),
    ],
)
def test_too_little_remains(kept, lost, ratio, refused):
    """The share is counted in characters of all speech, whoever claims it; no speech at all is no reason."""
    policy = ConsentSettings(min_retained_ratio=ratio)
    said = [speech("p1", characters=kept), opaque(characters=lost // 2), speech(None, characters=lost - lost // 2)]

    found = decide(question(), said, [yes()], policy)

    assert found.refusal is (Reason.TOO_LITTLE_RETAINED if refused else None)


@pytest.mark.parametrize("typed", [100, 3_000, 200_000])
def test_a_guest_who_types_much_ends_no_request_for_the_others(typed):
    said = [speech("p1", characters=90), speech("p2", characters=10), speech(None, characters=typed)]

    assert decide(question(), said, [yes()], ConsentSettings()).refusal is None
    assert decide(question(), said[1:], [yes()], ConsentSettings()).refusal is Reason.TOO_LITTLE_RETAINED


def test_unclaimed_words_that_may_leave_count_as_kept():
    assert decide(question(), [opaque(), speech()], BOTH, ConsentSettings(min_retained_ratio=1)).refusal is None


# --- whose names may be shown ---------------------------------------------------------------------


def test_everybody_on_the_roster_has_a_verdict_as_of_now():
    """p1 granted only after the words; p2 withdrew; p3 was never asked; the room follows p1 and p2."""
    people = [ROOM, *(person(p) for p in ("p1", "p2", "p3"))]
    grants = [yes(valid_from=at(20)), yes(participant="p2"), record(WITHDRAWN, participant="p2", recorded_at=at(70))]

    found = decide(question(meeting=meeting(*people)), [speech()], grants, POLICY)

    assert {p: v.reason for p, v in found.people.items()} == {
        "r1": Reason.ROOM_MEMBER_WITHHELD,
        "p1": Reason.GRANTED,
        "p2": Reason.WITHDRAWN,
        "p3": Reason.NO_GRANT,
    }
    assert found.verdicts[0].reason is Reason.SPOKEN_OUTSIDE_GRANT


def test_a_person_listed_twice_is_withheld():
    """Which of the two entries is right (one says that p1 is a child) cannot be known."""
    asked = question(meeting=meeting(person("p1"), person("p1", minor=True), person("p2")))
    found = decide(asked, [speech("p1"), speech("p2"), opaque()], BOTH, POLICY)

    assert [v.reason for v in found.verdicts] == [Reason.INCONSISTENT, Reason.GRANTED, Reason.NOT_ALL_GRANTED]
    assert found.people["p1"].reason is Reason.INCONSISTENT


def test_every_reason_is_documented_in_the_policy_page():
    from pathlib import Path

    page = (Path(__file__).resolve().parents[2] / "docs" / "policy.md").read_text()

    assert [reason.value for reason in Reason if f"`{reason.value}`" not in page] == []
