"""What decisions about requests read of the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from proxy.consent.grants import Grant, Scope
from proxy.edge.store.store import Store
from proxy.model import Meeting


class StoredRegistry:
    """Implements `ports.ConsentRegistry`."""

    def __init__(self, store: Store) -> None:
        self._consents, self._meetings = store.consents, store.meetings

    async def meeting(self, meeting_id: str) -> Meeting | None:
        """As `ConsentRegistry.meeting`."""
        return await self._meetings.by_id(meeting_id)

    async def meetings_around(self, series: str, at: datetime) -> Sequence[Meeting]:
        """As `ConsentRegistry.meetings_around`."""
        return await self._meetings.around(series, at)

    async def grants(
        self,
        participants: Collection[str],
        *,
        purposes: Collection[str] | None = None,
        recipient: str | None = None,
        scopes: Collection[tuple[Scope, str]] | None = None,
    ) -> Sequence[Grant]:
        """As `ConsentRegistry.grants`."""
        return await self._consents.grants(participants, purposes=purposes, recipient=recipient, scopes=scopes)
