"""Promise 2 on generated meetings: nothing is admitted without a live grant.

`permitted` below is a second, slow statement of the rules in words of "there is" and "for all", which shares no
code with the product; the decision has to agree with it in both directions. EXAMPLES sets how many meetings
are generated (2,000 by default; 50,000 is the bar for a release).
"""

from __future__ import annotations

from datetime import timedelta

from consent.consent_cases import at, meeting, no, person, question, spoken, yes
from harness.invented import invented
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxy.consent.decide import Question, Reason, Speech, Spoken, decide
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.model import Participant, ParticipantClass
from proxy.settings import ConsentSettings

CASES = invented(2000)
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": False}
NO = (ConsentState.DENIED, ConsentState.WITHDRAWN)
YES = ConsentState.GRANTED
PEOPLE = ("p1", "p2", "p3", "r1")
WIDTHS = {Scope.MEETING: 1, Scope.SERIES: 2, Scope.ORG: 3}
PLACES = (
    *[(Scope.MEETING, "m1")] * 3,
    *[(Scope.SERIES, "weekly")] * 2,
    *[(Scope.ORG, "org")] * 2,
    (Scope.MEETING, "m2"),
    (Scope.SERIES, "m1"),
)

# --- meetings, records, speech --------------------------------------------------------------------

people = st.builds(
    lambda minor, default_class, joined, members: (
        person("p1"),
        person("p2", minor=minor, joined_at=joined),
        person("p3", participant_class=default_class),
        person("r1", participant_class=ParticipantClass.ROOM, members=members),
    ),
    st.booleans(),
    st.sampled_from([ParticipantClass.GUEST, ParticipantClass.EMPLOYEE]),
    st.sampled_from([None, at(15)]),
    st.sampled_from([(), ("p1",), ("p1", "p2"), ("p3", "p9"), ("p2",)]),
)
records = st.builds(
    lambda who, place, purpose, recipient, terms, state, times, recorded, how: ConsentRecord(
        id="",
        participant=who,
        scope=place[0],
        scope_id=place[1],
        purpose=purpose,
        recipient=recipient,
        terms_version=terms,
        state=state,
        valid_from=times[0],
        valid_until=times[1],
        method=how[0],
        affirmative=how[1],
        actor=how[2] or who,
        guardian=how[3],
        covers_earlier=how[4],
        recorded_at=recorded,
    ),
    st.sampled_from(["p1", "p1", "p2", "p3", "r1"]),
    st.sampled_from(PLACES),
    st.sampled_from(["summary", "summary", "model_training", "compose"]),
    st.sampled_from(["acme", "acme", "*", "other"]),
    st.sampled_from(["v1", "v1", "v1", "v0"]),
    st.sampled_from([YES, YES, YES, YES, *ConsentState]),
    st.sampled_from(
        [
            (at(-60), None),
            (at(-60), None),
            (at(-60), at(85)),
            (at(-60), at(900)),
            (at(20), None),
            (at(20), at(10)),
            (at(95), None),
            (at(90), at(90.5)),
            (at(-60), at(90)),
        ]
    ),
    st.sampled_from([at(-60), at(-30), at(0), at(20), at(80), at(300)]),
    st.sampled_from(
        [
            *[("explicit_click", True, None, False, False)] * 6,
            ("explicit_click", True, None, False, True),
            ("explicit_click", True, "mother", True, False),
            ("explicit_click", True, "mother", True, True),
            ("verbal", True, "host", False, False),
            ("explicit_click", False, None, False, True),
            ("policy", True, None, False, False),
        ]
    ),
)


def on_file(granted, trained, more):
    """Some people said yes long ago; then came what else is on file."""
    old = [yes(participant=who, scope=Scope.ORG, recorded_at=at(-90), covers_earlier=True) for who in granted]
    old += [g._replace(purpose="model_training") for g in old if g.participant in trained]
    return [g._replace(id=f"g{n}") for n, g in enumerate([*old, *more])]


