"""Where people are named in a text, and where words are that are a stranger's display name too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from proxy.redaction.roster.search import Mention, RosterSearch
from proxy.redaction.wording.vocabulary import is_known_name, is_ordinary

_DETERMINER = re.compile(
    r"(?<!\w)(?:the|a|an|this|that|these|those|our|my|your|his|her|their|its|no|any|every|each|some)[ \t]+$"
)
_WORD = re.compile(r"\w+")
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Naming:
    """A search for people. Of `strangers` (ids), known by a label alone, a thing is no name: ``the purple ladder``."""

    search: RosterSearch
    strangers: frozenset[str]

    def find(self, text: str) -> list[Mention]:
        """Mentions of any form."""
        return self._names(text, self.search.find(text))

    def find_recorded(self, text: str) -> list[Mention]:
        """Mentions by what the roster itself says, to the letter."""
        return self._names(text, self.search.find_recorded(text))

    def _names(self, text: str, mentions: Iterable[Mention]) -> list[Mention]:
        return [m for m in mentions if not (m.people <= self.strangers and _is_thing(text, m.start, m.end))]


def _is_thing(text: str, start: int, end: int) -> bool:
    """Whether ordinary words in small letters stand behind an article or the like, as names do not."""
    words = _WORD.findall(text[start:end])
    plain = text[start:end].islower() and all(is_ordinary(word) and not is_known_name(word) for word in words)
    return plain and _DETERMINER.search(text, max(0, start - _LONGEST), start) is not None
