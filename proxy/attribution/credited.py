"""Words that a line above or below them tells to be somebody's: headings, heads of mails, signatures, cells of rows."""

from __future__ import annotations

import re

from proxy.attribution.notices import lists_people
from proxy.attribution.reading import BELOW, FEWEST, MANY, Line, Read, told, with_following
from proxy.attribution.signs import ADDED, AFTER, CLOCK, COLON, LINE_END, STRING, STRING_END
from proxy.model import Span

_PLACE = re.compile(
    r"<([a-z_-]*(?:transcript|conversation|dialogue|dialog|messages?|chat|subtitles?|captions?|speech|utterances?|turns?|talk)"
    r"[a-z_-]{0,20})>",
    re.IGNORECASE,
)
"""A tag around what people said, alone on its line."""
_OF = r"(?:by|from|of|via|per|von|de|du|par|por|da|di|van|door|av)"
_BY = re.compile(rf"[^\w\n]*(?:[^\W\d_]+[ \t]+){{0,2}}{_OF}[ \t]+[^\w\n]*", re.IGNORECASE)
"""What stands before the name of somebody on a line that says whose the words below are: ``Notes by``."""
_OPENS_BY = re.compile(rf"[^\w\n]*[(\[](?:{_OF}[ ]+)?", re.IGNORECASE)
"""A bracket that says whose the words behind it are: ``(from``."""
_TITLED_BY = re.compile(rf"[^\w\n]*(?:[^\W\d_]+[ \t]+){{1,2}}{_OF}[ \t]+", re.IGNORECASE)
"""The same without a bracket: ``Request of``."""
_CLOSES_BRACKET = re.compile(r"[)\]][: ]+(?=\w)")
_STOPS = re.compile(r"[.:][ ]+(?=\w)")
_FENCES = ("```", "~~~")
_SENDER = re.compile(
    rf"[^\w\n]*(?:from|von|de|da|van|från|od|sent by|sender|absender|author|speaker|by)[*_ \t]*[{COLON}][^\w\n]*",
    re.IGNORECASE,
)
"""The head of a mail, or a field, that says who wrote what is below."""
_LASTING = re.compile(rf"[ ]?[,;|(][ ]?(?:{CLOCK}|[0-9][0-9./:-]{{0,18}}|[ ])+[.):]?[ ]*")
"""A date, a time or a length behind a name: ``Voicemail from Ben, 0:42``."""
_SIGNATURE = re.compile(r"[ \t>*_]*(?:[–—~]|--?|\[\^?\w{1,8}\]:?)?[ \t*_]*")
"""What stands before the name of who signs: a dash, the mark of a footnote."""
_CLOSING = (
    r"(?:(?:best|kind(?:est)?|warm(?:est)?|many|with|all|the|my|un|una|mit|met|viele|liebe|beste|freundlichen?"
    r"|schöne|herzliche|bien|très|con|muy|cordiali|distinti|com)\s+){0,3}"
    r"(?:best|regards|wishes|thanks|thank you|cheers|sincerely|yours(?: truly)?|love|greetings|br|kr|grüße[nß]?"
    r"|grüßen|gruß|dank(?:e)?|lg|vg|mfg|bg|cordialement|amicalement|salutations|merci|à vous|saludos?|gracias"
    r"|atentamente|abrazos?|saluti|grazie|cordialmente|atenciosamente|abraços?|obrigad[oa]|groet(?:en|jes)?|bedankt"
    r"|sent (?:from|by))[,!.:]?\s*[–—-]?\s*"
)
_CLOSES = re.compile(rf"[^\w\n]*{_CLOSING}", re.IGNORECASE)
"""With what a letter closes, before the name or above it."""
_CLOSES_LINE = re.compile(rf"(?<=[.!?…])[ ]+{_CLOSING}$", re.IGNORECASE)
_DEVICE = re.compile(r"['’]s (?:i?phone|i?pad|mobile|android|phone|outlook|tablet)[.]?", re.IGNORECASE)
_SIGNATURES = 200
"""Characters below somebody's words that may hold a signature."""
_REACHED = re.compile(r"\+?[0-9][0-9 ()./-]{6,20}[0-9]|[^\s@]+@[^\s@]+\.[a-z]{2,}|\bwww\.|https?://", re.IGNORECASE)
"""A telephone number or an address."""
_LONGEST_LINE = 60
_CARD_LINES = 6
_CELL = re.compile(r"[\"'”’][ \t]*[,;|\t][ \t]*[\"'(]?$|[|\t][ \t]*$")


