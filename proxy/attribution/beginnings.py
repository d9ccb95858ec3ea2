"""What looks like the beginning of somebody else's words, or of speech at all. One test for every layout.

A transcript is read by the grammar of its format, and people, tools and chunkers write layouts that no grammar knows:
``Maria: … Ben: …`` in one line, ``Ben — …`` below hers, ``>> …``, a time alone. So whatever a grammar calls one
person's words is looked through once more. From the first thing in it that looks like a beginning on, the words are
nobody's. The test leans towards "yes": what is wrongly held to be a beginning is withheld unless all agree, what is
wrongly held to be none would leave by somebody else's grant.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from proxy.attribution.notices import agenda, lists_people, tells_presence
from proxy.attribution.roles import is_named, is_title
from proxy.formats.headings import is_heading
from proxy.model import Roster, Span
from proxy.redaction.roster.search import Mention, RosterSearch, people_of, search_for

_COLON = ":：∶꞉ː﹕︓։׃፡⫶"
_SPACE = " \t\u00a0\u202f\ufeff\u200b\u200e\u200f\u2060"
_CLOCK = r"(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}(?:[.,][0-9]{1,6})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
_LINE_END = re.compile(
    r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\0\x1b↵⏎¶]|\\r\\n|\\[rnt](?-i:(?![a-z]))|\\u000[ad]|%0[ad]"
    r"|</?(?:br|p|div|li|tr|td)\b[^<>]{0,80}>",
    re.IGNORECASE,
)
"""Where a line ends for somebody who reads it: also what tools put in the place of line ends."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,5}|#[xX][0-9A-Fa-f]{1,4}|[A-Za-z]{2,8});")
_LITERAL_END = re.compile(r"\\r\\n|\\[rnt](?![a-z])|(?<![^\W_])__|__(?![^\W_])")
_BREAK = re.compile(rf"{_LINE_END.pattern}|\t|[|¦‖]", re.IGNORECASE)
"""The same, and signs that part the columns of a table."""
_VOICE = re.compile(
    r"(?:speaker|participant|attendee|caller|call-in user|user|guest|voice|phone|person|unknown|host|interviewer|agent"
    r"|customer|presenter|moderator|sprecher|teilnehmer|locuteur|participante|hablante)"
    r"(?:[ _#-]{1,2}[0-9A-Z]{1,3}|(?-i:[0-9A-Z]{1,3})|[ _#-]{0,2})(?!\w)"
    r"|(?:me|you|them|they|us|mic|system audio|remote)(?!\w)",
    re.IGNORECASE,
)
"""How lines open that a diarizer, a recorder or a telephone system labels."""
_NUMBERED_VOICE = re.compile(
    r"(?:speaker|participant|attendee|voice|sprecher|teilnehmer|locuteur|participante|hablante)[ _#-]{0,2}[0-9]{1,3}"
    r"|speaker[ _][A-Z]|me|you|them|they|us|mic|system audio|remote|(?:spk|ch)_[0-9]{1,3}|S[0-9]{1,2}|UU|[0-9]{1,2}"
    r"|(?-i:[A-J])",
    re.IGNORECASE,
)
"""Labels of a diarizer or a recorder: they name nobody. Also those of services that count speakers (`spk_0`, `A`)."""
_COUNTED_VOICE = re.compile(
    r"(?:speaker|spkr|spk|participant|attendee|voice|sprecher|teilnehmer|locuteur|participante|hablante)"
    r"[ _#-]?[0-9]{1,3}(?!\w)",
    re.IGNORECASE,
)
"""A diarizer's label with its number, which opens a line whatever stands behind it."""
_OPENS_DATED = re.compile(
    rf"[\[(]?[0-9]{{1,4}}[./-][0-9]{{1,2}}[./-][0-9]{{1,4}},?[ T\u00a0\u202f]{{1,2}}{_CLOCK}"
    rf"|\+[0-9][0-9 ()./-]{{5,20}}[0-9](?!\w)|\(?[0-9][0-9 ()./-]{{5,20}}[0-9](?=[ ]?[{_COLON}—–|>-])"
)
"""How lines open in exports of chats: a date and a time, or a telephone number in place of a name."""
_OFFSET = re.compile(r"\W?(?:0[0-9]:[0-9]{2}|[0-9]{1,3}:[0-9]{2}:[0-9]{2})")
"""A time as recordings count it, which people do not write of the day."""
_TITLED = re.compile(
    r"(?:[0-9]{1,3}[.)]|Dr|Mr|Mrs|Ms|Mx|Prof|Professor|Sir|Madam|Lord|Lady|Judge|Justice|Senator|President|Chair|Chairman"
    r"|Chairwoman|Chairperson|Minister|Secretary|Director|Captain|Colonel|General|Major|Officer|Councillor|Councilor"
    r"|Commissioner|Mayor|Governor|Representative|Congressman|Congresswoman|Rep|Sen|Rev|Father|Sister|Brother|Coach"
    r"|Herr|Frau|Monsieur|Madame|Mme|Señor|Señora|Don|Doña|Signor|Signora|Dott|Ing|Mag|Dipl)\.?[ \t]+",
    re.IGNORECASE,
)
"""A title, or a number in a list, before a name."""
_MOMENT = rf"(?:{_CLOCK}|[0-9]{{1,6}}(?:\.[0-9]{{1,3}})?[ ]?s)"
_TIMED = re.compile(
    rf"[\[(<{{][ \t]*{_MOMENT}(?:[ \t]*(?:-+>?|–|—|to)[ \t]*{_MOMENT})?[ \t]*[\])>}}]"
    r"|(?<=[.!?…])[ \t]+(?=[0-9]{1,3}:[0-9]{2}:[0-9]{2}\b)"
)
_OPENS_TIMED = re.compile(rf"[\[(<{{]?[ \t]*{_CLOCK}(?!\w)")
_SIGNS = re.compile(r">>|»»|</?[A-Za-z][A-Za-z0-9]{0,20}(?:[ \t.=][^<>\n]{0,120})?>")
"""A change of speakers as captions write it, and tags such as ``<v Name>``."""
_AFTER = re.compile(
    rf"[\])}}>*_'\"’”{_SPACE}]{{0,4}}(?:\([^()\n]{{0,40}}\)|\[[^\[\]\n]{{0,40}}\]|{_CLOCK})?[\])}}>*_{_SPACE}]{{0,4}}"
    rf"(?:,?[{_SPACE}][^\W\d_][\w'’.-]{{0,20}}){{0,4}}[\])}}>*_{_SPACE}]{{0,3}}[{_COLON}](?!//|[0-9]{{2}}(?![0-9]))"
)
"""What may stand between a name and the colon that opens its words: brackets, a time, ``said``, a title."""
_ADDED = re.compile(rf"(?:[\s*_]|\([^()\n]{{0,40}}\)|\[[^\[\]\n]{{0,40}}\]|[(\[<]?{_CLOCK}[)\]>]?|[\])}}>…:.|])*")
"""What may stand behind a name that is alone on its line."""
_SIGN_AFTER = re.compile(
    r"[\])}>*_\"'”’ ]{0,3}(?:\([^()\n]{0,40}\)[ ]?)?(?:[ ]*(?:[-–—>|=~/·•»→]|\.\.\.|…)|\t| {2,}|[\])}>])"
)
_COLON_DIRECT = re.compile(rf"[\])}}>*_ ]{{0,3}}(?:\([^()\n]{{0,40}}\)[ ]?){{0,2}}[{_COLON}]")
_NAMED = re.compile(
    rf"(?:(?<=[.!?;…。！？؟।॥\])>|/*])|(?<=[-.!?;…。！？؟।॥\])>|/*–—])[{_SPACE}]+)(?P<name>[^\W\d_a-zß-öø-ÿ][\w'’.-]{{0,30}}"
    rf"(?:[{_SPACE}][^\Wa-zß-öø-ÿ_][\w'’.-]{{0,30}}){{0,3}})[*_\])]{{0,2}}[{_COLON}](?=[{_SPACE}*]|$)"
)
"""A label-like word before a colon, behind the end of a sentence or a sign."""
_FLAT = re.compile(
    rf"(?<=\w)[{_SPACE}]+(?P<name>[^\W\d_a-zß-öø-ÿ][\w'’.-]{{1,30}}(?:[{_SPACE}][^\Wa-zß-öø-ÿ_][\w'’.-]{{0,30}}){{0,2}})"
    rf"[{_COLON}](?=[{_SPACE}])"
)
"""The same in text that has no sentence ends: ``… of the season Zed: …``."""
_LEADS = "".join(dict.fromkeys("[(<{*_|/-–—>#•·~=«\"'“‘,;" + _SPACE))
_QUOTING = frozenset("\"'“”‘’„‚«»‹›`´…¿¡$€£¥+%&.,;!?§°")
_LABELLED = re.compile(rf"[^{_COLON}\n]{{0,100}}?[{_COLON}](?=[\s*_\])<]|$)")
_SENTENCE = re.compile(r"[.!?…。！？؟।॥][\"'”’)]?$")
_WORD = re.compile(r"\w[\w'’-]*")
_ASIDE = re.compile(
    r"(?:(?![\U0001f464-\U0001f487\U0001f4ac\U0001f4ad\U0001f5e3-\U0001f64f\U0001f9cd-\U0001f9df\U0001f399\U0001f3a4"
    r"\U0001f534\U0001f535\U0001f7e0-\U0001f7eb\u26aa\u26ab])[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?){1,3}"
    r"[ ]?(?=[a-zß-öø-ÿ]{1,20}[ ])"
    r"|\#[a-zß-öø-ÿ][\w-]{0,40}(?=[ ][a-zß-öø-ÿ])|\((?=[a-zß-öø-ÿ])[^()\n]{1,40}\)(?=[ ][a-zß-öø-ÿ])"
    r"|(?P<to>@[^\W\d_][\w'’.-]{0,40}(?:[ ][^\Wa-zß-öø-ÿ_][\w'’-]{0,30})?)(?=,?[ ][a-zß-öø-ÿ]{1,20}[ ])"
)
"""How a line opens that goes on in small letters behind an emoji (but for people, faces, coloured dots and what stands
for talk), ``#topic``, ``(aside)`` or ``@Name``.
"""
_LISTED = re.compile(r"[ \t]*(?:[-*•+–]|[0-9]{1,3}[.)])[ \t]")
_DECORATED_TIME = re.compile(rf"[^\w\n]{{0,6}}{_CLOCK}(?!\w)")
_TITLE_AT_END = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.?$")
_TIME_AT_END = re.compile(rf"{_CLOCK}$")
_WEAK = re.compile(rf"(?<!\w)[\[{{<>|•*#~/@»_\\]|[<|•]|--|[{_SPACE}]{_CLOCK}")
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.[ ]?")
_VTT_HEAD = re.compile(r"WEBVTT(?:[ \t]+-[^\n]*)?[ \t]*")
_CHANGES = re.compile(r">>|<v[ .>]")
_COLON_AFTER = re.compile(rf"[*_ ]{{0,3}}[{_COLON}][*_ ]{{0,3}}(?=\w)")
_VOICED = re.compile(rf"[ ]?[{_COLON}](?=\s|$)")
_PARTING = re.compile(r"[ ]+(?:[-–—>|=~/·•»→]|\.\.\.|…)[ ]|[ ]{2,}|…")
_NEXT_SENTENCE = re.compile(r"[.!?][ \t]+[^\W\d_]{3}")
_CLOSED = re.compile(r"[*_ 0-9:,]{0,12}[\]>}]")
_PLACE = re.compile(
    r"<([a-z_-]*(?:transcript|conversation|dialogue|dialog|messages?|chat|subtitles?|captions?|speech|utterances?|turns?|talk)"
    r"[a-z_-]{0,20})>",
    re.IGNORECASE,
)
"""A tag around what people said, alone on its line."""
_BY = re.compile(
    r"[^\w\n]*(?:[^\W\d_]+[ \t]+){0,2}(?:by|from|of|von|de|du|par|di|van|door|av)[ \t]+[^\w\n]*", re.IGNORECASE
)
"""What stands before the name of somebody on a line that says whose the words below are: ``Notes by``."""
_SENDER = re.compile(
    rf"[^\w\n]*(?:from|von|de|da|van|från|od|sent by|sender|absender|author|speaker|by)[*_ \t]*[{_COLON}][^\w\n]*",
    re.IGNORECASE,
)
"""The head of a mail, or a field, that says who wrote what is below."""
_SIGNATURE = re.compile(r"[ \t>*_]*(?:[–—~]|--?)?[ \t*_]*")
_CELL = re.compile(r"[\"'”’][ \t]*[,;|\t][ \t]*[\"'(]?$|[|\t][ \t]*$")
_MOST_TOKENS = 6
_FEWEST_STRANGERS = 2
_CAPITAL = r"[^\Wa-zß-öø-ÿ_0-9][\w'’.-]{0,30}"
_NAME_SIGN = (
    rf"[\])}}>*_]{{0,3}}(?:[ ]?\([^()\n]{{0,30}}\)[*_]{{0,2}})?"
    rf"(?:[ ](?:said|says)[{_COLON}]|"
    rf"[ ]+(?:[-–—>|=~/·•»→]|\.\.\.)|\t|[ ]?[{_COLON}](?!//|[0-9])|…|[\])}}>]|[ ][\[(<]?{_CLOCK})"
)
_SINGLE = re.compile(rf"(?:[0-9]{{1,3}}[.)][ ])?[^\w\n]{{0,6}}(?P<name>{_CAPITAL}){_NAME_SIGN}")
_BRACKETED = re.compile(rf"[\[<{{]{_CAPITAL}(?:,? {_CAPITAL}){{1,3}}[\]>}}]")
_DECORATED = r"[*_\[({<]{0,3}"
_CAPITALS = rf"{_CAPITAL}(?:,? {_CAPITAL})"
_NEXT_STRANGER = re.compile(
    rf"(?<=[.!?…。！？؟।॥;|])[{_SPACE}]{{1,6}}(?:[-–—*•#@|~»>]{{1,4}}[ ]?)?(?:{_CLOCK}[ ])?{_DECORATED}"
    rf"(?:{_CAPITALS}{{1,3}}(?:{_NAME_SIGN}|$)|{_CAPITAL} ?(?:{_CLOCK}|[\])}}>]{{0,2}} ?[—–]))"
    rf"|(?<=[.!?…/;|])[{_SPACE}]{{1,6}}[-–—*•#@~»>]{{1,4}}[ ]?{_DECORATED}{_CAPITALS}{{0,3}}[*_\])}}>]{{0,3}}$"
)
"""What looks like the name of somebody nobody knows behind the end of a sentence, with a sign behind it."""
_LIST_SIGN = re.compile(rf"(?<=[.!?…])[{_SPACE}]+[*•#@|~»>][ ]?(?=[*_\[({{<]{{0,3}}[^\W\d_])")
_STRANGER = re.compile(
    rf"(?:[0-9]{{1,3}}[.)][ ])?[^\w\n]{{0,6}}(?P<name>{_CAPITAL}(?:[ ,]{{1,2}}{_CAPITAL}){{1,3}}){_NAME_SIGN}"
)
"""Two to four words with capitals, and a sign or a time behind them."""
_CARD = re.compile(
    rf"[^\w\n+]{{0,12}}(?:[0-9/.,:\- T]{{4,24}}[ ][-–—]?[ ]?)?(?:<?[A-Za-z]{{1,12}}[ ](?:[a-z-]{{1,12}}=)?[\"']?)??"
    rf"(?P<name>{_CAPITAL}(?:[ ,]{{1,2}}{_CAPITAL}){{1,3}}|\+[0-9][0-9 ()./-]{{5,20}}[0-9])(?:{_NAME_SIGN}|[\"']|$)"
)
"""The name of somebody at the beginning of what they say, in brackets, behind a time, or as an attribute."""
_FEWEST = 2
"""Words, as `_told` counts them, behind somebody's name and a sign: fewer may be an entry of a list."""
_MANY = 4
"""Words behind a full name, in the client's own words, that may tell what that person said."""


