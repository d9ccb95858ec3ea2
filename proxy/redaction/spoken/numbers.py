"""Takes a run apart into numbers and codes, without words that only sound like digits and lines that only echo."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from proxy.redaction.spoken.kinds import CARD, LEAST, PHONE, kind_of
from proxy.redaction.spoken.parts import EXTENSION, Part
from proxy.redaction.spoken.tables import Tables
from proxy.redaction.spoken.words import Words

_FULL = {PHONE: 10, CARD: 15}
"""Digits that numbers of a kind have at least."""
_FEWEST_ECHOED = 3
_SURE_SOON = 5
"""Parts of which one must be sure for those before it to be digits."""
_CLAUSE_END = re.compile(r"\s*(?:[.,;:!?\n]|$)")


class Number(NamedTuple):
    """Parts of a run that are one thing; `kind` is empty where nothing tells what.

    An `echo` is a line within a number that only says again what was said of it.
    """

    parts: tuple[Part, ...]
    kind: str = ""
    score: float = 0.0
    echo: bool = False

    @property
    def digits(self) -> str:
        """The digits of all parts, without an extension."""
        return "".join(part.text for part in self.parts).partition(EXTENSION)[0].lstrip("+")


def numbers(run: Sequence[Part], words: Words, tables: Tables) -> list[Number]:
    """What a run says, by start: numbers and codes, and lines that only echo them."""
    found: list[Number] = []
    for parts, repeated in _without_echoes(run):
        echoes = repeated
        told = _of_run(parts, words, tables)
        if echoes and not any(number.kind for number in told):
            # A card of four equal groups only seems to echo itself.
            whole = sorted([*parts, *(part for echo in echoes for part in echo)])
            told, echoes = _of_run(whole, words, tables), []
        found += told
        found += [Number(tuple(echo), echo=True) for echo in echoes]
    return sorted(found, key=lambda number: number.parts[0].first)


def _without_echoes(run: Sequence[Part]) -> Iterator[tuple[list[Part], list[list[Part]]]]:
    """A run number by number, with the lines between that repeat what was said before them.

    A line that says a whole number after a whole number begins another one.
    """
    parts: list[Part] = []
    echoes: list[list[Part]] = []
    for line in _lines(run):
        so_far, digits = (Number(tuple(group)).digits for group in (parts, line))
        if parts and len(digits) >= _FEWEST_ECHOED and digits in so_far:
            echoes.append(line)
        elif min(len(so_far), len(digits)) >= LEAST:
            yield parts, echoes
            parts, echoes = line, []
        else:
            parts = [*parts, *line]
    yield parts, echoes


def _lines(run: Sequence[Part]) -> Iterator[list[Part]]:
    first = 0
    for at in range(1, len(run) + 1):
        if at == len(run) or run[at].fresh:
            yield list(run[first:at])
            first = at


def _of_run(run: Sequence[Part], words: Words, tables: Tables) -> list[Number]:
    """The run as one number or code; where it is neither, the stretches of digits in it."""
    whole = _classified(run, words, tables)
    if whole is None or whole.kind or not any(part.letter for part in whole.parts):
        return [whole] if whole else []
    found: list[Number] = []
    for stretch in _stretches(run):
        number = _classified(stretch, words, tables)
        if number is not None:
            found.append(number)
    return found if any(number.kind for number in found) else [whole]


def _stretches(run: Sequence[Part]) -> list[list[Part]]:
    """The stretches of digits in a run (with what stands for an extension), and those of letters."""
    found: list[list[Part]] = []
    letters = None
    for part in run:
        is_letter = part.letter
        if is_letter != letters:
            found.append([])
        letters = is_letter
        found[-1].append(part)
    return found


def trimmed(run: Sequence[Part], words: Words, tables: Tables) -> list[Part]:
    """The run without words at its ends that only sound like digits."""
    parts = list(run)
    while parts and not parts[0].sure and not _opens(parts, words, tables):
        parts = parts[1:]
    while parts and not parts[-1].sure and not _closes(parts[-1], words, tables):
        parts = parts[:-1]
    while parts and parts[-1].text in (EXTENSION, "+"):
        parts = parts[:-1]
    return parts


def _opens(parts: Sequence[Part], words: Words, tables: Tables) -> bool:
    """Whether a doubtful first part is a digit: no function word, or one after "number is"."""
    first = parts[0].first
    if words.words[first] not in tables.words["timid"]:
        return any(part.sure for part in parts[1:_SURE_SOON])
    return first > 0 and words.near[first] and words.words[first - 1] in tables.words["before_digit"]


def _closes(part: Part, words: Words, tables: Tables) -> bool:
    """Whether a doubtful last part is a digit: no function word, or one before the end of a clause."""
    if words.words[part.first] not in tables.words["timid"] and part.text != "00":
        return True
    closed = part.last >= len(words) or words.words[part.last] in tables.words["closers"]
    return closed or _CLAUSE_END.match(words.text, words.ends[part.last - 1]) is not None


def _classified(run: Sequence[Part], words: Words, tables: Tables) -> Number | None:
    parts = trimmed(run, words, tables)
    return Number(tuple(parts), *kind_of(parts, words, tables)) if parts else None


def is_short_of_whole(number: Number) -> bool:
    """Whether a telephone or card number lacks digits, which then were said before or after."""
    return len(number.digits) < _FULL.get(number.kind, 0)
