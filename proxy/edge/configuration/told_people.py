"""What people who are asked would read as not known, or as leaving whatever it is about, by the configuration.

Each is a choice that may be meant, and that the data protection officer should know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from proxy.consent.invitations import Offer
from proxy.desk.protection import special_kept
from proxy.model import SPECIAL_CATEGORIES, Action
from proxy.settings import ActionSetting, Settings, actions

_STATED = ("may_train", "retention_days", "region")


def _not_stated(settings: Settings) -> Iterator[str]:
    """Yield one line for each recipient that a consent page can describe in part only, with the remedy."""
    if settings.consent_pages is None:
        return
    served = {route.recipient for route in settings.routes if route.purpose is not None}
    for name, recipient in settings.recipients.items():
        missing = [field for field in _STATED if getattr(recipient, field) is None]
        if name in served and missing:
            yield (
                f"recipients.{name}: does not state {', '.join(missing)}, which people who are asked read as "
                "'not known'; remedy: state what its terms say"
            )


def _special(settings: Settings) -> Iterator[str]:
    """Yield a line if words of special categories (GDPR Art. 9 and 10) leave as they are said, and on which routes."""
    keeping: dict[tuple[str, ...], list[str]] = {}
    for route in settings.routes:
        if route.purpose is not None and (kept := special_kept(settings, [Offer(route.purpose, route.recipient)])):
            keeping.setdefault(kept, []).append(route.name)
    for kinds, routes in keeping.items():
        yield (
            f"redaction: what is said about {', '.join(kinds)} leaves as it is said, and is counted, on routes "
            f"{', '.join(routes)}; remedy: 'remove' or 'refuse' for kinds that must not leave"
        )


def _found_in_english(settings: Settings) -> Iterator[str]:
    """Yield a line if special categories are to be kept in, but other languages leave or are to be expected."""
    treated = [settings.actions_of(route) for route in settings.routes] or [actions(settings.redaction)]
    ruled = [kind for kind in SPECIAL_CATEGORIES if any(_is_ruled(each, kind) for each in treated)]
    if ruled and any(language != "en" for language in _expected(settings)):
        yield (
            f"redaction: {', '.join(ruled)} are found by lists of English words alone, so that what is said about them "
            "in another language leaves as it is said, and some in English too; remedy: do not rely on it in other "
            "languages (docs/policy.md)"
        )


def _is_ruled(by_kind: Mapping[str, ActionSetting], kind: str) -> bool:
    return by_kind.get(kind, by_kind["default"]) is not Action.KEEP


def _expected(settings: Settings) -> Iterator[str]:
    """Yield languages that people or routes have: those of the consent pages, and others that a route lets leave."""
    if settings.consent_pages is not None:
        yield from settings.consent_pages.languages
    for route in settings.routes:
        policy = settings.detection_of(route).languages
        if "patterns" in (policy.in_part, policy.uncovered):
            yield "other"


def _endless(settings: Settings) -> Iterator[str]:
    """Yield a line if a page would say that what is on file, or the record, has no end."""
    unset = [
        name
        for name, days in (
            ("ledger.retain_days", settings.ledger.retain_days),
            ("retention.meetings_days", settings.retention.meetings_days),
            ("retention.people_days", settings.retention.people_days),
        )
        if days is None
    ]
    if settings.consent_pages is not None and unset:
        yield (
            f"{', '.join(unset)}: not set, so that this is kept without an end, and people who are asked may read so; "
            "remedy: set days; a running proxy takes them at its next start, not by 'reload'"
        )


def hints(settings: Settings) -> list[str]:
    """Return what to know, one line each, with the remedy."""
    return [each for found in (_not_stated, _special, _found_in_english, _endless) for each in found(settings)]
