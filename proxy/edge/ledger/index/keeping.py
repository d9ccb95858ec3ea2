"""Puts what is kept of records into the tables of the index, and takes out what is not in the log any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select

from proxy.audit.tree import TileName
from proxy.edge.ledger.index.hashes import drop_hashes, rows_of
from proxy.edge.ledger.index.rows import GRANT, OPERATOR, SUBJECT, WORDS, Row
from proxy.edge.ledger.index.statements import add, among
from proxy.edge.ledger.index.tables import blocks, decisions, links, mentions, operators, records, tiles, words


@dataclass(slots=True)
class Words:
    """The numbers of words, looked up or given as they occur. Kept for one transaction: it may be undone."""

    connection: Connection
    known: dict[tuple[str, str], int]

    def learn(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Know the numbers of all these words."""
        missing = {each for each in wanted if each not in self.known}
        self._look_up(missing)
        new = [{"kind": kind, "value": value} for kind, value in sorted(missing - self.known.keys())]
        if new:
            self.connection.execute(insert(words), new)
            self._look_up({(each["kind"], each["value"]) for each in new})

    def _look_up(self, wanted: set[tuple[str, str]]) -> None:
        by_kind: dict[str, list[str]] = {}
        for kind, value in wanted:
            by_kind.setdefault(kind, []).append(value)
        for kind, values in by_kind.items():
            named = (words.c.kind == kind, among(self.connection, words.c.value, values))
            found = self.connection.execute(select(words.c.value, words.c.id).where(*named))
            self.known |= {(kind, value): number for value, number in found}


def insert_records(
    connection: Connection, log: int, rows: Sequence[Row], full: Sequence[tuple[TileName, bytes]]
) -> None:
    """Insert these records, and the tiles of the tree that became full with them."""
    numbers = Words(connection, {})
    numbers.learn({word for row in rows for word in row.all_words()})
    known = numbers.known
    people = [(known[SUBJECT, each.pseudonym], log, row.sequence, each.sent) for row in rows for each in row.people]
    named = [(source, log, row.sequence, fetches) for row in rows for source, fetches in row.links()]
    grants = [(known[GRANT, grant], log, row.sequence) for row in rows for grant in row.grants]
    doers = [(known[OPERATOR, name], log, row.sequence) for row in rows for name in row.operators]
    add(connection, records, [_record(log, row, known) for row in rows])
    add(connection, mentions, sorted(people))  # rows that lie together in the table are written together
    add(connection, links, sorted(named))
    add(connection, decisions, sorted(grants))
    add(connection, operators, sorted(doers))
    for table, hashes in zip((blocks, tiles), rows_of(log, full), strict=True):
        add(connection, table, hashes)


def _record(log: int, row: Row, known: dict[tuple[str, str], int]) -> tuple[Any, ...]:
    values = [known[kind, row.words[kind]] if kind in row.words else None for kind in WORDS]
    meeting = None if row.meeting is None else known[SUBJECT, row.meeting]
    return (log, row.sequence, row.time, row.exchange, *values, meeting, row.segment, row.offset, row.length)


def drop_records(connection: Connection, log: int, begins: int, ends: int) -> None:
    """Drop all of a log that is not of the records from `begins` until before `ends`."""
    for table in (records, mentions, links, decisions, operators):
        number = table.c.sequence
        connection.execute(delete(table).where(table.c.log == log, (number < begins) | (number >= ends)))
    drop_hashes(connection, log, begins, ends if ends > begins else 0)
    _drop_pseudonyms(connection)


def _drop_pseudonyms(connection: Connection) -> None:
    """Drop the pseudonyms and the names of operators that no record has any more."""
    uses = (mentions.c.person, records.c.meeting, decisions.c.grant, operators.c.operator)
    named = or_(*(exists().where(column == words.c.id) for column in uses))
    connection.execute(delete(words).where(words.c.kind.in_((SUBJECT, GRANT, OPERATOR)), ~named))
