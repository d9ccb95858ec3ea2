"""The store's legal holds: people who may not be forgotten for now, and what on file has to stay with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.consent.records import Scope
from proxy.desk.ports import Hold
from proxy.edge.store import naming
from proxy.edge.store.database import Database, chunks
from proxy.edge.store.people import merged_in
from proxy.edge.store.tables import grants, holds, invitations, meeting_notes, merged


class Holds:
    """Legal holds, at most one a person."""

    def __init__(self, db: Database):
        self._db = db

    async def put(self, participant: str, reason: str, since: datetime, *, alone: bool = False) -> None:
        """Put a hold on a person, durable on return. One that is there takes the new reason and width, not the time."""
        new = self._db.insert(holds).values(participant=participant, reason=reason, since=since, alone=alone)
        changed = {"reason": new.excluded.reason, "alone": new.excluded.alone}
        async with self._db.writing() as connection:
            await connection.execute(new.on_conflict_do_update(index_elements=[holds.c.participant], set_=changed))

    async def release(self, people: Collection[str]) -> bool:
        """Take the holds on these ids away; False if there is none."""
        async with self._db.writing() as connection:
            done = await connection.execute(delete(holds).where(holds.c.participant.in_(sorted(people))))
            return done.rowcount > 0

    async def of(self, people: Collection[str]) -> Sequence[Hold]:
        """Return the holds on these ids."""
        found = await self._db.rows(select(holds).where(holds.c.participant.in_(sorted(people))))
        return [Hold(*row) for row in found]

    async def listed(self) -> Sequence[Hold]:
        """Return all holds, oldest first."""
        return [Hold(*row) for row in await self._db.rows(select(holds).order_by(holds.c.since, holds.c.participant))]

    async def people(self, *, alone: bool | None = None) -> Collection[str]:
        """Return all ids of everybody on hold, also those that were made one with theirs after the hold.

        With `alone`, of whoever is on hold alone, by every hold on any of these ids, or is not.
        """
        async with self._db.reading() as connection:
            found = await _held(connection)
            wide = await _ids(connection, select(holds.c.participant).where(~holds.c.alone))
        return set[str]().union(*(ids for ids in found.values() if alone is None or wide.isdisjoint(ids) is alone))

    async def binding(self, ids: Collection[str]) -> Sequence[str]:
        """Return the ids of others on hold because of whom the person with these ids has to stay.

        On hold are the records and invitations of somebody, and those that they gave, or were sent, as a guardian: also
        who else is named in them, and of whom they are.
        """
        async with self._db.reading() as connection:
            others = set[str]().union(*(await _held(connection)).values()).difference(ids)
            if not others:
                return ()
            names = (await naming.of(connection, ids)).names
            found = set[str]()
            for some in chunks(sorted(others)):
                given, asked = grants.c, invitations.c
                theirs = or_(given.participant.in_(some), and_(given.guardian, given.actor.in_(some)))
                records = select(given.participant, given.actor, given.evidence_ref).where(theirs)
                sent = or_(asked.participant.in_(some), asked.guardian.in_(some))
                links = select(asked.participant, asked.guardian, null()).where(sent)
                for query in (records, links):
                    for of, by, evidence in (await connection.execute(query)).all():
                        told = [each for each in (by, evidence) if each]
                        if of in ids or by in ids or any(map(names.are_in, told)):
                            found |= others & {of, by}
            return tuple(sorted(found))

    async def meetings(self, ids: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return those of these meetings that somebody on hold was in, was asked or answered about, also as a guardian.

        They are on its roster, were seen there under any name that may be theirs, or a request showed something of
        them. With each are the ids of those on hold because of whom it stays.
        """
        found, wanted = defaultdict[str, set[str]](set), set(ids)
        async with self._db.reading() as connection:
            for held, own in (await _held(connection)).items():
                for meeting in wanted.intersection(await _of(connection, own, wanted)):
                    found[meeting].add(held)
        return found


async def _of(connection: AsyncConnection, own: Collection[str], wanted: Collection[str]) -> set[str]:
    """Return the meetings that have the person with these ids; those at which they were seen only of those `wanted`."""
    person = await naming.of(connection, own)
    found = set(await naming.rosters(connection, own))
    found |= {row.meeting for row in await naming.presence(connection, person, sorted(wanted))}
    noted, asked = meeting_notes.c, invitations.c
    about = or_(asked.participant.in_(own), asked.guardian.in_(own))
    said = or_(grants.c.participant.in_(own), and_(grants.c.guardian, grants.c.actor.in_(own)))
    for query in (
        select(grants.c.scope_id).where(grants.c.scope == Scope.MEETING.value, said),
        select(noted.meeting).where(noted.participant.in_(own)),
        select(asked.scope_id).where(asked.scope == Scope.MEETING.value, about),
    ):
        found |= await _ids(connection, query)
    return found


async def _held(connection: AsyncConnection) -> dict[str, set[str]]:
    """Return all ids of everybody on hold, by the id under which they are on file."""
    named = await _ids(connection, select(holds.c.participant))
    known = await merged_in(connection, named)
    found = defaultdict[str, set[str]](set)
    for each in named:
        found[known.get(each, each)] |= {each, known.get(each, each)}
    for some in chunks(sorted(found)):
        others = select(merged).where(merged.c.participant.in_(some))
        for row in (await connection.execute(others)).all():
            found[row.participant].add(row.id)
    return found


async def _ids(connection: AsyncConnection, query: Select[Any]) -> set[str]:
    return {row[0] for row in (await connection.execute(query)).all()}
