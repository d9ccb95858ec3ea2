"""``meeting-proxy evaluate``: measure what detection protects in your own annotated text, beside plain Presidio.

Prints an evaluation on a terminal, in Markdown or as JSON for scripts. Shows the text of entities only on request.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from itertools import zip_longest
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from proxy.cli.detect import DOCUMENTS_AT_ONCE, Document, checked, find, people
from proxy.cli.shared import LanguageOption, OptionalConfig, known_languages, text_of_file
from proxy.cli.terminal import SafeConsole, Table
from proxy.evaluation.measures import ALL, FALSE_PER_WORDS, DetectorFigures, Estimate, Evaluation, Figures

if TYPE_CHECKING:
    from proxy.evaluation.annotated import AnnotatedDocument, Coarse, Entity
    from proxy.model import Finding
    from proxy.settings import Detection


OURS = "ours"
NAMED_PROBLEMS = 20
NO_MODEL = (
    "plain Presidio is left out, since no spaCy model is installed; "
    "pip install 'meeting-privacy-proxy[compare]' brings one"
)

Find = Callable[[Sequence["AnnotatedDocument"]], list[list["Finding"]]]


class Presidio(StrEnum):
    """How plain Presidio is set up."""

    DEFAULT = "default"
    FAST = "fast"


NAMES = {Presidio.DEFAULT: "Presidio", Presidio.FAST: "Presidio, fast"}


def evaluate(
    files: Annotated[list[Path], typer.Argument(help="JSON Lines with annotated texts; a table each.")],
    config: OptionalConfig = None,
    kinds: Annotated[str | None, typer.Option(help="Measure these only, as in PERSON,EMAIL.")] = None,
    label: Annotated[list[str] | None, typer.Option(help="The kind of a label of your own: LABEL=KIND.")] = None,
    presidio: Annotated[list[Presidio] | None, typer.Option(help="How plain Presidio runs; repeat for both.")] = None,
    no_presidio: Annotated[bool, typer.Option("--no-presidio", help="Measure the proxy's detection alone.")] = False,
    model: Annotated[str | None, typer.Option(help="Presidio's spaCy model; default: the best installed.")] = None,
    roster: Annotated[bool, typer.Option(help="Look for the names on a document's roster, too.")] = True,
    misses: Annotated[
        int, typer.Option(min=0, help="Also print the first N entities that leak, WITH THEIR TEXT, to this terminal.")
    ] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="Read the first N documents of each file.")] = None,
    language: LanguageOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure detection on annotated texts: what is protected, what is found wrongly, how fast; beside plain Presidio.

    A line is {"id","text","spans":[{"start","end","label" or "coarse"}],"roster":[…]}; offsets are in code points.
    Lines of doccano and the array of Presidio-evaluator are read, too. An entity is protected if every letter and digit
    of it is inside a finding, apart from a person's titles. Intervals are at 95 %, from a bootstrap over whole
    documents. If a line cannot be read, it is named on standard error, nothing is measured, and the exit code is 1.
    """
    # The matrices are small: threads of the numeric libraries would cost more than they gain, and would be counted.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    languages = known_languages(language)
    detection = checked(config)
    wanted = _kinds(kinds)
    documents = {str(file): read(file, _labels(label or [])) for file in files}
    settings = () if no_presidio else presidio or (Presidio.DEFAULT,)
    running = dict(detectors(detection, settings, model, languages))
    found = []
    for file, all_of in documents.items():
        read_from = all_of[:limit] if roster else [replace(document, roster=None) for document in all_of[:limit]]
        found.append(evaluated(file, read_from, running, wanted, misses))
    if as_json:
        typer.echo(json.dumps([plain(each) for each in found], indent=2))
    else:
        show(found)


def read(file: Path, labels: dict[str, Coarse] | None = None) -> list[AnnotatedDocument]:
    """Read the documents of a file and check their rosters. Exits if one cannot be read: the figures would be wrong."""
    from proxy.evaluation.annotated import parse

    documents, problems = parse(text_of_file(file), labels)
    problems += [
        f'{document.place}: "roster" is not a list; give names, or {{"name","aliases","emails"}} each'
        for document in documents
        if people(document.roster or []) is None
    ]
    if not documents and not problems:
        problems.append("there is no document in it; write one JSON object a line")
    for problem in problems[:NAMED_PROBLEMS]:
        typer.echo(f"{file}: {problem}", err=True)
    if len(problems) > NAMED_PROBLEMS:
        typer.echo(f"{file}: and {len(problems) - NAMED_PROBLEMS} more", err=True)
    if problems:
        raise typer.Exit(1)
    return documents


