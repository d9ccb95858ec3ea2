"""The store's consent records: appended, never changed, read afresh for every decision.

A decision reads the records on one question straight from the driver. A meeting of hundreds has thousands of records on
file, and an object mapper would take several times as long as the database and the decision together
(``bench/consent.py``). One statement is one snapshot. All its parts use the same index: scope, purpose and recipient,
then the people.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.consent.one_person import noes_shared
from proxy.consent.records import (
    ANY_RECIPIENT,
    ConsentRecord,
    ConsentState,
    Scope,
    with_fit_guardians,
)
from proxy.edge.store import rows, tables
from proxy.edge.store.database import CHUNK, Database, chunks, closing, listed, one_of, raw
from proxy.edge.store.direct import Asked
from proxy.edge.store.rows import GRANT_COLUMNS
from proxy.model import ParticipantClass

_SCOPES = {scope.value: scope for scope in Scope}
_STATES = {state.value: state for state in ConsentState}
_FIELDS = tuple(column.name for column in GRANT_COLUMNS)
_NAMES = ", ".join(_FIELDS)
_AGE = itemgetter(_FIELDS.index("recorded_at"), len(_FIELDS))  # for records made at the same time, the order of writing
_instant = datetime.fromisoformat


def statement(dialect: str, scopes: Collection[tuple[Scope, str]]) -> tuple[str, list[str]]:
    """Return the statement for these scopes, and its arguments after people, purposes and recipients."""
    parts, given = [], []
    for number, (scope, name) in enumerate(sorted(scopes)):
        parts.append(_part(dialect, scope, number + 4))
        given.append(name)
    return " UNION ALL ".join(parts), given


def _part(dialect: str, scope: Scope, number: int) -> str:
    among = [one_of(dialect, n) for n in (1, 2, 3)]
    place = f"${number}::varchar" if dialect == "postgresql" else f"?{number}"
    # SQLite is told which index to use: if it has statistics, it would rather read the whole table. A meeting's records
    # are those of its people, so they are read in one go; the others are looked up person by person.
    table = "grants INDEXED BY ix_grants_asked" if dialect == "sqlite" else "grants"
    person = "+participant" if scope is Scope.MEETING and dialect == "sqlite" else "participant"
    return (
        f"SELECT {_NAMES}, seq FROM {table} WHERE scope_id = {place} AND scope = '{scope.value}' "  # noqa: S608
        f"AND purpose {among[1]} AND recipient {among[2]} AND {person} {among[0]}"
    )


async def asked(
    connection: AsyncConnection,
    people: Collection[str],
    purposes: Collection[str],
    recipients: Collection[str],
    scopes: Collection[tuple[Scope, str]],
) -> list[ConsentRecord]:
    """Return the records of these people, purposes, recipients and scopes, oldest first."""
    if not (scopes and people and purposes and recipients):
        return []
    dialect = connection.dialect.name
    sql, given = statement(dialect, scopes)
    lists = [listed(dialect, each) for each in (people, purposes, recipients)]
    read = _of_postgresql if dialect == "postgresql" else _of_sqlite
    return [read(row) for row in sorted(await raw(connection, Asked(sql, (*lists, *given))), key=_AGE)]


async def kept_ids(connection: AsyncConnection, people: Collection[str]) -> dict[str, str]:
    """Map those of these ids that were merged into another person to that person's id."""
    dialect = connection.dialect.name
    sql = f"SELECT id, participant FROM merged WHERE id {one_of(dialect, 1)}"  # noqa: S608
    return dict(await raw(connection, Asked(sql, (listed(dialect, people),))))


async def _with_fit_guardians(connection: AsyncConnection, records: list[ConsentRecord]) -> list[ConsentRecord]:
    """Return the records, judged by what is on file of those who granted as guardians.

    A guardian who has another id by now is named by it: what they refused is theirs to take back.
    """
    guardians = sorted({record.actor for record in records if record.guardian})
    if not guardians:
        return records
    kept = await kept_ids(connection, guardians)
    records = [r._replace(actor=kept[r.actor]) if r.guardian and r.actor in kept else r for r in records]
    people = tables.participants.c
    none = [ParticipantClass.BOT.value, ParticipantClass.ROOM.value]
    wanted, fit = {kept.get(each, each) for each in guardians}, set[str]()
    for some in chunks(sorted(wanted)):
        grown = (people.id.in_(some), people.minor.is_(False), people.participant_class.not_in(none))
        fit |= set((await connection.scalars(select(people.id).where(*grown))).all())
    unfit = wanted - fit
    return with_fit_guardians(records, unfit) if unfit else records


