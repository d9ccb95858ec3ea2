"""What a person chose on the page, as records to append."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from proxy.consent.grants import Grant, GrantState
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.present import Present, PresentState

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
    presents: Sequence[Present],
    terms: Mapping[str, str],
    *,
    notice_hash: str,
    notice_language: str | None,
    now: datetime,
    new_id: Callable[[], str],
) -> list[Grant]:
    """The records to append, every no before every yes. `terms` are the versions shown, by recipient.

    Only an offer that the person ticked becomes a yes. Whoever said no to the same, and nothing since, gets no second
    record of it.
    """
    noes = _noes(choice, presents)
    yeses = [(offer, GrantState.GRANTED) for offer in _yeses(choice, presents)]
    return [
        Grant(
            id=new_id(),
            participant=invitation.participant,
            scope=invitation.scope,
            scope_id=invitation.scope_id,
            purpose=offer.purpose,
            recipient=offer.recipient,
            terms_version=terms[offer.recipient],
            state=state,
            valid_from=now,
            valid_until=invitation.expires if state is GrantState.GRANTED else None,
            method=METHOD,
            affirmative=True,
            actor=invitation.participant,
            recorded_at=now,
            evidence_ref=invitation.id,
            notice_hash=notice_hash,
            notice_language=notice_language,
            covers_earlier=invitation.covers_earlier and state is GrantState.GRANTED,
        )
        for offer, state in (*noes, *yeses)
    ]


def asked(presents: Collection[Present]) -> list[Present]:
    """The offers that have a box: all but those that stand as a yes, which have a button to withdraw instead."""
    return [each for each in presents if each.state is not PresentState.YES]


def _yeses(choice: Choice, presents: Sequence[Present]) -> list[Offer]:
    if choice.button is not Button.SAVE:
        return []
    # What became a yes meanwhile, in another window, needs no second one.
    return [each.offer for each in asked(presents) if each.offer in choice.chosen & choice.boxes]


def _noes(choice: Choice, presents: Sequence[Present]) -> list[tuple[Offer, GrantState]]:
    standing_yes = [each for each in presents if each.state is PresentState.YES]
    if choice.button is Button.WITHDRAW_ALL:
        return [(each.offer, GrantState.WITHDRAWN) for each in standing_yes]
    if choice.button is Button.WITHDRAW:
        return [(each.offer, GrantState.WITHDRAWN) for each in standing_yes if each.offer in choice.chosen]
    everything = choice.button is Button.NO_TO_ALL
    said_no = [each for each in presents if everything or each.offer in choice.boxes - choice.chosen]
    return [(each.offer, _no_to(each)) for each in said_no if not each.said_no]


def _no_to(present: Present) -> GrantState:
    return GrantState.WITHDRAWN if present.state is PresentState.YES else GrantState.DENIED
