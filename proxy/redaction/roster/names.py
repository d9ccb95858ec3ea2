"""Names as people write them: the name in a label, which of its words stand for the person, and their case.

`Case` says how a name must be written to count as one, where its letters alone say too little.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from proxy.languages import words
from proxy.wording.folded import fold
from proxy.wording.particles import PARTICLES
from proxy.wording.plain_words import FUNCTION_WORDS, PROTOCOL_WORDS, is_plain, word_set

_TAIL = re.compile(r"\s*(?:\s[|/•·]\s|\s[-–—]\s|\s@\s|[|(\[{<]).*$", re.S)
_NICKNAME = re.compile(r"[(\[]\s*([^\W\d_]{3,})\s*[)\]]|(?<!\S)@([^\W\d_]\w{2,})")
_RUN_TOGETHER = re.compile(r"(?!Mac)[A-Z][a-z]{2,}(?:[A-Z][a-z]{2,})+")
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TOKEN = re.compile(r"[^\W_]+(?:['][^\W_]+)*")
_SPELLED = re.compile(r"[^\s,;]+")
_JOINS = re.compile(r"[._/]+")
_POSSESSIVE = re.compile(r"'s?$")

HONORIFICS = words("names", "honorifics")
SUFFIXES = word_set("jr sr ii iii iv phd md esq mba msc bsc cpa")
_GIVEN_PARTICLES = word_set("al van mac san den")

GENERIC = words("names", "generic")
"""Words in labels that name no person."""


def display_name(label: str) -> str:
    """The name in a label without affiliation, handle or pronouns: ``Luca Donno | L2BEAT`` is ``Luca Donno``."""
    name = _TAIL.sub("", label.strip()).strip(" ,;:")
    return name or label.strip()


def nicknames(label: str) -> tuple[str, ...]:
    """Handles beside a name, in brackets or after an ``@``: one lower-case word, no pronoun or role.

    ``Enrico Del Fante (tbenr)`` has ``tbenr``, ``Jane Doe @jdoe42`` has ``jdoe42``.
    """
    handles = (bracketed or after for bracketed, after in _NICKNAME.findall(label))
    return tuple(nick for nick in handles if nick.islower() and nick not in GENERIC)


def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name in order, given name first, without honorifics and suffixes.

    ``Dr. José Del Río Jr.`` is ``(jose, del, rio)``; ``Doe, Jane`` is ``(jane, doe)``; ``Jean-Luc`` stays one
    word, while a handle such as ``jane_doe`` or ``jane.doe`` is two.
    """
    folded = fold(name).text.strip()
    last, comma, first = folded.partition(",")
    if comma and first.strip() and not _plain(first) <= SUFFIXES:
        folded = f"{first} {last}"
    words = [word for part in _SPELLED.findall(folded) for word in _split(part)]
    return tuple(word for word in words if word not in HONORIFICS and word not in SUFFIXES)


@lru_cache(maxsize=4096)
def label_words(label: str) -> tuple[str, ...]:
    """The words of a label's name. One word that joins several (``jane-doe``, ``JaneDoe``) is a handle: two words."""
    display = display_name(label)
    words = name_words(_INNER_CAPITAL.sub(" ", display) if _RUN_TOGETHER.fullmatch(display) else display)
    return tuple(words[0].split("-")) if len(words) == 1 else words


def _plain(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text))


def _split(part: str) -> list[str]:
    """A spelled word as name words: no punctuation or possessive, hyphens kept, split at dots and underscores."""
    if part.isascii() and part.isalnum():
        return [part]
    words = ["-".join(_TOKEN.findall(piece)) for piece in _JOINS.split(part)]
    return [_POSSESSIVE.sub("", word) for word in words if word]


def stands_alone(word: str) -> bool:
    """Whether a word of a name may stand for the person by itself."""
    return len(word) >= 2 and not word.isdecimal() and word not in PARTICLES and word not in GENERIC


def names_somebody(label: str) -> bool:
    """Whether an unknown display name counts as a name where others say it.

    People choose display names. Most words of ``decisions``, ``open`` or ``Summarize the meeting in German`` are plain.
    Masking them would remove these words from everybody else's speech, and from a client's instructions.
    """
    words = [word for word in name_words(display_name(label)) if not word.isdecimal()]
    plain = sum(is_plain(word) or word in FUNCTION_WORDS or word in PROTOCOL_WORDS for word in words)
    return len(words) > 0 and 2 * plain <= len(words)


def given_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The first word of a name if it is elsewhere a particle (``Al``, ``Van``): a given name if it has a capital."""
    return words[:1] if len(words) > 1 and words[0] in _GIVEN_PARTICLES else ()


def is_generic(label: str) -> bool:
    """Whether a label names a role or a number, and nobody in particular: ``Speaker 2``, ``Guest``."""
    words = name_words(display_name(label))
    return not any(word not in GENERIC and not word.isdecimal() and len(word) > 1 for word in words)


_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;…\n\r\"“”(\[>]|[-–—*•]\s)\s*$")
_BEFORE = re.compile(r"([^\W_]+)\s*$")
_ADDRESSED = re.compile(r"\s*(?:[,?!]|['’]s?\b)")
_DETERMINERS = words("names", "determiners")
_NEAR = 24
"""How many characters before a name are examined."""


class Case(IntEnum):
    """How a name must be written, from loosest to strictest. If two ways lead to a surface, the looser counts."""

    ANY = 0
    CAPITAL = 1
    """A capital first letter, or a script that has none."""
    CAPITALS = 2
    """Every word with a capital (``J Rose``)."""
    CONTEXT = 3
    """A capital that no sentence explains: inside a sentence and after no article, or before a comma (``Will,``)."""
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
    """Whether a surface begins with a capital, or is in a script without capitals."""
    first = next((c for c in surface if c.isalpha()), "")
    return first.isupper() or first == first.swapcase()


def _after_determiner(text: str, start: int) -> bool:
    before = _BEFORE.search(text, max(0, start - _NEAR), start)
    return before is not None and before[1].lower() in _DETERMINERS
