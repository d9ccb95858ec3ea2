"""List the exchanges that left with a participant's words, or with what was made of them; none can be called back."""

from __future__ import annotations

from typing import Any

import typer

from proxy.audit.about import CarryingExchange
from proxy.cli.shared import iso
from proxy.desk.subjects import AlreadyLeft


def plain(left: AlreadyLeft) -> dict[str, Any]:
    """Return the list for scripts. ``exchanges`` is null where no ledger could be read."""
    if left.exchanges is None:
        return {"exchanges": None, "note": left.note}
    exchanges = [each._asdict() | {"at": iso(each.at), "kept": dict(each.kept)} for each in left.exchanges]
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
    said = [each for each in found if each.utterances or each.characters]
    repeated = [each for each in found if each.rests_on]
    typer.echo(f"Exchanges that carried words of {participant}: {len(said)}")
    for each in said:
        typer.echo(
            f"{_begun(each)}: {each.utterances} utterances, {each.characters} characters{_kept(each)}; {_ended(each)}"
        )
    if repeated:
        typer.echo(
            f"Exchanges that sent again what the AI had made of their words, or repeated of them: {len(repeated)}"
        )
    for each in repeated:
        typer.echo(f"{_begun(each)}, from {', '.join(each.rests_on)}; {_ended(each)}")
    typer.echo(left.note)


def _kept(each: CarryingExchange) -> str:
    kept = ", ".join(f"{number} {kind}" for kind, number in each.kept.items())
    return f", sent as said: {kept}" if kept else ""


def _begun(each: CarryingExchange) -> str:
    return f"  {iso(each.at)}  {each.recipient} for {each.purpose}"


def _ended(each: CarryingExchange) -> str:
    ended = f"reply {each.delivered}" if each.delivered else "no outcome yet"
    reason = f", {each.reason}" if each.reason else ""
    return f"{ended}{reason}  [{each.exchange}]"
