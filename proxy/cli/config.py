"""``meeting-proxy config``: the annotated example of a configuration, and its schema, as this release has them."""

from __future__ import annotations

import json
from importlib.resources import files

import typer

from proxy.edge.configuration.file import schema

app = typer.Typer(no_args_is_help=True)

EXAMPLE = "proxy.yaml"
"""In the package `proxy.edge.configuration`: the file ``config/proxy.yaml`` of the repository."""


@app.command()
def example() -> None:
    """Print the annotated configuration: every setting, with its default and what it means."""
    typer.echo(files("proxy.edge.configuration").joinpath(EXAMPLE).read_text("utf-8"), nl=False)


@app.command("schema")
def schema_of_settings() -> None:
    """Print the JSON Schema of the configuration, for editors that complete and check YAML."""
    typer.echo(json.dumps(schema(), indent=2))
