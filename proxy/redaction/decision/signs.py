"""What the words around a name say of it: that it may be a person, or that it is a thing.

Signs of a person are read generously, since one of them keeps a name masked. Signs of a thing are read strictly: only
what is not said of people counts. A name in front of a noun ("the Okafor proposal") is neither, because things are
named after people.
"""

from __future__ import annotations

import re

from proxy.detection.listed import is_listed_name
from proxy.languages import patterns
from proxy.redaction.roster.meaning import does_something, is_somebody, is_titled
from proxy.wording.plain_words import FUNCTION_WORDS
from proxy.wording.vocabulary import is_english

_NEAR = 48
"""How many characters before and after a name are read."""

_INTRODUCES = re.compile(rf"(?<!\w){patterns('signs', 'introduces', 'en')}[,:]?\s+$")
_LEADS_TO_PERSON = re.compile(rf"(?<![\w-]){patterns('signs', 'before_person', 'en')}[,:]?\s+$")
_PERSON_DOES = re.compile(rf"\s+{patterns('signs', 'person_does', 'en')}\b")
_PRONOUN = re.compile(
    rf"\s*,?\s+{patterns('signs', 'relative', 'en')}\b|[^.?!\n]{{0,30}}\b{patterns('signs', 'pronouns', 'en')}\b"
)
_FROM = re.compile(r"\s*,?\s+from\s+[^\W\d_a-z]")
_PAIRED = re.compile(r"([^\W\d_]+)\s+(?:and|or|&)\s+$")
_OPENS = re.compile(r"(?:^|[.!?:;…\n\r\"“”(\[>])\s*$")
_CALLED = re.compile(r"\s*(?:[,?!.]|$|[\r\n])")
_ARTICLE = re.compile(rf"(?<![\w'’-]){patterns('signs', 'articles', 'en')}\s+$")
_QUANTITY = re.compile(rf"(?<![\w'’-])(?:\d+|{patterns('signs', 'quantities', 'en')})\s+$")
_ENDS = re.compile(r"\s*(?:[.,;:!?)\]]|$|[\r\n])")
_NEXT = re.compile(r"\s+([^\W_]+)")
_NUMBERED = re.compile(
    rf"[ ](?:#|v\.?[ ]?)?\d[\d.,]*(?![ ]?{patterns('signs', 'counted', 'en')}\b)(?![\d:%])", re.IGNORECASE
)


def surely_of_person(text: str, start: int) -> bool:
    """Whether a title, or words that introduce a name, stand before `start`."""
    return is_titled(text, start) or _INTRODUCES.search(text[max(0, start - _NEAR) : start].lower()) is not None


def of_person(text: str, start: int, end: int) -> bool:
    """Whether what is said of ``text[start:end]`` is said of people."""
    before, behind = text[max(0, start - _NEAR) : start].lower(), text[end : end + _NEAR]
    following = behind.lower()
    if _NUMBERED.match(following):
        return False
    if does_something(text, start, end) or _INTRODUCES.search(before) or _LEADS_TO_PERSON.search(before):
        return True
    return bool(_PERSON_DOES.match(following) or _PRONOUN.match(following) or _FROM.match(behind))


def perhaps_of_person(text: str, start: int, end: int) -> bool:
    """Whether what is said of ``text[start:end]`` is also said of people: it owns, is addressed, or stands alone."""
    before, behind = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _NUMBERED.match(behind.lower()):
        return False
    if is_somebody(text, start, end):
        return True
    if not text[start].islower() and _OPENS.search(before) and _CALLED.match(behind):
        return True
    paired = _PAIRED.search(before)
    return paired is not None and _is_name(paired[1])


def of_thing(text: str, start: int, end: int, *, plural: bool, small: bool) -> bool:
    """Whether ``text[start:end]`` is said as no person's name is: with a number, an article, in lower case.

    `plural`: it is the plural of the name. `small`: lower case says something, where there are capitals around it;
    people have nicknames in lower case, too.
    """
    before, behind = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if small and text[start:end].islower() and any(map(str.isupper, before + behind)):
        return True
    before, behind = before.lower(), behind.lower()
    if _NUMBERED.match(behind):
        return True
    if plural:
        return _QUANTITY.search(before) is not None
    following = _NEXT.match(behind)
    ends = _ENDS.match(behind) is not None or (following is not None and following[1] in FUNCTION_WORDS)
    return ends and _ARTICLE.search(before) is not None


def _is_name(word: str) -> bool:
    return word[0].isupper() and is_listed_name(word.lower()) and not is_english(word.lower())
