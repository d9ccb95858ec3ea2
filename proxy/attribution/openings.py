"""Find where within a line somebody else opens: by name, label, time, caption or sign, on the roster or not.

`beginnings` asks this of every line that stands among the words of one person. A false opening withholds words unless
everybody agrees, and a missed one would let words leave by somebody else's grant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from proxy.attribution import reading
from proxy.attribution.bylines import heads_post
from proxy.attribution.captions import NAMED, is_caption, likeness
from proxy.attribution.credits import AUTHOR, led_in
from proxy.attribution.dialogues import opens_row
from proxy.attribution.frames import framed
from proxy.attribution.speech_traces import is_numbered, named, speaks
from proxy.attribution.strangers import (
    BEHIND_SENTENCE,
    BRACKETED,
    CARD,
    HEARD_VOICE,
    NEXT_STRANGER,
    SAYING,
    SINGLE,
    STRANGER,
    VOICED,
    called_inside,
    is_name,
    parted_name,
)
from proxy.formats.labels import is_heading
from proxy.formats.times import CLOCK
from proxy.languages import patterns
from proxy.model import Span
from proxy.redaction.roster.search import Mention
from proxy.wording.voices import COUNTED_VOICE, VOICE

_TITLED = re.compile(
    rf"(?:[0-9]{{1,3}}[.)]|{patterns('names', 'titles')}|{patterns('names', 'offices')})\.?[ \t]+", re.IGNORECASE
)
"""A title, or a list number, before a name."""
_ADDRESSED = re.compile(rf"{patterns('names', 'titles')}\.?[ ][^\Wa-zß-öø-ÿ_0-9][\w'’-]+")
"""A title and a name, whoever bears it."""
_WRAPS = {"`": "`", "「": "」", "『": "』", "【": "】", "‹": "›", "«": "»", "_": "_", "~": "~", "^": "^", "=": "="}
_PRONOUNS = re.compile(r"[ ]?[(\[][a-z]{1,6}(?:[ ]?/[ ]?[a-z]{1,6}){1,2}[)\]]", re.IGNORECASE)
"""Pronouns that meeting tools write after a name: ``(she/her)``."""
_LONG = 3
_SIGNS = re.compile(r">>|»»|</?[A-Za-z][A-Za-z0-9]{0,20}(?:[ \t.=][^<>\n]{0,120})?>")
"""A change of speakers in captions, and tags such as ``<v Name>``."""
_NAMED = re.compile(
    rf"(?:(?<=[.!?;…。！？؟।॥\])>|/*])|(?<=[-.!?;…。！？؟।॥\])>|/*–—])[{reading.SPACE}]+)(?P<name>[^\W\d_a-zß-öø-ÿ][\w'’.-]{{0,30}}"
    rf"(?:[{reading.SPACE}][^\Wa-zß-öø-ÿ_][\w'’.-]{{0,30}}){{0,3}})[*_\])]{{0,2}}[{reading.COLON}](?=[{reading.SPACE}*]|$)"
)
"""A word like a label before a colon, after the end of a sentence or a sign."""
_FLAT = re.compile(
    rf"(?<=\w)[{reading.SPACE}]+(?P<name>[^\W\d_a-zß-öø-ÿ][\w'’.-]{{1,30}}(?:[{reading.SPACE}][^\Wa-zß-öø-ÿ_][\w'’.-]{{0,30}}){{0,2}})"
    rf"[{reading.COLON}](?=[{reading.SPACE}])"
)
"""The same in text without sentence ends: ``… of the season Zed: …``."""
_COUNTED = re.compile(
    r"[ ]?[(\[][0-9]{1,4}[)\]]|[ ]#[0-9]{1,4}(?!\w)|[ ]?[(\[]?[0-9]{1,5}(?:[.,][0-9]{1,3})?[ ]?(?:s|secs?|ms)(?!\w)"
)
"""What recorders write after a name: the turn's number in brackets, or seconds."""
_A_COLON = re.compile(rf"[{reading.COLON}]")
_COMPANY = re.compile(r"\([^()\n]{1,60}\)")
_BARS = tuple("|¦‖\t")
_CELL_BEFORE = re.compile(r"[,;\t][\"']?$")
_CELL_BEHIND = re.compile(r"[\"']?(?:[,;\t](?![ ])|$)")
"""What stands around a cell of a row; in a sentence a space follows a comma."""
_QUOTING = frozenset("\"'“”‘’„‚«»‹›`´…¿¡$€£¥+%&.,;!?§°")
_LABELLED = re.compile(rf"[^{reading.COLON}\n]{{0,100}}?[{reading.COLON}](?=[\s*_\])<]|$)")
_ASIDE = re.compile(
    r"(?:(?![\U0001f464-\U0001f487\U0001f4ac\U0001f4ad\U0001f5e3-\U0001f64f\U0001f9cd-\U0001f9df\U0001f399\U0001f3a4"
    r"\U0001f534\U0001f535\U0001f7e0-\U0001f7eb\u26aa\u26ab])[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?){1,3}"
    r"[ ]?(?=[a-zß-öø-ÿ]{1,20}[ ])"
    r"|\#[a-zß-öø-ÿ][\w-]{0,40}(?=[ ][a-zß-öø-ÿ])|\((?=[a-zß-öø-ÿ])[^()\n]{1,40}\)(?=[ ][a-zß-öø-ÿ])"
    r"|(?P<to>@[^\W\d_][\w'’.-]{0,40}(?:[ ][^\Wa-zß-öø-ÿ_][\w'’-]{0,30})?)(?=,?[ ][a-zß-öø-ÿ]{1,20}[ ])"
)
"""How a line opens that continues in lower case after an emoji, ``#topic``, ``(aside)`` or ``@Name``.

Emoji for people, faces, coloured dots and talk are excluded.
"""
_JOB = re.compile(rf"(?:,[ ][^\W\d_][\w&/ .-]{{1,40}}?)(?=[ ]*(?:$|[\r\n—–|{reading.COLON}-]))")
"""A job title after the name, up to a sign or the end of the line: ``, CFO``."""
_MARK = re.compile(r"\[[^\[\]\n]{1,80}\]|\([^()\n]{1,80}\)")
_SPEAKING = re.compile(
    r"\b(?:speak(?:s|ing)|talk(?:s|ing)|voice|interpret(?:er|ing)|translat(?:or|ing)|on the phone)\b", re.IGNORECASE
)
_TITLE_AT_END = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.?$")
_FROM_TO = re.compile(r"-+>?|–|—|→|to")
_WEAK = re.compile(rf"(?<!\w)[\[{{<>|•*#~/@»_\\]|[<|•]|--|[{reading.SPACE}]{CLOCK}")
_NEXT_SENTENCE = re.compile(r"[.!?][ \t]+[^\W\d_]{3}")
_CLOSED = re.compile(r"[*_ 0-9:,]{0,12}[\]>}]")
_LIST_SIGN = re.compile(rf"(?<=[.!?…])[{reading.SPACE}]+[*•#@|~»>][ ]?(?=[*_\[({{<]{{0,3}}[^\W\d_])")


