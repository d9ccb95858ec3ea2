"""Who was asked: each invitation with how it was sent, and when its page was opened and answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import ConsentRecord, Scope
from proxy.consent.verdicts import Question
from proxy.model import Meeting


class Channel(StrEnum):
    """How a link was given out."""

    LINK = "link"
    """Printed, for whoever sends it."""
    MAIL = "mail"
    """Sent by the proxy to the person's first e-mail address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation on file. `opened_at` is when its page was first shown, to the person or to a scanner of mail.

    `reminded_at` is when its link was given out again.
    """

    invitation: Invitation
    channel: Channel
    invited_at: datetime
    reminded_at: datetime | None = None
    opened_at: datetime | None = None
    answered_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether an answer may still come."""
        return self.answered_at is None and now < self.invitation.expires

    def is_about(self, meeting: Meeting) -> bool:
        """Whether it asks about this meeting, or about its series."""
        invitation = self.invitation
        by_meeting = invitation.scope is Scope.MEETING
        return invitation.scope is Scope.ORG or invitation.scope_id == (meeting.id if by_meeting else meeting.series)


_ANYBODY = ""
"""In the place of an id: whoever answered."""


def unanswered(
    asked: Iterable[Asked], records: Collection[ConsentRecord], now: datetime, each_guardian: Collection[str] = ()
) -> list[Asked]:
    """The invitations that wait for an answer: not those whose person has said meanwhile, in any way, what was asked.

    Of several to one person about one scope, or to a guardian of theirs, only the newest that asks the same. Each
    guardian of the minors in `each_guardian` answers for themselves; of others the answer of one is enough.
    """
    said: set[tuple[str, str, Scope, str, str, str]] = set()
    # What somebody said for all meetings answers the question of each.
    said_once: set[tuple[str, str, str, str]] = set()
    for record in records:
        for by in (_ANYBODY, record.actor):
            about = (record.purpose, record.recipient)
            said.add((by, record.participant, record.scope, record.scope_id, *about))
            if record.scope is Scope.ORG:
                said_once.add((by, record.participant, *about))
    found: dict[tuple[str, Scope, str, str, tuple[Offer, ...]], Asked] = {}
    for each in sorted(asked, key=lambda one: one.invited_at):
        asks = each.invitation
        alone = asks.guardian is not None and asks.participant in each_guardian
        by = asks.answered_by if alone else _ANYBODY
        place = (by, asks.participant, asks.scope, asks.scope_id)
        open_offers = (offer for offer in asks.offers if (by, asks.participant, *offer) not in said_once)
        if each.waits(now) and any((*place, *offer) not in said for offer in open_offers):
            found[*place[1:], asks.answered_by, asks.offers] = each
    return list(found.values())


def asked_in(invitations: Iterable[Asked], question: Question) -> frozenset[str]:
    """The participants who were ever asked this question for themselves, by a link that reaches its meeting.

    The page told them that without their yes their words stay out, and it does not stop being so when the link ends.
    """
    offer, meeting = Offer(question.purpose, question.recipient), question.meeting
    if meeting is None:
        return frozenset()
    reach = set(scopes_of(meeting, question.organization))
    asks = (each.invitation for each in invitations)
    return frozenset(one.participant for one in asks if offer in one.offers and (one.scope, one.scope_id) in reach)


def scopes_of(meeting: Meeting, organization: str) -> list[tuple[Scope, str]]:
    """The scopes in which people may have been asked about a meeting, also by a series that it has left."""
    series = [*([] if meeting.series is None else [meeting.series]), *meeting.earlier_series]
    return [(Scope.MEETING, meeting.id), *((Scope.SERIES, each) for each in series), (Scope.ORG, organization)]


def guardians_awaited(waiting: Iterable[Asked], meeting: Meeting) -> set[tuple[str, Offer]]:
    """For which minors a guardian has been asked what about this meeting, and has not answered."""
    return awaited([each for each in waiting if each.invitation.guardian is not None], meeting)


def awaited(waiting: Iterable[Asked], meeting: Meeting) -> set[tuple[str, Offer]]:
    """Who has been asked what about this meeting, of the invitations that wait for an answer."""
    about = (each.invitation for each in waiting if each.is_about(meeting))
    return {(invitation.participant, offer) for invitation in about for offer in invitation.offers}
