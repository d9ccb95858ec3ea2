"""The people of one meeting with their records, asked speech by speech: a speaker, a room, or everybody present.

Which records can matter to a question, so that a store need not read the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, Scope
from proxy.consent.standing import Standing, people_within, standing, still_refused
from proxy.consent.verdicts import Question, Reason, Spoken, Verdict
from proxy.model import Meeting, Participant, ParticipantClass
from proxy.settings import ConsentSettings

TRAINING = "model_training"
_ROOM, _BOT = ParticipantClass.ROOM, ParticipantClass.BOT
_A_MOMENT = timedelta(microseconds=1)
_NOTHING = Standing((), Verdict(False, Reason.NO_GRANT))


class People:
    """Answers who may be heard at a time. Records are sorted, and each person's weighed, once for one question.

    `span` is the time from the first to the last word of the request, as far as known. `heard` has who said something
    in it, by id, and from when to when: whoever speaks is there, whatever the roster says of joining and leaving.
    """

    def __init__(
        self,
        question: Question,
        meeting: Meeting,
        grants: Sequence[ConsentRecord],
        policy: ConsentSettings,
        *,
        span: Spoken | None = None,
        heard: Mapping[str, Spoken] | None = None,
    ):
        self._question = question
        self.meeting = meeting
        self._policy = policy
        trains = question.may_train and question.purpose != TRAINING
        self._purposes = (question.purpose, TRAINING) if trains else (question.purpose,)
        self._records = _matching(question, self._purposes, meeting, grants, policy)
        self._standings: dict[str, Standing] = {}
        self._training: dict[str, Standing] = {}
        self._span = span
        self._heard = heard or {}
        self._throughout: dict[str, Verdict] | None = None
        self._in_common: dict[tuple[Spoken, bool], Verdict] = {}
        people = meeting.roster.participants
        self._people = [p for p in people_within(meeting) if p.participant_class is not _BOT]
        self.roster = {p.id: p for p in people}
        listed = Counter(p.id for p in people) if len(self.roster) < len(people) else {}
        self._twice = frozenset(participant for participant, count in listed.items() if count > 1)
        self._odd = self._twice.union(p.id for p in people if p.members or p.participant_class in (_ROOM, _BOT))

    def person(self, participant: Participant, words: Spoken) -> Verdict:
        """The verdict over one label: a person, or the people in a room. A bot is neither, whatever it granted."""
        if participant.id not in self._odd:
            return self._single(participant, words)
        if participant.id in self._twice:
            return Verdict(False, Reason.INCONSISTENT)
        if participant.participant_class is _BOT:
            return Verdict(False, Reason.BOT)
        return self._room(participant, words)

    def everybody(self, words: Spoken, *, timed: bool) -> Verdict:
        """The verdict over all people who were present, of a roster that is complete; of unknown times, all on it."""
        if (words, timed) not in self._in_common:
            self._in_common[words, timed] = self._everybody(words, timed)
        return self._in_common[words, timed]

    def _everybody(self, words: Spoken, timed: bool) -> Verdict:
        present = [p for p in self._people if not timed or _present(p, words, self._heard.get(p.id))]
        # An empty list of people would agree to anything.
        if not self.meeting.roster.complete or not present:
            return Verdict(False, Reason.ROSTER_INCOMPLETE)
        throughout = self._heard_throughout() if timed else {}
        return _all_of((throughout.get(p.id) or self.person(p, words) for p in present), Reason.NOT_ALL_GRANTED)

    def _heard_throughout(self) -> Mapping[str, Verdict]:
        """Who may be heard at any time of the request; so many cues need not ask again of so many people."""
        if self._throughout is None:
            asked = [(p.id, self.person(p, self._span)) for p in self.roster.values()] if self._span else []
            self._throughout = {person: verdict for person, verdict in asked if verdict.admitted}
        return self._throughout

    def _room(self, room: Participant, words: Spoken) -> Verdict:
        if room.id in self._question.objecting:
            return Verdict(False, Reason.SPOKEN_REFUSAL)
        for own in (self._weigh(room, purpose) for purpose in self._purposes):
            if own.refused:
                return own.otherwise
        if not room.members:
            # Who speaks is unknown, so a record in the room's own name is nobody's yes; only the default counts.
            verdict = self._weigh(room, self._question.purpose).verdict(words)
            by_default = verdict.reason is Reason.CLASS_DEFAULT and len(self._purposes) == 1
            return verdict if by_default else Verdict(False, Reason.ROOM_MEMBERS_UNKNOWN)
        members = [self.roster.get(member) for member in room.members]
        known = [m for m in members if m is not None and m.id not in self._odd]
        if len(known) < len(members):
            return Verdict(False, Reason.ROOM_MEMBERS_UNKNOWN)
        return _all_of((self._single(m, words) for m in known), Reason.ROOM_MEMBER_WITHHELD)

    def _single(self, participant: Participant, words: Spoken) -> Verdict:
        verdict = self._recorded(participant, words)
        if verdict.admitted and participant.id in self._question.objecting:
            return Verdict(False, Reason.SPOKEN_REFUSAL, verdict.grants)
        return verdict

    def _recorded(self, participant: Participant, words: Spoken) -> Verdict:
        held = self._standings.get(participant.id)
        if held is None:
            held = self._standings[participant.id] = self._weigh(participant, self._question.purpose)
        verdict = held.verdict(words)
        if not verdict.admitted or len(self._purposes) == 1:
            return verdict
        trained = self._training.get(participant.id)
        if trained is None:
            trained = self._training[participant.id] = self._weigh(participant, TRAINING)
        training = trained.verdict(words)
        if not training.admitted:
            return Verdict(False, Reason.TRAINING_NOT_GRANTED, training.grants)
        return Verdict(True, verdict.reason, verdict.grants + training.grants)

    def _weigh(self, participant: Participant, purpose: str) -> Standing:
        records = self._records[purpose].get(participant.id, ())
        # Nobody is trained on by default: a class default never stands in for a grant of training.
        defaults = self._policy.defaults
        default = bool(defaults) and purpose != TRAINING and defaults.get(participant.participant_class) == "admit"
        if not records and not default and not participant.minor:
            return _NOTHING
        return standing(records, self._question, self._policy, minor=participant.minor, default_admits=default)


def span_of(times: Iterable[Spoken]) -> Spoken | None:
    """The time from the first to the last of these words, and a moment more.

    Who may be heard over all of it may be heard over any part; the moment more is for words of no length at the
    very end, which a grant that ends with them does not cover.
    """
    known = list(times)
    if not known:
        return None
    return Spoken(min(words.start for words in known), max(words.until for words in known) + _A_MOMENT)


def _matching(
    question: Question,
    purposes: Collection[str],
    meeting: Meeting,
    grants: Sequence[ConsentRecord],
    policy: ConsentSettings,
) -> Mapping[str, Mapping[str, list[ConsentRecord]]]:
    """The records that speak about this question, by purpose and person; one pass.

    Of the series that the meeting was in before, those are the noes that still stand.
    """
    recipients = (question.recipient, ANY_RECIPIENT)
    reach = {Scope.MEETING: meeting.id, Scope.SERIES: meeting.series, Scope.ORG: question.organization}
    matching: dict[str, defaultdict[str, list[ConsentRecord]]] = {purpose: defaultdict(list) for purpose in purposes}
    earlier: defaultdict[tuple[str, str], list[ConsentRecord]] = defaultdict(list)
    for grant in grants:
        by_person = matching.get(grant.purpose)
        if by_person is None or grant.recipient not in recipients:
            continue
        if reach[grant.scope] == grant.scope_id:
            by_person[grant.participant].append(grant)
        elif grant.scope is Scope.SERIES and grant.scope_id in meeting.earlier_series:
            earlier[grant.purpose, grant.participant].append(grant)
    for (purpose, person), records in earlier.items():
        matching[purpose][person] += still_refused(records, question, policy)
    return matching


def _present(participant: Participant, words: Spoken, heard: Spoken | None) -> bool:
    """Whether somebody was there while the words were spoken; who is not known to have been away, was."""
    joined, left = participant.joined_at, participant.left_at
    if heard is not None and ((joined and joined > heard.start) or (left and left < heard.until)):
        return True  # what is on file of when they were there is wrong
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


class RecordQuery(NamedTuple):
    """Whose records, of which purposes, for whom (or for any recipient), of which scopes: all of them together.

    Within these nothing is left out, however old: a no that a later yes does not get past stands for ever.
    """

    people: tuple[str, ...]
    purposes: tuple[str, ...]
    recipient: str
    scopes: tuple[tuple[Scope, str], ...]


def relevant(question: Question) -> RecordQuery:
    """What `decide` weighs for this question; everything else changes nothing."""
    meeting = question.meeting
    scopes = [(Scope.ORG, question.organization)]
    if meeting is not None:
        scopes.append((Scope.MEETING, meeting.id))
        if meeting.series is not None:
            scopes.append((Scope.SERIES, meeting.series))
        scopes += [(Scope.SERIES, series) for series in meeting.earlier_series]
    return RecordQuery(
        people=tuple(person.id for person in meeting.roster.participants) if meeting is not None else (),
        purposes=tuple(dict.fromkeys([question.purpose, *([TRAINING] if question.may_train else [])])),
        recipient=question.recipient,
        scopes=tuple(scopes),
    )
