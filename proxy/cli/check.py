"""``meeting-proxy check``: whether a configuration is valid, and its secrets and recognizers can be found."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption
from proxy.edge.config_file import ConfigProblem, load


def check(
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Validate a configuration. Names line, field and remedy of every problem; exit code 1 if there is one."""
    from proxy.app import problems_of

    try:
        problems = problems_of(load(config))
    except ConfigProblem as found:
        problems = [str(problem) for problem in found.problems]
    if as_json:
        typer.echo(json.dumps({"valid": not problems, "problems": problems}))
    else:
        for problem in problems:
            typer.echo(problem, err=True)
        if not problems:
            typer.echo(f"{config}: valid")
    raise typer.Exit(1 if problems else 0)
