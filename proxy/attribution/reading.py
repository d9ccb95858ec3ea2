"""Read a text for attribution: its lines, the roster's people named in it, and the signs and times around their names.

The patterns here describe the parts of many layouts: line ends, what stands between a speaker's name and the words, and
times as transcripts write them (of the day, of a recording, with a date, in brackets or with units).

`enclosed_until` says how far a transcript within tags or fences reaches: to the last mark that closes them. A speaker
inside can type a closing mark too, and what follows it must not become the client's own words.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from proxy.attribution.full_names import full_names, is_nobodys
from proxy.attribution.json_escapes import NUMBERED
from proxy.attribution.name_keys import footnotes, keyed
from proxy.attribution.named_fields import in_fields
from proxy.formats.times import CLOCK
from proxy.languages import patterns
from proxy.model import Span
from proxy.redaction.roster.search import Mention, RosterSearch
from proxy.wording.folded import FILLERS
from proxy.wording.terminal_codes import STYLING, may_hold_codes

_TITLE = re.compile(rf"(?<![^\W_])(?:{patterns('names', 'titles')})\.?[ \u00a0]$", re.IGNORECASE)
_LONGEST_TITLE = 12
COLON = ":：∶꞉ː﹕︓։׃፡⫶"
SPACE = f" \t\u00a0\u3000\u202f\ufeff\u200b\u200e\u200f\u2060{FILLERS}"
UNSPACED = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
"""A letter of a script in which titles and particles adjoin a name: ``田中さん：``."""
LINE_END = re.compile(
    r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\0\x1b↵⏎¶]|\\r\\n|\\[rnt](?-i:(?![a-z]))|\\u000[ad]|%0[ad]"
    r"|</?(?:br|p|div|li|tr|td)\b(?![^<>]{0,80}\b(?:begin|start|time|ts|t|speaker|who|by)=)"
    r"(?![^<>]{0,80}=[\"'](?-i:[A-Z])[\w.'-]{0,30}[ ](?-i:[A-Z]))[^<>]{0,80}>",
    re.IGNORECASE,
)
"""Where a line ends for a reader, including the signs that tools write instead of line ends.

A tag that says who speaks or when is no line end: it begins what is said.
"""
_DATE = r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}"
_MOMENT = (
    rf"{_DATE}(?:[T ]{CLOCK}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?|[0-9]{{1,2}}\.?[ ][^\W\d_]{{3,9}}\.?,?[ ][0-9]{{4}}"
    rf"|[^\W\d_]{{3,9}}\.?[ ][0-9]{{1,2}},[ ][0-9]{{4}}|{CLOCK}"
)
"""A time of day, an instant, or a day with its year."""
AFTER = re.compile(
    rf"(?:['’]s(?!\w)|{UNSPACED}{{1,8}}(?=[{COLON}]))?[\])}}>*_'\"’”“«»{SPACE}]{{0,4}}"
    rf"(?:\([^()\n]{{0,40}}\)|\[[^\[\]\n]{{0,40}}\]|{CLOCK}|[\"“'‘][^\"”'’\n]{{1,24}}[\"”'’])?[\])}}>*_{SPACE}]{{0,4}}"
    rf"(?:,?[{SPACE}](?:[&+/][{SPACE}])?(?:{_MOMENT}|\+?[^\W_][\w'’.-]{{0,20}})){{0,4}}"
    rf"(?:[{SPACE}]\([^()\n]{{0,40}}\))?[\])}}>*_{SPACE}]{{0,3}}[{COLON}](?!//|[0-9]{{2}}(?![0-9]))"
)
"""What may stand between a name and the colon that opens its words: brackets, a time, ``said``, a title, a date."""
SINCE = rf"[ ](?:added[ ]a[ ]comment|{patterns('speech', 'posted')})(?:[ ][-–—·])?[ ][0-9][^\n.!?]{{0,30}}"
"""When somebody wrote what stands below, as trackers have it: ``commented 2 hours ago``."""
ADDED = re.compile(
    rf"(?:[\s*_]|[,—–-](?=[ ][\[(]?[0-9])|{_DATE},?(?=[ T]{CLOCK})|#[0-9]{{1,6}}(?!\w)"
    rf"|\([^()\n]{{0,40}}\)|\[[^\[\]\n]{{0,40}}\]|[(\[<]?{CLOCK}[)\]>]?|[\])}}>…:.|]"
    r"|</?[A-Za-z][^<>\n]{0,60}>)*"
    rf"(?:{SINCE})?"
)
"""What may follow a name that is alone on its line."""
_POINTS = "→➔➜➝➞⇒⇨⟶▶►▸‣●■◆\U0001f4ac\U0001f5e3\U0001f5e8\U0001f3a4\U0001f399"
"""Arrows, bullets and speech pictograms, which point from a name to words."""
SIGN_AFTER = re.compile(
    rf"[\])}}>*_\"'”’ ]{{0,3}}(?:\([^()\n]{{0,40}}\)[ ]?)?"
    rf"(?:[ ]*(?:[-–—>|=~/·•»{_POINTS}]|\.\.\.|…|&(?=[^\n]*\\\\))|\.[ ]?[—–]"
    rf"|\t| {{2,}}|\u3000|[\])}}>」』】）〕〉》]|[「『])"
)
FIRM_SIGN = re.compile(
    rf"[\])}}>*_ ]{{0,3}}(?:\([^()\n]{{0,40}}\)[ ]?)?"
    rf"(?:[ ]?(?:[|>»•—–{_POINTS}]|->)[\ufe0f]?[ ]|\t|[ ][\[(<]?{CLOCK}[\])>]?[ ]|(?<={UNSPACED})[|>»•{_POINTS}])"
)
"""What follows a speaker's name and occurs in no sentence: an arrow, a bar, a tab, a time."""
SPEAKS = re.compile(
    rf"[\])}}*_]{{0,3}}[ ]?(?:[>»{_POINTS}]|->|\t)|\.[—–]|[ ][0-9]{{1,6}}\.[0-9]{{1,6}}[ ][0-9]{{1,6}}\.[0-9]{{1,6}}[ ]"
)
"""Signs, such as the ``.—`` of printed debates and the two times of STM, that follow a full name in no sentence.

It does not matter where the name stands.
"""
POINTS = re.compile(rf"[ ]?(?:[{_POINTS}]|\t)")
"""Those of them that follow no form of a name in a sentence."""
COLON_DIRECT = re.compile(rf"[\])}}>*_ ]{{0,3}}(?:\([^()\n]{{0,40}}\)[ ]?){{0,2}}[{COLON}]")
GREETS = patterns("speech", "greets")
"""How a letter opens, and how somebody opens a request."""
LEADS = "".join(dict.fromkeys("[(<{*_|/-–—>#•·~=«`「『【（〔〈《‹^\"'“‘,;" + SPACE))
CHANGES = re.compile(r">>|<v[ .>]")
STRING_END = re.compile(r"[\"'][ ]*(?:[,:}\]]|$)")
STRING = re.compile(r"\"([^\"\n]{0,400})")


