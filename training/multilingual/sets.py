"""Reads annotated sets of many languages, and says of each which kinds it does not annotate."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    "hironsan": ("NRP",),
    "ja_stockmark": ("DATE_TIME", "NRP"),
    "uner_gsd": ("DATE_TIME", "NRP"),
    "weibo": ("DATE_TIME", "NRP"),
    "klue_nsmc": ("NRP",),
    "klue_wikitree": ("NRP",),
    "hiner": ("DATE_TIME", "NRP"),
    "aqmar": ("DATE_TIME", "NRP"),
    "factrueval": ("DATE_TIME", "NRP"),
}
"""By set: kinds that it does not annotate, so that none of its words teaches their absence."""


def lacking(source: str) -> tuple[str, ...]:
    """The kinds that a set does not annotate."""
    return _LACKING.get(source, ())


def read(home: Path, held_out: bool, languages: Iterable[str] = LANGUAGES) -> dict[tuple[str, str], list[Document]]:
    """Documents by language and set, in the order of the file: those to learn from, or those left out."""
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for language in languages:
        for number, line in enumerate((home / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()):
            entry = json.loads(line)
            if (number % HELD_OUT == 0) == held_out:
                source = entry["meta"]["source"]
                spans = _spans(entry, language)
                if source in _WITHOUT_INSTITUTIONS:
                    spans = _doubted(entry["text"], spans)
                found[language, source].append(Document(entry["text"], spans, source))
    return found


def _may_be_common(text: str, start: int, end: int, language: str) -> bool:
    """Whether a person may be a common noun, which the Romanian set counts as well: one word that begins a sentence."""
    piece = text[start:end]
    begins = not text[:start].strip() or text[:start].rstrip()[-1] in ".!?\n"
    return piece.islower() or (language == "ro" and piece.isalpha() and begins)


_WITHOUT_INSTITUTIONS = frozenset({"germeval2014"})
_INSTITUTION = re.compile(
    r"\b(?:\w*kommission|\w*parlaments?|\w*rat(?:e?s)?|\w*regierung|\w*ausschuss(?:es)?|\w*tags?|\w*ministeriums?|"
    r"\w*gerichts?|\w*hofs?|\w*amts?)\b",
    re.IGNORECASE,
)


def _doubted(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans, and those of institutions that the set does not annotate, from which nothing is learnt."""
    more = [
        Span(match.start(), match.end(), "?")
        for match in _INSTITUTION.finditer(text)
        if match[0][0].isupper() and not any(s.start < match.end() and match.start() < s.end for s in spans)
    ]
    return tuple(sorted([*spans, *more]))


def _spans(entry: Mapping[str, object], language: str) -> tuple[Span, ...]:
    text, spans = str(entry["text"]), []
    told: Sequence[Mapping[str, str | int]] = entry["spans"]  # type: ignore[assignment]
    for span in sorted(told, key=lambda each: (int(each["start"]), -int(each["end"]))):
        label = _FINE.get(str(span["label"]), _COARSE.get(str(span["coarse"]), ""))
        start, end = int(span["start"]), int(span["end"])
        if label == "PERSON" and _may_be_common(text, start, end, language):
            label = "?"
        if label and (not spans or start >= spans[-1].end):
            spans.append(Span(start, end, label))
    return tuple(spans)
