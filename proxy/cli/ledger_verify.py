"""``meeting-proxy ledger verify``, and what outside of a ledger confirms it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from proxy.audit.checkpoints import WitnessKey, parse_checkpoint
from proxy.audit.verify import Report
from proxy.cli.ledger_filters import DirectoryOption, place
from proxy.cli.ledger_shown import show_report
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, read, screen, with_store
from proxy.edge.ledger.anchors.anchor import asked
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.reader import check, public_key
from proxy.errors import ClientFault, Fault
from proxy.settings import Settings

if TYPE_CHECKING:
    from proxy.edge.store.store import Store

EXIT = {"ok": 0, "tampered": 1, "incomplete": 2, "unanchored": 3}


class Confirming(NamedTuple):
    """What confirms a ledger from outside: checkpoints by the names of their anchors, and keys of witnesses."""

    checkpoints: list[tuple[str, bytes]]
    witnesses: list[WitnessKey]


def verify(
    directory: DirectoryOption = None,
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
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Check that no record was changed, dropped, swapped or added.

    Works offline, on a copy too, with nothing but the public key. Exit code 0: in order; 1: tampered with;
    2: incomplete (no checkpoint, no key, no records, or a last record that was never finished); 3: in order in itself,
    but nothing outside of its directory confirms it (a kept checkpoint, a witness, or, without --directory, the anchors
    of the configuration: signing key, store, …).
    """
    if directory is None and not Path(read(config).ledger.directory).is_dir():
        _gone(read(config))
    folder = place(directory, config).folders[0]
    for kept in checkpoint or ():
        if not kept.is_file():
            typer.echo(f"meeting-proxy: {kept}: no such file; name a checkpoint that was kept", err=True)
            raise typer.Exit(2)
    try:
        key = public_key(public_key_file or folder / "public.key")
        known = [(str(path), path.read_bytes()) for path in checkpoint or ()]
        witnesses = [_witness(text) for text in witness or ()]
        if directory is None:
            anchored = confirming(read(config))
            known, witnesses = [*known, *anchored.checkpoints], [*witnesses, *anchored.witnesses]
        report = check(folder, key, known, witnesses)
    except Fault as fault:
        typer.echo(f"meeting-proxy: {fault}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(_plain(report)))
    else:
        show_report(report, key, screen(), own_key=public_key_file is None)
    raise typer.Exit(EXIT[report.verdict])


def confirming(settings: Settings) -> Confirming:
    """What the anchors of the configuration know. Those that fail are told on standard error."""
    origin = settings.log

    async def ask(store: Store) -> list[tuple[str, bytes]]:
        anchors = anchors_of(settings, store, lambda: datetime.now(UTC))
        found = await asked(anchors, origin)
        silent = {anchor.name for anchor in anchors if anchor.tells} - {name for name, _ in found}
        if silent:
            typer.echo(f"meeting-proxy: no checkpoint from: {', '.join(sorted(silent))}", err=True)
        return found

    configured = (each.witness for each in settings.ledger.anchors)
    return Confirming(with_store(settings, ask), [_witness(each.key) for each in configured if each is not None])


def _gone(settings: Settings) -> None:
    """Exit with 1 if there is no ledger where the anchors know of one."""
    known = max(confirming(settings).checkpoints, key=lambda each: parse_checkpoint(each[1]).size, default=None)
    if known is not None:
        size = parse_checkpoint(known[1]).size
        gone = f"{settings.ledger.directory}: the ledger is gone; the anchor '{known[0]}' knows {size} records of it"
        typer.echo(f"meeting-proxy: {gone}", err=True)
        raise typer.Exit(EXIT["tampered"])


def _witness(text: str) -> WitnessKey:
    key = WitnessKey.read(text)
    if key is None:
        detail = "the key of a witness is one line, <name>+<key id>+<key>, of the kind for cosignatures (0x04)"
        raise ClientFault("unknown_key", detail)
    return key


def _plain(report: Report) -> dict[str, object]:
    fields = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    problems = [dataclasses.asdict(problem) for problem in report.problems]
    return {"verdict": report.verdict, **fields, "codes": dict(report.codes), "problems": problems}