def _told(text: str) -> int:
    """How many words tell something: of a job title or the keys of a list only few begin in lower case."""
    words = _WORD.findall(_ADDRESS.sub(" ", text))
    if len(words) > _FEWEST and all(word.isupper() or word[0].isdigit() for word in words):
        return len(words)
    return sum(not word[0].isupper() for word in words)


_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>]{1,255}|\"[a-z_]{1,20}\"[ ]?:")


_TIME_BEFORE = re.compile(rf"[\[(<]?{_CLOCK}[\])>]?|[0-9]{{1,4}}[.)]?")
_STRING_END = re.compile(r"[\"'][ ]*[,:}\]]?[ ]*$")
_STRING = re.compile(r"\"([^\"\n]{0,400})")
_BELOW = 600
_NEXT_STRINGS = 12


class _Line(NamedTuple):
    """A line of the words, or what a sign in place of a line end parts off. `ended`: what precedes ends a sentence."""

    start: int
    end: int
    first: bool
    hard: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A text with the mentions of the roster in it, in order: `written` to the letter, `near` also misheard."""

    text: str
    written: Sequence[Mention]
    near: Sequence[Mention]

    def within(self, start: int, end: int) -> Iterator[Mention]:
        """The mentions to the letter that begin in ``[start, end)``."""
        return _between(self.written, start, end)

    def opening(self, start: int) -> Mention | None:
        """The mention of any kind at the beginning of a line."""
        return next(_between(self.near, start, start + 4), None)


def _between(mentions: Sequence[Mention], start: int, end: int) -> Iterator[Mention]:
    at = bisect_left(mentions, start, key=lambda mention: mention.start)
    while at < len(mentions) and mentions[at].start < end:
        yield mentions[at]
        at += 1


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Finds beginnings by the people of one roster."""

    search: RosterSearch

    @classmethod
    def of(cls, roster: Roster) -> Beginnings:
        """For the people of a roster."""
        return cls(search_for(tuple(people_of(roster))))

    def read(self, text: str) -> Read:
        """The text, searched once. Signs that HTML writes as entities are read as signs, in as many characters."""
        text = _ENTITY.sub(_unescaped, text)
        words = _LITERAL_END.sub(lambda match: " " * len(match[0]), text)
        return Read(text, self.search.find(words, misheard=False), self.search.find(words))

    def first(self, read: Read, words: Sequence[Span], speaker: str | None, *, bounded: bool = False) -> int | None:
        """Where in `words`, which a grammar gives to `speaker` (an id), somebody else's may begin; None: nowhere.

        `bounded`: marks of a grammar close them at both ends, so that no other's line has slipped in from below.
        """
        found = [self._attributed(read, span, speaker) for span in words]
        found.append(self._begun(read, words, speaker, bounded=bounded))
        return min((at for at in found if at is not None), default=None)

    @staticmethod
    def _begun(read: Read, words: Sequence[Span], speaker: str | None, *, bounded: bool) -> int | None:
        """Where a line, or a stretch inside of one, opens as somebody else's do."""
        second: int | None = None
        for line in _lines(read.text, words):
            second = line.start if second is None and not line.first else second
            harmless = bounded and _harmless(read, line)
            if not (line.first or harmless) and _opens(read, line, speaker):
                return _backed_up(read.text, words, second or line.start)
            inside = _inside(read, line, speaker)
            if inside is not None:
                return _backed_up(read.text, words, min(inside, second or inside))
        return None

    @staticmethod
    def _attributed(read: Read, span: Span, speaker: str | None) -> int | None:
        """Where words begin that are told to be somebody else's: below a line that says so, or above a signature."""
        for line, below in _with_following(read.text, span):
            if _signed(read, line, span, speaker):
                return span.start
            if _led_in(read, line, below, speaker):
                return line.start
        return None

    def names_stranger(self, read: Read, at: int) -> bool:
        """Whether a name of several words or a number is named at `at` that is nobody's on the roster."""
        end = min((cut.start() for cut in _LINE_END.finditer(read.text, at + 1)), default=len(read.text))
        line = _LINE_END.sub(" ", read.text[at:end], count=1) if _LINE_END.match(read.text, at) else read.text[at:end]
        named = _CARD.match(line)
        if named is None or is_heading(named["name"]) or is_title(named["name"]):
            return False
        return next(read.within(at, at + named.end()), None) is None

    def authored(self, read: Read, span: Span, author: str) -> int | None:
        """Where in the words of an `author` (an id) a line begins that somebody else opens; None: nowhere.

        People write of others and of times, in headings and lists: only a name with a sign behind it opens a line, and
        inside of a line only one as speakers are named.
        """
        attributed = self._attributed(read, span, author)
        if attributed is not None:
            return attributed
        for line, below in _with_following(read.text, span):
            stranger = _CARD.match(read.text, line.start, line.end) if not line.first else None
            called = stranger is not None and _COLON_DIRECT.match(read.text, stranger.end("name"), line.end)
            if _named(read, line, below, author) or (called and self.names_stranger(read, line.start)):
                return line.start
            quoted = (_spoken_by(read, line, mention, author) for mention in read.within(line.start, line.end))
            changes = _CHANGES.search(read.text, line.start, line.end)
            found = [at for at in quoted if at is not None] + ([changes.start()] if changes is not None else [])
            if found:
                return min(found)
        return None

    def spoken(self, read: Read, span: Span, *, behind: bool = False) -> int | None:
        """Where in the client's own words there may be speech: the start of a line; None: there is no trace of it.

        Before the line that shows it, others may stand in the same layout by people whom nobody knows: it begins with
        the first line that opens as lines of transcripts do. `behind` says that somebody has spoken above: then all of
        it may be speech, and a name that nobody knows is trace enough.
        """
        begun = max(read.text.rfind("\n", 0, span.start), read.text.rfind("\r", 0, span.start)) + 1
        lines = list(_with_following(read.text, Span(begun, span.end)))
        items = agenda([read.text[line.start : line.end] for line, _ in lines])
        opens = [line.start for at, (line, _) in enumerate(lines) if at not in items and _like_a_turn(read.text, line)]
        traced = next(
            (
                line.start
                for at, (line, below) in enumerate(lines)
                if (at not in items and _timed(read.text, line))
                or _named(read, line, below, None)
                or _led_in(read, line, below, None)
            ),
            None,
        )
        if any(_signed(read, line, Span(begun, span.end), None) for line, _ in lines):
            return span.start
        if traced is None:
            traced = _strangers(read.text, [line for line, _ in lines], 1 if behind else _FEWEST_STRANGERS)
        if traced is None:
            return None
        return span.start if behind else max(span.start, min([traced, *opens]))


