"""What is replaced in words before they leave, as settings have it, for whoever is asked."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from proxy.consent.invitations import Offer
from proxy.model import Action
from proxy.settings import Settings, actions
from proxy.settings.dialect_names import SOUND


class Replaced(StrEnum):
    """Groups of kinds that people know, in the order in which they are told."""

    NAMES = "names"
    ADDRESSES = "addresses"
    NUMBERS = "numbers"
    SECRETS = "secrets"


_KINDS = {
    Replaced.NAMES: ("PERSON",),
    Replaced.ADDRESSES: ("EMAIL_ADDRESS",),
    Replaced.NUMBERS: ("PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE"),
    Replaced.SECRETS: ("SECRET",),
}


def replaced(settings: Settings, offers: Collection[Offer]) -> tuple[Replaced, ...] | None:
    """The groups of which every kind is replaced on every route that serves these offers; None if one sends sound.

    A kind that policy keeps on one of the routes is not promised for any.
    """
    routes = [each for each in settings.routes if any((each.purpose, each.recipient) == offer for offer in offers)]
    if any(route.dialect in SOUND for route in routes):
        return None
    treated = [settings.actions_of(route) for route in routes] or [actions(settings.redaction)]
    return tuple(
        group
        for group, kinds in _KINDS.items()
        if all(by_kind.get(kind, by_kind["default"]) is not Action.KEEP for by_kind in treated for kind in kinds)
    )
