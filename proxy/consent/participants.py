"""The people of one meeting with their records, asked for each speech: a speaker, a room, or everybody present.

`relevant` says which records can matter to a question, so that a store need not read the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

from proxy.consent.custody import guardians_of, lacking, standing
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, Scope
from proxy.consent.standing import Standing, earliest_start, people_within, still_refused
from proxy.consent.verdicts import Question, Reason, Spoken, Verdict
from proxy.model import Meeting, Participant, ParticipantClass
from proxy.settings import ConsentSettings

TRAINING = "model_training"
_ROOM, _BOT = ParticipantClass.ROOM, ParticipantClass.BOT
_A_MOMENT = timedelta(microseconds=1)
_NOTHING = Standing((), Verdict(False, Reason.NO_GRANT))


class People:
    """Answers who may be heard at a time. Sorts the records and weighs each person's once for one question.

    `span` is the time from the first to the last word of the request, as far as known. `heard` maps the id of each
    speaker in it to the time they are heard: a speaker is present, whatever the roster says of joining and leaving.
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
        self._on_since = earliest_start(meeting, question.now)
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
        """Return the verdict over one label: a person, or the people in a room. A bot is always withheld."""
        if participant.id not in self._odd:
            return self._single(participant, words)
        if participant.id in self._twice:
            return Verdict(False, Reason.INCONSISTENT)
        if participant.participant_class is _BOT:
            return Verdict(False, Reason.BOT)
        return self._room(participant, words)

    def words_since(self, participant: Participant) -> datetime | None:
        """From when on the words of somebody who may be heard count; None: from any time on."""
        people = [self.roster[each] for each in participant.members if each in self.roster] or [participant]
        bounds: list[datetime] = []
        for person, purpose in product(people, self._purposes):
            starts = [yes.since for yes in self._weigh(person, purpose).permitted]
            if starts and None not in starts:
                bounds.append(min(start for start in starts if start is not None))
        return max(bounds, default=None)

    def guardians_lacking(self, participant: Participant) -> tuple[str, ...]:
        """The guardians on file without whose yes this minor is not heard now, and who have not given it."""
        if not participant.minor:
            return ()
        guardians = guardians_of(participant, self._policy)
        asked = [self._records[purpose].get(participant.id, ()) for purpose in self._purposes]
        missing = {who for records in asked for who in lacking(records, self._question, self._policy, guardians)}
        return tuple(who for who in guardians.ids if who in missing)

    def everybody(self, words: Spoken, *, timed: bool) -> Verdict:
        """The verdict over everybody present, if the roster is complete; without known times, over everybody on it."""
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
        """The people who may be heard at any time of the request, so that many cues need not ask many people again."""
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
            # Nobody knows who speaks, so a record in the room's own name grants nothing; only the default counts.
            verdict = self._weigh(room, self._question.purpose).verdict(words, self._on_since)
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
        verdict = held.verdict(words, self._on_since)
        if not verdict.admitted or len(self._purposes) == 1:
            return verdict
        trained = self._training.get(participant.id)
        if trained is None:
            trained = self._training[participant.id] = self._weigh(participant, TRAINING)
        training = trained.verdict(words, self._on_since)
        if not training.admitted:
            return Verdict(False, Reason.TRAINING_NOT_GRANTED, training.grants)
        return Verdict(True, verdict.reason, verdict.grants + training.grants)

    def _weigh(self, participant: Participant, purpose: str) -> Standing:
        records = self._records[purpose].get(participant.id, ())
        # Training is never granted by default: a class default does not replace a grant for it.
        defaults = self._policy.defaults
        default = bool(defaults) and purpose != TRAINING and defaults.get(participant.participant_class) == "admit"
        if not records and not default and not participant.minor:
            return _NOTHING
        asked = participant.id in self._question.asked
        return standing(
            records,
            self._question,
            self._policy,
            minor=participant.minor,
            default_admits=default,
            asked=asked,
            guardians=guardians_of(participant, self._policy),
        )


def span_of(times: Iterable[Spoken]) -> Spoken | None:
    """The time from the first to the last of these words, extended by a moment.

    Who may be heard over all of it may be heard over any part of it. The extra moment is for words of zero length at
    the very end, which a grant that ends there does not cover.
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
    """Return the records that match the question, by purpose and person, in one pass.

    From series that the meeting belonged to before, only refusals that still stand match.
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
    """Whether somebody was present while the words were spoken; they were unless known to have been absent."""
    joined, left = participant.joined_at, participant.left_at
    if heard is not None and ((joined and joined > heard.start) or (left and left < heard.until)):
        return True  # the recorded times of presence are wrong
    if (joined and joined.tzinfo is None) or (left and left.tzinfo is None) or (joined and left and left < joined):
        return True
    return not (joined is not None and joined > words.until) and not (left is not None and left < words.start)


def _all_of(verdicts: Iterable[Verdict], otherwise: Reason) -> Verdict:
    """Admit if all verdicts admit; otherwise withhold, with the records behind the first that does not."""
    reason, grants = Reason.GRANTED, list[str]()
    for verdict in verdicts:
        if not verdict.admitted:
            return Verdict(False, otherwise, verdict.grants)
        if verdict.reason is Reason.CLASS_DEFAULT:
            reason = Reason.CLASS_DEFAULT
        grants += verdict.grants
    return Verdict(True, reason, tuple(grants))


class RecordQuery(NamedTuple):
    """The records to read: of these people and purposes, for this recipient or any recipient, in these scopes.

    No record within these is left out, however old: a refusal that no later grant overrides stands for ever.
    """

    people: tuple[str, ...]
    purposes: tuple[str, ...]
    recipient: str
    scopes: tuple[tuple[Scope, str], ...]


def relevant(question: Question) -> RecordQuery:
    """Return what `decide` weighs for this question; other records have no effect."""
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
