"""Split a run of spoken digits and letters into numbers and codes, and decide what each of them is.

A run may be a telephone number, a card, a code or a spelled name. Words that only sound like digits, and lines that
only echo what was said, are left out. `tied` decides which pieces of a dictated or read-back number belong together.

What counts is the length of a run, how it was said, and the words around it. Apart from the checksum of payment cards
and the maximum length of a telephone number, checksums and numbering plans are not checked here, because people and
transcription get digits wrong. The recognizers that read the view check them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from stdnum import luhn

from proxy.detection.spoken.tables import Tables
from proxy.detection.spoken.words import EXTENSION, Part, Words
from proxy.model import Span

PHONE, CARD, SSN, ID = "PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "ID_NUMBER"
SECRET, PLACE, DATE, PERSON, IBAN = "SECRET", "LOCATION", "DATE_TIME", "PERSON", "IBAN_CODE"
KINDS = (PHONE, CARD, SSN, ID, SECRET, PLACE, DATE, PERSON, IBAN)
NOTHING = ("", 0.0)

_FAR, _NEAR, _RIGHT_BEFORE, _AFTER = 100, 45, 30, 30
"""How many characters before and after a run are searched for words that show what it is."""
_SAME_PHRASE = 12
"""Maximum characters from "card" to "number" if both refer to one number."""
LEAST = 7
_FEWEST = 3
_DATE_DIGITS = 8
_SAID_AT_LENGTH = 9
_LONGEST_PHONE = 15
"""E.164 limits a telephone number to 15 digits."""
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
    """Texts beside a number, in which contexts are searched for."""

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
        """The kinds of long numbers that a word indicates, with the position of the word."""
        last = {CARD: self.last("card"), SSN: self.last("social"), ID: max(self.last("account"), self.last("code"))}
        last[PHONE] = max(self.last("phone"), 0 if self.says("phone", self.after) else -1)
        return {kind: at for kind, at in last.items() if at >= 0}

    def of_ending(self) -> str:
        """The kind of number whose last digits are said."""
        known = self.known()
        return max(known, key=lambda kind: known[kind], default=ID)


def kind_of(parts: Sequence[Part], words: Words, tables: Tables) -> tuple[str, float]:
    """The kind of a run and its score; empty if nothing indicates a kind."""
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
    """Whether digits were said as people dictate a number, without a word that shows what it is."""
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
    """Whether most numbers are one more than the previous one: "one two three" is nobody's number."""
    values = [int(part.text) for part in parts if part.text.isdecimal() and len(part.text) < 4]
    steps = sum((second - first) % 10 == 1 for first, second in pairwise(values))
    return len(values) > 1 and steps >= 0.75 * (len(values) - 1)


def _is_decimal(parts: Sequence[Part]) -> bool:
    """Whether something like "version one point two" or "three slash four" was said."""
    return len(parts) <= 3 and any(part.sign in (".", ",", "/") for part in parts)


def _of_few(digits: str, around: _Around) -> str:
    """What a number shorter than a telephone number is, by the words right before it."""
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
    """Letters are somebody's name if they are explained one by one, or if it was said that they spell one."""
    explained = any(part.last - part.first >= 3 for part in parts)
    return (PERSON, 0.7) if len(parts) >= 3 and (explained or around.says("spelling", around.near)) else NOTHING


def _passes_luhn(digits: str) -> bool:
    """Whether digits of any script pass the checksum of payment cards (ISO/IEC 7812-1)."""
    return luhn.is_valid("".join(str(int(digit)) for digit in digits))


_FULL = {PHONE: 10, CARD: 15}
"""Minimum digits of a number by kind."""
_FEWEST_ECHOED = 3
_SURE_SOON = 5
"""How many parts after a doubtful first one are searched for a sure one."""
_CLAUSE_END = re.compile(r"\s*(?:[.,;:!?\n]|$)")


class Number(NamedTuple):
    """Parts of a run that are one thing; `kind` is empty if nothing shows what.

    An `echo` is a line within a number that only repeats what was said of it.
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
    """A run number by number, each with the lines that repeat what was said before them.

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
    """The run as one number or code; if it is neither, the stretches of digits in it."""
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
    """Whether a telephone or card number lacks digits, which may have been said before or after."""
    return len(number.digits) < _FULL.get(number.kind, 0)


_READ_BACK_CHARS = 800
_COMPLETED_CHARS = 160
_NEIGHBOURS = 3


class DictatedNumber(NamedTuple):
    """A number and its spans line by line. `whole` is the index of the number that it is part of, or repeats.

    `again`: it repeats what that number says, so it adds nothing to it.
    """

    number: Number
    spans: tuple[Span, ...]
    whole: int
    again: bool


def tied(numbers: Sequence[Number], words: Words) -> list[DictatedNumber]:
    """All numbers of a known kind, and the shorter ones near them that are parts of them or read them back."""
    whole: list[int | None] = [at if number.kind else None for at, number in enumerate(numbers)]
    again = [False] * len(numbers)
    places = [(words.starts[n.parts[0].first], words.ends[n.parts[-1].last - 1]) for n in numbers]
    for at, number in enumerate(numbers):
        if number.kind or len(number.digits) < _FEWEST:
            continue
        for other in _beside(at, numbers):
            gap = max(places[at][0], places[other][0]) - min(places[at][1], places[other][1])
            if gap <= _READ_BACK_CHARS and number.digits in numbers[other].digits:
                whole[at], again[at] = other, True
                break
    for order in (range(1, len(numbers)), range(len(numbers) - 2, -1, -1)):
        for at in order:
            other = at - order.step
            main = whole[other]
            if whole[at] is not None or main is None or not numbers[at].digits.isdecimal():
                continue
            close = max(places[at][0], places[other][0]) - min(places[at][1], places[other][1]) <= _COMPLETED_CHARS
            if close and is_short_of_whole(numbers[main]) and _in_groups(numbers[at], words):
                whole[at] = main
    return [
        DictatedNumber(number, tuple(_spans(number.parts, words)), main, again[at] or _repeats(numbers, at, main))
        for at, (number, main) in enumerate(zip(numbers, whole, strict=True))
        if main is not None
    ]


def _beside(at: int, numbers: Sequence[Number]) -> Iterator[int]:
    """Neighbours of a known kind, the nearest first."""
    for away in range(1, _NEIGHBOURS + 1):
        for other in (at - away, at + away):
            if 0 <= other < len(numbers) and numbers[other].kind:
                yield other


def _in_groups(number: Number, words: Words) -> bool:
    """Whether three to six digits were said one by one, as a group of a longer number."""
    said = all(not words.words[part.first].isdecimal() for part in number.parts)
    return said and _FEWEST <= len(number.digits) <= 6 and all(len(part.text) == 1 for part in number.parts)


def _repeats(numbers: Sequence[Number], at: int, main: int) -> bool:
    return at != main and numbers[at].digits in numbers[main].digits


def _spans(parts: Sequence[Part], words: Words) -> Iterator[Span]:
    first = 0
    for at in range(1, len(parts) + 1):
        if at == len(parts) or parts[at].fresh:
            yield Span(words.starts[parts[first].first], words.ends[parts[at - 1].last - 1])
            first = at
