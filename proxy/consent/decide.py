"""Decides whose words may leave in one request. Pure and total; any doubt withholds.

``docs/policy.md`` gives the order of the rules; the first match wins. This module decides over speech and over the
request as a whole; `participants` asks the right people, and `standing` weighs the records of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from proxy.consent.participants import People, span_of
from proxy.consent.records import ConsentRecord
from proxy.consent.standing import is_outside, latest_end
from proxy.consent.verdicts import CLOCK_SKEW, Decision, Question, Reason, Refusing, Speech, Spoken, Verdict
from proxy.model import Meeting
from proxy.settings import ConsentSettings

__all__ = ["Decision", "Question", "Reason", "Speech", "Spoken", "Verdict", "decide", "retained"]


_STRANGERS = 1.5
"""How much unknown speakers may weigh in a request, relative to everything that others say in it."""


def decide(
    question: Question, speeches: Sequence[Speech], grants: Sequence[ConsentRecord], policy: ConsentSettings
) -> Decision:
    """Decide over each speech and each participant of the roster. `grants` are the participants' records.

    Records of other people, purposes, recipients and scopes may be among them; they have no effect.
    """
    closed = _closed(question, policy)
    meeting = question.meeting
    if closed is not None or meeting is None:
        withheld = Verdict(False, closed or Reason.UNBOUND)
        people = dict.fromkeys((p.id for p in meeting.roster.participants) if meeting else (), withheld)
        verdicts = tuple(
            _withheld(speech, [(part, withheld) for part in _parts(speech)], withheld) for speech in speeches
        )
        refusal = (closed, ()) if closed else _refused(question, speeches, verdicts, policy)
        return Decision(verdicts, people, *refusal)
    heard = [_timed(speech, question, meeting) for speech in speeches]
    spoken = (part.words for one in heard for part in one.parts)
    span = span_of(words for words in spoken if words is not None)
    asked = People(question, meeting, grants, policy, span=span, heard=_when_heard(heard))
    verdicts = _without_strangers(heard, [_over(one, asked) for one in heard])
    if policy.quorum_of(question.purpose) == "all_present":
        verdicts = _with_all_present(heard, verdicts, asked)
    sending = Spoken(question.now, question.now)
    people = {p.id: asked.person(p, sending) for p in meeting.roster.participants}
    decided = {record for verdict in verdicts for record in verdict.grants}
    decided |= {record for verdict in verdicts for each in verdict.refusing for record in each.grants}
    whose = {grant.id: grant.participant for grant in grants if grant.id in decided}
    return Decision(verdicts, people, *_refused(question, speeches, verdicts, policy), whose)


def heard_from(question: Question, grants: Sequence[ConsentRecord], policy: ConsentSettings) -> Mapping[str, datetime]:
    """From when on words of participants count who may be heard at the time of sending, where that is not all along.

    What they said in this meeting before their yes is withheld, unless it covers earlier words.
    """
    meeting = question.meeting
    if meeting is None or _closed(question, policy) is not None:
        return {}
    asked, sending = People(question, meeting, grants, policy), Spoken(question.now, question.now)
    heard = [person for person in meeting.roster.participants if asked.person(person, sending).admitted]
    since = {person.id: asked.words_since(person) for person in heard}
    return {who: at for who, at in since.items() if at is not None and at > meeting.started_at}


def guardians_lacking(
    question: Question, grants: Sequence[ConsentRecord], policy: ConsentSettings
) -> Mapping[str, tuple[str, ...]]:
    """Of each minor who is not heard for want of a guardian's yes, the guardians on file who have not given it, by id.

    A minor of whom no guardian is on file is not among them.
    """
    if question.meeting is None:
        return {}
    asked = People(question, question.meeting, grants, policy)
    found = {person.id: asked.guardians_lacking(person) for person in question.meeting.roster.participants}
    return {who: missing for who, missing in found.items() if missing}


def _closed(question: Question, policy: ConsentSettings) -> Reason | None:
    """Why nothing may be sent, whoever granted what: because of the route, or of the recipient's terms."""
    if not question.route_enabled:
        return Reason.ROUTE_DISABLED
    if not question.purpose_allowed:
        return Reason.PURPOSE_NOT_ALLOWED
    regions = policy.recipients.regions
    if regions is not None and question.region not in regions:
        return Reason.REGION_NOT_ALLOWED
    longest = policy.max_retention_days(question.purpose)
    if longest is not None and (question.retention_days is None or question.retention_days > longest):
        return Reason.RETENTION_EXCEEDS_POLICY
    return None


