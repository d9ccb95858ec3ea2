"""What share of annotated personal data would be covered, beside plain Presidio with the same model.

``python -m bench.accuracy FILE.jsonl …``: one document a line, ``{"text", "spans": [{"start", "end", "coarse"}],
"meta": {"roster": […]}}``. An entity counts as covered when every letter and digit of it lies in some finding, a
person's title aside. Precision is the share of findings that touch an annotated span of any kind.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.detection import plain_presidio
from proxy.redaction.engine import Engine
from proxy.redaction.roster import Person, RosterSearch
from proxy.settings import Detection

Finder = Callable[[dict[str, Any]], Iterable[tuple[int, int]]]
_TITLES = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|dr|prof|professor|president|senator|judge|chair\w*|governor|sir|lord|lady)\.?\s+)+", re.I
)


def ours() -> Finder:
    """The shipped detection, with the roster where a document has one."""
    engine = Engine(Detection())

    def find(document: dict[str, Any]) -> Iterable[tuple[int, int]]:
        names = (document.get("meta") or {}).get("roster") or []
        people = RosterSearch([Person(f"p{n}", (str(name),)) for n, name in enumerate(names)])
        found = [(finding.start, finding.end) for finding in engine.analyze(document["text"])]
        return found + [(mention.start, mention.end) for mention in people.find(document["text"])]

    return find


def presidio() -> Finder:
    """Presidio as it comes, on the same model."""
    analyzer = plain_presidio()
    return lambda document: [(found.start, found.end) for found in analyzer.analyze(document["text"], "en")]


def score(documents: Sequence[dict[str, Any]], find: Finder) -> tuple[Counter[str], Counter[str], float]:
    """Covered entities and all entities by kind, and precision."""
    covered, known, right, findings = Counter[str](), Counter[str](), 0, 0
    for document in documents:
        text, mask, gold = document["text"], bytearray(len(document["text"])), bytearray(len(document["text"]))
        for span in document["spans"]:
            gold[span["start"] : span["end"]] = b"\1" * (span["end"] - span["start"])
        for start, end in find(document):
            mask[start:end] = b"\1" * (end - start)
            findings += 1
            right += any(gold[start:end])
        for span in document["spans"]:
            start, end = span["start"], span["end"]
            if span["coarse"] == "PERSON" and (title := _TITLES.match(text[start:end])):
                start += title.end()
            known[span["coarse"]] += 1
            covered[span["coarse"]] += all(mask[at] for at in range(start, end) if text[at].isalnum())
    return covered, known, right / max(findings, 1)


def main() -> None:
    """Score every file given."""
    for name in sys.argv[1:] or sys.exit(__doc__):
        documents = [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()]
        for label, finder in (("ours", ours()), ("Presidio", presidio())):
            covered, known, precision = score(documents, finder)
            shares = "  ".join(f"{kind} {covered[kind] / known[kind]:.3f} of {known[kind]}" for kind in sorted(known))
            print(f"{Path(name).stem:<20}{label:<10}{shares}  precision {precision:.2f}")


if __name__ == "__main__":
    main()
