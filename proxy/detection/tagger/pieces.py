"""Cut words into the pieces of a model of many languages: of all ways to cut a word, the likeliest (a unigram model).

A word is a run of letters, figures and marks; every other sign stands alone. So no piece reaches over the end of a
name. Where words are not set apart by spaces, a word ends where the script does, and in Korean before a particle. A
word that follows a space begins with `SPACE`, as in the vocabulary that the model was pretrained with. A word that the
vocabulary holds whole stays whole.

The pieces are kept in one dictionary, which takes a fraction of the memory of the same vocabulary in `tokenizers`.
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections.abc import Iterable

from proxy.detection.tagger.letters import HAN, HANGUL, HIRAGANA, KATAKANA, MARKS, PARTICLES
from proxy.detection.tagger.windows import LINE, Tokens
from proxy.wording.folded import UNSPACED

SPACE = "\u2581"
"""Stands for the space before a word."""
FIRST, LAST, UNKNOWN, LISTED = 0, 1, 2, 3
"""Ids of the tokens for a text's beginning, for an end of a text or line, for unknown letters; of the first piece."""

_STEM = rf"[{HANGUL}]{{2,}}?(?=(?:{'|'.join(PARTICLES)})(?![{HANGUL}]))|"
_RUNS = _STEM + "".join(f"[{letters}]+|" for letters in (HAN, HIRAGANA, KATAKANA, HANGUL, UNSPACED))
_OTHER = rf"[^\W_{UNSPACED}{HAN}{KATAKANA}]"
_WORD = re.compile(rf"{_RUNS}{_OTHER}(?:{_OTHER}|[{MARKS}])*|[^\s]")
_UNLIKELY = 10.0
"""By how much a letter that no piece holds is less likely than the least likely piece."""


class Pieces:
    """The vocabulary: pieces with their log-likelihoods, in the order of their ids from `LISTED` on."""

    first, last = FIRST, LAST

    def __init__(self, listed: Iterable[tuple[str, float]]) -> None:
        self._known = {piece: (LISTED + at, likelihood) for at, (piece, likelihood) in enumerate(listed)}
        self._longest = max(map(len, self._known))
        self._unknown = min(likelihood for _, likelihood in self._known.values()) - _UNLIKELY
        self.count = LISTED + len(self._known)

    def read(self, text: str) -> Tokens:
        """The tokens of a text; a line's end is a token of its own. The model sees no features of words."""
        read = Tokens([], [], [], [], [])
        line_end, after = text.find("\n"), -1
        for number, match in enumerate(_WORD.finditer(text)):
            start, end = match.span()
            if -1 < line_end < start:
                if read.ids:
                    _append(read, LAST, line_end, line_end, LINE)
                line_end = text.find("\n", start)
            at = start
            for piece, size in self.cut(match[0], start != after):
                _append(read, piece, at, min(at + size, end), number)
                at = min(at + size, end)
            read.ends[-1] = after = end
        return read

    def cut(self, word: str, spaced: bool) -> list[tuple[int, int]]:
        """The pieces of one word with the number of its letters that each takes; `spaced` if a space is before it."""
        plain = word if word.isascii() else unicodedata.normalize("NFKC", word).replace(" ", "")
        whole = SPACE + plain if spaced else plain
        found = self._known.get(whole)
        if found is not None:
            return [(found[0], len(plain))]
        cuts = self._likeliest(whole)
        if spaced and cuts[0][1] == 1 and len(cuts) > 1:
            return [(cuts[0][0], 0), *cuts[1:]]
        return [(cuts[0][0], cuts[0][1] - spaced), *cuts[1:]]

    def is_rather_small(self, word: str) -> bool:
        """Whether the vocabulary holds a word in lower case, and not with a capital or less readily so."""
        small, large = (self._known.get(SPACE + each) for each in (word.lower(), word.capitalize()))
        return small is not None and (large is None or small[1] > large[1])

    def _likeliest(self, word: str) -> list[tuple[int, int]]:
        """The likeliest pieces of a word with their lengths, by dynamic programming over where a piece may end."""
        best = [(0.0, 0, 0)]
        for end in range(1, len(word) + 1):
            before = best[end - 1]
            chosen = (before[0] + self._unknown, UNKNOWN, end - 1)
            for start in range(max(0, end - self._longest), end):
                piece = self._known.get(word[start:end])
                if piece is not None and (likelihood := best[start][0] + piece[1]) > chosen[0]:
                    chosen = (likelihood, piece[0], start)
            best.append(chosen)
        cuts: list[tuple[int, int]] = []
        end = len(word)
        while end:
            _, piece_id, start = best[end]
            cuts.append((piece_id, end - start))
            end = start
        return cuts[::-1]


def _append(read: Tokens, token: int, start: int, end: int, word: int) -> None:
    read.ids.append(token)
    read.features.append(0)
    read.starts.append(start)
    read.ends.append(end)
    read.words.append(word)


def pack(listed: Iterable[tuple[str, float]]) -> bytes:
    """A vocabulary as the package ships it: one piece a line, its log-likelihood before it."""
    return lzma.compress("".join(f"{likelihood:.3f} {piece}\n" for piece, likelihood in listed).encode(), preset=9)


def unpack(packed: bytes) -> Pieces:
    """The vocabulary of what `pack` wrote."""
    rows = (line.split(" ", 1) for line in lzma.decompress(packed).decode().split("\n")[:-1])
    return Pieces((piece, float(likelihood)) for likelihood, piece in rows)