some_people = st.sampled_from([(), ("p1",), ("p1", "p2"), ("p1", "p2", "p3"), ("p1", "p2", "p3")])
grants_on_file = st.builds(on_file, some_people, some_people, st.lists(records, max_size=7))
moments = st.sampled_from(
    [
        None,
        spoken(10, 11),
        spoken(10, 11),
        spoken(19, 21),
        spoken(30),
        spoken(30),
        spoken(-70),
        spoken(99),
        spoken(5, 4),
    ]
)
speeches = st.lists(
    st.builds(
        lambda who, when: Speech(None if who == "all" else who, 10, when, unattributed=who == "all"),
        st.sampled_from([*PEOPLE, "p9", None, "all"]),
        moments,
    ),
    min_size=1,
    max_size=5,
)
questions = st.builds(
    lambda roster, complete, trains, about: question(
        meeting=meeting(*roster, complete=complete, earlier_series=about[1]), may_train=trains, purpose=about[0]
    ),
    people,
    st.booleans(),
    st.sampled_from([False, False, True]),
    st.sampled_from([("summary", ()), ("summary", ()), ("summary", ("m1",)), ("model_training", ())]),
)
policies = st.builds(
    lambda defaults, on_behalf, methods: ConsentSettings(
        min_retained_ratio=0, defaults=defaults, on_behalf=on_behalf, methods=methods
    ),
    st.sampled_from([{}, {}, {ParticipantClass.GUEST: "admit"}, {ParticipantClass.ROOM: "admit"}]),
    st.sampled_from([False, False, True]),
    st.sampled_from([("explicit_click", "verbal")] * 4 + [("verbal",)]),
)

# --- the reference --------------------------------------------------------------------------------


def speaks_to(g: ConsentRecord, who: str, purpose: str, q: Question) -> bool:
    scopes = {(Scope.MEETING, q.meeting.id), (Scope.SERIES, q.meeting.series), (Scope.ORG, q.organization)}
    return (
        g.participant == who
        and g.purpose == purpose
        and g.recipient in ("*", q.recipient)
        and (g.scope, g.scope_id) in scopes
    )


def as_if_of_this_series(q: Question, grants, policy) -> list[ConsentRecord]:
    """The records with the noes of the series that the meeting was in before, which nobody took back there."""

    def goes_on(n: ConsentRecord) -> bool:
        later = [y for y in grants if (y.participant, y.purpose) == (n.participant, n.purpose)
                 and (y.scope, y.scope_id, y.actor) == (n.scope, n.scope_id, n.participant)
                 and y.recipient in ("*", q.recipient) and gets_past(y, n)
                 and is_consent(y, False, q, policy)]  # fmt: skip
        live_now = [y for y in later if y.terms_version == q.terms_version and y.valid_from <= q.now
                    and (y.valid_until is None or q.now < y.valid_until)]  # fmt: skip
        return n.state in NO and not live_now

    before = [g for g in grants if g.scope is Scope.SERIES and g.scope_id in q.meeting.earlier_series]
    moved = [g._replace(scope_id=q.meeting.series) for g in before if goes_on(g)]
    return [g for g in grants if g not in before] + moved


def is_consent(g: ConsentRecord, minor: bool, q: Question, policy: ConsentSettings) -> bool:
    by_whom = (
        (g.guardian and g.actor != g.participant)
        if minor
        else ((g.actor == g.participant and not g.guardian) or (policy.on_behalf and g.actor != g.participant))
    )
    return (
        g.state is YES
        and g.affirmative
        and g.method in policy.methods
        and by_whom
        and (g.valid_until is None or g.valid_from < g.valid_until)
        and g.recorded_at <= q.now + timedelta(minutes=5)
    )


def live(g: ConsentRecord, q: Question, words: Spoken) -> bool:
    from_then = g.covers_earlier or (g.valid_from <= words.start and not too_early(q, words))
    until_then = g.valid_until is None or (words.until <= g.valid_until and words.start < g.valid_until)
    now = g.valid_from <= q.now and (g.valid_until is None or q.now < g.valid_until)
    return g.terms_version == q.terms_version and from_then and until_then and now


