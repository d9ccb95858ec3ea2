"""What an invitation's page shows of each offer, and the consent records that a person's choice on it makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from proxy.consent.custody import ANYBODY, Guardians, lacking, standing
from proxy.consent.invitations import METHOD, Invitation, Offer
from proxy.consent.no_ends import NoEnds, no_ends, refused_by_forgotten
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.consent.standing import still_refused
from proxy.consent.verdicts import Question, Reason
from proxy.settings import ConsentSettings


class OfferState(StrEnum):
    """What a person sees of one offer. Only YES lets their words leave."""

    NOTHING = "nothing"
    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"
    OLDER_TERMS = "older_terms"
    ENDED = "ended"
    NOT_COUNTED = "not_counted"
    """There is a grant that policy does not accept (given by somebody else, or by a box that was ticked in advance)."""
    AWAITS_GUARDIAN = "awaits_guardian"
    """The guardian who has the link said yes for a minor, and another one has not, without whose yes none counts."""


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
class LiveYes:
    """A yes on file that lets words leave now, in the scope that it was given for.

    It counts for words from `words_since` on (None: for earlier ones, too), until `until` (None: without an end).
    """

    scope: Scope
    scope_id: str
    recorded_at: datetime
    words_since: datetime | None
    until: datetime | None
    guardian: str | None = None
    """The id of the parent or guardian who gave it; None: the person did."""


@dataclass(frozen=True, slots=True)
class OfferStatus:
    """An offer and its state. `since` comes from the record that decides, if there is one.

    `yeses` are all that live, the narrowest first: one may be wider than what was asked, and live elsewhere while the
    person has said no here.
    """

    offer: Offer
    state: OfferState
    since: datetime | None = None
    said_no: bool = False
    """The person refused this very offer in this very scope, and no grant in any scope is newer."""
    yeses: tuple[LiveYes, ...] = ()
    ends: NoEnds | None = None
    """What ends the no, if one stands."""
    of_forgotten: bool = False
    """A no stands of a guardian who was forgotten: nobody is left to take it back for the minor."""
    takes_back: bool = True
    """A no of whoever has the link takes back a yes of their own; otherwise it is theirs against another's yes."""

    missing: tuple[str, ...] = ()
    """The ids of the minor's guardians on file without whose yes none counts, and who have not given it."""

    @property
    def given(self) -> bool:
        """Whether a yes is on file that whoever has the link can take back in the scope that is asked."""
        return self.state in (OfferState.YES, OfferState.AWAITS_GUARDIAN)

    def wider_than(self, scope: Scope) -> tuple[LiveYes, ...]:
        """The yeses that also count outside of this scope."""
        return tuple(each for each in self.yeses if _SCOPES.index(each.scope) > _SCOPES.index(scope))


