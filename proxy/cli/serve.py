"""``meeting-proxy serve``: run the proxy until a signal ends it."""

from __future__ import annotations

from typing import Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption


def serve(
    config: ConfigOption = DEFAULT_CONFIG,
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Start although the ledger lacks records that it had; this is recorded."),
    ] = False,
) -> None:
    """Run the proxy.

    On SIGHUP it reads the configuration again, with its files of words and secrets. All of it counts from the next
    request; if anything is wrong, nothing changes, and the log says where. On SIGTERM or SIGINT it stops accepting
    requests, lets those under way finish (limits.drain_seconds), then exits with 0.
    """
    from proxy.composition.app import run

    run(config, accept_loss=accept_loss)