_TAGS = re.compile(r"(?:<[A-Za-z][^<>\n]{0,60}>[ \t]*)+")


def opens_line(before: str) -> bool:
    """Whether the text before a name on its line contains no words."""
    return not any(ch.isalnum() for ch in before)


_CODED = re.compile(
    r"&(?:#[0-9]{1,5}|#[xX][0-9A-Fa-f]{1,4}|[A-Za-z]{2,8});"
    rf"|(?!\\u00[01]){NUMBERED}"
    r"|%[2-7][0-9A-Fa-f]|%[C-Dc-d][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]|%[Ee][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}"
)
"""A sign that is written as an entity of HTML, as an escape of JSON or in percent codes (RFC 3986 §2.1).

Line ends in codes stay as they are; `LINE_END` finds them.
"""
_EMPHASIS = r"</?(?:b|i|u|em|strong|mark|code)(?:[ ]class=[\"'][a-z0-9 _-]{0,40}[\"'])?>"
"""A tag that styles what is inside, and sets off a name as bold letters do."""
_STYLED = re.compile(
    rf"(?P<opens>[\[(<{{*_\"'“„«]{{0,3}})(?P<codes>(?:{STYLING.pattern}|{_EMPHASIS})+)(?P<closes>[{COLON},.;)\]}}>*_\"'”“»|]{{0,3}})"
)
"""Codes and tags that style a text, with signs beside them that enclose or follow a name: ``Ben ESC[0m:``."""
_ESCAPED = re.compile(r"\\([_*~`#|])")
"""A sign that Markdown must not read as markup: ``Ben\\_Okoro``."""
_JOINER = "\u2060"
"""Pads a letter inside a word; comparisons of names drop it."""
_SPACED = re.compile(
    r"(?<![^\W_])(?<![\w][ ])[^\W\d_a-zß-öø-ÿ](?:[ ][^\W\d_]){2,24}"
    r"(?:[ ]{2,6}[^\W\d_](?:[ ][^\W\d_]){1,24}){0,3}(?![^\W_])(?![ ]\w\b)"
)
"""Words in spaced letters, the first of them a capital: ``B e n``."""
_LOOK = dict(
    zip(
        "аеорсхуіјѕһԁԛԝАВЕКМНОРСТХУІЈЅοναρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcxyijshdqwABEKMHOPCTXYIJSovapABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Letters of Cyrillic and Greek that look like Latin ones."""
_TRANSLATED = str.maketrans(_LOOK)
_WIDE_SIGNS = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in "＃＊＜＝＞［］＿｛｜｝～（）"}
"""Signs that texts in Chinese and Japanese write as wide as a letter."""
_MIXED = re.compile(
    rf"(?=[{''.join(_LOOK)}{_JOINER}]*[A-Za-z]|[A-Za-z{_JOINER}]+[{''.join(_LOOK)}])[^\W\d_][\w{_JOINER}]*"
)
"""A word in which such letters stand beside Latin ones."""
_LITERAL_END = re.compile(r"\\r\\n|\\[rnt](?![a-z])|(?<![^\W_])__|__(?![^\W_])")
_BREAK = re.compile(rf"{LINE_END.pattern}|\t|[|¦‖]", re.IGNORECASE)
"""Line ends, and signs that separate the columns of a table."""
_SENTENCE = re.compile(r"[.!?…。！？؟।॥][\"'”’)]?$")
WORD = re.compile(r"\w[\w'’-]*")
FEWEST = 2
"""Minimum words, as `told` counts them, after a name and a sign: fewer may be a list entry."""
MANY = 4
"""Minimum words after a full name, in the client's own words, that may report what that person said."""
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>]{1,255}|\"[a-z_]{1,20}\"[ ]?:")
BELOW = 600
"""Characters below a line that are searched for words."""


