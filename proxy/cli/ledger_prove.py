"""``meeting-proxy ledger prove``: proofs of single records, as files for others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from proxy.audit.query import EventFilter
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, read, write_private
from proxy.errors import ClientFault


def prove(
    which: Annotated[
        str, typer.Argument(help="A record's number, or the id of an exchange: then each of its records.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the files.")] = Path(),
    directory: Annotated[
        Path | None,
        typer.Option("--directory", "-d", help="The ledger's directory; by default that of the configuration."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write the proof that a record is in the ledger: one file a record, record-<number>.tlog-proof.

    It holds the record's event. Whoever has the ledger's public key can check it, with meeting-proxy-verify or any tool
    for C2SP tlog-proof, without the rest of the ledger. Exit code 1: there is no such record, or no checkpoint covers
    it yet.
    """
    from proxy.edge.ledger.proving import Prover
    from proxy.edge.ledger.reader import records

    folder = directory or Path(read(config).ledger.directory)
    prover = Prover(folder)
    numbers = [int(which)] if which.isdecimal() else [r.sequence for r in records(folder, EventFilter(exchange=which))]
    if not numbers:
        raise ClientFault("no_such_record", "the ledger has no record of such an exchange")
    made = [(output / f"record-{number}.tlog-proof", prover.prove(number)) for number in numbers]
    output.mkdir(parents=True, exist_ok=True)
    for path, proof in made:
        write_private(path, proof)
        typer.echo(path)
