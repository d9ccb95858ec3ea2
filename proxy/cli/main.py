"""The command ``meeting-proxy``. Each subcommand is a module that is imported only when it is chosen.

Exit codes: 0 done; 1 refused, invalid or not found; 2 wrong usage; 3 a store, ledger or detector is unavailable.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

from proxy import __version__
from proxy.edge.configuration.document import ConfigProblem
from proxy.errors import Fault, OwnFault

COMMANDS = {
    "init": "Write a first configuration from seven questions or options, and print the key of a client.",
    "serve": "Run the proxy.",
    "reload": "Have a running proxy read its configuration again, and say whether it did.",
    "client": "Who may call: make, change, take away and list keys of clients.",
    "config": "Print the annotated example of a configuration, or its schema.",
    "token": "Who may use the admin API: make, take away and list tokens, with their roles.",
    "check": "Validate a configuration. Names line, field and remedy of every problem; exit code 1 if there is one.",
    "doctor": "Look at the configuration and all that it needs here, with a remedy for each finding; exit code 1 if one"
    " failed.",
    "explain": "Show for a meeting and a request what would leave and what not, and why. Nothing is sent or recorded.",
    "simulate": "Replay recorded requests under the current and a changed configuration, and show what would differ.",
    "redact": "Print texts with personal data replaced, as they would leave. Pseudonyms are numbered afresh for each "
    "text.",
    "detect": 'Find personal data in text files, or in JSON Lines {"id","text","roster":[…]} from standard input.',
    "evaluate": "Measure detection on annotated texts: what is protected, what is found wrongly, how fast; beside "
    "plain Presidio.",
    "consent": "Record and list what people allowed and refused.",
    "meeting": "Meetings and who is in them.",
    "people": "Whom the organization knows, under which names.",
    "profile": "Where people speak in a client's requests: learn it, and try it.",
    "vocabulary": "The organization's own words: propose them from its transcripts, for a person to review.",
    "terms": "What recipients' terms say, and what changed in them.",
    "subject": "What a person may ask for: their report, to be forgotten; and legal holds.",
    "ropa": "Record of processing activities (Art. 30 GDPR): purposes, people, data, recipients, transfers, retention.",
    "store": "The database: its schema, its backup, and its copy into another.",
    "ledger": "Verify and read the record of what left.",
    "witness": "Cosign the checkpoints of other hosts' ledgers, so that their history cannot be cut or forked unseen.",
}
"""The commands by name, each a module of `proxy.cli`, with the line that --help shows for it."""

MARKUP: Final = "markdown"


class Chosen(TyperGroup):
    """A group that loads only the chosen command, since all take seconds. --help shows the lines of the table."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the name, the command and its arguments. Raises the usage error if there is no such command."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, None if name is None else loaded(name), rest


@cache
def loaded(name: str) -> Any:
    """Return the command from its module: the function of the same name, or the group ``app`` of several commands."""
    module = import_module(f"proxy.cli.{name}")
    alone = typer.Typer(rich_markup_mode=MARKUP)
    if hasattr(module, "app"):
        alone.add_typer(module.app, name=name, help=COMMANDS[name])
    else:
        alone.command(name)(getattr(module, name))
    return typer.main.get_group(alone).commands[name]


app = typer.Typer(
    cls=Chosen,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=MARKUP,
    help="A proxy between meeting clients and AI endpoints. It keeps the words of people who did not consent out "
    "of the AI, removes personal data from what is sent, puts names back into what returns, and records what left.",
)
for each, line in COMMANDS.items():
    app.command(each, help=line)(lambda: None)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context, version: bool = typer.Option(False, "--version", help="Print the version and exit.")
) -> None:
    """Handle the options that stand before a command."""
    from proxy.cli.terminal import shown_safely

    context.with_resource(shown_safely())
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line. A fault ends in one line on standard error and an exit code."""
    from proxy.cli.terminal import shown_safely

    with shown_safely():
        try:
            app()
        except ConfigProblem as problem:
            typer.echo(str(problem), err=True)
            sys.exit(1)
        except Fault as fault:
            typer.echo(f"meeting-proxy: {fault}", err=True)
            sys.exit(3 if isinstance(fault, OwnFault) else 1)
