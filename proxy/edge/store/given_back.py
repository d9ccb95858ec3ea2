"""The store's part of text that clients were given back: digests of it, until they are past their time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.attribution.derived import DIGEST_BYTES
from proxy.edge.store.base import Database
from proxy.edge.store.database import closing
from proxy.edge.store.tables import given_back
from proxy.model import GivenBack


class TextsGivenBack:
    """What clients were given back, by client and meeting."""

    def __init__(self, db: Database):
        self._db = db

    async def put(self, given: GivenBack, until: datetime, now: datetime) -> None:
        """Put it on file, durable on return; what is past its time goes."""
        values = {
            "exchange": given.exchange,
            "client": given.client,
            "meeting": given.meeting,
            "until": until,
            "people": list(given.people),
            "speeches": given.speeches,
            "digests": b"".join(sorted(given.digests)),
        }
        async with self._db.writing() as connection:
            await connection.execute(delete(given_back).where(given_back.c.until <= now))
            await connection.execute(self._db.insert(given_back).values(values).on_conflict_do_nothing())

    async def find(self, client: str, meeting: str, now: datetime, most: int) -> Sequence[GivenBack]:
        """What this client was given in this meeting and is not past its time; the newest `most`."""
        mine = given_back.c.client == client, given_back.c.meeting == meeting, given_back.c.until > now
        found = await self._db.rows(select(given_back).where(*mine).order_by(given_back.c.until.desc()).limit(most))
        with closing("what was given back in a meeting cannot be read"):
            return [
                GivenBack(row.client, row.meeting, row.exchange, tuple(row.people), row.speeches, _digests(row.digests))
                for row in found
            ]


async def drop_given_back_of(connection: AsyncConnection, person: str) -> None:
    """Delete everything in which a person may occur."""
    # Ids are compared in quotation marks, as they are written in the store's JSON.
    named = cast(given_back.c.people, String).contains(json.dumps(person), autoescape=True)
    await connection.execute(delete(given_back).where(named))


def _digests(held: bytes) -> frozenset[bytes]:
    return frozenset(held[at : at + DIGEST_BYTES] for at in range(0, len(held), DIGEST_BYTES))
