"""Personal data as it is said aloud: e-mail addresses in words, digits in words.

One entry, `spoken_findings`. Every look-around is bounded, so the cost is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from proxy.model import Finding

EMAIL_SOURCE = "spoken_email"
NUMBER_SOURCE = "spoken_number"

_UNITS = {word: str(value) for value, word in enumerate("zero one two three four five six seven eight nine".split())}
_UNITS |= {"oh": "0", "o": "0", "nought": "0", "naught": "0", "niner": "9"}
_TEENS = {
    word: str(value)
    for value, word in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), 10
    )
}
_TENS = {
    word: str(value) for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_TENS["fourty"] = "4"
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_SOUNDALIKES = {"for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "ate": "8", "tree": "3"}
"""What transcription makes of a digit; counted only between digits, or before the end of a clause."""
_BETWEEN = frozenset("dash hyphen space dot point comma slash uh um er ah hmm then".split())
_LEAD = frozenset({"plus"})

_WORD = re.compile(r"[^\W\d_]+|\d+")
_GAP = re.compile(r"[ \t,.;()/+_’'\u2010-\u2015-]{0,4}")
_BREAK = re.compile(r"[ \t,.-]{0,3}\r?\n[ \t]{0,3}")
"""A line end inside of a number: transcripts break lines anywhere. Not between figures, which may be a list."""
_START = re.compile(rf"\b(?:{'|'.join((*_UNITS, *_TEENS, *_TENS, *_TIMES, *_SOUNDALIKES))})\b|\d+", re.IGNORECASE)
_CLAUSE_END = re.compile(r"\s*(?:[.,;:!?\n]|$)")

_CARD = re.compile(r"\b(?:card|visa|amex|mastercard|credit|debit|payment|pay)\b", re.IGNORECASE)
_SOCIAL = re.compile(r"\b(?:ssn|social(?: security)?)\b", re.IGNORECASE)
_DIALLED = re.compile(
    r"\b(?:phone|telephone|tel|number|call|called|calling|cell|mobile|reach|text|dial|contact|fax|whatsapp)\b",
    re.IGNORECASE,
)
_CONTEXT_CHARS = 60
_LEAST = 7
_LONGEST_PHONE = 15
"""E.164 gives a telephone number at most 15 digits."""


class _Token(NamedTuple):
    start: int
    end: int
    digits: str
    sure: bool


def spoken_findings(text: str, email: bool = True, number: bool = True) -> list[Finding]:
    """E-mail addresses and digit runs as said, in order. Numbers inside of an address are part of it."""
    emails = list(_emails(text)) if email else []
    numbers = list(_numbers(text)) if number else []
    free = [n for n in numbers if not any(e.start <= n.start and n.end <= e.end for e in emails)]
    return sorted([*emails, *free], key=lambda finding: (finding.start, finding.end))


# --- digits ----------------------------------------------------------------------------------------


def _numbers(text: str) -> Iterator[Finding]:
    position = 0
    while (begin := _START.search(text, position)) is not None:
        run = _run(text, begin.start())
        position = max(begin.end(), run[-1].end if run else 0)
        finding = _number(text, run)
        if finding is not None:
            yield finding


def _run(text: str, start: int) -> list[_Token]:
    """The digit tokens from `start` on, until a word that is neither digit nor separator."""
    run: list[_Token] = []
    end, skipped, times = start, 0, 1
    for match in _WORD.finditer(text, start):
        word = match[0].lower()
        if run and not _joins(text, end, match.start(), word.isdecimal() and text[end - 1].isdecimal()):
            break
        digits = word if word.isdecimal() else _UNITS.get(word) or _TEENS.get(word)
        if digits is not None:
            if (
                run
                and len(digits) == 1
                and digits != "0"
                and run[-1].digits.endswith("0")
                and _ends_in_tens(text, run[-1])
            ):
                last = run.pop()
                run.append(_Token(last.start, match.end(), last.digits[:-1] + digits, True))
            else:
                run.append(_Token(match.start(), match.end(), digits * times, True))
            times, skipped = 1, 0
        elif word in _TENS:
            run.append(_Token(match.start(), match.end(), _TENS[word] + "0", True))
            skipped = 0
        elif word == "hundred" and run and len(run[-1].digits) == 1:
            run.append(_Token(match.start(), match.end(), "00", False))
        elif word in _SOUNDALIKES:
            run.append(_Token(match.start(), match.end(), _SOUNDALIKES[word], False))
        elif word in _TIMES:
            times = _TIMES[word]
        elif word in _BETWEEN and run and skipped < 2:
            skipped += 1
        else:
            break
        end = match.end()
    return _trimmed(text, run)


def _joins(text: str, end: int, start: int, figures: bool) -> bool:
    return bool(_GAP.fullmatch(text, end, start) or (not figures and _BREAK.fullmatch(text, end, start)))


def _ends_in_tens(text: str, token: _Token) -> bool:
    return text[token.start : token.end].lower() in _TENS


def _trimmed(text: str, run: list[_Token]) -> list[_Token]:
    while (
        run
        and not run[0].sure
        and not re.search(r"\b(?:is|it's|card|number)\s+$", text[max(0, run[0].start - 12) : run[0].start], re.I)
    ):
        run = run[1:]
    while run and not run[-1].sure and not (run[-1].digits != "00" and _CLAUSE_END.match(text, run[-1].end)):
        run = run[:-1]
    return run


def _number(text: str, run: list[_Token]) -> Finding | None:
    digits = "".join(token.digits for token in run)
    if len(digits) < _LEAST or sum(len(token.digits) for token in run if token.sure) < _LEAST - 2:
        return None
    start, end = run[0].start, run[-1].end
    before = text[max(0, start - _CONTEXT_CHARS) : start]
    card, social, dialled = (bool(words.search(before)) for words in (_CARD, _SOCIAL, _DIALLED))
    said = any(not text[token.start : token.end].isdecimal() for token in run)
    one_by_one = sum(len(token.digits) == 1 for token in run) >= 0.7 * len(run)
    if not (card or social or dialled or (one_by_one and (said or len(run) >= _LEAST))):
        return None
    lead = re.search(r"(?:\+|\bplus )$", before)
    start -= len(lead[0]) if lead else 0
    score = 0.9 if card or social or dialled else 0.8
    if len(digits) == 9 and social:
        return Finding(start, end, "US_SSN", score, NUMBER_SOURCE)
    if len(digits) > _LONGEST_PHONE or (13 <= len(digits) <= 19 and (luhn(digits) or (card and not dialled))):
        return Finding(start, end, "CREDIT_CARD", score, NUMBER_SOURCE)
    if len(digits) >= 12 and card:
        return Finding(start, end, "CREDIT_CARD", score, NUMBER_SOURCE)
    return Finding(start, end, "PHONE_NUMBER", score, NUMBER_SOURCE)


def luhn(digits: str) -> bool:
    """Whether the digits pass the checksum of payment cards (ISO/IEC 7812-1)."""
    values = [int(digit) for digit in reversed(digits)]
    return sum(values[0::2]) % 10 == -sum(sum(divmod(2 * value, 10)) for value in values[1::2]) % 10


# --- e-mail addresses ------------------------------------------------------------------------------

_AT = re.compile(r"(?<!\w)at(?!\w)|(?<=\s)@(?=\s)|(?<=\w)@(?=\w)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"\s{0,3}(?P<label>(?:[a-z0-9]\s{1,2}){0,12}[a-z0-9-]{1,40}(?:\s{1,2}[a-z0-9-]{1,40}){0,2})"
    r"(?:(?P<said>\s{1,2}(?:dot|period|point)\s{1,2}[a-z]{2,12}(?!\w))|\.[a-z0-9-]{2,40})"
    r"(?:\s{1,2}(?:dot|period|point)\s{1,2}[a-z]{2,12}(?!\w)|\.[a-z0-9-]{2,24})*",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(
    r"\s{1,3}(?:g ?mail|gee mail|yahoo|hot ?mail|out ?look|i ?cloud|aol|proton ?mail)(?: dot)?(?!\w)", re.IGNORECASE
)
"""A domain whose ending transcription lost."""
_LOCAL_TOKEN = re.compile(r"[^\W_]+(?:[._+'’-]+[^\W_]+)*|[._+-]+")
_LOCAL_CHARS = 160
_CONNECTORS = frozenset("dot underscore dash hyphen minus plus period point . _ - +".split())
_NO_LABEL = frozenset("the a an this that it me us you my our your his her their in on to for of and or is".split())
_NO_LOCAL = _NO_LABEL | frozenset(
    "look looking looked are was were be been him them up out live lives site website page find found visit reach "
    "email mail arrive not here there meet meeting start starts now works working work back he she they we i "
    "today tomorrow down available located based".split()
)
_NUMBERS = frozenset({*_UNITS, *_TEENS, *_TENS})


def _emails(text: str) -> Iterator[Finding]:
    done = 0
    for at in _AT.finditer(text):
        domain = _DOMAIN.match(text, at.end())
        if domain is not None and not _NO_LABEL.isdisjoint(domain["label"].lower().split()):
            domain = None
        whole = domain is not None
        if domain is None:
            domain = _CUT_OFF.match(text, at.end())
        if domain is None:
            continue
        start, joined = _local(text, max(done, at.start() - _LOCAL_CHARS), at.start())
        if start is None or (at[0] == "@" and not joined and not (whole and domain["said"])):
            continue
        if not joined and not (whole and domain["said"]):
            continue
        done = domain.end()
        yield Finding(start, domain.end(), "EMAIL_ADDRESS", 0.9 if joined else 0.8, EMAIL_SOURCE)


def _local(text: str, left: int, right: int) -> tuple[int | None, bool]:
    """Start of the part before "at", and whether it is surely one (words joined by dot, underscore and such)."""
    tokens = list(_LOCAL_TOKEN.finditer(text, left, right))
    if not tokens or text[tokens[-1].end() : right].strip():
        return None, False
    words = [token[0].lower() for token in tokens]
    index, joined = len(tokens) - 1, False
    while index >= 2 and words[index - 1] in _CONNECTORS:
        index, joined = index - 2, True
        index = _spelled(words, index)
    if not joined:
        index = _spelled(words, index)
        while index >= 2 and words[index - 1] in _CONNECTORS:
            index, joined = _spelled(words, index - 2), True
    if not joined and words[index] in _NO_LOCAL:
        return None, False
    if not joined and index >= 2 and words[index - 1] not in _NO_LOCAL and words[index - 2] in ("is", "address"):
        index -= 1
    return tokens[index].start(), joined


def _spelled(words: list[str], index: int) -> int:
    """First of the words that belong to one part: letters and figures said one by one, a name before figures."""
    while index >= 1 and _single(words[index]) and _single(words[index - 1]):
        index -= 1
    number = words[index].isdecimal() or words[index] in _NUMBERS
    if number and index >= 1 and words[index - 1] not in _NO_LOCAL and words[index - 1] not in _CONNECTORS:
        index -= 1
    return index


def _single(word: str) -> bool:
    return len(word) == 1 or word.isdecimal() or word in _NUMBERS
