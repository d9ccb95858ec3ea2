"""The store's memory of who was asked, how, and when they opened and answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select, update

from proxy.consent.asked import Asked, Channel
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import Scope
from proxy.edge.store.database import Database, chunks, closing
from proxy.edge.store.tables import invitations, merged


class Invitations:
    """Invitations, one for each link."""

    def __init__(self, db: Database):
        self._db = db

    async def put_all(self, asked: Sequence[Asked]) -> None:
        """Put invitations on file, all or none; one that is there stays as it is."""
        if not asked:
            return
        made = self._db.insert(invitations).values([_row(each) for each in asked])
        async with self._db.writing() as connection:
            await connection.execute(made.on_conflict_do_nothing())

    async def reminded(self, ids: Collection[str], channel: Channel, at: datetime) -> None:
        """Note that the links of these invitations were given out again, and how."""
        async with self._db.writing() as connection:
            for some in chunks(sorted(ids)):
                again = update(invitations).where(invitations.c.id.in_(some))
                await connection.execute(again.values(reminded_at=at, channel=channel.value))

    async def opened(self, invitation: str, at: datetime) -> None:
        """Note that the page of an invitation was shown, if it is the first time."""
        await self._note(invitation, "opened_at", at)

    async def answered(self, invitation: str, at: datetime) -> None:
        """Note that an invitation was answered, if it is the first time."""
        await self._note(invitation, "answered_at", at)

    async def _note(self, invitation: str, what: str, at: datetime) -> None:
        column = invitations.c[what]
        # Most pages are shown more than once: only the first time writes.
        if not await self._db.rows(select(invitations.c.id).where(invitations.c.id == invitation, column.is_(None))):
            return
        async with self._db.writing() as connection:
            first = update(invitations).where(invitations.c.id == invitation, column.is_(None))
            await connection.execute(first.values({what: at}))

    async def of_people(self, people: Collection[str]) -> Sequence[Asked]:
        """Return the invitations of these people, those for whom a guardian was asked, and those asked as guardians."""
        found: list[Row[Any]] = []
        async with self._db.together() as db:
            for some in chunks(sorted(people)):
                theirs = or_(invitations.c.participant.in_(some), invitations.c.guardian.in_(some))
                found += await db.rows(select(invitations).where(theirs))
        return _in_order({row.id: row for row in found}.values())

    async def to(self, people: Collection[str], scopes: Collection[tuple[Scope, str]]) -> Sequence[Asked]:
        """Return the invitations of these people in these scopes, oldest first, each under the id asked about.

        An invitation of another id of a person, which was merged into theirs, is theirs.
        """
        found: list[Row[Any]] = []
        table = invitations.c
        about = or_(False, *(and_(table.scope == scope.value, table.scope_id == named) for scope, named in scopes))
        async with self._db.together() as db:
            others: dict[str, str] = {}
            for some in chunks(sorted(set(people))):
                gone = await db.rows(select(merged.c.id, merged.c.participant).where(merged.c.participant.in_(some)))
                others |= {row.id: row.participant for row in gone}
            for some in chunks(sorted({*people, *others})):
                found += await db.rows(select(invitations).where(table.participant.in_(some), about))
        asked = _in_order(found)
        return [
            each
            if (kept := others.get(each.invitation.participant)) is None
            else replace(each, invitation=replace(each.invitation, participant=kept))
            for each in asked
        ]

    async def of(self, scopes: Collection[tuple[Scope, str]]) -> Sequence[Asked]:
        """Return the invitations about these meetings, series and organizations, oldest first."""
        found: list[Row[Any]] = []
        asked, table = sorted(scopes), invitations.c
        async with self._db.together() as db:
            for some in chunks(asked):
                about = or_(*(and_(table.scope == scope.value, table.scope_id == named) for scope, named in some))
                found += await db.rows(select(invitations).where(about))
        return _in_order(found)


def _row(asked: Asked) -> dict[str, Any]:
    asks = asked.invitation
    return {
        "id": asks.id,
        "participant": asks.participant,
        "scope": asks.scope.value,
        "scope_id": asks.scope_id,
        "offers": [list(each) for each in asks.offers],
        "terms": [list(each) for each in asks.terms],
        "expires": asks.expires,
        "covers_earlier": asks.covers_earlier,
        "guardian": asks.guardian,
        "channel": asked.channel.value,
        "invited_at": asked.invited_at,
        "reminded_at": asked.reminded_at,
        "opened_at": asked.opened_at,
        "answered_at": asked.answered_at,
    }


def _in_order(found: Iterable[Row[Any]]) -> list[Asked]:
    with closing("an invitation cannot be read"):
        return sorted((_asked(row) for row in found), key=lambda each: (each.invited_at, each.invitation.id))


def _asked(row: Row[Any]) -> Asked:
    invitation = Invitation(
        id=row.id,
        participant=row.participant,
        scope=Scope(row.scope),
        scope_id=row.scope_id,
        offers=tuple(Offer(*each) for each in row.offers),
        terms=tuple((name, mark) for name, mark in row.terms),
        expires=row.expires,
        covers_earlier=row.covers_earlier,
        guardian=row.guardian,
    )
    times = row.invited_at, row.reminded_at, row.opened_at, row.answered_at
    return Asked(invitation, Channel(row.channel), *times)
