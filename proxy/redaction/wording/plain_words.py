"""Words that name nobody: what prompts, minutes and running speech begin sentences with.

A small language model takes a capital at the start of a sentence for a name ("Summarize this meeting", "Item 4").
A finding of the model that consists of such words alone is dropped. Words that are anybody's name as well are in
`common_words.NAME_WORDS` and never here; patterns, rosters and deny lists are not touched by this list.
"""

from __future__ import annotations

import re

from proxy.languages import words
from proxy.redaction.wording.common_words import FUNCTION_WORDS, NAME_WORDS, PROTOCOL_WORDS

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
