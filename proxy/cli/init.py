"""``meeting-proxy init``: write a first configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from proxy.cli.client import made
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption
from proxy.edge.configuration import first, listed_files
from proxy.edge.configuration.file import parse


def init(
    organization: Annotated[
        str | None, typer.Option(help="Short name of yours, for grants that hold in all of it.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Address of the AI endpoint, with its version.")] = None,
    api: Annotated[str | None, typer.Option(help=f"API that it speaks: {', '.join(first.APIS)}.")] = None,
    key: Annotated[
        str | None, typer.Option(help="Environment variable with its key, or the path of a file, with a slash.")
    ] = None,
    terms: Annotated[str | None, typer.Option(help="Version of its terms that you agreed to, such as a date.")] = None,
    client: Annotated[str, typer.Option(help="Name of the first client.")] = "first-client",
    data: Annotated[Path, typer.Option(help="Where store and ledger are.")] = Path("var"),
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write a first configuration from five questions or options, and print the key of a client.

    What no option answers is asked. Nothing is overwritten. Everybody's words are withheld until their consent is on
    file. The key alone goes to standard output.
    """
    organization = organization or _asked("1. Short name of your organization")
    base_url = base_url or _asked("2. Address of the AI endpoint, such as https://llm.example/v1")
    api = api or _asked(f"3. API that it speaks: {', '.join(first.APIS)}", "openai-chat")
    if key is None:
        key = _asked("4. Where its key is: an environment variable, or the path of a file; empty if it needs none", "")
    terms = terms or _asked("5. Version of its terms that you agreed to, such as their date")
    if api not in first.APIS:
        raise typer.BadParameter(
            f"one of: {', '.join(first.APIS)}; for others, see docs/dialects.md", param_hint="--api"
        )
    file = config.with_name("clients.yaml")
    for each in (config, file):
        if each.exists():
            _refuse(f"{each} is there already, and is not overwritten; name another configuration with --config")
    text = first.text_of(first.Answers(organization, base_url, api, key, terms, str(data), str(file)))
    shown, digest = made()
    entry: listed_files.Entry = {"name": client, "key_sha256": digest, "routes": [first.ROUTE]}
    parse(text, str(config), listed={listed_files.CLIENTS: [entry]})
    try:
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(text, encoding="utf-8")
        listed_files.write(listed_files.CLIENTS, file, [entry], config)
    except OSError as error:
        _refuse(f"{config}: {error.strerror}")
    typer.echo(f"wrote {config} and {file}. Next:", err=True)
    for line in _next(config, key, first.APIS[api].path):
        typer.echo(f"  {line}", err=True)
    typer.echo(f"key of {client}, shown this once:", err=True)
    typer.echo(shown)


def _asked(question: str, otherwise: str | None = None) -> str:
    return str(typer.prompt(question, default=otherwise, err=True))


def _next(config: Path, key: str, path: str) -> list[str]:
    """What to do next, as lines to copy."""
    put = [f"export {key}=…                 # the key of the AI endpoint"] if key and "/" not in key else []
    base = f"http://127.0.0.1:8080/m/MEETING{'/v1' if path.startswith('/v1/') else ''}"
    return [
        *put,
        f"meeting-proxy doctor --config {config}      # whether all is there",
        f"meeting-proxy serve --config {config}",
        f"{base}     # the base URL of your client, with the id of its meeting",
    ]


def _refuse(problem: str) -> NoReturn:
    typer.echo(f"meeting-proxy: {problem}", err=True)
    raise typer.Exit(1)
