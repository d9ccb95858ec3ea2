"""Short forms of given names and their full forms: ``Robert`` is ``Bob``, ``Alexander`` is ``Sasha``, and back.

Most English forms come from the hand-made table of the library `nicknames`. It also pairs names that usually belong to
two people (``Patrick`` with ``Peter``), and has short forms that are hardly heard except as words (``Day`` for David).
So only its pairs that begin alike, or where one contains the other, count. ``diminutives.txt`` of a language adds other
forms in use.
"""

from __future__ import annotations

from nicknames import NickNamer

from proxy.languages import rows
from proxy.wording.plain_words import FUNCTION_WORDS, PLAIN_WORDS


def _groups() -> dict[str, frozenset[str]]:
    short: dict[str, set[str]] = {}
    for full, *called in rows("diminutives", "forms"):
        short.setdefault(full, set()).update(called)
    return {full: frozenset(called - {full}) for full, called in short.items()}


_SHORT = _groups()
_FULL: dict[str, set[str]] = {}
for _full, _called in _SHORT.items():
    for _name in _called:
        _FULL.setdefault(_name, set()).add(_full)
_LIBRARY = NickNamer()
_WORDS = FUNCTION_WORDS | PLAIN_WORDS

ENGLISH_FORMS = frozenset(name for full, short in _LIBRARY.nickname_lookup.items() for name in (full, *short))
"""Full and short forms of the library's table, folded."""


def also_called(given: str) -> frozenset[str]:
    """The short forms of a folded given name, and the full forms that it is short for; without the name itself."""
    own = _SHORT.get(given, frozenset[str]()) | _FULL.get(given, set())
    listed = {name for name in _LIBRARY.nicknames_of(given) if _is_short_of(name, given)}
    listed |= {name for name in _LIBRARY.canonicals_of(given) if _is_short_of(given, name)}
    return frozenset(name for name in own | listed if name.isalpha() and len(name) > 1) - {given}


def _is_short_of(short: str, full: str) -> bool:
    return short not in _WORDS and (short[:2] == full[:2] or (len(short) > 3 and short in full))