def _unescaped(entity: re.Match[str]) -> str:
    sign = html.unescape(entity[0])
    if len(sign) != 1 or sign.isalnum():
        return entity[0]
    return sign.rjust(len(entity[0])) if sign in "<[({" else sign.ljust(len(entity[0]))


def is_voice(label: str) -> bool:
    """Whether a label is a diarizer's or a recorder's, which names nobody: ``SPEAKER_00``, ``Them``."""
    return _NUMBERED_VOICE.fullmatch(label.strip()) is not None


def opens_as_voice(label: str) -> bool:
    """Whether a label is one that diarizers, recorders and telephone systems give: ``Guest 2``, ``Caller``, ``You``."""
    return _VOICE.fullmatch(label.strip()) is not None


def _backed_up(text: str, words: Sequence[Span], at: int) -> int:
    """The first sign before a beginning that may be one of the same layout, by somebody whom nobody knows."""
    signs = (_WEAK.search(text, span.start, min(span.end, at)) for span in words if span.start < at)
    return min((sign.start() for sign in signs if sign is not None), default=at)


def _with_following(text: str, span: Span) -> Iterator[tuple[_Line, _Line | None]]:
    lines = list(_lines(text, (span,), _LINE_END))
    return zip(lines, [*lines[1:], None], strict=True) if lines else iter(())


