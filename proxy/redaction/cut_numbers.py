"""Find numbers that may have been said in pieces: findings of one number each, with nothing between them.

Detection links the pieces of a number where it can. Where each piece looks like a number of its own (``4012 8888`` in
one turn, ``8888 1881`` in the next), it reports two findings. In doubt both are pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from stdnum import iban, luhn

from proxy.detection.spoken import written
from proxy.model import Passage
from proxy.redaction.spans import QUOTE, Claim
from proxy.wording.folded import fold_name, has_alnum, word_runs
from proxy.wording.plain_words import FUNCTION_WORDS

Piece = tuple[Passage, Claim]

_CARD_DIGITS = range(12, 20)
"""Lengths of card numbers (ISO/IEC 7812)."""

_INTERJECTION = 3
"""Most words of an interjection; figures are times and numbers of cues."""

_FARTHEST = 300
"""Most characters between two pieces of a number in one text."""

_TURN_END = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+|\\+[rn]|\"")
_LABEL = re.compile(r"^[^:<>]{0,60}:(?!\d)\s*|<[^<>]{0,100}>")


def cut_numbers(regions: Sequence[Passage], claims: Sequence[Sequence[Claim]]) -> frozenset[str]:
    """The words, folded, of all findings that are, or may be, a piece of a longer number or name.

    So is a card number or IBAN that fails its check: the rest of it may be anywhere.
    `regions` are in reading order, with the claims of each. Marks and labels of turns are mostly outside of regions.
    Numbers are neighbours if they follow each other in the text but for interjections (``mm``), or in the words of one
    speaker, whoever spoke between.
    """
    laid = [(r, tuple(own)) for r, own in zip(regions, claims, strict=True) if own or not _is_interjection(r.text)]
    words = {
        _said(region, claim)
        for region, own in laid
        for claim in own
        if claim.kind != QUOTE and (claim.piece or not _is_whole(region, claim))
    }
    by_speaker: dict[str | None, list[tuple[Passage, tuple[Claim, ...]]]] = {}
    for region, own in laid:
        by_speaker.setdefault(region.owner, []).append((region, own))
        numbers = [claim for claim in own if _is_number(region, claim)]
        words.update(_said(region, claim) for pair in pairwise(numbers) for claim in pair if _adjoin(region, *pair))
    for sequence in (laid, *by_speaker.values()):
        words.update(_said(*piece) for piece in _over_turns(sequence))
    return frozenset(words)


def _over_turns(sequence: Sequence[tuple[Passage, tuple[Claim, ...]]]) -> Iterator[Piece]:
    """The numbers that end one region of the sequence and begin the next; only function words may be between."""
    for (one, before), (two, after) in pairwise(sequence):
        if not (before and after):
            continue
        ending, beginning = (one, before[-1]), (two, after[0])
        between = f"{one.text[before[-1].end :]} {two.text[: after[0].start]}"
        if _says_little(between) and _is_number(*ending) and _is_number(*beginning):
            yield from (ending, beginning)


def _is_interjection(text: str) -> bool:
    words = (text[start:end] for start, end in word_runs(text))
    return sum(any(c.isalpha() for c in word) for word in words) <= _INTERJECTION


def _adjoin(region: Passage, one: Claim, two: Claim) -> bool:
    """Whether nothing is between two numbers of one text, or at most what is between two turns of it.

    That is the end of a line or a JSON string, then labels, times and interjections.
    """
    if two.start - one.end > _FARTHEST:
        return False
    first, *lines = _TURN_END.split(region.text[one.end : two.start])
    if not lines:
        return not has_alnum(first)
    *between, last = (_LABEL.sub("", line) for line in lines)
    return _says_little(first) and _says_little(last) and all(map(_is_interjection, between))


def _says_little(text: str) -> bool:
    return all(fold_name(text[start:end]) in FUNCTION_WORDS for start, end in word_runs(text))


def _is_number(region: Passage, claim: Claim) -> bool:
    """Whether a finding holds a digit, also as a word."""
    return claim.kind != QUOTE and any(c.isdecimal() for c in written(_said(region, claim)))


def _is_whole(region: Passage, claim: Claim) -> bool:
    """Whether a finding of a kind with check digits satisfies them; other kinds count as whole."""
    check = _CHECKS.get(claim.kind)
    return check is None or check(written(region.text[claim.start : claim.end]))


def _is_card(said: str) -> bool:
    digits = "".join(c for c in said if c.isdecimal())
    return len(digits) in _CARD_DIGITS and bool(luhn.is_valid(digits))


def _is_iban(said: str) -> bool:
    return bool(iban.is_valid(said))


_CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {"CREDIT_CARD": _is_card, "IBAN_CODE": _is_iban}


def _said(region: Passage, claim: Claim) -> str:
    return fold_name(region.text[claim.start : claim.end])
