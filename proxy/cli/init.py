"""``meeting-proxy init``: write a first configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from proxy.cli.client import made
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption
from proxy.edge.configuration import first, listed_files
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.configuration.file import parse
from proxy.edge.configuration.first import Answers


def init(
    organization: Annotated[
        str | None, typer.Option(help="Short name of yours, for grants that hold in all of it.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Address of the AI endpoint, with its version.")] = None,
    api: Annotated[str | None, typer.Option(help=f"API that it speaks: {', '.join(first.APIS)}.")] = None,
    key: Annotated[
        str | None,
        typer.Option(help="NAME of the environment variable with its key, or the path of a file (/… or ./…)."),
    ] = None,
    terms: Annotated[str | None, typer.Option(help="Version of its terms that you agreed to, such as a date.")] = None,
    display_name: Annotated[
        str | None, typer.Option(help="The company that runs it, as people know it; default: none.")
    ] = None,
    may_train: Annotated[
        bool | None,
        typer.Option("--may-train/--no-training", help="Whether its terms let it train; default: not stated."),
    ] = None,
    client: Annotated[str, typer.Option(help="Name of the first client.")] = "first-client",
    data: Annotated[Path, typer.Option(help="Where store and ledger are.")] = Path("var"),
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write a first configuration from seven questions or options, and print the key of a client.

    What the first five options do not answer is asked, and then the others too. Nothing is overwritten. Everybody's
    words are withheld until their consent is on file. The key alone goes to standard output.
    """
    asking = None in (organization, base_url, api, key, terms)
    answers = Answers(
        organization=_answer("organization", organization, "1. Short name of your organization"),
        base_url=_answer("base_url", base_url, "2. Address of the AI endpoint, such as https://llm.example/v1"),
        api=_answer("api", api, f"3. API that it speaks: {', '.join(first.APIS)}", "openai-chat"),
        key=_answer(
            "key", key, "4. Where its key is: NAME of an environment variable, or the path of a file; empty: none", ""
        ),
        terms=_answer("terms", terms, "5. Version of its terms that you agreed to, such as their date"),
        display_name=_answer(
            "display_name", display_name, "6. The company that runs it, as people know it; empty: not said", "", asking
        ),
        may_train=_training(may_train, asking=asking),
        data=str(data),
        clients_file=str(config.with_name("clients.yaml")),
        tokens_file=str(config.with_name("tokens.yaml")),
    )
    shown = _written(answers, client, config)
    typer.echo(f"wrote {config}, {answers.clients_file} and {answers.tokens_file}. Next:", err=True)
    for line in _next(config, answers):
        typer.echo(f"  {line}", err=True)
    typer.echo(f"key of {client}, shown this once:", err=True)
    typer.echo(shown)


def _written(answers: Answers, client: str, config: Path) -> str:
    """Write the configuration and its files; returns the key of the client. Exits if one is there already."""
    clients, tokens = Path(answers.clients_file), Path(answers.tokens_file)
    for each in (config, clients, tokens):
        if each.exists():
            _refuse(f"{each} is there already, and is not overwritten; name another configuration with --config")
    text = first.text_of(answers)
    shown, digest = made()
    entry: listed_files.Entry = {"name": client, "key_sha256": digest, "routes": first.routes_of(answers.api)}
    try:
        parse(text, str(config), listed={listed_files.CLIENTS: [entry], listed_files.TOKENS: []})
    except ConfigProblem as found:
        raise found.unwritten(str(config), str(clients)) from None
    try:
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(text, encoding="utf-8")
        listed_files.write(listed_files.CLIENTS, clients, [entry], config)
        listed_files.write(listed_files.TOKENS, tokens, [], config)
    except OSError as error:
        _refuse(f"{config}: {error.strerror}")
    return shown


def _answer(field: str, given: str | None, question: str, otherwise: str | None = None, ask: bool = True) -> str:
    """The answer of an option, or that to a question, which is asked until the answer can be written."""
    if given is None and not ask:
        return otherwise or ""
    while True:
        answer = given if given is not None else str(typer.prompt(question, default=otherwise, err=True))
        problem = first.unwritable(field, answer) if given is not None else first.problem_of(field, answer)
        if problem is None:
            return answer
        if given is not None:
            raise typer.BadParameter(problem, param_hint=f"--{field.replace('_', '-')}")
        typer.echo(f"   {problem}", err=True)


def _training(given: bool | None, *, asking: bool) -> bool | None:
    if given is not None or not asking:
        return given
    return typer.confirm("7. May it train on what it gets, by its terms?", default=False, err=True)


def _next(config: Path, answers: Answers) -> list[str]:
    """What to do next, as lines to copy."""
    key, path = answers.key, first.APIS[answers.api].path
    put = [f"export {key}=…                 # the key of the AI endpoint"] if key and not first.is_file(key) else []
    base = f"http://127.0.0.1:8080/m/MEETING{'/v1' if path.startswith('/v1/') else ''}"
    return [
        *put,
        *_to_state(config, answers),
        f"meeting-proxy token add ME --role admin --config {config}      # for the console, http://127.0.0.1:8081/console/",
        f"meeting-proxy doctor --config {config}      # whether all is there",
        f"meeting-proxy serve --config {config}",
        f"{base}     # the base URL of your client, with the id of its meeting",
    ]


def _to_state(config: Path, answers: Answers) -> list[str]:
    """What people who are asked would read as not known, as a line to act upon."""
    given = {"display_name": answers.display_name, "may_train": answers.may_train}
    left = [name for name, each in given.items() if each in ("", None)]
    return [f"state {' and '.join(left)} in {config}: people who are asked read it"] if left else []


def _refuse(problem: str) -> NoReturn:
    typer.echo(f"meeting-proxy: {problem}", err=True)
    raise typer.Exit(1)
