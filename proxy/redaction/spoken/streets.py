"""House numbers as they are said: "forty two baker street", "apartment four b"."""

from __future__ import annotations

from proxy.redaction.spoken.numbers import Number
from proxy.redaction.spoken.tables import Tables
from proxy.redaction.spoken.words import Words

_BETWEEN = 4
_CONTEXT_CHARS = 60


def is_house_number(number: Number, words: Words, tables: Tables) -> bool:
    """Whether a street follows (a word for one within four words, none of them a function word) or a room is meant.

    "One way" and "two close" are streets only where somebody lives there.
    """
    if number.parts[0].first and words.words[number.parts[0].first - 1] in tables.words["rooms"]:
        return True
    digits = number.digits
    if not digits.isdecimal() or len(digits) > 5 or number.parts[-1].amount:
        return False
    at = number.parts[-1].last
    start = words.starts[number.parts[0].first]
    lives = tables.contexts["place"].search(words.text, max(0, start - _CONTEXT_CHARS), start) is not None
    for away in range(1, _BETWEEN):
        if at + away >= len(words) or not words.near[at + away - 1] or not words.near[at + away]:
            return False
        if words.words[at + away - 1] in tables.words["no_label"]:
            return False
        word = words.words[at + away]
        if word in tables.words["streets"] or (word in tables.words["weak_streets"] and lives):
            return len(digits) > 1 or lives
    return False
