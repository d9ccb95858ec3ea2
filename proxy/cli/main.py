"""The command ``meeting-proxy``: one module a command. Imports are inside commands, so that --help is quick.

Exit codes: 0 done; 1 refused, invalid or not found; 2 wrong usage; 3 a store, ledger or detector is unavailable.
"""

from __future__ import annotations

import sys

import typer

from proxy import __version__
from proxy.cli import (
    check,
    consent,
    detect,
    evaluate,
    explain,
    invite,
    ledger,
    meeting,
    people,
    profile,
    redact,
    serve,
    simulate,
    store,
    terms,
)
from proxy.edge.configuration.file import ConfigProblem
from proxy.errors import Fault, OwnFault

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="A proxy between meeting clients and AI endpoints. It keeps the words of people who did not consent out "
    "of the AI, removes personal data from what is sent, puts names back into what returns, and records what left.",
)
app.command("serve")(serve.serve)
app.command("check")(check.check)
app.command("explain")(explain.explain)
app.command("simulate")(simulate.simulate)
app.command("redact")(redact.redact)
app.command("detect")(detect.detect)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(consent.app, name="consent", help="Record and list what people allowed and refused.")
consent.app.command("invite")(invite.invite)
app.add_typer(meeting.app, name="meeting", help="Meetings and who is in them.")
app.add_typer(people.app, name="people", help="Whom the organization knows, under which names.")
app.add_typer(profile.app, name="profile", help="Where people speak in a client's requests: learn it, and try it.")
app.add_typer(terms.app, name="terms", help="What recipients' terms say, and what changed in them.")
app.add_typer(store.app, name="store", help="The schema of the database: show it, bring it up to date.")
app.add_typer(ledger.app, name="ledger", help="Verify and read the record of what left.")


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    """Options that stand before a command."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; faults end in one line on standard error and an exit code."""
    try:
        app()
    except ConfigProblem as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)
    except Fault as fault:
        typer.echo(f"meeting-proxy: {fault}", err=True)
        sys.exit(3 if isinstance(fault, OwnFault) else 1)
