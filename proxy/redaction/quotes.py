"""Find words of withheld utterances that others quote.

Found are five or more of their words in a row; a whole utterance of three or four words with twelve letters at
least; and the cut-off quotes of meeting chats (``Replying to "as I said about th..."``), where the quoted beginning
is the beginning of a withheld utterance. Words are compared folded, without punctuation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from proxy.model import Passage, Span
from proxy.redaction.words import fold

SHINGLE = 5
_SHORT = (3, 4)
_SHORT_LETTERS = 12
_BEGINNING = 10
"""Characters that a cut-off quote must have at least, punctuation aside."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CUT_QUOTE = re.compile(r"[\"“”«„]([^\"“”«»„\n]{1,300}?)\s*(?:\.{3}|…)\s*[\"“”»]")

Words = tuple[str, ...]


class WithheldWords:
    """An index of withheld utterances; `find` is linear in the passages."""

    def __init__(self, utterances: Iterable[str]) -> None:
        spoken = [words for text in utterances if (words := tuple(word for word, _ in _words(text)))]
        self._whole = {words for words in spoken if len(words) in _SHORT and sum(map(len, words)) >= _SHORT_LETTERS}
        self._shingles = {words[at : at + SHINGLE] for words in spoken for at in range(len(words) - SHINGLE + 1)}
        self._beginnings = sorted("".join(words) for words in spoken)

    def find(self, passages: Sequence[Passage]) -> list[list[Span]]:
        """Quotes by passage, in passage coordinates, disjoint and sorted; a quote may go on over passages."""
        found: list[list[Span]] = [[] for _ in passages]
        if not self._beginnings:
            return found
        spoken = [
            (word, passage.slot, index, span)
            for index, passage in enumerate(passages)
            for word, span in _words(passage.text)
        ]
        quoted = bytearray(len(spoken))
        words = [word for word, *_ in spoken]
        slots = [slot for _, slot, *_ in spoken]
        for length, known in ((SHINGLE, self._shingles), *((length, self._whole) for length in _SHORT)):
            for at in range(len(words) - length + 1) if known else ():
                if tuple(words[at : at + length]) in known and slots[at] == slots[at + length - 1]:
                    quoted[at : at + length] = b"\x01" * length
        for index, passage in enumerate(passages):
            found[index] = [Span(*cut.span(1)) for cut in _CUT_QUOTE.finditer(passage.text) if self._begins(cut[1])]
        for at, (_, _, index, span) in enumerate(spoken):
            if quoted[at]:
                joined = at > 0 and quoted[at - 1] and spoken[at - 1][2] == index
                start = found[index].pop().start if joined else span.start
                found[index].append(Span(start, span.end))
        return [_disjoint(spans) for spans in found]

    def _begins(self, beginning: str) -> bool:
        words = [word for word, _ in _words(beginning)]
        letters = "".join(words)
        if len(" ".join(words)) < _BEGINNING:
            return False
        at = bisect_left(self._beginnings, letters)
        return at < len(self._beginnings) and self._beginnings[at].startswith(letters)


def _words(text: str) -> list[tuple[str, Span]]:
    """Folded words of a text with their spans in it."""
    folded = fold(text)
    return [(word[0].replace("'", ""), folded.span(*word.span())) for word in _WORD.finditer(folded.text)]


def _disjoint(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
