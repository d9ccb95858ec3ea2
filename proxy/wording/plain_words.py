"""Words that are names or findings in one place and plain English (or protocol) in another.

Words that name nobody: what prompts, minutes and running speech begin sentences with.

A small language model takes a capital at the start of a sentence for a name ("Summarize this meeting", "Item 4").
A finding of the model that consists of such words alone is dropped. Words that are anybody's name as well are in
`common_words.NAME_WORDS` and never here; patterns, rosters and deny lists are not touched by this list.
"""

from __future__ import annotations

import re

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


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_IMPERATIVES = words("plain", "imperatives")
_MEETING = words("plain", "meeting")
_FORMS = words("plain", "forms") - {"english"}
_ACRONYMS = words("plain", "acronyms")
_SPEECH = words("plain", "speech")

_ASKING = words("plain", "asking")

PLAIN_WORDS = (_IMPERATIVES | _MEETING | _FORMS | _ACRONYMS | _SPEECH | FUNCTION_WORDS | PROTOCOL_WORDS) - NAME_WORDS
"""Words that are nobody's name, in lower case."""


def is_imperative(word: str) -> bool:
    """Whether a word in lower case opens instructions: ``summarize``, ``please``."""
    return word in _IMPERATIVES or word in _ASKING


def is_plain(words: str) -> bool:
    """Whether a stretch of text holds nothing but plain words, and figures beside them."""
    found = _WORD.findall(words.casefold())
    return not all(map(str.isdecimal, found)) and all(word.isdecimal() or word in PLAIN_WORDS for word in found)
