"""Recognize speakers nobody knows: what looks like a name where speakers are named, and labels that are no names.

Such labels are a diarizer's number, a voice off screen, somebody's husband.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from proxy.attribution.captions import NAMED, is_caption, is_named, is_role, is_title, likeness
from proxy.attribution.reading import COLON, FEWEST, LINE_END, SPACE, WORD, Line, NamedText
from proxy.formats.labels import is_heading
from proxy.formats.times import CLOCK
from proxy.languages import words
from proxy.wording.folded import MARKS, UNSPACED
from proxy.wording.plain_words import is_plain
from proxy.wording.voices import COUNTED_VOICE, is_voice, opens_as_voice

HEARD_VOICE = re.compile(
    r"(?:(?:an?|the|another|second|other|male|female|man's|woman's|child's|old(?:er)?|young(?:er)?|unknown|unidentified"
    r"|distant|muffled|faint|deep|robotic|automated|recorded)[ ])*"
    r"(?:(?:wo)?m[ae]n|boy|girl|child(?:ren)?|voices?|callers?|narrator|announcer|interviewer|interpreter|translator"
    r"|reporter|crowd|audience(?:[ ]member)?|female|male|speakers?|operator|off[- ]screen|voice[- ]?over)"
    r"(?:[ ](?:on|over|from|in|off|through|via)(?:[ ]\w+){1,3}|[ ]\w+ing(?:[ ]\w+){0,3}|[ ][0-9]{1,2})?",
    re.IGNORECASE,
)
"""What captioners write in brackets when they hear somebody without a known name: ``(voice on phone)``."""
_ANYBODY = re.compile(r"(?:some|any)(?:body|one)(?:[ ]else)?|(?:the|an?)[ ]?other(?:[ ]one)?", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[?#*.…—–-]{1,4}|[(\[][?#*…]{1,3}[)\]]|[?#*(\[]{1,2}(?:[0-9]{1,3}|[A-Z])[)\]]?|[A-HJ-Z]")
"""What stands for a speaker without a name: ``???``, ``#2``, ``[B]``."""
TELEPHONE = re.compile(r"\+?[0-9][0-9 ()./-]{5,20}[0-9]")
_FROM = re.compile(r"(?:[^\W\d_]+[ ])?(?:from|by|over)[ ](?=the|an?|our|my|your|his|her|their)", re.IGNORECASE)
"""What may precede the word for a speaker: ``Question from the audience``."""
_NOT_BEFORE = words("people", "not_before")
"""Words that, before the word for a person, show that the person is mentioned or addressed: ``Ask the manager``."""
_PEOPLE_ELSEWHERE = words("speech", "people")
_HEARD_FROM = re.compile(
    r"(?:(?:\w+[ ])?(?:from|in)[ ])?the[ ](?:floor|hall|room|stage|gallery|balcony|podium|studio|chat)", re.IGNORECASE
)
"""A place from which people are heard: ``From the floor``."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NAME_WORD = re.compile(rf"\w[\w{MARKS}'’-]*")
_MOST_WORDS = 3
VOICED = re.compile(rf"[ ]?[{COLON}](?=\s|$)")


def calls_somebody(label: str) -> bool:
    """Whether a label says what a speaker is or how they sound: ``The chair``, ``Male voice``, ``???``."""
    label = label.strip()
    shapes = (_ANYBODY, _HEARD_FROM, _NO_LETTERS, TELEPHONE)
    if any(shape.fullmatch(label) for shape in shapes) or opens_as_voice(label):
        return True
    whose = _FROM.sub("", label, count=1)
    words = [word.casefold() for word in _WORD.findall(whose)]
    if HEARD_VOICE.fullmatch(whose):
        return True
    if not 0 < len(words) <= _MOST_WORDS or not _NOT_BEFORE.isdisjoint(words):
        return False
    return is_role(words[-1]) or words[-1] in _PEOPLE_ELSEWHERE


_PARTING = re.compile(r"[ ]+(?:[-–—>|=~/·•»→]|\.\.\.|…)[ ]|[ ]{2,}|…")
_MOST_TOKENS = 6
FEWEST_STRANGERS = 2
CAPITAL = rf"[^\Wa-zß-öø-ÿ_0-9][\w{MARKS}'’.-]{{0,30}}"
_NAME_SIGN = (
    rf"[\])}}>*_]{{0,3}}(?:[ ]?\([^()\n]{{0,30}}\)[*_]{{0,2}})?"
    rf"(?:[ ](?:said|says)[{COLON}]|"
    rf"[ ]+(?:[-–—>|=~/·•»→]|\.\.\.)|\t|[ ]?[{COLON}](?!//|[0-9])|…|[\])}}>]|[ ][\[(<]?{CLOCK})"
)
SINGLE = re.compile(rf"(?:[0-9]{{1,3}}[.)][ ])?[^\w\n]{{0,6}}(?P<name>{CAPITAL}){_NAME_SIGN}")
BRACKETED = re.compile(rf"[\[<{{]{CAPITAL}(?:,? {CAPITAL}){{1,3}}[\]>}}]")
_DECORATED = r"[*_\[({<]{0,3}"
_CAPITALS = rf"{CAPITAL}(?:,? {CAPITAL})"
_UNCAPITALIZED = r"[^\W\d_\u0000-\u024f\u0370-\u03ab\u0400-\u042f]"
_SENTENCES = rf"(?:\S+[ ]){{0,3}}{_UNCAPITALIZED}\S*(?:[ ]\S+){{0,3}}\.[ ]?$"
"""Up to seven words to the end of a line and a full stop, one of them without a capital, in scripts beside Latin."""
_A_SENTENCE = r"\w{4,}\.[ ]"
"""One word with a full stop that is no abbreviation, before others."""
NEXT_STRANGER = re.compile(
    rf"(?<=[.!?…。！？؟।॥;|])[{SPACE}]{{1,6}}(?:[-–—*•#@|~»>]{{1,4}}[ ]?)?(?:{CLOCK}[ ])?{_DECORATED}"
    rf"(?:{_CAPITALS}{{1,3}}{_NAME_SIGN}|(?!{_SENTENCES}|{_A_SENTENCE}){_CAPITALS}{{1,3}}[ ]?$"
    rf"|{CAPITAL} ?(?:{CLOCK}|[\])}}>]{{0,2}} ?[—–]))"
    rf"|(?<=[.!?…/;|])[{SPACE}]{{1,6}}[-–—*•#@~»>]{{1,4}}[ ]?{_DECORATED}{_CAPITALS}{{0,3}}[*_\])}}>]{{0,3}}$"
)
"""A possible name of somebody unknown after the end of a sentence, with a sign after it."""
BEHIND_SENTENCE = re.compile(
    rf"(?:(?<=[.!?…。！？؟।॥;|)\]—–])[\"'”’)\]]?[{SPACE}]{{1,6}}|\t)[*_\[({{<\"'“‘«]{{0,3}}"
    rf"(?P<name>{CAPITAL}(?:,? {CAPITAL}){{0,3}}|\+[0-9][0-9 ()./-]{{5,20}}[0-9])"
)
"""Capitalized words, or a telephone number, after the end of a sentence or a separating sign."""
SAYING = re.compile(r"(?:[ ](?:said|says|asked|asks|added|adds))?")
STRANGER = re.compile(
    rf"(?:[0-9]{{1,3}}[.)][ ])?[^\w\n]{{0,6}}(?P<name>{CAPITAL}(?:[ ,]{{1,2}}{CAPITAL}){{1,3}}){_NAME_SIGN}"
)
"""Two to four capitalized words, followed by a sign or a time."""
CARD = re.compile(
    rf"[^\w\n+]{{0,12}}(?:[0-9/.,:\- T]{{4,24}}[ ][-–—]?[ ]?)?(?:<?[A-Za-z]{{1,12}}[ ](?:[a-z-]{{1,12}}=)?[\"']?)??"
    rf"(?P<name>{CAPITAL}(?:[ ,]{{1,2}}{CAPITAL}){{1,3}}|\+[0-9][0-9 ()./-]{{5,20}}[0-9])(?:{_NAME_SIGN}|[\"']|$)"
)
"""A speaker's name at the beginning of their words: in brackets, after a time, or as an attribute."""