def beside_label(text: str, span: Span) -> bool:
    """Whether words are brackets after a label without a colon, where Fathom's heads have the company."""
    before = text[max(0, span.start - 2) : span.start]
    named = before[-1:] in (" ", "\t", "\u00a0") and before[:1].isalnum()
    return named and _COMPANY.fullmatch(text, span.start, span.end) is not None


def backed_up(text: str, words: Sequence[Span], at: int) -> int:
    """The first sign before a beginning that may be another beginning in the same layout, by somebody unknown."""
    signs = (_WEAK.search(text, span.start, min(span.end, at)) for span in words if span.start < at)
    return min((sign.start() for sign in signs if sign is not None), default=at)


def opens_turn(read: reading.NamedText, line: reading.Line, speaker: str | None) -> bool:
    """Whether a line that continues somebody's words looks like another person's."""
    text = read.text
    ch = text[line.start]
    if not ch.isalnum() and ch not in _QUOTING:
        return True
    dated = reading.OPENS_DATED.match(text, line.start, line.end) or reading.OPENS_MEASURED.match(text, line.start)
    row = is_numbered(read, line, speaker) or opens_row(text, line) or heads_post(read, line, speaker)
    if line.hard and (dated or _ADDRESSED.match(text, line.start, line.end) or row):
        return True
    clock = reading.OPENS_TIMED.match(text, line.start, line.end)
    if clock is not None:
        rest = text[clock.end() : line.end].strip()
        offset = line.hard and reading.OFFSET.match(text, clock.start(), clock.end()) is not None
        return line.ended or offset or not rest or not rest[0].islower()
    labelled = _LABELLED.match(text, line.start, line.end)
    if labelled is not None and not _NEXT_SENTENCE.search(labelled[0]):
        return line.hard or is_name(labelled[0][:-1].strip())
    titled = _TITLED.match(text, line.start, line.end) if line.hard else None
    mention = read.opening(line.start) or (read.opening(titled.end()) if titled is not None else None)
    if mention is not None and mention.people != {speaker}:
        before = text[line.start : mention.start]
        if reading.opens_line(before) or (titled is not None and reading.opens_line(_TITLED.sub("", before))):
            return True
    return _named_like(text, line)


