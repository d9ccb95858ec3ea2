"""``meeting-proxy store``: its schema, which every command brings up to date, its backup and copy, and what expires."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, read
from proxy.desk.titles import with_title
from proxy.errors import ClientFault

if TYPE_CHECKING:
    from proxy.desk.expiring import Detention
    from proxy.edge.store.copying import CopiedTable
    from proxy.edge.store.store import Store
    from proxy.model import Participant

app = typer.Typer(no_args_is_help=True)

UrlOption = Annotated[
    str | None,
    typer.Option("--url", help="Another way to the store, such as as its owner; by default that of the configuration."),
]


@app.command()
def status(url: UrlOption = None, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show the store's schema; changes nothing. Exit code 1: a step is still to be made, or there is no store yet."""
    from proxy.edge.store.database import revision_at
    from proxy.edge.store.schema import NEWEST

    found = asyncio.run(revision_at(url or read(config).store))
    if as_json:
        typer.echo(json.dumps({"schema": found, "newest": NEWEST, "up_to_date": found == NEWEST}))
    elif found is None:
        typer.echo(f"no store yet; this version makes schema {NEWEST}")
    else:
        typer.echo(f"schema {found}; " + ("up to date" if found == NEWEST else f"this version needs {NEWEST}"))
    raise typer.Exit(0 if found == NEWEST else 1)


@app.command()
def upgrade(url: UrlOption = None, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Create the store, or bring it to the schema of this version. Makes all steps or none."""
    from proxy.edge.store.schema import NEWEST
    from proxy.edge.store.store import Store

    async def run() -> None:
        async with await Store.open(url or read(config).store) as store:
            await store.ping()

    asyncio.run(run())
    typer.echo(f"schema {NEWEST}; up to date")


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="File of the copy, which must not exist yet.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Copy a store on SQLite while the proxy runs. To restore it, stop the proxy and put the copy in its place.

    The copy links the ledger's pseudonyms to people: encrypt it, and let it expire. On PostgreSQL use pg_dump.
    """
    from proxy.edge.store.backup import copy_store
    from proxy.edge.store.database import file_of

    url = read(config).store
    file = file_of(url)
    if file is None:
        remedy = "the store is on PostgreSQL: pg_dump --format=custom, or the archive of your server"
        raise ClientFault("not_a_file", remedy, where="store")
    copy_store(file, to)
    typer.echo(f"{to}: {to.stat().st_size} bytes")


@app.command()
def expire(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and leave it on file.")] = False,
    erasures: Annotated[
        Path | None, typer.Option(help="Write a statement of erasure for each that goes into this directory.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take off file now what the settings of 'retention' say is to go: meetings, and people whom nothing needs.

    A running proxy does it every six hours. With several proxies on PostgreSQL, run it by a timer as the owner of the
    tables, if the proxies' role may not delete. Exit code 1: the settings keep everything.
    """
    from proxy.cli.erasures import directory_ready, write_statements
    from proxy.cli.shared import new_id, with_store
    from proxy.desk import expiring

    settings, now = read(config), datetime.now(UTC)
    if settings.retention.meetings_days is None:
        raise ClientFault(
            "nothing_expires", "set retention.meetings_days first; 'meeting-proxy config example' shows how"
        )

    directory_ready(None if dry_run else erasures)

    async def done_in(
        store: Store,
    ) -> tuple[expiring.Due | expiring.Expired, tuple[expiring.Detention, ...], Sequence[Participant]]:
        found: expiring.Due | expiring.Expired
        if dry_run:
            found = await expiring.due(store, settings, now)
        else:
            found = await expiring.expire(store, settings, new_id, now)
        return found, await expiring.detained(store, found.kept), await store.people.everybody()

    told, detained, everybody = with_store(settings, done_in)
    if erasures is not None and isinstance(told, expiring.Expired):
        write_statements(erasures, told.statements)
    if as_json:
        more = {"detained": [asdict(each) for each in detained]} if detained else {}
        left_out = {"statements", *(() if told.narrowed else ("narrowed",))}
        went = {name: value for name, value in asdict(told).items() if name not in left_out}
        typer.echo(json.dumps(went | more))
        return
    done = "would go" if dry_run else "went"
    typer.echo(f"{len(told.meetings)} meetings and {len(told.people)} people {done}")
    for kind, ids in (("meeting", told.meetings), ("person", told.people)):
        for each in ids:
            typer.echo(f"  {kind} {each}")
    for each in told.narrowed:
        typer.echo(f"  meeting {each}: all {done} but what is of whoever is on hold alone")
    for each, reason in told.kept:
        typer.echo(f"  {each} stays: {reason}")
    for line in _detained(detained, {each.id: each.name for each in everybody}, settings.retention.people_days):
        typer.echo(line)


def _detained(detained: Sequence[Detention], names: Mapping[str, str | None], people_days: int | None) -> Iterator[str]:
    """Yield who stays with a meeting because of a hold on somebody else, and until when."""
    then = (
        "until they are forgotten (retention.people_days is not set)"
        if people_days is None
        else f"until {people_days} days after the hold is released and the meeting is gone, if nothing else needs them"
    )
    for each in detained:
        held, others = (
            ", ".join(with_title(one, names.get(one)) for one in ids) for ids in (each.on_hold, each.others)
        )
        yield f"  {each.meeting} stays because of the hold on {held}" + (
            f"; with it stay {others}, {then}" if others else ""
        )


@app.command()
def copy(
    to: Annotated[str, typer.Option("--to", help="An empty one: postgresql://user@host/database or sqlite:///path.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Copy all of the store into another that is empty, such as from SQLite to PostgreSQL. Stop all proxies before.

    Keys that tie people to the ledger come along. Both are compared by the number of rows and a digest of each table
    before the copy counts; the old store stays as it was. Then name the new one in the configuration (store).
    """
    from proxy.desk import logs
    from proxy.edge.store.copying import copy_into
    from proxy.edge.store.database import revision_at
    from proxy.edge.store.schema import NEWEST
    from proxy.edge.store.store import Store

    settings = read(config)

    async def run() -> list[CopiedTable]:
        if await revision_at(settings.store) == NEWEST:
            async with await Store.open(settings.store) as store:
                await logs.check_all_stopped(store, now=datetime.now(UTC))
        return await copy_into(settings.store, to)

    copied = asyncio.run(run())
    if as_json:
        typer.echo(json.dumps([each._asdict() for each in copied]))
        return
    for each in copied:
        typer.echo(f"{each.table}: {each.rows} rows  sha256:{each.digest}")
    typer.echo("both stores hold the same: name the new one in the configuration (store), and put the old one away")
