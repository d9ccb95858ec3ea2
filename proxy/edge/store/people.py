"""The store's people, apart from any meeting.

People and their names are written together, and read with the names that wait for confirmation.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, String, and_, cast, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.consent.records import ConsentRecord
from proxy.edge.store import merging, provisioned, rows, tables
from proxy.edge.store.database import CHUNK, Database, closing
from proxy.edge.store.tables import addresses, attendance, merged, names, participants
from proxy.errors import ClientFault
from proxy.meetings.directory import with_unconfirmed
from proxy.meetings.display_names import DEGREES, SIGNS, TITLES, bare_forms
from proxy.model import Participant, address_form, label_form

EVERYWHERE = ""
"""The value of `meeting` for names that hold in all meetings."""

_OTHER = names.alias()
_SHARED = exists().where(
    _OTHER.c.form == names.c.form, _OTHER.c.participant != names.c.participant, _OTHER.c.meeting == EVERYWHERE
)
"""Somebody else on file has this name too."""
_ANOTHER = addresses.alias()
_ALSO_HAVE = exists().where(
    _ANOTHER.c.address == addresses.c.address, _ANOTHER.c.participant != addresses.c.participant
)
"""Somebody else on file has this address too."""
_BADGED = or_(
    *(names.c.form.contains(sign) for sign in SIGNS),
    *(names.c.form.startswith(title) for title in TITLES),
    *(names.c.form.endswith(f" {degree}") for degree in DEGREES),
)
"""The name may have a badge (`meetings.display_names`). This also matches some names without one, such as O'Neill."""


