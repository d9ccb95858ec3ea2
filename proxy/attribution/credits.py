"""Find words that nearby text credits to somebody: by headings, mail heads, reports, quotes or records.

People who are only mentioned in instructions have said nothing in them (``Summarize what Ben Okoro said``). Words are
credited if a sign, a quotation mark or a comma separates them from a name, if a field names their author, or if the
line below says who posted them.

A record is a paragraph of ``Field: value`` lines, one of which names the author of the others: ``Subject: …`` above
``From: Ben Okoro``, a ticket above ``Reporter: Ben Okoro``, a form with ``Name:`` and ``Feedback:``. The fields come in
any order, and no list has every field name for an author. So any field may name the author, unless it says that
somebody took part or receives something.
"""

from __future__ import annotations

import re

from proxy.attribution import reading
from proxy.attribution.asking import SPEAKING, asks, asks_about_text, asks_for_text, is_title_of_text
from proxy.attribution.notices import is_filled_in, lists_people
from proxy.attribution.signatures import tells
from proxy.formats.times import CLOCK
from proxy.formats.vendors import SPEAKER, TEXT, WORD
from proxy.languages import patterns
from proxy.model import Span
from proxy.redaction.roster.search import Mention

_PLACE = re.compile(
    r"<([a-z_-]*(?:transcript|conversation|dialogue|dialog|messages?|chat|subtitles?|captions?|speech|utterances?|turns?|talk)"
    r"[a-z_-]{0,20})>",
    re.IGNORECASE,
)
"""A tag around what people said, alone on its line."""
_OF = patterns("mail", "of")
_BY = re.compile(
    rf"[^\w\n]*(?:[^\W\d_]+[ ][0-9]{{1,5}}[ ]?[—–|·-][ ])?(?:[^\W\d_]+[ \t]+){{0,2}}{_OF}[ \t]+[^\w\n]*", re.IGNORECASE
)
"""What precedes a name on a line that says whose words stand below: ``Notes by``."""
_OPENS_BY = re.compile(rf"[^\w\n]*[(\[](?:{_OF}[ ]+)?", re.IGNORECASE)
"""A bracket that says whose words follow it: ``(from``."""
_TITLED_BY = re.compile(rf"[^\w\n]*(?:[^\W\d_]+[ \t]+){{1,2}}{_OF}[ \t]+", re.IGNORECASE)
"""The same without a bracket: ``Request of``."""
_FLOOR_TO = re.compile(
    rf"[^\w\n]*(?:(?P<called>{patterns('speech', 'floor_to')})[ ]+)?(?:{patterns('names', 'titles')}\.?[ ]+)?",
    re.IGNORECASE,
)
_HAS_FLOOR = re.compile(rf"(?:[ ]+(?P<speaks>{patterns('speech', 'has_floor')}))?[ ]*[.:!…]*[ ]*", re.IGNORECASE)
_BRACKET_BEFORE_WORDS = re.compile(r"[)\]][: ]+(?=\w)")
_STOPS = re.compile(r"(?:[.:]|[ ][-–—])[ ]+(?=\w)")
_FENCES = ("```", "~~~")
_ENDS = frozenset(".!?;,:…")
_BULLETS = frozenset("-*+•–—#|>")
_LONGEST_HEADLINE = 8
"""Maximum words of a line that heads the words below it."""
_SENDER = re.compile(rf"[^\w\n]*{patterns('mail', 'sender')}[*_ \t]*[{reading.COLON}][^\w\n]*", re.IGNORECASE)
"""A mail head or a field that says who wrote what is below."""
_LASTING = re.compile(rf"[ ]?[,;|(][ ]?(?:{CLOCK}|[0-9][0-9./:-]{{0,18}}|[ ])+[.):]?[ ]*")
"""A date, a time or a duration after a name: ``Voicemail from Ben, 0:42``."""


