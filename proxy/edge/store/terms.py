"""The store's terms: what recipients' terms said, version by version, and who accepted them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select

from proxy.consent.terms import TermsVersion
from proxy.edge.store.database import Database
from proxy.edge.store.tables import terms, terms_accepted


class TermsTexts:
    """Reads and records recipients' terms."""

    def __init__(self, db: Database):
        self._db = db

    async def add(self, recipient: str, version: str, text: str, digest: str, at: datetime) -> bool:
        """Put a version on file. False if it is already there; its text then stays as it was."""
        row = {"recipient": recipient, "version": version, "digest": digest, "text": text, "added_at": at}
        return await self._db.add(terms, row)

    async def of(self, recipient: str) -> list[TermsVersion]:
        """Return all versions of a recipient's terms, in the order in which they were added."""
        accepted = terms_accepted.c
        same = and_(accepted.recipient == terms.c.recipient, accepted.version == terms.c.version)
        columns = (terms.c.version, terms.c.digest, terms.c.text, terms.c.added_at)
        query = (
            select(*columns, accepted.accepted_at, accepted.accepted_by)
            .select_from(terms.outerjoin(terms_accepted, same))
            .where(terms.c.recipient == recipient)
            .order_by(terms.c.seq)
        )
        return [TermsVersion(recipient, *row) for row in await self._db.rows(query)]

    async def accept(self, recipient: str, version: str, by: str, at: datetime) -> bool:
        """Record that `by` accepted a version. False if it is not on file, or was accepted before."""
        if all(each.version != version for each in await self.of(recipient)):
            return False
        row = {"recipient": recipient, "version": version, "accepted_by": by, "accepted_at": at}
        return await self._db.add(terms_accepted, row)
