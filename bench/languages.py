"""What share of names is protected in other languages, set by set, with the models that read them and with English's.

usage: python -m bench.languages [--write PAGE.md [--mark NAME]] FILE.jsonl …

A file is named by the code of its language (``de.jsonl``); its lines say in ``meta.source`` which set they are of, and
sets are never pooled. Prints a table; with ``--write`` it replaces the text between the two ``<!-- languages -->``
comments of the page, or those that ``--mark`` names. Precision is left out for sets that say ``meta.annotated:
recall-only``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

from proxy.cli.evaluate import OURS, Find, detectors, evaluated
from proxy.detection import tongues
from proxy.evaluation.annotated import AnnotatedDocument, Coarse, parse
from proxy.evaluation.measures import Estimate, Figures
from proxy.model import Finding
from proxy.settings import Detection

KINDS = (Coarse.PERSON, Coarse.LOCATION, Coarse.ORG)
ENGLISH = "en"
HEAD = (
    "| language | set | words | kind | entities | protected | precision | protected by the English model | "
    "its precision | words/s | words/s, English model |\n|" + "---|" * 11
)


def sets(file: Path) -> Iterator[tuple[str, str, bool]]:
    """The name of each set in a file, its lines, and whether everything in them is annotated."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    complete: dict[str, bool] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        meta = json.loads(line)["meta"]
        lines[meta["source"]].append(line)
        complete[meta["source"]] = meta["annotated"] == "complete"
    yield from ((source, "\n".join(some), complete[source]) for source, some in lines.items())


def rows(file: Path) -> Iterator[str]:
    """The rows of a language."""
    code = file.stem
    told = () if code == ENGLISH else (code,)
    (_, ours), (_, english) = (next(detectors(Detection(), (), languages=each)) for each in (told, ()))
    for source, lines, complete in sets(file):
        documents, problems = parse(lines)
        if problems:
            raise ValueError(f"{file}: {problems[0]}")
        measured = evaluated(source, documents, {OURS: ours, "English": _alone(english)}, KINDS).measured
        by_kind = [{each.kind: each for each in detector.kinds} for detector in measured]
        speeds = [f"{round(detector.words_per_second or 0):,}" for detector in measured]
        for kind in KINDS:
            figures = [found.get(kind) for found in by_kind]
            if figures[0] is None or not figures[0].counts.entities:
                continue
            cells = [cell for each in figures for cell in _cells(each, complete)]
            count = figures[0].counts.entities
            yield f"| {' | '.join([code, source, f'{measured[0].words:,}', kind, str(count), *cells, *speeds])} |"


def _alone(english: Find) -> Find:
    """The same without the model of other scripts, which the letters of a text choose and no setting does."""

    def found(documents: Sequence[AnnotatedDocument]) -> list[list[Finding]]:
        with patch.object(tongues, "has_other", return_value=False):
            return english(documents)

    return found


def _cells(figures: Figures | None, complete: bool) -> tuple[str, str]:
    if figures is None:
        return "–", "–"
    return _written(figures.protected), _written(figures.precision) if complete else "–"


def _written(each: Estimate) -> str:
    if each.value is None:
        return "–"
    return f"{each.value:.3f}" + ("" if each.low is None else f" ({each.low:.2f}–{each.high:.2f})")


def main(arguments: Sequence[str]) -> None:
    """Measure every file with the shipped settings."""
    parser = argparse.ArgumentParser(prog="python -m bench.languages", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--write", type=Path, metavar="PAGE.md", help="put the table between the page's markers")
    parser.add_argument("--mark", default="languages", help="the name in the page's markers")
    options = parser.parse_args(arguments)
    marked, ended = f"<!-- {options.mark}: begin -->", f"<!-- {options.mark}: end -->"
    table = [HEAD]
    print(HEAD)
    for file in options.files:
        for row in rows(file):
            table.append(row)
            print(row, flush=True)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        before, begin, rest = page.partition(marked)
        _, end, after = rest.partition(ended)
        if not (begin and end):
            raise ValueError(f"the page needs one {marked} and, behind it, one {ended}")
        text = "\n".join(table)
        options.write.write_text(f"{before}{marked}\n\n{text}\n\n{ended}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
