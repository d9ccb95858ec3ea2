"""``meeting-proxy ledger prune`` and ``rotate-key``: what changes a ledger itself. The proxy must not be running."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy import __version__
from proxy.audit.acts import Acts
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, day, operator, read
from proxy.errors import ClientFault
from proxy.settings import Settings

if TYPE_CHECKING:
    from proxy.edge.ledger.ledger import LedgerFiles
    from proxy.edge.store.store import Store


def prune(
    before: Annotated[str, typer.Option(help="Records from before this instant may go, ISO 8601.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Delete the events of the oldest records. Their commitments stay, so that the ledger still verifies.

    Whole segments go, oldest first. What somebody on legal hold is named in stays, and all after it; so does what a
    shipping target has not got. The ledger records it. A running proxy does this by itself with ledger.retain_days.
    """
    settings = read(config)
    limit = day("--before", before)
    if limit is None or limit > datetime.now(UTC):
        raise ClientFault("invalid_period", "name an instant that has passed", where="--before")
    from proxy.edge.ledger.retention import pruned

    async def work(ledger: LedgerFiles, store: Store) -> None:
        found = await pruned(ledger, store, settings, limit, dry_run=dry_run)
        if found.records and not dry_run:
            await store.acts.did(Acts.LEDGER_CHANGED, facts={"change": "pruned", "count": found.records})
        doing = "would go" if dry_run else "went"
        typer.echo(
            f"{found.records} records in {len(found.segments)} segments {doing}; the log begins with {found.before}."
        )
        if found.stopped:
            typer.echo(f"No more may go: {found.stopped}.")

    asyncio.run(_with_ledger(settings, work))


def rotate_key(
    keep_old: Annotated[
        Path | None, typer.Option(help="Keep the old private key in this file; by default it is destroyed.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Give the ledger a new signing key, which the old one vouches for.

    Whoever kept the old public key can still check the whole ledger. Give auditors the new one, which this prints.
    """
    settings = read(config)
    from proxy.edge.ledger.rotation import rotated

    async def work(ledger: LedgerFiles, store: Store) -> None:
        await ledger.tell_of_key_change()
        await store.acts.did(Acts.LEDGER_CHANGED, facts={"change": "key"})

    if keep_old is not None and keep_old.exists():
        raise ClientFault("file_exists", f"{keep_old} exists; name a file that does not")
    asyncio.run(_with_ledger(settings, work))
    typer.echo(rotated(settings.ledger, settings.log, keep_old))


async def _with_ledger(settings: Settings, work: Callable[[LedgerFiles, Store], Awaitable[None]]) -> None:
    """Open store and ledger as the proxy does. Raises `OwnFault` (``ledger_locked``) while the proxy runs."""
    from proxy.edge.ledger.anchors import in_store
    from proxy.edge.ledger.anchors.configured import anchors_of
    from proxy.edge.ledger.ledger import LedgerFiles
    from proxy.edge.store.store import Store

    def now() -> datetime:
        return datetime.now(UTC)

    async with await Store.open(settings.store) as opened:
        store = opened.acting(operator())
        ledger = await LedgerFiles.open(
            settings.ledger,
            organization=settings.organization,
            keys=store.keys.of,
            clock=now,
            version=__version__,
            anchors=anchors_of(settings, opened, now),
        )
        try:
            await work(ledger, store)
        finally:
            await in_store.close(ledger, opened, settings.log, now)
