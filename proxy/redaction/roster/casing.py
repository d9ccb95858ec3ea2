"""How a name must be written to be taken for one, where its letters alone say too little."""

from __future__ import annotations

import re
from enum import IntEnum

from proxy.languages import words

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;…\n\r\"“”(\[>]|[-–—*•]\s)\s*$")
_BEFORE = re.compile(r"([^\W_]+)\s*$")
_ADDRESSED = re.compile(r"\s*(?:[,?!]|['’]s?\b)")
_DETERMINERS = words("names", "determiners")
_NEAR = 24
"""So many characters before a name are looked at."""


class Case(IntEnum):
    """From the loosest to the strictest; of two ways to the same surface the looser one counts."""

    ANY = 0
    CAPITAL = 1
    """A capital first letter, or a script that has none."""
    CAPITALS = 2
    """Every word with a capital (``J Rose``)."""
    CONTEXT = 3
    """A capital that no sentence explains: within a sentence and after no article, or before a comma (``Will,``)."""
    INITIALS = 4
    """All capitals, after no article (``JD``)."""


def is_written(text: str, start: int, end: int, case: Case) -> bool:
    """Whether ``text[start:end]`` is written as `case` demands."""
    surface = text[start:end]
    if case is Case.ANY:
        return True
    if case is Case.CAPITAL:
        return is_capital(surface)
    if case is Case.CAPITALS:
        return all(is_capital(word) for word in _WORD.findall(surface))
    if case is Case.INITIALS:
        return surface.isupper() and not _after_determiner(text, start)
    if not is_capital(surface) or (len(surface) > 1 and surface.isupper()) or _after_determiner(text, start):
        return False
    before = text[max(0, start - _NEAR) : start]
    return _ADDRESSED.match(text, end) is not None or _SENTENCE_END.search(before) is None


def is_capital(surface: str) -> bool:
    """Whether a surface is written with a capital, or in a script that has none."""
    first = next((c for c in surface if c.isalpha()), "")
    return first.isupper() or first == first.swapcase()


def _after_determiner(text: str, start: int) -> bool:
    before = _BEFORE.search(text, max(0, start - _NEAR), start)
    return before is not None and before[1].lower() in _DETERMINERS