def opens_for_another(read: reading.NamedText, line: reading.Line, below: reading.Line | None, author: str) -> bool:
    """Whether a line in an author's text opens as transcript lines do, not as a heading or a list item."""
    text = read.text
    opens = next((at for at in range(line.start, line.end) if text[at].isalnum()), line.end)
    clock = reading.OPENS_TIMED.match(text, line.start, line.end)
    if clock is not None and (text[line.start] in "[(<" or reading.OFFSET.match(text, clock.start(), clock.end())):
        return True
    voice = COUNTED_VOICE.match(text, opens, line.end) or VOICE.match(text, opens, line.end)
    if voice is not None and (voice.end() == line.end or reading.SIGN_AFTER.match(text, voice.end(), line.end)):
        return True
    mention = read.opening(opens)
    if mention is not None and mention.people != {author} and text[line.start : opens].rstrip()[-1:] != "@":
        titled = _JOB.match(text, mention.end, line.end)
        end = titled.end() if titled is not None else mention.end
        return (
            reading.ADDED.fullmatch(text, end, line.end) is not None
            or reading.FIRM_SIGN.match(text, end, line.end) is not None
        )
    return _opens_for_stranger(read.text, line, below)


def speaks_unlisted(unlisted: reading.NamedText, line: reading.Line, below: reading.Line | None) -> bool:
    """Whether a line names somebody who is not on the roster as speakers are named, or introduces their words."""
    led = named(unlisted, line, below, None) or led_in(unlisted, line, below, None)
    return led or opens_for_nobody(unlisted, line, below)


def opens_for_nobody(unlisted: reading.NamedText, line: reading.Line, below: reading.Line | None) -> bool:
    """Whether words of somebody who is not on the roster begin within a line: ``… speaker="Wanda Quist" text="…"``."""
    under = reading.told(unlisted.text[below.start : below.end]) if below is not None else 0
    return any(
        speaks(unlisted, line, mention)
        and (
            reading.told(unlisted.text[mention.end : line.end]) >= reading.FEWEST
            or max(under, _told_in_row(unlisted.text, line, mention)) >= reading.MANY
        )
        and _opening(unlisted, line, mention, None) is not None
        for mention in unlisted.anybody(line.start, line.end)
    )


def _told_in_row(text: str, line: reading.Line, mention: Mention) -> int:
    """How many words the cells before a name tell that is a cell of its own in a row."""
    row = _CELL_BEFORE.search(text, line.start, mention.start)
    is_cell = row is not None and _CELL_BEHIND.match(text, mention.end, line.end) is not None
    return reading.told(text[line.start : mention.start]) if is_cell else 0


def _opens_for_stranger(text: str, line: reading.Line, below: reading.Line | None) -> bool:
    """Whether a line opens with a name that nobody on the roster bears, followed by words or with words below it."""
    whole = text[line.start : line.end].strip()
    stranger = STRANGER.match(text, line.start, line.end)
    if is_name(whole) and below is not None:
        name, words = whole, text[below.start : below.end]
    elif stranger is not None:
        name, words = stranger["name"], text[stranger.end() : line.end]
    else:
        name, colon, words = whole.partition(":")
        if not (colon and is_name(name)):
            return False
    return reading.told(words) >= reading.MANY and not (is_heading(name) or is_caption(name))


