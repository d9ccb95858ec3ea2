"""Text that this proxy gave back in a meeting, where a later request repeats it: whose consent it rests on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from proxy.attribution.derived import Stretch, given_back
from proxy.consent.decide import Speech
from proxy.consent.written import read
from proxy.model import GivenBack


@dataclass(frozen=True, slots=True)
class Source:
    """An exchange whose reply was given back, and the speech that it had sent."""

    exchange: str
    speeches: tuple[Speech, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """All that was given back to a client in a meeting, as digests under `key`; empty where nothing was."""

    key: bytes = b""
    digests: Mapping[bytes, Collection[str]] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)

    def stretches(self, text: str) -> list[Stretch]:
        """Where a text repeats what was given back."""
        return given_back(text, self.digests, self.key) if self.digests else []


def known(kept: Sequence[GivenBack], key: bytes) -> Known:
    """What was given back, ready to be searched for. What another version kept is left out: it proves nothing."""
    found: dict[bytes, set[str]] = {}
    sources: dict[str, Source] = {}
    for one in kept:
        try:
            speeches = tuple(read(held) for held in json.loads(one.speeches))
        except (ValueError, LookupError, TypeError):
            continue
        sources[one.exchange] = Source(one.exchange, speeches)
        for digest in one.digests:
            found.setdefault(digest, set()).add(one.exchange)
    return Known(key, found, sources)


NOTHING_KNOWN = Known()
