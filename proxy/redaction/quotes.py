"""Find words of withheld utterances that others quote.

A quote is one of these:

- five or more words in a row from a withheld utterance;
- a whole withheld utterance of three or four words with at least twelve letters;
- a piece of a quote that is cut off or leaves something out (``Replying to "as I said about th..."``, ``"we will […]
  before the summer"``), if every three words in a row of it stand in a withheld utterance.

Words are compared folded, by the look of their letters, without punctuation and tags. In scripts that put no space
between words each character counts as a word, and ten in a row are a quote.

`without_echoes` drops matches that are proven to be the speaker's own words: two people say thanks in the same words,
a guest repeats a client's instruction, or somebody says something again that another person says later. A whole
statement by two speakers stays a quote, because two microphones may have heard the same person. A quote comes after
what it quotes, and it is introduced as another's words or stands among other words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType
from typing import NamedTuple

from proxy.detection.readings import decoded
from proxy.model import Passage, Span
from proxy.wording.folded import LOOK_ALIKE, UNSPACED, FoldedText, fold
from proxy.wording.plain_words import COMMON_WORDS, PLAIN_WORDS, word_set

SHINGLE = 5
_UNSPACED_SHINGLE = 10
_SHORT = (3, 4)
_SHORT_LETTERS = 12
_PHRASE = 3
_PIECE = 10
"""Minimum length of a piece of a quote, in characters without punctuation."""

_LONGEST_PIECE = 300

_WORD = re.compile(
    r"(?P<tag></?(?:[biupqas]|em|strong|mark|span|code|c(?:\.[\w.]+)?|[\d:.]+)(?=[\s>/]))"
    rf"|[^\W_{UNSPACED}]+(?:'[^\W_{UNSPACED}]+)*|[{UNSPACED}]"
)
_EDGE = re.compile(r"(?P<cut>\.{3,}|…)|(?P<quote>[\"“”«»„‚‘「」『』‹›]|’(?!\w)|:(?=\s)|^[ \t]*>)|\n", re.M)
_APART = re.compile(rf"[{UNSPACED}]")
Words = tuple[str, ...]
Place = tuple[int, int]
"""A slot's index and an offset in it."""
ANYWHERE = (-1, 0)
Steps = tuple[str | int, ...]
"""The path of a slot in the request: field names and item numbers."""