_ABOUT_A_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]{2}|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{4}")
"""About a word, in scripts that are written without spaces."""


def told(text: str) -> int:
    """How many words report something: few words of a job title or of list keys begin in lower case."""
    if "@" in text or '"' in text:
        text = _ADDRESS.sub(" ", text)
    if not text.isascii():
        text = _ABOUT_A_WORD.sub(r"\g<0> ", text)
    words = WORD.findall(text)
    if len(words) > FEWEST and all(word.isupper() or word[0].isdigit() for word in words):
        return len(words)
    return sum(not word[0].isupper() for word in words)


class Line(NamedTuple):
    """A line of the words, or a part of one. `hard`: a line end precedes it; `ended`: the end of a sentence does."""

    start: int
    end: int
    first: bool
    hard: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text with its mentions of the roster, in order: `written` are exact, `near` also include misheard ones.

    `near` is what redaction masks in the text. Whoever is masked where speakers are named is a speaker, so `people` are
    these and the full names of people who are not on the roster; `fielded` are those of them who stand where the text
    names speakers. `footnotes` are those whom the mark of a footnote
    names. `as_is`: the text was searched as it stands, without signs put in place of codes.
    """

    text: str
    written: Sequence[Mention]
    near: Sequence[Mention]
    people: Sequence[Mention]
    fielded: Sequence[Mention]
    footnotes: Mapping[str, frozenset[str]]
    as_is: bool

    @classmethod
    def of(cls, text: str, search: RosterSearch) -> NamedText:
        """A text, searched once. Signs in codes become plain ones, padded to the same number of characters."""
        shown = _STYLED.sub(_unstyled, text) if "<" in text or may_hold_codes(text) else text
        shown = _CODED.sub(_unescaped, shown) if any(sign in shown for sign in "&\\%") else shown
        shown = _ESCAPED.sub(rf"{_JOINER}\1", _SPACED.sub(_closed_up, shown))
        if not shown.isascii():
            shown = _MIXED.sub(lambda word: word[0].translate(_TRANSLATED), shown).translate(_WIDE_SIGNS)
        literal = "\\" in shown or "__" in shown
        words = _LITERAL_END.sub(lambda match: " " * len(match[0]), shown) if literal else shown
        found, near = search.find_both(words)
        written = [_titled(words, mention) for mention in found]
        masked = [_titled(words, mention) for mention in near]
        named = sorted([*masked, *full_names(words, near)], key=lambda mention: mention.start)
        fielded = in_fields(text, masked)
        named = sorted([*named, *_apart(fielded, named)], key=lambda mention: mention.start)
        people = sorted([*named, *keyed(words, named)], key=lambda mention: mention.start)
        return cls(shown, written, near, people, fielded, footnotes(shown, people), as_is=words == text)

    def within(self, start: int, end: int) -> Iterator[Mention]:
        """The exact mentions that begin in ``[start, end)``."""
        return _between(self.written, start, end)

    def anybody(self, start: int, end: int) -> Iterator[Mention]:
        """All mentions, and the full names of people not on the roster, that begin in ``[start, end)``."""
        return _between(self.people, start, end)

    @property
    def unlisted(self) -> NamedText:
        """The same text with the full names of people who are not on the roster, and no others."""
        listed = {mention.people for mention in self.near}
        people = [name for name in self.people if is_nobodys(name) and name.people not in listed]
        return replace(self, written=(), near=(), people=people, footnotes=footnotes(self.text, people))

    def names_several(self, line: Line) -> bool:
        """Whether a line names more than one person."""
        return len({mention.people for mention in self.anybody(line.start, line.end)}) > 1

    def opening(self, start: int) -> Mention | None:
        """The mention of any kind at the beginning of a line."""
        return next(_between(self.people, start, start + 4), None)


def _apart(mentions: Sequence[Mention], named: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions that no other one, of those `named`, touches."""
    starts = [one.start for one in named]
    for mention in mentions:
        before = bisect_left(starts, mention.end)
        if not before or named[before - 1].end <= mention.start:
            yield mention


