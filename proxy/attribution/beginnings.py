"""What looks like the beginning of somebody else's words, or of speech at all. One test for every layout.

A transcript is read by the grammar of its format, and people, tools and chunkers write layouts that no grammar knows:
``Maria: … Ben: …`` in one line, ``Ben — …`` below hers, ``>> …``, a time alone. So whatever a grammar calls one
person's words is looked through once more. From the first thing in it that looks like a beginning on, the words are
nobody's. The test leans towards "yes": what is wrongly held to be a beginning is withheld unless all agree, what is
wrongly held to be none would leave by somebody else's grant.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from proxy.model import Roster, Span
from proxy.redaction.roster.search import Mention, RosterSearch, people_of

_COLON = ":：∶꞉ː﹕︓"
_SPACE = " \t\u00a0\u202f\ufeff\u200b\u200e\u200f\u2060"
_CLOCK = r"(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}(?:[.,][0-9]{1,6})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
_LINE_END = re.compile(
    r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|\\r\\n|\\[rnt](?![a-z])|</?(?:br|p|div|li|tr|td)\b[^<>]{0,80}>",
    re.IGNORECASE,
)
"""Where a line ends for somebody who reads it: also what tools put in the place of line ends."""
_BREAK = re.compile(rf"{_LINE_END.pattern}|\t|[|¦‖]", re.IGNORECASE)
"""The same, and signs that part the columns of a table."""
_VOICE = re.compile(
    r"(?:speaker|participant|attendee|caller|call-in user|user|guest|voice|phone|person|unknown|host|interviewer|agent"
    r"|customer|presenter|moderator|sprecher|teilnehmer|locuteur|participante|hablante)[ _#-]{0,2}[0-9A-Z]{0,3}(?!\w)"
    r"|(?:me|you|them|they|us|mic|system audio|remote)(?!\w)",
    re.IGNORECASE,
)
"""How lines open that a diarizer, a recorder or a telephone system labels."""
_NUMBERED_VOICE = re.compile(
    r"(?:speaker|participant|attendee|voice|sprecher|teilnehmer|locuteur|participante|hablante)[ _#-]{0,2}[0-9]{1,3}"
    r"|speaker[ _][A-Z]|me|you|them|they|us|mic|system audio|remote",
    re.IGNORECASE,
)
"""Labels of a diarizer or a recorder: they name nobody."""
_TIMED = re.compile(rf"[\[(<{{][ \t]*{_CLOCK}(?:[ \t]*(?:-+>?|–|—|to)[ \t]*{_CLOCK})?[ \t]*[\])>}}]")
_OPENS_TIMED = re.compile(rf"[\[(<{{]?[ \t]*{_CLOCK}(?!\w)")
_SIGNS = re.compile(r">>|»»|</?[A-Za-z][A-Za-z0-9]{0,20}(?:[ \t.=][^<>\n]{0,120})?>")
"""A change of speakers as captions write it, and tags such as ``<v Name>``."""
_AFTER = re.compile(
    rf"[\])}}>*_'\"’”{_SPACE}]{{0,4}}(?:\([^()\n]{{0,40}}\)|\[[^\[\]\n]{{0,40}}\]|{_CLOCK})?[\])}}>*_{_SPACE}]{{0,4}}"
    rf"(?:,?[{_SPACE}][^\W\d_][\w'’.-]{{0,20}}){{0,4}}[\])}}>*_{_SPACE}]{{0,3}}[{_COLON}](?!//|[0-9]{{2}}(?![0-9]))"
)
"""What may stand between a name and the colon that opens its words: brackets, a time, ``said``, a title."""
_ADDED = re.compile(
    r"[\s*_]*(?:\([^()\n]{0,40}\)|\[[^\[\]\n]{0,40}\]|[(\[<]?" + _CLOCK + r"[)\]>]?|[\])}>*_…:.]|\.\.\.|\|)*[\s*_]*"
)
_SIGN_AFTER = re.compile(
    r"[\])}>*_\"'”’ ]{0,3}(?:\([^()\n]{0,40}\)[ ]?)?(?:[ ]*(?:[-–—>|=~/·•»→]|\.\.\.|…)|\t| {2,}|[\])}>])"
)
_NAMED = re.compile(
    rf"(?:(?<=[.!?;…\])>|/*])|(?<=[-.!?;…\])>|/*–—])[{_SPACE}]+)(?P<name>[^\W\d_a-zß-öø-ÿ][\w'’.-]{{0,30}}"
    rf"(?:[{_SPACE}][^\Wa-zß-öø-ÿ_][\w'’.-]{{0,30}}){{0,3}})[*_\])]{{0,2}}[{_COLON}](?=[{_SPACE}*]|$)"
)
"""A label-like word before a colon, behind the end of a sentence or a sign."""
_LEADS = "".join(dict.fromkeys("[(<{*_|/-–—>#•·~=«\"'“‘" + _SPACE))
_QUOTING = frozenset("\"'“”‘’„‚«»‹›`´…¿¡$€£¥+%&.,;!?§°")
_LABELLED = re.compile(rf"[^{_COLON}\n]{{0,100}}?[{_COLON}](?=[\s*_\])<]|$)")
_SENTENCE = re.compile(r"[.!?…][\"'”’)]?$")
_WORD = re.compile(r"\w[\w'’-]*")
_LISTED = re.compile(r"[ \t]*(?:[-*•+–]|[0-9]{1,3}[.)])[ \t]")
_CHANGES = re.compile(r">>|<v[ .>]")
_COLON_AFTER = re.compile(rf"[*_ ]{{0,3}}[{_COLON}][*_ ]{{0,3}}(?=\w)")
_VOICED = re.compile(rf"[ ]?[{_COLON}](?=\s|$)")
_PARTING = re.compile(r"[ ]+(?:[-–—>|=~/·•»→]|\.\.\.|…)[ ]|[ ]{2,}|…")
_NEXT_SENTENCE = re.compile(r"[.!?][ \t]+[^\W\d_]{3}")
_CLOSED = re.compile(r"[*_ 0-9:,]{0,12}[\]>}]")
_MOST_TOKENS = 6
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
        return cls(RosterSearch(people_of(roster)))

    def read(self, text: str) -> Read:
        """The text, searched once."""
        return Read(text, self.search.find(text, misheard=False), self.search.find(text))

    def first(self, read: Read, words: Sequence[Span], speaker: str | None) -> int | None:
        """Where in `words`, which a grammar gives to `speaker` (an id), somebody else's may begin; None: nowhere."""
        for line in _lines(read.text, words):
            if not line.first and _opens(read, line, speaker):
                return line.start
            inside = _inside(read, line, speaker)
            if inside is not None:
                return inside
        return None

    def spoken(self, read: Read, span: Span, author: str | None = None) -> int | None:
        """Where in the client's own words there is a trace of speech: the start of that line; None: nowhere.

        The words of an `author` (an id) may speak of people and times; only a line that another opens is
        not theirs.
        """
        lines = list(_lines(read.text, (span,), _LINE_END))
        for number, line in enumerate(lines):
            following = lines[number + 1] if number + 1 < len(lines) else None
            if (_timed(read.text, line) and author is None) or _named(read, line, following, author):
                return line.start
        return None

    def stands_below_name(self, read: Read, span: Span) -> bool:
        """Whether a stretch stands directly below somebody's name on a line of its own: ``Ben (Guest)``."""
        start = read.text.rfind("\n", 0, span.start) + 1
        above = next(iter(_lines(read.text, (Span(start, span.start),))), None)
        below = next(iter(_lines(read.text, (span,))), None)
        if above is None or below is None or "\n" not in read.text[above.end : below.start]:
            return False
        return _alone(read, above, below)