class _Timed(NamedTuple):
    """Speech with the time of its words (None: an impossible time) and, if it is derived, the speech it rests on."""

    speech: Speech
    words: Spoken | None
    rests_on: tuple[_Timed, ...] | None

    @property
    def parts(self) -> Iterator[_Timed]:
        """As `_parts`."""
        if self.rests_on is None:
            yield self
        for one in self.rests_on or ():
            yield from one.parts


def _timed(speech: Speech, question: Question, meeting: Meeting) -> _Timed:
    rests_on = speech.rests_on
    sources = tuple(_timed(one, question, meeting) for one in rests_on) if rests_on is not None else None
    return _Timed(speech, _words(speech, question, meeting), sources)


def _when_heard(heard: Iterable[_Timed]) -> dict[str, Spoken]:
    """For each participant, the time from their first to their last utterance of known time."""
    found: dict[str, Spoken] = {}
    for one in (part for each in heard for part in each.parts):
        person, words = one.speech.participant, one.words
        if person is not None and words is not None and one.speech.spoken is not None:
            known = found.get(person, words)
            found[person] = Spoken(min(known.start, words.start), max(known.until, words.until))
    return found


def _over(one: _Timed, asked: People) -> Verdict:
    speech, words = one.speech, one.words
    if one.rests_on is not None:
        return _of_parts(speech, [(part.speech, _over(part, asked)) for part in one.parts])
    if words is None or (speech.unattributed and speech.participant is not None):
        return Verdict(False, Reason.INCONSISTENT)
    participant = asked.roster.get(speech.participant) if speech.participant is not None else None
    if participant is None and not speech.unattributed:
        return Verdict(False, Reason.UNKNOWN_SPEAKER)
    if speech.spoken is not None and is_outside(words, asked.meeting):
        return Verdict(False, Reason.OUTSIDE_MEETING)
    if participant is None:
        return asked.everybody(words, timed=speech.spoken is not None)
    return asked.person(participant, words)


def _parts(speech: Speech) -> Iterator[Speech]:
    """The speech of participants: this one, or everything it rests on."""
    if speech.rests_on is None:
        yield speech
    for one in speech.rests_on or ():
        yield from _parts(one)


def _of_parts(speech: Speech, verdicts: Sequence[tuple[Speech, Verdict]]) -> Verdict:
    """The verdict over speech from those over its parts: the first refusal, with all who refuse, or all grants."""
    refused = [(part, verdict) for part, verdict in verdicts if not verdict.admitted]
    if refused:
        return _withheld(speech, refused, refused[0][1])
    return (
        verdicts[0][1] if len(verdicts) == 1 else Verdict(True, Reason.GRANTED, _records(each for _, each in verdicts))
    )


def _withheld(speech: Speech, refused: Iterable[tuple[Speech, Verdict]], verdict: Verdict) -> Verdict:
    """The verdict that withholds speech; of text that was given back it names those because of whose words."""
    if speech.rests_on is None:
        return verdict
    people: dict[str | None, Refusing] = {}
    for part, each in refused:
        people.setdefault(part.participant, Refusing(part.participant, each.reason, each.grants))
    return verdict._replace(refusing=tuple(people.values()))