def _lines(text: str, words: Sequence[Span], breaks: re.Pattern[str] = _BREAK) -> Iterator[_Line]:
    first, hard = True, True
    before = ""
    for span in words:
        at = span.start
        cuts = [*breaks.finditer(text, span.start, span.end), None]
        for cut in cuts:
            end = cut.start() if cut is not None else span.end
            start = at
            while start < end and text[start] in _SPACE:
                start += 1
            if start < end:
                yield _Line(start, end, first, hard, _SENTENCE.search(before) is not None)
                first, before = False, text[max(start, end - 3) : end].rstrip()
            if cut is not None:
                ends = text[cut.start()] in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\\<"
                at, hard = cut.end(), ends or (hard and start >= end)
        hard = True


def _opens(read: Read, line: _Line, speaker: str | None) -> bool:
    """Whether a line that goes on from somebody's words looks like another's."""
    text = read.text
    ch = text[line.start]
    if not ch.isalnum() and ch not in _QUOTING:
        return True
    if line.hard and _OPENS_DATED.match(text, line.start, line.end):
        return True
    clock = _OPENS_TIMED.match(text, line.start, line.end)
    if clock is not None:
        rest = text[clock.end() : line.end].strip()
        offset = line.hard and _OFFSET.match(text, clock.start(), clock.end()) is not None
        return line.ended or offset or not rest or not rest[0].islower()
    labelled = _LABELLED.match(text, line.start, line.end)
    if labelled is not None and not _NEXT_SENTENCE.search(labelled[0]):
        return line.hard or _is_name(labelled[0][:-1].strip())
    titled = _TITLED.match(text, line.start, line.end) if line.hard else None
    mention = read.opening(line.start) or (read.opening(titled.end()) if titled is not None else None)
    if mention is not None and mention.people != {speaker}:
        before = text[line.start : mention.start]
        if _opens_line(before) or (titled is not None and _opens_line(_TITLED.sub("", before))):
            return True
    return _named_like(text, line)