def led_in(read: reading.NamedText, line: reading.Line, following: reading.Line | None, speaker: str | None) -> bool:
    """Whether a line introduces what somebody else on the roster said, or words in tags: ``Message from Ben:``."""
    text = read.text
    place = _PLACE.fullmatch(text, line.start, line.end) if speaker is None else None
    if place is not None:
        inside, closing, _ = text[line.end :].partition(f"</{place[1]}")
        return bool(closing) and reading.told(inside) >= reading.MANY
    under = text[following.start : following.end] if following is not None else ""
    below = reading.told(under if not under.startswith(_FENCES) else text[line.end : line.end + reading.BELOW])
    for mention in read.anybody(line.start, line.end):
        if mention.people == {speaker}:
            continue
        before = text[line.start : mention.start]
        lead = reading.AFTER.match(text, mention.end, line.end)
        if lead is not None:
            inline = reading.told(text[lead.end() : line.end])
            # What people say of each other continues after a colon; what they quote stands below it.
            if (below if not inline else inline if speaker is None else 0) >= reading.MANY:
                return True
        behind = text[mention.end : line.end]
        announced = below >= reading.FEWEST and _announces(before, behind) and not asks_about_text(under)
        below_theirs = speaker is None or not line.first
        given = below_theirs and _gives_floor(before, behind)
        announced = announced and (speaker is None or not _is_sentence(before, line, under))
        headline = speaker is None and _is_headline(text[line.start : line.end], under)
        if announced or given or headline or _heads(before, behind, dashed=below_theirs):
            return True
        if _SENDER.fullmatch(before) and reading.told(text[line.end : line.end + reading.BELOW]) >= reading.MANY:
            return True
        if below >= reading.MANY and _is_head(read, line, mention, under, speaker):
            return True
    return False


def _is_head(read: reading.NamedText, line: reading.Line, mention: Mention, under: str, speaker: str | None) -> bool:
    """Whether a heading or a byline ends with a name: ``## Ben``, ``Notes by Ben``.

    A title of the meeting counts in the client's own words only, and not above a request about a text.
    """
    before, behind = read.text[line.start : mention.start], read.text[mention.end : line.end]
    is_by = _BY.fullmatch(before) is not None
    if is_title_of_text(f"{before} {behind}") and not is_by:
        return speaker is None and not asks_for_text(under)
    marked = read.text[line.start] in "#=*" or (is_by and not _is_sentence(before, line, under))
    last = any(shape.fullmatch(read.text, mention.end, line.end) for shape in (reading.ADDED, _LASTING))
    return last and marked and not lists_people(before, under, several=read.names_several(line))


def _is_headline(written: str, under: str) -> bool:
    """Whether a line with a name, which ends as no sentence does, heads a report: ``Ben is presenting`` above it.

    What stands beside the name does not matter. A line that asks for something, a field and an item of a list are the
    client's, and so is what stands below them.
    """
    words = written.split()
    closed = written.rstrip()[-1:] in _ENDS or written.lstrip()[:1] in _BULLETS
    if closed or not 1 < len(words) <= _LONGEST_HEADLINE or asks(written) or is_filled_in(written):
        return False
    return tells(under)


def _is_sentence(before: str, line: reading.Line, under: str) -> bool:
    """Whether a sentence that somebody says goes on over the line: ``I heard from Ben`` above ``that …``."""
    first, *_ = before.split() or [""]
    within = not line.ended and before[:1].islower() and under[:1].islower()
    return within or first.casefold() in SPEAKING


def heads_words(before: str, *, closed: bool) -> bool:
    """Whether what stands before a name makes the words below that person's; `closed`: a colon ends the line."""
    if _SENDER.fullmatch(before) or _ACCORDING.search(before):
        return True
    named = before.rstrip(" \t\"'")[-1:] == "=" and AUTHOR.search(before) is not None
    return named or (closed and _BY.fullmatch(before) is not None)


def _announces(before: str, behind: str) -> bool:
    """Whether a line says that somebody speaks next, and nothing else: ``Ben has the floor.``, ``Over to Ben.``."""
    called = _FLOOR_TO.fullmatch(before)
    speaks = _HAS_FLOOR.fullmatch(behind)
    if called is None or speaks is None:
        return _BY.fullmatch(before) is not None and speaks is not None and speaks["speaks"] is not None
    return called["called"] is not None or speaks["speaks"] is not None


