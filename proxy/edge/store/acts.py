"""The store's acts: what operators did, from the transaction that did it until a ledger has it.

A command changes the store while a proxy holds the ledger. So what it did is put on file with the change, and any proxy
on the store takes it from here into its ledger. An act is off file only once its record is durable: where a proxy ends
in between, the next one records it again, under the same id.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from proxy.audit.acts import Act, Fact, Operator, OperatorKind
from proxy.edge.store.database import CHUNK, Database, bounded
from proxy.edge.store.tables import acts, starts

MOST_PEOPLE = 200
"""People in one act. An act on more is several, so that no event grows without bound."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many acts wait, and since when the oldest has."""

    count: int
    since: datetime | None


class Taken:
    """Acts that one proxy holds. Those it marks as `done` go off file."""

    def __init__(self, found: Mapping[int, Act]):
        self._found, self._done = found, set[int]()

    @property
    def acts(self) -> Sequence[Act]:
        """The acts, oldest first."""
        return list(self._found.values())

    @property
    def numbers_done(self) -> Collection[int]:
        """The rows to take off file."""
        return self._done

    def done(self, act: Act) -> None:
        """Mark an act whose record is durable."""
        self._done.update(number for number, each in self._found.items() if each.uid == act.uid)


class ActsOfOperators:
    """Puts acts of one operator on file, and gives everybody's to a ledger."""

    def __init__(self, db: Database, engine: AsyncEngine, operator: Operator):
        self._db, self._engine, self._operator = db, engine, operator

    async def did(
        self,
        code: str,
        *,
        people: Collection[str] = (),
        shown: Collection[str] = (),
        meeting: str | None = None,
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        """Put on file that the operator did this, as part of the same transaction."""
        at = datetime.now(UTC)
        own = {"code": code, "operator_kind": str(self._operator.kind), "operator": self._operator.name,
               "login": self._operator.login, "meeting": meeting, "at": at}  # fmt: skip
        listed = list(dict.fromkeys(people))
        rows = [
            own | {"uid": uuid.uuid4().hex, "people": listed[start : start + MOST_PEOPLE],
                   "shown": [] if start else list(shown), "facts": dict(facts or {})}
            for start in range(0, max(len(listed), 1), MOST_PEOPLE)
        ]  # fmt: skip
        async with self._db.writing() as connection:
            await connection.execute(insert(acts), rows)

    async def forget(self, person: str, pseudonym: str) -> None:
        """Show somebody by this pseudonym in all acts that still wait; their id is gone from these."""
        async with self._db.writing() as connection:
            found = (await connection.execute(select(acts).with_for_update())).all()
            for row in found:
                act = _act(row)
                if person in act.participants:
                    await connection.execute(
                        update(acts).where(acts.c.seq == row.seq).values(_named(act, person, pseudonym))
                    )

    async def waiting(self) -> Waiting:
        """Count the acts that wait."""
        (row,) = await self._db.rows(select(func.count().label("number"), func.min(acts.c.at).label("since")))
        return Waiting(row.number, row.since)

    async def oldest(self, most: int) -> Mapping[int, Act]:
        """Return the acts that have waited longest, by their number on file."""
        return {row.seq: _act(row) for row in await self._db.rows(select(acts).order_by(acts.c.seq).limit(most))}

    @contextlib.asynccontextmanager
    async def taken(self, numbers: Collection[int]) -> AsyncIterator[Taken]:
        """Yield those of these acts that are still on file and that no other proxy holds, for this one alone.

        The hold ends with the connection, however the process ends.
        """
        async with bounded(), self._engine.begin() as connection:
            if self._db.dialect == "sqlite":
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            wanted = select(acts).where(acts.c.seq.in_(sorted(numbers)[:CHUNK])).order_by(acts.c.seq)
            rows = (await connection.execute(wanted.with_for_update(skip_locked=True))).all()
            held = Taken({row.seq: _act(row) for row in rows})
            yield held
            if held.numbers_done:
                await connection.execute(delete(acts).where(acts.c.seq.in_(held.numbers_done)))

    async def started(self, log: str, settings: str) -> str | None:
        """Note with which settings, by digest, the proxy of a log starts; return those of its last start."""
        async with self._db.writing() as connection:
            known = select(starts.c.settings).where(starts.c.log == log)
            before = (await connection.execute(known)).scalar_one_or_none()
            row = {"log": log, "settings": settings, "at": datetime.now(UTC)}
            put = self._db.insert(starts).values(row)
            await connection.execute(put.on_conflict_do_update(index_elements=["log"], set_=row))
            return before


def _act(row: Any) -> Act:
    try:
        kind = OperatorKind(row.operator_kind)
    except ValueError:  # A newer version knows more kinds.
        kind = OperatorKind.NOBODY
    operator = Operator(kind, row.operator, row.login)
    return Act(row.uid, row.at, row.code, operator, tuple(row.people), tuple(row.shown), row.meeting, row.facts)


def _named(act: Act, person: str, pseudonym: str) -> dict[str, object]:
    """The columns of an act in which somebody is shown by pseudonym."""
    found = act.without(person, pseudonym)
    return {
        "operator_kind": found.operator.kind.value,
        "operator": found.operator.name,
        "people": list(found.people),
        "shown": list(found.shown),
    }
