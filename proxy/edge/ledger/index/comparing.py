"""Compares all that an index has of a log with the log: that nothing is missing, nobody can see in a single answer.

Both sides come to one number for each kind of fact: the sum of the facts' hashes, in whatever order these are read. The
hashes are under a key that is made for each comparison, so that nobody can choose facts whose sums are alike.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, tuple_

from proxy.edge.ledger.index.filling import fresh_rows
from proxy.edge.ledger.index.rows import WORDS, Row
from proxy.edge.ledger.index.tables import decisions, links, mentions, operators, records, segments, words

_PAGE = 20_000
_MODULUS = 1 << 256


@dataclass(slots=True)
class _Sums:
    """What facts come to, by kind."""

    key: bytes
    of: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, *fact: object) -> None:
        hashed = hashlib.blake2b(repr(fact).encode(), digest_size=32, key=self.key).digest()
        self.of[kind] = (self.of.get(kind, 0) + int.from_bytes(hashed, "big")) % _MODULUS


def differing(connection: Connection, log: int, folder: Path) -> list[str]:
    """What the index has otherwise than the log in `folder`: records, mentions, links, decisions, operators.

    The log is read as far as the index has read it. Raises `LogIncomplete` if it is not whole.
    """
    key = secrets.token_bytes(32)
    kept, read = _Sums(key), _Sums(key)
    ends = connection.scalar(select(func.max(segments.c.next)).where(segments.c.log == log)) or 0
    _add_kept(connection, log, kept)
    for row in fresh_rows(folder):
        if row.sequence >= ends:
            break
        _add_read(row, read)
    return sorted(kind for kind in kept.of.keys() | read.of.keys() if kept.of.get(kind) != read.of.get(kind))


def _add_read(row: Row, sums: _Sums) -> None:
    values = [row.words.get(kind) for kind in WORDS]
    sums.add("records", row.sequence, row.time, row.exchange, *values, row.meeting, row.segment, row.offset, row.length)
    for each in row.people:
        sums.add("mentions", each.pseudonym, row.sequence, each.sent)
    for source, fetches in row.links():
        sums.add("links", source, row.sequence, fetches)
    for grant in row.grants:
        sums.add("decisions", grant, row.sequence)
    for operator in row.operators:
        sums.add("operators", operator, row.sequence)


def _add_kept(connection: Connection, log: int, sums: _Sums) -> None:
    known: dict[int | None, str] = {row.id: row.value for row in connection.execute(select(words.c.id, words.c.value))}
    for row in _rows_of(connection, log, records):
        values = [known.get(getattr(row, kind)) for kind in (*WORDS, "meeting")]
        sums.add("records", row.sequence, row.time, row.exchange, *values, row.segment, row.offset, row.length)
    for row in _rows_of(connection, log, mentions):
        sums.add("mentions", known.get(row.person), row.sequence, bool(row.sent))
    for row in _rows_of(connection, log, links):
        sums.add("links", row.source, row.sequence, bool(row.fetches))
    for row in _rows_of(connection, log, decisions):
        sums.add("decisions", known.get(row.grant), row.sequence)
    for row in _rows_of(connection, log, operators):
        sums.add("operators", known.get(row.operator), row.sequence)


def _rows_of(connection: Connection, log: int, table: Table) -> Iterator[Any]:
    """The rows of a log in a table, page by page."""
    place = list(table.primary_key.columns)
    after: tuple[Any, ...] | None = None
    while True:
        query = select(table).where(table.c.log == log).order_by(*place).limit(_PAGE)
        page = connection.execute(query if after is None else query.where(tuple_(*place) > tuple_(*after))).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = tuple(getattr(page[-1], column.name) for column in place)
