"""What names a person in the store: their labels and addresses, and where they were seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.edge.store import tables
from proxy.edge.store.database import chunks
from proxy.meetings.display_names import NamesOfPerson
from proxy.meetings.presence import address_mark
from proxy.model import label_form


class Named(NamedTuple):
    """What the person with the ids `own` is called. `shared` are the forms of labels that others on file have too.

    `names` finds them in a text, by what is theirs alone.
    """

    own: list[str]
    labels: set[str]
    emails: set[str]
    shared: set[str]
    names: NamesOfPerson


async def of(connection: AsyncConnection, ids: Collection[str]) -> Named:
    """Return what the person with these ids is called."""
    own = sorted(ids)
    labels, emails = await called(connection, own)
    shared = await _shared_forms(connection, own, labels)
    names = NamesOfPerson(own, (each for each in labels if label_form(each) not in shared), emails)
    return Named(own, labels, emails, shared, names)


async def called(connection: AsyncConnection, own: Collection[str]) -> tuple[set[str], set[str]]:
    """Return the labels and addresses of these ids."""
    people = tables.participants.c
    labels: set[str] = set()
    emails: set[str] = set()
    query = select(people.name, people.aliases, people.emails).where(people.id.in_(own))
    for row in (await connection.execute(query)).all():
        labels |= {row.name, *row.aliases}
        emails |= set(row.emails)
    shown = select(tables.names.c.label).where(tables.names.c.participant.in_(own))
    return labels | {row.label for row in (await connection.execute(shown)).all()}, emails


async def _shared_forms(connection: AsyncConnection, own: Collection[str], labels: Iterable[str]) -> set[str]:
    """Return the forms of those labels that others on file have too: they name these others as well."""
    forms, names = sorted({label_form(label) for label in labels}), tables.names.c
    query = select(names.form).where(names.form.in_(forms), names.participant.not_in(own))
    return {row.form for row in (await connection.execute(query)).all()}


async def presence(connection: AsyncConnection, person: Named, meetings: Collection[str] | None = None) -> list[Any]:
    """Return the rows that say that this person came or went: by id, by the mark of an address, or by label.

    Of all meetings, or of these. A label counts that holds a name of theirs or may be a short form of one: under "Hana
    Weiss (guest)" they may have been in a meeting whose roster did not list them. A meeting that loses such a label
    counts as incomplete, as it did with the label.
    """
    seen = tables.presence.c
    named = or_(seen.participant.in_(person.own), seen.label.is_not(None), seen.address.is_not(None))
    query = select(seen.seq, seen.meeting, seen.participant, seen.label, seen.address).where(named)
    wanted = [query] if meetings is None else [query.where(seen.meeting.in_(some)) for some in chunks(sorted(meetings))]
    rows = [row for each in wanted for row in (await connection.execute(each)).all()]
    salts = {row.address.partition(":")[0] for row in rows if row.address is not None}
    marks = {address_mark(email, salt) for salt in salts for email in person.emails}
    return [
        row
        for row in rows
        if row.participant in person.own
        or row.address in marks
        or (row.label is not None and label_form(row.label) not in person.shared and person.names.may_be(row.label))
    ]


async def rosters(connection: AsyncConnection, own: Collection[str]) -> set[str]:
    """Return the ids of the meetings whose rosters list these people."""
    there = select(tables.attendance.c.meeting).where(tables.attendance.c.participant.in_(own))
    return set((await connection.scalars(there)).all())
