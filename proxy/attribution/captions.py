"""Words before a colon in a client's own lines: ``Ask: …``, ``Tell me: …``, ``Role: …``, ``KPI: …``, ``Decisions: …``.

Such a word is made of what is nobody's name and no word for people. A speaker's label is not.

Words before a colon that name nobody: titles of what follows, told from people by their names or by what they do.

``Key Issues Discussed`` and ``Decisions Made`` are made of ordinary words, none of which is a name. ``Team Lead`` and
``Product Manager`` are so too, and yet they speak: a word for what somebody is leaves a label a speaker's.
"""

from __future__ import annotations

import re

from proxy.attribution.forms import is_form
from proxy.languages import words
from proxy.wording.plain_words import is_plain
from proxy.wording.vocabulary import is_known_name, is_ordinary

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


_ACTING = words("captions", "acting")
"""Plain words that may yet stand for somebody who speaks: pronouns, parts of a company, offices by their letters."""
_ASKING = words("captions", "asking")
"""Words with which somebody asks for something; pronouns behind them are no speakers: ``Tell me``, ``What we need``."""
_PRONOUNS = words("captions", "pronouns")
_COUNTED = words("captions", "counted")
"""Alone, how speakers may be counted."""
_ELSEWHERE = words("captions", "captions")
"""Captions of prompts in other languages than English, none of them a given name (``Ton``, ``Tom``)."""
_EITHER = frozenset(("ton", "tom"))
"""Captions that are given names, too: they are captions before words for the form of a text."""
_VALUES = frozenset(("yes", "no", "true", "false", "none", "n/a", "low", "medium", "high", "optional", "required"))
"""What fills in a field and says nothing: ``Confidential: yes``."""
_TELLING = words("captions", "telling")
"""Words for what people are that tell so, and are nobody."""
_SPEAKING = words("captions", "speaking")
"""Words with which people say something; an entry has none."""
_MOST_WORDS = 4
_MOST_ENTRIES = 5


def is_foreign_caption(label: str) -> bool:
    """Whether a label is a caption of prompts in another language than English: ``Aufgabe``."""
    words = [word.casefold() for word in _WORD.findall(label)]
    return bool(words) and _ELSEWHERE.issuperset(words)


def is_caption(label: str) -> bool:
    """Whether a label tells what follows and names nobody who could speak."""
    words = [word.casefold() for word in _WORD.findall(label)]
    if is_foreign_caption(label):
        return True
    if not 0 < len(words) <= _MOST_WORDS or not is_plain(" ".join(words)) or _COUNTED.issuperset(words):
        return False
    asked = _PRONOUNS if len(words) > 1 and words[0] in _ASKING else frozenset[str]()
    return not any((word in _ACTING or is_role(word)) and word not in _TELLING for word in words if word not in asked)


def fills_in(label: str, entry: str) -> bool:
    """Whether a title that is nobody's name has an entry of few words behind it: ``Vocabulary: sprint, backlog``.

    So has a name that titles in other languages, before words for the form of a text: ``Ton: neutral``.
    """
    words = [word.casefold() for word in _WORD.findall(entry)]
    if label.casefold() in _EITHER:
        return is_form(entry)
    title = is_title(label) and len(label.split()) == 1 and label.casefold() not in _ACTING
    if title and entry.strip(" .").casefold() in _VALUES:
        return True
    return title and 1 < len(words) <= _MOST_ENTRIES and _SPEAKING.isdisjoint(words)