def gets_past(y: ConsentRecord, n: ConsentRecord) -> bool:
    as_narrow = WIDTHS[y.scope] <= WIDTHS[n.scope] and (n.recipient == "*" or y.recipient == n.recipient)
    return as_narrow and y.recorded_at > n.recorded_at and y.actor in (y.participant, n.actor)


def person_permits(p: Participant, purpose: str, words: Spoken, q: Question, grants, policy) -> bool:
    if not any(speaks_to(g, p.id, purpose, q) for g in grants):
        admits = policy.defaults.get(p.participant_class) == "admit"
        return admits and not p.minor and purpose != "model_training" and not too_early(q, words)
    return says_yes(p, purpose, q, grants, policy, lambda g: live(g, q, words))


def says_yes(p: Participant, purpose: str, q: Question, grants, policy, in_force) -> bool:
    on_file = [g for g in grants if speaks_to(g, p.id, purpose, q)]
    consents = [g for g in on_file if is_consent(g, p.minor, q, policy)]
    noes = [g for g in on_file if g.state in NO]
    own = [g for g in on_file if p.minor and g.actor == p.id and is_consent(g, False, q, policy)]

    def holds(g: ConsentRecord) -> bool:
        rivals = [
            r
            for r in on_file
            if (r.scope, r.recipient) == (g.scope, g.recipient)
            and r.recorded_at >= g.recorded_at
            and (r.state is not YES or r in consents)
        ]
        return all(
            r.recorded_at == g.recorded_at
            and r in consents
            and in_force(r)
            and all(gets_past(r, n) or any(gets_past(y, n) for y in own) for n in noes)
            for r in rivals
        )

    return any(holds(g) for g in consents)


def permitted(p: Participant, words: Spoken, q: Question, grants, policy) -> bool:
    purposes = {q.purpose, "model_training"} if q.may_train else {q.purpose}
    if p.participant_class is not ParticipantClass.ROOM:
        return all(person_permits(p, purpose, words, q, grants, policy) for purpose in purposes)
    if not p.members:
        on_file = [g for g in grants if speaks_to(g, p.id, q.purpose, q)]
        default = policy.defaults.get(ParticipantClass.ROOM) == "admit"
        return not on_file and purposes == {"summary"} and default and not too_early(q, words)
    members = [q.meeting.roster.by_id(m) for m in p.members]
    refused = any(
        any(speaks_to(g, p.id, purpose, q) and g.state in NO for g in grants)
        and not says_yes(p, purpose, q, grants, policy, lambda g: True)
        for purpose in purposes
    )
    return not refused and all(m and permitted(m, words, q, grants, policy) for m in members)


def speech_permitted(s: Speech, q: Question, grants, policy, said=()) -> bool:
    words = s.spoken or Spoken(q.meeting.started_at, q.meeting.ended_at)
    if words.until < words.start or words.until > q.now + timedelta(minutes=5):
        return False
    if s.spoken is not None and not was_on(q.meeting, words):
        return False
    if not s.unattributed:
        p = q.meeting.roster.by_id(s.participant) if s.participant else None
        return p is not None and permitted(p, words, q, grants, policy)
    present = [
        p
        for p in q.meeting.roster.participants
        if s.spoken is None
        or p.joined_at is None
        or p.joined_at <= words.until
        # Whoever speaks is there, whatever the roster says.
        or any(each.participant == p.id and each.spoken and each.spoken.start < p.joined_at for each in said)
    ]
    # A speaker whom nobody knows shows that the roster is not complete.
    strangers = any(unknown(each, q) for each in said)
    return not strangers and q.meeting.roster.complete and all(permitted(p, words, q, grants, policy) for p in present)


def was_on(held, words: Spoken) -> bool:
    """Until half an hour after the end, or after somebody left."""
    over = [held.ended_at, *(p.left_at for p in held.roster.participants if p.left_at)]
    late = max(at for at in over if at - held.ended_at <= timedelta(hours=2))
    return words.until <= late + timedelta(minutes=30)


