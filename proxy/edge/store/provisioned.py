"""The store's memory of what a directory says of people on file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.edge.store.database import Database, chunks, closing
from proxy.edge.store.tables import participants, provisioned
from proxy.meetings.provisioning.attributes import DirectoryEntry
from proxy.model import ParticipantClass

_NOT_PEOPLE = (ParticipantClass.ROOM.value, ParticipantClass.BOT.value)


class Provisioned:
    """What a directory says of people, each by their id on file."""

    def __init__(self, db: Database):
        self._db = db

    async def of(self, ids: Collection[str]) -> Mapping[str, DirectoryEntry]:
        """Return the entries of these people, by id."""
        found: dict[str, DirectoryEntry] = {}
        async with self._db.together() as db:
            for some in chunks(sorted(ids)):
                rows = await db.rows(select(provisioned).where(provisioned.c.participant.in_(some)))
                with closing("what a directory says of somebody cannot be read"):
                    found |= {row.participant: _entry(row) for row in rows}
        return found

    async def named(self, user_name: str) -> str | None:
        """Return the id of the person with this user name, in any case."""
        query = select(provisioned.c.participant).where(provisioned.c.user_name == user_name.casefold())
        found = await self._db.rows(query)
        return str(found[0].participant) if found else None

    async def external(self, external_id: str) -> Sequence[str]:
        """Return the ids of those with this id of the directory's."""
        query = select(provisioned.c.participant).where(provisioned.c.external_id == external_id)
        return [row.participant for row in await self._db.rows(query.order_by(provisioned.c.participant))]

    async def put(self, participant: str, entry: DirectoryEntry) -> None:
        """Put on file what the directory says of a person, in place of what it said before."""
        gone = entry.deleted_at is not None
        row = {
            "participant": participant,
            "user_name": None if gone else entry.user["userName"].casefold(),
            "external_id": entry.user.get("externalId"),
            "attributes": entry.user,
            "inactive": entry.is_left,
            "created_at": entry.created_at,
            "modified_at": entry.modified_at,
            "deleted_at": entry.deleted_at,
        }
        made = self._db.insert(provisioned).values(row)
        async with self._db.writing() as connection:
            await connection.execute(made.on_conflict_do_update(index_elements=["participant"], set_=row))

    async def listed(self, start: int, most: int) -> tuple[int, Sequence[str]]:
        """Return how many people a directory brought and has still, and the ids of `most` from `start` (0) on."""
        table, people = provisioned.c, participants.c
        both = provisioned.join(participants, people.id == table.participant)
        which = people.participant_class.not_in(_NOT_PEOPLE), table.deleted_at.is_(None)
        (counted,) = await self._db.rows(select(func.count().label("number")).select_from(both).where(*which))
        page = select(table.participant).select_from(both).where(*which).order_by(table.participant)
        return counted.number, [row.participant for row in await self._db.rows(page.offset(start).limit(most))]

    async def left(self, ids: Collection[str]) -> Collection[str]:
        """Return those of these ids whom the directory calls inactive, or has deleted."""
        table, found = provisioned.c, set[str]()
        async with self._db.together() as db:
            for some in chunks(sorted(ids)):
                query = select(table.participant).where(table.participant.in_(some), table.inactive)
                found |= {row.participant for row in await db.rows(query)}
        return found


async def move(connection: AsyncConnection, gone: str, kept: str) -> None:
    """Give what a directory says of `gone`, who is another id of `kept` from now on, to `kept` if it says nothing."""
    table = provisioned.c
    known = (await connection.execute(select(table.participant).where(table.participant == kept))).all()
    if known:
        await connection.execute(delete(provisioned).where(table.participant == gone))
    else:
        await connection.execute(update(provisioned).where(table.participant == gone).values(participant=kept))


def _entry(row: Any) -> DirectoryEntry:
    return DirectoryEntry(dict(row.attributes), row.created_at, row.modified_at, row.deleted_at)
