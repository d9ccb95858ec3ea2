"""The store's people, apart from any meeting."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import String, cast, delete, func, insert, or_, select, update

from proxy.consent.grants import Grant
from proxy.edge.store import rows, tables
from proxy.edge.store.base import CHUNK, Database
from proxy.edge.store.names import Names, merged_in
from proxy.edge.store.tables import addresses, attendance, merged, names, participants
from proxy.model import Participant


class Directory:
    """Everybody whom a roster, a calendar or the API named."""

    def __init__(self, db: Database):
        self._db, self._names = db, Names(db)

    async def by_id(self, participant_id: str) -> Participant | None:
        """The person with this id, as known to the organization."""
        found = await self._names.as_known(select(participants).where(participants.c.id == participant_id))
        return found[0] if found else None

    async def everybody(self) -> Sequence[Participant]:
        """All people, by name."""
        return await self._names.as_known(select(participants).order_by(participants.c.name, participants.c.id))

    async def having(self, ids: Collection[str], emails: Collection[str]) -> Sequence[Participant]:
        """The people with one of these ids or e-mail addresses (in lower case), each once, by id.

        Addresses are compared as they are written in the store's JSON; a few others may be among the found.
        """
        found: dict[str, Participant] = {}
        wanted, written = sorted(set(ids)), sorted({json.dumps(email)[1:-1].lower() for email in emails})
        listed = func.lower(cast(participants.c.emails, String))
        for start in range(0, max(len(wanted), len(written)), CHUNK // 5):
            part = slice(start, start + CHUNK // 5)
            either = [
                participants.c.id.in_(wanted[part]),
                *(listed.contains(e, autoescape=True) for e in written[part]),
            ]
            some = await self._names.as_known(select(participants).where(or_(*either)))
            found |= {person.id: person for person in some}
        return [found[person] for person in sorted(found)]

    async def put(self, person: Participant) -> None:
        """Put a person on file, in place of what was known under this id; it holds in all meetings."""
        await self.put_all([person])

    async def put_all(self, people: Sequence[Participant]) -> None:
        """The same for several, all of them or none."""
        async with self._db.writing() as connection:
            await self._names.put_people(connection, people)

    async def put_as_one(self, gone: str, person: Participant, noes: Sequence[Grant]) -> None:
        """Put `person` on file, also on rosters and in rooms in place of `gone`, who is taken off.

        The id `gone`, and those that were another one of it, are another id of `person` from then on. Where both were
        on a roster, nobody knows when the one person was there. `noes` are recorded with it.
        """
        there = attendance.c
        async with self._db.writing() as connection:
            await self._names.put_people(connection, [person])
            both = select(there.meeting).where(there.participant == gone).scalar_subquery()
            mine = update(attendance).where(there.participant == person.id, there.meeting.in_(both))
            await connection.execute(mine.values(joined_at=None, left_at=None))
            own = select(there.meeting).where(there.participant == person.id).scalar_subquery()
            await connection.execute(delete(attendance).where(there.participant == gone, there.meeting.in_(own)))
            moved = update(attendance).where(there.participant == gone).values(participant=person.id)
            await connection.execute(moved)
            rooms = select(participants.c.id, participants.c.members)
            for room, members in (await connection.execute(rooms)).all():
                if gone in members:
                    now = list(dict.fromkeys(person.id if member == gone else member for member in members))
                    changed = update(participants).where(participants.c.id == room).values(members=now)
                    await connection.execute(changed)
            await connection.execute(delete(names).where(names.c.participant == gone))
            await connection.execute(delete(addresses).where(addresses.c.participant == gone))
            await connection.execute(delete(participants).where(participants.c.id == gone))
            before = update(merged).where(merged.c.participant == gone).values(participant=person.id)
            await connection.execute(before)
            await connection.execute(insert(merged).values(id=gone, participant=person.id))
            if noes:
                await connection.execute(insert(tables.grants), [rows.grant_row(no) for no in noes])

    async def merged_ids(self, ids: Collection[str]) -> Mapping[str, str]:
        """Of these ids, those that are another id of somebody on file (`put_as_one`), and that person's own id."""
        async with self._db.reading() as connection:
            return await merged_in(connection, ids)

    async def other_ids(self, person: str) -> Sequence[str]:
        """The other ids of somebody on file."""
        return [row.id for row in await self._db.rows(select(merged.c.id).where(merged.c.participant == person))]