def _harmless(read: Read, line: _Line) -> bool:
    """Whether a line opens with an emoji, a topic, an address to somebody or an aside, and none of it as a label."""
    opening = _ASIDE.match(read.text, line.start, line.end)
    if opening is None or _LABELLED.match(read.text, line.start, line.end):
        return False
    return opening["to"] is not None or next(read.within(line.start, opening.end() + 1), None) is None


def _named_like(text: str, line: _Line) -> bool:
    """Whether a line opens with a diarizer's label, or with what may be the name of somebody whom nobody knows."""
    if line.hard and _COUNTED_VOICE.match(text, line.start, line.end):
        return True
    voice = _VOICE.match(text, line.start, line.end)
    if voice is not None and (voice.end() == line.end or _SIGN_AFTER.match(text, voice.end(), line.end)):
        return True
    parted = line.hard and (_STRANGER.match(text, line.start, line.end) or _parted_name(text, line))
    return bool(parted) or _is_name(text[line.start : line.end])


def _parted_name(text: str, line: _Line) -> bool:
    """Whether a name-like beginning stands before a sign that parts it from the rest: ``Anna K. — …``."""
    for sign in _PARTING.finditer(text, line.start, min(line.end, line.start + 70)):
        return _is_name(text[line.start : sign.start()])
    return False