_SCOPES = (Scope.MEETING, Scope.SERIES, Scope.ORG)
"""The narrowest first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an invitation's records count: in its scope, in the series of its meeting, and in the organization.

    From the series that the meeting belonged to before (`earlier`), only refusals count.
    """

    organization: str
    series: str | None
    earlier: tuple[str, ...] = ()

    def holds(self, grant: ConsentRecord, invitation: Invitation | ConsentRecord) -> bool:
        """Whether a record reaches this scope; a meeting's record does not reach its series."""
        if grant.scope is Scope.ORG:
            return grant.scope_id == self.organization
        if grant.scope is Scope.SERIES:
            return grant.scope_id == (invitation.scope_id if invitation.scope is Scope.SERIES else self.series)
        return invitation.scope is Scope.MEETING and grant.scope_id == invitation.scope_id

    def held(self, grant: ConsentRecord) -> bool:
        """Whether the record is for a series that the meeting belonged to before."""
        return grant.scope is Scope.SERIES and grant.scope_id in self.earlier

    def reaching(
        self,
        about: Sequence[ConsentRecord],
        scope: Invitation | ConsentRecord,
        question: Question,
        policy: ConsentSettings,
    ) -> list[ConsentRecord]:
        """The records about a question that count in this scope, with noes that stand from series left earlier."""
        matching = [grant for grant in about if self.holds(grant, scope)]
        return matching + still_refused([grant for grant in about if self.held(grant)], question, policy)


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
    guardians: Guardians = ANYBODY,
) -> OfferStatus:
    """Return the state of one offer, by the same rules that decide over speech (see `consent.custody`)."""
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
    matching = place.reaching(about, invitation, question, policy)
    found = standing(matching, question, policy, minor=minor, default_admits=False, guardians=guardians)
    by_id = {grant.id: grant for grant in matching}
    own = _takes_back(matching, invitation, minor=minor)
    missing = lacking(matching, question, policy, guardians) if minor and not found.refused else ()
    apart = guardians.each and not found.refused
    whose = [Guardians((who,), each=True) for who in guardians.ids] if apart else [guardians]
    living = [_living(invitation, matching, question, policy, minor, one) for one in whose or [guardians]]
    yeses = tuple(yes for some in living for yes in some)
    if found.permitted:
        decided = [by_id[record] for record in found.permitted[0].grants]
        return OfferStatus(offer, OfferState.YES, _recorded(decided), yeses=yeses, takes_back=own)
    if missing and invitation.guardian in guardians.ids and invitation.guardian not in missing:
        given = max((yes.recorded_at for yes in yeses if yes.guardian == invitation.guardian), default=None)
        return OfferStatus(offer, OfferState.AWAITS_GUARDIAN, given, yeses=yeses, takes_back=own, missing=missing)
    said_no = _said_no(offer, invitation, about)
    decided = [by_id[each] for each in found.otherwise.grants if each in by_id]
    state = _SHOWN.get(found.otherwise.reason)
    if state is None:
        says_yes = not missing and any(grant.state is ConsentState.GRANTED for grant in matching)
        state = OfferState.NOT_COUNTED if says_yes else OfferState.NOTHING
    since = None if state is OfferState.NOTHING else _recorded(decided)
    ends = no_ends(matching, invitation, question, policy, minor=minor) if found.refused else None
    gone = ends is not None and minor and refused_by_forgotten(matching, question, policy)
    return OfferStatus(offer, state, since, said_no, yeses, ends, of_forgotten=gone, takes_back=own, missing=missing)


def _takes_back(matching: Sequence[ConsentRecord], invitation: Invitation, *, minor: bool) -> bool:
    """Whether the last that whoever has the link said is a yes. A yes for somebody of age is always that person's."""
    if invitation.guardian is None and not minor:
        return True
    said = [grant for grant in matching if grant.actor == invitation.answered_by]
    return bool(said) and max(said, key=lambda grant: grant.recorded_at).state is ConsentState.GRANTED


def _living(  # noqa: PLR0917 - the facts that a decision weighs
    invitation: Invitation,
    matching: Sequence[ConsentRecord],
    question: Question,
    policy: ConsentSettings,
    minor: bool,
    guardians: Guardians,
) -> tuple[LiveYes, ...]:
    """The yeses that live in the scope that is asked and in each wider one, by the records that reach that one."""
    found: list[LiveYes] = []
    asked = invitation.scope
    for at, scope in enumerate(_SCOPES[_SCOPES.index(asked) :], _SCOPES.index(asked)):
        reaching = [grant for grant in matching if grant.scope in _SCOPES[at:]]
        by_id = {grant.id: grant for grant in reaching}
        weighed = standing(reaching, question, policy, minor=minor, default_admits=False, guardians=guardians)
        for since, until, grants in weighed.permitted:
            first, recorded = by_id[grants[0]], max(by_id[each].recorded_at for each in grants)
            if first.scope is scope:
                guardian = first.actor if first.guardian else None
                found.append(LiveYes(scope, first.scope_id, recorded, since, until, guardian))
                break
    return tuple(found)


def _said_no(offer: Offer, invitation: Invitation, about: Sequence[ConsentRecord]) -> bool:
    """Whether the newest record about an offer, in any scope, is a refusal of it in this scope by whoever has the link.

    An older refusal, one in a wider scope, or one recorded by somebody else is not the same: a grant that this refusal
    blocks may override it.
    """
    newest = max((grant.recorded_at for grant in about), default=None)
    return any(
        grant.state in (ConsentState.DENIED, ConsentState.WITHDRAWN)
        and grant.recorded_at == newest
        and (grant.scope, grant.scope_id) == (invitation.scope, invitation.scope_id)
        and grant.recipient == offer.recipient
        and grant.actor == invitation.answered_by
        for grant in about
    )


