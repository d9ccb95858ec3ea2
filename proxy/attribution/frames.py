"""How a text writes the names of those who speak, and who else is written so: ``__Ben__ => …``, then ``__Zed__ => …``.

A layout that no grammar knows is known by its names: what stands around the name of somebody on the roster, where they
begin to speak, is a frame. Capitalized words in the same frame are somebody's name, however ordinary the sign is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from proxy.attribution.reading import COLON, FEWEST, LEADS, SPACE, TIME_AT_END, Line, NamedText, told

_NAME = r"[^\Wa-zß-öø-ÿ_0-9](?:[^\W_]|['’.-](?=\w)){0,30}"
_ENDS = re.compile(r"[.!?;…。！？؟।॥:)\]/|>—–-]$")
_BEHIND = re.compile(
    rf"(?P<close>[\])}}>*_~`]{{0,3}})[ ]?(?P<aside>\([^()\n]{{0,30}}\)[*_]{{0,2}})?"
    rf"(?P<sign>[ ](?:said|says|asked|asks|added|adds)[{COLON}]?|[ ]*(?:[-–—>|=~/·•»→]{{1,3}}|\.\.\.|…)(?=[ ])|\t"
    rf"|[ ]?[{COLON}](?!//|[0-9])|(?<=[\])}}>*_~`]))"
)
"""What stands behind a name: signs that close what opened before it, an aside such as pronouns, and a sign."""
_OPENED = re.compile(r"[*_\[({<~`]{0,3}$")
_AHEAD = 80
"""Characters behind a sign in which words are looked for."""
_CANDIDATE = re.compile(
    rf"(?:(?<=[.!?…。！？؟।॥;|)\]—–/])[\"'”’)\]]?[{SPACE}]{{1,6}})[^\w\n*_\[({{<~`]{{0,6}}(?:[0-9][0-9:.,]{{2,12}}[ ])?"
    rf"(?P<open>[*_\[({{<~`]{{0,3}})(?P<name>{_NAME}(?:[ ]{_NAME}){{0,3}})"
)
"""One to four capitalized words after the end of a sentence, perhaps after a time."""


class _Frame(NamedTuple):
    """The signs around a name, in one form, and where they end."""

    signs: str
    end: int


def framed(read: NamedText, line: Line) -> Iterator[int]:
    """Where, within a line, capitalized words stand in a frame of somebody on the roster, with words behind them."""
    found = [
        (each.start(), frame)
        for each in _CANDIDATE.finditer(read.text, line.start, line.end)
        if next(read.within(each.start("name"), each.end("name")), None) is None
        and (frame := _frame(read.text, each.end("name"), each["open"])) is not None
        and _followed(read.text, frame)
    ]
    known = _known(read, {frame.signs for _, frame in found})
    yield from (at for at, frame in found if frame.signs in known)


def _known(read: NamedText, signs: Collection[str]) -> set[str]:
    """Which of these signs stand around those on the roster, where the text names them as they begin to speak."""
    known: set[str] = set()
    for frame in _frames(read) if signs else ():
        if frame.signs in signs and frame.signs not in known and _followed(read.text, frame):
            known.add(frame.signs)
            if len(known) == len(signs):
                break
    return known


def _frames(read: NamedText) -> Iterator[_Frame]:
    """The frames of those on the roster, where the text names them as people who begin to speak are named."""
    for mention in read.written:
        begun = max(read.text.rfind("\n", 0, mention.start), read.text.rfind("\r", 0, mention.start)) + 1
        ahead = read.text[max(begun, mention.start - 40) : mention.start]
        before = ahead.rstrip(LEADS)
        timed = TIME_AT_END.search(before)
        before = before[: timed.start()].rstrip(LEADS) if timed is not None else before
        if before and not _ENDS.search(before) and not ahead[len(before) :].strip(SPACE):
            continue
        opened = _OPENED.search(ahead)
        frame = _frame(read.text, mention.end, opened[0] if opened is not None else "")
        if frame is not None:
            yield frame


def _frame(text: str, end: int, opened: str) -> _Frame | None:
    """The frame of a name that ends at `end`; None if no sign follows it."""
    behind = _BEHIND.match(text, end)
    if behind is None:
        return None
    aside = "()" if behind["aside"] else ""
    signs = f"{opened}{behind['close']}{aside}{' '.join(behind['sign'].split(' ')).strip(' ')}"
    return _Frame(signs, behind.end())


def _followed(text: str, frame: _Frame) -> bool:
    """Whether enough words follow a frame. They may stand on the line below the sign."""
    ahead = text[frame.end : frame.end + _AHEAD].splitlines()[:2]
    return told(next((words for words in ahead if words.strip()), "")) >= FEWEST
