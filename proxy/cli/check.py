"""``meeting-proxy check``: whether a configuration is valid, and whether its secrets and recognizers can be found."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.configuration.file import load
from proxy.settings import Settings


def check(
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for warnings, too.")] = False,
) -> None:
    """Validate a configuration. Names line, field and remedy of every problem; exit code 1 if there is one.

    The command also warns where a recipient's terms, if their text is known, contradict what the configuration says of
    them; where a dictionary holds plain words; where a recognizer runs although a file for Presidio switches it off;
    where a route lets text leave in languages that detection does not cover in full; and where the proxy or its secrets
    are open to networks, to guessing, or to other users of this host. Warnings do not change the exit code, unless with
    --strict. It hints at what people who are asked would read as not known of a recipient, and at special categories
    (health, religion, trade unions, …) that leave as they are said.
    """
    problems, warnings, hints, _ = asyncio.run(judged(config))
    if as_json:
        told = {"problems": problems, "warnings": warnings, "hints": hints}
        typer.echo(json.dumps({"valid": not problems, **told}))
    else:
        for problem in problems:
            typer.echo(problem, err=True)
        for warning in warnings:
            typer.echo(f"warning: {warning}", err=True)
        for hint in hints:
            typer.echo(f"hint: {hint}", err=True)
        if not problems:
            typer.echo(f"{config}: valid")
    raise typer.Exit(1 if problems or (strict and warnings) else 0)


class Judgement(NamedTuple):
    """What is wrong in a configuration, what is doubtful, what to know, and the settings, if they can be read."""

    problems: list[str]
    warnings: list[str]
    hints: list[str]
    settings: Settings | None


async def judged(config: Path) -> Judgement:
    """Judge a configuration with its secrets, files and recognizers."""
    from proxy.composition.app import problems_of
    from proxy.detection import selection
    from proxy.edge.configuration import detection_files, exposure, folders, route_doubts, told_people
    from proxy.edge.configuration.terms_check import doubts_of

    try:
        settings = load(config)
        problems = problems_of(settings, config)
        warnings = [*await doubts_of(settings), *selection.doubts(settings)]
        warnings += [*exposure.doubts(settings), *folders.doubts(settings), *route_doubts.doubts(settings)]
        if not problems:
            warnings += detection_files.doubts(detection_files.filled(settings))
    except ConfigProblem as found:
        return Judgement([str(problem) for problem in found.problems], [], [], None)
    return Judgement(problems, warnings, [*told_people.hints(settings), *route_doubts.uncalled(settings)], settings)
