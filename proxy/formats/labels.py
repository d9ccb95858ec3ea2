"""Find the speaker label of a line, and decide whether there is one.

A label that the roster knows is certain. Any other label counts if it looks like a name. The rule leans towards "yes":
an unknown speaker's words are withheld, while words mistaken for instructions would leave.

A heading opens a line of a prompt and is no name: ``Summary:``, ``Output format:``, ``https:``. A label is a heading if
all of its words are listed, numbers aside, unless the roster has it as a label. Words that may also be names or roles
(Page, Rich, Chair, Host, Speaker, User) are left out on purpose: a speaker mistaken for a heading would count as
instructions, while a heading mistaken for a speaker is merely withheld.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proxy.formats.sheet import trim
from proxy.formats.times import OFFSET
from proxy.languages import words
from proxy.model import Span
from proxy.wording.particles import JOINING

HEADINGS = words("headings", "headings")
"""One-word headings, in lower case."""


_LINKS = words("headings", "linking")
_ASKING = words("headings", "asking")
"""Words that open sentences asking for work on the text after them."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def is_heading(label: str) -> bool:
    """Whether every word of `label` is a heading or links headings (``Format of the output``), numbers aside."""
    words = [word for word in _WORD.findall(label.casefold().replace(".", "")) if not word.isdigit()]
    return any(word in HEADINGS for word in words) and all(word in HEADINGS or word in _LINKS for word in words)


def asks(asked: str) -> bool:
    """Whether words begin as a request does and continue in lower case, so that none but the first may be a name."""
    words = _WORD.findall(asked)
    return bool(words) and words[0].casefold() in _ASKING and all(word.islower() for word in words[1:])


def leads_in(asked: str) -> bool:
    """Whether the words before a colon are a request that introduces the text it refers to.

    ``Write the minutes of`` and ``Summarize this meeting`` do.
    """
    words = _WORD.findall(asked)
    if is_heading(asked) and all(word.islower() for word in words[1:]):
        return True
    return asks(asked) and words[-1] in HEADINGS | _LINKS


def is_listed(word: str) -> bool:
    """Whether a lower-case word is a heading or links headings."""
    return word in HEADINGS or word in _LINKS


LONGEST_NAME = 60
LONGEST_KNOWN = 200
MOST_TOKENS = 6

_COLON = re.compile(r"[:：](\*\*|__)?")
_FORBIDDEN = re.compile(r"[!?;{}=\\`…]|://|\.\.")
_OPENING = frozenset("\"'“‘„«<")
_TITLED = "dr mr mrs ms mx prof st jr sr hon rev fr sgt lt capt col gen ing dipl mag"
_TITLES = frozenset(_TITLED.split())
_PHONE = re.compile(r"\+?[0-9xX*(][0-9xX*(). /-]{4,28}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}")
_TIME = re.compile(OFFSET)
_TRAILING_TIME = re.compile(rf"[ \t]*[\[(]({OFFSET})[\])]$")
_CLOSING_TIME = re.compile(
    r"(?:[ \t]*[-–—|,·(\[][ \t]*|[ \t]+)([0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?)"
    r"([ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?[\])]?$"
)
_CLOSING_DAY = re.compile(
    r",[ ]\[[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{2}|[0-9]{4}),?[ ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\]$"
)
"""What follows the name above a message that was copied from Telegram."""
_IN_ANGLES = re.compile(r"<([^<>\r\n]{1,200})>[ \t]+")
_LEADING_TIME = re.compile(rf"[ \t]*\[({OFFSET})\][ \t]+")
_AFFILIATED = re.compile(r"[ \t]*\([^()\r\n]{1,60}\)$")
_EVERYBODY = re.compile(r"From[ \t]+(\S.{0,58}?)[ \t]+to[ \t]+(?:Everyone|everyone)")


class Label(NamedTuple):
    """A label: its span, where the words begin, whether it is certain, and a time written after it.

    `bare`: the line ends with the label, so the words are on the lines below.
    """

    span: Span
    after: int
    certain: bool
    bare: bool
    time: str | None = None


def find_label(text: str, start: int, end: int, known: frozenset[str], lenient: bool = False) -> Label | None:
    """Find the speaker label that opens ``text[start:end]``, one line without surrounding space.

    `lenient` requires no capitals: below somebody's words, the next words must not pass for theirs.
    """
    found = _known(text, start, end, known) if known else None
    return found or _name_like(text, start, end, lenient)


def find_timed_name(text: str, start: int, end: int, known: frozenset[str]) -> Label | None:
    """Find the speaker in ``Name  00:01:02`` on a line of its own, as copied transcripts have it."""
    day = _CLOSING_DAY.search(text, max(start, end - 26), end)
    match = day or _CLOSING_TIME.search(text, max(start, end - 24), end)
    if match is None:
        return None
    span = _inner(text, start, match.start())
    name = text[span.start : span.end]
    if name not in known and not (looks_like_name(name) and is_proper(name)):
        return None
    time = None if day is not None or match[2] else match[1]
    return Label(span, end, certain=name in known, bare=True, time=time)