_TAG = re.compile(r"\s{0,4}<[a-z][a-z0-9]{0,10}>", re.IGNORECASE)
_ABSTRACT = re.compile(r"\w{3,}(?:ing|tion|sion|ment|ness|ity|ance|ence|ics|ive|ology)s?", re.IGNORECASE)
"""Endings of words for actions and concepts, of which titles are made: ``Error Handling``."""
_LABEL = re.compile(
    rf"[^\w\n?#+]{{0,12}}(?P<label>[^{COLON}\n.,;!]{{1,40}}?)[*_\])}}>]{{0,3}}"
    rf"(?:[ ]?\([^()\n]{{0,30}}\))?[ ]?[{COLON}](?![0-9/])"
)
"""A label with a colon that opens what somebody says."""


_CALLED = re.compile(
    rf"(?:(?<=[.!?;…。！？؟।॥)\]>\"”’])[{SPACE}]+|(?<=[。！？।॥]))(?P<label>[^\s{COLON}.,;!?…\"“”][^{COLON}.,;!…\"“”\n]{{0,40}}?"
    rf"|[?.…]{{1,4}})[ ]?[{COLON}](?=[{SPACE}*]|$)"
)
"""The text between the end of a sentence and a colon."""


def parted_name(text: str, line: Line) -> bool:
    """Whether a possible name precedes a sign that separates it from the rest: ``Anna K. — …``."""
    for sign in _PARTING.finditer(text, line.start, min(line.end, line.start + 70)):
        return is_name(text[line.start : sign.start()])
    return False


