"""What the records of one person permit, for one purpose, at one time of sending. Pure.

Two rules carry all others. First, the newest record of a scope and recipient holds; of two equally new records, the
more restrictive. Second, a refusal (denied or withdrawn) stands in every scope and without end. Only a grant overrides
it that is later, no wider, affirmative, and given by the person concerned or by whoever refused. Such a grant permits
by itself; it never revives an older one. Whose grants count for a minor is in `custody`.

The module also says when a meeting was held. No grant for the meeting covers words from after it; words from before it
need a grant that covers earlier words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.consent.verdicts import CLOCK_SKEW, Question, Reason, Spoken, Verdict
from proxy.model import Meeting, Participant
from proxy.settings import ConsentSettings

_WIDTH = {Scope.MEETING: 0, Scope.SERIES: 1, Scope.ORG: 2}
# Members of an enumeration are slow to look up, and this runs for everybody in a meeting.
_YES, _GRANTED = ConsentState.GRANTED, Reason.GRANTED
_NO = (ConsentState.DENIED, ConsentState.WITHDRAWN)
_NEVER_OUTDATED = datetime.max.replace(tzinfo=UTC)
# If several records fall short, the reason is the one that an operator has to fix first.
_SHORTCOMINGS = (Reason.STALE_TERMS, Reason.EXPIRED, Reason.NOT_YET_VALID)


class Yes(NamedTuple):
    """Records that permit sending now, for words spoken from `since` (None: at any earlier time) until `until`."""

    since: datetime | None
    until: datetime | None
    grants: tuple[str, ...]


class Standing(NamedTuple):
    """What a person's records permit, most specific first, and the verdict where they permit nothing."""

    permitted: tuple[Yes, ...]
    otherwise: Verdict

    def verdict(self, words: Spoken, on_since: datetime | None) -> Verdict:
        """Whether words spoken at this time may leave now. `on_since` is when the meeting was on at the earliest."""
        start, end = words.start, words.until
        early = on_since is not None and start < on_since
        for since, until, grants in self.permitted:
            # All of the words have to lie within the grant; the end of a grant is exclusive.
            if (since is None or (since <= start and not early)) and (
                until is None or (end <= until and start < until)
            ):
                return Verdict(True, _GRANTED, grants)
        if self.permitted:
            reason = Reason.OUTSIDE_MEETING if early else Reason.SPOKEN_OUTSIDE_GRANT
            return Verdict(False, reason, self.permitted[0].grants)
        if early and self.otherwise.admitted:
            return Verdict(False, Reason.OUTSIDE_MEETING)
        return self.otherwise

    @property
    def refused(self) -> bool:
        """Whether a refusal stands that no grant overrides."""
        return self.otherwise.reason in (Reason.DENIED, Reason.WITHDRAWN)


_PERMITTED_AT_OTHER_TIMES = Verdict(False, Reason.SPOKEN_OUTSIDE_GRANT)


def weigh(
    records: Sequence[ConsentRecord],
    question: Question,
    policy: ConsentSettings,
    *,
    minor: bool,
    default_admits: bool,
    asked: bool = False,
) -> Standing:
    """Weigh the records of one person that match the question's scope, purpose and recipient.

    Without any, the default of their class counts, unless they were `asked` for themselves: they have not answered.
    """
    if not records:
        return Standing((), _without_records(minor, default_admits, asked))
    if len(records) == 1 and records[0].state is _YES:
        return _alone(records[0], question, policy, minor)
    sound: list[ConsentRecord] = []
    flawed: list[tuple[Reason, ConsentRecord]] = []
    reserved = False
    for record in records:
        if record.state is not _YES:
            reserved = True
        elif (wrong := flaw(record, question.now, policy, minor=minor)) is not None:
            flawed.append((wrong, record))
            continue
        sound.append(record)
    noes = [r for r in sound if r.state in _NO] if reserved else []
    # A minor's own grant permits nothing, but it takes back a refusal that no guardian gave.
    own = [r for r in records if is_own_yes(r, question.now, policy)] if minor and noes else []
    permitted: list[Yes] = []
    short: list[tuple[Reason, ConsentRecord]] = []
    for tied in _newest(sound):
        if reserved and not (_all_yes(tied) and _past_every_no(tied, noes, own)):
            continue
        lacking = [(reason, r) for r in tied if (reason := shortcoming(r, question, policy)) is not None]
        short += lacking
        if not lacking:
            permitted.append(_together(tied))
    if permitted:
        return Standing(tuple(permitted), _PERMITTED_AT_OTHER_TIMES)
    if short:
        first = min(short, key=lambda pair: _SHORTCOMINGS.index(pair[0]))[0]
        return Standing((), Verdict(False, first, tuple(r.id for reason, r in short if reason is first)))
    return Standing((), _refusing(records, flawed, noes, minor))