def is_voice(label: str) -> bool:
    """Whether a label is a diarizer's or a recorder's, which names nobody: ``SPEAKER_00``, ``Them``."""
    return _NUMBERED_VOICE.fullmatch(label.strip()) is not None


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
                at, hard = cut.end(), text[cut.start()] in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\\<"
        hard = True


def _opens(read: Read, line: _Line, speaker: str | None) -> bool:
    """Whether a line that goes on from somebody's words looks like another's."""
    text = read.text
    ch = text[line.start]
    if not ch.isalnum() and ch not in _QUOTING:
        return True
    clock = _OPENS_TIMED.match(text, line.start, line.end)
    if clock is not None:
        rest = text[clock.end() : line.end].strip()
        return line.ended or not rest or not rest[0].islower()
    labelled = _LABELLED.match(text, line.start, line.end)
    if labelled is not None and not _NEXT_SENTENCE.search(labelled[0]):
        return line.hard or _is_name(labelled[0][:-1].strip())
    mention = read.opening(line.start)
    named = mention is not None and mention.people != {speaker}
    if named and mention is not None and not any(c.isalnum() for c in text[line.start : mention.start]):
        return True
    voice = _VOICE.match(text, line.start, line.end)
    if voice is not None and (voice.end() == line.end or _SIGN_AFTER.match(text, voice.end(), line.end)):
        return True
    return _is_name(text[line.start : line.end]) or (line.hard and _parted_name(text, line))


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
    """The first beginning inside of a line."""
    text = read.text
    found = [match.start() for shape in (_TIMED, _SIGNS) if (match := shape.search(text, line.start, line.end))]
    label = _NAMED.search(text, line.start, line.end)
    found += [label.start("name")] if label is not None else []
    found += [
        voice.start()
        for voice in _VOICE.finditer(text, line.start, line.end)
        if voice[0][0].isupper() and _VOICED.match(text, voice.end(), line.end) and _begins(text, voice.start())
    ]
    named = (
        _opening(read, line, mention) for mention in read.within(line.start, line.end) if mention.people != {speaker}
    )
    found += [at for at in named if at is not None][:1]
    return min(found, default=None)


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def _opening(read: Read, line: _Line, mention: Mention) -> int | None:
    """Where the words of somebody begin who is named as speakers are; None where they are only spoken of."""
    text = read.text
    before = text[line.start : mention.start].rstrip(_LEADS)
    signs = text[line.start + len(before) : mention.start]
    bracketed = signs.rstrip("*_")[-1:] in ("[", "<", "{") and _CLOSED.match(text, mention.end) is not None
    emphasized = "**" in signs and text.startswith("**", mention.end)
    parted = before[-1:] in tuple(".!?;…:,)]") if before else not line.first
    parted = parted or bool(signs.strip(_SPACE + "\"'“‘"))
    opens = (
        bracketed
        or emphasized
        or _AFTER.match(text, mention.end, line.end)
        or (parted and _SIGN_AFTER.match(text, mention.end, line.end))
    )
    return line.start + len(before) if opens else None


