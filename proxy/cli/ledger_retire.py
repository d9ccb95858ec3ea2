"""``meeting-proxy ledger retire``: ends the ledger of a proxy that will not come back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, read, with_store
from proxy.desk import logs as desk

if TYPE_CHECKING:
    from proxy.edge.store.store import Store


def retire(
    name: Annotated[str, typer.Argument(help="The ledger.name of the proxy, or the log's whole name with a '/'.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """End the ledger of a proxy that will not come back, so that it is neither missing nor silent any more.

    How it ended is kept in the store and, as what you did, in the ledger of another proxy. 'ledger verify --all' tells
    if it grows after all. Exit code 1: there is no such ledger, or its proxy still gives signs of life.
    """
    from proxy.cli.ledger_verify_all import known_to_anchors

    settings = read(config)
    copies = known_to_anchors(settings).copies

    async def end(store: Store) -> desk.Retired:
        return await desk.retire(store, settings.organization, name, copies, now=datetime.now(UTC))

    done = with_store(settings, end)
    typer.echo(f"{done.origin} is retired; it ended with {done.records} records, as '{done.known_by}' knows.")
