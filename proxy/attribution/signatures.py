"""Recognize who signs words: a name below them, after a closing or dashes, with a title, a company or an address below.

A name alone below a sentence signs it too, if nothing stands below the name but a title or a company, and if the
sentence reports something: a name below a request belongs to the request.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proxy.attribution import reading
from proxy.attribution.asking import asks
from proxy.attribution.bylines import DEVICE, bears_name_alone
from proxy.formats.times import CLOCK
from proxy.languages import patterns
from proxy.model import Span
from proxy.redaction.roster.search import Mention

_TRAILER = r"(?:[A-Za-z]{2,12}-){1,3}[Bb]y"
_SIGNATURE = re.compile(rf"[ \t>*_/;%]*(?:[–—~]|--?|\[\^?\w{{1,8}}\]:?|{_TRAILER}:)?[ \t*_]*")
"""What precedes a signer's name: a dash, a footnote mark, a trailer of git."""
_AUTHOR_FIELD = re.compile(
    rf"[ \t>*_]*(?:(?:{patterns('mail', 'author')}|{patterns('mail', 'sender')})[*_ \t]*[{reading.COLON}]"
    rf"|(?:[^\W\d_]+[ ]){{1,2}}{patterns('mail', 'of')}(?:[ \t]|[ \t]*[{reading.COLON}]))[*_ \t]*",
    re.IGNORECASE,
)
"""A field or byline that names the author of what is above; alone below a blank line, it signs it."""
_CLOSING = rf"(?:{patterns('mail', 'closing_before')}\s+){{0,3}}{patterns('mail', 'closing')}[,!.:]?\s*[–—-]?\s*"
_CLOSES = re.compile(rf"[^\w\n]*{_CLOSING}", re.IGNORECASE)
"""The closing of a letter, before the name or above it."""
_CLOSES_LINE = re.compile(rf"(?<=[.!?…])[ ]+{_CLOSING}$", re.IGNORECASE)
_CLOSING_LINE = re.compile(rf"\n[ \t>*_]*(?:[–—_-]{{2,80}}|{_CLOSING})[ \t]*\Z", re.IGNORECASE)
"""The closing of a letter, or the dashes above a signature, alone on a line."""
_DASHES = re.compile(r"[ \t>]*[–—_-]{2,80}[ \t]*")
_SIGNATURES = 200
"""Characters below somebody's words that may hold a signature."""
_REACHED = re.compile(r"\+?[0-9][0-9 ()./-]{6,20}[0-9]|[^\s@]+@[^\s@]+\.[a-z]{2,}|\bwww\.|https?://", re.IGNORECASE)
"""A telephone number or an address."""
_LONGEST_LINE = 60
_CARD_LINES = 6
_TITLE_LINES = 3
_CARD = 400
"""Characters below a name that may hold a title and a company."""
_ENDS = tuple('.!?…。！？؟।॥"”»')
"""Ends of sentences. A sentence above a name alone has one."""
_QUOTED = tuple('"”»“')
_TITLE = re.compile(r",[ ][^\n.!?:]{2,40}")
"""What somebody is, behind their name below a quotation: ``, CFO``."""
_EMPTY = " \t\r\n/#;%"
"""What lines of comments without words consist of."""
_CELL = re.compile(r"[\"'”’][ \t]*[,;|\t][ \t]*[\"'(]?$|[|\t][ \t]*$")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_DATED = re.compile(rf"{CLOCK}|[0-9]{{1,4}}[./-][0-9]{{1,2}}[./-][0-9]{{1,4}}")
_TAG = r"</?[A-Za-z][^<>\n]{0,80}>"
_OPENING_TAGS = re.compile(rf"^(?:{_TAG}[ \t]*)+")
_TAGS_AT_END = re.compile(rf"(?:\s*{_TAG}\s*)+\Z")
_TAGS_BELOW = re.compile(rf"(?:\s*{_TAG})+\s*")
_ROW_ENDS = re.compile(r"\s*</t[dh]>\s*</tr>", re.IGNORECASE)
"""The end of a row of HTML behind its last cell."""


def signed(read: reading.NamedText, line: reading.Line, part: Span, speaker: str | None) -> bool:
    """Whether somebody else on the roster is named after words, as their author is.

    The name may stand below them, in the last cell of a row, or in a JSON string below theirs.
    """
    text = read.text
    names = [one for one in read.anybody(line.start, line.end) if not text.startswith("@", one.end)]
    # An address in angle brackets belongs to the name before it.
    names = [one for one in names if text[one.start - 1 : one.start] != "<" or one == names[0]]
    mention = max(names, default=None, key=lambda named: named.start)
    if mention is None or mention.people == {speaker}:
        return False
    before, behind = _OPENING_TAGS.sub("", text[line.start : mention.start]), text[mention.end : line.end]
    if _CELL.search(before) and not any(map(str.isalnum, behind)):
        return reading.told(before) >= reading.MANY
    if reading.STRING_END.match(behind) and before.rstrip()[-1:] in ('"', "'"):
        above = text[max(part.start, line.start - reading.BELOW) : mention.start].rpartition("{")[2]
        return any(reading.told(string) >= reading.MANY for string in reading.STRING.findall(above))
    closes = _CLOSES.fullmatch(before) is not None
    quoted = text[part.start : line.start].rstrip().endswith(_QUOTED)
    titled = quoted and _TITLE.fullmatch(behind) is not None and reading.told(behind) <= 1
    alone_behind = not any(map(str.isalnum, behind)) and not behind.rstrip().endswith(tuple(reading.COLON))
    last = titled or alone_behind or reading.ADDED.fullmatch(text, mention.end, line.end) is not None
    inline = _CLOSES_LINE.search(before)
    if inline is not None and last and reading.told(before[: inline.start()]) >= reading.MANY:
        return True
    possessive = closes and DEVICE.fullmatch(behind) is not None
    field = _AUTHOR_FIELD.fullmatch(before) is not None
    dated = _DATED.search(before + " " + behind) is not None and bears_name_alone(read, line)
    alone = (possessive or last) and (closes or field or _SIGNATURE.fullmatch(before))
    signs = bool(alone) and _signs_above(read, line, part, mention, speaker)
    return signs or (dated and _signs_with_date(read, line, part))