def still_refused(records: Sequence[ConsentRecord], question: Question, policy: ConsentSettings) -> list[ConsentRecord]:
    """Return the refusals that still stand among records of series that the meeting has left.

    A refusal that the person took back in its own series no longer stands.
    """
    own = [r for r in records if is_own_yes(r, question.now, policy) and shortcoming(r, question, policy) is None]
    return [
        no
        for no in records
        if no.state in _NO and not any(yes.scope_id == no.scope_id and answers(yes, no) for yes in own)
    ]


def not_taken_back(
    records: Sequence[ConsentRecord], policy: ConsentSettings, *, minor: bool, now: datetime
) -> list[ConsentRecord]:
    """Return the refusals among records of one person that no yes took back in the very place where each was given.

    A place is a scope, a purpose and a recipient. That a yes has ended since, or is to older terms, does not matter.
    """
    sound = [r for r in records if r.state is _YES and flaw(r, now, policy, minor=minor) is None]
    own = [r for r in records if is_own_yes(r, now, policy)] if minor else []
    return [
        no
        for no in records
        if no.state in _NO
        and not any(
            _place_of(yes) == _place_of(no) and answers(yes, no) for yes in (sound if no.guardian else (*sound, *own))
        )
    ]


def _place_of(record: ConsentRecord) -> tuple[Scope, str, str, str]:
    return record.scope, record.scope_id, record.purpose, record.recipient


def _alone(only: ConsentRecord, question: Question, policy: ConsentSettings, minor: bool) -> Standing:
    """Weigh a single grant as `weigh` does; in a large meeting most people have nothing else on file."""
    wrong = flaw(only, question.now, policy, minor=minor)
    if wrong is not None:
        return Standing((), Verdict(False, Reason.GUARDIAN_MISSING if minor else wrong, (only.id,)))
    short = shortcoming(only, question, policy)
    if short is not None:
        return Standing((), Verdict(False, short, (only.id,)))
    since = None if only.covers_earlier else only.valid_from
    return Standing((Yes(since, only.valid_until, (only.id,)),), _PERMITTED_AT_OTHER_TIMES)


def _without_records(minor: bool, default_admits: bool, asked: bool) -> Verdict:
    if minor:
        return Verdict(False, Reason.GUARDIAN_MISSING)
    if asked:
        return Verdict(False, Reason.PENDING)
    return Verdict(True, Reason.CLASS_DEFAULT) if default_admits else Verdict(False, Reason.NO_GRANT)


def _refusing(
    records: Sequence[ConsentRecord],
    flawed: Sequence[tuple[Reason, ConsentRecord]],
    noes: Sequence[ConsentRecord],
    minor: bool,
) -> Verdict:
    """The verdict where there are records and none of them permits; a class default does not apply here."""
    if noes:
        last = max(noes, key=_recorded)
        return Verdict(False, Reason.DENIED if last.state is ConsentState.DENIED else Reason.WITHDRAWN, (last.id,))
    if minor:
        return Verdict(False, Reason.GUARDIAN_MISSING, tuple(r.id for r in records))
    if flawed:
        return Verdict(False, flawed[-1][0], (flawed[-1][1].id,))
    pending = tuple(r.id for r in records if r.state is ConsentState.PENDING)
    if pending:
        return Verdict(False, Reason.PENDING, pending)
    return Verdict(False, Reason.NOT_ASKED, tuple(r.id for r in records))


def flaw(grant: ConsentRecord, now: datetime, policy: ConsentSettings, *, minor: bool) -> Reason | None:
    """Why a grant is invalid. Recording refuses the same; this also catches grants recorded earlier."""
    if not _well_formed(grant, now):
        return Reason.INCONSISTENT
    if not grant.affirmative:
        return Reason.NOT_AFFIRMATIVE
    if grant.method not in policy.methods:
        return Reason.METHOD_NOT_ACCEPTED
    if minor:
        return None if grant.guardian else Reason.GUARDIAN_MISSING
    if grant.actor != grant.participant and not policy.on_behalf:
        return Reason.ON_BEHALF
    return None


def _well_formed(grant: ConsentRecord, now: datetime) -> bool:
    since, until, recorded = grant.valid_from, grant.valid_until, grant.recorded_at
    if since.tzinfo is None or recorded.tzinfo is None:
        return False
    if until is not None and (until.tzinfo is None or until <= since):
        return False
    if grant.guardian and grant.actor == grant.participant:
        return False
    return recorded <= now or recorded <= now + CLOCK_SKEW


def is_own_yes(grant: ConsentRecord, now: datetime, policy: ConsentSettings) -> bool:
    """Whether this is a grant by the person concerned, valid but for their age."""
    own = grant.state is _YES and grant.actor == grant.participant
    return own and flaw(grant, now, policy, minor=False) is None


def _newest(records: Sequence[ConsentRecord]) -> list[list[ConsentRecord]]:
    """The newest records of each scope and recipient (several if recorded at once), most specific first."""
    if len(records) == 1:
        return [[records[0]]]
    newest: dict[int, list[ConsentRecord]] = {}
    for record in records:
        place = 2 * _WIDTH[record.scope] + (record.recipient == ANY_RECIPIENT)
        held = newest.get(place)
        if held is None or _recorded(record) > _recorded(held[0]):
            newest[place] = [record]
        elif _recorded(record) == _recorded(held[0]):
            held.append(record)
    return [newest[place] for place in sorted(newest)]


