"""Recognize a dialogue of people nobody knows: lines that open with different labels, before words that people say.

One label proves little, since ``Role: …`` and ``Glossary: …`` open lines of prompts. Labels are speakers if several may
be somebody's and the words after them are as people say them, or if a label returns after another one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from proxy.attribution.captions import NAMED, is_foreign_caption, is_role, likeness
from proxy.attribution.reading import COLON, COLON_DIRECT, FEWEST, MANY, Line, NamedText, told, with_following
from proxy.attribution.strangers import is_called, is_unspaced_name, stranger_inside
from proxy.formats.labels import asks, is_heading
from proxy.formats.times import CLOCK
from proxy.formats.vendors import SPEAKER, TEXT, WORD, WORDS, is_placeholder
from proxy.languages import patterns
from proxy.model import Span
from proxy.wording.folded import MARKS
from proxy.wording.vocabulary import is_ordinary

_LABEL = rf"[^\W\d_][\w{MARKS}'’.-]{{0,30}}(?:[ ,]{{1,2}}[^\W\d_][\w{MARKS}'’.-]{{0,30}}){{0,3}}"
_BEFORE = (
    rf"(?:[0-9]{{1,3}}(?:[.)][ ]|[,;\t|][ ]?)|[\[(]?(?:[0-9]{{1,4}}[./-][0-9]{{1,2}}[./-][0-9]{{1,4}},?[ T])?{CLOCK}"
    r"[\])]?[ ]?[-–—]?[ ]?)?[^\w\n+]{0,6}(?:<?[A-Za-z]{1,12}[ ][a-z-]{1,12}=[\"']?)?"
)
"""What may precede a label: a number, a time, signs, the beginning of a tag."""
_NUMBER = r"\+[0-9][0-9 ()./-]{5,20}[0-9]"
_SIGN = (
    rf"[\])}}>*_\"']{{0,4}}(?:[ ]?\([^()\n]{{0,30}}\)[*_]{{0,2}})?(?:[ ]{{0,2}}[\[(<]?{CLOCK}[\])>]?)?"
    rf"(?:[ ](?:said|says)[{COLON}]|[ ]+(?:[-–—>|=~/·•»→]|\.\.\.)|\t|[ ]?[{COLON}](?!//|[0-9])|…|[,;](?! )"
    r"|(?<=[\])}>*]))"
    r"[\"'“*_ ]{0,4}"
)
_HEAD = re.compile(rf"{_BEFORE}(?:(?P<label>{_LABEL}){_SIGN}(?=\S)|(?P<number>{_NUMBER})\W)")
"""A label that opens a line, with a sign before the words; also as a cell, a tag or an attribute.

A telephone number needs no sign.
"""
_ALONE = re.compile(
    rf"[^\w\n]{{0,6}}(?:(?:{'|'.join(SPEAKER)})[ ]?[{COLON}][ ]?[\"']?)?(?P<label>{_LABEL})[\])}}>*_\"']{{0,4}}"
    rf"(?:[ ]?\([^()\n]{{0,30}}\))?(?:[ ,·|-]{{0,3}}[\[(<]?{CLOCK}[\])>]?)?[ ]?[{COLON}]?[*_ ]{{0,3}}"
)
"""A label alone on its line, also as the value of a field that names the speaker."""
_PAIR = re.compile(
    rf'(?:"(?P<key>[A-Za-z_-]{{1,30}})"[ ]?:[ ]?)?"(?P<label>{_LABEL})"\s{{0,40}}[:,]\s{{0,40}}'
    r'(?:"[A-Za-z_-]{1,30}"[ ]?:[ ]?)?"(?P<words>[^"\n]{1,400})'
)
_FIRST_PERSON = re.compile(rf"(?<![\w'’-]){patterns('speech', 'first_person')}(?![\w'’-])")
"""Words with which people speak of themselves."""
_REPLIES = re.compile(rf"{patterns('speech', 'replies')}(?=\s*[,.!?…]|\s*$)", re.IGNORECASE)
"""Replies, as a sentence or before a comma."""
_SPEAKS_FIRST = re.compile(
    r"(?:(?:and|but|so|well|yes|no|ok|okay),?[ ])?(?:I|we|my|our|let['’]?s|let us)(?:['’][a-z]{1,2})?[ ]", re.IGNORECASE
)
"""How people open a sentence, and list entries do not."""
_STATES = re.compile(
    r"(?:(?:and|but|so|well|yes|no|ok|okay),?[ ])?(?:it|that|this|there|you|they|he|she)"
    r"(?:['’](?:s|re|ll|d)|[ ](?:is|was|are|were|has|have|had|can|will|would|should|must|did|does|do))\b",
    re.IGNORECASE,
)
"""A subject and a verb at the beginning: a sentence, which may also be an instruction."""
_FIELD = re.compile(rf"[\w-]{{1,20}}[ ]?[{COLON}][ ]")
"""The field of words below the speaker's field."""
_CLOSING = re.compile(r"</?[A-Za-z][^<>\n]{0,80}>|[ |\"'”*_]+$")
"""What closes words in markup, in a table or in quotes."""


