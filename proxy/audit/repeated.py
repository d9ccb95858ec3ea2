"""Which exchanges sent again what the AI had made of somebody's words.

A reply rests on the words that its request carried. Whoever repeats it sends them again, in other words; the record of
such a request names the exchanges that gave the text back (``derived_from``). The reply of a job is given back by an
exchange of its own, whose record names the one that asked for the job (``first_exchange``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from proxy.audit.ocsf import Event
from proxy.audit.query import ledger_part


class Link(NamedTuple):
    """What a request has of earlier exchanges: those whose replies it repeats, and the one whose reply it fetches."""

    exchange: str
    repeats: tuple[str, ...] = ()
    fetches: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """All earlier exchanges that it names."""
        return self.repeats if self.fetches is None else (*self.repeats, self.fetches)


def link_of(intent: Event) -> Link:
    """What an intent names of earlier exchanges."""
    exchange, facts = intent["metadata"]["correlation_uid"], ledger_part(intent)
    return Link(exchange, tuple(facts.get("derived_from", ())), facts.get("first_exchange"))


def resting_on(links: Iterable[Link], carrying: Collection[str]) -> dict[str, tuple[str, ...]]:
    """For each exchange that repeated a reply which rests on somebody's words: the exchanges whose replies these were.

    `links` are those of exchanges that left, in any order; `carrying` are the exchanges that left with the words
    themselves. A reply to what was repeated rests on the words as well, over any number of steps. A reply that was
    fetched counts as that of the exchange which asked for it.
    """
    linked = list(links)
    fetched = {link.exchange: link.fetches for link in linked if link.fetches is not None}
    repeating: dict[str, list[str]] = {}
    for link in linked:
        for source in link.repeats:
            repeating.setdefault(fetched.get(source, source), []).append(link.exchange)
    found: dict[str, set[str]] = {}
    waiting = list(carrying)
    while waiting:
        source = waiting.pop()
        for exchange in repeating.get(source, ()):
            if exchange not in found and exchange not in carrying:
                waiting.append(exchange)
            found.setdefault(exchange, set()).add(source)
    return {exchange: tuple(sorted(sources)) for exchange, sources in found.items()}
