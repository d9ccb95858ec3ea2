"""Meetings to come: who will be heard for what, who refused, who has not answered, and who was never asked.

Each meeting is judged as of its start, or as of now if it has begun: a yes that ends before does not count. What is
judged is what `consent.decide` would say of a request then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from proxy.consent.asked import Asked, awaited, guardians_awaited, scopes_of, unanswered
from proxy.consent.custody import guardians_of
from proxy.consent.decide import decide, guardians_lacking, heard_from
from proxy.consent.invitations import Offer
from proxy.consent.records import ConsentRecord
from proxy.consent.standing import OPEN_END
from proxy.consent.verdicts import Reason, Speech, Verdict
from proxy.desk import rooms
from proxy.desk.invitations import names_of
from proxy.desk.meetings import on_file, questions
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.model import Meeting
from proxy.settings import Settings

LONGEST = timedelta(days=92)


class Answer(StrEnum):
    """How a person stands to one purpose and recipient in one meeting."""

    HEARD = "heard"
    REFUSED = "refused"
    PENDING = "pending"
    """Asked, and no answer yet."""
    NEVER_ASKED = "never_asked"
    LAPSED = "lapsed"
    """There is a yes that does not count then: it has ended, or is to other terms."""
    OTHER = "other"
    """Withheld for another reason, such as a room whose people are not known, or a minor without a guardian."""


_ANSWERS = {
    Reason.DENIED: Answer.REFUSED, Reason.WITHDRAWN: Answer.REFUSED,
    Reason.NO_GRANT: Answer.NEVER_ASKED, Reason.NOT_ASKED: Answer.NEVER_ASKED, Reason.PENDING: Answer.PENDING,
    Reason.EXPIRED: Answer.LAPSED, Reason.STALE_TERMS: Answer.LAPSED, Reason.SPOKEN_OUTSIDE_GRANT: Answer.LAPSED,
    Reason.NOT_YET_VALID: Answer.LAPSED,
}  # fmt: skip


_OPEN = (Answer.NEVER_ASKED, Answer.LAPSED)


@dataclass(frozen=True, slots=True)
class Covered:
    """One purpose and recipient in one meeting: answer and reason by participant id, bots left out.

    `heard_from` says of whom only that is heard that they say from a time within the meeting on.
    `missing` are, of each minor who is not heard, the ids of the guardians on file whose yes is still wanting.
    `together` says whether words that no speaker claims may leave, and what needs everybody present: all may be heard,
    and the roster is complete. `why` is the reason if not.
    """

    purpose: str
    recipient: str
    answers: Mapping[str, Answer]
    reasons: Mapping[str, str]
    heard_from: Mapping[str, datetime]
    missing: Mapping[str, tuple[str, ...]]
    together: bool
    why: str | None

    def who(self, answer: Answer) -> list[str]:
        """The ids of the people who have this answer, in the order of the roster."""
        return [one for one, each in self.answers.items() if each is answer]

    def count(self, answer: Answer) -> int:
        """How many people have this answer."""
        return len(self.who(answer))


@dataclass(frozen=True, slots=True)
class Coverage:
    """One meeting to come. `unconfirmed` are ids of people with a name that waits for ``people confirm``.

    `unmatched` is the most labels of nobody that one request of the meeting had, if it was held before. `requested` is
    how many addresses that were typed on the page of its room's link wait for a link.
    """

    meeting: Meeting
    covered: tuple[Covered, ...]
    unconfirmed: tuple[str, ...]
    unmatched: int
    requested: int
    guardians: Mapping[str, str]

    @property
    def names(self) -> Mapping[str, str]:
        """The names of everybody on the roster, and of the guardians of minors, by id."""
        return {**self.guardians, **{person.id: person.name for person in self.meeting.roster.participants}}


async def coming(files: OnFile, settings: Settings, within: timedelta, now: datetime) -> list[Coverage]:
    """The coverage of meetings under way, and of those that start within this time, by start. Raises `ClientFault`."""
    if not timedelta(0) < within <= LONGEST:
        raise ClientFault("invalid_period", f"from an hour to {LONGEST.days} days", where="next")
    found = await files.meetings.starting(now - OPEN_END, now + within)
    under_way = [
        each for each in found if each.started_at >= now or (each.ended_at or each.started_at + OPEN_END) > now
    ]
    return await of(files, settings, under_way, now)


async def of_one(files: OnFile, settings: Settings, meeting_id: str, now: datetime) -> list[Coverage]:
    """The coverage of this meeting alone. Raises `ClientFault` if it is not on file."""
    return await of(files, settings, [await on_file(files, meeting_id)], now)


async def of(files: OnFile, settings: Settings, meetings: Sequence[Meeting], now: datetime) -> list[Coverage]:
    """The coverage of these meetings, in their order: as of its start of each that is to come, otherwise as of now."""
    people = {person.id for each in meetings for person in each.roster.participants}
    records = await files.consents.grants(people)
    scopes = {scope for each in meetings for scope in scopes_of(each, settings.organization)}
    asked = await files.invitations.to(people, scopes)
    guardians = {one for each in meetings for person in each.roster.participants for one in person.guardians}
    named = await names_of(files, guardians)
    requested = await rooms.waiting(files, [each.id for each in meetings], now)
    return [
        Coverage(
            meeting=each,
            covered=_covered(each, settings, records, asked, now),
            unconfirmed=tuple(person.id for person in each.roster.participants if person.unconfirmed),
            unmatched=(await files.notes.of(each.id)).unmatched,
            requested=requested[each.id],
            guardians={who: name or who for who, name in named.items()},
        )
        for each in meetings
    ]


def _covered(
    meeting: Meeting, settings: Settings, records: Sequence[ConsentRecord], asked: Sequence[Asked], now: datetime
) -> tuple[Covered, ...]:
    policy, minors = settings.consent, [each for each in meeting.roster.participants if each.minor]
    alone = {each.id for each in minors if guardians_of(each, policy).each}
    then, waits = max(now, meeting.started_at), unanswered(asked, records, now, alone)
    waiting, of_guardians = awaited(waits, meeting), guardians_awaited(waits, meeting)
    unclaimed = Speech(participant=None, characters=1, spoken=None, unattributed=True)
    found = []
    for question in questions(settings, meeting, then, asked):
        decision = decide(question, [unclaimed], records, policy)
        offer = Offer(question.purpose, question.recipient)
        verdicts = {who: verdict for who, verdict in decision.people.items() if verdict.reason is not Reason.BOT}
        (together,) = decision.verdicts
        found.append(
            Covered(
                purpose=question.purpose,
                recipient=question.recipient,
                answers={
                    who: _answer(
                        verdict,
                        (who, offer) in (of_guardians if verdict.reason is Reason.GUARDIAN_MISSING else waiting),
                    )
                    for who, verdict in verdicts.items()
                },
                reasons={who: verdict.reason.value for who, verdict in verdicts.items()},
                heard_from=heard_from(question, records, policy),
                missing=guardians_lacking(question, records, policy),
                together=together.admitted,
                why=None if together.admitted else together.reason.value,
            )
        )
    return tuple(found)


def _answer(verdict: Verdict, waits: bool) -> Answer:
    if verdict.admitted:
        return Answer.HEARD
    found = _ANSWERS.get(verdict.reason, Answer.OTHER)
    # Whoever refused may have been asked again; the no stands until they say otherwise.
    return Answer.PENDING if waits and (found in _OPEN or verdict.reason is Reason.GUARDIAN_MISSING) else found