_WORD = re.compile(r"[^\W\d_]{2,}")
_FIELDS = TEXT | WORDS | frozenset(WORD)
"""Keys of what is said, which name nobody."""


class _Head(NamedTuple):
    """A label at the start of a line: where it ends, how much it is like somebody's name, and the words it opens.

    `keyed`: a key or an attribute marks it as a speaker's. `called`: it has the shape of a name.
    """

    start: int
    until: int
    label: str
    likeness: int
    words: str
    keyed: bool = False
    called: bool = False

    @property
    def speaks(self) -> bool:
        """Whether the words are such as people say."""
        return bool(_FIRST_PERSON.search(self.words) or _REPLIES.match(self.words))

    @property
    def opens(self) -> bool:
        """Whether the words open as a speaker's sentence does."""
        first = _SPEAKS_FIRST.match(self.words) or _REPLIES.match(self.words)
        return bool(first or (_STATES.match(self.words) and self.speaks))


def opens_as_speech(words: str) -> bool:
    """Whether words open as people speak of themselves: ``I think …``."""
    return _SPEAKS_FIRST.match(words.lstrip()) is not None


def says(label: str, words: str) -> bool:
    """Whether a label that nobody on the roster bears is somebody's, by its name or by the words after it."""
    if is_heading(label) or is_placeholder(label) or told(words) < MANY:
        return False
    if asks(label) and all(map(is_ordinary, label.casefold().split())):
        return _SPEAKS_FIRST.match(words) is not None
    return (likeness(label) > 0 and not is_foreign_caption(label)) or _SPEAKS_FIRST.match(words) is not None


def dialogue(text: str, lines: Sequence[tuple[Line, Line | None]], *, beside: bool) -> int | None:
    """Where people nobody knows begin to speak to each other; None where they do not.

    `beside`: somebody on the roster speaks in the same text. Then one label is enough.
    """
    heads = _heads(text, lines, [Span(lines[0][0].start, lines[-1][0].end)] if lines else [])
    said = (head.start for head in heads if (beside or head.keyed) and says(head.label, head.words))
    at = next(said, None)
    return at if at is not None else _answering(heads)


def stranger_in(read: NamedText, words: Sequence[Span]) -> int | None:
    """Where words that nobody claims name somebody not on the roster as speakers are named; None if nowhere."""
    lines = list(with_following(read.text, *words))
    found = (head.start for head in _heads(read.text, lines, words) if _is_stranger(read, head))
    at = next(found, None)
    inside = (stranger_inside(read, line) for line, _ in lines if at is None or line.start < at)
    return next((each for each in inside if each is not None), at)


def _is_stranger(read: NamedText, head: _Head) -> bool:
    """Whether a label belongs to somebody unknown, even if no list of names contains it."""
    called = head.called and told(head.words) >= FEWEST
    return (called or _somebody(head)) and not _known(read, head)


def _known(read: NamedText, head: _Head) -> bool:
    """Whether a label names somebody on the roster and nobody else: ``Ann Brandt`` is not Ann Lund."""
    label = read.text[head.start : head.until]
    mentions = list(read.within(head.start, head.until))
    for mention in reversed(mentions):
        label = label[: mention.start - head.start] + " " + label[mention.end - head.start :]
    rest = (word for word in _WORD.findall(label) if not is_role(word))
    return bool(mentions) and not likeness(" ".join(rest))


def _somebody(head: _Head) -> bool:
    """Whether a label is somebody's name, or precedes words as people say them."""
    if head.likeness and (head.likeness == NAMED or len(head.label.split()) > 1):
        return told(head.words) >= FEWEST or head.opens
    return told(head.words) >= MANY and (head.opens or (head.speaks and head.likeness > 0))


