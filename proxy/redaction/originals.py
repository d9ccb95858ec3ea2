"""Search any text for the strings that were replaced in an exchange.

Matching ignores case, diacritics, Unicode form and the kind of white space, and finds whole words only:

- An original that is a common English word matches only in its exact case.
- Seven or more digits in a row match whatever separators (space, point, hyphen, brackets) are between them.
- *Weak* originals match in exact case, and only where `weak` is set: within the text of slots, not in the structure of
  a request, where they are cue numbers, times and field names. Weak are one or two letters or digits in scripts with
  spaces, fewer than seven digits, and function and protocol words such as ``today`` or ``user``, which every body
  holds.

Pseudonyms and markers that the exchange itself inserted are never reported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from proxy.detection.spoken import written
from proxy.model import Span
from proxy.wording.folded import BLANK, FoldedText, continues_word, fold, fold_name, has_alnum
from proxy.wording.phrases import Phrases, split
from proxy.wording.plain_words import FUNCTION_WORDS, PROTOCOL_WORDS, is_common

FEWEST_DIGITS = 7
_SHORT = 2
_SURE_DIGITS = 9
"""This many digits are no coincidence inside a longer run of digits."""

_DIGITS = re.compile(r"[0-9](?:[ .()\-]{0,3}[0-9])*")
_GROUP = re.compile(r"[0-9]+")
_FIGURE = re.compile(r"[0-9]+(?:[:.,/\-][0-9]+)*")
_IN_FIGURE = re.compile(r"[0-9][:.,/\-]$")
_FIGURE_GOES_ON = re.compile(r"[:.,/\-][0-9]")


class Hit(NamedTuple):
    """An occurrence of an original: `original` as it was replaced; not `whole` if only the beginning of a long one."""

    start: int
    end: int
    original: str
    whole: bool = True


@dataclass(slots=True)
class _Surface:
    original: str
    exact: set[str] = field(default_factory=set)
    any_case: bool = False
    weak: bool = False
    figure: bool = False


class Originals:
    """The replaced strings, compiled once per request and searched in linear time."""

    def __init__(self, replaced: Iterable[str]) -> None:
        self._surfaces: dict[str, _Surface] = {}
        self._numbers: dict[str, str] = {}
        for original in replaced:
            self._add(original)
        self._all = Phrases(self._surfaces)
        strong = [key for key, surface in self._surfaces.items() if not surface.weak]
        self._strong = Phrases(strong) if len(strong) < len(self._surfaces) else self._all
        sure = [run for run in self._numbers if len(run) >= _SURE_DIGITS]
        self._sure = sure
        self._digits = AhoCorasick(sure, matchkind=MatchKind.LeftmostLongest) if sure else None
        self._issued: AhoCorasick | None = None

    def beside(self, issued: Collection[str]) -> Originals:
        """The same originals, for texts that hold the strings `issued` by the exchange, which are ignored."""
        passing = copy(self)
        passing._issued = AhoCorasick(list(issued), matchkind=MatchKind.LeftmostLongest) if issued else None
        return passing

    def __len__(self) -> int:
        return len(self._surfaces)

    def search(self, text: str, *, weak: bool = False) -> list[Span]:
        """The spans of `text` that hold an original, in order; empty if there are none."""
        return sorted({Span(hit.start, hit.end) for hit in self.hits(text, weak=weak)})

    def tells_number(self, text: str) -> bool:
        """Whether a group of digits of `text` is a number that was replaced, in figures or in words, however short."""
        values = self._values
        return bool(values) and any(group[0] in values for group in _GROUP.finditer(fold(text).text))

    @cached_property
    def _values(self) -> frozenset[str]:
        """The digits of all originals that are one number, also said in words."""
        said = ("".join(written(surface.original).split()) for surface in self._surfaces.values())
        return frozenset(each for each in said if each and _digits(each) == each)

    def hits(self, text: str, *, weak: bool = False) -> list[Hit]:
        """What `search` finds, with the original. Hits on words do not overlap each other, but may overlap digits."""
        blanked = self.without_issued(text)
        folded = fold(blanked)
        return self.hits_in(blanked, folded, split(folded.text), weak=weak)

    def hits_in(self, blanked: str, folded: FoldedText, words: Sequence[str], *, weak: bool = False) -> list[Hit]:
        """`hits` for a text that has been through `without_issued`, given its folded form and the words of that."""
        return sorted({*self._word_hits(blanked, folded, words, weak), *self._digit_hits(folded)})

    def _add(self, original: str) -> None:
        key = fold_name(original)
        if not has_alnum(key):
            return
        surface = self._surfaces.setdefault(key, _Surface(original))
        surface.exact.add(_composed(original))
        surface.figure = _is_figure(key)
        short = _is_short(key)
        surface.weak = short or surface.figure or key in FUNCTION_WORDS or key in PROTOCOL_WORDS
        surface.any_case = not (short or is_common(key))
        for run in _DIGITS.finditer(key):
            if len(digits := _digits(run[0])) >= FEWEST_DIGITS:
                self._numbers.setdefault(digits, original)

    def _word_hits(self, text: str, folded: FoldedText, words: Sequence[str], weak: bool) -> Iterator[Hit]:
        for found in (self._all if weak else self._strong).find(folded.text, words=words):
            surface = self._surfaces[found.phrase]
            if surface.figure and (
                _IN_FIGURE.search(folded.text, max(0, found.start - 2), found.start)
                or _FIGURE_GOES_ON.match(folded.text, found.end)
            ):
                continue
            span = folded.span(found.start, found.end)
            if surface.any_case or _composed(text[span.start : span.end]) in surface.exact:
                yield Hit(*span, surface.original, found.whole)

    def _digit_hits(self, folded: FoldedText) -> Iterator[Hit]:
        if not self._numbers:
            return
        for run in _DIGITS.finditer(folded.text):
            groups = [(group[0], *group.span()) for group in _GROUP.finditer(folded.text, *run.span())]
            digits = "".join(group for group, _, _ in groups)
            if len(digits) >= FEWEST_DIGITS:
                for original, start, end in (*self._exact_numbers(groups), *self._sure_numbers(digits, groups)):
                    yield Hit(*folded.span(start, end), original)

    def _exact_numbers(self, groups: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
        """Numbers of few digits, which must begin and end with a group of digits."""
        for first, (_, start, _) in enumerate(groups):
            digits = ""
            for group, _, end in groups[first : first + _SURE_DIGITS]:
                digits += group
                if len(digits) >= _SURE_DIGITS:
                    break
                if digits in self._numbers:
                    yield self._numbers[digits], start, end

    def _sure_numbers(self, digits: str, groups: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
        """Numbers of many digits, wherever they begin and end."""
        if self._digits is None:
            return
        found = self._digits.find_matches_as_indexes(digits)
        places = [at for _, start, end in groups for at in range(start, end)] if found else []
        for index, first, last in found:
            yield self._numbers[self._sure[index]], places[first], places[last - 1] + 1

    def without_issued(self, text: str) -> str:
        """The text with everything that the exchange inserted blanked out; the length is unchanged."""
        if self._issued is None:
            return text
        pieces: list[str] = []
        done = 0
        for _, start, end in self._issued.find_matches_as_indexes(text):
            pieces += text[done:start], BLANK * (end - start)
            done = end
        return "".join((*pieces, text[done:]))


def is_slight(original: str) -> bool:
    """Whether a string says little alone: one or two letters, a short number (also in words), or a common word."""
    key = fold_name(original)
    return _is_short(key) or _is_figure(key) or is_common(key) or _is_figure(written(key))


def _is_short(key: str) -> bool:
    return sum(c.isalnum() for c in key) <= _SHORT and any(map(continues_word, key))


def _is_figure(key: str) -> bool:
    return _FIGURE.fullmatch(key) is not None and len(_digits(key)) < FEWEST_DIGITS


def _digits(text: str) -> str:
    return "".join(c for c in text if "0" <= c <= "9")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