def _timed(text: str, line: _Line) -> bool:
    """Whether a line has a time, a sign or a diarizer's label as lines of transcripts have."""
    if _OPENS_TIMED.match(text, line.start, line.end):
        return True
    if _CHANGES.match(text, line.start, line.end):
        return True
    voice = _VOICE.match(text, line.start, line.end)
    return voice is not None and _COLON_AFTER.match(text, voice.end(), line.end) is not None


def _named(read: Read, line: _Line, following: _Line | None, author: str | None) -> bool:
    """Whether somebody of the roster is named in a line as speakers, or those spoken of, are."""
    text = read.text
    mentions = list(read.within(line.start, line.end))
    for number, mention in enumerate(mentions):
        if mention.people == {author}:
            continue
        end = mentions[number + 1].start if number + 1 < len(mentions) else line.end
        words = _told(text[mention.end : end])
        if author is None and mention.whole and words >= _MANY and _opens_sentence(text[line.start : mention.start]):
            return True
        if any(ch.isalnum() for ch in text[line.start : mention.start]):
            continue
        signs = _SIGN_AFTER.match(text, mention.end, line.end) or _AFTER.match(text, mention.end, line.end)
        if signs and words >= _FEWEST:
            return True
    return _alone(read, line, following)


def _opens_sentence(before: str) -> bool:
    """Whether what stands before a name on its line leaves it the subject: ``a reply from Ben Okoro`` does not."""
    return (
        not before.rstrip(_LEADS)[-1:].isalnum()
        or bool(before.rstrip(_SPACE))
        and not before.rstrip(_SPACE)[-1].isalnum()
    )


def _alone(read: Read, line: _Line, following: _Line | None) -> bool:
    """Whether a line holds somebody's name alone, with words directly below it."""
    mention = next(read.within(line.start, line.end), None)
    if mention is None or _LISTED.match(read.text, line.start, line.end):
        return False
    opens = not any(ch.isalnum() for ch in read.text[line.start : mention.start])
    added = _ADDED.fullmatch(read.text, mention.end, line.end) is not None
    return opens and added and _goes_on(read, line, following)


def _goes_on(read: Read, line: _Line, following: _Line | None) -> bool:
    """Whether words stand directly below a name on a line of its own, and not the next name of a list."""
    if following is None or len(read.text[line.end : following.start].strip(_SPACE).splitlines()) > 1:
        return False
    return next(read.within(following.start, following.start + 6), None) is None
