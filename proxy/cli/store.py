"""``meeting-proxy store``: the schema of the store. Every command brings it up to date when it opens the store."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, read

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