def _recorded(decided: Sequence[ConsentRecord]) -> datetime | None:
    return max((grant.recorded_at for grant in decided), default=None)


class Button(StrEnum):
    """The buttons of the page. Saving grants what was ticked and refuses everything else that was asked."""

    SAVE = "save"
    NO_TO_ALL = "no_to_all"
    WITHDRAW = "withdraw"
    WITHDRAW_WIDE = "withdraw_wide"
    """As WITHDRAW, and each yes that is wider than what was asked."""
    WITHDRAW_ALL = "withdraw_all"
    """Takes back every yes that the page names, in the scope that it was given for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button and the offers it applies to.

    `boxes` are the offers that had a box on the page when it was sent. `chosen` are the ticked ones among them, or the
    offer to withdraw.
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
    """Return the records to append, refusals before grants. `terms` maps recipients to the version shown.

    Only an offer that the person ticked is granted. A person whose refusal of the same offer still stands gets no
    second record of it.
    """
    here = invitation.scope, invitation.scope_id
    noes = _noes(choice, presents, here)
    yeses = [(offer, ConsentState.GRANTED, here) for offer in _yeses(choice, presents)]
    return [
        ConsentRecord(
            id=new_id(),
            participant=invitation.participant,
            scope=place[0],
            scope_id=place[1],
            purpose=offer.purpose,
            recipient=offer.recipient,
            terms_version=terms[offer.recipient],
            state=state,
            valid_from=now,
            valid_until=invitation.expires if state is ConsentState.GRANTED else None,
            method=METHOD,
            affirmative=True,
            actor=invitation.answered_by,
            recorded_at=now,
            evidence_ref=invitation.id,
            guardian=invitation.guardian is not None,
            notice_hash=notice_hash,
            notice_language=notice_language,
            covers_earlier=invitation.covers_earlier and state is ConsentState.GRANTED,
        )
        for offer, state, place in (*noes, *yeses)
    ]


def asked(presents: Collection[OfferStatus]) -> list[OfferStatus]:
    """Return the offers that have a box: all but those granted now, which have a button to withdraw instead."""
    return [each for each in presents if not each.given]


def _yeses(choice: Choice, presents: Sequence[OfferStatus]) -> list[Offer]:
    if choice.button is not Button.SAVE:
        return []
    # An offer that was granted meanwhile in another window needs no second record.
    return [each.offer for each in asked(presents) if each.offer in choice.chosen & choice.boxes]


def _noes(
    choice: Choice, presents: Sequence[OfferStatus], here: tuple[Scope, str]
) -> list[tuple[Offer, ConsentState, tuple[Scope, str]]]:
    """The refusals of a choice, each with the scope in which it counts; `here` is what was asked."""
    if choice.button in (Button.WITHDRAW_ALL, Button.WITHDRAW_WIDE):
        everything = choice.button is Button.WITHDRAW_ALL
        withdrawn = [each for each in presents if everything or each.offer in choice.chosen]
        return [(each.offer, _against_yes(each), place) for each in withdrawn for place in _given_in(each, here)]
    if choice.button is Button.WITHDRAW:
        standing_yes = [each for each in presents if each.given]
        return [(each.offer, _against_yes(each), here) for each in standing_yes if each.offer in choice.chosen]
    everything = choice.button is Button.NO_TO_ALL
    said_no = [each for each in presents if everything or each.offer in choice.boxes - choice.chosen]
    return [(each.offer, _no_to(each), here) for each in said_no if not each.said_no]


def _given_in(present: OfferStatus, here: tuple[Scope, str]) -> list[tuple[Scope, str]]:
    """The scopes in which a yes of the person lives."""
    places = list(dict.fromkeys((each.scope, each.scope_id) for each in present.yeses))
    return places or ([here] if present.given else [])


def _no_to(present: OfferStatus) -> ConsentState:
    return _against_yes(present) if present.given else ConsentState.DENIED


def _against_yes(present: OfferStatus) -> ConsentState:
    return ConsentState.WITHDRAWN if present.takes_back else ConsentState.DENIED