def evaluated(
    file: str,
    documents: Sequence[AnnotatedDocument],
    running: dict[str, Find],
    kinds: Sequence[Coarse] | None = None,
    misses: int = 0,
) -> Evaluation:
    """Measure every detector in this process, one after the other; the first one is ours."""
    from proxy.evaluation.annotated import Coarse
    from proxy.evaluation.measures import Evaluation, leaks, measure, tally

    kinds = tuple(kinds or Coarse)
    results = {}
    missed: list[tuple[AnnotatedDocument, Entity]] = []
    for name, detector in running.items():
        began = time.process_time()
        findings = detector(documents)
        seconds = time.process_time() - began
        pairs = list(zip(documents, findings, strict=True))
        results[name] = ([tally(document, found) for document, found in pairs], seconds)
        if name == OURS and misses:
            leaking = ((document, entity) for document, found in pairs for entity in leaks(document, found))
            missed = [(document, entity) for document, entity in leaking if entity.kind in kinds][:misses]
    words = [len(document.text.split()) for document in documents]
    rosters = sum(bool(document.roster) for document in documents)
    return Evaluation(file, len(documents), rosters, measure(results, words, kinds), missed)


def detectors(
    detection: Detection, presidio: Sequence[Presidio], model: str | None = None, languages: Sequence[str] = ()
) -> Iterator[tuple[str, Find]]:
    """Yield our detector, then Presidio in each set-up. Each has read a text beforehand, so loading is not timed.

    Ours also searches for the national numbers of `languages`; plain Presidio reads everything as English.
    """
    from proxy.detection.engine import WARM_UP
    from proxy.detection.profiles import ProfileEngine
    from proxy.model import Excerpt

    engine = ProfileEngine(detection)
    engine.find([Excerpt.whole(WARM_UP)], languages)

    def ours(documents: Sequence[AnnotatedDocument]) -> list[list[Finding]]:
        found: list[list[Finding]] = []
        for first in range(0, len(documents), DOCUMENTS_AT_ONCE):
            some = documents[first : first + DOCUMENTS_AT_ONCE]
            texts = [Document(each.id, each.text, people(each.roster or []) or ()) for each in some]
            found += find(engine, texts, languages)
        return found

    yield OURS, ours
    if not presidio:
        return
    from proxy.evaluation import plain_presidio as plain

    chosen = model or plain.installed_model()
    if chosen is None:
        typer.echo(NO_MODEL, err=True)
        return
    for setting in presidio:
        try:
            reading = plain.fast(chosen) if setting is Presidio.FAST else plain.default(chosen)
        except plain.Unavailable as error:
            raise typer.BadParameter(str(error), param_hint="--model") from None
        reading(WARM_UP)
        yield NAMES[setting], _each(reading)


def _each(reading: Callable[[str], list[Finding]]) -> Find:
    return lambda documents: [reading(document.text) for document in documents]


def _kinds(names: str | None) -> tuple[Coarse, ...] | None:
    if names is None:
        return None
    return tuple(dict.fromkeys(_kind(name.strip().upper(), "--kinds") for name in names.split(",")))


def _labels(labels: Sequence[str]) -> dict[str, Coarse]:
    pairs = [label.rpartition("=") for label in labels]
    if any(not separator for _, separator, _ in pairs):
        raise typer.BadParameter("write each label as LABEL=KIND", param_hint="--label")
    return {name: _kind(kind.strip().upper(), "--label") for name, _, kind in pairs}


def _kind(name: str, option: str) -> Coarse:
    from proxy.evaluation.annotated import Coarse

    try:
        return Coarse(name)
    except ValueError:
        kinds = ", ".join(Coarse)
        raise typer.BadParameter(f"there is no kind {name!r}; choose among {kinds}", param_hint=option) from None


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


def show(found: Sequence[Evaluation]) -> None:
    """Print evaluations for people."""
    console = SafeConsole()
    if console.width < WIDTH and not console.is_terminal:
        console = SafeConsole(width=WIDTH)
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


def markdown(each: Evaluation, title: str) -> str:
    """Format an evaluation as a section of a page, without file names and without text."""
    lines = [f"### {title}", "", f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    lines += [f"| {' | '.join(row)} |" for row in rows(each)]
    return "\n".join([*lines, "", *(f"- {remark}" for remark in remarks(each)), ""])


def plain(each: Evaluation) -> dict[str, Any]:
    """Return an evaluation for scripts. Undefined and infinite values are null; the counts tell which."""
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


def rows(each: Evaluation, stacked: bool = False) -> list[tuple[str, ...]]:
    """Return a row for each kind and detector; `stacked` puts an interval on its own line."""
    by_detector = [{figures.kind: figures for figures in measured.kinds} for measured in each.measured]
    kinds = list(dict.fromkeys(kind for figures in by_detector for kind in figures if kind != ALL))
    cells = []
    for kind in (*kinds, ALL):
        for index, (measured, figures) in enumerate(zip(each.measured, by_detector, strict=True)):
            if kind in figures:
                cells.append(_row(measured, figures[kind], stacked, ours=index == 0))
    return cells


def remarks(each: Evaluation) -> list[str]:
    """Return what holds for the whole set, one sentence per line."""
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


def _row(measured: DetectorFigures, figures: Figures, stacked: bool, *, ours: bool) -> tuple[str, ...]:
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
    """Return the words on one line, without control characters that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in words)