def led_in(read: Read, line: Line, following: Line | None, speaker: str | None) -> bool:
    """Whether a line leads in what somebody else of the roster said, or words in tags: ``Message from Ben:``."""
    text = read.text
    place = _PLACE.fullmatch(text, line.start, line.end) if speaker is None else None
    if place is not None:
        inside, closing, _ = text[line.end :].partition(f"</{place[1]}")
        return bool(closing) and told(inside) >= MANY
    under = text[following.start : following.end] if following is not None else ""
    below = told(under if not under.startswith(_FENCES) else text[line.end : line.end + BELOW])
    for mention in read.within(line.start, line.end):
        if mention.people == {speaker}:
            continue
        before = text[line.start : mention.start]
        lead = AFTER.match(text, mention.end, line.end)
        if lead is not None:
            inline = told(text[lead.end() : line.end])
            # What people say of each other goes on behind a colon; what they quote stands below it.
            if (below if not inline else inline if speaker is None else 0) >= MANY:
                return True
        if _heads(before, text[mention.end : line.end]):
            return True
        if _SENDER.fullmatch(before) and told(text[line.end : line.end + BELOW]) >= MANY:
            return True
        last = any(shape.fullmatch(text, mention.end, line.end) for shape in (ADDED, _LASTING))
        marked = text[line.start] in "#=*" or _BY.fullmatch(before)
        if last and below >= MANY and marked and not lists_people(before, under, several=read.names_several(line)):
            return True
    return False


def _heads(before: str, behind: str) -> bool:
    """Whether a name stands in the head of the words behind it: ``Request of Ben. …``, ``(by Ben) …``."""
    bracketed = _OPENS_BY.fullmatch(before) is not None and _CLOSES_BRACKET.match(behind) is not None
    titled = _TITLED_BY.fullmatch(before) is not None and _STOPS.match(behind) is not None
    return (bracketed or titled) and told(behind) >= FEWEST


def signed(read: Read, line: Line, part: Span, speaker: str | None) -> bool:
    """Whether somebody else of the roster is named behind words as those who wrote them are: below them, in the last
    cell of a row, or in a string below those of JSON.
    """
    text = read.text
    mention = max(read.within(line.start, line.end), default=None, key=lambda named: named.start)
    if mention is None or mention.people == {speaker}:
        return False
    before, behind = text[line.start : mention.start], text[mention.end : line.end]
    if _CELL.search(before) and not any(map(str.isalnum, behind)):
        return told(before) >= MANY
    if STRING_END.match(behind) and before.rstrip()[-1:] in ('"', "'"):
        above = text[max(part.start, line.start - BELOW) : mention.start].rpartition("{")[2]
        return any(told(string) >= MANY for string in STRING.findall(above))
    closes = _CLOSES.fullmatch(before) is not None
    inline = _CLOSES_LINE.search(before)
    if inline is not None and ADDED.fullmatch(text, mention.end, line.end) and told(before[: inline.start()]) >= MANY:
        return True
    possessive = closes and _DEVICE.fullmatch(behind) is not None
    if not (possessive or ADDED.fullmatch(text, mention.end, line.end)) or not (closes or _SIGNATURE.fullmatch(before)):
        return False
    above = text[part.start : line.start].rstrip()
    card = _is_card(text[line.end : part.end])
    ended = card or not text[line.end : part.end].lstrip(" \t")[:2].strip()
    paragraph = LINE_END.split(above)[-1]
    listed = paragraph.endswith(tuple(COLON)) or _names_alone(read, len(text[: part.start]) + len(above), paragraph)
    return ended and not listed and bool(paragraph.strip()) and (card or bool(before.strip()) or _closing(paragraph))


def _is_card(below: str) -> bool:
    """Whether all that follows a name is where to reach somebody, as below a mail: a title, a company, a number."""
    lines = [line for line in below.splitlines() if line.strip()]
    short = all(told(_REACHED.sub("", line)) <= FEWEST and len(line) <= _LONGEST_LINE for line in lines)
    return 0 < len(lines) <= _CARD_LINES and short and any(map(_REACHED.search, lines))


def signed_below(read: Read, words: Span, limit: int, speaker: str | None) -> bool:
    """Whether somebody else signs words directly below them, up to `limit`: by a name, or a greeting and one."""
    below = [line for line, _ in with_following(read.text, Span(words.end, min(limit, words.end + _SIGNATURES)))]
    part = Span(words.start, limit)
    if below and signed(read, below[0], part, speaker):
        return True
    greets = len(below) > 1 and _closing(read.text[below[0].start : below[0].end])
    return greets and signed(read, below[1], part, speaker)


def _names_alone(read: Read, end: int, paragraph: str) -> bool:
    """Whether a line that ends at `end` is a name and no more: one of a list."""
    named = list(read.within(end - len(paragraph), end))
    return bool(named) and told(paragraph) <= FEWEST


def _closing(paragraph: str) -> bool:
    """Whether a line is one with which letters close: a few words and a comma, or a greeting."""
    closes = paragraph.rstrip().endswith((",", "!")) or _CLOSES.fullmatch(paragraph.strip()) is not None
    return closes and len(paragraph.split()) <= MANY
