"""What is replaced in words before they leave, as settings have it, for whoever is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from proxy.consent.invitations import Offer
from proxy.model import SPECIAL_CATEGORIES, Action
from proxy.settings import ActionSetting, Route, Settings, actions
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
    routes = _serving(settings, offers)
    if any(route.dialect in SOUND for route in routes):
        return None
    treated = _treated(settings, routes)
    return tuple(group for group, kinds in _KINDS.items() if not any(_keeps(each, kinds) for each in treated))


def restored(settings: Settings, offers: Collection[Offer]) -> tuple[Replaced, ...]:
    """The groups of which a kind is put back into what the AI answers, on a route that serves these offers."""
    treated = _treated(settings, _serving(settings, offers))
    return tuple(
        group
        for group, kinds in _KINDS.items()
        if any(by_kind.get(kind, by_kind["default"]) is Action.PSEUDONYM for by_kind in treated for kind in kinds)
    )


def special_kept(settings: Settings, offers: Collection[Offer]) -> tuple[str, ...]:
    """The special categories (GDPR Art. 9 and 10) that leave as they are said, on a route that serves these offers."""
    treated = _treated(settings, _serving(settings, offers))
    return tuple(kind for kind in SPECIAL_CATEGORIES if any(_keeps(each, (kind,)) for each in treated))


def _serving(settings: Settings, offers: Collection[Offer]) -> list[Route]:
    return [each for each in settings.routes if any((each.purpose, each.recipient) == offer for offer in offers)]


def _treated(settings: Settings, routes: Collection[Route]) -> list[dict[str, ActionSetting]]:
    """The actions by kind of each of these routes; those of the settings where there is none."""
    return [settings.actions_of(route) for route in routes] or [actions(settings.redaction)]


def _keeps(by_kind: Mapping[str, ActionSetting], kinds: Collection[str]) -> bool:
    return any(by_kind.get(kind, by_kind["default"]) is Action.KEEP for kind in kinds)
