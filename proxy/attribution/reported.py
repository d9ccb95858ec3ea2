"""Words in a client's own text that are credited to somebody of the roster: reports, quotes, records with an author.

Whoever is spoken of in instructions has said nothing in them (``Summarize what Ben Okoro said``). Credited are words
with a name parted from them by a sign, a quote or a comma, in a field for the author, or below as whoever posted them.
"""

from __future__ import annotations

import re

from proxy.attribution.asking import asks
from proxy.attribution.reading import MANY, Line, Read, told
from proxy.attribution.records import recorded
from proxy.attribution.signs import CLOCK, COLON, GREETS, opens_line
from proxy.formats.json_words import SPEAKER, TEXT, WORD
from proxy.languages import patterns
from proxy.model import Span

_SAYS = patterns("speech", "says")
_BEFORE_NAME = re.compile(
    rf"(?:[\"”“»«][,.]?[ ]*(?:[—–-]{{1,3}}|\(|{_SAYS})?|[,.!?][\"”“»«]?[ ]+{_SAYS}|[ ](?:—|–|--?|<-+|←)"
    rf"|\({patterns('speech', 'by')}|[.!?…][\"”»]?[ ]+[(\[]@?|[ ][\[|@])[ ]*$",
    re.IGNORECASE,
)
"""What parts a name from words before it that are credited to it."""
_SAID_BEHIND = re.compile(rf"[ ]{_SAYS}\b", re.IGNORECASE)
_ACCORDING = re.compile(
    rf"(?:^|[.!?][ ]+)[^\w\n]*{patterns('speech', 'according')}[ ]+$",
    re.IGNORECASE,
)
_LAST = re.compile(rf"[\])}}\"'”’*_.]{{0,4}}(?:[ ]?[,;|][ ]?(?:{CLOCK}|[0-9][0-9./:-]{{0,18}}))*[ ,;|\])}}>.]{{0,4}}$")
"""What may stand behind the last name of a line: signs, and cells of times and numbers."""
_CELL_BEFORE = re.compile(r"(?:[\"'][,;]|;|[|\t])[ ]*[\"']?$")
_POSTED = re.compile(
    rf"[^\w\n]*{patterns('speech', 'posted')}[ -]{patterns('speech', 'posted_by')}[{COLON}]?[ ]+[^\w\n]*$",
    re.IGNORECASE,
)
_AUTHORS = (*SPEAKER, "author", "from", "by", "cite", "sender", "user", "who")
_WORDS = (*TEXT, *WORD, "message", "body", "comment", "quote", "note", "said", "blockquote")
_AUTHOR = re.compile(
    rf"(?<![\w-])(?:{'|'.join(_AUTHORS)})[\"']?[ ]?(?:[:=>]|=[ ]?[{{])[ ]?[\"'{{]?(?:[^\W\d_]+,[ ])?$", re.IGNORECASE
)
"""A field or a tag for who wrote it."""
_RECORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_WORDS)})[\"']?[ ]?[{COLON}=>][^\n]", re.IGNORECASE)
"""A field or a tag for words."""
_SO_SAYS = re.compile(
    rf"[^\w\n]*(?:(?:so|thus|this|that|these|all|as|it|is|was|are|were|what|the|words|of)[ ]+){{0,4}}"
    rf"(?:{_SAYS}|spoke|told us|quoth|put it|words of)[ ]+",
    re.IGNORECASE,
)
"""What closes words above that somebody said: ``So says``."""
_SAID_SO = re.compile(rf"[ ]{_SAYS}(?:[ ](?:so|this|that|it|these words|to me|me|us))?[.!]?[ ]*", re.IGNORECASE)
_NOTE = re.compile(rf"[ \t]*(?P<mark>\[\^?\w{{1,8}}\]|[¹²³⁴⁵⁶⁷⁸⁹†‡]|\*{{1,3}}|\([0-9a-z]\))[{COLON}.]?[ ]*")
"""The mark of a footnote."""
_THING = (
    r"(?:note|notes|message|mail|e-?mail|letter|memo|text|post|comment|comments|answer|reply|statement|remarks?|words"
    r"|speech|draft|feedback|input|paragraph|sentences?|report|review|summary|contribution|chat|voicemail|quote)"
)
_OF_THEIRS = re.compile(rf"['’]s?[ ](?:[^\W\d_]+[ ]){{0,2}}{_THING}[ ]*[.{COLON}]?[ ]*", re.IGNORECASE)
"""What somebody wrote, at the end of a line: ``Correct Ben's note.``"""
_THEIRS_BY = re.compile(rf"\b{_THING}[ ](?:by|of|from)[ ]+$", re.IGNORECASE)
_OPENS_BRACKET = re.compile(r"[^\w\n]{0,4}(?P<open>[\[(<{])[^\[\](){}<>\n]*$")
_CLOSES_BRACKET = re.compile(r"[^\[\](){}<>\n]{0,60}[\])}>][ :–—-]*")
_GREETING = re.compile(rf"^[^\w\n]*{GREETS}\b[^\n]{{0,40}}[,!][ \t\r]*$", re.IGNORECASE | re.MULTILINE)
"""How a letter opens."""
_FAR = 8_000
"""Characters above a name that are looked through for the beginning of a record, a letter or a paragraph."""
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")


