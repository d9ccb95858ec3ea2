"""Takes a person off the store, with all that names them.

What is append-only goes as well: its triggers make way for what is marked in `forgetting` (``migrations``), within the
one transaction that forgets. What others need stays without the person: the records of a child whose guardian they
were, the roster of a meeting, the list of a room. Then `purge` gives up the bytes that the database marked as free.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.consent.invitations import STANDING
from proxy.consent.records import FORGOTTEN
from proxy.desk.ports import NamedElsewhere, Traces
from proxy.edge.store import keys, naming, tables
from proxy.edge.store.database import CHUNK, UPKEEP_SECONDS, Database, chunks
from proxy.edge.store.people import replace_in_lists
from proxy.meetings.display_names import NamesOfPerson
from proxy.model import address_form, label_form

_WORDS = re.compile(r"\w+")

TOUCHED = (
    "grants", "participants", "names", "addresses", "merged", "attendance", "presence", "meeting_notes", "subject_keys",
    "given_back", "later_replies", "terms_accepted", "spent", "incidents", "forgetting", "holds",
    "acts", "meetings", "series", "invitations", "link_requests", "provisioned",
)  # fmt: skip
"""The tables that may hold something of a person."""


class Forgetting:
    """Forgets people."""

    def __init__(self, db: Database):
        self._db = db

    async def forget(self, ids: Collection[str], new_id: Callable[[], str]) -> Traces:
        """Delete everything that names the person with these ids. `new_id` gives what stands in their place elsewhere.

        A hold on them fails the transaction.
        """
        own = sorted(ids)
        async with self._db.writing() as connection:
            named = await naming.of(connection, own)
            seen = await naming.presence(connection, named)
            invitations = await _invitations(connection, own)
            rosters = sorted({*await naming.rosters(connection, own), *(row.meeting for row in seen)})
            for person in own:
                await keys.destroy(connection, person)
            evidence = await _evidence(connection, own, named.names)
            also = {
                *named.emails,
                *evidence,
                *(each for row in seen for each in (row.label, row.address) if each),
                *invitations,
            }
            also |= {label for label in named.labels if label_form(label) not in named.shared}
            marked = await _mark(connection, own, also)
            for column in (tables.invitations.c.participant, tables.invitations.c.guardian):
                await _delete(connection, tables.invitations, column.in_(own))
            asked = sorted(address_form(each) for each in named.emails)
            await _delete(connection, tables.link_requests, tables.link_requests.c.address.in_(asked))
            consents = await _delete(connection, tables.grants, tables.grants.c.participant.in_(own))
            await _delete(connection, tables.meeting_notes, tables.meeting_notes.c.participant.in_(own))
            await _delete_rows(connection, tables.presence, [row.seq for row in seen])
            guardianships = 0
            for column in (tables.grants.c.actor, tables.grants.c.evidence_ref, tables.terms_accepted.c.accepted_by,
                           tables.spent.c.invitation, tables.incidents.c.invitation):  # fmt: skip
                changed = await _replace(connection, column, marked, f"{FORGOTTEN}{new_id()}")
                guardianships += changed if column is tables.grants.c.actor else 0
            await _untitle(connection, rosters, named.labels, named.names)
            # Somebody whom nobody can ask: were a list just shorter, a room would be heard at which the person may
            # sit, and a minor by the yes of the others alone.
            lists = await replace_in_lists(connection, own, f"{FORGOTTEN}{new_id()}")
            await _leave_rosters(connection, own, rosters)
            for column in (tables.provisioned.c.participant, tables.names.c.participant,
                           tables.addresses.c.participant, tables.merged.c.participant, tables.merged.c.id,
                           tables.participants.c.id):  # fmt: skip
                await _delete(connection, column.table, column.in_(own))
            await connection.execute(delete(tables.forgetting))
        return Traces(consents, tuple(rosters), tuple(sorted(lists)), guardianships)

    async def named_elsewhere(self, ids: Collection[str]) -> NamedElsewhere:
        """What else on file holds a name of the person with these ids, and is not theirs."""
        own = sorted(ids)
        holds = tables.holds.c
        async with self._db.reading() as connection:
            names = NamesOfPerson(own, *await naming.called(connection, own))
            others = await _texts_of_others(connection, own)
            reasons = await connection.execute(
                select(holds.participant, holds.reason).where(holds.participant.not_in(own))
            )
            held = {row.participant for row in reasons if names.are_in(row.reason)}
            meetings = {each for each in await _ids_of_meetings(connection) if names.are_in(each)}
        people = {person for person, text in others if names.are_in(text)}
        return NamedElsewhere(tuple(sorted(people)), tuple(sorted(held)), tuple(sorted(meetings)))

    async def settle(self) -> bool:
        """Give up the bytes of acts that a ledger has taken: a small part of `purge`, which can be done at any time.

        False if it could not be done now.
        """
        async with self._db.tending() as driver:
            if self._db.dialect == "postgresql":
                await _vacuum(driver, ("acts",))
                return True
            # Deleted rows were overwritten in the log; this writes them so into the file, and empties the log.
            ((busy, _, _),) = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            return not busy

    async def purge(self) -> bool:
        """Give up what the database's files still hold of deleted rows; False if this role may not do that.

        SQLite's file is written anew, and its write-ahead log emptied. PostgreSQL vacuums the tables, which takes their
        owner.
        """
        async with self._db.tending() as driver:
            if self._db.dialect == "postgresql":
                return await _vacuum(driver, TOUCHED)
            await driver.execute_fetchall("VACUUM")
            ((busy, _, _),) = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            return not busy


async def _vacuum(driver: Any, touched: Sequence[str]) -> bool:
    owner = (
        "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class "
        "WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1::text[])"
    )
    if not await driver.fetchval(owner, list(touched)):
        return False
    for table in touched:
        # Statistics hold values of rows, so they are taken anew.
        await driver.execute(f"VACUUM (ANALYZE) {table}", timeout=UPKEEP_SECONDS)
    return True


async def _texts_of_others(connection: AsyncConnection, own: Collection[str]) -> list[tuple[str, str]]:
    """Return what everybody but these ids is called: pairs of an id and the id itself, a label or an address."""
    people, shown = tables.participants.c, tables.names.c
    query = select(people.id, people.name, people.aliases, people.emails).where(people.id.not_in(own))
    found = [(row.id, text) for row in (await connection.execute(query)).all()
             for text in (row.id, row.name, *row.aliases, *row.emails)]  # fmt: skip
    labels = select(shown.participant, shown.label).where(shown.participant.not_in(own))
    return found + [(row.participant, row.label) for row in (await connection.execute(labels)).all()]


async def _ids_of_meetings(connection: AsyncConnection) -> set[str]:
    """Return the ids of all meetings, and of the series that they are or were in."""
    columns = tables.meetings.c.id, tables.meetings.c.series, tables.earlier_series.c.series
    return {each for column in columns for each in await connection.scalars(select(column).distinct()) if each}


async def _invitations(connection: AsyncConnection, own: Collection[str]) -> set[str]:
    """Return the ids of the invitations of these people, also of those that were made before invitations were kept.

    Records name them as their evidence; other evidence, such as a list that several people signed, is no invitation.
    """
    about, asked = tables.grants.c, tables.invitations.c
    said = select(about.evidence_ref).where(about.participant.in_(own), about.evidence_ref.is_not(None))
    theirs = or_(asked.participant.in_(own), asked.guardian.in_(own))
    kept = set((await connection.scalars(select(asked.id).where(theirs))).all())
    found = kept.union(f"{each}{STANDING}" for each in kept)
    for used in (tables.spent.c.invitation, tables.incidents.c.invitation):
        found |= {row[0] for row in (await connection.execute(select(used).where(used.in_(said)))).all()}
    return found


async def _evidence(connection: AsyncConnection, own: Collection[str], names: NamesOfPerson) -> set[str]:
    """Return the evidence of other people's records that names these people, such as "told by Hana Weiss"."""
    about = tables.grants.c
    query = select(about.evidence_ref).where(about.participant.not_in(own), about.evidence_ref.is_not(None)).distinct()
    return {row.evidence_ref for row in (await connection.execute(query)).all() if names.are_in(row.evidence_ref)}