def behind_tags(text: str, line: Line) -> int:
    """Where a line goes on behind the tags that open it."""
    opened = _TAGS.match(text, line.start, line.end)
    return opened.end() if opened is not None else line.start


def points_on(text: str, mention: Mention) -> bool:
    """Whether the sign after a name points to words, as none in a sentence does; a tab also separates columns."""
    return (SPEAKS if mention.whole else POINTS).match(text, mention.end) is not None


def _titled(text: str, mention: Mention) -> Mention:
    """A mention together with the title before it: ``Mr Okoro``."""
    title = _TITLE.search(text, max(0, mention.start - _LONGEST_TITLE), mention.start)
    return replace(mention, start=title.start()) if title is not None else mention


def _between(mentions: Sequence[Mention], start: int, end: int) -> Iterator[Mention]:
    at = bisect_left(mentions, start, key=lambda mention: mention.start)
    while at < len(mentions) and mentions[at].start < end:
        yield mentions[at]
        at += 1


def _closed_up(spaced: re.Match[str]) -> str:
    """Words without the spaces between their letters, padded in front to the same number of characters."""
    words = re.split(r"[ ]{2,}", spaced[0])
    return " ".join(word.replace(" ", "") for word in words).rjust(len(spaced[0]), _JOINER)


def _unescaped(coded: re.Match[str]) -> str:
    code = coded[0]
    if code[0] == "%":
        sign = bytes.fromhex(code.replace("%", "")).decode(errors="replace")
    else:
        sign = html.unescape(code) if code[0] == "&" else json.loads(f'"{code}"')
    if len(sign) != 1:
        return code
    if sign.isalnum() or sign.isspace():
        return sign.ljust(len(code), _JOINER)
    return sign.rjust(len(code)) if sign in "<[({" else sign.ljust(len(code))


_APART = "  "
_NEXT_WORD = re.compile(rf"[ \u00a0](?:{_EMPHASIS})?[^\Wa-zß-öø-ÿ_0-9]")


def _unstyled(styled: re.Match[str]) -> str:
    """Signs without the codes and tags beside them, padded to the same number of characters.

    Styling sets a name off, so the padding is spaces, outside of the signs; within a word it joins the letters.
    """
    opens, codes, closes = styled["opens"], styled["codes"], styled["closes"]
    text, start, end = styled.string, styled.start(), styled.end()
    within = not (opens or closes) and text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()
    pad = (_JOINER if within else " ") * len(codes)
    if not (opens or closes) and _NEXT_WORD.match(text, end) and text[start - 1 : start].isalpha():
        # The next word may belong to the same name; two spaces still set off the styled one.
        pad = _APART + _JOINER * (len(codes) - len(_APART))
    return f"{pad}{opens}{closes}" if opens and not closes else f"{opens}{closes}{pad}"


def with_following(text: str, *words: Span) -> Iterator[tuple[Line, Line | None]]:
    """The lines of words, each with the line below it."""
    lines = list(laid_out(text, words, LINE_END))
    return zip(lines, [*lines[1:], None], strict=True) if lines else iter(())


def laid_out(text: str, words: Sequence[Span], breaks: re.Pattern[str] = _BREAK) -> Iterator[Line]:
    """The lines of words, split at the `breaks`; by default these are line ends and column separators."""
    first, hard = True, True
    before = ""
    for span in words:
        at = span.start
        cuts = [*breaks.finditer(text, span.start, span.end), None]
        for cut in cuts:
            end = cut.start() if cut is not None else span.end
            start = at
            while start < end and text[start] in SPACE:
                start += 1
            if start < end:
                yield Line(start, end, first, hard, _SENTENCE.search(before) is not None)
                first, before = False, text[max(start, end - 3) : end].rstrip()
            if cut is not None:
                ends = text[cut.start()] in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\\<"
                at, hard = cut.end(), ends or (hard and start >= end)
        hard = True


