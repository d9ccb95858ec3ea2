"""What share of names is protected in other languages, set by set, with the models that read them and with English's.

usage: python -m bench.languages [--write PAGE.md] FILE.jsonl …

A file is named by the code of its language (``de.jsonl``); its lines say in ``meta.source`` which set they are of, and
sets are never pooled. Prints a table; with ``--write`` it replaces the text between the two ``<!-- languages -->``
comments of the page. Precision is left out for sets that say ``meta.annotated: recall-only``.
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

from proxy.cli.evaluate import OURS, detectors, evaluated
from proxy.evaluation.annotated import Coarse, parse
from proxy.evaluation.measures import Estimate, Figures
from proxy.settings import Detection

BEGIN, END = "<!-- languages: begin -->", "<!-- languages: end -->"
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
        measured = evaluated(source, documents, {OURS: ours, "English": english}, KINDS).measured
        by_kind = [{each.kind: each for each in detector.kinds} for detector in measured]
        speeds = [f"{round(detector.words_per_second or 0):,}" for detector in measured]
        for kind in KINDS:
            figures = [found.get(kind) for found in by_kind]
            if figures[0] is None or not figures[0].counts.entities:
                continue
            cells = [cell for each in figures for cell in _cells(each, complete)]
            count = figures[0].counts.entities
            yield f"| {' | '.join([code, source, f'{measured[0].words:,}', kind, str(count), *cells, *speeds])} |"


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
    options = parser.parse_args(arguments)
    table = [HEAD]
    print(HEAD)
    for file in options.files:
        for row in rows(file):
            table.append(row)
            print(row, flush=True)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        before, begin, rest = page.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not (begin and end):
            raise ValueError(f"the page needs one {BEGIN} and, behind it, one {END}")
        text = "\n".join(table)
        options.write.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
