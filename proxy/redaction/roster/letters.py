"""Names in other letters: Latin spellings of other scripts, and the two ways to write an umlaut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from anyascii import anyascii

_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "ß": "ss", "ñ": "ny"})
_UMLAUTS = frozenset("äöüøåæß")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_VOWELS = re.compile(r"[aeiouwy]+")
_BREATHED = re.compile(r"(?<=[bcdgkpst])h")
_TWICE = re.compile(r"(.)\1+")
_ABJAD = re.compile(r"[\u0590-\u08ff\u0900-\u0dff\ufb1d-\ufdff\ufe70-\ufeff]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_CASE_ENDINGS = ("oy", "om", "em", "ey", "ym", "im", "ye", "a", "u", "e", "y", "i")
_ALIKE = str.maketrans({"q": "k", "c": "k", "g": "j", "p": "b", "v": "f", "z": "s"})

IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Characters that are a syllable of a name each (for a regex class)."""

_SYLLABLES = re.compile(f"[{IDEOGRAPHS}]+")


def latin(word: str) -> str:
    """A word of any script in the letters a to z: ``Иван`` is ``ivan``; empty where it has no such spelling."""
    return _NOT_LETTERS.sub("", anyascii(word).lower())


def with_digraphs(word: str) -> str:
    """A word with umlauts written out, ``Müller`` as ``mueller``; other letters as `latin` has them."""
    return latin(word.lower().translate(_DIGRAPHS))


def skeleton(word: str) -> str:
    """The consonants of a word in Latin letters, in classes: what scripts that leave out vowels have of a name."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", _BREATHED.sub("", word)).translate(_ALIKE))


def leaves_out_vowels(word: str) -> bool:
    """Whether a word is in Arabic, Hebrew or an Indic script, of which `latin` loses vowels."""
    return _ABJAD.search(word) is not None


def stems(word: str) -> tuple[str, ...]:
    """A word in Latin letters, and for a Cyrillic one what it is without the ending of a grammatical case."""
    plain = latin(word)
    if not _CYRILLIC.search(word):
        return (plain,)
    # What passports and habit make of it: Mariya is Maria, Dmitriy is Dmitry.
    whole = (plain, plain.replace("iya", "ia"), plain.replace("iy", "y"), plain.replace("iy", "i"))
    cut = (plain.removesuffix(ending) for ending in _CASE_ENDINGS)
    return tuple(dict.fromkeys((*whole, *(stem for stem in cut if len(stem) > 2))))


def written_out(label: str) -> str:
    """A label with its umlauts as two letters each, in either case."""
    return "".join(char.lower().translate(_DIGRAPHS) if char.lower() in _UMLAUTS else char for char in label)


def latin_words(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A name's words in Latin letters. A name in one run of syllables is family, then given name, in both orders."""
    if len(words) == 1 and len(words[0]) in (2, 3, 4) and _SYLLABLES.fullmatch(words[0]):
        family, *given = (latin(syllable) for syllable in words[0])
        if family and all(given):
            yield ("".join(given), family)
            yield (family, "".join(given))
        return
    spelled = tuple(latin(word) for word in words)
    if all(spelled):
        yield spelled
