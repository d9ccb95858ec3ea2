"""What a run of digits and letters is: a telephone number, a card, a code, a name that is spelled.

Checksums and numbering plans are not asked here, since people and transcription get digits wrong; the recognizers
that read the view ask them. What counts is how long a run is, how it was said, and the words around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from stdnum import luhn

from proxy.redaction.spoken.parts import EXTENSION, Part
from proxy.redaction.spoken.tables import Tables
from proxy.redaction.spoken.words import Words

PHONE, CARD, SSN, ID = "PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "ID_NUMBER"
SECRET, PLACE, DATE, PERSON, IBAN = "SECRET", "LOCATION", "DATE_TIME", "PERSON", "IBAN_CODE"
KINDS = (PHONE, CARD, SSN, ID, SECRET, PLACE, DATE, PERSON, IBAN)
NOTHING = ("", 0.0)

_FAR, _NEAR, _RIGHT_BEFORE, _AFTER = 100, 45, 30, 30
"""Characters before and after a run in which words tell what it is."""
_SAME_PHRASE = 12
"""Characters from "card" to "number" where both speak of one number."""
LEAST = 7
_FEWEST = 3
_DATE_DIGITS = 8
_SAID_AT_LENGTH = 9
_LONGEST_PHONE = 15
"""E.164 gives a telephone number at most 15 digits."""
_YEARS = re.compile(r"(?:(?:19|20)\d\d)+")
_DATED = re.compile(
    r"(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:(?:19|20)\d\d|\d\d))"
    r"(?:[ T]+\d{1,2}:\d\d(?::\d\d)?)?"
)
_TIMED = re.compile(r"(?:\d{1,2}:)?\d{1,2}:\d\d(?:[.,]\d{1,3})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)")
_IBAN = re.compile(r"[a-z]{2}\d{2}[a-z0-9]{11,30}", re.I)


class _Around(NamedTuple):
    """Texts beside a number; contexts are looked for in them."""

    far: str
    near: str
    after: str
    following: str
    tables: Tables

    def says(self, name: str, where: str) -> bool:
        """Whether a context stands there."""
        return self.tables.contexts[name].search(where) is not None

    def last(self, name: str) -> int:
        """Where a context stands last before the number; -1 if nowhere."""
        return max((match.start() for match in self.tables.contexts[name].finditer(self.far)), default=-1)

    def known(self) -> dict[str, int]:
        """The kinds of long numbers of which a word tells, with where it stands."""
        last = {CARD: self.last("card"), SSN: self.last("social"), ID: max(self.last("account"), self.last("code"))}
        last[PHONE] = max(self.last("phone"), 0 if self.says("phone", self.after) else -1)
        return {kind: at for kind, at in last.items() if at >= 0}

    def of_ending(self) -> str:
        """The kind of number of which the last digits are said."""
        known = self.known()
        return max(known, key=lambda kind: known[kind], default=ID)


def kind_of(parts: Sequence[Part], words: Words, tables: Tables) -> tuple[str, float]:
    """The kind of a run and how sure it is; empty where nothing tells."""
    around = _around(parts, words, tables)
    text = "".join(part.text for part in parts)
    digits = sum(map(str.isdecimal, text))
    if not digits:
        return _of_letters(parts, around)
    source = _source(parts, words)
    if _THOUSANDS.match(source) or _TIMED.fullmatch(source):
        return NOTHING
    if _DATED.fullmatch(source) and not around.says("birth", around.near):
        return NOTHING
    if any(part.letter for part in parts):
        return _scored(_of_code(text, digits, around), 0.8)
    return _of_digits(parts, words, around)


def _around(parts: Sequence[Part], words: Words, tables: Tables) -> _Around:
    start, end = words.starts[parts[0].first], words.ends[parts[-1].last - 1]
    following = words.words[parts[-1].last] if parts[-1].last < len(words) else ""
    before, after = words.text[max(0, start - _FAR) : start], words.text[end : end + _AFTER].partition("\n")[0]
    return _Around(before, before[-_NEAR:], after, following, tables)


def _scored(kind: str, score: float) -> tuple[str, float]:
    return (kind, score) if kind else NOTHING


def _of_digits(parts: Sequence[Part], words: Words, around: _Around) -> tuple[str, float]:
    digits, _, extension = "".join(part.text for part in parts).lstrip("+").partition(EXTENSION)
    amount = around.says("amount", around.following) or (parts[-1].amount and not extension)
    if len(digits) < LEAST:
        return NOTHING if amount or _is_decimal(parts) else _scored(_of_few(digits, around), 0.8)
    if amount or sum(len(part.text) for part in parts if part.sure) < LEAST - 2:
        return NOTHING
    if around.says("birth", around.near) and len(digits) <= _DATE_DIGITS:
        return DATE, 0.8
    known = around.known()
    chance = _YEARS.fullmatch(digits) is not None
    if not known or (chance and set(known) == {PHONE}):
        if chance or not _is_dictated(parts, words, bool(extension)):
            return NOTHING
        known = {}
    score = 0.9 if known else 0.8
    if len(digits) == 9 and SSN in known:
        return SSN, score
    return _of_many(digits, parts[0].text == "+" or bool(extension), known), score


def _of_many(digits: str, dialled: bool, known: Mapping[str, int]) -> str:
    """A card, an account or a telephone number, by length and by what was said before."""
    count, card, phone = len(digits), known.get(CARD, -1), known.get(PHONE, -1)
    if dialled:
        return PHONE
    by_card = card >= 0 and (phone <= card + _SAME_PHRASE or count < 13)
    if count > _LONGEST_PHONE or (13 <= count <= 19 and _passes_luhn(digits)) or (count >= 12 and by_card):
        return CARD
    return ID if known.get(ID, -1) > max(card, phone, known.get(SSN, -1)) else PHONE


def _is_dictated(parts: Sequence[Part], words: Words, extension: bool) -> bool:
    """Whether figures were said as one says a number to be written down, with no word to tell what it is."""
    said = sum(not words.words[part.first].isdecimal() for part in parts)
    one_by_one = sum(len(part.text) == 1 for part in parts) >= 0.7 * len(parts)
    count = sum(len(part.text) for part in parts)
    at_length = said >= 3 and count >= _SAID_AT_LENGTH and not any(part.amount for part in parts)
    spelled = one_by_one and (said > 0 or len(parts) >= LEAST)
    if _is_counting(parts) or any(part.sign == "," for part in parts):
        return False
    return parts[0].text == "+" or extension or at_length or spelled


def _source(parts: Sequence[Part], words: Words) -> str:
    return words.text[words.starts[parts[0].first] : words.ends[parts[-1].last - 1]]


def _is_counting(parts: Sequence[Part]) -> bool:
    """Whether most numbers are one more than the one before: "one two three" tells nobody's number."""
    values = [int(part.text) for part in parts if part.text.isdecimal() and len(part.text) < 4]
    steps = sum((second - first) % 10 == 1 for first, second in pairwise(values))
    return len(values) > 1 and steps >= 0.75 * (len(values) - 1)


