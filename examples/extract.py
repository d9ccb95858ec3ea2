"""Extractive summaries of meetings and chat threads: sentences are selected, never written.

LexRank (the library *sumy*) finds the most central sentences of a text; each sentence keeps its speaker. Nothing is
fetched: this module splits sentences and words, so no tokenizer model is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sumy.models.dom import ObjectDocumentModel, Paragraph
from sumy.models.dom import Sentence as RankedSentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.utils import get_stop_words

WITHHELD = "[withheld]"
"""The marker that the proxy leaves in place of withheld words."""

_STRUCTURE = re.compile(r"WEBVTT\b.*|\d+|(?:\d+:)?\d+:\d+[.,]\d+ --> .*|NOTE\b.*")
_VOICE = re.compile(r"<v(?:\.[^\s>]+)*\s+([^>]+)>(.*)")
_NAMED = re.compile(r"([^\W\d_][\w .'’-]{0,60}?):\s+(\S.*)")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’')]*\s+(?=[\"“‘'(]?[\w+])")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ACTION = re.compile(
    r"\b(?:I will|I'll|we will|we need to|we must|I need to|by (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|by (?:\d|DATE_TIME|tomorrow|next ))",
    re.IGNORECASE,
)
_STOP_WORDS = get_stop_words("english")
_FEWEST_WORDS = 6
"""Sentences with fewer words ("Good morning.") say too little for a summary."""


class Line(NamedTuple):
    """What one speaker said without interruption."""

    speaker: str
    text: str


class Sentence(NamedTuple):
    """One sentence and who said it."""

    speaker: str
    text: str


class _Tokenizer:
    """Splits text into words for sumy, of letters and digits; cuts no pseudonym or word apart."""

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(_WORD.findall(text))


_TOKENIZER = _Tokenizer()


def lines_of(text: str) -> list[Line]:
    """Return the attributed lines of a text: WebVTT cues (``Name: text``, ``<v Name>text``) or plain ``Name: text``.

    A line without a name continues the speaker before it; a blank line or a cue's time ends that. Text that nobody
    claims is left out.
    """
    lines: list[Line] = []
    open_line = False
    for raw in text.splitlines():
        row = raw.strip().removesuffix("</v>").rstrip()
        if not row or _STRUCTURE.fullmatch(row):
            open_line = False
            continue
        named = _VOICE.fullmatch(row) or _NAMED.fullmatch(row)
        if named and _is_name(named[1]):
            lines.append(Line(named[1].strip(), named[2].strip()))
            open_line = True
        elif open_line:
            lines[-1] = Line(lines[-1].speaker, f"{lines[-1].text} {row}")
    return lines


def sentences_of(lines: Iterable[Line]) -> list[Sentence]:
    """Return the sentences of the lines, each with its speaker; leave out those that hold withheld words."""
    return [
        Sentence(line.speaker, piece)
        for line in lines
        for piece in _SENTENCE_END.split(line.text)
        if piece and WITHHELD not in piece
    ]


def central(sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    """Return the `count` most central sentences, in the order in which they were said."""
    telling = [s for s in sentences if len(_TOKENIZER.to_words(s.text)) >= _FEWEST_WORDS]
    if len(telling) <= count:
        return telling
    by_ranked = {RankedSentence(s.text, _TOKENIZER): s for s in telling}
    rank = LexRankSummarizer(Stemmer("english"))
    rank.stop_words = _STOP_WORDS
    return [by_ranked[chosen] for chosen in rank(ObjectDocumentModel([Paragraph(list(by_ranked))]), count)]


def actions(sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    """Return the first `count` sentences in which somebody takes on a task."""
    return [s for s in sentences if _ACTION.search(s.text) and not s.text.endswith("?")][:count]


def summary(text: str, *, points: int = 6, items: int = 8) -> str:
    """Return a Markdown summary of a transcript: central sentences and action items, each with its speaker."""
    sentences = sentences_of(lines_of(text))
    if not sentences:
        return "## Summary\nNobody's words are in this transcript.\n"
    todo = actions(sentences, items)
    done = set(todo)
    best = central([s for s in sentences if s not in done] or sentences, points)
    return "\n".join(
        ["## Summary", *map(_bullet, best), "", "## Action items", *(map(_bullet, todo) if todo else ["- none"]), ""]
    )


def reply(thread: Sequence[Line]) -> str:
    """Return a short draft reply to a chat thread: the last question, related sentences, and tasks taken on."""
    sentences = sentences_of(thread)
    if not sentences:
        return "There is nothing in this thread that I may answer.\n"
    asked = next((s for s in reversed(sentences) if s.text.endswith("?")), None)
    todo = actions(sentences, 3)
    best = [s for s in central(sentences, 3) if s not in todo and s != asked]
    greeting = f"Hello {asked.speaker}," if asked else "Hello all,"
    body = [greeting, ""]
    if asked:
        body += [f"you asked: “{asked.text}”", ""]
    if best:
        body += ["What we know:", *map(_bullet, best), ""]
    if todo:
        body += ["Who does what:", *map(_bullet, todo), ""]
    return "\n".join([*body, "Is anything missing?", ""])


def _is_name(label: str) -> bool:
    words = label.split()
    return len(words) <= 4 and words[0][0].isupper()


def _bullet(sentence: Sentence) -> str:
    return f"- {sentence.speaker}: {sentence.text}"
