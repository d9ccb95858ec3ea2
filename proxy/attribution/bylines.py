"""Recognize a line that is somebody's name and nothing else, above their words: the head of a chat message or a post.

Layouts add much to a name, and no list has all of it: a time with a day, an age, a handle, a company, a degree, rules
of signs, an emoji. So what counts is what a byline lacks: words before the name, and words in lower case behind it. A
number with a few short words beside it is a time or an age in any language.

A list of people looks the same. It has a caption above it, or other names, and a request or nothing below it.
"""

from __future__ import annotations

import re

from proxy.attribution import reading
from proxy.attribution.asking import asks, asks_about_text
from proxy.attribution.notices import ends_list
from proxy.attribution.prompts import unproven
from proxy.formats.times import CLOCK
from proxy.model import Span

DEVICE = re.compile(r"['’]s (?:i?phone|i?pad|mobile|android|phone|outlook|tablet|macbook|laptop)[.]?", re.IGNORECASE)
"""The device that a name is given to: ``Ben's iPhone``."""
_SHORT = r"[^\W\d_]{1,10}\.?"
_MOMENT = re.compile(
    rf"(?:{_SHORT},?[ ]+){{0,3}}(?:{CLOCK}|[0-9]{{1,4}}(?:[./-][0-9]{{1,4}}){{0,2}}(?![0-9:]))[.,]?"
    rf"(?:[ ]?{_SHORT}(?:[ ]{_SHORT}){{0,2}}(?!\w))?,?"
)
"""A number with up to three short words on each side: ``Yesterday 10:02``, ``3 Mar 2026 at 10:02``, ``vor 2 Std.``."""
_HANDLE = re.compile(r"@[^\s@()\[\]]{1,40}|\([^()\n]{0,40}\)|\[[^\[\]\n]{0,40}\]|<[^<>\n]{0,60}>|#[0-9]{1,6}")
"""What identifies somebody beside their name, or says what they are."""
_FORUM = re.compile(r"(?<!\w)/?[ur]/$", re.IGNORECASE)
_MARKUP = re.compile(r"^[^\w\n]{0,4}[\[{<][a-z_]{2,20}[ ]?[,=|:;][ ]?[\"']?$", re.IGNORECASE)
"""Markup whose first word says what stands below, and whose next one is the name: ``[quote, Ben]``."""
_HEADING = re.compile(r"(?:h[1-6]\.|!\[[^\[\]\n]{0,40}\]\([^()\s]{1,200}\))[ ]")
"""A heading as trackers write it, or a picture of the author."""
_TAG = re.compile(r"</?[a-z][^<>\n]{0,60}>", re.IGNORECASE)
_WORDS_BELOW = re.compile(rf"(?:\s|{_TAG.pattern}){{0,80}}(?P<words>[^\n]{{1,400}})")
_RULE = re.compile(r"(?P<rule>(?P<sign>[=~+*#_—–-])(?P=sign)+)[^\w\n]*(?:[^\W\d_]+[ ]){0,2}$")
"""What a rule around a name begins with: ``=== BEGIN``."""
_MARKS = "*_#"
"""Signs of Markdown for bold letters and headings, which need not close at the end of a line."""
_BULLET = re.compile(r"[ \t]*(?:[-*•+–]|[0-9]{1,3}[.)])[ \t]")
_MOST_ADDED = 4
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_LONGEST = 160
_FAR = 400
"""Characters above a name within which the caption of its list stands."""


def is_byline(read: reading.NamedText, line: reading.Line, following: reading.Line | None) -> bool:
    """Whether a line bears the name of one person on the roster and no words, and words of theirs stand below it."""
    if following is None or not bears_name_alone(read, line):
        return False
    if ends_list(read.text[following.start : following.end]):
        return False
    parted = len(read.text[line.end : following.start].strip(reading.SPACE).splitlines()) > 1
    following = _with_words(read.text, following)
    begins = reading.behind_tags(read.text, following)
    if next(read.within(begins, begins + 6), None) is not None:
        return False
    names, captioned = _listed_above(read, line)
    headed = read.text[line.start] == "#"
    listed = captioned and ((parted and not headed) or _BULLET.match(read.text, line.start, line.end))
    return not listed and _tells(read.text, following, listed=names or captioned)


def _with_words(text: str, following: reading.Line) -> reading.Line:
    """The line below a byline, or the first one below rules, fences and tags."""
    if any(map(str.isalnum, _TAG.sub("", text[following.start : following.end]))):
        return following
    below = _WORDS_BELOW.match(text, following.end)
    return following._replace(start=below.start("words"), end=below.end("words")) if below is not None else following


def bears_name_alone(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line is the name of one person, with nothing beside it but what layouts add."""
    heading = _HEADING.match(read.text, line.start, line.end)
    line = line._replace(start=heading.end()) if heading is not None else line
    mentions = list(read.within(line.start, line.end))
    if not mentions or read.names_several(line) or line.end - line.start > _LONGEST:
        return False
    before = _MARKUP.sub("", _FORUM.sub("", read.text[line.start : mentions[0].start]))
    behind = DEVICE.sub("", read.text[mentions[0].end : line.end], count=1)
    ruled = _RULE.match(before)
    closed = ruled is not None and behind.rstrip().endswith(ruled["sign"] * 2)
    if ruled is not None and (closed or ruled["sign"] not in _MARKS):
        return closed and reading.told(behind) == 0
    if not reading.opens_line(_MOMENT.sub(" ", _HANDLE.sub(" ", before))):
        return False
    added = _HANDLE.sub(" ", behind)
    apart = added[:1].isspace() or not added[:1].isalnum()
    words = _WORD.findall(_MOMENT.sub(" ", added))
    signed = not words or not added.strip()[:1].isalnum()
    return apart and signed and len(words) <= _MOST_ADDED and all(word[0].isupper() for word in words)


def heads_post(read: reading.NamedText, line: reading.Line, speaker: str | None) -> bool:
    """Whether a line is a heading of a tracker, or a picture, with the name of somebody other than the speaker."""
    marked = _HEADING.match(read.text, line.start, line.end) is not None and bears_name_alone(read, line)
    return marked and all(one.people != {speaker} for one in read.within(line.start, line.end))


def _listed_above(read: reading.NamedText, line: reading.Line) -> tuple[bool, bool]:
    """Whether names alone stand above a line, and whether a caption with a colon stands above it or them."""
    names = False
    at = line.start
    for written in reversed(read.text[max(0, at - _FAR) : at].splitlines(keepends=True)):
        at -= len(written)
        bare = written.strip()
        if not bare:
            continue
        above = reading.Line(at, at + len(written.rstrip()), first=False, hard=True, ended=False)
        if not bears_name_alone(read, above):
            return names, bare.rstrip("*_").endswith(tuple(reading.COLON))
        names = True
    return names, False


def _tells(text: str, below: reading.Line, *, listed: bool) -> bool:
    """Whether a line may be what somebody said: it does not read as the client's, or it asks for no text."""
    words = text[below.start : below.end]
    if asks(words):
        return not listed and reading.told(words) >= reading.MANY and not asks_about_text(words)
    return reading.told(words) >= reading.FEWEST and any(own for _, own in unproven(text, Span(below.start, below.end)))
