r"""Find whom a text names as it names its speakers, whatever their names look like: ``"from": "Zoë"``, ``— ko3, 0:12``.

A name that is on no list is known by its place. The signs on both sides of a participant's name are a frame, with the
key, the tag or the beginning of the line before them. Where nothing in a frame is longer than a name, whoever else
stands in it is a mention, as the full names of strangers are, and every rule for these holds. The keys that exports
have for speakers alone (``"speaker": "…"``) are frames by themselves.

Labels of a diarizer name nobody, nor do titles and ordinary words (``"speaker": "who said it"``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from proxy.attribution.captions import NAMED, likeness
from proxy.formats.times import CLOCK
from proxy.formats.vendors import NAMING
from proxy.redaction.roster.search import STRANGER, Mention
from proxy.wording.folded import UNSPACED
from proxy.wording.plain_words import COMMON_WORDS, is_plain
from proxy.wording.vocabulary import all_ordinary
from proxy.wording.voices import may_be_anybodys

_LINE_TO = re.compile(r"(?:^|(?<=[\r\n]))(?:[^\w\r\n]{0,12}[^\W\u0250-\U0010ffff]{1,12}){0,4}[^\w\r\n]{0,12}$")
r"""The line up to a name: ``[10:02] ``, ``*Speaker: ``, ``<p><b>``."""
_SIGNS_TO = (
    re.compile(r"(?<![\w.-])[\w-]{1,30}(?:\.[\w-]{1,30})?(?=[^\w\r\n]{0,11}[:=>{(])[^\w\s.!?][^\w\r\n]{0,11}$"),
    re.compile(r"(?:,(?:[ ]?[\"'`])?|[;|\t][ ]?[\"'`]?|\([\"'])$"),
)
"""Signs before a name, with the key before them and without: ``"speaker": "``, ``",``."""
_BEHIND = re.compile(
    r"\\{0,3}[\"'],[ ]?\\{0,3}[\"']\w{1,20}(?=\\{0,3}[\"']:)|[ \t]{0,12}(?:[^\w\s.!?'’]|['’](?!\w))|[ ](?=[0-9])"
    r"|[ ]?\r?\n(?=[^\w\r\n]?[0-9]{1,2}:[0-9]{2})|[ ]?(?=[\r\n]|$)"
)
"""The next key behind a value, the first sign behind a name, the end of its line, or its end above a time."""
_NEAR = 60
"""Characters before a name that may be its frame."""
_NUMBER = re.compile(r"[0-9]+")
_VALUE = r"(?P<value>[^\s\"<>{}|][^\r\n\t\"<>{}|]{0,159}?)"
_LINE_ENDS = r"[ ]?(?:[\r\n]|$)"
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 60
_MOST_WORDS = 6
_MOST_UNSPACED = 12
_UNSPACED = re.compile(rf"[{UNSPACED}]")
_MOST_LOWER = 2
"""Words in lower case that a name may hold: ``Ana de la Cruz``."""
_HANDLE = re.compile(r"\w[._@]\w")
_FAR = 400
"""Characters on each side of a value that may be of its object."""
_BRACE = re.compile(r"[{}]")
_ENDED = re.compile(r"[^\W\d_]{4}[.!?…](?:\s|$)|[。！？؟।॥]")
"""The end of a sentence; an abbreviation may stand in a name."""
_MOST_FRAMES = 16
"""Frames of one text that are looked for, the most frequent first."""

_QUOTE = r"\\{0,3}[\"'`]"
_KEYS = sorted({key.casefold() for key in (*NAMING, "forwarded_from")})
_ANY_KEY = ("author", "sender", "speaker", *(key for key in _KEYS if "speaker" not in key))
_KEY = rf"(?:{'|'.join(_KEYS)}|(?:\w{{1,12}}[_-])?(?:author|sender|speaker)(?:[_-]?(?:name|label))?)"
_IS = rf"(?<![\w-]){_KEY}(?:{_QUOTE})?[ ]?(?:[:=]|=>|->)[ ]?"
_BY_KEY = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"{_IS}(?:\w{{1,12}}\()?\[?\\{{0,3}}(?P<quote>[\"'`])@?"
        r"(?P<value>[^\n\"`<>{}\[\]\\]{1,60}?)\\{0,3}(?P=quote)(?!\w|[ ]?:)",
        rf"<(?P<tag>{_KEY})(?:[ ][^<>\n]{{0,80}})?>[ ]?@?(?P<value>[^<>\n]{{1,60}}?)[ ]?</(?P=tag)>",
        rf"\\{_KEY}\{{(?P<value>[^{{}}\n]{{1,60}})\}}",
        rf"(?:^|\n)[ \t]*(?:[-*>][ ])?{_KEY}[ ]?[:|][ ]+"
        r"(?P<value>[^\s\"'`{\[<][^\r\n\"`{}<>]{0,59}?)[ \t]*(?=[\r\n]|$)",
        rf"(?<![\w-]){_KEY}=(?P<value>[^\s\"'`<>{{}}()\[\],;|\\=]{{1,60}})",
    )
)
_LISTS = re.compile(
    rf"(?<![\w-]){_KEY}s?{_QUOTE}[ ]?:[ ]?(?:\[|\{{(?=[ ]?\"[0-9]))(?P<values>[^\[\]{{}}]{{1,20000}})[\]}}]",
    re.IGNORECASE,
)
"""A column of speakers: ``"speaker": ["Ben", "Zed"]``, ``"speaker": {"0": "Ben"}``."""
_TIMED = re.compile(r"[0-9]:[0-9]{2}")
_DAY = r"(?:[^\W\d_]{3,9},?[ ](?:[0-9]{1,2},?[ ])?(?:at[ ])?)?"
_AT_HEAD = tuple(
    re.compile(shape)
    for shape in (
        rf"[\r\n\"'>][ \t]*(?:[-–—•*][ ])?[\[(<]?{CLOCK}[\])>]?(?:[ \t]*[-–—|·])?[ \t]+"
        rf"(?P<value>[^\s:][^\r\n:]{{0,59}}?)[ ]?(?:[\r\n]+(?=\S)|:[ ])",
        rf"[\r\n][*_# ]{{0,6}}(?P<value>[^\s:][^\r\n:]{{0,59}}?)"
        rf"(?:[ \t]{{2,}}|[*_ \t]*[-–—|·•,(\[`][ \t]*|[ \t]?\r?\n[ \t]*|[ ]){_DAY}{CLOCK}[)\]`]?[ ]?\r?\n+(?=\S)",
    )
)
"""A head with a time: ``[0:12] Zed`` and ``Zed  10:02`` above words, ``[0:12] Zed: …``."""
_STRING = re.compile(r"(?<![^\s,:\[{])\"(?P<value>[^\"\n\\]{1,60})\"(?![ ]?:)")


class _Frame(NamedTuple):
    """What stands on both sides of a name; a number in it stands for any number."""

    before: str
    behind: str
    opens_line: bool

    def shape(self) -> re.Pattern[str]:
        """What stands in the frame, as ``value``."""
        before, behind = _any_number(self.before), _any_number(self.behind)
        begins = rf"(?:^|(?<=[\r\n])){before}" if self.opens_line else rf"(?<![^\W_]){before}"
        ends = rf"{behind}[^\w\r\n]?[0-9]" if self.behind.endswith("\n") else behind
        ends = "[ ](?=[0-9])" if self.behind == " " else ends
        return re.compile(rf"{begins}{_VALUE}(?={ends if self.behind else _LINE_ENDS})")


def in_fields(text: str, known: Sequence[Mention]) -> list[Mention]:
    """The people who stand where speakers are named and are not on the roster, in order.

    `known` are the mentions of the roster in the text, in order. What stands under a key in one object with somebody's
    name, such as a user name, is theirs.
    """
    starts = [one.start for one in known]
    found: dict[int, Mention] = {}

    def touched(start: int, end: int) -> bool:
        before = bisect_left(starts, end)
        return before > 0 and known[before - 1].end > start

    keyed = (span for span in _by_key(text) if not touched(*_object_around(text, *span)))
    for start, end in chain(keyed, _by_column(text), _by_time(text), _by_frame(text, known)):
        value = text[start:end]
        if start not in found and not touched(start, end) and _may_name(value):
            found[start] = Mention(start, end, frozenset((STRANGER, value.casefold())), "name", whole=True)
    return [found[start] for start in sorted(found)]


def _object_around(text: str, start: int, end: int) -> tuple[int, int]:
    """What stands in the same braces as a value; the value alone if it is in none."""
    opened = max(text.rfind("{", max(0, start - _FAR), start), text.rfind("}", max(0, start - _FAR), start))
    closed = _BRACE.search(text, end, end + _FAR)
    return (opened, closed.start()) if opened >= 0 and closed is not None else (start, end)


def _by_key(text: str) -> Iterator[tuple[int, int]]:
    """What stands under a key for speakers."""
    folded = text.casefold()
    for shape in _BY_KEY if any(key in folded for key in _ANY_KEY) else ():
        yield from (match.span("value") for match in shape.finditer(text))


def _by_column(text: str) -> Iterator[tuple[int, int]]:
    """What a list under a key for speakers holds."""
    for column in _LISTS.finditer(text) if '"' in text else ():
        yield from (match.span("value") for match in _STRING.finditer(text, *column.span("values")))


def _by_time(text: str) -> Iterator[tuple[int, int]]:
    """What stands beside a time at the head of words, written as a name is."""
    for shape in _AT_HEAD if _TIMED.search(text) else ():
        for head in shape.finditer(f"\n{text}"):
            if _is_titled(head["value"]):
                yield head.start("value") - 1, head.end("value") - 1


def _by_frame(text: str, known: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """What stands in the frames of the people on the roster."""
    frames = Counter(frame for mention in known for frame in _frames(text, mention))
    for frame, _ in frames.most_common(_MOST_FRAMES):
        values = [match.span("value") for match in frame.shape().finditer(text)]
        if all(_is_short(text[start:end]) for start, end in values):
            yield from values


def _frames(text: str, mention: Mention) -> Iterator[_Frame]:
    """The frames of a name; none if it may stand in a sentence."""
    behind = _BEHIND.match(text, mention.end)
    if behind is None:
        return
    near = max(0, mention.start - _NEAR)
    line = _LINE_TO.search(text, near, mention.start)
    if line is not None and behind[0].strip()[:1] != ":" and (line[0].strip() or behind[0]):
        yield _Frame(line[0], behind[0], opens_line=True)
    for shape in _SIGNS_TO:
        signs = shape.search(text, near, mention.start)
        if signs is not None and (behind[0].strip() or not signs[0][0].isalnum()):
            yield _Frame(signs[0], behind[0], opens_line=False)


def _any_number(side: str) -> str:
    return "[0-9]+".join(map(re.escape, _NUMBER.split(side)))


def _is_short(value: str) -> bool:
    """Whether nothing longer than a name stands in a frame: no sentence, and hardly a word in lower case."""
    words = value.split()
    if len(value) > _LONGEST or len(words) > _MOST_WORDS or len(_UNSPACED.findall(value)) > _MOST_UNSPACED:
        return False
    return len(words) < 2 or not (_ENDED.search(value) or sum(map(str.islower, words)) > _MOST_LOWER)


def _may_name(value: str) -> bool:
    """Whether a value may be somebody's name or handle."""
    words = _WORD.findall(value)
    if not (words and _is_short(value)) or value.strip()[-1:] in tuple("!?…") or "://" in value:
        return False
    if may_be_anybodys(value):
        return False
    return _HANDLE.search(value) is not None or not (all(map(_is_common, words)) or all_ordinary(value))


def _is_titled(value: str) -> bool:
    """Whether a value looks like a name even where anything may stand: all in capitals, and not all of it words."""
    words = _WORD.findall(value)
    cased = [word for word in words if word[0].lower() != word[0].upper()]
    if any(word[0].islower() for word in cased) or (cased and len(words) == 1 and likeness(value) < NAMED):
        return False
    return likeness(value) > 0


def _is_common(word: str) -> bool:
    folded = word.casefold()
    return is_plain(folded) or folded in COMMON_WORDS