def labels_within(text: str, line: reading.Line) -> Iterator[re.Match[str]]:
    """Diarizer labels within a line, each followed by a colon."""
    if not _A_COLON.search(text, line.start, line.end):
        return iter(())
    return (
        voice
        for voice in VOICE.finditer(text, line.start, line.end)
        if voice[0][0].isupper() and VOICED.match(text, voice.end(), line.end) and _begins(text, voice.start())
    )


def recorded_times(text: str, line: reading.Line) -> Iterator[int]:
    """Where a person's text contains times as recordings write them, followed by words."""
    for time in reading.TIMED.finditer(text, line.start, line.end):
        opens = line.first and time.start() == line.start
        rounded = time[0][0] == "(" and not (reading.OFFSET.match(time[0]) or _FROM_TO.search(time[0]))
        if not opens and not rounded and reading.told(text[time.end() : line.end]) >= reading.FEWEST:
            yield time.start()


def called_within(read: reading.NamedText, line: reading.Line) -> Iterator[int]:
    """Where the name of somebody not on the roster stands before a colon and words.

    It counts at the beginning of a person's text or after one of its sentences. A single word must be a name and
    nothing else.
    """
    text = read.text
    first = (CARD.match(text, line.start, line.end) or SINGLE.match(text, line.start, line.end)) if line.first else None
    for label in ([first] if first is not None else []) + list(BEHIND_SENTENCE.finditer(text, line.start, line.end)):
        name, end = label["name"], label.end("name")
        says = SAYING.match(text, end, line.end)
        colon = reading.COLON_DIRECT.match(text, says.end() if says is not None else end, line.end)
        several = len(name.split()) > 1 or name.startswith("+") or likeness(name) == NAMED
        others = next(read.within(label.start("name"), end), None) is None
        called = several and others and not (is_heading(name) or is_caption(name))
        if called and colon is not None and reading.told(text[colon.end() : line.end]) >= reading.MANY:
            yield label.start("name")


