"""Which settings hold from the start of a process to its end. All others can be changed while it serves."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from proxy.settings.document import Contradiction, Settings
from proxy.settings.ledger import Ledger

Place = tuple[str, ...]

FIXED: tuple[Place, ...] = (
    ("organization",),
    ("listen", "host"),
    ("listen", "port"),
    ("admin", "host"),
    ("admin", "port"),
    ("consent_pages", "host"),
    ("consent_pages", "port"),
    ("limits", "header_seconds"),
    ("limits", "connections"),
    ("limits", "drain_seconds"),
    ("server",),
    ("store",),
    *(("ledger", name) for name in Ledger.model_fields if name != "retain_days"),
)
"""What is opened once: processes, listeners with the bounds of their connections, the store, the ledger by its name.

Whether a listener has a certificate, and asks clients for theirs, is fixed as well; the certificates are not.
"""


def changes(running: Settings, fresh: Settings) -> Iterator[Contradiction]:
    """Yield where `fresh` differs from the settings of a running process in what is fixed, each at its place."""
    for place in FIXED:
        for differing in _differing(_at(running, place), _at(fresh, place), place):
            yield _changed(differing)
    for listener in ("listen", "admin", "consent_pages"):
        if (_at(running, (listener, "tls")) is None) != (_at(fresh, (listener, "tls")) is None):
            yield _changed((listener, "tls"))
    authorities = ("listen", "tls", "client_authorities")
    if (_at(running, authorities) is None) != (_at(fresh, authorities) is None):
        yield _changed(authorities)


def _changed(place: Place) -> Contradiction:
    return Contradiction(place, "cannot change while the proxy runs", "restart the proxy, or set it back")


def _at(settings: Settings, place: Place) -> object:
    """The value of a setting. None where its section is absent."""
    found: object = settings
    for name in place:
        found = getattr(found, name, None)
    return found


def _differing(one: object, other: object, place: Place) -> Iterator[Place]:
    """Yield the innermost settings in which two values differ."""
    if one == other:
        return
    if isinstance(one, BaseModel) and isinstance(other, BaseModel):
        for name in type(one).model_fields:
            yield from _differing(getattr(one, name), getattr(other, name), (*place, name))
    else:
        yield place