def _is_decimal(parts: Sequence[Part]) -> bool:
    """Whether something like "version one point two" or "three slash four" was said."""
    return len(parts) <= 3 and any(part.sign in (".", ",", "/") for part in parts)


def _of_few(digits: str, around: _Around) -> str:
    """What fewer digits than a telephone number has are, by the words right before them."""
    count, near = len(digits), around.near
    if count < _FEWEST:
        return ""
    last = near.split()[-1].strip(",").lower() if near.strip() else ""
    month = 1 <= int(digits[:2]) <= 12
    rules = (
        (DATE, count >= 4 and around.says("birth", near)),
        (around.of_ending(), count <= 4 and around.says("ending", near)),
        (CARD, count <= 4 and around.says("check", near)),
        (CARD, count in (4, 6) and month and around.says("expiry", near) and _of_card(around)),
        (SECRET, around.says("secret", near[-_RIGHT_BEFORE:])),
        (PLACE, count == 5 and (around.says("post", near) or last in around.tables.words["states"])),
        (ID, count >= 5 and (around.says("code", near) or around.says("account", near))),
    )
    return next((kind for kind, holds in rules if holds), "")


def _of_card(around: _Around) -> bool:
    return around.says("card", around.far) or around.says("check", around.far) or around.says("check", around.after)


def _of_code(text: str, digits: int, around: _Around) -> str:
    """What letters and digits together are."""
    near = around.near
    rules = (
        (IBAN, _IBAN.fullmatch(text) and 2 * digits >= len(text)),
        (PLACE, 5 <= len(text) <= 7 and digits >= 2 and around.says("post", near)),
        (SECRET, len(text) >= 4 and around.says("secret", near[-_RIGHT_BEFORE:])),
        (ID, len(text) >= 5 and digits >= 2 and (around.says("code", near) or around.says("account", near))),
    )
    return next((kind for kind, holds in rules if holds), "")


def _of_letters(parts: Sequence[Part], around: _Around) -> tuple[str, float]:
    """Letters are somebody's name where they are explained one by one, or where it was said that they spell one."""
    explained = any(part.last - part.first >= 3 for part in parts)
    return (PERSON, 0.7) if len(parts) >= 3 and (explained or around.says("spelling", around.near)) else NOTHING


def _passes_luhn(digits: str) -> bool:
    """Whether digits of any script pass the checksum of payment cards (ISO/IEC 7812-1)."""
    return luhn.is_valid("".join(str(int(digit)) for digit in digits))