def _without_strangers(heard: Sequence[_Timed], verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Withhold unattributed speech if any speaker is unknown: the roster is incomplete, and they may have said it."""
    if all(verdict.reason is not Reason.UNKNOWN_SPEAKER for verdict in verdicts):
        return tuple(verdicts)
    incomplete = Verdict(False, Reason.ROSTER_INCOMPLETE)
    return tuple(
        _of_parts(
            one.speech, [(part.speech, incomplete if part.speech.unattributed else verdict) for part in one.parts]
        )
        if verdict.admitted
        else verdict
        for one, verdict in zip(heard, verdicts, strict=True)
    )


def _words(speech: Speech, question: Question, meeting: Meeting) -> Spoken | None:
    """The time of the words; if unknown, the whole meeting so far. None: the time is impossible."""
    if speech.spoken is not None:
        words, latest = speech.spoken, question.now + CLOCK_SKEW
    else:
        words, latest = Spoken(meeting.started_at, latest_end(meeting)), question.now
    if words.start.tzinfo is None or words.until.tzinfo is None:
        return None
    if speech.spoken is None:
        words = Spoken(words.start, min(words.until, question.now))
    elif speech.unended:
        end = latest_end(meeting)
        if end.tzinfo is None:
            return None
        words = Spoken(words.start, max(words.start, min(end, question.now)))
    return words if words.start <= words.until <= latest else None


def _with_all_present(heard: Iterable[_Timed], verdicts: Sequence[Verdict], asked: People) -> tuple[Verdict, ...]:
    """Withhold admitted words unless everybody who was present while they were spoken may be heard.

    An unknown speaker shows that the roster is incomplete, and nobody can tell since when.
    """
    stranger = any(verdict.reason is Reason.UNKNOWN_SPEAKER for verdict in verdicts)
    return tuple(
        _of_parts(one.speech, [(part.speech, _joint(verdict, part, asked, stranger)) for part in one.parts])
        if verdict.admitted
        else verdict
        for one, verdict in zip(heard, verdicts, strict=True)
    )


def _joint(verdict: Verdict, one: _Timed, asked: People, stranger: bool) -> Verdict:
    if one.words is None:
        return verdict
    if stranger:
        return Verdict(False, Reason.ROSTER_INCOMPLETE)
    common = asked.everybody(one.words, timed=one.speech.spoken is not None)
    if common.admitted:
        return verdict
    missing = common.reason is Reason.ROSTER_INCOMPLETE
    return Verdict(False, common.reason if missing else Reason.QUORUM_ALL_PRESENT, common.grants)


def _refused(
    question: Question, speeches: Sequence[Speech], verdicts: Sequence[Verdict], policy: ConsentSettings
) -> tuple[Reason | None, tuple[str, ...]]:
    """Why the whole request is refused although some words may leave, and the records that decided it.

    Bots do not count while people speak; otherwise a bot's announcement would refuse every request.
    """
    of_people = [at for at, verdict in enumerate(verdicts) if verdict.reason is not Reason.BOT]
    if of_people:
        speeches, verdicts = [speeches[at] for at in of_people], [verdicts[at] for at in of_people]
    withheld = [verdict for verdict in verdicts if not verdict.admitted]
    quorum = policy.quorum_of(question.purpose)
    if quorum == "all_speakers" and withheld:
        return Reason.QUORUM_ALL_SPEAKERS, _records(withheld)
    if quorum == "all_present" and withheld and len(withheld) == len(verdicts):
        return Reason.QUORUM_ALL_PRESENT, _records(withheld)
    # An answer made from too small a share of the speech misleads.
    if retained(speeches, verdicts) < policy.min_retained_ratio:
        return Reason.TOO_LITTLE_RETAINED, _records(withheld)
    return None, ()


def retained(speeches: Sequence[Speech], verdicts: Sequence[Verdict]) -> float:
    """Return the admitted share of the speech, in characters; 1 if there is none.

    All unknown speakers together count at most `_STRANGERS` times what others say. Otherwise a guest who types a page
    would get the request refused for everybody.
    """
    kept = others = strange = 0
    for speech, verdict in zip(speeches, verdicts, strict=True):
        kept += speech.characters if verdict.admitted else 0
        if speech.participant is None and not speech.unattributed:
            strange += speech.characters
        else:
            others += speech.characters
    total = others + (min(strange, _STRANGERS * others) if kept else strange)
    return kept / total if total else 1.0


def _records(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(grant for verdict in verdicts for grant in verdict.grants))