async def _mark(connection: AsyncConnection, own: Collection[str], also: Iterable[str]) -> set[str]:
    """Mark these ids as being forgotten, and what else names them unless it is somebody else's id. Returns all."""
    others: set[str] = set()
    for column in (tables.subject_keys.c.subject, tables.participants.c.id):
        others |= {row[0] for row in (await connection.execute(select(column).where(column.not_in(own)))).all()}
    marked = {*own, *also} - others
    await connection.execute(delete(tables.forgetting))
    await connection.execute(insert(tables.forgetting), [{"subject": subject} for subject in sorted(marked)])
    return marked


async def _delete(connection: AsyncConnection, table: Table, which: ColumnElement[bool]) -> int:
    return (await connection.execute(delete(table).where(which))).rowcount


async def _delete_rows(connection: AsyncConnection, table: Table, numbers: list[int]) -> None:
    for start in range(0, len(numbers), CHUNK):
        await _delete(connection, table, table.c.seq.in_(numbers[start : start + CHUNK]))


async def _replace(connection: AsyncConnection, column: Any, old: Iterable[str], new: str) -> int:
    changed, named = 0, sorted(old)
    for start in range(0, len(named), CHUNK):
        some = update(column.table).where(column.in_(named[start : start + CHUNK]))
        changed += (await connection.execute(some.values({column.name: new}))).rowcount
    return changed


async def _untitle(
    connection: AsyncConnection, rosters: Collection[str], labels: Iterable[str], names: NamesOfPerson
) -> None:
    """Take away the titles of meetings and series that name this person.

    In the meetings that they were in, one word of a name is enough: "Ben / Ann" is about them. Elsewhere it takes a
    whole name.
    """
    words = {word for label in labels for word in _WORDS.findall(label_form(label)) if len(word) > 1}
    meetings, series = tables.meetings.c, tables.series.c
    theirs = set(rosters)

    def named(title: str, attended: bool) -> bool:
        return names.are_in(title) or (attended and not words.isdisjoint(_WORDS.findall(label_form(title))))

    titled = select(meetings.id, meetings.series, meetings.title)
    found = (await connection.execute(titled)).all()
    attended = {row.series for row in found if row.id in theirs}
    gone = [row.id for row in found if row.title and named(row.title, row.id in theirs)]
    for some in chunks(gone):
        await connection.execute(update(tables.meetings).where(meetings.id.in_(some)).values(title=None))
    called = (await connection.execute(select(tables.series))).all()
    for some in chunks([row.id for row in called if named(row.title, row.id in attended)]):
        await connection.execute(delete(tables.series).where(series.id.in_(some)))


async def _leave_rosters(connection: AsyncConnection, own: Collection[str], rosters: list[str]) -> None:
    """Take these people off the rosters, which then do not list everybody: what nobody claims may be theirs."""
    await _delete(connection, tables.attendance, tables.attendance.c.participant.in_(own))
    for start in range(0, len(rosters), CHUNK):
        some = update(tables.meetings).where(tables.meetings.c.id.in_(rosters[start : start + CHUNK]))
        await connection.execute(some.values(complete=False))
