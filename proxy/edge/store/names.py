"""The store's people under their names: put on file together, and read with what of them waits for confirmation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.edge.store import rows
from proxy.edge.store.base import CHUNK, Database
from proxy.edge.store.database import closing
from proxy.edge.store.tables import addresses, attendance, merged, names, participants
from proxy.errors import ClientFault
from proxy.meetings.badges import bare_forms
from proxy.meetings.people import with_unconfirmed
from proxy.model import Participant, label_form

EVERYWHERE = ""
"""The meeting of names that hold in all of them."""

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
_BADGED = or_(*(names.c.form.contains(sign) for sign in "([,'"))
"""It may be a name with a badge (`meetings.badges`); some others are among those, such as O'Neill."""


class Names:
    """People as rows of `participants` and of `names`, which have to agree."""

    def __init__(self, db: Database):
        self._db = db

    async def put_people(self, connection: AsyncConnection, people: Sequence[Participant]) -> None:
        """Put people on file, in place of what was known under their ids; it holds in all meetings.

        Raises `ClientFault` where an id is another one of somebody: it would come back with what was said under it.
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
        listed = [{"address": email.strip().lower(), "participant": p.id} for p in people for email in p.emails]
        if listed:
            await connection.execute(self._db.insert(addresses).on_conflict_do_nothing(), listed)

    async def put_names(self, connection: AsyncConnection, of: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        """Add names, each as the person, the meeting and the labels."""
        listed = [
            {"form": label_form(label), "participant": person, "meeting": meeting, "label": label}
            for person, meeting, labels in of
            for label in labels
        ]
        if listed:
            await connection.execute(self._db.insert(names).on_conflict_do_nothing(), listed)

    async def as_known(self, query: Select[tuple[object, ...]]) -> list[Participant]:
        """People as on file; `query` selects rows of `participants`."""
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
        """By id, the addresses of these people that others on file have too; `whose` narrows `addresses`."""
        found: dict[str, set[str]] = {}
        for row in await self._db.rows(select(addresses).where(whose, _ALSO_HAVE)):
            found.setdefault(row.participant, set()).add(row.address)
        return found

    async def told_apart(self, which: Select[tuple[str]]) -> rows.NamesOf:
        """Of the meetings that `which` selects, the names that are not plain: shared ones, and those of one meeting.

        What is somebody else's name with a badge is shared, too.
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
        """Of people's names, as (id, form), those that without a badge are names of somebody else on file."""
        bare = {each: forms for each in those if (forms := bare_forms(each[1]))}
        wanted = sorted(frozenset[str]().union(*bare.values()))
        having: dict[str, set[str]] = {}
        for start in range(0, len(wanted), CHUNK):
            some = names.c.form.in_(wanted[start : start + CHUNK])
            query = select(names.c.form, names.c.participant).where(some, names.c.meeting == EVERYWHERE)
            for form, person in await self._db.rows(query):
                having.setdefault(form, set()).add(person)
        return {each for each, forms in bare.items() if any(having.get(form, set()) - {each[0]} for form in forms)}


async def merged_in(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """Of these ids, those that are another id of somebody on file, and that person's own id."""
    found: dict[str, str] = {}
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        some = merged.c.id.in_(wanted[start : start + CHUNK])
        found |= {row.id: row.participant for row in (await connection.execute(select(merged).where(some))).all()}
    return found
