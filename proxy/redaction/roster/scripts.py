"""Names of a roster in other scripts than the roster writes them: ``Мария`` for Maria, ``王伟`` for Wei Wang.

Alphabets are compared letter by letter through their Latin spelling, without the endings of Cyrillic cases; scripts
that leave out vowels by the consonants; Chinese characters and Korean syllables, which nothing parts from the words
around them, by whole names of two to four syllables. Kanji are read as Chinese, so Japanese names in them are missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from proxy.redaction.roster.letters import IDEOGRAPHS, latin, leaves_out_vowels, skeleton, stems
from proxy.redaction.roster.near import Near, NearNames

_RUN = re.compile(f"[{IDEOGRAPHS}]{{2,}}")
_MOST_SYLLABLES = 4
_FEWEST_CONSONANTS = 3
_PREFIXES = "wblkmh"
_KOREAN = {"gim": "kim", "i": "lee", "bak": "park", "choe": "choi", "jeong": "jung", "gang": "kang", "yun": "yoon"}


class OtherScripts:
    """The names of a roster that are in Latin letters: `full` names as word tuples with whose they are."""

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
        """Whose name a folded word of another alphabet may be."""
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
        """Full names in characters of a syllable each, disjoint, in order: start, end, whose."""
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