def _signs_with_date(read: reading.NamedText, line: reading.Line, part: Span) -> bool:
    """Whether a name with a time or a date ends a paragraph, directly below words that it signs."""
    above, below = read.text[part.start : line.start].rstrip(reading.SPACE), read.text[line.end : part.end]
    if not above.endswith("\n") or _BLANK_LINE.search(above[-2:]) or below.lstrip(reading.SPACE)[:2].strip():
        return False
    return tells(above.rstrip().rpartition("\n")[2])


def _signs_above(
    read: reading.NamedText, line: reading.Line, part: Span, mention: Mention, speaker: str | None
) -> bool:
    """Whether a name alone on its line signs what stands above it in the part."""
    text = read.text
    elements = _TAGS_AT_END.sub("", text[part.start : line.start])
    above, below = _without_closing(elements), _TAGS_BELOW.sub("", text[line.end : part.end], count=1)
    card = _is_card(below)
    titled = _is_titled(below) and next(read.within(line.end, line.end + _CARD), None) is None
    ended = card or titled or not below.lstrip(" \t")[:2].strip()
    paragraph = reading.LINE_END.split(above.words)[-1]
    listed = paragraph.endswith(tuple(reading.COLON)) or _names_alone(read, part.start + len(above.words), paragraph)
    in_row = _ROW_ENDS.match(text, line.end) is not None
    if not (ended or in_row) or listed or not paragraph.strip():
        return False
    if len(elements) < line.start - part.start and text[line.start - 1] == ">" and (in_row or not below.strip()):
        return tells(paragraph)
    if _AUTHOR_FIELD.fullmatch(text, line.start, mention.start):
        return tells(paragraph)
    if card or above.closed or text[line.start : mention.start].strip() or closes_letter(paragraph):
        return True
    # A first name directly below what a person says may be the next word that they say.
    named = mention.whole or speaker is None or _BLANK_LINE.search(text, part.start + len(above.words), line.start)
    return (titled or not below.strip()) and bool(named) and paragraph.endswith(_ENDS) and tells(paragraph)


def is_trailer(label: str) -> bool:
    """Whether a label is that of a trailer of git, which names who wrote what is above: ``Signed-off-by``."""
    return re.fullmatch(_TRAILER, label) is not None


class _Above(NamedTuple):
    """The words above a name, without a closing on a line of its own; and whether there was one."""

    words: str
    closed: bool


def _without_closing(above: str) -> _Above:
    bare = above.rstrip(_EMPTY)
    closing = _CLOSING_LINE.search(bare, max(0, len(bare) - _SIGNATURES))
    return _Above(bare[: closing.start()].rstrip() if closing is not None else bare, closing is not None)


def _is_card(below: str) -> bool:
    """Whether all that follows a name is contact details, as below a mail: a title, a company, a number."""
    lines = [line for line in below.splitlines() if line.strip()]
    if not 0 < len(lines) <= _CARD_LINES:
        return False
    short = all(reading.told(_REACHED.sub("", line)) <= reading.FEWEST and len(line) <= _LONGEST_LINE for line in lines)
    return short and any(map(_REACHED.search, lines))


def _is_titled(below: str) -> bool:
    """Whether the lines directly below a name are a title, a company or a place, and nothing else."""
    directly, *_ = _BLANK_LINE.split(below[:_CARD], maxsplit=1)
    rest, *lines = directly.splitlines() or [""]
    return not rest.strip() and 0 < len(lines) <= _TITLE_LINES and all(map(_is_title, map(str.strip, lines)))


def _is_title(line: str) -> bool:
    """Whether a line may be somebody's title, company or place: a few words that are no sentence, caption or item."""
    short = line[:1].isalnum() and len(line) <= _LONGEST_LINE and reading.told(line) <= reading.FEWEST
    return short and not line.endswith((*reading.COLON, *_ENDS)) and not asks(line)


def signed_below(read: reading.NamedText, words: Span, limit: int, speaker: str | None) -> bool:
    """Whether somebody else signs directly below the words, up to `limit`: with a name, or a closing and a name."""
    below = [
        line for line, _ in reading.with_following(read.text, Span(words.end, min(limit, words.end + _SIGNATURES)))
    ]
    part = Span(words.start, limit)
    if below and signed(read, below[0], part, speaker):
        return True
    opens = read.text[below[0].start : below[0].end] if len(below) > 1 else ""
    return (closes_letter(opens) or _DASHES.fullmatch(opens) is not None) and signed(read, below[1], part, speaker)


def _names_alone(read: reading.NamedText, end: int, paragraph: str) -> bool:
    """Whether a line that ends at `end` is a name and no more, as in a list."""
    named = list(read.anybody(end - len(paragraph), end))
    return bool(named) and reading.told(paragraph) <= reading.FEWEST


def closes_letter(paragraph: str) -> bool:
    """Whether a line closes a letter: a few words and a comma, or a greeting."""
    closes = paragraph.rstrip().endswith((",", "!")) or _CLOSES.fullmatch(paragraph.strip()) is not None
    return closes and len(paragraph.split()) <= reading.MANY


def tells(words: str) -> bool:
    """Whether words report something and make no request."""
    return reading.told(words) >= reading.MANY and not asks(words)
