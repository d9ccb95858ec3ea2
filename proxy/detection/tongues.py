"""Decide which models read which part of a text: the English one, the multilingual one, that of other scripts.

A text that may hold other languages is cut into stretches of lines or sentences, and each is identified by itself, so
that a meeting in several languages is read by the models of all of them. Where the language of a stretch is in doubt,
both models of Latin script read it, because a name that leaves costs more than a false finding. Which stretches the
model of other scripts reads, their letters tell; nothing has to be identified for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from proxy.detection.languages.table import COVERED, MULTILINGUAL
from proxy.detection.tagger.letters import OTHER, has_other
from proxy.model import TextLanguage
from proxy.wording.folded import COUNTED

Tell = Callable[[Sequence[str], Collection[str]], list[TextLanguage]]
"""Identifies the language of each text, given the expected languages, as `Identifier.tell`."""

FEWEST = 12
"""Words that a stretch has at least, and below which English is not believed for being likeliest."""
MANY = 40
"""Words from which on a stretch may end with a sentence, and not only with a line."""
MOSTLY = 0.75
"""Share of a stretch's words in other scripts from which on the models of Latin script do not read it."""

_WORD = re.compile(COUNTED)
_END = re.compile(r"\n|[.!?…]['\")\]]*\s+(?=\S)|[。！？।؟][」』”）]*\s*(?=\S)")


class Part(NamedTuple):
    """A part of a text, ``text[start:end]``, and the models that read it."""

    start: int
    end: int
    english: bool
    multilingual: bool
    scripts: bool = False

    def counts(self, text: str, scripts: bool) -> bool:
        """Whether a finding in a part of this `text` counts; `scripts` says which model made it.

        Where models of two kinds read the same, each answers for the letters that it knows.
        """
        return not (self.scripts and (self.english or self.multilingual)) or has_other(text) == scripts


def parts(text: str, languages: Collection[str], tell: Tell) -> list[Part]:
    """The parts of a text, by start; together they are all of it. `languages` are those that it may be in.

    Without any that another model reads, and without a letter of another script, the English model reads all.
    """
    likely = MULTILINGUAL.intersection(languages)
    if not likely and not has_other(text):
        return [Part(0, len(text), english=True, multilingual=False)]
    cut = list(_stretches(text))
    told = tell([text[start:end] for start, end, _ in cut], likely) if likely else [None] * len(cut)
    joined: list[Part] = []
    for (start, end, words), each in zip(cut, told, strict=True):
        english, multilingual = _models(each.language, words) if each else (True, False)
        other = _words_of_other_scripts(text[start:end])
        latin = other < MOSTLY * words or not words
        part = Part(start, end, english and latin, multilingual and latin, other > 0)
        last = joined[-1] if joined else None
        if last and last[2:] == part[2:]:
            joined[-1] = last._replace(end=end)
        else:
            joined.append(part)
    return joined


def _models(language: str, words: int) -> tuple[bool, bool]:
    """Whether the English and the multilingual model read a stretch in what is likeliest this language."""
    if language in MULTILINGUAL:
        return False, True
    return True, language not in COVERED or words < FEWEST


def _words_of_other_scripts(text: str) -> int:
    return sum(1 for word in _WORD.finditer(text) if OTHER.match(word[0])) if has_other(text) else 0


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
