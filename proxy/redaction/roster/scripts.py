"""Find names of a roster in scripts other than the roster's: ``Мария`` for Maria, ``王伟`` for Wei Wang.

Alphabets are compared letter by letter by their Latin spelling, without the endings of Cyrillic cases. Scripts that
leave out vowels are compared by consonants. Chinese characters and Korean syllables, which nothing separates from the
words around them, are compared by whole names of two to four syllables. Kanji are read as Chinese, so Japanese names in
kanji are missed.

Both ways to write an umlaut are covered: as `latin` has it, and with two letters (`with_digraphs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from anyascii import anyascii

from proxy.redaction.roster.near import Near, NearNames

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
"""Characters that each are one syllable of a name (for a regex class)."""

SYLLABLES = re.compile(f"[{IDEOGRAPHS}]+")


def latin(word: str) -> str:
    """A word of any script in the letters a to z: ``Иван`` is ``ivan``; empty if it has no such spelling."""
    return _NOT_LETTERS.sub("", anyascii(word).lower())


def with_digraphs(word: str) -> str:
    """A word with umlauts written out, ``Müller`` as ``mueller``; other letters as in `latin`."""
    return latin(word.lower().translate(_DIGRAPHS))


def skeleton(word: str) -> str:
    """The consonants of a Latin word, in classes: what scripts without vowels keep of a name."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", _BREATHED.sub("", word)).translate(_ALIKE))


def leaves_out_vowels(word: str) -> bool:
    """Whether a word is in Arabic, Hebrew or an Indic script, for which `latin` loses vowels."""
    return _ABJAD.search(word) is not None


def stems(word: str) -> tuple[str, ...]:
    """A word in Latin letters; for a Cyrillic word also without the ending of a grammatical case."""
    plain = latin(word)
    if not _CYRILLIC.search(word):
        return (plain,)
    # Passports and habit change some spellings: Mariya is Maria, Dmitriy is Dmitry.
    whole = (plain, plain.replace("iya", "ia"), plain.replace("iy", "y"), plain.replace("iy", "i"))
    cut = (plain.removesuffix(ending) for ending in _CASE_ENDINGS)
    return tuple(dict.fromkeys((*whole, *(stem for stem in cut if len(stem) > 2))))


def written_out(label: str) -> str:
    """A label with each umlaut as two letters, in either case."""
    return "".join(char.lower().translate(_DIGRAPHS) if char.lower() in _UMLAUTS else char for char in label)


def latin_words(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A name's words in Latin letters. One run of syllables is family name, then given name; both orders are given."""
    if len(words) == 1 and len(words[0]) in (2, 3, 4) and SYLLABLES.fullmatch(words[0]):
        family, *given = (latin(syllable) for syllable in words[0])
        if family and all(given):
            yield ("".join(given), family)
            yield (family, "".join(given))
        return
    spelled = tuple(latin(word) for word in words)
    if all(spelled):
        yield spelled


_RUN = re.compile(f"[{IDEOGRAPHS}]{{2,}}")
_MOST_SYLLABLES = 4
_FEWEST_CONSONANTS = 3
_PREFIXES = "wblkmh"
_KOREAN = {"gim": "kim", "i": "lee", "bak": "park", "choe": "choi", "jeong": "jung", "gang": "kang", "yun": "yoon"}


class OtherScripts:
    """The names of a roster that are in Latin letters. `full` pairs the words of each name with the person's id."""

    def __init__(self, near: NearNames, full: Iterable[tuple[tuple[str, ...], str]]) -> None:
        self._near = near
        self._whole: dict[str, set[str]] = {}
        self._bones: dict[str, set[str]] = {}
        for words, person in full:
            for word in words:
                if len(bone := skeleton(word)) >= _FEWEST_CONSONANTS:
                    self._bones.setdefault(bone, set()).add(person)
            if len(words) > 1:
                for spelled in ("".join(words), words[-1] + "".join(words[:-1])):
                    self._whole.setdefault(spelled.replace("-", ""), set()).add(person)

    def match(self, word: str) -> Near | None:
        """The people whose name a folded word of another alphabet may be."""
        for stem in stems(word):
            if people := self._near.owners(stem):
                return Near(people, sure=True, close=True)
        plain = latin(word)
        if leaves_out_vowels(word):
            for spelled in (plain, plain[1:] if plain[:1] in _PREFIXES else ""):
                if bearing := self._bones.get(skeleton(spelled)):
                    return Near(frozenset(bearing), sure=len(skeleton(spelled)) > _FEWEST_CONSONANTS, close=True)
            return None
        return self._near.match(plain)

    def runs(self, text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
        """Full names in characters of one syllable each, disjoint, in order: start, end, people."""
        for run in _RUN.finditer(text):
            at = run.start()
            while at < run.end():
                found = next(islice(self._names_at(text, at, run.end()), 1), None)
                if found:
                    yield at, *found
                at = found[0] if found else at + 1

    def _names_at(self, text: str, start: int, end: int) -> Iterator[tuple[int, frozenset[str]]]:
        syllables = [latin(char) for char in text[start : min(end, start + _MOST_SYLLABLES)]]
        for length in range(len(syllables), 1, -1):
            family, *given = syllables[:length]
            for spelled in (family + "".join(given), _KOREAN.get(family, family) + "".join(given)):
                if people := self._whole.get(spelled):
                    yield start + length, frozenset(people)