def _recorded(record: ConsentRecord) -> datetime:
    # An instant without a time zone is unknown, and a restrictive record of unknown age is never outdated.
    return record.recorded_at if record.recorded_at.tzinfo is not None else _NEVER_OUTDATED


def _all_yes(tied: Sequence[ConsentRecord]) -> bool:
    return all(record.state is _YES for record in tied)


def _past_every_no(tied: Sequence[ConsentRecord], noes: Sequence[ConsentRecord], own: Sequence[ConsentRecord]) -> bool:
    return all(
        all(answers(yes, no) for yes in tied) or (not no.guardian and any(answers(yes, no) for yes in own))
        for no in noes
    )


def answers(yes: ConsentRecord, no: ConsentRecord) -> bool:
    """Whether a grant is later than a refusal, no wider, and given by the person concerned or by whoever refused."""
    narrow = _WIDTH[yes.scope] <= _WIDTH[no.scope] and no.recipient in (yes.recipient, ANY_RECIPIENT)
    return narrow and _recorded(yes) > _recorded(no) and yes.actor in (yes.participant, no.actor)


def shortcoming(grant: ConsentRecord, question: Question, policy: ConsentSettings) -> Reason | None:
    """Why a valid grant does not count at the time of sending."""
    if grant.terms_version != question.terms_version and policy.reconsents(grant.purpose):
        return Reason.STALE_TERMS
    if grant.valid_until is not None and grant.valid_until <= question.now:
        return Reason.EXPIRED
    return Reason.NOT_YET_VALID if question.now < grant.valid_from else None


def _together(tied: Sequence[ConsentRecord]) -> Yes:
    """What records of the same instant permit in common."""
    if len(tied) == 1:
        return Yes(None if tied[0].covers_earlier else tied[0].valid_from, tied[0].valid_until, (tied[0].id,))
    starts = [r.valid_from for r in tied if not r.covers_earlier]
    ends = [r.valid_until for r in tied if r.valid_until is not None]
    return Yes(max(starts, default=None), min(ends, default=None), tuple(r.id for r in tied))


AHEAD = timedelta(hours=1)
"""How long before its start words may already belong to a meeting, as its recording may: calendars use round times."""

GRACE = timedelta(minutes=30)
"""How long after its end words may still belong to a meeting, since meetings run over."""

OVERRUN = timedelta(hours=2)
"""How long after a meeting's end, or before its start, the known presence of a participant shows that it was on."""

OPEN_END = timedelta(hours=24)
"""How long a meeting without a recorded end is assumed to last."""


def is_outside(words: Spoken, meeting: Meeting) -> bool:
    """Whether words of a known time were spoken after the meeting was over, in whole or in part.

    The meeting was on until its end, and longer while somebody of its roster was there. Times without a time zone do
    not count: then all words are outside.
    """
    start, end = meeting.started_at, latest_end(meeting)
    if start.tzinfo is None or end.tzinfo is None:
        return True
    people = meeting.roster.participants
    went = _known((person.left_at for person in people), end, end + OVERRUN)
    return words.until > max((end, *went)) + GRACE


def earliest_start(meeting: Meeting, now: datetime) -> datetime | None:
    """When the meeting was on at the earliest: an hour before it, or before the first of its roster came.

    Never later than `now`, so that one can ask before a meeting who will be heard. None: its start has no time zone.
    """
    start = meeting.started_at
    if start.tzinfo is None:
        return None
    came = _known((person.joined_at for person in meeting.roster.participants), start - OVERRUN, start)
    return min(min((start, *came)) - AHEAD, now)


def latest_end(meeting: Meeting) -> datetime:
    """The end of the meeting; without a recorded end, the latest assumed."""
    return meeting.ended_at or meeting.started_at + OPEN_END


def people_within(meeting: Meeting) -> tuple[Participant, ...]:
    """Return the people of a meeting's roster, without the times that prove no absence from it.

    Somebody who left before it began may be back, and somebody who joined after its end was in another meeting. Such
    times come from a roster that was sent again for another day, or from a start that is not known yet.
    """
    start, end = meeting.started_at, latest_end(meeting)
    return tuple(
        replace(
            person,
            joined_at=None if _is_before(end, person.joined_at) else person.joined_at,
            left_at=None if _is_before(person.left_at, start) else person.left_at,
        )
        if person.joined_at is not None or person.left_at is not None
        else person
        for person in meeting.roster.participants
    )


def _is_before(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None or one.tzinfo is None or other.tzinfo is None:
        return False
    return one < other


def _known(times: Iterable[datetime | None], since: datetime, until: datetime) -> list[datetime]:
    return [at for at in times if at is not None and at.tzinfo is not None and since <= at <= until]
