"""Find where somebody else's words, or speech at all, seem to begin. One test serves every layout.

The grammar of a format reads a transcript, but people, tools and chunkers write layouts that no grammar knows: ``Maria:
… Ben: …`` in one line, ``Ben — …`` below hers, ``>> …``, a time alone. So the words that a grammar gives to one person
are checked again. From the first thing that looks like a beginning, the words belong to nobody. The test leans towards
"yes": a false beginning withholds words unless everybody agrees, and a missed one would let words leave by somebody
else's grant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proxy.attribution import reading
from proxy.attribution.asking import answers_questions
from proxy.attribution.bylines import heads_post
from proxy.attribution.captions import NAMED, is_caption, likeness
from proxy.attribution.credits import AUTHOR, credited_behind, led_in, letter_above, recorded_around, reported
from proxy.attribution.dialogues import dialogue, opens_row, quotes, stranger_in
from proxy.attribution.footnotes import footnoted
from proxy.attribution.frames import framed
from proxy.attribution.notices import agenda
from proxy.attribution.prompt_fields import settings_in
from proxy.attribution.repeated_records import repeated
from proxy.attribution.report_heads import heads_report
from proxy.attribution.signatures import signed
from proxy.attribution.speech_traces import is_numbered, like_a_turn, named, speaks, tells_of_somebody, timed
from proxy.attribution.strangers import (
    BEHIND_SENTENCE,
    BRACKETED,
    CARD,
    FEWEST_STRANGERS,
    HEARD_VOICE,
    NEXT_STRANGER,
    SAYING,
    SINGLE,
    STRANGER,
    VOICED,
    called_inside,
    is_name,
    names_stranger,
    parted_name,
    strangers,
)
from proxy.formats.labels import is_heading
from proxy.languages import patterns
from proxy.model import Roster, Span
from proxy.redaction.roster.search import Mention, RosterSearch, people_of, search_for
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
_WEAK = re.compile(rf"(?<!\w)[\[{{<>|•*#~/@»_\\]|[<|•]|--|[{reading.SPACE}]{reading.CLOCK}")
_NEXT_SENTENCE = re.compile(r"[.!?][ \t]+[^\W\d_]{3}")
_CLOSED = re.compile(r"[*_ 0-9:,]{0,12}[\]>}]")
_LIST_SIGN = re.compile(rf"(?<=[.!?…])[{reading.SPACE}]+[*•#@|~»>][ ]?(?=[*_\[({{<]{{0,3}}[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Finds beginnings, given the people of one roster."""

    search: RosterSearch

    @classmethod
    def of(cls, roster: Roster) -> Beginnings:
        """The finder for the people of a roster."""
        return cls(search_for(tuple(people_of(roster))))

    def read(self, text: str) -> reading.NamedText:
        """The text with its mentions, searched once."""
        return reading.NamedText.of(text, self.search)

    def first(
        self, read: reading.NamedText, words: Sequence[Span], speaker: str | None, *, bounded: bool = False
    ) -> int | None:
        """Where somebody else may begin in `words`, which a grammar gives to `speaker` (an id); None if nowhere.

        `bounded`: marks of the grammar close the words at both ends, so no line of another person has slipped in from
        below.
        """
        found = [self._attributed(read, words, speaker)]
        found += [self._credited_below(read, span, speaker) for span in words[1:]]
        whole = Span(min(words).start, max(span.end for span in words))
        found += [shape(read, whole, speaker) for shape in (repeated, footnoted)]
        # A company in brackets on its own line beside the name is not a line of the words.
        head = 1 if len(words) > 1 and _beside_label(read.text, words[0]) else 0
        found += [self._begun(read, part, speaker, bounded=bounded) for part in (words[:head], words[head:])]
        return min((at for at in found if at is not None), default=None)

    @staticmethod
    def _begun(read: reading.NamedText, words: Sequence[Span], speaker: str | None, *, bounded: bool) -> int | None:
        """Where a line, or a stretch within one, opens as another speaker's lines do."""
        second: int | None = None
        for line in reading.laid_out(read.text, words):
            second = line.start if second is None and not line.first else second
            harmless = bounded and _harmless(read, line)
            if not (line.first or harmless) and _opens(read, line, speaker):
                return _backed_up(read.text, words, second or line.start)
            inside = _inside(read, line, speaker)
            if inside is not None:
                return _backed_up(read.text, words, min(inside, second or inside))
        return None

    @staticmethod
    def _attributed(read: reading.NamedText, words: Sequence[Span], speaker: str | None) -> int | None:
        """Where words begin that are credited to somebody else: below a line that says so, or above a signature."""
        whole = Span(min(words).start, max(span.end for span in words))
        for line, below in reading.with_following(read.text, *words):
            own = next(span for span in words if span.start <= line.start < span.end)
            if signed(read, line, own, speaker):
                return own.start
            # Over several lines, people thank and greet others by name; whoever closes a letter signs it.
            letter = letter_above(read.text, whole, line.start) if own.start > whole.start else None
            if letter is not None and signed(read, line, whole, speaker):
                return letter
            if led_in(read, line, below, speaker):
                return line.start
        return None

    @staticmethod
    def _credited_below(read: reading.NamedText, span: Span, speaker: str | None) -> int | None:
        """Where a line below somebody's first one says at its end that somebody else said it."""
        lines = reading.laid_out(read.text, (span,), reading.LINE_END)
        return next((line.start for line in lines if credited_behind(read, line, speaker)), None)

    def authored(self, read: reading.NamedText, span: Span, author: str, *, typed: bool = False) -> int | None:
        """Where in the words of an `author` (an id) somebody else opens a line; None if nowhere.

        People mention others in headings, lists and asides. So neither a sign alone nor a name within a sentence is a
        beginning. These are: a name followed by a sign or a time, a name alone on its line, a diarizer's label, and a
        time as recordings count it. Text `typed` to a model also contains words for roles and form fields.
        """
        told_of = [self._attributed(read, (span,), author), repeated(read, span, author), footnoted(read, span, author)]
        records = min((at for at in told_of if at is not None), default=None)
        if records is not None:
            return records
        for line, below in reading.with_following(read.text, span):
            stranger = CARD.match(read.text, line.start, line.end) if not line.first else None
            called = stranger is not None and reading.COLON_DIRECT.match(read.text, stranger.end("name"), line.end)
            if named(read, line, below, author) or (called and names_stranger(read, line.start, surely=True)):
                return line.start
            if not line.first and (
                quotes(read.text, line) or (not typed and _opens_for_another(read, line, below, author))
            ):
                return line.start
            quoted = (_spoken_by(read, line, mention, author) for mention in read.anybody(line.start, line.end))
            changes = reading.CHANGES.search(read.text, line.start, line.end)
            found = [at for at in quoted if at is not None] + ([changes.start()] if changes is not None else [])
            found += [voice.start() for voice in _labels(read.text, line) if not typed]
            captioned = _captioned(read, line, author)
            found += [captioned] if captioned is not None and not typed else []
            found += [] if typed else [*_recorded(read.text, line), *_called(read, line)]
            if found:
                return min(found)
        return None

    def spoken(self, read: reading.NamedText, span: Span, *, behind: bool = False, beside: bool = False) -> int | None:
        """Where speech may begin in the client's own words, as the start of a line; None if there is no trace of it.

        Lines before the one that shows the trace may be in the same layout and by people nobody knows. So speech begins
        with the first line that opens as transcript lines do. `behind`: somebody has spoken above. Then all of it may
        be speech, and an unknown name is trace enough. `beside`: somebody on the roster speaks in the same text. Then
        an unknown name followed by words as people say them is trace enough.
        """
        begun = max(read.text.rfind("\n", 0, span.start), read.text.rfind("\r", 0, span.start)) + 1
        lines = list(reading.with_following(read.text, Span(begun, span.end)))
        items = agenda([read.text[line.start : line.end] for line, _ in lines])
        settings = {line.start for line in settings_in(read.text, Span(begun, span.end))}
        unlisted = read.unlisted
        opens = [line.start for at, (line, _) in enumerate(lines) if at not in items and like_a_turn(read.text, line)]
        traced = next(
            (
                line.start
                for at, (line, below) in enumerate(lines)
                if (at not in items and line.start not in settings and timed(read.text, line))
                or named(read, line, below, None)
                or led_in(read, line, below, None)
                or heads_report(read, line, below)
                or _opens_for_nobody(unlisted, line, below)
                or (at not in items and tells_of_somebody(read, line))
            ),
            None,
        )
        if any(signed(read, line, Span(begun, span.end), None) for line, _ in lines):
            return span.start
        credited = self._credited(read, Span(begun, span.end))
        around = Span(begun, span.end)
        records = (recorded_around(read, span), repeated(read, around, None), footnoted(read, around, None))
        told_of = [at for at in (traced, credited, *records) if at is not None]
        traced = min(told_of, default=None)
        if traced is None:
            lines = [each for each in lines if each[0].start not in settings]
            traced = strangers(read.text, [line for line, _ in lines], 1 if behind else FEWEST_STRANGERS)
        if traced is None and not answers_questions(read.text[line.start : line.end] for line, _ in lines):
            traced = dialogue(read.text, lines, beside=behind or beside)
        if traced is None:
            return None
        return span.start if behind else max(span.start, min([traced, *opens]))

    def unlisted(self, read: reading.NamedText, words: Sequence[Span]) -> int | None:
        """Where words that nobody claims name somebody not on the roster as speakers are named; None if nowhere."""
        at = stranger_in(read, words)
        found = [at] if at is not None else []
        unlisted = read.unlisted
        if not unlisted.people:
            return at
        whole = Span(min(words).start, max(span.end for span in words))
        for line, below in reading.with_following(read.text, *words):
            told_of = whole.start if signed(unlisted, line, whole, None) else reported(unlisted, line, whole)
            if told_of is not None:
                found.append(told_of)
            elif _speaks_unlisted(unlisted, line, below):
                found.append(line.start)
        return min(found, default=None)

    @staticmethod
    def _credited(read: reading.NamedText, span: Span) -> int | None:
        """Where a stretch credits words to somebody; None if nowhere."""
        found = (reported(read, line, span) for line in reading.laid_out(read.text, (span,), reading.LINE_END))
        return next((at for at in found if at is not None), None)

    def credited(self, read: reading.NamedText, span: Span) -> bool:
        """Whether a stretch of the client's own words reports what somebody on the roster said, or they sign it."""
        lines = reading.laid_out(read.text, (span,), reading.LINE_END)
        return self._credited(read, span) is not None or any(signed(read, line, span, None) for line in lines)


