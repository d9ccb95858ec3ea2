"""Decide which model reads which part of a text: the English one, the multilingual one, or both.

A text that may hold other languages is cut into stretches of lines or sentences, and each is identified by itself, so
that a meeting in several languages is read by the models of all of them. Where the language of a stretch is in doubt,
both models read it, because a name that leaves costs more than a false finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from proxy.detection.languages.table import COVERED, NAMED
from proxy.model import TextLanguage

Tell = Callable[[Sequence[str], Collection[str]], list[TextLanguage]]
"""Identifies the language of each text, given the expected languages, as `Identifier.tell`."""

FEWEST = 12
"""Words that a stretch has at least, and below which English is not believed for being likeliest."""
MANY = 40
"""Words from which on a stretch may end with a sentence, and not only with a line."""

_WORD = re.compile(r"[^\W\d_]+")
_END = re.compile(r"\n|[.!?…]['\")\]]*\s+(?=\S)")


class Part(NamedTuple):
    """A part of a text, ``text[start:end]``, and the models that read it."""

    start: int
    end: int
    english: bool
    multilingual: bool


def parts(text: str, languages: Collection[str], tell: Tell) -> list[Part]:
    """The parts of a text, by start; together they are all of it. `languages` are those that it may be in.

    Without any that the multilingual model reads, the English model reads all.
    """
    likely = NAMED.intersection(languages)
    if not likely:
        return [Part(0, len(text), english=True, multilingual=False)]
    cut = list(_stretches(text))
    told = tell([text[start:end] for start, end, _ in cut], likely)
    joined: list[Part] = []
    for (start, end, words), each in zip(cut, told, strict=True):
        english, multilingual = _models(each.language, words)
        last = joined[-1] if joined else None
        if last and (last.english, last.multilingual) == (english, multilingual):
            joined[-1] = last._replace(end=end)
        else:
            joined.append(Part(start, end, english, multilingual))
    return joined


def _models(language: str, words: int) -> tuple[bool, bool]:
    """Whether the English and the multilingual model read a stretch in what is likeliest this language."""
    if language in NAMED:
        return False, True
    return True, language not in COVERED or words < FEWEST


def _stretches(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and number of words of each stretch; one of fewer than `FEWEST` words is the only one."""
    found: list[tuple[int, int, int]] = []
    start = words = at = 0
    for end in (*(match.end() for match in _END.finditer(text)), len(text)):
        words += sum(1 for _ in _WORD.finditer(text, at, end))
        at = end
        if words >= (FEWEST if text[end - 1 : end] == "\n" else MANY):
            found.append((start, end, words))
            start, words = end, 0
    if start < len(text) or not found:
        if found and words < FEWEST:
            start, _, before = found.pop()
            words += before
        found.append((start, len(text), words))
    yield from found
