"""The store's keys: one for each subject, from which the ledger's pseudonyms are derived."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.audit.pseudonyms import MEETING_SUBJECT
from proxy.edge.store.database import FEW, Database, listed, one_of
from proxy.edge.store.direct import Asked
from proxy.edge.store.replies import drop_given_back_of, empty_replies_of
from proxy.edge.store.tables import subject_keys
from proxy.errors import OwnFault


class Keys:
    """Keys of subjects."""

    def __init__(self, db: Database):
        self._db = db

    async def of(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """Return a random key of 32 bytes for each subject, created on first use and durable before it is returned."""
        wanted = sorted(set(subjects))
        keys = await self._keys(wanted)
        missing = [subject for subject in wanted if subject not in keys]
        if missing:
            async with self._db.writing() as connection:
                new = [{"subject": subject, "secret": secrets.token_bytes(32)} for subject in missing]
                await connection.execute(self._db.insert(subject_keys).on_conflict_do_nothing(), new)
            # Another process may have been first; the keys on file are the ones that count.
            keys |= await self._keys(missing)
        if len(keys) < len(wanted):
            raise OwnFault("store_unavailable", "a key that was just made is gone")
        return keys

    async def known(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """Return the keys of those subjects that have one. Creates none."""
        return await self._keys(sorted(set(subjects)))

    async def of_meetings(self) -> Sequence[bytes]:
        """Return the keys of all meetings that ever had one."""
        chosen = select(subject_keys.c.secret).where(subject_keys.c.subject.startswith(MEETING_SUBJECT))
        return [row.secret for row in await self._db.rows(chosen)]

    async def forget(self, subject: str) -> None:
        """Destroy a subject's key: their pseudonyms in the ledger can no longer be linked to them.

        Also destroys what restores later replies in which they occur, and the digests of what clients were given.
        """
        async with self._db.writing() as connection:
            await destroy(connection, subject)
        if self._db.dialect == "sqlite":
            # The write-ahead log still holds the page with the key until it is truncated.
            await self._db.rows(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def _keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        dialect = self._db.dialect
        sql = f"SELECT subject, secret FROM subject_keys WHERE subject {one_of(dialect, 1)}"  # noqa: S608
        (found,) = await self._db.answers([Asked(sql, (listed(dialect, subjects),))], few=len(subjects) <= FEW)
        return dict(found)


async def destroy(connection: AsyncConnection, subject: str) -> None:
    """Destroy a subject's key, what restores later replies with them, and digests of what clients were given."""
    await empty_replies_of(connection, subject)
    await drop_given_back_of(connection, subject)
    await connection.execute(delete(subject_keys).where(subject_keys.c.subject == subject))
