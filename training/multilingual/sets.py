"""Reads annotated sets of many languages, and says of each which kinds it does not annotate."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.sets import Document, Span

LANGUAGES = "da de es fi no pl pt ro sv tr".split()
"""Languages of Latin script that have a set with a licence for training."""
HELD_OUT = 20
"""Of each set, every document with this number is left out, to choose thresholds by."""

_COARSE = {
    "PERSON": "PERSON", "LOCATION": "LOCATION", "ORG": "ORGANIZATION", "NRP": "NRP", "DATE_TIME": "DATE_TIME",
    "EMAIL": "EMAIL_ADDRESS", "PHONE": "PHONE_NUMBER", "ID": "ID_NUMBER",
}  # fmt: skip
_FINE = {"nam_adj_country": "?", "nam_adj": "?", "ORGpart": "?", "LOCpart": "?", "PERpart": "?", "PERderiv": "?",
         "ORGderiv": "?", "DRV": "?", "PERIOD": "?", "FAMILIARES_SUJETO_ASISTENCIA": "?"}  # fmt: skip
_LACKING: Mapping[str, tuple[str, ...]] = {
    "uner_ddt": ("DATE_TIME", "NRP"),
    "uner_bosque": ("DATE_TIME", "NRP"),
    "uner_talbanken": ("DATE_TIME", "NRP"),
    "sv_webnews": ("DATE_TIME", "NRP"),
    "germeval2014": ("DATE_TIME",),
    "norne": ("DATE_TIME", "NRP"),
    "norne_parliament": ("DATE_TIME", "NRP"),
    "kpwr": ("DATE_TIME", "NRP"),
    "kpwr_stenogram": ("DATE_TIME", "NRP"),
    "turku_ner": ("NRP",),
    "lenerbr": ("NRP",),
    "meddocan": ("NRP",),
}
"""By set: kinds that it does not annotate, so that none of its words teaches their absence."""


def lacking(source: str) -> tuple[str, ...]:
    """The kinds that a set does not annotate."""
    return _LACKING.get(source, ())


def read(home: Path, held_out: bool) -> dict[tuple[str, str], list[Document]]:
    """Documents by language and set, in the order of the file: those to learn from, or those left out."""
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for language in LANGUAGES:
        for number, line in enumerate((home / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()):
            entry = json.loads(line)
            if (number % HELD_OUT == 0) == held_out:
                source = entry["meta"]["source"]
                found[language, source].append(Document(entry["text"], _spans(entry), source))
    return found


def _spans(entry: Mapping[str, object]) -> tuple[Span, ...]:
    text, spans = str(entry["text"]), []
    told: Sequence[Mapping[str, str | int]] = entry["spans"]  # type: ignore[assignment]
    for span in sorted(told, key=lambda each: (int(each["start"]), -int(each["end"]))):
        label = _FINE.get(str(span["label"]), _COARSE.get(str(span["coarse"]), ""))
        start, end = int(span["start"]), int(span["end"])
        if label == "PERSON" and text[start:end].islower():
            label = "?"  # some sets count common nouns for people
        if label and (not spans or start >= spans[-1].end):
            spans.append(Span(start, end, label))
    return tuple(spans)
