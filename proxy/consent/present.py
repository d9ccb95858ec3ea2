"""What is on file for an invitation's offers now, in the words of the page that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from proxy.consent.grants import ANY_RECIPIENT, Grant, GrantState, Scope
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.standing import standing, still_refused
from proxy.consent.verdicts import Question, Reason
from proxy.settings import ConsentSettings


class PresentState(StrEnum):
    """What a person sees of one offer. Only YES lets words leave."""

    NOTHING = "nothing"
    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"
    OLDER_TERMS = "older_terms"
    ENDED = "ended"
    NOT_COUNTED = "not_counted"
    """There is a yes that policy does not accept (somebody else's, a box that was ticked beforehand)."""


_SHOWN = {
    Reason.DENIED: PresentState.NO,
    Reason.WITHDRAWN: PresentState.WITHDRAWN,
    Reason.STALE_TERMS: PresentState.OLDER_TERMS,
    Reason.EXPIRED: PresentState.ENDED,
    Reason.NOT_ASKED: PresentState.NOTHING,
    Reason.PENDING: PresentState.NOTHING,
    Reason.NO_GRANT: PresentState.NOTHING,
}


@dataclass(frozen=True, slots=True)
class Present:
    """An offer and what holds of it. `since` and `until` are of the record that decides, where there is one."""

    offer: Offer
    state: PresentState
    since: datetime | None = None
    until: datetime | None = None
    said_no: bool = False
    """The person said no to this very offer in this very scope, and nobody said yes in any scope since."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an invitation's records count: its scope, the series around its meeting, the organization.

    Of the series that the meeting was in before (`earlier`), the noes count.
    """

    organization: str
    series: str | None
    earlier: tuple[str, ...] = ()

    def holds(self, grant: Grant, invitation: Invitation) -> bool:
        """Whether a record reaches the invitation's scope; one meeting's records say nothing of its series."""
        if grant.scope is Scope.ORG:
            return grant.scope_id == self.organization
        if grant.scope is Scope.SERIES:
            return grant.scope_id == (invitation.scope_id if invitation.scope is Scope.SERIES else self.series)
        return invitation.scope is Scope.MEETING and grant.scope_id == invitation.scope_id

    def held(self, grant: Grant) -> bool:
        """Whether it is of a series that the meeting was in before."""
        return grant.scope is Scope.SERIES and grant.scope_id in self.earlier


def present(
    offer: Offer,
    invitation: Invitation,
    grants: Sequence[Grant],
    place: Place,
    policy: ConsentSettings,
    *,
    terms_version: str,
    minor: bool,
    now: datetime,
) -> Present:
    """What holds of one offer, by the rules that decide over words (see `consent.standing`)."""
    about = [
        grant
        for grant in grants
        if grant.participant == invitation.participant
        and grant.purpose == offer.purpose
        and grant.recipient in (offer.recipient, ANY_RECIPIENT)
    ]
    question = Question(
        organization=place.organization,
        purpose=offer.purpose,
        recipient=offer.recipient,
        terms_version=terms_version,
        may_train=False,
        route_enabled=True,
        purpose_allowed=True,
        meeting=None,
        now=now,
    )
    matching = [grant for grant in about if place.holds(grant, invitation)]
    matching += still_refused([grant for grant in about if place.held(grant)], question, policy)
    found = standing(matching, question, policy, minor=minor, default_admits=False)
    by_id = {grant.id: grant for grant in matching}
    if found.permitted:
        decided = [by_id[each] for each in found.permitted[0].grants]
        return Present(offer, PresentState.YES, _recorded(decided), found.permitted[0].until)
    said_no = _said_no(offer, invitation, about)
    decided = [by_id[each] for each in found.otherwise.grants if each in by_id]
    state = _SHOWN.get(found.otherwise.reason)
    if state is None:
        says_yes = any(grant.state is GrantState.GRANTED for grant in matching)
        state = PresentState.NOT_COUNTED if says_yes else PresentState.NOTHING
    return Present(offer, state, None if state is PresentState.NOTHING else _recorded(decided), said_no=said_no)


def _said_no(offer: Offer, invitation: Invitation, about: Sequence[Grant]) -> bool:
    """Whether the newest record about an offer, in any scope, is the person's own no to it in this scope.

    An older no, a wider one or somebody else's is not the same: a yes may get past it that does not get past this one.
    """
    newest = max((grant.recorded_at for grant in about), default=None)
    return any(
        grant.state in (GrantState.DENIED, GrantState.WITHDRAWN)
        and grant.recorded_at == newest
        and (grant.scope, grant.scope_id) == (invitation.scope, invitation.scope_id)
        and grant.recipient == offer.recipient
        and grant.actor == grant.participant
        for grant in about
    )


def _recorded(decided: Sequence[Grant]) -> datetime | None:
    return max((grant.recorded_at for grant in decided), default=None)
