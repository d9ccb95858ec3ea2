"""Tell whether a title names somebody: as redaction finds people, and in doubt, because a title is easily left out.

People write titles in haste and in any language: ``Bens review``, ``BenOkoro farewell``, ``ben2026``. So besides what
the roster search finds, a word counts that begins with a word of somebody's name and goes on with an ending, a number
or another such word.
"""

from __future__ import annotations

import re

from proxy.model import Roster
from proxy.redaction.roster.search import people_of, search_for
from proxy.redaction.roster.surfaces import recorded
from proxy.wording.folded import fold_name

_LONGEST_ENDING = 3
_SHORTEST = 3
"""Letters of a word of a name that counts with an ending; a shorter one counts alone."""
_WORD = re.compile(r"[^\W_]+")
_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|_+|(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
"""Where words that are written as one may begin."""


def may_name_somebody(title: str, roster: Roster) -> bool:
    """Whether a title may name somebody on the roster; also in inflected, joined and folded forms."""
    people = people_of(roster)
    search = search_for(tuple(people))
    apart = _BORDER.sub(" ", title)
    if any(search.find(written) for written in dict.fromkeys((title, apart, apart.title()))):
        return True
    surfaces = (each.key for person in people for each in recorded(person.labels, person.emails, person.collective))
    names = {word for key in surfaces for word in _WORD.findall(key)}
    words = {word for written in (title, apart) for word in _WORD.findall(fold_name(written))}
    return any(_is_made_of(word, names) for word in words)


def _is_made_of(word: str, names: set[str]) -> bool:
    """Whether a word is a word of a name, alone or with an ending, or several of them in one."""
    if word in names:
        return True
    for end in range(_SHORTEST, len(word)):
        rest = word[end:]
        if word[:end] in names and (len(rest) <= _LONGEST_ENDING or rest.isdecimal() or _is_made_of(rest, names)):
            return True
    return False