def _is_name(part: str) -> bool:
    tokens = part.split()
    if not 0 < len(tokens) <= _MOST_TOKENS or len(part) > 60 or part[-1] in "!?,;" or not any(map(str.isalpha, part)):
        return False
    if part[-1] == "." and len(tokens[-1]) > 3:
        return False
    proper = [next((c for c in token if c.isalpha()), "A") for token in tokens]
    return all(c.isupper() or not c.isascii() for c in proper)


def _inside(read: Read, line: _Line, speaker: str | None) -> int | None:
    """The first beginning inside of a line. A speaker's own name as a label shows an unread layout like any other."""
    text = read.text
    found = [
        match.start()
        for shape in (_TIMED, _SIGNS, _BRACKETED, _NEXT_STRANGER, _LIST_SIGN)
        if (match := shape.search(text, line.start, line.end))
    ]
    for label in (_NAMED.search(text, line.start, line.end), _FLAT.search(text, line.start, line.end)):
        found += [label.start("name")] if label is not None and not is_heading(label["name"]) else []
    found += [
        voice.start()
        for voice in _VOICE.finditer(text, line.start, line.end)
        if voice[0][0].isupper() and _VOICED.match(text, voice.end(), line.end) and _begins(text, voice.start())
    ]
    named = (_opening(read, line, mention, speaker) for mention in read.within(line.start, line.end))
    found += [at for at in named if at is not None][:1]
    return min(found, default=None)


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def _opening(read: Read, line: _Line, mention: Mention, speaker: str | None) -> int | None:
    """Where the words of somebody begin who is named as speakers are; None where they are only spoken of."""
    text = read.text
    before = _TITLE_AT_END.sub("", text[line.start : mention.start].rstrip(_LEADS)).rstrip(_LEADS)
    timed = _TIME_AT_END.search(before)
    before = before[: timed.start()].rstrip(_LEADS) if timed is not None else before
    signs = text[line.start + len(before) : mention.start]
    bracketed = signs.rstrip("*_")[-1:] in ("[", "<", "{") and _CLOSED.match(text, mention.end) is not None
    emphasized = "**" in signs and text.startswith("**", mention.end)
    parted = before[-1:] in tuple(".!?;…:,)]") if before else not line.first
    parted = parted or bool(signs.strip(_SPACE + "\"'“‘"))
    cell = signs[-1:] in tuple(",;\t|\"'") and text.startswith(signs[-1:] or "\n", mention.end)
    changed = any(sign in signs for sign in "•*|#>~@·»") or "--" in signs
    opens = (
        bracketed
        or (changed and (before or not line.first))
        or cell
        or emphasized
        or (mention.people != {speaker} and _AFTER.match(text, mention.end, line.end))
        or (parted and _COLON_DIRECT.match(text, mention.end, line.end))
        or (parted and (timed or _SIGN_AFTER.match(text, mention.end, line.end)))
    )
    return line.start + len(before) if opens else None


