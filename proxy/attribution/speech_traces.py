"""Recognize traces of speech in a client's own words: times, labels, and roster names with words after them.

A line of instructions that names somebody on the roster and reports something must read as the client's. ``Draft a
reply from Ben`` makes a request. ``- The harbour is late (Ben)``, ``Here is Ben's note:`` and ``Mention Ben's comment
("…")`` contain or introduce what somebody said, in words that no pattern of credits covers.
"""

from __future__ import annotations

import re
from itertools import pairwise

from proxy.attribution import reading
from proxy.attribution.asking import asks, introduces, is_title_of_text, sentences, stands_for
from proxy.attribution.bylines import is_byline
from proxy.attribution.captions import is_role
from proxy.attribution.columns import heads_columns
from proxy.attribution.credits import AUTHOR, RECORD
from proxy.attribution.dialogues import opens_as_speech
from proxy.attribution.full_names import is_nobodys
from proxy.attribution.notices import ends_list, held_by, is_filled_in, lists_people, tells_no_speech
from proxy.attribution.strangers import SINGLE, STRANGER, is_name
from proxy.formats.labels import is_heading
from proxy.formats.times import CLOCK
from proxy.languages import patterns
from proxy.redaction.roster.search import Mention
from proxy.wording.voices import COUNTED_VOICE, VOICE

_LISTED = re.compile(r"[ \t]*(?:[-*•+–]|[0-9]{1,3}[.)])[ \t]")
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.[ ]?")
_VTT_HEAD = re.compile(r"WEBVTT(?:[ \t]+-[^\n]*)?[ \t]*")
_TIER = re.compile(r"\*[A-Z][A-Z0-9_-]{1,7}:\t")
"""The tier of a speaker in CHAT, the transcripts of linguists: ``*BEN:`` and a tab."""
_COLON_AFTER = re.compile(rf"[*_ ]{{0,3}}[{reading.COLON}][*_ ]{{0,3}}(?=\w)")
_INSIDE = re.compile(
    rf"(?<=[.!?…{reading.COLON};|>])[ \t]+(?:{reading.BRACKETED_TIME}|[0-9]{{1,3}}:[0-9]{{2}}:[0-9]{{2}}\b"
    rf"|{COUNTED_VOICE.pattern}[ ]?[{reading.COLON}])",
    re.IGNORECASE,
)
"""A time in brackets or a diarizer's label within a line, after the end of a request."""
_NEXT_CELL = re.compile(r"[\"']?[,;](?=[^\s,;])")
"""What separates one cell of a row from the next."""
_NEXT_STRINGS = 12
_ADJOINS = re.compile(reading.UNSPACED)
"""A particle behind a name, with which a request may begin: ``田中さんの発言を要約してください``."""


def like_a_turn(text: str, line: reading.Line) -> bool:
    """Whether a line may open as a transcript line does: with a sign, a time, or a label that is no heading."""
    if (
        not text[line.start].isalpha()
        or text[line.start - 1 : line.start] == ">"
        or reading.OPENS_TIMED.match(text, line.start, line.end)
    ):
        return True
    name = STRANGER.match(text, line.start, line.end) or SINGLE.match(text, line.start, line.end)
    return is_name(text[line.start : line.end]) or (name is not None and not is_heading(name["name"]))


def timed(text: str, line: reading.Line) -> bool:
    """Whether a line contains a time, a sign or a diarizer's label as transcript lines do."""
    if reading.DECORATED_TIME.match(text, line.start, line.end) or reading.OPENS_MEASURED.match(
        text, line.start, line.end
    ):
        return True
    inside = _INSIDE.search(text, line.start, line.end)
    if inside is not None and reading.told(text[inside.end() : line.end]) >= reading.MANY:
        return True
    if reading.CHANGES.match(text, line.start, line.end) or _VTT_HEAD.fullmatch(text, line.start, line.end):
        return True
    if _TIER.match(text, line.start, line.end):
        return True
    voice = VOICE.match(text, line.start, line.end)
    colon = _COLON_AFTER.match(text, voice.end(), line.end) if voice is not None else None
    if colon is None or is_filled_in(text[line.start : line.end]):
        return False
    return not stands_for(text[colon.end() : line.end])


