"""What all pages share as they are asked for: the fields of a form, the headers of an answer, and what bad links do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from proxy.consent.invitations import BadForm, FormReason
from proxy.edge import telemetry
from proxy.edge.rate import Rate
from proxy.edge.store.store import Store

MAX_FIELDS = 64

_ALL_BAD_LINKS = "all"
ALL_FACTOR = 10
"""How many times more is served and recorded for all addresses together than for one."""

log = telemetry.logger()


class RefusedVisit(Exception):
    """A page that says why the requested one is not served."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


def fields_of(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form as a browser sends them. Raises `BadForm`."""
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise BadForm(FormReason.FORGED) from None


def the_one(fields: Sequence[tuple[str, str]], name: str) -> str:
    """Return the value of a field that is there once. Raises `BadForm`."""
    values = [value for field, value in fields if field == name]
    if len(values) != 1:
        raise BadForm(FormReason.FORGED)
    return values[0]


def headers(policy: str, language: str) -> dict[str, str]:
    """Return the headers of an answer: nothing is kept, embedded, loaded or sent elsewhere. `policy` is the CSP."""
    return {
        "content-security-policy": policy,
        "content-language": language,
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "x-robots-tag": "noindex, nofollow",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "vary": "accept-language",
        "server": "meeting-privacy-proxy",
    }


class BadLinks:
    """Records links and forms that are not good, and bounds how many bad links are taken from one address."""

    def __init__(self, store: Store, per_minute: int, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._each, self._all = Rate(per_minute), Rate(ALL_FACTOR * per_minute)

    def used_up(self, came_from: str) -> bool:
        """Whether no more bad link may come from an address."""
        return self._each.used_up(came_from, time.monotonic())

    async def came(self, reason: str, came_from: str, invitation: str | None = None) -> None:
        """Record that a bad link came from an address. Raises `RefusedVisit` if there were too many."""
        clock = time.monotonic()
        if not self._each.allows(came_from, clock) or not self._all.allows(_ALL_BAD_LINKS, clock):
            raise RefusedVisit("too_many_requests", 429)
        await self.note(reason, invitation)

    async def note(self, reason: str, invitation: str | None) -> None:
        """Record an incident. `reason` is a code, and `invitation` an id."""
        log.warning("consent_link_refused", reason=str(reason))
        await self._store.links.note_incident(str(reason), invitation, self._now())
