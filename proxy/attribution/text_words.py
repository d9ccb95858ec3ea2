"""The words for texts: for the one that is given, the one that is wanted, and their form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proxy.attribution.captions import is_listed_role, tells_nothing
from proxy.formats.labels import is_listed
from proxy.languages import words
from proxy.wording.plain_words import is_plain

TEXT = words("asking", "text")
"""Words that prompts use and people seldom say: for the text that is given and for the form of the text that is wanted.
"""
WISHED = TEXT | words("asking", "wished")
"""What somebody who asks for a text wants."""
MEANT = words("asking", "meant")
"""What follows or stands above, as a line announces it: ``This is a meeting of the board``."""
WANTED = words("asking", "wanted")
WORKS = words("asking", "works")
"""Verbs that apply to texts alone: a sentence that opens with one is a request wherever it stands in a line."""
OF_TEXTS = WISHED | MEANT | WANTED
"""Words for texts and their parts."""
_DESCRIBED = words("asking", "described")
"""Words with which a value says what is wanted in its place."""
_TOPICS = words("asking", "topics")
"""Words of headings for what a text tells of."""
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def folded(text: str) -> list[str]:
    """The words of a text, case-folded."""
    return list(_folded(text))


def _folded(text: str) -> Iterator[str]:
    """The same, read as far as it is asked for."""
    return (word[0].casefold() for word in WORD.finditer(text))


def is_of_form(text: str) -> bool:
    """Whether all words are for texts, for their form, or for what is said in them: ``exact words of the speaker``."""
    return all(map(is_form_word, _folded(text)))


def names_things(text: str) -> bool:
    """Whether all words are such ones, plain words, or words for what people are: ``action item``, ``line manager``."""
    return all(is_form_word(word) or is_plain(word) or is_listed_role(word) for word in _folded(text))


def titles(text: str) -> bool:
    """Whether all words are such ones or topics of meetings: ``Lessons learned``."""
    return all(word in _TOPICS or names_things(word) for word in _folded(text))


def is_form_word(word: str) -> bool:
    """Whether a word in lower case is one for a text, its form, a heading, or what is said in a text."""
    return tells_nothing((word,)) or word in OF_TEXTS or word in _DESCRIBED or is_listed(word)