def too_early(q: Question, words: Spoken) -> bool:
    """More than an hour before the start, or before somebody came; who will be heard may be asked at any time."""
    came = [q.meeting.started_at, *(p.joined_at for p in q.meeting.roster.participants if p.joined_at)]
    first = min(at for at in came if timedelta(0) <= q.meeting.started_at - at <= timedelta(hours=2))
    return words.start < min(first - timedelta(hours=1), q.now)


def unknown(s: Speech, q: Question) -> bool:
    words = s.spoken or Spoken(q.meeting.started_at, q.meeting.ended_at)
    possible = words.start <= words.until <= q.now + timedelta(minutes=5)
    return possible and not s.unattributed and (s.participant is None or not q.meeting.roster.by_id(s.participant))


# --- properties -----------------------------------------------------------------------------------


@settings(max_examples=CASES, **QUIET)
@given(questions, speeches, grants_on_file, policies)
def test_nothing_is_admitted_without_a_live_grant(q, said, grants, policy):
    """Admitted is exactly what the reference permits, and the records that an admission names are live grants."""
    by_id = {g.id: g for g in grants}
    found = decide(q, said, grants, policy)
    grants = as_if_of_this_series(q, grants, policy)

    assert [v.admitted for v in found.verdicts] == [speech_permitted(s, q, grants, policy, said) for s in said]
    sending = Spoken(q.now, q.now)
    assert {p: v.admitted for p, v in found.people.items()} == {
        p.id: permitted(p, sending, q, grants, policy) for p in q.meeting.roster.participants
    }
    for s, v in zip(said, found.verdicts, strict=True):
        words = s.spoken or Spoken(q.meeting.started_at, q.meeting.ended_at)
        assert v.admitted is (v.reason in (Reason.GRANTED, Reason.CLASS_DEFAULT))
        assert v.grants or not v.admitted or v.reason is Reason.CLASS_DEFAULT
        for g in (by_id[g] for g in v.grants if v.admitted):
            assert g.state is YES
            assert g.affirmative
            assert live(g, q, words)
            assert g.purpose == q.purpose or (g.purpose == "model_training" and q.may_train)


@settings(max_examples=max(CASES // 4, 100), **QUIET)
@given(questions, speeches, grants_on_file, policies, records, st.sampled_from(NO))
def test_a_no_more_never_admits_more(q, said, grants, policy, extra, state):
    before = decide(q, said, grants, policy)
    after = decide(q, said, [*grants, extra._replace(id="last", state=state)], policy)

    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        assert old.admitted or not new.admitted
    assert all(before.people[p].admitted or not after.people[p].admitted for p in before.people)


@settings(max_examples=max(CASES // 10, 100), **QUIET)
@given(questions, speeches, grants_on_file, policies, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(q, said, grants, policy, random):
    shuffled = random.sample(grants, len(grants))

    first, second = decide(q, said, grants, policy), decide(q, said, shuffled, policy)
    assert [v.admitted for v in first.verdicts] == [v.admitted for v in second.verdicts]


@settings(max_examples=max(CASES // 10, 100), **QUIET)
@given(questions, grants_on_file, policies, moments)
def test_a_no_of_ones_own_beyond_all_yeses_always_withholds(q, grants, policy, when):
    """However much is on file, a newest no over the organization withholds the person in every scope."""
    last = no(scope=Scope.ORG, purpose=q.purpose, recipient="*", recorded_at=at(900))
    found = decide(q, [Speech("p1", 1, when)], [*grants, last], policy)

    assert not found.verdicts[0].admitted
    assert not found.people["p1"].admitted


def test_the_generated_meetings_are_worth_it():
    """Enough of what is generated is admitted, or the properties above would hold of nothing."""
    admitted = total = 0

    @settings(max_examples=300, derandomize=True, database=None, **QUIET)
    @given(questions, speeches, grants_on_file, policies)
    def count(q, said, grants, policy):
        nonlocal admitted, total
        verdicts = decide(q, said, grants, policy).verdicts
        admitted += sum(v.admitted for v in verdicts)
        total += len(verdicts)

    count()
    assert 0.15 < admitted / total < 0.85
