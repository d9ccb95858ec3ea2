"""How an evaluation looks on a terminal, in Markdown and to scripts. Text only of entities that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import zip_longest
from math import isfinite
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from proxy.evaluation.intervals import Estimate
from proxy.evaluation.measures import ALL, FALSE_PER_WORDS, Evaluated, Figures, Measured

WIDTH = 150
FEW_DOCUMENTS = 20
COLUMNS = (
    "kind", "entities", "in documents", "detector", "protected", "partly", "characters leaked", "leaks × ours",
    "precision", "same kind", "F2",
)  # fmt: skip
ABOUT = (
    "protected: every letter and digit is inside a finding, titles aside; partly: some are. precision: findings that "
    "overlap anything annotated; same kind: anything of their kind. F2: of protected and precision. Intervals "
    "are of 95 %, whole documents drawn anew."
)


def show(found: Sequence[Evaluated]) -> None:
    """An evaluation for people."""
    console = Console()
    if console.width < WIDTH and not console.is_terminal:
        console = Console(width=WIDTH)
    for each in found:
        table = Table(*(name.replace(" ", "\n", 1) for name in COLUMNS), title=escape(each.file))
        cells = rows(each, stacked=True)
        for row, following in zip_longest(cells, cells[1:]):
            table.add_row(*row, end_section=following is not None and following[0] != row[0])
        console.print(table)
        for line in remarks(each):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        for document, entity in each.misses:
            words = _visible(document.text[entity.start : entity.end])
            console.print(
                f"leaks: {document.place} {entity.kind} {words}", highlight=False, markup=False, soft_wrap=True
            )
    console.print(ABOUT, highlight=False, markup=False)


def markdown(each: Evaluated, title: str) -> str:
    """An evaluation as a section of a page, without file names and without text."""
    lines = [f"### {title}", "", f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    lines += [f"| {' | '.join(row)} |" for row in rows(each)]
    return "\n".join([*lines, "", *(f"- {remark}" for remark in remarks(each)), ""])


def plain(each: Evaluated) -> dict[str, Any]:
    """An evaluation for scripts. What is undefined or infinite is null; the counts tell which."""
    return {
        "file": each.file,
        "documents": each.documents,
        "with_roster": each.rosters,
        "detectors": [
            {
                "detector": measured.detector,
                "words": measured.words,
                "seconds": round(measured.seconds, 3),
                "words_per_second": measured.words_per_second,
                "false_findings_per_200_words": _numbers(measured.false_findings),
                "false_findings_per_200_words_of_annotated_kinds": _numbers(measured.false_of_annotated),
                "kinds": {figures.kind: _figures(figures) for figures in measured.kinds},
            }
            for measured in each.measured
        ],
        "misses": [
            {"id": document.id, "kind": entity.kind, "text": document.text[entity.start : entity.end]}
            for document, entity in each.misses
        ],
    }


def rows(each: Evaluated, stacked: bool = False) -> list[tuple[str, ...]]:
    """A row for each kind and detector; `stacked` puts an interval into a line of its own."""
    by_detector = [{figures.kind: figures for figures in measured.kinds} for measured in each.measured]
    kinds = list(dict.fromkeys(kind for figures in by_detector for kind in figures if kind != ALL))
    cells = []
    for kind in (*kinds, ALL):
        for index, (measured, figures) in enumerate(zip(each.measured, by_detector, strict=True)):
            if kind in figures:
                cells.append(_row(measured, figures[kind], stacked, ours=index == 0))
    return cells


def remarks(each: Evaluated) -> list[str]:
    """What holds for the whole set, one sentence a line."""
    first = each.measured[0]
    lines = [f"{each.documents:,} documents, {first.words:,} words; names of a roster in {each.rosters:,} of them"]
    for measured in each.measured:
        of_annotated = f", of the kinds annotated here {_shown(measured.false_of_annotated, 2)}"
        speed = measured.words_per_second
        slower = (first.words_per_second or 0) / speed if speed else 0
        lines.append(
            f"{measured.detector}: {_shown(measured.false_findings, 2)} false findings per {FALSE_PER_WORDS} words"
            f"{of_annotated}; {speed or 0:,.0f} words a second of processor time"
            + (f", ours {slower:.1f} times as many" if measured is not first and slower else "")
        )
    unjudged = {f.kind for m in each.measured for f in m.kinds if not (f.counts.entities or f.kind == ALL)}
    if unjudged:
        lines.append(f"nothing annotated, so precision says nothing by itself: {', '.join(sorted(unjudged))}")
    if each.documents < FEW_DOCUMENTS:
        lines.append(
            "few documents: the intervals are too narrow" if each.documents > 1 else "one document: no intervals"
        )
    return lines


def _row(measured: Measured, figures: Figures, stacked: bool, *, ours: bool) -> tuple[str, ...]:
    counts = figures.counts
    return (
        figures.kind,
        f"{counts.entities:,}",
        f"{figures.documents:,}",
        measured.detector,
        _shown(figures.protected, stacked=stacked),
        f"{counts.partly:,}",
        _shown(figures.leaked_characters, stacked=stacked),
        "" if ours else _shown(figures.leaks_more, 1, stacked),
        _shown(figures.precision, stacked=stacked),
        _shown(figures.strict, stacked=stacked),
        _shown(figures.f2, stacked=stacked),
    )


def _shown(estimate: Estimate, places: int = 3, stacked: bool = False) -> str:
    if estimate.value is None:
        return "–"
    if not isfinite(estimate.value):
        return "only theirs"
    value = f"{estimate.value:.{places}f}"
    if estimate.low is None or estimate.high is None:
        return value
    high = f"{estimate.high:.{places}f}" if isfinite(estimate.high) else "∞"
    interval = f"{estimate.low:.{places}f}–{high}"
    return f"{value}\n{interval}" if stacked else f"{value} ({interval})"


def _figures(figures: Figures) -> dict[str, Any]:
    estimates = ("protected", "leaked_characters", "precision", "strict", "f2", "leaks_more")
    measured = {name: _numbers(getattr(figures, name)) for name in estimates}
    counts = figures.counts._asdict()
    return {
        "documents": figures.documents,
        **{name: count for name, count in counts.items() if name != "strict"},
        "strict_findings": figures.counts.strict,
        "protected_share": measured.pop("protected"),
        "leaked_characters_share": measured.pop("leaked_characters"),
        "strict_precision": measured.pop("strict"),
        "leaks_times_ours": measured.pop("leaks_more"),
        **measured,
    }


def _numbers(estimate: Estimate) -> dict[str, float | None]:
    return {name: value if value is None or isfinite(value) else None for name, value in asdict(estimate).items()}


def _visible(words: str) -> str:
    """The words in one line, without characters that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in words)
