"""Meetings as they happen, step by step: people say yes and no, are renamed, come and go, terms change, time passes.

After every step the decision over all that was said so far has to agree with `plain_reference`, a statement of the
rules that replays the same history in another way. EXAMPLES sets how many histories are generated.
"""

from __future__ import annotations

from consent.consent_cases import at
from consent.plain_reference import Act, Rules, Someone, Words, World
from harness.invented import invented
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from proxy.consent.decide import Question, Reason, Speech, Spoken, decide
from proxy.consent.in_force import counting, refuses
from proxy.consent.recordable import check_recordable
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.errors import ClientFault
from proxy.model import Custody, Meeting, Participant, ParticipantClass, Roster
from proxy.settings import ConsentSettings

CASES = invented(300)
STEPS = 30
PLACES = {"meeting": "m1", "series": "weekly", "org": "org"}
NAMES = ["Ann", "Bo", "Cy", "Dee", "Ann (home)", "iPhone"]
HOST = "host"
GUARDIANS = ("parent", "other-parent")
who = st.sampled_from(["ann", "ann", "bo", "bo", "kid", "caller", "room"])
scope = st.sampled_from(["meeting", "series", "org"])
purpose = st.sampled_from(["summary", "summary", "summary", "model_training"])
recipient = st.sampled_from(["acme", "acme", "*", "other"])