def named(read: reading.NamedText, line: reading.Line, following: reading.Line | None, author: str | None) -> bool:
    """Whether a line names somebody on the roster as speakers, or people whose words are reported, are named."""
    text = read.text
    opens = _opens_sentence if author is None else _opens_numbered
    people = list(read.anybody(line.start, line.end))
    mentions = [m for m in people if author is not None or opens(text[line.start : m.start])]
    for number, mention in enumerate(mentions):
        before = text[line.start : mention.start]
        if mention.people == {author} or not opens(before):
            continue
        end = mentions[number + 1].start if number + 1 < len(mentions) else line.end
        words = reading.told(text[mention.end : end])
        told_of = words >= reading.MANY or (end == line.end and _told_below(text, mention.end, line.end))
        told_of = told_of and author is None and speaks(read, line, mention)
        told_of = told_of and not (_ADJOINS.match(text, mention.end) and asks(text[mention.start : line.end]))
        if told_of and not tells_no_speech(text[mention.end : line.end]):
            return True
        signs = reading.SIGN_AFTER.match(text, mention.end, line.end) or reading.AFTER.match(
            text, mention.end, line.end
        )
        cell = author is not None and _NEXT_CELL.match(text, mention.end, line.end)
        headed = (author is not None or reading.opens_line(before)) and words >= reading.FEWEST
        if headed and (signs or cell):
            return True
        captioned = before.rstrip(reading.LEADS)[-1:] in tuple(reading.COLON)
        if captioned and words >= reading.FEWEST and reading.COLON_DIRECT.match(text, mention.end, line.end):
            return True
    pointed = (m for m in people if m.whole and reading.points_on(text, m))
    within = author is None and any(reading.told(text[m.end : line.end]) >= reading.MANY for m in pointed)
    alone = within or _alone(read, line, following) or is_numbered(read, line, author)
    if alone or author is None:
        return alone or is_byline(read, line, following) or heads_columns(read, line)
    others = [m for m in people if m.people != {author}]
    if any(_in_record(read, line, other, following) for other in others):
        return True
    return (
        others == people and _WHEN.search(text, line.start, line.end) is not None and is_byline(read, line, following)
    )


_WHEN = re.compile(
    rf"{CLOCK}|[0-9]{{1,4}}[./-][0-9]{{1,2}}[./-][0-9]{{1,4}}|{patterns('speech', 'ago')}", re.IGNORECASE
)
"""When somebody wrote what stands below; a day alone is what people note of each other."""
_PARAGRAPH_NUMBER = re.compile(r"[ \t]*[0-9]{1,4}(?:\.[0-9]{1,3}){0,3}[.)]?[ \t]+")
_STOP = re.compile(r"\.[ \t]{1,2}(?=[\"“'‘]?[^\Wa-zß-öø-ÿ_])")


def is_numbered(read: reading.NamedText, line: reading.Line, author: str | None) -> bool:
    """Whether a line is a numbered paragraph of a record: a number, a name, a full stop and words."""
    number = _PARAGRAPH_NUMBER.match(read.text, line.start, line.end)
    mention = next(read.anybody(number.end(), number.end() + 1), None) if number is not None else None
    if mention is None or mention.people == {author}:
        return False
    stop = _STOP.match(read.text, mention.end, line.end)
    return stop is not None and reading.told(read.text[stop.end() : line.end]) >= reading.MANY


def _opens_numbered(before: str) -> bool:
    """Whether before a name on its line stand no words, or only the job of whom it names; numbers and times may."""
    bare = reading.TIME_BEFORE.sub(" ", before)
    return reading.opens_line(bare) or all(map(is_role, bare.casefold().split()))


def _in_record(read: reading.NamedText, line: reading.Line, mention: Mention, following: reading.Line | None) -> bool:
    """Whether a name is the value of a field for the author, with a field for the words on the line below."""
    if following is None or AUTHOR.search(read.text[line.start : mention.start]) is None:
        return False
    words = RECORD.match(read.text[following.start : following.end])
    return (
        words is not None and reading.told(read.text[following.start + words.end() - 1 : following.end]) >= reading.MANY
    )


_GOES_ON = re.compile(r"(?:[ ]?\([^()\n]{0,40}\))?(?:['’]|,?[ ]+(?=[a-zß-öø-ÿ(])|,[ ]|[.!?;)]|$)")
"""How a sentence continues behind somebody's name."""
_LITERAL = re.compile(r"[\"'][ ]*(?:,|:|=>|;)\s{0,40}[\"'(\[{0-9]")
"""What follows a string of code that is a name alone, before the next value of a row."""
_SIGNS = re.compile(r"(?:</?[A-Za-z][^<>\n]{0,60}>|[\W_])*")


def speaks(read: reading.NamedText, line: reading.Line, mention: Mention) -> bool:
    """Whether a name may be a speaker's; that of somebody unknown is only if no sentence continues behind it.

    Instructions tell about people too. So behind the name stand a sign, or words as people say them, or it is a string
    of code in a row, or a field or tag for the author precedes it.
    """
    if not is_nobodys(mention) or AUTHOR.search(read.text[line.start : mention.start]):
        return True
    behind = read.text[mention.end : line.end]
    if read.text[mention.start - 1 : mention.start] == behind[:1] and _LITERAL.match(read.text, mention.end):
        return True
    return _GOES_ON.match(behind) is None or opens_as_speech(_SIGNS.sub("", behind, count=1))