def _spoken_by(read: Read, line: _Line, mention: Mention, author: str) -> int | None:
    """Where another's words begin in what an author wrote: a name behind the end of a sentence, and a colon."""
    if mention.people == {author}:
        return None
    before = read.text[line.start : mention.start].rstrip(_LEADS)
    parted = not before or before[-1] in ".!?;…。！？؟।॥:)]>"
    spoken = parted and _AFTER.match(read.text, mention.end, line.end)
    return line.start + len(before) if spoken else None


def _like_a_turn(text: str, line: _Line) -> bool:
    """Whether a line opens as one of a transcript may: by a sign, a time, or a label that is no heading."""
    if (
        not text[line.start].isalpha()
        or text[line.start - 1 : line.start] == ">"
        or _OPENS_TIMED.match(text, line.start, line.end)
    ):
        return True
    name = _STRANGER.match(text, line.start, line.end) or _SINGLE.match(text, line.start, line.end)
    return _is_name(text[line.start : line.end]) or (name is not None and not is_heading(name["name"]))


def _strangers(text: str, lines: Sequence[_Line], fewest: int) -> int | None:
    """Where people whom nobody knows begin to speak; None where fewer lines than `fewest` open so.

    Titles of what is asked for (``Decisions Made``) open lines in the same way; they count beside a name alone.
    """
    found = [(line.start, name) for line in lines if (name := _stranger(text, line)) is not None]
    people = [start for start, name in found if not is_title(name)]
    if len(people) >= fewest:
        return people[0] if not any(is_named(name) for _, name in found) else found[0][0]
    return found[0][0] if len(found) >= fewest and any(is_named(name) for _, name in found) else None


def _stranger(text: str, line: _Line) -> str | None:
    """What may be the name of somebody nobody knows, that opens a line with a sign behind it."""
    name = _STRANGER.match(text, line.start, line.end)
    if name is None or is_heading(name["name"]) or len(_WORD.findall(text, name.end(), line.end)) < _FEWEST:
        return None
    return name["name"]


def _timed(text: str, line: _Line) -> bool:
    """Whether a line has a time, a sign or a diarizer's label as lines of transcripts have."""
    if _DECORATED_TIME.match(text, line.start, line.end):
        return True
    if _CHANGES.match(text, line.start, line.end) or _VTT_HEAD.fullmatch(text, line.start, line.end):
        return True
    voice = _VOICE.match(text, line.start, line.end)
    return voice is not None and _COLON_AFTER.match(text, voice.end(), line.end) is not None


def _named(read: Read, line: _Line, following: _Line | None, author: str | None) -> bool:
    """Whether somebody of the roster is named in a line as speakers, or those spoken of, are."""
    text = read.text
    opens = _opens_sentence if author is None else _opens_line
    mentions = [m for m in read.within(line.start, line.end) if author is not None or opens(text[line.start : m.start])]
    for number, mention in enumerate(mentions):
        before = text[line.start : mention.start]
        if mention.people == {author} or not opens(before):
            continue
        end = mentions[number + 1].start if number + 1 < len(mentions) else line.end
        words = _told(text[mention.end : end])
        told = words >= _MANY or (end == line.end and _told_below(text, mention.end, line.end))
        if author is None and told and not tells_presence(text[mention.end : line.end]):
            return True
        signs = _SIGN_AFTER.match(text, mention.end, line.end) or _AFTER.match(text, mention.end, line.end)
        if signs and words >= _FEWEST and _opens_line(before):
            return True
    return _alone(read, line, following)