def _gives_floor(before: str, behind: str) -> bool:
    """Whether a line says that somebody speaks next, and goes on with words: ``The floor is to Ben. I paid …``."""
    called = _FLOOR_TO.fullmatch(before)
    stops = _STOPS.search(behind)
    if called is None or stops is None or reading.told(behind[stops.end() :]) < reading.MANY:
        return False
    return called["called"] is not None and _HAS_FLOOR.fullmatch(behind, 0, stops.start() + 1) is not None


def _heads(before: str, behind: str, *, dashed: bool) -> bool:
    """Whether a name stands in the head of the words that follow it: ``Request of Ben. …``, ``(by Ben) …``.

    `dashed`: a dash may follow the name as well; in what people say, a sentence goes on behind it.
    """
    bracketed = _OPENS_BY.fullmatch(before) is not None and _BRACKET_BEFORE_WORDS.match(behind) is not None
    stops = _STOPS.match(behind)
    titled = _TITLED_BY.fullmatch(before) is not None and stops is not None and (dashed or stops[0][0] != " ")
    return (bracketed or titled) and reading.told(behind) >= reading.FEWEST


_FIELD = re.compile(
    rf"[^\w\n\"'{{}}]{{0,8}}(?P<field>[^\W\d_][^{reading.COLON}\n.!?\"']{{0,40}}?)"
    rf"[*_]{{0,3}}[ ]?[{reading.COLON}][*_]{{0,3}}[ \t]+|[ \t]{{0,8}}(?P<key>[a-z][a-z_-]{{1,30}})[ ]?=[ ]?[\"']?"
    r"|[ \t]{0,8}<(?P<tag>source|origin|citation|metadata|file|author|speaker|by)>"
)
"""A field of a form, a key as in ``who=Ben Okoro``, or a tag that says where words are from.

JSON members are read as such, not here.
"""
_LAST_FIELD = re.compile(
    rf"(?<=[\w.!?…\"”’)])[ ;|,·]{{1,3}}(?P<field>[^\Wa-zß-öø-ÿ_0-9][\w-]{{1,20}}(?:[ ][a-z]{{2,10}})?)"
    rf"[{reading.COLON}][ ]*[\"'@*_]{{0,3}}$"
)
"""A field with a capital behind the value of another one on its line."""
GETS = re.compile(patterns("mail", "gets"), re.IGNORECASE)
"""Fields for people something is sent to or is about, and labels that introduce an order."""
_FORM = re.compile(
    r"(?:target |intended |desired |output |writing )?(?:audience|tone|style|format|language|locale|length|role|task"
    r"|goal|output|date|time|location|place|duration|sections?|rules?|instructions?|glossary|vocabulary)",
    re.IGNORECASE,
)
"""Fields that describe the form of the text that is wanted; they name no author."""
_BEHIND_AUTHOR = re.compile(
    rf"(?:[ ]?[,;|(<·–—-]?[ ]?(?:{CLOCK}|[0-9][0-9./:-]*|[^\W\d_]{{3,9}}[ ][0-9]{{1,4}}|[^\s<>@]+@[^\s<>]+))*"
    r"[ )>.]*"
)
"""What may follow an author's name: a date, a time, an address."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*(?:(?:```|~~~)[^\n]*)?\n")
"""The end of a paragraph: a blank line or a fence."""
_RULED = r"[ \t]*[-=_*~#]{2,80}[ \t\r]*\n"
_SET_OFF = re.compile(
    rf"\n(?:{_RULED})?[ \t\r]*(?:(?:```|~~~)[^\n]*)?\n(?:{_RULED}|[ \t\r]*(?:(?:```|~~~)[^\n]*)?\n){{0,3}}"
)
"""What sets off the fields of a record from each other: blank lines and fences, with rules among them."""
_MOST_PARAGRAPHS = 4
"""Paragraphs of words, at most, between a field for words and the field for their author."""
_FAR_IN_PARAGRAPH = 2_000
"""Characters of a paragraph that are searched on each side."""
_OPENING = 60
"""Characters at the start of a line that may hold the speaker's label."""


