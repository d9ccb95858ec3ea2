"""Words that are alike to withheld ones and yet not theirs: what is proven to be somebody's own stays that.

Two people thank in the same words, a guest repeats a client's instruction, or says again what another has said. None of
these quotes anybody. But a whole statement that two seem to have said may be one person's, heard by two microphones.
A quote comes after what it quotes, and is told as one, or it stands amid other words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from proxy.model import Passage, Span
from proxy.redaction.quotes import WithheldWords, Words, plain_words
from proxy.redaction.wording.common_words import COMMON_WORDS, word_set
from proxy.redaction.wording.plain_words import PLAIN_WORDS

_ASKING = word_set(
    "act analyse analyze answer condense draft extract format generate identify list outline output paraphrase respond "
    "return rewrite summarise summarize translate write"
)
"""Words with which a client begins to tell a model what to do."""
_COURTEOUS = word_set(
    "apologies bye cheers congrats congratulations excuse goodbye hello hey hi sorry thank thanks welcome danke hallo "
    "bonjour gracias hola merci morning afternoon evening weekend birthday"
)
"""Words of which one is in what everybody says to everybody."""
_LONGEST_COURTESY = 8
_LONGEST_VALUE = 3
"""Words of a value to choose from, such as ``high medium low``; more, and they tell something."""
_ARTICLES = frozenset(("a", "an", "the", "my", "our"))
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?!\s|$)[^.!?\n]*)*[.!?]*")
_TOLD = re.compile(
    r"(?:[\"“”«»„‘`:>]|\b(?:said|says?|saying|wrote|writes?|told|tells?|asked|asks?|called|replied|answered|quotes?|quoted"
    r"|according|thinks?|thought|wants?|wanted|suggest(?:s|ed)?|proposed?|proposes|insist(?:s|ed)?|like)\b(?:\W+\w+){0,3}?)"
    r"[\s(\[]*$",
    re.IGNORECASE,
)
"""What stands before words that are told as another's."""


class Told(NamedTuple):
    """Quotes by passage, and the words of those that are none."""

    quotes: list[list[Span]]
    echoes: frozenset[Words]


def without_echoes(passages: Sequence[Passage], quotes: Sequence[Sequence[Span]], withheld: WithheldWords) -> Told:
    """Quotes of `withheld` words without those that are their speaker's, or the client's, own."""
    echoes: set[Words] = set()
    kept: list[list[Span]] = []
    for passage, spans in zip(passages, quotes, strict=True):
        own = [span for span in spans if _is_own(passage, span, spans, withheld)]
        echoes |= {tuple(plain_words(passage.text[slice(*span)])) for span in own}
        kept.append([span for span in spans if span not in own])
    return Told(kept, frozenset(echoes))


def repeats(text: str, echoes: frozenset[Words]) -> bool:
    """Whether a text says no more than what was found to be no quote."""
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
    """The sentences of an instruction that a quote lies in; an empty one stands for what it covers only in part."""
    found: list[str] = []
    for sentence in _SENTENCE.finditer(text):
        if sentence.start() < span.end and span.start < sentence.end():
            rest = [ch for at, ch in enumerate(sentence[0], sentence.start()) if not _covered(at, spans)]
            found.append("" if any(map(str.isalnum, rest)) else sentence[0])
    return found


def _covered(at: int, spans: Sequence[Span]) -> bool:
    return any(span.start <= at < span.end for span in spans)


def _is_asked(sentence: str) -> bool:
    """Whether a sentence begins as what a model is told, or is a value of a few words that prompts are made of."""
    words = plain_words(sentence)
    told_what_it_is = words[:2] == ["you", "are"] and not _ARTICLES.isdisjoint(words[2:3])
    asks = told_what_it_is or not _ASKING.isdisjoint(words[1:2] if words[:1] == ["you"] else words[:1])
    value = len(words) <= _LONGEST_VALUE and all(word in PLAIN_WORDS or word in COMMON_WORDS for word in words)
    return bool(words) and (asks or value)