def reported(read: Read, line: Line, part: Span) -> int | None:
    """Where words begin that a line credits to somebody of the roster, within a part of the text; None: nowhere."""
    text = read.text
    for mention in read.within(line.start, line.end):
        before, behind = text[line.start : mention.start], text[mention.end : line.end]
        if told(before) >= MANY and _credited(before, behind):
            return line.start
        if _ACCORDING.search(before) and told(behind) >= MANY:
            return line.start
        if _POSTED.fullmatch(before) and told(text[_above(text, part, line.start) : line.start]) >= MANY:
            return _above(text, part, line.start)
        if _AUTHOR.search(before):
            record = _RECORD.search(text, _above(text, part, line.start), mention.start)
            if record is not None and told(text[record.end() - 1 : mention.start]) >= MANY:
                return min(record.start(), line.start)
        ends = opens_line(before) and _LAST.fullmatch(behind) and not text[line.end : part.end].strip()
        told_of = _told_around(text, line, part, before, behind)
        if told_of is not None or ends:
            return told_of if told_of is not None else _letter(text, part, line.start)
    return recorded(read, line, part)


def _told_around(text: str, line: Line, part: Span, before: str, behind: str) -> int | None:
    """Where words begin above, below or behind a line that says whose they are, with a name amid it."""
    start = _above(text, part, line.start)
    closes = (_SO_SAYS.fullmatch(before) and _LAST.fullmatch(behind)) or (
        opens_line(before) and _SAID_SO.fullmatch(behind)
    )
    if closes and _tells(text[start : line.start]):
        return start
    note = _NOTE.fullmatch(before)
    marked = text.rfind(note["mark"], part.start, line.start) if note is not None else -1
    spaced = note is not None and not note["mark"].startswith("*") and text[marked - 1 : marked] == " "
    if (
        marked > part.start
        and (spaced or not text[marked - 1].isspace())
        and _tells(text[_above(text, part, marked) : marked])
    ):
        return _above(text, part, marked)
    theirs = _OF_THEIRS.fullmatch(behind) or (_THEIRS_BY.search(before) and _LAST.fullmatch(behind))
    if theirs and _tells(text[line.end : part.end].lstrip().partition("\n")[0]):
        return line.start
    closing = _CLOSES_BRACKET.match(behind) if _OPENS_BRACKET.fullmatch(before) else None
    return line.start if closing is not None and _tells(behind[closing.end() :]) else None


def _tells(words: str) -> bool:
    """Whether words tell something, and ask for nothing."""
    return told(words) >= MANY and not asks(words)


def _credited(before: str, behind: str) -> bool:
    """Whether a name behind words is that of who said them."""
    if _LAST.fullmatch(behind):
        return _BEFORE_NAME.search(before) is not None or _CELL_BEFORE.search(before) is not None
    return before.rstrip().endswith((",", '"', "”", "“", "»", "«")) and _SAID_BEHIND.match(behind) is not None


def _above(text: str, part: Span, at: int) -> int:
    """Where the paragraph begins in which a line stands, as far as it is looked through."""
    start = max(part.start, at - _FAR)
    gaps = list(_PARAGRAPH.finditer(text, start, at))
    return gaps[-1].end() if gaps else start


def _letter(text: str, part: Span, at: int) -> int | None:
    """Where the letter begins that the name at the end of a text signs; None where none does."""
    greetings = list(_GREETING.finditer(text, max(part.start, at - _FAR), at))
    return greetings[-1].start() if greetings and told(text[greetings[-1].end() : at]) >= MANY else None