def is_harmless(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line opens with an emoji, a topic, an address to somebody or an aside, none of them used as a label."""
    opening = _ASIDE.match(read.text, line.start, line.end)
    if opening is None or _LABELLED.match(read.text, line.start, line.end):
        return False
    return opening["to"] is not None or next(read.within(line.start, opening.end() + 1), None) is None


def _named_like(text: str, line: reading.Line) -> bool:
    """Whether a line opens with a diarizer's label, or with a possible name of somebody unknown."""
    if line.hard and COUNTED_VOICE.match(text, line.start, line.end):
        return True
    voice = VOICE.match(text, line.start, line.end)
    if voice is not None and (voice.end() == line.end or reading.SIGN_AFTER.match(text, voice.end(), line.end)):
        return True
    parted = line.hard and (STRANGER.match(text, line.start, line.end) or parted_name(text, line))
    return bool(parted) or is_name(text[line.start : line.end])


def first_within(read: reading.NamedText, line: reading.Line, speaker: str | None) -> int | None:
    """The first beginning within a line. A speaker's own name as a label also shows an unread layout."""
    text = read.text
    found = [
        match.start()
        for shape in (reading.TIMED, _SIGNS, BRACKETED, NEXT_STRANGER, _LIST_SIGN)
        if (match := shape.search(text, line.start, line.end))
    ]
    if _A_COLON.search(text, line.start, line.end):
        for label in (_NAMED.search(text, line.start, line.end), _FLAT.search(text, line.start, line.end)):
            found += [label.start("name")] if label is not None and not is_heading(label["name"]) else []
        found += [voice.start() for voice in labels_within(text, line)]
        found += called_inside(text, line)
    found += framed(read, line)
    named = (_opening(read, line, mention, speaker) for mention in read.anybody(line.start, line.end))
    found += [at for at in named if at is not None][:1]
    captioned = captioned_at(read, line, speaker)
    found += [captioned] if captioned is not None else []
    return min(found, default=None)


def captioned_at(read: reading.NamedText, line: reading.Line, speaker: str | None) -> int | None:
    """Where brackets say that somebody else speaks, as captioners write: ``[Ben speaking]``, ``(voice on phone)``."""
    text = read.text
    for mark in _MARK.finditer(text, line.start, line.end):
        inside = mark[0][1:-1].strip()
        others = any(m.people != {speaker} for m in read.anybody(mark.start(), mark.end()))
        speaks = mark[0][0] == "[" or _SPEAKING.search(inside) is not None
        apart = text[line.start : mark.start()].rstrip(reading.SPACE)[-1:] in ("", *'.!?…"”')
        unnamed = COUNTED_VOICE.fullmatch(inside) or (apart and HEARD_VOICE.fullmatch(inside))
        if (others and speaks) or inside.endswith(tuple(reading.COLON)) or unnamed:
            return mark.start()
    return None


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def _opening(read: reading.NamedText, line: reading.Line, mention: Mention, speaker: str | None) -> int | None:
    """Where the words of somebody begin who is named as speakers are; None if they are only mentioned."""
    text = read.text
    before = _TITLE_AT_END.sub("", text[line.start : mention.start].rstrip(reading.LEADS)).rstrip(reading.LEADS)
    timed = reading.TIME_AT_END.search(before)
    before = before[: timed.start()].rstrip(reading.LEADS) if timed is not None else before
    signs = text[line.start + len(before) : mention.start]
    bracketed = signs.rstrip("*_")[-1:] in ("[", "<", "{") and _CLOSED.match(text, mention.end) is not None
    emphasized = "**" in signs and text.startswith("**", mention.end)
    parted = before[-1:] in tuple(".!?;…:,)]") if before else not line.first
    parted = parted or bool(signs.strip(reading.SPACE + "\"'“‘"))
    cell = signs[-1:] in tuple(",;\t|\"'") and text.startswith(signs[-1:] or "\n", mention.end)
    changed = any(sign in signs for sign in "•*|#>~@·»") or "--" in signs
    opens = (
        bracketed
        or (changed and (before or not line.first))
        or cell
        or emphasized
        or (parted and (_wrapped(signs, text, mention) or _PRONOUNS.match(text, mention.end, line.end)))
        or (parted and _in_capitals(text, mention, line))
        or (mention.people != {speaker} and reading.AFTER.match(text, mention.end, line.end))
        or (parted and reading.COLON_DIRECT.match(text, mention.end, line.end))
        or (parted and (timed or _has_sign_behind(text, mention, line)))
        or (mention.people != {speaker} and reading.points_on(text, mention))
        or (mention.people != {speaker} and AUTHOR.search(text[line.start : mention.start]))
    )
    return line.start + len(before) if opens else None


def _has_sign_behind(text: str, mention: Mention, line: reading.Line) -> bool:
    """Whether a name is followed by a sign, a column separator or the number of a turn."""
    barred = not text[mention.end : line.end].strip(reading.SPACE + "*_") and text.startswith(_BARS, line.end)
    return barred or any(shape.match(text, mention.end, line.end) for shape in (reading.SIGN_AFTER, _COUNTED))


def _wrapped(signs: str, text: str, mention: Mention) -> bool:
    """Whether a name stands between a pair of signs that enclose it."""
    return text[mention.end : mention.end + 1] == _WRAPS.get(signs[-1:])


def _in_capitals(text: str, mention: Mention, line: reading.Line) -> bool:
    """Whether a name is in capitals and the following text is not."""
    name, rest = text[mention.start : mention.end], text[mention.end : line.end]
    return name.isupper() and len(name) >= _LONG and rest[:1] == " " and not rest.isupper() and bool(rest.strip())


def spoken_by(read: reading.NamedText, line: reading.Line, mention: Mention, author: str) -> int | None:
    """Where another person's words begin in an author's text, or None.

    A name opens them after the end of a sentence if a colon, a time or a sign follows that no sentence has there.
    """
    if mention.people == {author}:
        return None
    before = read.text[line.start : mention.start].rstrip(reading.LEADS)
    parted = not before or before[-1] in ".!?;…。！？؟।॥:)]>"
    parted = parted or any(sign in "|¦‖\t" for sign in read.text[line.start + len(before) : mention.start])
    spoken = reading.points_on(read.text, mention) or (
        parted
        and (
            reading.AFTER.match(read.text, mention.end, line.end)
            or reading.FIRM_SIGN.match(read.text, mention.end, line.end)
        )
    )
    return line.start + len(before) if spoken else None
