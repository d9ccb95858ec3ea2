"""``meeting-proxy evaluate``: what detection protects in annotated text of your own, beside plain Presidio."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.configuration import LanguageOption, OptionalConfig, known_languages
from proxy.cli.detect import DOCUMENTS_AT_ONCE, Document, checked, find, people

if TYPE_CHECKING:
    from proxy.evaluation.annotated import Annotated as AnnotatedText
    from proxy.evaluation.annotated import Entity
    from proxy.evaluation.kinds import Coarse
    from proxy.evaluation.measures import Evaluated
    from proxy.model import Finding
    from proxy.settings import Detection

OURS = "ours"
NAMED_PROBLEMS = 20
NO_MODEL = (
    "plain Presidio is left out, since no spaCy model is installed; "
    "pip install 'meeting-privacy-proxy[compare]' brings one"
)

Find = Callable[[Sequence["AnnotatedText"]], list[list["Finding"]]]


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
    doccano's lines and Presidio-evaluator's array are read, too. An entity is protected when every letter and digit
    of it is inside a finding, a person's titles aside. Intervals are of 95 %, whole documents drawn anew. Where a
    line cannot be read, it is named on standard error, nothing is measured, and the exit code is 1.
    """
    # Matrices are small: threads of the numeric libraries would cost more than they give, and be counted.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from proxy.cli import evaluate_view as view

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
        typer.echo(json.dumps([view.plain(each) for each in found], indent=2))
    else:
        view.show(found)


def read(file: Path, labels: dict[str, Coarse] | None = None) -> list[AnnotatedText]:
    """The documents of a file, their rosters checked; an exit where any cannot be read, since figures would lie."""
    from proxy.evaluation.annotated import parse

    try:
        content = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"{file}: cannot be read as UTF-8 text ({type(error).__name__})", err=True)
        raise typer.Exit(1) from None
    documents, problems = parse(content, labels)
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
    documents: Sequence[AnnotatedText],
    running: dict[str, Find],
    kinds: Sequence[Coarse] | None = None,
    misses: int = 0,
) -> Evaluated:
    """The figures of every detector, in this process and one after the other; the first is ours."""
    from proxy.evaluation.kinds import Coarse
    from proxy.evaluation.measures import Evaluated, measure
    from proxy.evaluation.score import leaks, tally

    kinds = tuple(kinds or Coarse)
    results = {}
    missed: list[tuple[AnnotatedText, Entity]] = []
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
    return Evaluated(file, len(documents), rosters, measure(results, words, kinds), missed)


def detectors(
    detection: Detection, presidio: Sequence[Presidio], model: str | None = None, languages: Sequence[str] = ()
) -> Iterator[tuple[str, Find]]:
    """Ours, then Presidio in each of the set-ups; every one has read a text before, so that loading is not timed.

    Ours also searches for the numbers of `languages`; plain Presidio reads everything as English.
    """
    from proxy.redaction.engine import WARM_UP
    from proxy.redaction.profiles import Detecting

    engine = Detecting(detection)
    engine.find([WARM_UP], languages)

    def ours(documents: Sequence[AnnotatedText]) -> list[list[Finding]]:
        found: list[list[Finding]] = []
        for first in range(0, len(documents), DOCUMENTS_AT_ONCE):
            some = documents[first : first + DOCUMENTS_AT_ONCE]
            texts = [Document(each.id, each.text, people(each.roster or []) or ()) for each in some]
            found += find(engine, texts, languages)
        return found

    yield OURS, ours
    if not presidio:
        return
    from proxy.redaction import plain_presidio as plain

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
    from proxy.evaluation.kinds import Coarse

    try:
        return Coarse(name)
    except ValueError:
        kinds = ", ".join(Coarse)
        raise typer.BadParameter(f"there is no kind {name!r}; choose among {kinds}", param_hint=option) from None
