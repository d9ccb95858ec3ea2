"""Words before a colon that name nobody: titles of what follows, told from people by their names or by what they do.

``Key Issues Discussed`` and ``Decisions Made`` are made of ordinary words, none of which is a name. ``Team Lead`` and
``Product Manager`` are so too, and yet they speak: a word for what somebody is leaves a label a speaker's.
"""

from __future__ import annotations

import re

from proxy.languages import words
from proxy.redaction.wording.vocabulary import is_known_name, is_ordinary

_PEOPLE = words("people", "roles")
_DOES = re.compile(r"\w+(?:er|ers|or|ors|ist|ists|ee|ees|man|men|woman|women|person|persons)")
"""How words for people end: ``manager``, ``auditor``."""
_THINGS = words("people", "things")
"""Words with such an ending that are none."""
_WORD = re.compile(r"[^\W\d_]+")
_LONG = 5
"""Letters of the longest word of a title at least: short words of English are names elsewhere (``An Wei``)."""


def is_role(word: str) -> bool:
    """Whether a word tells what somebody is: ``manager``, ``Sales``."""
    folded = word.casefold()
    return folded in _PEOPLE or (folded not in _THINGS and _DOES.fullmatch(folded) is not None)


def is_named(label: str) -> bool:
    """Whether a label holds a word that is a name, or no ordinary one."""
    words = [word.casefold() for word in _WORD.findall(label)]
    short = all(len(word) < _LONG for word in words)
    return short or any(not is_ordinary(word) or is_known_name(word) for word in words)


NAMED = 2
"""How much a name that is nothing else is like somebody's, by `likeness`."""


def likeness(label: str) -> int:
    """How much a label is like somebody's: 2 where a word of it is a name and nothing else, or all are names; 1 where
    a word is in no dictionary or tells what people are; else 0. Short capitals are taken for an abbreviation.
    """
    words = _WORD.findall(label)
    folded = [word.casefold() for word in words]
    if any(is_known_name(word) and not is_ordinary(word) for word in folded):
        return 2
    if len(words) > 1 and all(map(is_known_name, folded)):
        return 2
    unknown = (len(word) > 1 and not is_ordinary(word.casefold()) and not _abbreviates(word) for word in words)
    return int(any(unknown) or any(map(is_role, words)))


def _abbreviates(word: str) -> bool:
    return word.isupper() and len(word) < _LONG


def is_title(label: str) -> bool:
    """Whether a label is made of ordinary words alone, none of them a name or a word for people."""
    return not is_named(label) and not any(map(is_role, _WORD.findall(label)))


def is_phrase(label: str) -> bool:
    """Whether a title goes on in small letters, as names do not: ``Harbour question``."""
    words = _WORD.findall(label)
    return len(words) > 1 and all(map(str.islower, words[1:])) and is_title(label)