class WithheldWords:
    """An index of withheld utterances; `find` is linear in the passages."""

    def __init__(
        self,
        utterances: Iterable[str],
        places: Sequence[Place] = (),
        guests: Collection[int] = frozenset(),
        order: Mapping[int, Steps] = MappingProxyType({}),
    ) -> None:
        """Index the utterances.

        `places` says where each utterance begins; an utterance without a place may stand anywhere. `guests` are the
        indices of utterances by unknown speakers. `order` holds the slots that follow one another in speaking order.
        """
        told = [tuple(plain_words(text)) for text in utterances]
        spoken = [words for words in told if words]
        self._utterances = frozenset(spoken)
        self._guests = frozenset(told[at] for at in guests) - {w for at, w in enumerate(told) if at not in guests}
        self._order = order
        self._places: dict[Words, set[Place]] = {}
        for words, place in zip_longest(told, places, fillvalue=None):
            for run in {*_runs(words or (), SHINGLE), *([words] if words and len(words) in _SHORT else ())}:
                self._places.setdefault(run, set()).add(place or ANYWHERE)
        self._whole = {words for words in spoken if len(words) in _SHORT and sum(map(len, words)) >= _SHORT_LETTERS}
        self._shingles = {run for words in spoken for run in _runs(words, SHINGLE) if not _unspaced(run)}
        self._long_shingles = {run for words in spoken for run in _runs(words, _UNSPACED_SHINGLE) if _unspaced(run)}
        phrases = {" ".join(words[at : at + _PHRASE]) for words in spoken for at in range(len(words))}
        self._phrases = sorted(phrases)

    def find(self, passages: Sequence[Passage]) -> list[list[Span]]:
        """Quotes by passage, in passage coordinates, disjoint and sorted; a quote may span passages of a slot."""
        found: list[list[Span]] = [[] for _ in passages]
        if not self._phrases:
            return found
        spoken = [
            (word, passage.slot, index, span)
            for index, passage in enumerate(passages)
            for word, span in _words(passage.text)
        ]
        quoted = bytearray(len(spoken))
        words = [word for word, *_ in spoken]
        slots = [slot for _, slot, *_ in spoken]
        known_runs = ((SHINGLE, self._shingles), (_UNSPACED_SHINGLE, self._long_shingles))
        for length, known in (*known_runs, *((length, self._whole) for length in _SHORT)):
            for at in range(len(words) - length + 1) if known else ():
                if tuple(words[at : at + length]) in known and slots[at] == slots[at + length - 1]:
                    quoted[at : at + length] = b"\x01" * length
        for index, passage in enumerate(passages):
            found[index] = list(self._pieces(passage.text))
        for at, (_, _, index, span) in enumerate(spoken):
            if quoted[at]:
                joined = at > 0 and quoted[at - 1] and spoken[at - 1][2] == index
                start = found[index].pop().start if joined else span.start
                found[index].append(Span(start, span.end))
        return [_disjoint(spans) for spans in found]

    def is_whole(self, words: Words) -> bool:
        """Whether the words are exactly a withheld utterance."""
        return words in self._utterances

    def is_a_guests_phrase(self, words: Words) -> bool:
        """Whether a few words are exactly an utterance that only unknown speakers said."""
        return len(words) in _SHORT and words in self._guests

    def all_later(self, words: Words, slot: int, start: int) -> bool:
        """Whether every withheld utterance that holds any of these words comes after a place.

        After means later in the same slot, or in a slot that follows it in speaking order.
        """
        length = len(words) if len(words) in _SHORT else SHINGLE
        runs = list(_runs(words, length))
        return bool(runs) and all(
            run in self._places and all(self._is_behind(place, slot, start) for place in self._places[run])
            for run in runs
        )

    def _is_behind(self, place: Place, slot: int, start: int) -> bool:
        if place[0] == slot:
            return place[1] > start
        above, below = self._order.get(slot, ()), self._order.get(place[0], ())
        steps = next((pair for pair in zip(above, below, strict=False) if pair[0] != pair[1]), None)
        if steps is None or not (isinstance(steps[0], int) and isinstance(steps[1], int)):
            return False
        return steps[0] < steps[1]

    def within(self, text: str, folded: FoldedText | None = None) -> list[Span]:
        """Quotes in a text that is not part of a passage. Pass `folded` if the text is folded already.

        Digits alone are no quote, because a request is full of times and numbers.
        """
        if not self._phrases or not ("…" in text or "..." in text or self._has_run(_plain_words(folded or fold(text)))):
            return []
        found = self.find([Passage(0, 0, text)])[0]
        return [span for span in found if any(map(str.isalpha, text[span.start : span.end]))]

    def _has_run(self, words: Sequence[str]) -> bool:
        known_runs = ((SHINGLE, self._shingles), (_UNSPACED_SHINGLE, self._long_shingles))
        for length, known in (*known_runs, *((length, self._whole) for length in _SHORT)):
            if known and not known.isdisjoint(zip(*(words[at:] for at in range(length)), strict=False)):
                return True
        return False

    def _pieces(self, text: str) -> Iterator[Span]:
        """Pieces of quotes that are cut off or leave something out.

        Such a piece has an ellipsis at one end, and another ellipsis or a quotation mark at the other.
        """
        left: re.Match[str] | None = None
        for edge in _EDGE.finditer(text):
            if left is not None and (left["cut"] or edge["cut"]) and left.lastgroup and edge.lastgroup:
                piece = Span(left.end(), edge.start())
                if piece.end - piece.start <= _LONGEST_PIECE:
                    words = _words(text[piece.start : piece.end])
                    if self._says([word for word, _ in words], cut=bool(edge["cut"])):
                        yield Span(piece.start + words[0][1].start, piece.start + words[-1][1].end)
            left = edge

    def _says(self, words: Sequence[str], *, cut: bool) -> bool:
        """Whether a withheld utterance has each phrase of these words. With `cut`, the last word may be incomplete."""
        if len(" ".join(words)) < _PIECE:
            return False
        for at in range(max(1, len(words) - _PHRASE + 1)):
            phrase = " ".join(words[at : at + _PHRASE])
            place = bisect_left(self._phrases, phrase)
            known = self._phrases[place] if place < len(self._phrases) else ""
            open_end = cut and at + _PHRASE >= len(words)
            if not (known == phrase or known.startswith(phrase if open_end else f"{phrase} ")):
                return False
        return True


def _runs(words: Words, length: int) -> Iterator[Words]:
    return (words[at : at + length] for at in range(len(words) - length + 1))


def _unspaced(words: Words) -> bool:
    return any(len(word) == 1 and _APART.fullmatch(word) for word in words)


def plain_words(text: str) -> list[str]:
    """The folded words of a text, in the form in which quotes are compared."""
    return _plain_words(fold(text))


def _plain_words(folded: FoldedText) -> list[str]:
    look = folded.text.translate(LOOK_ALIKE)
    return [word[0].replace("'", "") for word in _WORD.finditer(look) if word["tag"] is None]


def _words(text: str) -> list[tuple[str, Span]]:
    """The folded words of a text with their spans in it; encodings such as ``%20`` are decoded first."""
    encoded = decoded(text)
    if encoded is None:
        return _folded_words(text)
    view, _ = encoded
    return [(word, Span(*view.span(*span))) for word, span in _folded_words(view.text)]