def _opens_sentence(before: str) -> bool:
    """Whether the text before a name leaves it the subject of its sentence; ``a reply from Ben Okoro`` does not."""
    untimed = reading.TIME_BEFORE.sub(" ", before)
    beyond = untimed.rstrip(reading.LEADS)
    signs = untimed[len(beyond) :].strip(reading.SPACE + "\"'“‘")
    return not beyond[-1:].isalnum() or bool(signs) or "\t" in untimed[len(beyond) :]


def _told_below(text: str, at: int, end: int) -> bool:
    """Whether a name is a JSON string by itself, with words in the strings below it."""
    if reading.STRING_END.match(text, at, end) is None:
        return False
    below = text[end : end + reading.BELOW].partition("\n\n")[0]
    return any(reading.told(string) >= reading.MANY for string in reading.STRING.findall(below)[:_NEXT_STRINGS])


def _alone(read: reading.NamedText, line: reading.Line, following: reading.Line | None) -> bool:
    """Whether a line ends with a name alone, with words directly below it."""
    mention = max(read.anybody(line.start, line.end), default=None, key=lambda named: named.start)
    if mention is None or reading.ADDED.fullmatch(read.text, mention.end, line.end) is None:
        return False
    before = _TITLE.sub("", read.text[line.start : mention.start])
    below = read.text[following.start : following.end] if following is not None else ""
    if not _opens_sentence(before) or lists_people(before, below, several=read.names_several(line)):
        return False
    listed = _LISTED.match(read.text, line.start, line.end) or any(ch.isalpha() for ch in before)
    if listed and following is not None:
        return reading.told(read.text[following.start : following.end]) >= reading.MANY and _goes_on(
            read, line, following
        )
    return _goes_on(read, line, following)


_POSTED = re.compile(reading.SINCE, re.IGNORECASE)


def _is_cue(text: str, line: reading.Line, following: reading.Line) -> bool:
    """Whether a line stands by itself and is in capitals or above an indented line, as names in plays are."""
    above = text[: line.start].rstrip(reading.SPACE)
    apart = not above.strip() or above.endswith(("\n\n", "\n\r\n"))
    indented = len(text[: following.start]) - len(text[: following.start].rstrip(reading.SPACE)) > 1
    capitals = text[line.start : line.end].isupper()
    return apart and (indented or capitals) and reading.told(text[following.start : following.end]) >= reading.MANY


def _goes_on(read: reading.NamedText, line: reading.Line, following: reading.Line | None) -> bool:
    """Whether words, and not the next name of a list, stand directly below a name on its own line."""
    if following is None or ends_list(read.text[following.start : following.end]):
        return False
    at = reading.behind_tags(read.text, following)
    posted = _POSTED.search(read.text, line.start, line.end) is not None
    marked = posted or read.text[line.start] in "#*<_=[" or _is_cue(read.text, line, following)
    parted = len(read.text[line.end : following.start].strip(reading.SPACE).splitlines()) > 1
    return (marked or not parted) and next(read.anybody(at, at + 6), None) is None


_QUOTE = re.compile(r"[\"“”«»„]([^\"“”«»„\n]{12,})[\"“”«»„]")


def tells_of_somebody(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line that names somebody on the roster reports more than the client's instructions do."""
    mentions = list(read.within(line.start, line.end))
    if not mentions:
        return False
    content = read.text[line.start : line.end]
    if introduces(content):
        return True
    bare = content
    for mention in reversed(mentions):
        bare = bare[: mention.start - line.start] + " " + bare[mention.end - line.start :]
    if reading.told(bare) < reading.MANY or _is_notice(read, line) or is_title_of_text(bare):
        return False
    if any(reading.told(quote) >= reading.MANY for quote in _QUOTE.findall(content)):
        return True
    return any(reading.told(sentence) >= reading.MANY and not asks(sentence) for sentence in sentences(content))


def _is_notice(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line says who attended, or what somebody's role is."""
    first = next(read.within(line.start, line.end))
    before, behind = read.text[line.start : first.start], read.text[first.end : line.end]
    content = read.text[line.start : line.end]
    several = read.names_several(line)
    named_alone = before.rstrip().endswith(tuple(reading.COLON)) and not reading.told(behind)
    mentions = list(read.within(line.start, line.end))
    between = [read.text[one.end : following.start] for one, following in pairwise(mentions)]
    if held_by(before, between, read.text[mentions[-1].end : line.end]):
        return True
    listed = (several and named_alone) or lists_people(before, "", several=several)
    return listed or is_filled_in(content) or tells_no_speech(behind)
