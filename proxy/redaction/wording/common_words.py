"""Words that are names or findings in one place and plain English (or protocol) in another."""

from __future__ import annotations

from proxy.languages import words


def word_set(words: str) -> frozenset[str]:
    """The words of a text that is a list, set apart by white space."""
    return frozenset(words.split())


NAME_WORDS = words("common", "names")
"""Given and family names that are common English words too; matched as a name only with a capital."""

FUNCTION_WORDS = words("common", "function")
"""Words that running speech is full of. Months and weekdays are here: as findings they are dates, not secrets."""

PROTOCOL_WORDS = words("common", "protocol")
"""Words of which requests themselves are made; in lower case they are everywhere in a body."""

COMMON_WORDS = NAME_WORDS | FUNCTION_WORDS | PROTOCOL_WORDS


def is_common(folded: str) -> bool:
    """Whether a folded single word is also plain English or protocol."""
    return folded in COMMON_WORDS
