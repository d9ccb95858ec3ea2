"""What commands say of exchanges that carried a person's words: a list, and that nothing of it can be called back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import typer

from proxy.audit.carried import CANNOT_BE_CALLED_BACK, Carried, carried
from proxy.audit.query import Subject, Wanted
from proxy.cli.stored import iso
from proxy.edge.ledger.reader import records
from proxy.settings import Settings

UNREADABLE = "No ledger can be read from here; where it is, 'meeting-proxy ledger carried' lists what has left."


def carried_words(settings: Settings, participant: str, directory: Path | None = None) -> tuple[Carried, ...] | None:
    """The exchanges that carried this person's words: under any of their ids, or from a room in which they sat.

    None where no ledger can be read from here: then nobody knows.
    """
    folder = directory or Path(settings.ledger.directory)
    if not folder.is_dir():
        return None
    subjects = asyncio.run(_subjects(settings, participant))
    try:
        return carried((record.event for record in records(folder, Wanted())), subjects) if subjects else ()
    except OSError:
        return None


async def _subjects(settings: Settings, participant: str) -> list[Subject]:
    from proxy.edge.store.store import Store

    async with await Store.open(settings.store) as store:
        own = {participant, *await store.other_ids(participant)}
        listed = {person for meeting in await store.meetings() for person in meeting.roster.participants}
        rooms = {person.id for person in listed if not own.isdisjoint(person.members)}
        keys = await store.known_keys(sorted(own | rooms))
    return [Subject(key, settings.organization) for key in keys.values()]


def plain(found: tuple[Carried, ...] | None) -> dict[str, Any]:
    """The list for scripts; ``exchanges`` is null where no ledger could be read."""
    if found is None:
        return {"exchanges": None, "note": f"{UNREADABLE} {CANNOT_BE_CALLED_BACK}"}
    exchanges = [
        {
            "exchange": each.exchange,
            "at": iso(each.at),
            "recipient": each.recipient,
            "purpose": each.purpose,
            "terms_version": each.terms_version,
            "utterances": each.utterances,
            "characters": each.characters,
            "delivered": each.delivered,
            "reason": each.reason,
        }
        for each in found
    ]
    return {"exchanges": exchanges, "note": CANNOT_BE_CALLED_BACK}


def show(participant: str, found: tuple[Carried, ...] | None) -> None:
    """The list for people."""
    if found is None:
        typer.echo(f"{UNREADABLE} {CANNOT_BE_CALLED_BACK}")
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
    typer.echo(CANNOT_BE_CALLED_BACK)
