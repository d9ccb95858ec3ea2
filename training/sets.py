"""Reads annotated sets: JSON Lines with a text and spans, or meetings with turns."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Span(NamedTuple):
    """An annotated stretch; `label` is one of `proxy.detection.tagger.decode.KINDS`, or ``?`` for "do not learn"."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text and what is annotated in it."""

    text: str
    spans: tuple[Span, ...] = ()
    source: str = ""


PRESIDIO = {
    "PERSON": "PERSON", "STREET_ADDRESS": "LOCATION", "GPE": "LOCATION", "ZIP_CODE": "LOCATION",
    "ORGANIZATION": "ORGANIZATION", "CREDIT_CARD": "CREDIT_CARD", "DATE_TIME": "DATE_TIME",
    "PHONE_NUMBER": "PHONE_NUMBER", "NRP": "NRP", "EMAIL_ADDRESS": "EMAIL_ADDRESS", "IBAN_CODE": "ID_NUMBER",
    "US_SSN": "ID_NUMBER", "US_DRIVER_LICENSE": "ID_NUMBER", "TITLE": "", "AGE": "", "DOMAIN_NAME": "?",
    "IP_ADDRESS": "?",
}  # fmt: skip
"""Labels of Presidio's synthetic set; without a kind are those that teach an absence."""
NEWS = {"PERSON": "PERSON", "LOCATION": "LOCATION", "ORG": "ORGANIZATION", "OTHER": ""}
"""Labels of sets of news and messages."""


def read_spans(path: Path, kinds: Mapping[str, str]) -> list[Document]:
    """Documents of a span file; `kinds` maps fine or coarse labels of the set to ours, what it lacks is left out."""
    documents = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        spans = []
        for span in entry["spans"]:
            label = kinds.get(span["label"], kinds.get(span["coarse"]))
            if label:
                spans.append(Span(span["start"], span["end"], label))
        documents.append(Document(entry["text"], tuple(sorted(spans)), path.stem))
    return documents


def handles_unlearnt(documents: list[Document]) -> list[Document]:
    """Handles are annotated as people in some sets; they are found by pattern and roster, not by the model."""
    return [
        Document(
            d.text,
            tuple(
                s._replace(label="?")
                if "@" in d.text[max(0, s.start - 2) : s.end] or "#" in d.text[s.start : s.end]
                else s
                for s in d.spans
            ),
            d.source,
        )
        for d in documents
    ]


def read_meetings(path: Path) -> list[list[tuple[str, str]]]:
    """Meetings as lists of (speaker, text)."""
    meetings = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        meetings.append([(turn["speaker"], turn["text"]) for turn in entry["turns"]])
    return meetings


_NOISE = re.compile(r"\{[a-z]+\}")
_GAP = re.compile(r" +([.,?!:;'’])")


def cleaned(turn: str) -> str:
    """A turn without the marks of its transcribers, and with punctuation where it is written."""
    return _GAP.sub(r"\1", re.sub(r"\s+", " ", _NOISE.sub(" ", turn))).strip()
