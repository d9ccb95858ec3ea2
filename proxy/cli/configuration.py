"""Reading the configuration for a command: settings, or one line a problem on standard error and exit code 1."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from proxy.edge.configuration.file import ConfigProblem, load
from proxy.settings import Settings

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", envvar="MEETING_PROXY_CONFIG")
]
OptionalConfig = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="A configuration for policy and detection; without it, what is shipped."),
]
DEFAULT_CONFIG = Path("config/proxy.yaml")


def read(path: Path) -> Settings:
    """The settings in `path`, or an exit with what is wrong, where, and the remedy."""
    try:
        return load(path)
    except ConfigProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def read_with_words(path: Path) -> Settings:
    """As `read`, with the words of the files that detection names; for commands that detect."""
    from proxy.edge.configuration.dictionaries import filled

    try:
        return filled(read(path))
    except ConfigProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
