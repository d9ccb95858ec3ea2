"""What may stand before the speaker on a plain line: bullets, times, Mattermost's and Vexa's own prefixes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from proxy.formats.times import OFFSET, instant, reads_from_zero, seconds
from proxy.model import Span

_BULLET = re.compile(r"(?:(?:[-–—+•>*]{1,2}|[0-9]{1,4}[.)])[ \t]+){0,3}")
_CLOCK = r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,6})?"
_FULL_CLOCK = r"[0-9]{1,3}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,6})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,9})?"
_RANGE = re.compile(
    rf"\[?({OFFSET})(?:[ \t]*(?:-->|-|–)[ \t]*| +to +)({OFFSET})(?:\][ \t]*(?:[-–:|][ \t]+)?|[ \t]+-[ \t]+)"
)
_BRACKETED = re.compile(rf"\[({_CLOCK})\][ \t]*(?:[-–:|][ \t]+)?|\(({_CLOCK})\)[ \t]*(?:[-–:|][ \t]+)?")
_BARE = re.compile(rf"({_FULL_CLOCK})(?:[ \t]*[-–:|])?[ \t]+")
_SHORT = re.compile(r"([0-9]{1,3}:[0-9]{2})(?:[ \t]*[-–|])?[ \t]+")
_ABSOLUTE = re.compile(rf"\[?({_DAY}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?)\]?(?:[ \t]*[-–:|])?[ \t]+")
_MESSAGE = re.compile(
    r"\[?[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{2}|[0-9]{4}),? [0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?"
    r"(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?(?:\]|[ ]-)[ ]"
)
"""How a message opens in a chat that WhatsApp exported: by a day in the order of some country, and a time of day."""
_PASS = re.compile(r"\[pass [0-9]{1,4}/[0-9]{1,4} ")
_OPENING = frozenset("[(0123456789")
"""What every shape but a bullet begins with."""
_VEXA = re.compile(r"\[pass [0-9]{1,4}/[0-9]{1,4} id=[A-Za-z0-9_.:/-]{1,120} speaker=([^\]\r\n]{0,200})\]")


class Prefix(NamedTuple):
    """What precedes the speaker. `after` is where the speaker begins.

    `sure` says that only a transcript's line begins so, even when no speaker follows.
    """

    after: int
    start: float | None = None
    end: float | None = None
    at: datetime | None = None
    from_zero: bool | None = None
    sure: bool = False
    speaker: Span | None = None
    """The label, where the prefix itself holds it."""
    parenthesized: bool = False
    """Whether the speaker comes as ``(Name)``."""


def read_prefix(text: str, start: int, end: int) -> Prefix:
    """The prefix of the line ``text[start:end]``; an empty one if there is none."""
    bullet = _BULLET.match(text, start, end)
    start = bullet.end() if bullet else start
    # Most lines begin with no such sign, and no shape has to be tried.
    return _behind_bullets(text, start, end) if start < end and text[start] in _OPENING else Prefix(start)


def _behind_bullets(text: str, start: int, end: int) -> Prefix:
    if (vexa := _VEXA.match(text, start, end)) is not None:
        return Prefix(vexa.end(), sure=True, speaker=Span(*vexa.span(1)))
    message = _MESSAGE.match(text, start, end)
    if message is not None or _PASS.match(text, start, end) is not None:
        return Prefix(message.end() if message is not None else start, sure=True)
    if (span := _RANGE.match(text, start, end)) is not None:
        return Prefix(span.end(), seconds(span[1]), seconds(span[2]), sure=True, parenthesized=True)
    if (absolute := _ABSOLUTE.match(text, start, end)) is not None:
        return Prefix(absolute.end(), at=instant(absolute[1]), sure=True)
    for shape, sure in ((_BRACKETED, True), (_BARE, True), (_SHORT, False)):
        if (clock := shape.match(text, start, end)) is not None:
            written = next(group for group in clock.groups() if group)
            zero = reads_from_zero(written)
            return Prefix(clock.end(), seconds(written), from_zero=zero, sure=sure)
    return Prefix(start)


def parenthesized_name(text: str, start: int, end: int) -> Span | None:
    """The name in ``(Name) text``; the name may hold brackets of its own: ``(Ann (Acme)) text``."""
    if not text.startswith("(", start, end):
        return None
    depth = 0
    for at in range(start, min(end, start + 200)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return Span(start + 1, at) if text[start + 1 : at].strip() else None
    return None
