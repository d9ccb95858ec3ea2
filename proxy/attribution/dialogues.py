"""A dialogue of people whom nobody knows: lines that open with labels which differ, and with words that people say.

One label proves little: ``Role: …`` and ``Glossary: …`` open lines of prompts. Several that may be somebody's, with
words behind them as people say them, or one that comes back after another did, are speakers.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from proxy.attribution.reading import FEWEST, MANY, Line, told
from proxy.attribution.roles import likeness
from proxy.attribution.signs import CLOCK, COLON
from proxy.formats.headings import is_heading
from proxy.formats.json_words import SPEAKER, is_placeholder

_LABEL = r"[^\W\d_][\w'’.-]{0,30}(?:[ ,]{1,2}[^\W\d_][\w'’.-]{0,30}){0,3}"
_BEFORE = r"(?:[0-9]{1,3}(?:[.)][ ]|[,;\t|][ ]?))?[^\w\n]{0,6}(?:<?[A-Za-z]{1,12}[ ][a-z-]{1,12}=[\"']?)?"
_SIGN = (
    rf"[\])}}>*_\"']{{0,4}}(?:[ ]?\([^()\n]{{0,30}}\)[*_]{{0,2}})?(?:[ ]{{0,2}}[\[(<]?{CLOCK}[\])>]?)?"
    rf"(?:[ ](?:said|says)[{COLON}]|[ ]+(?:[-–—>|=~/·•»→]|\.\.\.)|\t|[ ]?[{COLON}](?!//|[0-9])|…|[,;](?! )"
    r"|(?<=[\])}>*]))"
    r"[\"'“*_ ]{0,4}"
)
_HEAD = re.compile(rf"{_BEFORE}(?P<label>{_LABEL}){_SIGN}(?=\S)")
"""A label that opens a line, with a sign that parts it from the words: also as a cell, a tag or an attribute."""
_ALONE = re.compile(
    rf"[^\w\n]{{0,6}}(?:(?:{'|'.join(SPEAKER)})[ ]?[{COLON}][ ]?[\"']?)?(?P<label>{_LABEL})[\])}}>*_\"']{{0,4}}"
    rf"(?:[ ]?\([^()\n]{{0,30}}\))?(?:[ ,·|-]{{0,3}}[\[(<]?{CLOCK}[\])>]?)?[ ]?[{COLON}]?[*_ ]{{0,3}}"
)
"""A label alone on its line, also as the value of a field that names the speaker."""
_PAIR = re.compile(
    rf'(?:"(?P<key>[A-Za-z_-]{{1,30}})"[ ]?:[ ]?)?"(?P<label>{_LABEL})"\s{{0,40}}[:,]\s{{0,40}}'
    r'(?:"[A-Za-z_-]{1,30}"[ ]?:[ ]?)?"(?P<words>[^"\n]{1,400})'
)
_FIRST_PERSON = re.compile(
    r"(?<![\w'’-])(?:I|I['’](?:m|d|ll|ve)|i['’](?:m|d|ll|ve)|i|my|me|we|we['’](?:re|d|ll|ve)|our|us|let['’]?s"
    r"|ich|wir|mein|unser|uns|je|j['’]\w+|nous|mon|notre|yo|nosotros|nuestr[oa]s?|ik|wij|jag|minä|eu|ja)(?![\w'’-])",
)
"""Words with which people speak of themselves."""
_REPLIES = re.compile(
    r"(?:yes|yeah|yep|no|nope|ok|okay|thanks|thank you|hello|hi|hey|good (?:morning|afternoon|evening)|welcome|sure"
    r"|right|hm+|uh|um|well|agreed|fine|exactly|absolutely|great|sorry|bye|ja|nein|danke|oui|non|merci|sí|gracias)"
    r"(?=\s*[,.!?…]|\s*$)",
    re.IGNORECASE,
)
"""What people answer, as a sentence or before a comma."""
_SPEAKS_FIRST = re.compile(
    r"(?:(?:and|but|so|well|yes|no|ok|okay),?[ ])?(?:I|we|my|our|let['’]?s|let us)(?:['’][a-z]{1,2})?[ ]", re.IGNORECASE
)
"""How people open a sentence and the entries of a list do not."""
_STATES = re.compile(
    r"(?:(?:and|but|so|well|yes|no|ok|okay),?[ ])?(?:it|that|this|there|you|they|he|she)"
    r"(?:['’](?:s|re|ll|d)|[ ](?:is|was|are|were|has|have|had|can|will|would|should|must|did|does|do))\b",
    re.IGNORECASE,
)
"""A subject and a verb at the beginning: a sentence, also one of instructions."""
_FIELD = re.compile(rf"[\w-]{{1,20}}[ ]?[{COLON}][ ]")
"""The field of words below that of their speaker."""
_CLOSING = re.compile(r"</?[A-Za-z][^<>\n]{0,80}>|[ |\"'”*_]+$")
"""What closes words in markup, in a table or in quotes."""


class _Head(NamedTuple):
    """A label at the start of a line, how much it is like somebody's, and what it opens.

    `keyed`: a key or an attribute says that it is a speaker's.
    """

    start: int
    label: str
    likeness: int
    words: str
    keyed: bool = False

    @property
    def speaks(self) -> bool:
        """Whether the words are such as people say."""
        return bool(_FIRST_PERSON.search(self.words) or _REPLIES.match(self.words))

    @property
    def opens(self) -> bool:
        """Whether the words open as a sentence of somebody who speaks."""
        first = _SPEAKS_FIRST.match(self.words) or _REPLIES.match(self.words)
        return bool(first or (_STATES.match(self.words) and self.speaks))


def says(label: str, words: str) -> bool:
    """Whether a label that nobody on the roster bears is somebody's, for its name or for the words behind it."""
    if is_heading(label) or is_placeholder(label) or told(words) < MANY:
        return False
    return likeness(label) > 0 or _SPEAKS_FIRST.match(words) is not None


