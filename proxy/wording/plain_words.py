"""Plain words: English or protocol words that are also names or findings elsewhere, and words that name nobody.

Words that name nobody begin sentences in prompts, minutes and running speech. A small language model takes a capital at
the start of a sentence for a name ("Summarize this meeting", "Item 4"), so a finding of the model that consists only of
such words is dropped. Words that are also somebody's name are in `NAME_WORDS` and never in `PLAIN_WORDS`. Patterns,
rosters and deny lists do not use this list.
"""

from __future__ import annotations

import re

from proxy.languages import words


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is separated by white space."""
    return frozenset(words.split())


NAME_WORDS = words("common", "names")
"""Given and family names that are common English words too; they match as a name only with a capital."""

FUNCTION_WORDS = words("common", "function")
"""Words that running speech is full of. Months and weekdays are included: as findings they are dates, not secrets."""

PROTOCOL_WORDS = words("common", "protocol")
"""Words that requests themselves consist of; in lower case they are everywhere in a body."""

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
    """Whether a lower-case word opens instructions: ``summarize``, ``please``."""
    return word in _IMPERATIVES or word in _ASKING


def is_plain(words: str) -> bool:
    """Whether a stretch of text consists of plain words, or of plain words and numbers."""
    found = _WORD.findall(words.casefold())
    return not all(map(str.isdecimal, found)) and all(word.isdecimal() or word in PLAIN_WORDS for word in found)
