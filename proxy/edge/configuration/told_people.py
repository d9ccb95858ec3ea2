"""What people who are asked would read as not known, because the configuration does not state it."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.settings import Settings

_STATED = ("may_train", "retention_days", "region")


def doubts(settings: Settings) -> Iterator[str]:
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
