"""What has left of a person's words, for their page: counted by purpose and recipient, in what their link is about."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from proxy.audit.about import CarryingExchange
from proxy.consent.invitations import Offer
from proxy.consent.offers import OfferState
from proxy.desk.ports import PastExchanges
from proxy.desk.subjects import AlreadyLeft, left_within
from proxy.edge.pages.reading import Subject
from proxy.edge.store.store import Store

PATIENCE = 3.0
"""Seconds for which a page waits for the ledger; then it says that what has left cannot be told now."""

_asking: set[asyncio.Task[AlreadyLeft]] = set()
"""Questions that outlast their page: the ledger answers one after the other, so none is cancelled half-way."""


class Left(NamedTuple):
    """How often words, or what was made of them, left for a purpose, and when last.

    `kept` are the kinds that were found in the words and sent as they were said.
    """

    offer: Offer
    times: int
    last: datetime
    kept: frozenset[str] = frozenset()


def is_told(about: Subject) -> bool:
    """Whether the page tells what has left: as soon as anything is on file, a yes that goes on included."""
    return any(each.yeses or each.state is not OfferState.NOTHING for each in about.presents)


async def left(about: Subject, store: Store, past: PastExchanges, organization: str) -> tuple[Left, ...] | None:
    """Return what has left by the offers of the link; None if that cannot be told now."""
    invitation = about.invitation
    question = left_within(store, past, organization, about.person.id, invitation.scope, invitation.scope_id)
    task = asyncio.create_task(question)
    _asking.add(task)
    task.add_done_callback(_asking.discard)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    found = (await task).exchanges if done else None
    return None if found is None else _counted(found, about.offers)


def _counted(exchanges: Collection[CarryingExchange], offers: Collection[Offer]) -> tuple[Left, ...]:
    by_offer = {offer: [each for each in exchanges if (each.purpose, each.recipient) == offer] for offer in offers}
    return tuple(
        Left(offer, len(sent), max(each.at for each in sent), frozenset(kind for each in sent for kind in each.kept))
        for offer, sent in by_offer.items()
        if sent
    )
