"""Takes meetings off file that are over, and knows since when nothing needs a person.

What was seen of a meeting is append-only; its triggers make way for what is marked in `forgetting` (``migrations``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, select, update

from proxy.consent.records import Scope
from proxy.edge.store import naming, tables
from proxy.edge.store.database import Database, chunks


class Expiring:
    """What the retention of meetings and people needs of the store."""

    def __init__(self, db: Database):
        self._db = db

    async def meetings(self, ids: Collection[str]) -> None:
        """Take these meetings off file: rosters, times, who came and went, notes, and who was asked about them.

        Consent records stay with their people, the keys of the ledger's pseudonyms stay, and so does which series the
        meeting has left: if it comes back, a refusal for that series is still in force.
        """
        links, asked = tables.room_links, tables.invitations.c
        async with self._db.writing() as connection:
            for some in chunks(sorted(ids)):
                await connection.execute(delete(tables.forgetting))
                await connection.execute(insert(tables.forgetting), [{"subject": each} for each in some])
                mine = select(links.c.code).where(links.c.meeting.in_(some))
                for statement in (
                    delete(tables.link_requests).where(tables.link_requests.c.code.in_(mine)),
                    delete(links).where(links.c.meeting.in_(some)),
                    delete(tables.invitations).where(asked.scope == Scope.MEETING.value, asked.scope_id.in_(some)),
                    delete(tables.presence).where(tables.presence.c.meeting.in_(some)),
                    delete(tables.meeting_notes).where(tables.meeting_notes.c.meeting.in_(some)),
                    delete(tables.attendance).where(tables.attendance.c.meeting.in_(some)),
                    delete(tables.names).where(tables.names.c.meeting.in_(some)),
                    delete(tables.meetings).where(tables.meetings.c.id.in_(some)),
                    delete(tables.forgetting),
                ):
                    await connection.execute(statement)

    async def narrow(self, meeting: str, people: Collection[str]) -> Collection[str]:
        """Leave of a meeting its times and title, and what is of these people: the roster is incomplete then.

        Whatever names them, or may, stays: their places, when they were seen under any name that may be theirs, what
        was noted of them, and their links. Returns the ids of whoever else was listed, seen or noted.
        """
        own, gone = sorted(people), set[str]()
        asked, links, seen, noted = tables.invitations.c, tables.room_links, tables.presence.c, tables.meeting_notes.c
        async with self._db.writing() as connection:
            person = await naming.of(connection, own)
            stay = [row.seq for row in await naming.presence(connection, person, [meeting])]
            mine = select(links.c.code).where(links.c.meeting == meeting)
            others = {
                tables.attendance: tables.attendance.c.meeting == meeting,
                tables.names: tables.names.c.meeting == meeting,
                tables.meeting_notes: and_(noted.meeting == meeting, noted.participant != ""),
                tables.invitations: and_(
                    asked.scope == Scope.MEETING.value, asked.scope_id == meeting,
                    or_(asked.guardian.is_(None), asked.guardian.not_in(own)),
                ),
                tables.presence: and_(seen.meeting == meeting, seen.seq.not_in(stay)),
            }  # fmt: skip
            await connection.execute(delete(tables.forgetting))
            await connection.execute(insert(tables.forgetting), [{"subject": meeting}])
            for table, there in others.items():
                of = table.c.participant
                those = there if table is tables.presence else and_(there, of.not_in(own))
                gone |= {row[0] for row in (await connection.execute(select(of).where(those))).all()}
                await connection.execute(delete(table).where(those))
            for statement in (
                delete(tables.link_requests).where(tables.link_requests.c.code.in_(mine)),
                delete(links).where(links.c.meeting == meeting),
                delete(tables.forgetting),
            ):
                await connection.execute(statement)
            if gone:
                known = tables.meetings.c
                await connection.execute(update(tables.meetings).where(known.id == meeting).values(complete=False))
        return {each or "" for each in gone}

    async def idle(self, ids: Collection[str], now: datetime) -> Mapping[str, datetime]:
        """Note that nothing needs these people, and that all others on file are needed. Returns since when, by id."""
        people, found = tables.participants, dict[str, datetime]()
        async with self._db.writing() as connection:
            known = (await connection.execute(select(people.c.id, people.c.idle_since))).all()
            for row in known:
                if row.id in ids:
                    found[row.id] = row.idle_since or now
            begun = [row.id for row in known if row.id in ids and row.idle_since is None]
            ended = [row.id for row in known if row.id not in ids and row.idle_since is not None]
            for changed, since in ((begun, now), (ended, None)):
                for some in chunks(sorted(changed)):
                    await connection.execute(update(people).where(people.c.id.in_(some)).values(idle_since=since))
        return found