def _led_in(read: Read, line: _Line, following: _Line | None, speaker: str | None) -> bool:
    """Whether a line leads in what somebody else of the roster said, or words in tags: ``Message from Ben:``."""
    text = read.text
    place = _PLACE.fullmatch(text, line.start, line.end) if speaker is None else None
    if place is not None:
        inside, closing, _ = text[line.end :].partition(f"</{place[1]}")
        return bool(closing) and _told(inside) >= _MANY
    below = _told(text[following.start : following.end]) if following is not None else 0
    for mention in read.within(line.start, line.end):
        if mention.people == {speaker}:
            continue
        before = text[line.start : mention.start]
        lead = _AFTER.match(text, mention.end, line.end)
        if lead is not None:
            inline = _told(text[lead.end() : line.end])
            # What people say of each other goes on behind a colon; what they quote stands below it.
            if (below if not inline else inline if speaker is None else 0) >= _MANY:
                return True
        if _SENDER.fullmatch(before) and _told(text[line.end : line.end + _BELOW]) >= _MANY:
            return True
        last = _ADDED.fullmatch(text, mention.end, line.end) is not None
        if (
            last
            and below >= _MANY
            and not lists_people(before)
            and (text[line.start] in "#=*" or _BY.fullmatch(before))
        ):
            return True
    return False


def _signed(read: Read, line: _Line, part: Span, speaker: str | None) -> bool:
    """Whether somebody else of the roster is named behind words as those who wrote them are: below them, in the last
    cell of a row, or in a string below those of JSON.
    """
    text = read.text
    mention = max(read.within(line.start, line.end), default=None, key=lambda named: named.start)
    if mention is None or mention.people == {speaker}:
        return False
    before, behind = text[line.start : mention.start], text[mention.end : line.end]
    if _CELL.search(before) and not any(map(str.isalnum, behind)):
        return _told(before) >= _MANY
    if _STRING_END.match(behind) and before.rstrip()[-1:] in ('"', "'"):
        above = text[max(part.start, line.start - _BELOW) : mention.start].rpartition("{")[2]
        return any(_told(string) >= _MANY for string in _STRING.findall(above))
    if _ADDED.fullmatch(text, mention.end, line.end) is None or not _SIGNATURE.fullmatch(before):
        return False
    above = text[part.start : line.start].rstrip()
    ended = not text[line.end : part.end].lstrip(" \t")[:2].strip()
    paragraph = _LINE_END.split(above)[-1]
    listed = paragraph.endswith(tuple(_COLON)) or _names_alone(read, len(text[: part.start]) + len(above), paragraph)
    return ended and not listed and bool(paragraph.strip()) and (bool(before.strip()) or _closing(paragraph))


def _names_alone(read: Read, end: int, paragraph: str) -> bool:
    """Whether a line that ends at `end` is a name and no more: one of a list."""
    named = list(read.within(end - len(paragraph), end))
    return bool(named) and _told(paragraph) <= _FEWEST


def _closing(paragraph: str) -> bool:
    """Whether a line is one with which letters close: a few words and a comma."""
    return paragraph.rstrip().endswith((",", "!")) and len(paragraph.split()) <= _MANY


def _opens_line(before: str) -> bool:
    return not any(ch.isalnum() for ch in before)


def _opens_sentence(before: str) -> bool:
    """Whether what stands before a name on its line leaves it the subject: ``a reply from Ben Okoro`` does not."""
    untimed = _TIME_BEFORE.sub(" ", before)
    beyond = untimed.rstrip(_LEADS)
    signs = untimed[len(beyond) :].strip(_SPACE + "\"'“‘")
    return not beyond[-1:].isalnum() or bool(signs) or "\t" in untimed[len(beyond) :]


def _told_below(text: str, at: int, end: int) -> bool:
    """Whether a name is a string of JSON by itself, with words in the strings below it."""
    if _STRING_END.match(text, at, end) is None:
        return False
    below = text[end : end + _BELOW].partition("\n\n")[0]
    return any(_told(string) >= _MANY for string in _STRING.findall(below)[:_NEXT_STRINGS])


def _alone(read: Read, line: _Line, following: _Line | None) -> bool:
    """Whether a line ends with somebody's name alone, with words directly below it."""
    mention = max(read.within(line.start, line.end), default=None, key=lambda named: named.start)
    if mention is None or _ADDED.fullmatch(read.text, mention.end, line.end) is None:
        return False
    before = _TITLE.sub("", read.text[line.start : mention.start])
    if not _opens_sentence(before) or lists_people(before):
        return False
    listed = _LISTED.match(read.text, line.start, line.end) or any(ch.isalpha() for ch in before)
    if listed and following is not None:
        return _told(read.text[following.start : following.end]) >= _MANY and _goes_on(read, line, following)
    return _goes_on(read, line, following)


def _goes_on(read: Read, line: _Line, following: _Line | None) -> bool:
    """Whether words stand directly below a name on a line of its own, and not the next name of a list."""
    if following is None:
        return False
    marked = read.text[line.start] in "#*<_=["
    parted = len(read.text[line.end : following.start].strip(_SPACE).splitlines()) > 1
    return (marked or not parted) and next(read.within(following.start, following.start + 6), None) is None