def _beside_label(text: str, span: Span) -> bool:
    """Whether words are brackets after a label without a colon, where Fathom's heads have the company."""
    before = text[max(0, span.start - 2) : span.start]
    named = before[-1:] in (" ", "\t", "\u00a0") and before[:1].isalnum()
    return named and _COMPANY.fullmatch(text, span.start, span.end) is not None


def _backed_up(text: str, words: Sequence[Span], at: int) -> int:
    """The first sign before a beginning that may be another beginning in the same layout, by somebody unknown."""
    signs = (_WEAK.search(text, span.start, min(span.end, at)) for span in words if span.start < at)
    return min((sign.start() for sign in signs if sign is not None), default=at)


def _opens(read: reading.NamedText, line: reading.Line, speaker: str | None) -> bool:
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


def _opens_for_another(read: reading.NamedText, line: reading.Line, below: reading.Line | None, author: str) -> bool:
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


def _speaks_unlisted(unlisted: reading.NamedText, line: reading.Line, below: reading.Line | None) -> bool:
    """Whether a line names somebody who is not on the roster as speakers are named, or introduces their words."""
    led = named(unlisted, line, below, None) or led_in(unlisted, line, below, None)
    return led or _opens_for_nobody(unlisted, line, below)


def _opens_for_nobody(unlisted: reading.NamedText, line: reading.Line, below: reading.Line | None) -> bool:
    """Whether words of somebody who is not on the roster begin within a line: ``… speaker="Wanda Quist" text="…"``."""
    under = reading.told(unlisted.text[below.start : below.end]) if below is not None else 0
    return any(
        speaks(unlisted, line, mention)
        and (reading.told(unlisted.text[mention.end : line.end]) >= reading.FEWEST or under >= reading.MANY)
        and _opening(unlisted, line, mention, None) is not None
        for mention in unlisted.anybody(line.start, line.end)
    )


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


