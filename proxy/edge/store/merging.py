"""Places and labels of two entries in the store that are one person's, and what may not be lost where they meet."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.edge.store.database import chunks
from proxy.edge.store.tables import attendance, holds, merged, names, provisioned
from proxy.errors import ClientFault

_OTHER = attendance.alias()


async def check(connection: AsyncConnection, gone: str, kept: str) -> None:
    """Raise `ClientFault` (``on_hold``) if making one of these two would lose something that is on legal hold.

    That is when each of the two was in a meeting whose roster has somebody on hold, or what a directory says of one of
    the two, if they are on hold themselves.
    """
    lost = [row.meeting for row in await _both(connection, gone, kept) if row[1:3] != row[3:5]]
    there = select(attendance.c.participant)
    for some in chunks(lost):
        people = set((await connection.scalars(there.where(attendance.c.meeting.in_(some)))).all())
        if held := await _on_hold(connection, people):
            raise _held(held, f"when each entry was in {', '.join(some)}")
    listed = select(provisioned.c.participant).where(provisioned.c.participant.in_([gone, kept]))
    if len((await connection.scalars(listed)).all()) > 1 and (held := await _on_hold(connection, {gone, kept})):
        raise _held(held, f"what the directory says of {gone}")


def _held(held: Collection[str], lost: str) -> ClientFault:
    detail = f"there is a legal hold on {', '.join(held)}, and one entry would not say {lost}"
    return ClientFault("on_hold", f"{detail}; 'meeting-proxy subject release' ends a hold", status=409)


async def _both(connection: AsyncConnection, gone: str, kept: str) -> list[Any]:
    """Return the meetings whose rosters have both, each with the times of the one and of the other."""
    one, other = attendance.c, _OTHER.c
    found = (
        select(one.meeting, one.joined_at, one.left_at, other.joined_at, other.left_at)
        .join(_OTHER, other.meeting == one.meeting)
        .where(one.participant == gone, other.participant == kept)
        .order_by(one.meeting)
    )
    return list((await connection.execute(found)).all())


async def _on_hold(connection: AsyncConnection, people: Collection[str]) -> list[str]:
    """Return the ids of those on hold, by whichever id the hold is, as they are on hold."""
    found = set[str]()
    for some in chunks(sorted(people)):
        others = select(merged.c.id).where(merged.c.participant.in_(some))
        query = select(holds.c.participant).where(or_(holds.c.participant.in_(some), holds.c.participant.in_(others)))
        found |= set((await connection.scalars(query)).all())
    return sorted(found)


async def move(connection: AsyncConnection, gone: str, kept: str) -> None:
    """Give the places of `gone` on rosters, and their labels in single meetings, to `kept`.

    Who had two places in a meeting was there from the first joining to the last leaving, as far as both are known.
    """
    there = attendance.c
    for meeting, joined, left, also_joined, also_left in await _both(connection, gone, kept):
        mine = update(attendance).where(there.meeting == meeting, there.participant == kept)
        long = {
            "joined_at": min(joined, also_joined) if joined and also_joined else None,
            "left_at": max(left, also_left) if left and also_left else None,
        }
        await connection.execute(mine.values(long))
        await connection.execute(delete(attendance).where(there.meeting == meeting, there.participant == gone))
    await connection.execute(update(attendance).where(there.participant == gone).values(participant=kept))
    shown, same = names.c, names.alias()
    has = select(same.c.form).where(
        same.c.participant == kept, same.c.form == shown.form, same.c.meeting == shown.meeting
    )
    single = and_(shown.participant == gone, shown.meeting != "", ~has.exists())
    await connection.execute(update(names).where(single).values(participant=kept))