OPENS_DATED = re.compile(
    rf"[\[(]?[0-9]{{1,4}}[./-][0-9]{{1,2}}[./-][0-9]{{1,4}},?[ T\u00a0\u202f]{{1,2}}{CLOCK}"
    rf"|\+[0-9][0-9 ()./-]{{5,20}}[0-9](?!\w)|\(?[0-9][0-9 ()./-]{{5,20}}[0-9](?=[ ]?[{COLON}—–|>-])"
)
"""How lines open in chat exports: with a date and a time, or with a telephone number in place of a name."""
OFFSET = re.compile(r"\W?(?:0[0-9]:[0-9]{2}|[0-9]{1,3}:[0-9]{2}:[0-9]{2})")
"""A time as recordings count it; people do not write the time of day like this."""
_SPAN = r"(?:[0-9]{1,3}h[ ]?)?[0-9]{1,3}m[ ]?[0-9]{1,2}(?:\.[0-9]{1,6})?s|[0-9]{1,3}h[ ]?[0-9]{1,2}m"
"""Hours, minutes and seconds with their units, at least two of them."""
_SECONDS = r"[0-9]{1,6}(?:\.[0-9]{1,6})?[ ]?s(?:ec)?"
_MOMENT = rf"(?:{CLOCK}|{_SPAN}|{_SECONDS})"
_DECIMAL = r"[0-9]{1,6}\.[0-9]{1,6}"
OPENS_MEASURED = re.compile(
    rf"[\[(<{{]?[ \t]*(?:{_SPAN})(?!\w)|[\[(<{{][ \t]*{_SECONDS}(?!\w)"
    rf"|{_SECONDS}(?=[ ]?[{COLON}|>–—-]|\t|[ ]{{1,2}}[A-Z])"
    rf"|[\[(<{{]?{_DECIMAL}(?:[ \t]*(?:-+>?|–|—|→|,|;)[ \t]*|[ \t]+){_DECIMAL}(?!\w)"
    rf"|(?:[^\s<>]{{1,60}}[ \t]){{1,4}}{_DECIMAL}[ \t]{_DECIMAL}(?!\S)|[0-9]{{1,2}}\.[0-9]{{2}}[ ]Uhr\b"
    r"|<[A-Za-z][\w:-]{0,20}[ ][^<>\n]{0,80}\b(?:begin|start|time|ts|t)=[\"']?[0-9]"
)
"""How speech recognizers write a line's times: with units, as two numbers, as attributes of a tag."""
BRACKETED_TIME = rf"[\[(<{{][ \t]*{_MOMENT}(?:[ \t]*(?:-+>?|–|—|→|to)[ \t]*{_MOMENT})?[ \t]*[\])>}}]"
TIMED = re.compile(
    rf"{BRACKETED_TIME}"
    r"|(?<=[.!?…])[ \t]+(?=[0-9]{1,3}:[0-9]{2}:[0-9]{2}\b)"
)
OPENS_TIMED = re.compile(rf"[\[(<{{]?[ \t]*{CLOCK}(?!\w)")
DECORATED_TIME = re.compile(rf"[^\w\n]{{0,6}}{CLOCK}(?!\w)")
TIME_AT_END = re.compile(rf"{CLOCK}$")
TIME_BEFORE = re.compile(rf"[\[(<]?{CLOCK}[\])>]?|(?<![^\W_])[0-9]{{1,4}}[.)]?")


_OPENING = re.compile(r"<([A-Za-z][\w-]{0,60})(?:\s[^<>\n]{0,200})?>")
_FENCE = re.compile(r"^[ \t]{0,3}(?:`{3,}|~{3,})[^\n`]*$", re.MULTILINE)


def enclosed_until(text: str, at: int) -> int:
    """Where the marks around ``text[at]`` close for the last time; `at` if no marks enclose it.

    Opening and closing fences look alike: an odd number of them shows that somebody typed one.
    """
    until = at
    for name in {match[1] for match in _OPENING.finditer(text, 0, at)}:
        before = text.count(f"<{name}", 0, at) - text.count(f"</{name}", 0, at)
        if before > 0:
            until = max(until, text.rfind(f"</{name}>"))
    fences = [match.start() for match in _FENCE.finditer(text)]
    if len(fences) % 2 and fences[0] < at < fences[-1]:
        until = max(until, fences[-1])
    return until
