"""Whether a store is the one with which a ledger was written: its keys have to make the ledger's pseudonyms.

Without these keys nobody can say what had left of whom, so a proxy does not start on another store unnoticed.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from proxy.audit.pseudonyms import unmade_meetings
from proxy.audit.query import meeting_of
from proxy.edge.ledger.reader import records
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.settings import Settings

REMEDY = (
    "restore the store that was there before (docs/operations.md#backup), or name it in 'store'; if it is lost for "
    "good, start once with 'serve --accept-loss': what left of people before stays unknown"
)


async def check(settings: Settings, store: Store) -> None:
    """Raise `OwnFault` if the ledger names meetings, and the store has no key for any of them.

    A store that knows the log is not asked: the proxy puts each checkpoint there.
    """
    if await store.logs.of(settings.log) is not None:
        return
    named, lacking = await lacking_keys(settings, store)
    if named and lacking == named:
        detail = f"the store has no key for any of the {named} meetings that the ledger names; {REMEDY}"
        raise OwnFault("store_lacks_keys", detail, where="store")


async def lacking_keys(settings: Settings, store: Store) -> tuple[int, int]:
    """How many meetings the ledger names, and for how many of these the store has no key. Raises `OwnFault`."""
    named = await asyncio.to_thread(_named, Path(settings.ledger.directory))
    return len(named), unmade_meetings(named, await store.keys.of_meetings(), settings.organization)


def _named(directory: Path) -> set[str]:
    try:
        shown = {meeting_of(record.event) for record in records(directory)}
    except OSError:
        return set()  # whoever opens the ledger says what is wrong with it
    return {each for each in shown if each is not None and not each.endswith(":unavailable")}
