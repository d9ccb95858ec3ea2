"""``meeting-proxy ledger prune``, ``rotate-key``, ``copy``, ``index``, ``retire``: commands that look after a ledger.

`prune` and `rotate-key` change the ledger itself, so the proxy must not be running. `copy` and `index` only read it.
"""

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
from proxy.cli.ledger_filters import DirectoryOption, OthersOption, place
from proxy.cli.shared import note, progress, with_store
from proxy.desk import logs as desk
from proxy.edge.ledger.copying import copy_ledger
from proxy.edge.ledger.index.database import default_url
from proxy.edge.ledger.index.index import LedgerIndex

if TYPE_CHECKING:
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


def copy(
    to: Annotated[Path, typer.Argument(help="Folder of the copy; made if need be, brought up to date otherwise.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Copy the ledger, or bring its copy up to date. The proxy may be running.

    The copy holds all records that the newest checkpoint vouches for, and no private key. Exit code 1: the copy is no
    beginning of the ledger, so that one of the two was changed; nothing is overwritten then.
    """
    copied = copy_ledger(Path(read(config).ledger.directory), to)
    typer.echo(f"{to}: {copied.records} records, {copied.new_bytes} new bytes")
    if copied.pruned:
        note(f"pruned in the ledger, still in the copy: {', '.join(copied.pruned)}; delete them when they may go")
    note(
        f"check it with: meeting-proxy ledger verify --directory {to} --public-key FILE, a key that was kept elsewhere"
    )


def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make it anew instead of adding what is new.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Read the whole ledger again, and compare all that the index has with it.")
    ] = False,
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Bring the index for questions up to date; query, carried, show, report and export do it, too.

    Run it after a prune, so that the index forgets what the ledger no longer holds. An answer shows no record that is
    not the ledger's; that it leaves none out, --check says. Exit code 3: the ledger is not whole, the index cannot be
    written, or it has not what the ledger has.
    """
    where = place(directory, config, others)
    url = where.index or default_url(where.folders[0])
    with progress("Reading the ledger") as told, LedgerIndex(url, where.folders) as made:
        if rebuild:
            made.rebuild()
        made.catch_up(told)
        if check:
            made.compare()
        number = made.count()
    compared = ", and has what they have" if check else ""
    typer.echo(f"The index is up to date: {number} records of {len(where.folders)} ledgers{compared}.")


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
