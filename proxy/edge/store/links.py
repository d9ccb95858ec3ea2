"""The store's memory of links: which were used, and what was tried with invalid ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from proxy.edge.store.database import Database
from proxy.edge.store.tables import incidents, spent


class Incident(NamedTuple):
    """A forged, expired or reused link or call. Holds codes and ids only."""

    reason: str
    invitation: str | None
    at: datetime


class Links:
    """Used links and incidents."""

    def __init__(self, db: Database):
        self._db = db

    async def spend(self, nonce: str, invitation: str, at: datetime) -> bool:
        """Return True the first time, False ever after, whichever proxy asks; durable on return."""
        return await self._db.add(spent, {"nonce": nonce, "invitation": invitation, "at": at})

    async def note_incident(self, reason: str, invitation: str | None, at: datetime) -> None:
        """Append an incident. `reason` is a code and `invitation` an id, never what a caller wrote."""
        await self._db.add(incidents, {"reason": reason, "invitation": invitation, "at": at})

    async def incidents(self, limit: int = 100) -> Sequence[Incident]:
        """Return the newest incidents, newest first."""
        query = select(incidents.c.reason, incidents.c.invitation, incidents.c.at)
        return [Incident(*row) for row in await self._db.rows(query.order_by(incidents.c.seq.desc()).limit(limit))]
