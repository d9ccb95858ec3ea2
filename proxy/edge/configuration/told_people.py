"""What people who are asked would read as not known, or as leaving whatever it is about, by the configuration.

Each is a choice that may be meant, and that the data protection officer should know.
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy.consent.invitations import Offer
from proxy.desk.protection import special_kept
from proxy.settings import Settings

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


def hints(settings: Settings) -> list[str]:
    """Return what to know, one line each, with the remedy."""
    return [*_not_stated(settings), *_special(settings)]
