"""List the exchanges that carried a participant's words; what has left cannot be called back."""

from __future__ import annotations

import dataclasses
from typing import Any

import typer

from proxy.cli.shared import iso
from proxy.desk.subjects import AlreadyLeft


def plain(left: AlreadyLeft) -> dict[str, Any]:
    """Return the list for scripts. ``exchanges`` is null where no ledger could be read."""
    if left.exchanges is None:
        return {"exchanges": None, "note": left.note}
    exchanges = [dataclasses.asdict(each) | {"at": iso(each.at)} for each in left.exchanges]
    return {"exchanges": exchanges, "note": left.note}


def show(participant: str, left: AlreadyLeft) -> None:
    """Print the list for people."""
    found = left.exchanges
    if found is None:
        typer.echo(left.note)
        return
    if not found:
        typer.echo(f"No exchange on file carried words of {participant}.")
        return
    typer.echo(f"Exchanges that carried words of {participant}: {len(found)}")
    for each in found:
        ended = f"reply {each.delivered}" if each.delivered else "no outcome yet"
        reason = f", {each.reason}" if each.reason else ""
        typer.echo(
            f"  {iso(each.at)}  {each.recipient} for {each.purpose}: {each.utterances} utterances, "
            f"{each.characters} characters; {ended}{reason}  [{each.exchange}]"
        )
    typer.echo(left.note)
