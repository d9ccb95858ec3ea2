"""Speakers whom a document contradicts: what it says again elsewhere, by somebody else, is nobody's.

Services write what was said several times: in a turn, in its guesses and word lists, in a list of all words, as
segments. Where they name speakers in more than one of these, nobody can tell which of them is right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
SEVERAL = "\0"
"""In the place of a speaker: several people, one after the other, or because the document contradicts itself."""

Pair = tuple[str, str]


class Reading(NamedTuple):
    """What a document says in one place: the list that it stands in, who speaks there by name, and the words."""

    kind: str
    speaker: str | None
    text: str


def contradicted(readings: Sequence[Reading]) -> set[int]:
    """The numbers of the readings whose words, or pairs of words, another list of the document has of others alone.

    Only lists that say the same are compared: of two people, one may say and the other write "yes".
    """
    speakers: dict[Pair, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    pairs: dict[str, set[Pair]] = defaultdict(set)
    for kind, speaker, pair in _spoken(readings):
        speakers[pair][kind].add(speaker)
        pairs[kind].add(pair)
    again = {(kind, other) for kind in pairs for other in pairs if kind != other and _again(pairs[kind], pairs[other])}
    found: set[int] = set()
    for number, reading in enumerate(readings if again else ()):
        if reading.speaker is None:
            continue
        told = (speakers[pair].items() for pair in _pairs(_folded(reading.text)) if pair in speakers)
        if any((reading.kind, kind) in again and reading.speaker not in by for others in told for kind, by in others):
            found.add(number)
    return found


def _again(pairs: set[Pair], others: set[Pair]) -> bool:
    """Whether most of what one list says stands in the other as well."""
    return 2 * len(pairs & others) > len(pairs)


def _spoken(readings: Sequence[Reading]) -> Iterator[tuple[str, str, Pair]]:
    """The words and pairs of words of each list: what one person says in it, and what several do in a row."""
    last: dict[str, tuple[str, str]] = {}
    before: dict[tuple[str, str], str] = {}
    for kind, speaker, text in readings:
        words = _folded(text)
        if speaker is None or not words:
            continue
        for pair in _pairs([before[kind, speaker], *words] if (kind, speaker) in before else words):
            yield kind, speaker, pair
        if kind in last and last[kind][0] != speaker:
            yield kind, SEVERAL, (last[kind][1], words[0])
        before[kind, speaker] = words[-1]
        last[kind] = speaker, words[-1]


def _pairs(words: Sequence[str]) -> Iterator[Pair]:
    yield from ((word, "") for word in words)
    yield from pairwise(words)


def _folded(text: str) -> list[str]:
    return [match[0].casefold() for match in _WORD.finditer(text)]
