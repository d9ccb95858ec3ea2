"""``meeting-proxy reload``: have a running proxy read its configuration again, and say what came of it."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import time
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, read
from proxy.edge.admin.asking import connection_to
from proxy.edge.configuration.terms_check import doubts_of
from proxy.edge.ledger.lock import writer_of
from proxy.settings import Ledger, Listener

POLL_SECONDS = 0.1


def reload(
    config: ConfigOption = DEFAULT_CONFIG,
    pid: Annotated[
        int,
        typer.Option(
            "--pid", envvar="MAINPID", help="The process of the proxy; default: the one that writes its ledger."
        ),
    ] = 0,
    seconds: Annotated[float, typer.Option("--timeout", help="How many seconds to wait for the outcome.")] = 60.0,
) -> None:
    """Have a running proxy read its configuration again, and say whether it did.

    It is told by SIGHUP. If anything is wrong, it goes on as before; the command names each problem and ends with 1. It
    ends with 3 if the process or its admin listener does not answer. Where the text of a recipient's terms contradicts
    what the configuration says of them, it warns as 'check' does.
    """
    settings = read(config)
    admin = settings.admin
    before = _loaded(admin)
    pid = pid or _writer(settings.ledger)
    try:
        os.kill(pid, signal.SIGHUP)
    except OSError as error:
        _fail(f"process {pid}: {error.strerror}")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        now = _loaded(admin)
        if now["refusals"] > before["refusals"]:
            for problem in now.get("problems", ()):
                typer.echo(problem, err=True)
            typer.echo("nothing was changed", err=True)
            raise typer.Exit(1)
        if now["reloads"] > before["reloads"]:
            same = now["digest"] == before["digest"]
            told = " (as before: no setting had changed; secrets and files were read again)" if same else ""
            typer.echo(f"reloaded: {now['digest']}{told}")
            for warning in asyncio.run(doubts_of(settings)):
                typer.echo(f"warning: {warning}", err=True)
            return
        time.sleep(POLL_SECONDS)
    _fail(f"no outcome within {seconds:g} s; is {pid} the proxy of this configuration?")


def _loaded(admin: Listener) -> Any:
    """Return what the proxy says of its settings. Exits if it says nothing."""
    place = f"{admin.host}:{admin.port}"
    connection = connection_to(admin, seconds=10)
    try:
        connection.request("GET", "/readyz")
        return json.loads(connection.getresponse().read())["settings"]
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        _fail(f"no proxy answers at {place} (admin); an address that was changed needs a restart")
    finally:
        connection.close()


def _writer(ledger: Ledger) -> int:
    """Return the process of the proxy. Exits if this user can see none here, as from outside of its container."""
    found = writer_of(Path(ledger.directory))
    if found is None:
        place = f"no process that this user can see here writes in {ledger.directory} (ledger.directory)"
        _fail(f"{place}; run it where the proxy runs, as its user, or name the process: --pid 4711")
    return found


def _fail(problem: str) -> NoReturn:
    typer.echo(f"meeting-proxy: {problem}", err=True)
    raise typer.Exit(3)