class Names:
    """People as rows of `participants` and of `names`, which have to agree."""

    def __init__(self, db: Database):
        self._db = db

    async def put_people(self, connection: AsyncConnection, people: Sequence[Participant]) -> None:
        """Put people on file, replacing what was known under their ids; this holds in all meetings.

        Raises `ClientFault` if an id was merged into somebody: putting it on file would revive what was said under it.
        """
        if not people:
            return
        for gone, kept in (await merged_in(connection, [person.id for person in people])).items():
            raise ClientFault("merged_person", f"{gone} is another id of {kept}; name that one", status=409, where="id")
        known = self._db.insert(participants)
        changes = {c.name: known.excluded[c.name] for c in participants.columns if not c.primary_key}
        await connection.execute(
            known.on_conflict_do_update(index_elements=[participants.c.id], set_=changes),
            [rows.participant_row(person) for person in people],
        )
        ids = [person.id for person in people]
        for start in range(0, len(ids), CHUNK):
            some = names.c.participant.in_(ids[start : start + CHUNK])
            await connection.execute(delete(names).where(some, names.c.meeting == EVERYWHERE))
            await connection.execute(delete(addresses).where(addresses.c.participant.in_(ids[start : start + CHUNK])))
        await self.put_names(connection, ((p.id, EVERYWHERE, (p.name, *p.aliases)) for p in people))
        listed = [{"address": address_form(email), "participant": p.id} for p in people for email in p.emails]
        if listed:
            await connection.execute(self._db.insert(addresses).on_conflict_do_nothing(), listed)

    async def put_names(self, connection: AsyncConnection, of: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        """Add names, each given as the person, the meeting and the labels."""
        listed = [
            {"form": label_form(label), "participant": person, "meeting": meeting, "label": label}
            for person, meeting, labels in of
            for label in labels
        ]
        if listed:
            await connection.execute(self._db.insert(names).on_conflict_do_nothing(), listed)

    async def as_known(self, query: Select[tuple[object, ...]]) -> list[Participant]:
        """Return people as on file. `query` selects rows of `participants`."""
        found = await self._db.rows(query)
        with closing("a person cannot be read"):
            people = [rows.participant_of(row) for row in found]
        ids = [person.id for person in people]
        shared: dict[str, set[str]] = {}
        also: dict[str, set[str]] = {}
        for start in range(0, len(ids), CHUNK):
            some = names.c.participant.in_(ids[start : start + CHUNK])
            query = select(names.c.participant, names.c.form, _SHARED.label("shared"))
            told = await self._db.rows(query.where(some, names.c.meeting == EVERYWHERE, or_(_SHARED, _BADGED)))
            led = await self._leading_to_others({(row.participant, row.form) for row in told})
            for row in told:
                if row.shared or (row.participant, row.form) in led:
                    shared.setdefault(row.participant, set()).add(row.form)
            also |= await self.shared_addresses(addresses.c.participant.in_(ids[start : start + CHUNK]))
        known = [replace(person, shared_emails=rows.shared_of(person, also.get(person.id, ()))) for person in people]
        return [with_unconfirmed(person, shared.get(person.id, ())) for person in known]

    async def shared_addresses(self, whose: ColumnElement[bool]) -> dict[str, set[str]]:
        """Return by id the addresses of these people that others on file have too. `whose` narrows `addresses`."""
        found: dict[str, set[str]] = {}
        for row in await self._db.rows(select(addresses).where(whose, _ALSO_HAVE)):
            found.setdefault(row.participant, set()).add(row.address)
        return found

    async def told_apart(self, which: Select[tuple[str]]) -> rows.NamesOf:
        """Return the special names in the meetings that `which` selects: shared ones, and those of a single meeting.

        A name that is somebody else's name plus a badge counts as shared, too.
        """
        shared, on_file = _SHARED.label("shared"), names.c.meeting == EVERYWHERE
        query = (
            select(attendance.c.meeting.label("of"), names.c.participant, names.c.form, names.c.label,
                   names.c.meeting, shared)
            .join(names, names.c.participant == attendance.c.participant)
            .where(
                attendance.c.meeting.in_(which),
                or_(names.c.meeting == attendance.c.meeting, and_(on_file, or_(_SHARED, _BADGED))),
            )
            .order_by(attendance.c.position, names.c.label)
        )  # fmt: skip
        found: rows.NamesOf = {}
        listed = await self._db.rows(query)
        led = await self._leading_to_others({(row.participant, row.form) for row in listed})
        for row in listed:
            shown, forms = found.setdefault((row.of, row.participant), ([], set()))
            if row.meeting != EVERYWHERE:
                shown.append(row.label)
            if row.shared or (row.participant, row.form) in led:
                forms.add(row.form)
        return found

    async def _leading_to_others(self, those: Collection[tuple[str, str]]) -> Collection[tuple[str, str]]:
        """Return those names, as (id, form), that without their badge are a name of somebody else on file."""
        bare = {each: forms for each in those if (forms := bare_forms(each[1]))}
        wanted = sorted(frozenset[str]().union(*bare.values()))
        having: dict[str, set[str]] = {}
        for start in range(0, len(wanted), CHUNK):
            some = names.c.form.in_(wanted[start : start + CHUNK])
            query = select(names.c.form, names.c.participant).where(some, names.c.meeting == EVERYWHERE)
            for form, person in await self._db.rows(query):
                having.setdefault(form, set()).add(person)
        return {each for each, forms in bare.items() if any(having.get(form, set()) - {each[0]} for form in forms)}


async def replace_in_lists(connection: AsyncConnection, gone: Collection[str], instead: str) -> set[str]:
    """Put an id in the place of others, on the lists of rooms and of guardians. Returns whose lists have changed."""
    columns, changed = (participants.c.members, participants.c.guardians), set[str]()
    for row in (await connection.execute(select(participants.c.id, *columns))).all():
        for column, listed in zip(columns, row[1:], strict=True):
            if row.id not in gone and not set(gone).isdisjoint(listed):
                now = list(dict.fromkeys(instead if each in gone else each for each in listed))
                one = update(participants).where(participants.c.id == row.id)
                await connection.execute(one.values({column.name: now}))
                changed.add(row.id)
    return changed


async def merged_in(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """Map those of these ids that were merged into somebody on file to that person's own id."""
    found: dict[str, str] = {}
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        some = merged.c.id.in_(wanted[start : start + CHUNK])
        found |= {row.id: row.participant for row in (await connection.execute(select(merged).where(some))).all()}
    return found


class Directory:
    """Everybody whom a roster, a calendar or the API named."""

    def __init__(self, db: Database):
        self._db, self._names = db, Names(db)

    async def by_id(self, participant_id: str) -> Participant | None:
        """Return the person with this id, as known to the organization."""
        found = await self._names.as_known(select(participants).where(participants.c.id == participant_id))
        return found[0] if found else None

    async def everybody(self) -> Sequence[Participant]:
        """Return all people, by name."""
        return await self._names.as_known(select(participants).order_by(participants.c.name, participants.c.id))

    async def having(self, ids: Collection[str], emails: Collection[str]) -> Sequence[Participant]:
        """Return the people with one of these ids or e-mail addresses, each once, by id.

        Addresses are compared as written in the store's JSON, so a few people with other addresses may be included.
        """
        found: dict[str, Participant] = {}
        wanted, written = sorted(set(ids)), sorted({address_form(json.dumps(email)[1:-1]) for email in emails})
        listed = func.lower(cast(participants.c.emails, String))
        for start in range(0, max(len(wanted), len(written)), CHUNK // 5):
            part = slice(start, start + CHUNK // 5)
            either = [
                participants.c.id.in_(wanted[part]),
                *(listed.contains(e, autoescape=True) for e in written[part]),
            ]
            some = await self._names.as_known(select(participants).where(or_(*either)))
            found |= {person.id: person for person in some}
        return [found[person] for person in sorted(found)]

    async def called(self, labels: Collection[str]) -> Collection[str]:
        """Return the ids of the people with one of these labels on file."""
        forms, found = sorted({label_form(each) for each in labels}), set[str]()
        for start in range(0, len(forms), CHUNK):
            some = names.c.form.in_(forms[start : start + CHUNK])
            query = select(names.c.participant).where(some, names.c.meeting == EVERYWHERE)
            found |= {row.participant for row in await self._db.rows(query)}
        return found

    async def put(self, person: Participant) -> None:
        """Put a person on file, replacing what was known under this id; this holds in all meetings."""
        await self.put_all([person])

    async def put_all(self, people: Sequence[Participant]) -> None:
        """Put several people on file, all or none."""
        async with self._db.writing() as connection:
            await self._names.put_people(connection, people)

    async def put_as_one(self, gone: str, person: Participant, noes: Sequence[ConsentRecord]) -> None:
        """Put `person` on file, and on rosters and in rooms in place of `gone`, who is removed.

        From then on the id `gone`, and ids that were merged into it, are other ids of `person`. If both were on a
        roster, they were there as long as either. `noes` are recorded in the same transaction. Raises `ClientFault`
        (``on_hold``) if something on legal hold would be lost.
        """
        async with self._db.writing() as connection:
            await merging.check(connection, gone, person.id)
            await self._names.put_people(connection, [person])
            await merging.move(connection, gone, person.id)
            await replace_in_lists(connection, [gone], person.id)
            await provisioned.move(connection, gone, person.id)
            await connection.execute(delete(names).where(names.c.participant == gone))
            await connection.execute(delete(addresses).where(addresses.c.participant == gone))
            await connection.execute(delete(participants).where(participants.c.id == gone))
            before = update(merged).where(merged.c.participant == gone).values(participant=person.id)
            await connection.execute(before)
            await connection.execute(insert(merged).values(id=gone, participant=person.id))
            if noes:
                await connection.execute(insert(tables.grants), [rows.grant_row(no) for no in noes])

    async def merged_ids(self, ids: Collection[str]) -> Mapping[str, str]:
        """Map those of these ids that were merged into somebody on file (`put_as_one`) to that person's own id."""
        async with self._db.reading() as connection:
            return await merged_in(connection, ids)

    async def other_ids(self, person: str) -> Sequence[str]:
        """Return the other ids of somebody on file."""
        return [row.id for row in await self._db.rows(select(merged.c.id).where(merged.c.participant == person))]
