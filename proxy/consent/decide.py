"""The decision: whose words may leave, for one request. Pure, total, and closed on any doubt.

The order, first match wins, is in ``docs/policy.md``; `standing` weighs the records of one person, this module
asks for the right people: a speaker, everybody behind a room's microphone, or everybody present.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from proxy.consent.grants import ANY_RECIPIENT, Grant, Scope
from proxy.consent.standing import Standing, standing
from proxy.consent.verdicts import CLOCK_SKEW, Decision, Question, Reason, Speech, Spoken, Verdict
from proxy.model import Meeting, Participant, ParticipantClass
from proxy.settings import ConsentSettings

__all__ = ["Decision", "Question", "Reason", "Speech", "Spoken", "Verdict", "decide"]

TRAINING = "model_training"


def decide(
    question: Question, speeches: Sequence[Speech], grants: Sequence[Grant], policy: ConsentSettings
) -> Decision:
    """Decide over every speech and everybody on the roster; `grants` are all records of these people."""
    closed = _closed(question)
    meeting = question.meeting
    if closed is not None or meeting is None:
        withheld = Verdict(False, closed or Reason.UNBOUND)
        people = dict.fromkeys((p.id for p in meeting.roster.participants) if meeting else (), withheld)
        verdicts = (withheld,) * len(speeches)
        return Decision(verdicts, people, closed or _too_little(speeches, verdicts, policy))
    asked = _People(question, meeting, grants, policy)
    verdicts = tuple(_over(speech, asked, question, meeting) for speech in speeches)
    sending = Spoken(question.now, question.now)
    people = {p.id: asked.person(p, sending) for p in meeting.roster.participants}
    return Decision(verdicts, people, _too_little(speeches, verdicts, policy))


def _closed(question: Question) -> Reason | None:
    if not question.route_enabled:
        return Reason.ROUTE_DISABLED
    return None if question.purpose_allowed else Reason.PURPOSE_NOT_ALLOWED


def _too_little(speeches: Sequence[Speech], verdicts: Sequence[Verdict], policy: ConsentSettings) -> Reason | None:
    """Whether too small a share of the speech remains, in characters, for an answer that does not mislead."""
    total = sum(s.characters for s in speeches)
    kept = sum(s.characters for s, v in zip(speeches, verdicts, strict=True) if v.admitted)
    return Reason.TOO_LITTLE_RETAINED if total > 0 and kept / total < policy.min_retained_ratio else None


def _over(speech: Speech, asked: _People, question: Question, meeting: Meeting) -> Verdict:
    words = _words(speech, question, meeting)
    if words is None or (speech.unattributed and speech.participant is not None):
        return Verdict(False, Reason.INCONSISTENT)
    if speech.unattributed:
        return asked.everybody(words, timed=speech.spoken is not None)
    participant = asked.roster.get(speech.participant) if speech.participant is not None else None
    if participant is None:
        return Verdict(False, Reason.UNKNOWN_SPEAKER)
    return asked.person(participant, words)


def _words(speech: Speech, question: Question, meeting: Meeting) -> Spoken | None:
    """When the words were spoken; of unknown words, the whole meeting so far. None: this cannot be."""
    if speech.spoken is not None:
        words, latest = speech.spoken, question.now + CLOCK_SKEW
    else:
        words, latest = Spoken(meeting.started_at, meeting.ended_at or question.now), question.now
    if words.start.tzinfo is None or words.until.tzinfo is None:
        return None
    if speech.spoken is None:
        words = Spoken(words.start, min(words.until, question.now))
    return words if words.start <= words.until <= latest else None


class _People:
    """The people of one meeting with their records, sorted once; asked speech by speech."""

    def __init__(self, question: Question, meeting: Meeting, grants: Sequence[Grant], policy: ConsentSettings):
        self._question = question
        self._meeting = meeting
        self._policy = policy
        trains = question.may_train and question.purpose != TRAINING
        self._purposes = (question.purpose, TRAINING) if trains else (question.purpose,)
        self._records = _matching(question, self._purposes, meeting, grants)
        self._standings: dict[tuple[str, str], Standing] = {}
        listed = Counter(p.id for p in meeting.roster.participants)
        self._twice = frozenset(participant for participant, count in listed.items() if count > 1)
        self._in_common: dict[tuple[Spoken, bool], Verdict] = {}
        self.roster = {p.id: p for p in meeting.roster.participants}

    def person(self, participant: Participant, words: Spoken) -> Verdict:
        """The verdict over one label: a person, or the people in a room."""
        if participant.id in self._twice:
            return Verdict(False, Reason.INCONSISTENT)
        if _is_room(participant):
            return self._room(participant, words)
        return self._single(participant, words)

    def everybody(self, words: Spoken, *, timed: bool) -> Verdict:
        """The verdict over words that no speaker claims: all who were present, of a roster that is complete."""
        if (words, timed) not in self._in_common:
            self._in_common[words, timed] = self._everybody(words, timed)
        return self._in_common[words, timed]

    def _everybody(self, words: Spoken, timed: bool) -> Verdict:
        people = self._meeting.roster.participants
        present = [p for p in people if not timed or _present(p, words)]
        # An empty list of people would agree to anything.
        if not self._meeting.roster.complete or not present:
            return Verdict(False, Reason.ROSTER_INCOMPLETE)
        return _all_of((self.person(p, words) for p in present), Reason.NOT_ALL_GRANTED)

    def _room(self, room: Participant, words: Spoken) -> Verdict:
        for own in (self._standing(room, purpose) for purpose in self._purposes):
            if own.refused:
                return own.otherwise
        if not room.members:
            # Who speaks is unknown, so a record in the room's own name is nobody's yes; only the default counts.
            verdict = self._standing(room, self._question.purpose).verdict(words)
            by_default = verdict.reason is Reason.CLASS_DEFAULT and len(self._purposes) == 1
            return verdict if by_default else Verdict(False, Reason.ROOM_MEMBERS_UNKNOWN)
        members = [self.roster.get(member) for member in room.members]
        known = [m for m in members if m is not None and m.id not in self._twice and not _is_room(m)]
        if len(known) < len(members):
            return Verdict(False, Reason.ROOM_MEMBERS_UNKNOWN)
        return _all_of((self._single(m, words) for m in known), Reason.ROOM_MEMBER_WITHHELD)

    def _single(self, participant: Participant, words: Spoken) -> Verdict:
        verdict, *training = (self._standing(participant, purpose).verdict(words) for purpose in self._purposes)
        if not verdict.admitted or not training:
            return verdict
        if not training[0].admitted:
            return Verdict(False, Reason.TRAINING_NOT_GRANTED, training[0].grants)
        return Verdict(True, verdict.reason, verdict.grants + training[0].grants)

    def _standing(self, participant: Participant, purpose: str) -> Standing:
        key = (participant.id, purpose)
        if key not in self._standings:
            # Nobody is trained on by default: a class default never stands in for a grant of training.
            default = purpose != TRAINING and self._policy.defaults.get(participant.participant_class) == "admit"
            self._standings[key] = standing(
                self._records.get(key, ()),
                self._question,
                self._policy,
                minor=participant.minor,
                default_admits=default,
            )
        return self._standings[key]


def _matching(
    question: Question, purposes: Collection[str], meeting: Meeting, grants: Sequence[Grant]
) -> Mapping[tuple[str, str], list[Grant]]:
    """The records that speak about this question, by person and purpose; one pass."""
    recipients = (question.recipient, ANY_RECIPIENT)
    reach = {Scope.MEETING: meeting.id, Scope.SERIES: meeting.series, Scope.ORG: question.organization}
    matching: defaultdict[tuple[str, str], list[Grant]] = defaultdict(list)
    for grant in grants:
        if grant.purpose in purposes and grant.recipient in recipients and reach[grant.scope] == grant.scope_id:
            matching[grant.participant, grant.purpose].append(grant)
    return matching


def _is_room(participant: Participant) -> bool:
    return bool(participant.members) or participant.participant_class is ParticipantClass.ROOM


def _present(participant: Participant, words: Spoken) -> bool:
    """Whether somebody was there while the words were spoken; who is not known to have been away, was."""
    joined, left = participant.joined_at, participant.left_at
    if (joined and joined.tzinfo is None) or (left and left.tzinfo is None) or (joined and left and left < joined):
        return True
    return not (joined is not None and joined > words.until) and not (left is not None and left < words.start)


def _all_of(verdicts: Iterable[Verdict], otherwise: Reason) -> Verdict:
    """Admitted if all are; else withheld, with the records that decided over the first who is not."""
    reason, grants = Reason.GRANTED, list[str]()
    for verdict in verdicts:
        if not verdict.admitted:
            return Verdict(False, otherwise, verdict.grants)
        if verdict.reason is Reason.CLASS_DEFAULT:
            reason = Reason.CLASS_DEFAULT
        grants += verdict.grants
    return Verdict(True, reason, tuple(grants))
