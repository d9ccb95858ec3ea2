"""Recognize captions and forms: lines and labels of a prompt that name nobody and that nobody said.

A caption is a label before a colon, such as ``Ask``, ``Role``, ``KPI`` or ``Decisions Made``. It consists of ordinary
words, none of which is a name or a word for people. ``Team Lead`` and ``Product Manager`` are ordinary words too, and
yet they speak: a word for what somebody is makes a label a speaker's.

Other lines only describe the form of a text: ``one line each``, ``sans formules de politesse``. All of their words come
from one closed vocabulary of several languages: figures and amounts, parts of a text, what prompts ask to leave out,
and words that join these. Whoever uses these words alone has said nothing about anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxy.languages import words
from proxy.wording.plain_words import is_plain
from proxy.wording.vocabulary import is_known_name, is_ordinary

_AMOUNTS = words("forms", "amounts")
_PARTS = words("forms", "parts") | words("statements", "texts") | words("statements", "parts")
_MANNERS = words("forms", "manners") | words("statements", "manners")
_JOINING = words("forms", "joining")
_ELIDED = words("forms", "elided")
_LANGUAGES = words("languages", "names")
_VOCABULARY = _AMOUNTS | _PARTS | _MANNERS | _JOINING | _LANGUAGES
_SHOWING = (_PARTS | _MANNERS) - {"open", "names"}
_FORM_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MOST_FORM_WORDS = 12


def is_form(line: str) -> bool:
    """Whether a line consists of words for the form of a text alone, at least one of them for a part or a manner."""
    words = [word.casefold().replace("’", "'") for word in _FORM_WORD.findall(line)]
    if not 0 < len(words) <= _MOST_FORM_WORDS or not tells_nothing(words):
        return False
    return not _SHOWING.isdisjoint(part for word in words for part in (word, word.rpartition("'")[2]))


def shows_form(word: str) -> bool:
    """Whether a word is one for a part or a manner of a text."""
    return word in _SHOWING


def tells_nothing(words: Iterable[str]) -> bool:
    """Whether all words, in lower case, are in the vocabulary."""
    return all(map(_is_listed, words))


def _is_listed(word: str) -> bool:
    return word in _VOCABULARY or all(part in _VOCABULARY or part in _ELIDED for part in re.split("['-]", word))


_PEOPLE = words("people", "roles")
_DOES = re.compile(r"\w+(?:er|ers|or|ors|ist|ists|ee|ees|man|men|woman|women|person|persons)")
"""Endings of words for people: ``manager``, ``auditor``."""
_THINGS = words("people", "things")
"""Words with such an ending that do not mean people."""
_WORD = re.compile(r"[^\W\d_]+")
_LONG = 5
"""Minimum letters of a title's longest word: short English words are names elsewhere (``An Wei``)."""


def is_listed_role(word: str) -> bool:
    """Whether a word is listed as one for what somebody is; an ending makes no word one: ``disaster``."""
    return word.casefold() in _PEOPLE


def is_role(word: str) -> bool:
    """Whether a word may say what somebody is who speaks: ``manager``, ``Sales``. It leans towards "yes"."""
    folded = word.casefold()
    return folded in _PEOPLE or (folded not in _THINGS and _DOES.fullmatch(folded) is not None)


def is_named(label: str) -> bool:
    """Whether a label contains a name or a word that is not ordinary, or has only short words."""
    words = [word.casefold() for word in _WORD.findall(label)]
    short = all(len(word) < _LONG for word in words)
    return short or any(not is_ordinary(word) or is_known_name(word) for word in words)


NAMED = 2
"""The `likeness` of a name that is nothing else."""