def opens_row(text: str, line: Line) -> bool:
    """Whether a line opens with a name, a sign and somebody's words, in a layout of any kind."""
    head = _HEAD.match(text, line.start, line.end)
    if head is None or not head["label"] or not _proper(head["label"]):
        return False
    return says(head["label"], text[head.end() : line.end])


def quotes(text: str, line: Line) -> bool:
    """Whether a line in somebody's text is another person's: a name, a colon, and words as people say them."""
    head = _HEAD.match(text, line.start, line.end)
    if head is None or not head["label"] or not COLON_DIRECT.match(text, head.end("label"), line.end):
        return False
    full = len(head["label"].split()) > 1 or likeness(head["label"]) == NAMED
    words = text[head.end() : line.end]
    return full and _SPEAKS_FIRST.match(words) is not None and says(head["label"], words)


def _answering(heads: Sequence[_Head]) -> int | None:
    """Where the first of several people who answer each other begins; None if nobody does."""
    people = [head for head in heads if head.likeness]
    if _differ(people) and (any(head.speaks for head in people) or _alternate(people)):
        return people[0].start
    speaking = [head for head in heads if head.likeness or head.opens]
    if _differ(speaking) and any(head.opens for head in speaking):
        return speaking[0].start
    full = [head for head in heads if len(head.label.split()) > 1]
    if _differ(full) and any(head.likeness == NAMED for head in full):
        return full[0].start
    return heads[0].start if _alternate(heads) and any(head.speaks for head in heads) else None


def _heads(text: str, lines: Sequence[tuple[Line, Line | None]], words: Sequence[Span]) -> list[_Head]:
    """All labels of lines, and of JSON within one stretch of the words."""
    opening = [head for line, below in lines if (head := _head(text, line, below)) is not None]
    return sorted([*opening, *_strings(text, lines, words)])


def _head(text: str, line: Line, below: Line | None) -> _Head | None:
    """The label of a line, with the words after it or, if it stands alone, below it."""
    alone = _ALONE.fullmatch(text, line.start, line.end) if below is not None else None
    head = alone or _HEAD.match(text, line.start, line.end)
    if head is None:
        return None
    words = text[head.end() : line.end]
    if alone is None and head["number"]:
        return _Head(line.start, head.end(), head["number"], NAMED, words)
    if is_heading(head["label"]) or is_placeholder(head["label"]) or head["label"].casefold() in _FIELDS:
        return None
    if alone is not None and below is not None:
        words = _FIELD.sub("", text[below.start : below.end], count=1)
        if not _proper(head["label"]) or is_label(words):
            return None
    label = head["label"]
    return _Head(
        line.start,
        head.end("label"),
        label.casefold(),
        likeness(label),
        _CLOSING.sub("", words),
        called=is_called(label)
        or (alone is None and is_unspaced_name(label, text[line.start : head.start("label")], words)),
    )


def is_label(words: str) -> bool:
    """Whether a line is a label alone and no reply."""
    alone = _ALONE.fullmatch(words)
    return alone is not None and _proper(alone["label"]) and not _REPLIES.match(words)


def _strings(text: str, lines: Sequence[tuple[Line, Line | None]], words: Sequence[Span]) -> Iterator[_Head]:
    """Labels in JSON, with the string that follows: ``"who": "Zed", "what": "…"``, ``"Zed": "…"``, ``["Zed", "…"]``."""
    starts = [line.start for line, _ in lines]
    for pair in (pair for span in words for pair in _PAIR.finditer(text, *span)):
        label = pair["label"]
        if not is_heading(label) and not is_placeholder(label) and not is_placeholder(pair["words"]):
            at = starts[max(0, bisect_right(starts, pair.start()) - 1)]
            keyed, called = pair["key"] in SPEAKER, is_called(label)
            yield _Head(at, pair.end("label"), label.casefold(), likeness(label), pair["words"], keyed, called)


def _proper(label: str) -> bool:
    """Whether no word of a label begins in lower case."""
    return all(not word[0].islower() for word in label.split())


def _differ(heads: Sequence[_Head]) -> bool:
    """Whether there are at least two different labels, one of them before several words."""
    return len({head.label for head in heads}) >= FEWEST and any(told(head.words) >= MANY for head in heads)


def _alternate(heads: Sequence[_Head]) -> bool:
    """Whether a label returns after another one."""
    changed = [label for label, _ in groupby(head.label for head in heads)]
    return len(changed) > len(set(changed)) > 1