def dialogue(text: str, lines: Sequence[tuple[Line, Line | None]], *, beside: bool) -> int | None:
    """Where people whom nobody knows begin to speak to each other; None where they do not.

    `beside` says that somebody of the roster speaks in the same text: then one label is enough.
    """
    opening = [head for line, below in lines if (head := _head(text, line, below)) is not None]
    heads = sorted([*opening, *_strings(text, lines)])
    said = (head.start for head in heads if (beside or head.keyed) and says(head.label, head.words))
    at = next(said, None)
    return at if at is not None else _answering(heads)


def _answering(heads: Sequence[_Head]) -> int | None:
    """Where the first of those begins who answer each other."""
    people = [head for head in heads if head.likeness]
    if _differ(people) and (any(head.speaks for head in people) or _alternate(people)):
        return people[0].start
    speaking = [head for head in heads if head.likeness or head.opens]
    if _differ(speaking) and any(head.opens for head in speaking):
        return speaking[0].start
    full = [head for head in heads if len(head.label.split()) > 1]
    if _differ(full) and any(head.likeness > 1 for head in full):
        return full[0].start
    return heads[0].start if _alternate(heads) and any(head.speaks for head in heads) else None


def _head(text: str, line: Line, below: Line | None) -> _Head | None:
    """The label of a line, with what stands behind it or, where it is alone, below it."""
    alone = _ALONE.fullmatch(text, line.start, line.end) if below is not None else None
    head = alone or _HEAD.match(text, line.start, line.end)
    if head is None or is_heading(head["label"]) or is_placeholder(head["label"]):
        return None
    words = text[head.end() : line.end]
    if alone is not None and below is not None:
        words = _FIELD.sub("", text[below.start : below.end], count=1)
        if not _proper(head["label"]) or _is_label(words):
            return None
    return _Head(line.start, head["label"].casefold(), likeness(head["label"]), _CLOSING.sub("", words))


def _is_label(words: str) -> bool:
    """Whether a line below a label is one itself, as in a list of names."""
    alone = _ALONE.fullmatch(words)
    return alone is not None and _proper(alone["label"]) and not _REPLIES.match(words)


def _strings(text: str, lines: Sequence[tuple[Line, Line | None]]) -> Iterator[_Head]:
    """Labels in JSON, with the string that follows: ``"who": "Zed", "what": "…"``, ``"Zed": "…"``, ``["Zed", "…"]``."""
    if not lines:
        return
    starts = [line.start for line, _ in lines]
    for pair in _PAIR.finditer(text, starts[0], lines[-1][0].end):
        label = pair["label"]
        if not is_heading(label) and not is_placeholder(label) and not is_placeholder(pair["words"]):
            at = starts[bisect_right(starts, pair.start()) - 1]
            yield _Head(at, label.casefold(), likeness(label), pair["words"], pair["key"] in SPEAKER)


def _proper(label: str) -> bool:
    """Whether all words of a label open as names do."""
    return all(not word[0].islower() for word in label.split())


def _differ(heads: Sequence[_Head]) -> bool:
    """Whether there are two labels at least, one of them with several words behind it."""
    return len({head.label for head in heads}) >= FEWEST and any(told(head.words) >= MANY for head in heads)


def _alternate(heads: Sequence[_Head]) -> bool:
    """Whether a label comes back behind another one."""
    changed = [label for label, _ in groupby(head.label for head in heads)]
    return len(changed) > len(set(changed)) > 1
