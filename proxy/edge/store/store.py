"""The store: meetings, people, consent records, terms, links, the keys that pseudonymize people in the ledger, what
restores replies that arrive later, and digests of what clients were given back.

Nothing is cached: what another process wrote counts in the next read. Any failure is one `OwnFault`, which
quotes neither a value nor another exception.
"""

from __future__ import annotations

from typing import Self

from sqlalchemy import select

from proxy.edge.store.consent import Consents
from proxy.edge.store.database import open_engine
from proxy.edge.store.given_back import TextsGivenBack
from proxy.edge.store.keys import Keys
from proxy.edge.store.later import SealedReplies
from proxy.edge.store.links import Links
from proxy.edge.store.notes import Notes
from proxy.edge.store.people import Directory
from proxy.edge.store.tables import schema_version
from proxy.edge.store.terms import TermsTexts


class Store(Directory, Consents, TermsTexts, Links, Keys, SealedReplies, TextsGivenBack, Notes):
    """Implements `ports.ConsentRegistry`, and what commands write. Make one with `await Store.open(url)`."""

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the store at ``sqlite:///relative`` or ``sqlite:////absolute``; make it where it is absent.

        A new file is readable by its owner alone. A store of a newer schema is refused.
        """
        return cls(await open_engine(url))

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def ping(self) -> None:
        """Raise `OwnFault` unless the store answers; for readiness."""
        await self._rows(select(schema_version.c.version))
