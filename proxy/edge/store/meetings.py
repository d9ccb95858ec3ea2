"""The store's meetings: when they are, their rosters, and who came and went."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, delete, insert, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.consent.records import Scope
from proxy.edge.store import rows, tables
from proxy.edge.store.database import Database, chunks, closing
from proxy.edge.store.people import Names
from proxy.edge.store.tables import addresses, attendance, earlier_series, names, participants, presence, series
from proxy.meetings.presence import Event
from proxy.model import Meeting

OPEN_END = timedelta(hours=24)
"""How long a meeting without an end is assumed to last."""

AFTERWARDS = timedelta(hours=2)
"""How long after its end requests may still be about a meeting: it ran over, or is being summed up."""


class Meetings:
    """Meetings with their rosters."""

    def __init__(self, db: Database):
        self._db, self._names = db, Names(db)

    async def by_id(self, meeting_id: str) -> Meeting | None:
        """Return the meeting with this id, with its roster and when people came and went."""
        return next(iter(await self._meetings(tables.meetings.c.id == meeting_id)), None)

    async def around(self, series: str, at: datetime) -> Sequence[Meeting]:
        """Return the meetings of a series that a request at `at` may be about: until two hours after their end."""
        begun, ended = tables.meetings.c.started_at, tables.meetings.c.ended_at
        return await self._meetings(
            and_(
                tables.meetings.c.series == series,
                begun <= at,
                or_(ended > at - AFTERWARDS, and_(ended.is_(None), begun > at - OPEN_END)),
            )
        )

    async def listed(self) -> Sequence[Meeting]:
        """Return all meetings, by start."""
        return await self._meetings()

    async def starting(self, since: datetime, until: datetime) -> Sequence[Meeting]:
        """Return the meetings that start from `since` until before `until`, by start."""
        start = tables.meetings.c.started_at
        return await self._meetings(and_(start >= since, start < until))

    async def put(self, meeting: Meeting) -> None:
        """Put a meeting on file, replacing the one with its id and its whole roster.

        People are kept once for the organization: what this roster says of a person holds in all meetings, except
        `shown_as`. If `meeting` does not give its recording start, its series or titles, the known ones stay. A series
        that it is no longer in is remembered, since a refusal for that series stays in force.
        """
        at = {"id": meeting.id, "started_at": meeting.started_at, "ended_at": meeting.ended_at}
        told = meeting.recording_started_at
        people = meeting.roster.participants
        async with self._db.writing() as connection:
            held = tables.meetings.c
            before = select(held.recording_started_at, held.series, held.title).where(held.id == meeting.id)
            known, was_in, called = (await connection.execute(before)).one_or_none() or (None, None, None)
            recorded, belongs_to = told or known, meeting.series or was_in
            title = (called if meeting.title is None else meeting.title) or None
            await self._call_series(connection, belongs_to, meeting.series_title)
            if was_in is not None and was_in != belongs_to:
                left = self._db.insert(earlier_series).values(meeting=meeting.id, series=was_in)
                await connection.execute(left.on_conflict_do_nothing())
            await connection.execute(delete(attendance).where(attendance.c.meeting == meeting.id))
            await connection.execute(delete(names).where(names.c.meeting == meeting.id))
            await connection.execute(delete(tables.meetings).where(tables.meetings.c.id == meeting.id))
            await connection.execute(
                insert(tables.meetings).values(
                    **at,
                    recording_started_at=recorded,
                    series=belongs_to,
                    complete=meeting.roster.complete,
                    title=title,
                )
            )
            await self._names.put_people(connection, people)
            await self._names.put_names(connection, ((p.id, meeting.id, p.shown_as) for p in people))
            if people:
                await connection.execute(
                    insert(attendance),
                    [
                        {
                            "meeting": meeting.id,
                            "participant": person.id,
                            "position": position,
                            "joined_at": person.joined_at,
                            "left_at": person.left_at,
                        }
                        for position, person in enumerate(people)
                    ],
                )

    async def _call_series(self, connection: AsyncConnection, named: str | None, title: str | None) -> None:
        """Note what people call a series; an empty title takes its title away, and None leaves it."""
        if named is None or title is None:
            return
        await connection.execute(delete(series).where(series.c.id == named))
        if title:
            await connection.execute(insert(series).values(id=named, title=title))

    async def call(self, meeting_id: str, title: str) -> None:
        """Note what a meeting is called, unless it has a title."""
        held = tables.meetings
        async with self._db.writing() as connection:
            untitled = update(held).where(held.c.id == meeting_id, held.c.title.is_(None))
            await connection.execute(untitled.values(title=title))

    async def titles(self, scopes: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], str]:
        """Return the titles of those meetings and series among `scopes` that have one."""
        held, found = tables.meetings.c, dict[tuple[Scope, str], str]()
        asked = {scope: sorted({each for kind, each in scopes if kind is scope}) for scope in Scope}
        joined = tables.meetings.outerjoin(series, series.c.id == held.series)
        own = select(held.id, held.title, series.c.title.label("series_title")).select_from(joined)
        async with self._db.together() as db:
            for some in chunks(asked[Scope.MEETING]):
                for row in await db.rows(own.where(held.id.in_(some))):
                    if title := row.title or row.series_title:
                        found[Scope.MEETING, row.id] = title
            for some in chunks(asked[Scope.SERIES]):
                for row in await db.rows(select(series).where(series.c.id.in_(some))):
                    found[Scope.SERIES, row.id] = row.title
        return found

    async def note_presence(  # noqa: PLR0917 - a row of one table, in the order of its columns
        self,
        meeting: str,
        label: str | None,
        participant: str | None,
        event: Event,
        at: datetime,
        source: str,
        key: str,
        *,
        seat: str | None = None,
        vouched: bool = False,
        address: str | None = None,
    ) -> bool:
        """Append that somebody joined or left. Reading the meeting folds it into the roster.

        `participant` is None if `label` names nobody known; the roster is then not complete until it names them. The
        label is kept only in that case, or with an `address`. With neither participant nor label, nobody can ever be
        matched, and the roster stays incomplete. `key` identifies repeated notices: the second time, returns False and
        notes nothing. The meeting need not be on file yet. `seat`, `vouched` and `address` are as in `Presence`.
        """
        # No label of a person holds a NUL, and PostgreSQL keeps none.
        stays = label is not None and (participant is None or address is not None)
        kept = label.replace("\0", "\ufffd") if label is not None and stays else None
        return await self._db.add(
            presence,
            {
                "key": key,
                "meeting": meeting,
                "label": kept,
                "participant": participant,
                "event": event,
                "at": at,
                "source": source,
                "seat": seat,
                "vouched": vouched,
                "address": address,
            },
        )

    async def remove(self, meeting_id: str) -> None:
        """Take a meeting off file, with its roster. What was seen of it and recorded about it stays."""
        async with self._db.writing() as connection:
            await connection.execute(delete(attendance).where(attendance.c.meeting == meeting_id))
            await connection.execute(delete(names).where(names.c.meeting == meeting_id))
            await connection.execute(delete(tables.meetings).where(tables.meetings.c.id == meeting_id))

    async def was_anybody_seen(self, meeting_id: str) -> bool:
        """Return whether it is on file that somebody joined or left the meeting."""
        return bool(await self._db.rows(select(presence.c.seq).where(presence.c.meeting == meeting_id).limit(1)))

    async def seated(self, meeting_id: str, seat: str) -> Collection[str | None]:
        """Return the ids of the people who were seen in a seat of a meeting; None for somebody unknown."""
        query = select(presence.c.participant).where(presence.c.meeting == meeting_id, presence.c.seat == seat)
        return {row.participant for row in await self._db.rows(query.distinct())}

    async def near(self, series: str, at: datetime, before: timedelta, after: timedelta) -> Sequence[Meeting]:
        """Return the meetings of a series that start from `before` before `at` until `after` after it."""
        start = tables.meetings.c.started_at
        return await self._meetings(and_(tables.meetings.c.series == series, start >= at - before, start <= at + after))

    async def reopen(self, meeting_id: str) -> None:
        """Note that the meeting goes on after its end; its end is then unknown."""
        async with self._db.writing() as connection:
            await connection.execute(
                update(tables.meetings).where(tables.meetings.c.id == meeting_id).values(ended_at=None)
            )

    async def set_started(self, meeting_id: str, at: datetime) -> None:
        """Note that the meeting really started at `at`. Removes an end that is not after this."""
        ended = tables.meetings.c.ended_at
        async with self._db.writing() as connection:
            await connection.execute(
                update(tables.meetings)
                .where(tables.meetings.c.id == meeting_id)
                .values(started_at=at, ended_at=case((ended <= at, null()), else_=ended))
            )

    async def set_recording_started(self, meeting_id: str, at: datetime | None) -> None:
        """Note when the recording of the meeting began; None if that is unknown."""
        table = tables.meetings
        async with self._db.writing() as connection:
            await connection.execute(update(table).where(table.c.id == meeting_id).values(recording_started_at=at))

    async def set_ended(self, meeting_id: str, at: datetime) -> bool:
        """Note that the meeting really ended at `at`. False, changing nothing, if that is not after its start."""
        table = tables.meetings
        async with self._db.writing() as connection:
            done = await connection.execute(
                update(table).where(table.c.id == meeting_id, table.c.started_at < at).values(ended_at=at)
            )
            return done.rowcount == 1

    async def _meetings(self, *conditions: ColumnElement[bool]) -> list[Meeting]:
        # One statement is one snapshot: a roster that is being replaced is seen either before or after, never in
        # between.
        joined = tables.meetings.outerjoin(series, series.c.id == tables.meetings.c.series)
        joined = joined.outerjoin(attendance, attendance.c.meeting == tables.meetings.c.id).outerjoin(participants)
        meeting = tables.meetings.c
        times = (meeting.started_at, meeting.ended_at, meeting.recording_started_at)
        query = (
            select(
                meeting.id.label("meeting_id"),
                *times,
                meeting.series,
                meeting.complete,
                meeting.title,
                series.c.title.label("series_title"),
                attendance.c.joined_at,
                attendance.c.left_at,
                *participants.columns,
            )
            .select_from(joined)
            .where(*conditions)
            .order_by(meeting.started_at, meeting.id, attendance.c.position)
        )
        which = select(tables.meetings.c.id).where(*conditions)
        async with self._db.together() as db:
            found = await db.rows(query)
            if not found:
                return []
            seen = await db.rows(_seen_in(which, found))
            told_apart = await Names(db).told_apart(which)
            there = select(attendance.c.participant).where(attendance.c.meeting.in_(which))
            also = await Names(db).shared_addresses(addresses.c.participant.in_(there))
            was_in = await db.rows(select(earlier_series).where(earlier_series.c.meeting.in_(which)))
        with closing("a meeting cannot be read"):
            meetings = rows.meetings_of(found, map(rows.seen_of, seen), told_apart, also)
            return rows.with_earlier(meetings, [(row.meeting, row.series) for row in was_in])


def _seen_in(which: Select[tuple[str]], found: Sequence[Row[Any]]) -> Select[Any]:
    """Select who came and went in the meetings that `which` selects, and in those that had their room before.

    `found` are the rows of these meetings.
    """
    series, of = {row.series for row in found if row.series is not None}, tables.meetings.c
    starts = [row.started_at for row in found if row.series is not None]
    wanted: ColumnElement[bool] = presence.c.meeting.in_(which)
    if series:
        between = presence.c.at.between(min(starts) - rows.EARLY, max(starts))
        in_room = or_(of.series.in_(series), presence.c.meeting.in_(series))
        before = and_(between, presence.c.source.in_(rows.ROOMS), in_room)
        wanted = or_(wanted, before)
    joined = presence.outerjoin(tables.meetings, of.id == presence.c.meeting)
    return select(presence, of.series).select_from(joined).where(wanted).order_by(presence.c.seq)