def recorded_around(read: reading.NamedText, span: Span) -> int | None:
    """Where in a stretch a record begins whose author may be named above or below it; None if there is none."""
    text = read.text
    gaps = list(_BLANK_LINE.finditer(text, max(0, span.start - _FAR_IN_PARAGRAPH), span.start))
    above = gaps[-1].end() if gaps else max(0, span.start - _FAR_IN_PARAGRAPH)
    gap = _BLANK_LINE.search(text, span.end, span.end + _FAR_IN_PARAGRAPH)
    around = Span(above, gap.start() if gap is not None else min(len(text), span.end + _FAR_IN_PARAGRAPH))
    found = (recorded(read, line, around) for line in reading.laid_out(text, (around,), reading.LINE_END))
    at = next((each for each in found if each is not None), None)
    return max(at, span.start) if at is not None and at < span.end else None


def recorded(read: reading.NamedText, line: reading.Line, part: Span) -> int | None:
    """Where the record begins whose author a line names; None if it names none, or if the record reports nothing."""
    if not _names_author(read, line):
        return None
    text = read.text
    whole = _record(text, line, part)
    rest = (each for each in reading.laid_out(text, (whole,), reading.LINE_END) if each.start != line.start)
    told_at = next((each.start for each in rest if _line_tells(read, each)), None)
    return min(told_at, line.start) if told_at is not None else None


def _record(text: str, line: reading.Line, part: Span) -> Span:
    """The paragraph of a line, with the fields for words that are set off from it, above or below.

    Between a field for words and the line below it may stand further paragraphs of these words.
    """
    far = max(part.start, line.start - _FAR_IN_PARAGRAPH)
    starts = [far, *(gap.end() for gap in _SET_OFF.finditer(text, far, line.start))][-1 - _MOST_PARAGRAPHS :]
    *earlier, first = starts
    worded = _WORDS_FIELD.search(text, max(0, earlier[0] - 1), first) if earlier else None
    first = worded.start("field") if worded is not None else first
    gap = _SET_OFF.search(text, line.end, part.end)
    end = gap.start() if gap is not None else part.end
    if gap is not None and _WORDS_FIELD.match(text, gap.end() - 1, part.end):
        below = _SET_OFF.search(text, gap.end(), part.end)
        end = below.start() if below is not None else part.end
    return Span(first, end)


