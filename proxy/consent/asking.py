"""What is on file for an invitation's offers now, in the words of the page that shows it.

What a person chose on the page, as records to append.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.consent.standing import standing, still_refused
from proxy.consent.verdicts import Question, Reason
from proxy.settings import ConsentSettings


class OfferState(StrEnum):
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
    Reason.DENIED: OfferState.NO,
    Reason.WITHDRAWN: OfferState.WITHDRAWN,
    Reason.STALE_TERMS: OfferState.OLDER_TERMS,
    Reason.EXPIRED: OfferState.ENDED,
    Reason.NOT_ASKED: OfferState.NOTHING,
    Reason.PENDING: OfferState.NOTHING,
    Reason.NO_GRANT: OfferState.NOTHING,
}


@dataclass(frozen=True, slots=True)
class OfferStatus:
    """An offer and what holds of it. `since` and `until` are of the record that decides, where there is one."""

    offer: Offer
    state: OfferState
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

    def holds(self, grant: ConsentRecord, invitation: Invitation) -> bool:
        """Whether a record reaches the invitation's scope; one meeting's records say nothing of its series."""
        if grant.scope is Scope.ORG:
            return grant.scope_id == self.organization
        if grant.scope is Scope.SERIES:
            return grant.scope_id == (invitation.scope_id if invitation.scope is Scope.SERIES else self.series)
        return invitation.scope is Scope.MEETING and grant.scope_id == invitation.scope_id

    def held(self, grant: ConsentRecord) -> bool:
        """Whether it is of a series that the meeting was in before."""
        return grant.scope is Scope.SERIES and grant.scope_id in self.earlier


def present(
    offer: Offer,
    invitation: Invitation,
    grants: Sequence[ConsentRecord],
    place: Place,
    policy: ConsentSettings,
    *,
    terms_version: str,
    minor: bool,
    now: datetime,
) -> OfferStatus:
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
        return OfferStatus(offer, OfferState.YES, _recorded(decided), found.permitted[0].until)
    said_no = _said_no(offer, invitation, about)
    decided = [by_id[each] for each in found.otherwise.grants if each in by_id]
    state = _SHOWN.get(found.otherwise.reason)
    if state is None:
        says_yes = any(grant.state is ConsentState.GRANTED for grant in matching)
        state = OfferState.NOT_COUNTED if says_yes else OfferState.NOTHING
    return OfferStatus(offer, state, None if state is OfferState.NOTHING else _recorded(decided), said_no=said_no)


def _said_no(offer: Offer, invitation: Invitation, about: Sequence[ConsentRecord]) -> bool:
    """Whether the newest record about an offer, in any scope, is the person's own no to it in this scope.

    An older no, a wider one or somebody else's is not the same: a yes may get past it that does not get past this one.
    """
    newest = max((grant.recorded_at for grant in about), default=None)
    return any(
        grant.state in (ConsentState.DENIED, ConsentState.WITHDRAWN)
        and grant.recorded_at == newest
        and (grant.scope, grant.scope_id) == (invitation.scope, invitation.scope_id)
        and grant.recipient == offer.recipient
        and grant.actor == grant.participant
        for grant in about
    )


def _recorded(decided: Sequence[ConsentRecord]) -> datetime | None:
    return max((grant.recorded_at for grant in decided), default=None)


METHOD = "explicit_click"


class Button(StrEnum):
    """The buttons of the page. Saving says yes to what was ticked and no to the rest that was asked."""

    SAVE = "save"
    NO_TO_ALL = "no_to_all"
    WITHDRAW = "withdraw"
    WITHDRAW_ALL = "withdraw_all"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button and what goes with it.

    `boxes` are the offers that had a box on the page as it was sent; `chosen` are those of them that were ticked,
    or the one to withdraw.
    """

    button: Button
    chosen: frozenset[Offer] = frozenset()
    boxes: frozenset[Offer] = frozenset()


def records(
    choice: Choice,
    invitation: Invitation,
    presents: Sequence[OfferStatus],
    terms: Mapping[str, str],
    *,
    notice_hash: str,
    notice_language: str | None,
    now: datetime,
    new_id: Callable[[], str],
) -> list[ConsentRecord]:
    """The records to append, every no before every yes. `terms` are the versions shown, by recipient.

    Only an offer that the person ticked becomes a yes. Whoever said no to the same, and nothing since, gets no second
    record of it.
    """
    noes = _noes(choice, presents)
    yeses = [(offer, ConsentState.GRANTED) for offer in _yeses(choice, presents)]
    return [
        ConsentRecord(
            id=new_id(),
            participant=invitation.participant,
            scope=invitation.scope,
            scope_id=invitation.scope_id,
            purpose=offer.purpose,
            recipient=offer.recipient,
            terms_version=terms[offer.recipient],
            state=state,
            valid_from=now,
            valid_until=invitation.expires if state is ConsentState.GRANTED else None,
            method=METHOD,
            affirmative=True,
            actor=invitation.participant,
            recorded_at=now,
            evidence_ref=invitation.id,
            notice_hash=notice_hash,
            notice_language=notice_language,
            covers_earlier=invitation.covers_earlier and state is ConsentState.GRANTED,
        )
        for offer, state in (*noes, *yeses)
    ]


def asked(presents: Collection[OfferStatus]) -> list[OfferStatus]:
    """The offers that have a box: all but those that stand as a yes, which have a button to withdraw instead."""
    return [each for each in presents if each.state is not OfferState.YES]


def _yeses(choice: Choice, presents: Sequence[OfferStatus]) -> list[Offer]:
    if choice.button is not Button.SAVE:
        return []
    # What became a yes meanwhile, in another window, needs no second one.
    return [each.offer for each in asked(presents) if each.offer in choice.chosen & choice.boxes]


def _noes(choice: Choice, presents: Sequence[OfferStatus]) -> list[tuple[Offer, ConsentState]]:
    standing_yes = [each for each in presents if each.state is OfferState.YES]
    if choice.button is Button.WITHDRAW_ALL:
        return [(each.offer, ConsentState.WITHDRAWN) for each in standing_yes]
    if choice.button is Button.WITHDRAW:
        return [(each.offer, ConsentState.WITHDRAWN) for each in standing_yes if each.offer in choice.chosen]
    everything = choice.button is Button.NO_TO_ALL
    said_no = [each for each in presents if everything or each.offer in choice.boxes - choice.chosen]
    return [(each.offer, _no_to(each)) for each in said_no if not each.said_no]


def _no_to(present: OfferStatus) -> ConsentState:
    return ConsentState.WITHDRAWN if present.state is OfferState.YES else ConsentState.DENIED
