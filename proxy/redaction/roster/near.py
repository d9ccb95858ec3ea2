"""The names of a roster as a recognizer misheard them: one word against an index of sounds.

A word is compared only with names whose Metaphone key is the same or one sound away, so cost does not grow with
the roster times the text. What counts as near is bounded by length: names of four letters or fewer are never
guessed; of five and six letters one may differ, two if both sound the same; of longer ones two, or three. A word that
is another name by itself (``Marcus`` for Marius) has to sound the same, and an ordinary word is never near.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapidfuzz.distance import OSA

from proxy.redaction.roster.sounds import readings, sound
from proxy.redaction.wording.vocabulary import is_inflected, is_known_name, is_ordinary

SHORTEST = 5
"""Letters of the shortest name that is guessed."""

LONGEST = 32
"""Longer runs of letters are no misheard name."""

_MIDDLING = 6
"""Up to so many letters a name is so short that one other sound makes it another name (``Katya``, ``Kavya``)."""

_UNSURE = 4
"""From this rank on a word may as well be somebody else's name."""

_FEWEST_SOUNDS = 3
"""Keys of fewer sounds must be the same: one sound away of two is anything."""


class Near(NamedTuple):
    """Whose name a word is near to. `sure`: by sound, or a long one but for a letter.

    `close`: by sound and but for a letter.
    """

    people: frozenset[str]
    sure: bool
    close: bool


class NearNames:
    """Words of names in the letters a to z, by how they sound. `silent` people are meant wherever they may be."""

    def __init__(self, names: Iterable[tuple[str, str]], silent: frozenset[str]) -> None:
        self._silent = silent
        self._owners: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        self._index: dict[str, dict[tuple[str, str], set[str]]] = {}
        for word, person in names:
            self._owners.setdefault(word, set()).add(person)
            self._words.setdefault(person, set()).add(word)
        for word in self._owners:
            for reading in readings(word) if len(word) >= SHORTEST else ():
                if len(reading) >= SHORTEST:
                    heard = sound(reading)
                    # A reading is a guess already: only the name as it is written may also be one sound away.
                    for key in _keys(heard) if reading == word else (heard,):
                        self._index.setdefault(key, {}).setdefault((reading, heard), set()).add(word)

    def owners(self, word: str) -> frozenset[str]:
        """Whose name this is to the letter."""
        return frozenset(self._owners.get(word, ()))

    def match(self, word: str, *, strict: bool = False) -> Near | None:
        """Whose name a folded word of the letters a to z may be. With `strict` it must sound the same, too."""
        if not SHORTEST <= len(word) <= LONGEST or is_ordinary(word):
            return None
        heard = sound(word)
        must = strict or is_known_name(word)
        ranked: list[tuple[int, str]] = []
        for key in (heard,) if must else _keys(heard):
            for (reading, sounding), names in self._index.get(key, {}).items():
                same = sounding == heard
                if not same and (must or reading[0] != word[0]):
                    continue
                limit = _limit(min(len(word), len(reading)), same)
                limit = min(limit, 2) if strict else limit
                distance = OSA.distance(word, reading, score_cutoff=limit)
                if distance <= limit:
                    rank = distance + (0 if same else 2 if len(reading) > _MIDDLING else 3)
                    rank += _UNSURE if must and _is_counterpart(word, reading) else 0
                    ranked += ((rank, name) for name in names)
        if not ranked or is_inflected(word):
            return None
        best = min(rank for rank, _ in ranked)
        people = {person for rank, name in ranked if rank == best for person in self._owners[name]}
        people |= {person for _, name in ranked for person in self._owners[name] if person in self._silent}
        return Near(frozenset(people), best < _UNSURE, best <= 1)

    def match_beside(self, word: str, said: str, people: Iterable[str], capital: bool) -> frozenset[str]:
        """Those of `people`, one of whose names `said` is, of whom `word` beside it is another name, misheard.

        With one name right, the other may be an ordinary word with a capital (``Jane Dough``) or shorter.
        """
        ordinary = is_ordinary(word) or is_inflected(word)
        if len(word) < 3 or (ordinary and not capital):
            return frozenset()
        must = ordinary or is_known_name(word)
        return frozenset(
            person
            for person in people
            if any(
                _is_near(word, name, must) and not (must and _is_counterpart(word, name) and person not in self._silent)
                for name in self._words.get(person, ())
                if name != said
            )
        )


def _is_near(word: str, name: str, must_sound: bool) -> bool:
    heard = sound(word)
    for reading in readings(name):
        same = sound(reading) == heard
        if not same and (must_sound or reading[0] != word[0]):
            continue
        limit = _limit(min(len(word), len(reading)) + 1, same)
        limit = max(limit, 2 if same and len(heard) > 1 else 1 if len(reading) == len(word) > 3 else 0)
        if OSA.distance(word, reading, score_cutoff=limit) <= limit:
            return True
    return False


def _is_counterpart(one: str, two: str) -> bool:
    """Whether two names differ in their last vowel alone, as those of a man and a woman do (``Carlo``, ``Carla``)."""
    return one != two and one.rstrip("ao") == two.rstrip("ao")


def _limit(length: int, same: bool) -> int:
    """How many letters may differ in words of `length` letters that sound the `same`, or not quite."""
    if length < SHORTEST:
        return 0
    return (2 if length <= _MIDDLING else 3) if same else (1 if length <= _MIDDLING else 2)


def _keys(heard: str) -> Iterator[str]:
    """A Metaphone key, and that without any one of its sounds."""
    yield heard
    if len(heard) >= _FEWEST_SOUNDS:
        yield from {heard[:at] + heard[at + 1 :] for at in range(len(heard))}
