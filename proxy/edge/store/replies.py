"""The store's short-lived data about replies.

Holds what restores replies that arrive later, sealed, and digests of text that clients were given back. Both are kept
until they expire.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, bindparam, cast, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.attribution.returned_text import DIGEST_BYTES
from proxy.edge.store.database import CHUNK, Database, chunks, closing
from proxy.edge.store.tables import given_back, later_replies
from proxy.model import GivenBack

REMEMBERED = timedelta(days=7)
"""How long after its expiry a job is still known to have existed. Nothing else of it is kept."""


@dataclass(frozen=True, slots=True)
class SealedReply:
    """A row. `job` is a keyed hash; `sealed` is None if nothing of the content is left."""

    job: str
    client: str
    until: datetime
    people: Sequence[str]
    sealed: bytes | None


class SealedReplies:
    """What restores replies that arrive later, unreadable without the key."""

    def __init__(self, db: Database):
        self._db = db

    async def put(self, row: SealedReply, now: datetime) -> bool:
        """Put a row on file, durable on return. False if this job is already on file. Sweeps first."""
        values = {
            "job": row.job,
            "client": row.client,
            "until": row.until,
            "people": list(row.people),
            "sealed": row.sealed,
        }
        async with self._db.writing() as connection:
            await _sweep(connection, now)
            done = await connection.execute(self._db.insert(later_replies).values(values).on_conflict_do_nothing())
            return done.rowcount == 1

    async def find(self, job: str) -> SealedReply | None:
        """Return the row of a job."""
        found = await self._db.rows(select(later_replies).where(later_replies.c.job == job))
        with closing("what was kept of a job cannot be read"):
            return next((SealedReply(row.job, row.client, row.until, row.people, row.sealed) for row in found), None)

    async def sweep(self, now: datetime) -> None:
        """Overwrite expired rows, and delete those that expired long ago; a bounded number of both."""
        async with self._db.writing() as connection:
            await _sweep(connection, now)


async def empty_replies_of(connection: AsyncConnection, person: str) -> None:
    """Overwrite everything in which a person occurs: their name can then no longer be restored."""
    # Ids are compared in quotation marks, as they are written in the store's JSON.
    named = cast(later_replies.c.people, String).contains(json.dumps(person), autoescape=True)
    await connection.execute(update(later_replies).where(named).values(sealed=None, people=[]))


async def _sweep(connection: AsyncConnection, now: datetime) -> None:
    over = later_replies.c.until <= now, later_replies.c.sealed.is_not(None)
    await connection.execute(update(later_replies).where(_some(*over)).values(sealed=None, people=[]))
    await connection.execute(delete(later_replies).where(_some(later_replies.c.until <= now - REMEMBERED)))


def _some(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Select a bounded number of rows that no other process is changing, so that sweeps do not wait for each other."""
    job = later_replies.c.job
    return job.in_(select(job).where(*conditions).limit(CHUNK).with_for_update(skip_locked=True))


class TextsGivenBack:
    """What clients were given back, by client and meeting."""

    def __init__(self, db: Database):
        self._db = db

    async def put(self, given: GivenBack, until: datetime, now: datetime) -> None:
        """Put digests on file, durable on return. Deletes expired ones."""
        values = {
            "exchange": given.exchange,
            "client": given.client,
            "meeting": given.meeting,
            "until": until,
            "people": list(given.people),
            "speeches": given.speeches,
            "digests": b"".join(sorted(given.digests)),
        }
        await self._db.put((_EXPIRED, {"now": now}), (_GIVEN[self._db.dialect], values))

    async def exchanges(self, client: str, meeting: str, now: datetime, most: int) -> Sequence[str]:
        """Return the exchanges that gave this client something in this meeting, as `find` does."""
        found = await self._db.get(_EXCHANGES, {"client": client, "meeting": meeting, "now": now, "most": most})
        return [exchange for (exchange,) in found]

    async def by_exchange(self, exchanges: Sequence[str]) -> Sequence[GivenBack]:
        """Return what these exchanges gave back, as far as it is on file."""
        rows: list[Any] = []
        for some in chunks(exchanges):
            rows += await self._db.rows(select(given_back).where(given_back.c.exchange.in_(some)))
        return _given_of(rows)

    async def find(self, client: str, meeting: str, now: datetime, most: int) -> Sequence[GivenBack]:
        """Return what this client was given in this meeting and has not expired; the newest `most`."""
        mine = given_back.c.client == client, given_back.c.meeting == meeting, given_back.c.until > now
        found = await self._db.rows(select(given_back).where(*mine).order_by(given_back.c.until.desc()).limit(most))
        return _given_of(found)


_EXPIRED = delete(given_back).where(given_back.c.until <= bindparam("now"))
_GIVEN = {
    "sqlite": sqlite.insert(given_back).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(given_back).on_conflict_do_nothing(),
}
_EXCHANGES = (
    select(given_back.c.exchange)
    .where(
        given_back.c.client == bindparam("client"),
        given_back.c.meeting == bindparam("meeting"),
        given_back.c.until > bindparam("now"),
    )
    .order_by(given_back.c.until.desc())
    .limit(bindparam("most", type_=Integer))
)


def _given_of(rows: Sequence[Any]) -> list[GivenBack]:
    with closing("what was given back in a meeting cannot be read"):
        return [
            GivenBack(row.client, row.meeting, row.exchange, tuple(row.people), row.speeches, _digests(row.digests))
            for row in rows
        ]


async def drop_given_back_of(connection: AsyncConnection, person: str) -> None:
    """Delete everything in which a person may occur."""
    # Ids are compared in quotation marks, as they are written in the store's JSON.
    named = cast(given_back.c.people, String).contains(json.dumps(person), autoescape=True)
    await connection.execute(delete(given_back).where(named))


def _digests(held: bytes) -> frozenset[bytes]:
    return frozenset(held[at : at + DIGEST_BYTES] for at in range(0, len(held), DIGEST_BYTES))