def is_name(part: str) -> bool:
    """Whether part of a line is a few words that all begin as names do."""
    tokens = part.split()
    if not 0 < len(tokens) <= _MOST_TOKENS or len(part) > 60 or part[-1] in "!?,;" or not any(map(str.isalpha, part)):
        return False
    if part[-1] == "." and len(tokens[-1]) > 3:
        return False
    proper = [next((c for c in token if c.isalpha()), "A") for token in tokens]
    return all(c.isupper() or not c.isascii() for c in proper)


def strangers(text: str, lines: Sequence[Line], fewest: int) -> int | None:
    """Where people nobody knows begin to speak; None if fewer than `fewest` lines open with them.

    One line is enough if its name is nothing else than a name (``Hana Weiss — …``).

    Titles of what is requested (``Decisions Made``) open lines in the same way; they count only beside a name.
    """
    found = [(line.start, name) for line in lines if (name := _stranger(text, line)) is not None]
    people = [start for start, name in found if not is_title(name)]
    called = next((start for start, name in found if likeness(name) == NAMED), None)
    if called is not None:
        return called if fewest == 1 else found[0][0]
    if len(people) >= fewest:
        return people[0] if not any(is_named(name) for _, name in found) else found[0][0]
    return found[0][0] if len(found) >= fewest and any(is_named(name) for _, name in found) else None


def _stranger(text: str, line: Line) -> str | None:
    """The possible name of somebody unknown that opens a line, with a sign after it."""
    name = STRANGER.match(text, line.start, line.end)
    if name is None or is_heading(name["name"]) or len(WORD.findall(text, name.end(), line.end)) < FEWEST:
        return None
    return name["name"]


def names_stranger(read: NamedText, at: int, *, surely: bool = False) -> bool:
    """Whether the words that begin at `at` open with a name, a number or another label of nobody on the roster.

    `surely`: only a telephone number or several words count, and none made of ordinary words, as titles are.
    """
    end = min((cut.start() for cut in LINE_END.finditer(read.text, at + 1)), default=len(read.text))
    line = LINE_END.sub(" ", read.text[at:end], count=1) if LINE_END.match(read.text, at) else read.text[at:end]
    tag = _TAG.match(line)
    line = " " * tag.end() + line[tag.end() :] if tag is not None else line
    named = CARD.match(line)
    if named is not None and next(read.within(at, at + named.end()), None) is not None:
        return False
    if named is not None and not (is_heading(named["name"]) or is_title(named["name"])):
        return True
    if surely:
        return False
    if named is not None and is_called(named["name"]):
        return True
    label = _LABEL.match(line)
    if label is None or next(read.within(at, at + label.end()), None) is not None:
        return False
    return is_unknown(label["label"])


def called_inside(text: str, line: Line) -> Iterator[int]:
    """Where labels within a line say what a speaker is: ``… Male voice: …``."""
    found = _CALLED.finditer(text, line.start, line.end)
    return (each.start("label") for each in found if calls_somebody(each["label"]))


def stranger_inside(read: NamedText, line: Line) -> int | None:
    """Where the label of somebody unknown stands within a line; None if there is none."""
    named = (each.start() for each in NEXT_STRANGER.finditer(read.text, line.start, line.end))
    found = sorted((*named, *called_inside(read.text, line)))
    return next((at for at in found if names_stranger(read, at)), None)


def is_called(name: str) -> bool:
    """Whether capitalized words may be a name even if no list contains it: ``Zed Quill``, not ``Launch Plan``."""
    words = _NAME_WORD.findall(name)
    if len(words) < FEWEST or not is_name(name) or is_heading(name) or is_caption(name):
        return False
    return any(not (is_plain(word) or _ABSTRACT.fullmatch(word)) for word in words if word.isalpha())


_UNSPACED_NAME = re.compile(rf"[{UNSPACED}]{{2,6}}")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def is_unspaced_name(name: str, before: str, words: str) -> bool:
    """Whether a label may be a name in a script without spaces: as an attribute, or before words in Latin letters."""
    apart = before.rstrip("\"'").endswith("=") or len(_LATIN_WORD.findall(words)) >= FEWEST
    return apart and _UNSPACED_NAME.fullmatch(name) is not None


def is_unknown(label: str) -> bool:
    """Whether a label before a colon is an unknown speaker's and not a diarizer's: ``Guest``, ``The chair``."""
    if is_voice(label) or not any(map(str.isalnum, label)):
        return False
    if calls_somebody(label):
        return COUNTED_VOICE.fullmatch(label) is None
    if is_heading(label) or is_caption(label) or not is_name(label):
        return False
    return len(label.split()) > 1 or (is_named(label) and not is_plain(label))
