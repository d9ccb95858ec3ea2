"""What commands that use the store share: opening it, and the options that several of them have."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from proxy.edge.store.store import Store
    from proxy.settings import Settings

Result = TypeVar("Result")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def with_store(settings: Settings, work: Callable[[Store], Awaitable[Result]]) -> Result:
    """What `work` makes of the configured store; raises `OwnFault` (exit code 3) where that fails."""
    from proxy.edge.store.store import Store

    async def run() -> Result:
        async with await Store.open(settings.store) as store:
            return await work(store)

    return asyncio.run(run())


def new_id() -> str:
    """What a new record or person is called by: random, so that it says nothing of them."""
    return uuid.uuid4().hex


def instant(written: str) -> datetime:
    """An option's instant: ISO 8601 with its time zone."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter("write an instant as 2026-03-02T10:00:00Z") from None
    if found.tzinfo is None:
        raise typer.BadParameter("add the time zone, as in 2026-03-02T10:00:00Z or 2026-03-02T11:00:00+01:00")
    return found


def iso(at: datetime | None) -> str | None:
    """An instant for people and scripts, in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def note(text: str) -> None:
    """A remark on standard error that changes neither the output nor the exit code."""
    typer.echo(f"note: {text}", err=True)