def find_known_name(text: str, start: int, end: int, known: frozenset[str]) -> Label | None:
    """Find a roster name alone on the rest of a line, as after Fathom's times; a part in brackets may follow it."""
    affiliated = _AFFILIATED.search(text, start, end)
    span = Span(*trim(text, start, affiliated.start() if affiliated is not None else end))
    return Label(span, span.end, certain=True, bare=True) if text[span.start : span.end] in known else None


def find_name_in_angles(text: str, start: int, end: int, known: frozenset[str]) -> Label | None:
    """Find a roster name as chat logs have it after a time: ``<Name> text``."""
    match = _IN_ANGLES.match(text, start, end)
    if match is None or match[1].strip() not in known:
        return None
    return Label(Span(*trim(text, *match.span(1))), match.end(), certain=True, bare=False)


def timed_behind(text: str, label: Label, end: int) -> Label:
    """Add the bracketed time between a label and its words: ``Name: [0:03] text``."""
    match = _LEADING_TIME.match(text, label.after, end) if not label.bare else None
    return label if match is None else label._replace(after=match.end(), time=label.time or match[1])


def looks_like_name(name: str, lenient: bool = False) -> bool:
    """Whether an unknown label may be a speaker's name, alias, handle or telephone number."""
    tokens = name.split()
    if not 0 < len(name) <= LONGEST_NAME or len(tokens) > MOST_TOKENS or name[0] in _OPENING:
        return False
    if not any(ch.isalpha() for ch in name):
        return _is_phone(name)
    if _FORBIDDEN.search(name) or is_heading(name) or any(_ends_sentence(token) for token in tokens):
        return False
    if lenient:
        return True
    capital = sum(_opens_like_name(token) for token in tokens)
    if "," in name and capital < len(tokens):
        return False
    return len(tokens) <= 2 or 2 * capital >= len(tokens)


def is_proper(name: str) -> bool:
    """Whether a label is one token or all its tokens open as names do; used for labels on a line of their own.

    Between the first and the last may stand particles of names: ``Ludwig van Beethoven``.
    """
    tokens = name.split()
    within = tokens[1:-1]
    ends_proper = all(map(_opens_like_name, (*tokens[:1], *tokens[-1:])))
    return len(tokens) == 1 or (ends_proper and all(_opens_like_name(each) or each in JOINING for each in within))


def _known(text: str, start: int, end: int, known: frozenset[str]) -> Label | None:
    best: Label | None = None
    for colon in _COLON.finditer(text, start, min(end, start + LONGEST_KNOWN)):
        span, after = _before(text, start, colon)
        time = None
        if text[span.start : span.end] not in known:
            span, time = _timed(text, span)
        if text[span.start : span.end] in known:
            best = Label(span, after, certain=True, bare=after == end, time=time)
    return best


def _name_like(text: str, start: int, end: int, lenient: bool) -> Label | None:
    for colon in _COLON.finditer(text, start, min(end, start + LONGEST_NAME + 30)):
        span, after = _before(text, start, colon)
        if colon.group()[0] == ":" and after < end and not text[after].isspace():
            continue
        span, time = _timed(text, span)
        if not looks_like_name(text[span.start : span.end], lenient):
            return None
        return Label(span, after, certain=False, bare=after == end, time=time)
    return None


def _before(text: str, start: int, colon: re.Match[str]) -> tuple[Span, int]:
    """The name before the colon, and where the words begin; ``**Name:**`` closes after the colon."""
    bold = colon.group(1)
    if bold is not None and text.startswith(bold, start):
        return Span(*trim(text, start + len(bold), colon.start())), colon.end()
    return _inner(text, start, colon.start()), colon.start() + 1


def _inner(text: str, start: int, end: int) -> Span:
    """The name in ``[Name]``, ``**Name**``, ``*Name*`` or ``From Name to Everyone``."""
    start, end = trim(text, start, end)
    addressed = _EVERYBODY.fullmatch(text, start, end)
    if addressed is not None:
        return Span(*addressed.span(1))
    for opening, closing in (("**", "**"), ("__", "__"), ("*", "*"), ("_", "_"), ("[", "]")):
        if text.startswith(opening, start, end) and text.endswith(closing, start, end):
            inner = Span(*trim(text, start + len(opening), max(start + len(opening), end - len(closing))))
            if text.find(closing, inner.start, inner.end) < 0:
                return inner
    return Span(start, end)


def _timed(text: str, span: Span) -> tuple[Span, str | None]:
    """The name without the bracketed time after it, and that time."""
    match = _TRAILING_TIME.search(text, max(span.start, span.end - 24), span.end)
    if match is None or match.start() == span.start:
        return span, None
    return _inner(text, span.start, match.start()), match.group(1)


def _is_phone(name: str) -> bool:
    if _PHONE.fullmatch(name) is None or _DATE.fullmatch(name) or _TIME.fullmatch(name):
        return False
    return sum(ch.isdigit() for ch in name) >= 4


def _opens_like_name(token: str) -> bool:
    for ch in token:
        if ch.isalpha():
            return ch.isupper() or not ch.isascii()
        if ch.isdigit():
            return True
    return True  # a sign between the parts of a name: "|", "-", an emoji


def _ends_sentence(token: str) -> bool:
    if not token.endswith("."):
        return False
    word = token[:-1].strip("()[]").casefold()
    return not (len(word) == 1 or word in _TITLES or "." in word)
