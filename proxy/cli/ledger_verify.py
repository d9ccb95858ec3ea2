"""``meeting-proxy ledger verify``, of one ledger or of all on the store, and ``prove``: proofs of single records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from proxy.audit.findings import Verdict
from proxy.audit.query import EventFilter
from proxy.cli.ledger_confirming import Confirming, confirming, given, newest
from proxy.cli.ledger_filters import place
from proxy.cli.ledger_shown import plain, show_report
from proxy.cli.ledger_verify_all import show, verify_all
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, read, screen, write_private
from proxy.edge.ledger.reader import check, own_key, public_key
from proxy.errors import ClientFault, Fault
from proxy.settings import Settings

EXIT: dict[Verdict, int] = {"ok": 0, "tampered": 1, "incomplete": 2, "unanchored": 3}


def verify(
    directory: Annotated[
        list[Path] | None,
        typer.Option("--directory", "-d", help="The ledger's directory; with --all also others', repeatable."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Check the ledgers of all proxies on the store, and find those that are not.")
    ] = False,
    public_key_file: Annotated[
        Path | None,
        typer.Option("--public-key", help="The key to check with, best one that was kept elsewhere."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was kept elsewhere; may be given several times.")
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option(help="The key of a witness whose cosignature counts, <name>+<id>+<key>.")
    ] = None,
    authority: Annotated[
        list[Path] | None, typer.Option(help="Certificates, PEM, to trust for time stamps; those of the configuration.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Check that no record was changed, dropped, swapped or added.

    Works offline, on a copy too, with nothing but the public key. Exit code 0: in order; 1: tampered with;
    2: incomplete (no checkpoint, no key, no records, or a last record that was never finished); 3: in order in itself,
    but nothing outside of its directory confirms it (a kept checkpoint, a witness, or, without --directory, the anchors
    of the configuration: signing key, store, …).

    With --all, every ledger that the store knows: in full where its directory is given (that of the configuration,
    ledger.others, --directory), else by what the anchors know. Exit code 1 also for one that is behind, forked or gone,
    or grew after it was retired; 2 also for one that is missing or silent.
    """
    folders = directory or []
    if not every and len(folders) > 1:
        raise typer.BadParameter("several ledgers are checked with --all", param_hint="--directory")
    if every and public_key_file is not None:
        raise typer.BadParameter("with --all, each key is that beside its ledger, held against the store's checkpoint")
    try:
        known = given(checkpoint or (), witness or (), authority or ())
        if every:
            verdict = show(verify_all(read(config), folders, known), as_json=as_json)
        else:
            verdict = _verify_one(folders[0] if folders else None, public_key_file, known, config, as_json=as_json)
    except Fault as fault:
        typer.echo(f"meeting-proxy: {fault}", err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(EXIT[verdict])


def _verify_one(
    directory: Path | None, public_key_file: Path | None, known: Confirming, config: Path, *, as_json: bool
) -> Verdict:
    if directory is None and not Path(read(config).ledger.directory).is_dir():
        _gone(read(config))
    folder = place(directory, config).folders[0]
    key = public_key(public_key_file) if public_key_file else own_key(folder)
    if directory is None:
        known = known.and_also(confirming(read(config)))
    report = check(folder, key, *known)
    if as_json:
        typer.echo(json.dumps(plain(report)))
    else:
        show_report(report, key, screen(), own_key=public_key_file is None)
    return report.verdict


def _gone(settings: Settings) -> None:
    """Exit with 1 if there is no ledger where the anchors know of one."""
    known = newest(confirming(settings).checkpoints)
    if known is not None:
        gone = f"the ledger is gone; the anchor '{known.anchor}' knows {known.size} records of it"
        typer.echo(f"meeting-proxy: {settings.ledger.directory}: {gone}", err=True)
        raise typer.Exit(EXIT["tampered"])


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
