"""The store's memory of links for rooms, and of who asked on their pages for a link of their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update

from proxy.consent.invitations import Offer
from proxy.consent.rooms import KEPT_DAYS, MOST_REQUESTS, MOST_TIMES, PAUSE, LinkRequest, RoomLink
from proxy.edge.store.database import Database, chunks, closing
from proxy.edge.store.tables import link_requests, room_links

_KEPT = timedelta(days=KEPT_DAYS)


class RoomLinks:
    """Links for rooms, and the requests that came by them. Requests are deleted `KEPT_DAYS` after they were made."""

    def __init__(self, db: Database):
        self._db = db

    async def put(self, link: RoomLink) -> None:
        """Put a link on file."""
        await self._db.add(room_links, _row(link))

    async def by_code(self, code: str) -> RoomLink | None:
        """Return the link with this code, also one that has ended."""
        found = await self._db.rows(select(room_links).where(room_links.c.code == code))
        return _link(found[0]) if found else None

    async def of(self, meetings: Collection[str] | None = None) -> Sequence[RoomLink]:
        """Return the links for these meetings, oldest first; None: for all."""
        table, found = room_links.c, list[Any]()
        async with self._db.together() as db:
            if meetings is None:
                found += await db.rows(select(room_links))
            for some in chunks(sorted(meetings or ())):
                found += await db.rows(select(room_links).where(table.meeting.in_(some)))
        return sorted((_link(row) for row in found), key=lambda each: (each.made_at, each.code))

    async def revoke(self, meeting: str, at: datetime) -> int:
        """End all links for a meeting that are open, and delete what was asked by any. Returns how many it ended."""
        table, mine = room_links.c, select(room_links.c.code).where(room_links.c.meeting == meeting)
        async with self._db.writing() as connection:
            await connection.execute(delete(link_requests).where(link_requests.c.code.in_(mine)))
            still = and_(table.meeting == meeting, table.revoked_at.is_(None), table.ends > at)
            return (await connection.execute(update(room_links).where(still).values(revoked_at=at))).rowcount

    async def ask(self, code: str, address: str, at: datetime) -> bool:
        """Put on file that a link was asked for with this address; False if the link has as many as it may have.

        An address that waits already changes nothing. One that was handled waits again, after a while and a few times.
        """
        asks = link_requests.c
        own = and_(asks.code == code, asks.address == address)
        again = and_(own, asks.handled_at <= at - PAUSE, asks.times < MOST_TIMES)
        async with self._db.writing() as connection:
            await connection.execute(delete(link_requests).where(asks.asked_at <= at - _KEPT))
            counted = select(func.count()).select_from(link_requests).where(asks.code == code)
            if (await connection.execute(counted)).scalar_one() >= MOST_REQUESTS:
                return False
            first = {"code": code, "address": address, "asked_at": at, "times": 1, "handled_at": None}
            await connection.execute(self._db.insert(link_requests).values(first).on_conflict_do_nothing())
            anew = {"asked_at": at, "times": asks.times + 1, "handled_at": None}
            await connection.execute(update(link_requests).where(again).values(anew))
            return True

    async def waiting(self, codes: Collection[str], now: datetime) -> Sequence[LinkRequest]:
        """Return the requests by these links that wait for a link, oldest first."""
        asks, found = link_requests.c, list[Any]()
        if await self._db.rows(select(asks.code).where(asks.asked_at <= now - _KEPT).limit(1)):
            async with self._db.writing() as connection:
                await connection.execute(delete(link_requests).where(asks.asked_at <= now - _KEPT))
        async with self._db.together() as db:
            for some in chunks(sorted(codes)):
                still = and_(asks.code.in_(some), asks.handled_at.is_(None), asks.asked_at > now - _KEPT)
                found += await db.rows(select(link_requests).where(still))
        with closing("a request for a link cannot be read"):
            requests = [LinkRequest(row.code, row.address, row.asked_at, row.times, row.handled_at) for row in found]
        return sorted(requests, key=lambda each: (each.asked_at, each.address))

    async def handled(self, requests: Collection[LinkRequest], at: datetime) -> None:
        """Note that links were given out for these requests."""
        asks = link_requests.c
        async with self._db.writing() as connection:
            for some in chunks(sorted((each.code, each.address) for each in requests)):
                these = or_(*(and_(asks.code == code, asks.address == address) for code, address in some))
                await connection.execute(update(link_requests).where(these).values(handled_at=at))


def _row(link: RoomLink) -> dict[str, object]:
    return {
        "code": link.code,
        "meeting": link.meeting,
        "offers": [list(each) for each in link.offers],
        "terms": [list(each) for each in link.terms],
        "expires": link.expires,
        "covers_earlier": link.covers_earlier,
        "made_at": link.made_at,
        "ends": link.ends,
        "revoked_at": link.revoked_at,
    }


def _link(row: Any) -> RoomLink:
    with closing("a link for a room cannot be read"):
        return RoomLink(
            code=row.code,
            meeting=row.meeting,
            offers=tuple(Offer(*each) for each in row.offers),
            terms=tuple((name, mark) for name, mark in row.terms),
            expires=row.expires,
            covers_earlier=row.covers_earlier,
            made_at=row.made_at,
            ends=row.ends,
            revoked_at=row.revoked_at,
        )
