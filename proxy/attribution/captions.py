"""Words before a colon in a client's own lines: ``Ask: …``, ``Tell me: …``, ``Role: …``, ``KPI: …``, ``Decisions: …``.

Such a word is made of what is nobody's name and no word for people. A speaker's label is not.
"""

from __future__ import annotations

import re

from proxy.attribution.forms import is_form
from proxy.attribution.roles import is_role, is_title
from proxy.languages import words
from proxy.redaction.wording.plain_words import is_plain

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
_WORD = re.compile(r"[^\W\d_]+")
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