def _folded_words(text: str) -> list[tuple[str, Span]]:
    folded = fold(text)
    return [
        (word[0].replace("'", ""), folded.span(*word.span()))
        for word in _WORD.finditer(folded.text.translate(LOOK_ALIKE))
        if word["tag"] is None
    ]


def _disjoint(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


_ASKING = word_set(
    "act analyse analyze answer condense draft extract format generate identify list outline output paraphrase respond "
    "return rewrite summarise summarize translate write"
)
"""Words with which a client begins to instruct a model."""
_COURTEOUS = word_set(
    "apologies bye cheers congrats congratulations excuse goodbye hello hey hi sorry thank thanks welcome danke hallo "
    "bonjour gracias hola merci morning afternoon evening weekend birthday"
)
"""A courtesy contains at least one of these words."""
_LONGEST_COURTESY = 8
_LONGEST_VALUE = 3
"""Longest value to choose from, in words, such as ``high medium low``. A longer one carries content."""
_ARTICLES = frozenset(("a", "an", "the", "my", "our"))
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?!\s|$)[^.!?\n]*)*[.!?]*")
_TOLD = re.compile(
    r"(?:[\"“”«»„‘`:>]|\b(?:said|says?|saying|wrote|writes?|told|tells?|asked|asks?|called|replied|answered|quotes?|quoted"
    r"|according|thinks?|thought|wants?|wanted|suggest(?:s|ed)?|proposed?|proposes|insist(?:s|ed)?|like)\b(?:\W+\w+){0,3}?)"
    r"[\s(\[]*$",
    re.IGNORECASE,
)
"""What precedes words that are reported as another person's."""


class QuotesAndEchoes(NamedTuple):
    """Quotes by passage, and the words of matches that turned out not to be quotes."""

    quotes: list[list[Span]]
    echoes: frozenset[Words]


def without_echoes(
    passages: Sequence[Passage], quotes: Sequence[Sequence[Span]], withheld: WithheldWords
) -> QuotesAndEchoes:
    """Split off the matches that are the speaker's own words, or the client's, from quotes of `withheld` words."""
    echoes: set[Words] = set()
    kept: list[list[Span]] = []
    for passage, spans in zip(passages, quotes, strict=True):
        own = [span for span in spans if _is_own(passage, span, spans, withheld)]
        echoes |= {tuple(plain_words(passage.text[slice(*span)])) for span in own}
        kept.append([span for span in spans if span not in own])
    return QuotesAndEchoes(kept, frozenset(echoes))


def repeats(text: str, echoes: frozenset[Words]) -> bool:
    """Whether a text contains nothing but words already found to be no quote."""
    words = tuple(plain_words(text))
    return any(words == echo[at : at + len(words)] for echo in echoes for at in range(len(echo) - len(words) + 1))


def _is_own(passage: Passage, span: Span, spans: Sequence[Span], withheld: WithheldWords) -> bool:
    words = tuple(plain_words(passage.text[slice(*span)]))
    if passage.instructed:
        return all(_is_asked(sentence) for sentence in _sentences(passage.text, span, spans))
    if passage.owner is None:
        return False
    told = _TOLD.search(passage.text, 0, span.start) is not None
    whole = words == tuple(plain_words(passage.text)) and withheld.is_whole(words)
    if whole and not told and len(words) <= _LONGEST_COURTESY and not _COURTEOUS.isdisjoint(words):
        return True
    if not told and withheld.is_a_guests_phrase(words):
        return True
    return withheld.all_later(words, passage.slot, passage.start)


def _sentences(text: str, span: Span, spans: Sequence[Span]) -> list[str]:
    """The sentences of an instruction that a quote touches; one that it covers only in part is given as empty."""
    found: list[str] = []
    for sentence in _SENTENCE.finditer(text):
        if sentence.start() < span.end and span.start < sentence.end():
            rest = [ch for at, ch in enumerate(sentence[0], sentence.start()) if not _covered(at, spans)]
            found.append("" if any(map(str.isalnum, rest)) else sentence[0])
    return found


def _covered(at: int, spans: Sequence[Span]) -> bool:
    return any(span.start <= at < span.end for span in spans)


def _is_asked(sentence: str) -> bool:
    """Whether a sentence begins like an instruction to a model, or is a value of a few words common in prompts."""
    words = plain_words(sentence)
    told_what_it_is = words[:2] == ["you", "are"] and not _ARTICLES.isdisjoint(words[2:3])
    asks = told_what_it_is or not _ASKING.isdisjoint(words[1:2] if words[:1] == ["you"] else words[:1])
    value = len(words) <= _LONGEST_VALUE and all(word in PLAIN_WORDS or word in COMMON_WORDS for word in words)
    return bool(words) and (asks or value)