def _names_author(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line is a field that contains somebody's name and at most a few more words."""
    text = read.text
    field = _FIELD.match(text, line.start, line.end)
    label = _label(field)
    if field is None or GETS.fullmatch(label) or _FORM.fullmatch(label):
        return False
    mention = next(read.anybody(field.end(), line.end), None)
    if mention is not None and _IN_LITERAL.search(text, field.end(), mention.start):
        return True
    if mention is None or is_filled_in(text[line.start : line.end]):
        return False
    before, behind = (
        _NO_WORDS.sub(" ", each) for each in (text[field.end() : mention.start], text[mention.end : line.end])
    )
    if lists_people(text[line.start : mention.start], "", several=True):
        return False
    alone = reading.opens_line(before) and (
        _BEHIND_AUTHOR.fullmatch(behind) is not None or reading.told(behind) <= reading.FEWEST
    )
    return alone or (reading.told(before) + reading.told(behind) < reading.MANY and not asks(before))


def _label(field: re.Match[str] | None) -> str:
    """What a field is called; empty for none."""
    return next((label for label in field.groups() if label), "") if field is not None else ""


def _line_tells(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line, or its field's value, reports something: it is no request and no speaker's line."""
    text = read.text
    field = _FIELD.match(text, line.start, line.end)
    if _FORM.fullmatch(_label(field)):
        return False
    if any(reading.AFTER.match(text, named.end, line.end) for named in read.anybody(line.start, line.start + _OPENING)):
        return False
    value = text[field.end() if field is not None else line.start : line.end]
    return reading.told(value) >= reading.MANY and not asks(value)


_SAYS = rf"(?:{patterns('speech', 'says')}|so)"
_LATEX = r"\\(?:hfill|hspace\{[^{}\n]{0,20}\}|rightline|raggedleft|attrib)[ {]*"
"""A command of LaTeX that moves a name to the right, below or behind what it signs."""
_BEFORE_NAME = re.compile(
    rf"(?:[\"”“»«][,.]?[ ]*(?:[—–-]{{1,3}}|\(|{_SAYS})?|[,.!?][\"”“»«]?[ ]+{_SAYS}"
    rf"|[ ](?:—|–|--?|<-+|←)[ ]*(?:{_SAYS})?|{_LATEX}"
    rf"|\((?:[^\W\d_]{{2,20}}[ ])?{patterns('speech', 'by')}|\({patterns('speech', 'according')}"
    rf"|[ ]:(?![ ])|[.!?…][\"”»]?[ ]+[(\[]@?|[ ][\[|@])[ ]*$",
    re.IGNORECASE,
)
"""What separates a name from the words before it that are credited to it."""
_SAID_BEHIND = re.compile(rf"[ ]{_SAYS}\b", re.IGNORECASE)
_ACCORDING = re.compile(
    rf"(?:^|[.!?][ ]+)[^\w\n]*{patterns('speech', 'according')}[ ]+$",
    re.IGNORECASE,
)
_BEHIND_NAME = re.compile(
    rf"[\])}}\"'”’*_.]{{0,4}}(?:[ ]?[,;|][ ]?(?:{CLOCK}|[0-9][0-9./:-]{{0,18}}))*[ ,;|\])}}>.]{{0,4}}$"
)
"""What may follow the last name of a line: signs, and cells of times and numbers."""
_CELL_BEFORE = re.compile(r"(?:[\"'][,;]|;|[|\t]|(?<![.!?:])[ ]{2}|[ ]{3})[ ]*[\"']?$")
"""What parts a name in the last cell of a row from the words; two spaces also part sentences."""
_POSTED = re.compile(
    rf"[^\w\n]*{patterns('speech', 'posted')}[ -]{patterns('speech', 'posted_by')}[{reading.COLON}]?[ ]+[^\w\n]*$",
    re.IGNORECASE,
)
_AUTHORS = (*SPEAKER, "author", "from", "by", "cite", "sender", "user", "who")
_WORDS = (*TEXT, *WORD, "message", "body", "comment", "quote", "note", "said", "blockquote")
AUTHOR = re.compile(
    rf"(?<![\w-])(?:{'|'.join(_AUTHORS)})[\"']?(?:[ ]?(?:=>|[:=>]|=[ ]?[{{])|[ ]{{0,24}}\|)"
    r"[ ]?[\"'{]?(?:[^\W\d_]+,[ ])?$"
    r"|(?:^|[?&])(?:name|nick|user(?:name)?|from|author)(?:\[\w{0,10}\])?=$",
    re.IGNORECASE,
)
"""A field or a tag for the author, or a parameter of a query."""
_IS = rf"[\"']?(?:\[\w{{0,10}}\])?(?:[ ]?[{reading.COLON}=>]|[ ]?=>|[ ]{{0,24}}\|)"
RECORD = re.compile(rf"(?<![\w-])(?:[a-z]{{1,12}}_)?(?:{'|'.join(_WORDS)}){_IS}[^\n]", re.IGNORECASE)
"""A field or a tag for words."""
_WORDS_FIELD = re.compile(
    rf"(?:^|\n)(?P<field>[^\w\n]{{0,8}}(?:[a-z]{{1,12}}[_ ])?(?:{'|'.join(_WORDS)})[*_]{{0,3}}{_IS})", re.IGNORECASE
)
"""A field for words that opens a line."""
_IN_LITERAL = re.compile(rf"[\"'](?:{'|'.join(_AUTHORS)}|name)[\"'][ ]?(?:[:=]|=>)[ ]?[\"']$", re.IGNORECASE)
"""A key for the author in a literal of JSON, Python or PHP."""
_NO_WORDS = re.compile(rf"{CLOCK}|[\w-]{{1,80}}\.[a-z0-9]{{2,5}}(?!\w)|[0-9]+", re.IGNORECASE)
"""Times, numbers and names of files."""
_SO_SAYS = re.compile(
    rf"[^\w\n]*(?:(?:so|thus|this|that|these|all|as|it|is|was|are|were|what|the|words|of)[ ]+){{0,4}}"
    rf"(?:{_SAYS}|spoke|told us|quoth|put it|words of)[ ]+",
    re.IGNORECASE,
)
"""Closes the words above and says who said them: ``So says``."""
_SAID_SO = re.compile(rf"[ ]{_SAYS}(?:[ ](?:so|this|that|it|these words|to me|me|us))?[.!]?[ ]*", re.IGNORECASE)
_NOTE = re.compile(rf"[ \t]*(?P<mark>\[\^?\w{{1,8}}\]|[¹²³⁴⁵⁶⁷⁸⁹†‡]|\*{{1,3}}|\([0-9a-z]\))[{reading.COLON}.]?[ ]*")
"""A footnote mark."""
_THING = (
    r"(?:note|notes|message|mail|e-?mail|letter|memo|text|post|comment|comments|answer|reply|statement|remarks?|words"
    r"|speech|draft|feedback|input|updates?|views?|opinion|position|stance|perspective|objections?|thoughts?|take|paragraph|sentences?|report|review|summary|contribution|chat|voicemail|quote)"
)
_OF_THEIRS = re.compile(rf"['’]s?[ ](?:[^\W\d_]+[ ]){{0,2}}{_THING}[ ]*[.{reading.COLON}]?[ ]*", re.IGNORECASE)
"""Something that somebody wrote, at the end of a line: ``Correct Ben's note.``"""
_THEIRS_BY = re.compile(rf"\b{_THING}[ ](?:by|of|from)[ ]+$", re.IGNORECASE)
_OPENS_BRACKET = re.compile(
    r"[^\w\n]{0,4}(?:(?P<counted>[^\W\d_]{1,20}[ ]#?[0-9]{1,5})[ ]?)?(?P<open>[\[(<{])[^\[\](){}<>\n]*$"
)
"""A bracket that opens a line, or stands behind the number of a piece of text: ``Chunk 3 (score 0.8, speaker``."""
_CLOSES_BRACKET = re.compile(r"[^\[\](){}<>\n]{0,60}[\])}>][ :–—-]*")
_GREETING = re.compile(rf"^[^\w\n]*{reading.GREETS}\b[^\n]{{0,40}}[,!][ \t\r]*$", re.IGNORECASE | re.MULTILINE)
"""The greeting that opens a letter."""
_FAR = 8_000
"""Characters above a name that are searched for the beginning of a record, a letter or a paragraph."""
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")


def reported(read: reading.NamedText, line: reading.Line, part: Span) -> int | None:
    """Where the words begin, within `part`, that a line credits to somebody on the roster; None if it credits none."""
    text = read.text
    for mention in read.anybody(line.start, line.end):
        before, behind = text[line.start : mention.start], text[mention.end : line.end]
        if reading.told(before) >= reading.MANY and _credited(before, behind):
            return line.start
        if _ACCORDING.search(before) and reading.told(behind) >= reading.MANY:
            return line.start
        if (
            _POSTED.fullmatch(before)
            and reading.told(text[_above(text, part, line.start) : line.start]) >= reading.MANY
        ):
            return _above(text, part, line.start)
        if AUTHOR.search(before) and (at := _with_words(text, line, part, mention)) is not None:
            return at
        ends = reading.opens_line(before) and _BEHIND_NAME.fullmatch(behind) and not text[line.end : part.end].strip()
        told_of = _told_around(text, line, part, before, behind)
        if told_of is not None or ends:
            return told_of if told_of is not None else letter_above(text, part, line.start)
    return recorded(read, line, part)


def _with_words(text: str, line: reading.Line, part: Span, author: Mention) -> int | None:
    """Where the record of an `author` begins that has a field for words, above or below; None if it has none."""
    whole = _record(text, line, part)
    above = RECORD.search(text, whole.start, author.start)
    if above is not None and reading.told(text[above.end() - 1 : author.start]) >= reading.MANY:
        return min(above.start(), line.start)
    below = RECORD.search(text, line.end, whole.end)
    told_of = below is not None and tells(text[below.end() - 1 : whole.end].partition("\n")[0])
    return line.start if told_of else None


def credited_behind(read: reading.NamedText, line: reading.Line, speaker: str | None) -> bool:
    """Whether the end of a line says that somebody else said it: ``… – so Ben``, ``… :Ben Okoro``."""
    mention = max(read.anybody(line.start, line.end), default=None, key=lambda named: named.start)
    if mention is None or mention.people == {speaker}:
        return False
    before = read.text[line.start : mention.start]
    return reading.told(before) >= reading.MANY and _credited(before, read.text[mention.end : line.end])


def _told_around(text: str, line: reading.Line, part: Span, before: str, behind: str) -> int | None:
    """Where the words begin above, below or after a line that says whose they are, with a name within it."""
    start = _above(text, part, line.start)
    closes = (_SO_SAYS.fullmatch(before) and _BEHIND_NAME.fullmatch(behind)) or (
        reading.opens_line(before) and _SAID_SO.fullmatch(behind)
    )
    if closes and tells(text[start : line.start]):
        return start
    note = _NOTE.fullmatch(before)
    marked = text.rfind(note["mark"], part.start, line.start) if note is not None else -1
    spaced = note is not None and not note["mark"].startswith("*") and text[marked - 1 : marked] == " "
    if (
        marked > part.start
        and (spaced or not text[marked - 1].isspace())
        and tells(text[_above(text, part, marked) : marked])
    ):
        return _above(text, part, marked)
    theirs = _OF_THEIRS.fullmatch(behind) or (_THEIRS_BY.search(before) and _BEHIND_NAME.fullmatch(behind))
    if theirs and tells(text[line.end : part.end].lstrip().partition("\n")[0]):
        return line.start
    closing = _CLOSES_BRACKET.match(behind) if _OPENS_BRACKET.fullmatch(before) else None
    return line.start if closing is not None and tells(behind[closing.end() :]) else None


def _credited(before: str, behind: str) -> bool:
    """Whether a name after words belongs to the person who said them."""
    if _BEHIND_NAME.fullmatch(behind):
        apart = _BEFORE_NAME.search(before) is not None or _CELL_BEFORE.search(before) is not None
        return apart or _in_last_field(before)
    return before.rstrip().endswith((",", '"', "”", "“", "»", "«")) and _SAID_BEHIND.match(behind) is not None


def _in_last_field(before: str) -> bool:
    """Whether a line has fields with words, the last of them for an author: ``Issue: … Owner: Ben``."""
    first, last = _FIELD.match(before), _LAST_FIELD.search(before)
    if first is None or last is None or last.start() < first.end() or not first["field"]:
        return False
    names = not (GETS.fullmatch(last["field"]) or _FORM.fullmatch(last["field"]) or _FORM.fullmatch(first["field"]))
    return names and tells(before[first.end() : last.start()])


def _above(text: str, part: Span, at: int) -> int:
    """Where the paragraph around a line begins, within the search limit."""
    start = max(part.start, at - _FAR)
    gaps = list(_PARAGRAPH.finditer(text, start, at))
    return gaps[-1].end() if gaps else start


def letter_above(text: str, part: Span, at: int) -> int | None:
    """Where the letter begins that the name at the end of a text signs; None if there is no letter."""
    greetings = list(_GREETING.finditer(text, max(part.start, at - _FAR), at))
    return greetings[-1].start() if greetings and reading.told(text[greetings[-1].end() : at]) >= reading.MANY else None