def likeness(label: str) -> int:
    """How much a label is like somebody's name, from 0 to 2.

    2: one word is a name and nothing else, or all words are names. 1: a word is in no dictionary or says what people
    are. 0: neither. Short words in capitals count as abbreviations.
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
    """Whether a label consists of ordinary words alone, none of them a name or a word for people."""
    return not is_named(label) and not any(map(is_role, _WORD.findall(label)))


def is_phrase(label: str) -> bool:
    """Whether a title continues in lower case, as names do not: ``Harbour question``."""
    words = _WORD.findall(label)
    return len(words) > 1 and all(map(str.islower, words[1:])) and is_title(label)


_ACTING = words("captions", "acting")
"""Plain words that may still stand for a speaker: pronouns, departments, offices by their initials."""
_ASKING = words("captions", "asking")
"""Words that make a request; pronouns after them are no speakers: ``Tell me``, ``What we need``."""
_PRONOUNS = words("captions", "pronouns")
_COUNTED = words("captions", "counted")
"""Words by which speakers may be counted, if a label has no others."""
_ELSEWHERE = words("captions", "captions")
"""Captions of prompts in languages other than English, none of them a given name (``Ton``, ``Tom``)."""
_EITHER = frozenset(("ton", "tom"))
"""Captions that are also given names: they are captions before words for the form of a text."""


def _sets(title: Iterable[str]) -> bool:
    """Whether all words of a title are for settings or for the form of a text."""
    return all(word in _SETTINGS or len(word) == 1 or _is_listed(word) for word in title)


_VALUES = frozenset(("yes", "no", "true", "false", "none", "n/a", "low", "medium", "high", "optional", "required"))
"""Values that fill a field and say nothing: ``Confidential: yes``."""
_ABBREVIATION = re.compile(r"(?!OK)[A-Z]{2,4}")
"""A value that says nothing of anybody, behind a title: ``Currency: EUR``, ``Style guide: AP``."""
_NUMBER = re.compile(r"[0-9][0-9.,%–-]{0,8}(?:[ ][^\W\d_]{1,12})?")
"""A value that is a number, with its unit, behind a title of settings: ``Max tokens: 500``."""
_SETTINGS = words("asking", "keys") | words("headings", "headings")
_TELLING = words("captions", "telling")
"""Words that describe people and yet name nobody."""
_SPEAKING = words("captions", "speaking")
"""Words with which people say something; an entry has none."""
_MOST_WORDS = 4
_MOST_ENTRIES = 5


def is_foreign_caption(label: str) -> bool:
    """Whether a label is a caption of prompts in a language other than English: ``Aufgabe``."""
    words = [word.casefold() for word in _WORD.findall(label)]
    return bool(words) and _ELSEWHERE.issuperset(words)


def is_caption(label: str) -> bool:
    """Whether a label announces what follows and names nobody who could speak."""
    words = [word.casefold() for word in _WORD.findall(label)]
    if is_foreign_caption(label):
        return True
    if not 0 < len(words) <= _MOST_WORDS or not is_plain(" ".join(words)) or _COUNTED.issuperset(words):
        return False
    asked = _PRONOUNS if len(words) > 1 and words[0] in _ASKING else frozenset[str]()
    return not any((word in _ACTING or is_role(word)) and word not in _TELLING for word in words if word not in asked)


def fills_in(label: str, entry: str) -> bool:
    """Whether a title that is nobody's name precedes an entry of few words: ``Vocabulary: sprint, backlog``.

    A name that is also a title in another language counts too, before words for the form of a text: ``Ton: neutral``.
    """
    words = [word.casefold() for word in _WORD.findall(entry)]
    if label.casefold() in _EITHER:
        return is_form(entry)
    if _NUMBER.fullmatch(entry.strip()) and len(words_of := _WORD.findall(label.casefold())) > 1 and _sets(words_of):
        return True
    title = is_title(label) and len(label.split()) == 1 and label.casefold() not in _ACTING
    if title and entry.strip(" .").casefold() in _VALUES:
        return True
    if (title or is_phrase(label)) and _ABBREVIATION.fullmatch(entry.strip(" .")):
        return not _ACTING.intersection(label.casefold().split())
    return title and 1 < len(words) <= _MOST_ENTRIES and _SPEAKING.isdisjoint(words)
