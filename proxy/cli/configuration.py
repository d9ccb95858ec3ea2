"""Reading the configuration for a command: settings, or one line a problem on standard error and exit code 1."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from proxy.edge.configuration.file import load
from proxy.edge.configuration.problems import ConfigProblem
from proxy.settings import Settings

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", envvar="MEETING_PROXY_CONFIG")
]
OptionalConfig = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="A configuration for policy and detection; without it, what is shipped."),
]
LanguageOption = Annotated[
    list[str] | None,
    typer.Option("--language", "-l", help="Search for the numbers of this language too (de, fr, …); may be repeated."),
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


def known_languages(named: list[str] | None) -> tuple[str, ...]:
    """The languages that were named, or an exit that tells which there are."""
    from proxy.redaction.languages.table import LANGUAGES

    if unknown := [code for code in named or () if code not in LANGUAGES]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of: {', '.join(LANGUAGES)}", param_hint="--language")
    return tuple(named or ())