def _labels(text: str, line: reading.Line) -> Iterator[re.Match[str]]:
    """Diarizer labels within a line, each followed by a colon."""
    if not _A_COLON.search(text, line.start, line.end):
        return iter(())
    return (
        voice
        for voice in VOICE.finditer(text, line.start, line.end)
        if voice[0][0].isupper() and VOICED.match(text, voice.end(), line.end) and _begins(text, voice.start())
    )


def _recorded(text: str, line: reading.Line) -> Iterator[int]:
    """Where a person's text contains times as recordings write them, followed by words."""
    for time in reading.TIMED.finditer(text, line.start, line.end):
        opens = line.first and time.start() == line.start
        rounded = time[0][0] == "(" and not (reading.OFFSET.match(time[0]) or _FROM_TO.search(time[0]))
        if not opens and not rounded and reading.told(text[time.end() : line.end]) >= reading.FEWEST:
            yield time.start()


def _called(read: reading.NamedText, line: reading.Line) -> Iterator[int]:
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


def _harmless(read: reading.NamedText, line: reading.Line) -> bool:
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


def _inside(read: reading.NamedText, line: reading.Line, speaker: str | None) -> int | None:
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
        found += [voice.start() for voice in _labels(text, line)]
        found += called_inside(text, line)
    found += framed(read, line)
    named = (_opening(read, line, mention, speaker) for mention in read.anybody(line.start, line.end))
    found += [at for at in named if at is not None][:1]
    captioned = _captioned(read, line, speaker)
    found += [captioned] if captioned is not None else []
    return min(found, default=None)


def _captioned(read: reading.NamedText, line: reading.Line, speaker: str | None) -> int | None:
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


def _spoken_by(read: reading.NamedText, line: reading.Line, mention: Mention, author: str) -> int | None:
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