class MeetingUnderWay(RuleBasedStateMachine):
    """The product's records and roster, and the reference's world, grown side by side."""

    decisions = admissions = 0

    def __init__(self) -> None:
        super().__init__()
        self.grants: list[ConsentRecord] = []
        self.said: list[Words] = []

    @initialize(
        quorum=st.sampled_from(["per_speaker", "per_speaker", "all_speakers", "all_present"]),
        reconsent=st.sampled_from(["all", "all", (), ("model_training",)]),
        on_behalf=st.sampled_from([False, False, True]),
        listed=st.sampled_from([True, True, True, False]),
        guardians=st.sampled_from([(), (), GUARDIANS, GUARDIANS[:1]]),
        custody=st.sampled_from(list(Custody)),
        agreed=st.sampled_from([(), ("ann",), *[("ann", "bo", "caller", "kid")] * 4]),
    )
    def open_meeting(self, quorum, reconsent, on_behalf, listed, guardians, custody, agreed) -> None:
        self.policy = ConsentSettings(
            min_retained_ratio=0, quorum={"summary": quorum}, reconsent_on_change=reconsent, on_behalf=on_behalf
        )
        people = [
            Someone("ann", "Ann"),
            Someone("bo", "Bo"),
            Someone("kid", "Kid", minor=True, guardians=guardians, each_guardian=custody is Custody.EACH),
            Someone("caller", "+49 30 0000", {"Caller"}),
            Someone("room", "Room 7", members=("ann", "bo")),
        ]
        self.world = World(
            Rules(quorum, reconsent, on_behalf), {p.key: p for p in people}, everybody_listed=listed, now=-60
        )
        for person in agreed:
            for purpose in ("summary", "model_training"):
                self._record("yes", person, person, "org", purpose, "acme", guardian=person == "kid")
        self.world.now = 0

    # --- what people do ---------------------------------------------------------------------------

    @rule(
        who=who,
        scope=scope,
        purpose=purpose,
        to=recipient,
        lasts=st.sampled_from([None, None, None, 3, 20]),
        earlier=st.booleans(),
        by=st.sampled_from(["self", "self", "self", *GUARDIANS, HOST]),
    )
    def say_yes(self, who, scope, purpose, to, lasts, earlier, by) -> None:
        self._record("yes", who, who if by == "self" else by, scope, purpose, to, lasts, earlier, by in GUARDIANS)

    @precondition(lambda self: len(self.grants) > 8)
    @rule(
        who=who,
        scope=scope,
        purpose=purpose,
        to=recipient,
        withdrawn=st.booleans(),
        by=st.sampled_from(["self", "self", *GUARDIANS, HOST, HOST]),
    )
    def say_no(self, who, scope, purpose, to, withdrawn, by) -> None:
        guardian = by in GUARDIANS and self.world.people[who].minor
        by = who if by == "self" or (by in GUARDIANS and not guardian) else by
        self._record("no", who, by, scope, purpose, to, guardian=guardian, withdrawn=withdrawn)

    @precondition(lambda self: self.grants)
    @rule(back=st.sampled_from([0, 0, 1, 5]))
    def withdraw_what_was_given(self, back) -> None:
        given = [g for g in self.grants if g.state is ConsentState.GRANTED][-1 - back :][:1]
        for g in given:
            self._record("no", g.participant, g.participant, g.scope.value, g.purpose, g.recipient, withdrawn=True)

    @rule(who=who, name=st.sampled_from(NAMES), keep_old=st.booleans())
    def rename(self, who, name, keep_old) -> None:
        someone = self.world.people[who]
        someone.other_labels = someone.other_labels | {someone.label} if keep_old else set()
        someone.label = name

    @rule(who=who)
    def join(self, who) -> None:
        self.world.people[who].joined, self.world.people[who].left = self._tick(), None

    @rule(who=who)
    def leave(self, who) -> None:
        self.world.people[who].left = self._tick()

    @rule(really=st.sampled_from([False, False, False, True]))
    def terms_change(self, really) -> None:
        self.world.terms += really

    @rule(minutes=st.sampled_from([1, 5, 25]))
    def time_passes(self, minutes) -> None:
        self.world.now += minutes

    @precondition(lambda self: len(self.said) < 8)
    @rule(who=who, how=st.sampled_from(["claimed", "claimed", "claimed", "unclaimed", "stranger"]), long=st.booleans())
    def speak(self, who, how, long) -> None:
        label = {"claimed": self.world.people[who].label, "unclaimed": None, "stranger": "Speaker 9"}[how]
        start = self._tick()
        self.world.now += 4 if long else 0
        self.said.append(Words(label, start, self.world.now))

    # --- what has to hold -------------------------------------------------------------------------

    @invariant()
    def the_decision_agrees_with_the_reference(self) -> None:
        if not hasattr(self, "world"):
            return
        roster = Roster(tuple(self._participant(p) for p in self.world.people.values()), self.world.everybody_listed)
        resolved = [roster.resolve(w.label) if w.label else None for w in self.said]
        speeches = [
            Speech(p.id if p else None, 10, Spoken(at(w.start), at(w.end)), unattributed=w.label is None)
            for w, p in zip(self.said, resolved, strict=True)
        ]
        live = {g.id: g for g in self.grants}
        in_force = {g.id for g in self._in_force()}
        for may_train in (False, True):
            purposes = ["summary", "model_training"] if may_train else ["summary"]
            found = decide(self._question(roster, may_train), speeches, self.grants, self.policy)
            leaves, refused = self.world.answer(self.said, purposes, "acme")

            assert [v.admitted for v in found.verdicts] == leaves
            assert (found.refusal is not None) is refused
            for who, verdict in found.people.items():
                if verdict.reason in (Reason.DENIED, Reason.WITHDRAWN):
                    assert refuses(self._of(who), self.policy, minor=who == "kid", now=at(self.world.now))
            for words, verdict in zip(self.said, found.verdicts, strict=True):
                type(self).decisions += 1
                if verdict.admitted:
                    type(self).admissions += 1
                    assert in_force.issuperset(verdict.grants), "what somebody is heard by is in force"
                    self._is_covered(words, purposes, verdict, live)

    def _of(self, who) -> list[ConsentRecord]:
        return [g for g in self.grants if g.participant == who]

    def _in_force(self) -> list[ConsentRecord]:
        people = self.world.people.values()
        return [
            grant
            for person in people
            for grant in counting(self._of(person.key), self.policy, minor=person.minor, now=at(self.world.now))
        ]

    def _is_covered(self, words, purposes, verdict, live) -> None:
        """An admission rests on live grants of everybody who was heard, for each purpose, and names them."""
        assert verdict.reason is Reason.GRANTED
        there = self.world.present(words.start, words.end, self.said)
        heard = there if words.label is None else [self.world.speaker(words.label)]
        persons = {m for key in heard for m in (self.world.people[key].members or (key,))}
        acts = {
            yes.key
            for person in persons
            for purpose in purposes
            for yes in self.world.live_yeses(person, purpose, "acme", words.start, words.end)
        }
        named = set(verdict.grants)
        assert {(live[key].participant, live[key].purpose) for key in named} == {
            (person, purpose) for person in persons for purpose in purposes
        }
        if words.label is not None:
            assert named == acts

    def teardown(self) -> None:
        ids = [g.id for g in self.grants]
        assert len(ids) == len(set(ids))

    # --- below ------------------------------------------------------------------------------------

    def _tick(self) -> int:
        self.world.now += 1
        return self.world.now

    def _record(
        self, says, who, by, scope, purpose, to, lasts=None, earlier=False, guardian=False, withdrawn=False
    ) -> None:
        when = self._tick()
        guardian_by = "parent" if guardian and by == who else by
        grant = ConsentRecord(
            id=f"g{len(self.grants)}",
            participant=who,
            scope=Scope(scope),
            scope_id=PLACES[scope],
            purpose=purpose,
            recipient=to,
            terms_version=f"v{self.world.terms}",
            state=ConsentState.GRANTED
            if says == "yes"
            else ConsentState.WITHDRAWN
            if withdrawn
            else ConsentState.DENIED,
            valid_from=at(when),
            valid_until=None if lasts is None else at(when + lasts),
            method="explicit_click",
            affirmative=True,
            actor=guardian_by,
            recorded_at=at(when),
            covers_earlier=earlier,
            guardian=guardian,
        )
        try:
            check_recordable(grant, self.policy, person_is_actor=grant.actor == who)
        except ClientFault as fault:
            assert fault.reason == "on_behalf"
            assert by == HOST
            return
        self.grants.append(grant)
        ends = None if lasts is None else when + lasts
        self.world.acts.append(
            Act(grant.id, when, who, guardian_by, says, purpose, scope, to, self.world.terms, ends, earlier, guardian)
        )

    @staticmethod
    def _participant(someone: Someone) -> Participant:
        return Participant(
            id=someone.key,
            name=someone.label,
            aliases=tuple(sorted(someone.other_labels)),
            participant_class=ParticipantClass.ROOM if someone.members else ParticipantClass.GUEST,
            minor=someone.minor,
            guardians=someone.guardians,
            custody=Custody.EACH if someone.each_guardian else Custody.ONE,
            members=someone.members,
            joined_at=None if someone.joined is None else at(someone.joined),
            left_at=None if someone.left is None else at(someone.left),
        )

    def _question(self, roster: Roster, may_train: bool) -> Question:
        return Question(
            organization="org",
            purpose="summary",
            recipient="acme",
            terms_version=f"v{self.world.terms}",
            may_train=may_train,
            route_enabled=True,
            purpose_allowed=True,
            meeting=Meeting("m1", at(0), None, "weekly", roster),
            now=at(self.world.now),
        )


MeetingUnderWay.TestCase.settings = settings(
    max_examples=CASES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
)
TestMeetingUnderWay = MeetingUnderWay.TestCase


def test_the_generated_histories_are_worth_it():
    """Enough is admitted and enough is not, or the agreement above would be of nothing."""

    class Counted(MeetingUnderWay):
        decisions = admissions = 0  # of its own: the machine above has counted what chance gave it

    case = Counted.TestCase
    case.settings = settings(
        max_examples=60, stateful_step_count=STEPS, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    case("runTest").runTest()

    assert Counted.decisions > 1000
    assert 0.05 < Counted.admissions / Counted.decisions < 0.9