def _of_postgresql(row: Sequence[Any]) -> ConsentRecord:
    # Unpacked by position: with thousands of records, a call for each field would dominate the time.
    (i, person, scope, name, purpose, recipient, terms, state, begins, ends, method, affirmative, actor,
     recorded, basis, evidence, notice, earlier, guardian, language, _) = row  # fmt: skip
    return ConsentRecord(
        i, person, _SCOPES[scope], name, purpose, recipient, terms, _STATES[state], begins, ends, method, affirmative,
        actor, recorded, basis, evidence, notice, earlier, guardian, language,
    )  # fmt: skip


def _of_sqlite(row: Sequence[Any]) -> ConsentRecord:
    # As above. SQLite has neither timestamps nor booleans.
    (i, person, scope, name, purpose, recipient, terms, state, begins, ends, method, affirmative, actor,
     recorded, basis, evidence, notice, earlier, guardian, language, _) = row  # fmt: skip
    return ConsentRecord(
        i, person, _SCOPES[scope], name, purpose, recipient, terms, _STATES[state], _instant(begins),
        None if ends is None else _instant(ends), method, affirmative == 1, actor, _instant(recorded), basis,
        evidence, notice, earlier == 1, guardian == 1, language,
    )  # fmt: skip


class Consents:
    """Appends and reads consent records."""

    def __init__(self, db: Database):
        self._db = db

    async def grants(
        self,
        participants: Collection[str],
        *,
        purposes: Collection[str] | None = None,
        recipient: str | None = None,
        scopes: Collection[tuple[Scope, str]] | None = None,
    ) -> Sequence[ConsentRecord]:
        """Return all records of these people that can matter to a question, oldest first; read afresh every time.

        The arguments narrow the result to records for one of the purposes, for the recipient or for any, and in one of
        the scopes, which are pairs of a scope and its id. They leave out nothing that a decision weighs. An id that was
        merged into another person since the question was put is still asked about by the old id: refusals recorded
        under either id count for it.
        """
        if purposes is not None and recipient is not None and scopes is not None:
            async with self._db.reading() as connection:
                kept = await kept_ids(connection, participants)
                people = [*participants, *kept.values()]
                records = await asked(connection, people, purposes, (recipient, ANY_RECIPIENT), scopes)
                records = await _with_fit_guardians(connection, records)
                return noes_shared(records, kept) if kept else records
        about = tables.grants.c
        narrow: list[ColumnElement[bool]] = []
        if purposes is not None:
            narrow.append(about.purpose.in_(sorted(purposes)))
        if recipient is not None:
            narrow.append(about.recipient.in_([recipient, ANY_RECIPIENT]))
        if scopes is not None:
            reach = [and_(about.scope == scope.value, about.scope_id == name) for scope, name in sorted(scopes)]
            narrow.append(or_(False, *reach))
        found: list[ConsentRecord] = []
        wanted = sorted(set(participants))
        for start in range(0, len(wanted), CHUNK):
            found += await self._grants(about.participant.in_(wanted[start : start + CHUNK]), *narrow)
        if any(record.guardian for record in found):
            async with self._db.reading() as connection:
                found = await _with_fit_guardians(connection, found)
        return found if len(wanted) <= CHUNK else sorted(found, key=lambda grant: grant.recorded_at)

    async def record(self, grant: ConsentRecord) -> None:
        """Append a consent record, durable on return. It never changes, and goes only with its person."""
        await self.record_all([grant])

    async def record_all(self, grants: Sequence[ConsentRecord]) -> None:
        """Append several records, all or none; durable on return."""
        if not grants:
            return
        async with self._db.writing() as connection:
            await connection.execute(insert(tables.grants), [rows.grant_row(grant) for grant in grants])

    async def listed(
        self,
        *,
        participant: str | None = None,
        scope: Scope | None = None,
        scope_id: str | None = None,
        purpose: str | None = None,
        recipient: str | None = None,
        state: ConsentState | None = None,
        actor: str | None = None,
    ) -> Sequence[ConsentRecord]:
        """Return the records that match all the given fields, oldest first; an empty text matches nothing."""
        wanted = {
            "participant": participant,
            "scope": scope.value if scope else None,
            "scope_id": scope_id,
            "purpose": purpose,
            "recipient": recipient,
            "state": state.value if state else None,
            "actor": actor,
        }
        return await self._grants(
            *(tables.grants.c[name] == value for name, value in wanted.items() if value is not None)
        )

    async def _grants(self, *conditions: ColumnElement[bool]) -> list[ConsentRecord]:
        order = (tables.grants.c.recorded_at, tables.grants.c.seq)
        found = await self._db.rows(select(*rows.GRANT_COLUMNS).where(*conditions).order_by(*order))
        with closing("a consent record cannot be read"):
            return [rows.grant_of(row) for row in found]
