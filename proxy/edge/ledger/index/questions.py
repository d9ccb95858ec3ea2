"""Questions to the index: which records can match a filter, and which values occur."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from proxy.audit.ocsf import INTENT, OUTCOME
from proxy.audit.query import Ended, EventFilter, Grant, Sent, Subject
from proxy.edge.ledger.index.filling import portions
from proxy.edge.ledger.index.rows import EPOCH, GRANT, OPERATOR, SUBJECT, WORDS
from proxy.edge.ledger.index.tables import decisions, mentions, operators, records, words


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a record stands: the first sequence number of its segment, and the byte and length of its line."""

    sequence: int
    segment: int
    offset: int
    length: int


_SPOT = [records.c[field.name] for field in fields(Spot)]


def values(connection: Connection) -> dict[str, frozenset[str]]:
    """What occurs in the logs of the index, by kind: codes, clients, routes, purposes, recipients, operators."""
    found: dict[str, set[str]] = {kind: set() for kind in (*WORDS, OPERATOR)}
    for kind, value in connection.execute(select(words.c.kind, words.c.value).where(words.c.kind.in_(found))):
        found[kind].add(value)
    return {kind: frozenset(them) for kind, them in found.items()}


def count(connection: Connection, logs: Sequence[int]) -> int:
    """How many records there are of these logs."""
    return connection.scalar(select(func.count()).select_from(records).where(records.c.log.in_(logs))) or 0


def conditions(
    connection: Connection, log: int, wanted: EventFilter, *, few: bool = False
) -> list[ColumnElement[bool]] | None:
    """What a record of a log has to be to match; None if none can. More may match than the filter wants.

    `few` says that only few records come into question, as `_is_narrow` does.
    """
    few = few or _is_narrow(wanted)
    time = records.c.time + 0 if few else records.c.time
    asked: list[ColumnElement[bool]] = [(records.c.log + 0 if few else records.c.log) == log]
    if wanted.since is not None:
        asked.append(time >= int(wanted.since.timestamp() * 1000))
    if wanted.until is not None:
        asked.append(time < int(wanted.until.timestamp() * 1000) + 1)
    if wanted.exchange is not None:
        asked.append(records.c.exchange == wanted.exchange)
    for kind, fits in _fitting_words(connection, wanted).items():
        if not fits:
            return None
        asked.append(records.c[kind].in_(fits))
    if wanted.meeting is not None:
        numbers = _numbers(connection, wanted.meeting)
        if not numbers:
            return None
        asked.append(records.c.meeting.in_(numbers))
    named = []
    if wanted.participant is not None:
        named.append((mentions, mentions.c.person, _numbers(connection, wanted.participant)))
    if wanted.grant is not None:
        named.append((decisions, decisions.c.grant, grants(connection, wanted.grant)))
    if wanted.operator is not None:
        number = _word(connection, OPERATOR, wanted.operator)
        named.append((operators, operators.c.operator, [] if number is None else [number]))
    for table, column, numbers in named:
        if not numbers:
            return None
        # Begins with what was named, which is in few records.
        them = select(table.c.log, table.c.sequence).where(column.in_(numbers))
        asked.append(tuple_(records.c.log, records.c.sequence).in_(them))
    return asked


def _is_narrow(wanted: EventFilter) -> bool:
    """Whether the filter names what few records have.

    SQLite does not know that nearly all records are of one log, and would go through all of them by number or time. A
    column in a sum is one that it cannot search by.
    """
    few = (wanted.exchange, wanted.meeting, wanted.participant, wanted.grant, wanted.operator)
    return any(each is not None for each in few)


def grants(connection: Connection, wanted: Grant) -> list[int]:
    """The numbers under which the index has a consent record."""
    return _shown(connection, GRANT, wanted.pseudonyms(_epochs(connection)))


def spots(
    connection: Connection, asked: Sequence[ColumnElement[bool]], after: int | None, many: int, *, newest_first: bool
) -> list[Spot]:
    """The next `many` records that match, in order of sequence, beyond the one with the number `after`."""
    number = records.c.sequence
    query = select(*_SPOT).where(*asked)
    if after is not None:
        query = query.where(number < after if newest_first else number > after)
    query = query.order_by(number.desc() if newest_first else number).limit(many)
    return [Spot(*row) for row in connection.execute(query)]


def sent(connection: Connection, log: int, subjects: Iterable[Subject], wanted: EventFilter) -> list[Sent]:
    """What the wanted intents sent of these subjects' words, oldest first."""
    asked = conditions(connection, log, replace(wanted, event=INTENT), few=True)
    people = _numbers(connection, subjects)
    if asked is None or not people:
        return []
    counts = (func.sum(mentions.c.utterances).label("utterances"), func.sum(mentions.c.characters).label("characters"))
    said = select(mentions.c.log, mentions.c.sequence, *counts).where(mentions.c.person.in_(people))
    # The few records of the people come first, and those of the log that fit are looked up by their number.
    few = said.where(mentions.c.log == log).group_by(mentions.c.log, mentions.c.sequence).cte("said")
    there = (records.c.log == few.c.log) & (records.c.sequence == few.c.sequence)
    kinds = (records.c.recipient, records.c.purpose, records.c.terms)
    columns = (records.c.exchange, records.c.attempt, records.c.time, *kinds, few.c.utterances, few.c.characters)
    query = select(*columns).select_from(few).join(records, there).where(*asked)
    query = query.where(few.c.utterances + few.c.characters > 0)
    rows = connection.execute(query.order_by(few.c.sequence)).all()
    named = _words(connection, {number for row in rows for number in row[3:6]})
    return [
        Sent(exchange, attempt, time, named.get(to, ""), named.get(purpose, ""), named.get(terms), *map(int, words))
        for exchange, attempt, time, to, purpose, terms, *words in rows
    ]


def ended(connection: Connection, log: int, exchanges: Iterable[str]) -> list[Ended]:
    """The outcomes of these exchanges, oldest first."""
    found: list[Any] = []
    columns = (records.c.exchange, records.c.attempt, records.c.delivered, records.c.reason)
    code = _word(connection, "code", OUTCOME)
    for some in portions(sorted(set(exchanges))):
        query = select(records.c.sequence, *columns)
        query = query.where(records.c.exchange.in_(some), records.c.code == code, records.c.log + 0 == log)
        found += connection.execute(query).all()
    found.sort(key=lambda row: row.sequence)
    named = _words(connection, {number for row in found for number in row[3:5]})
    return [Ended(exchange, attempt, named.get(by), named.get(why)) for _, exchange, attempt, by, why in found]


def _words(connection: Connection, numbers: Iterable[int | None]) -> dict[int, str]:
    """The words with these numbers."""
    found: dict[int, str] = {}
    for some in portions([number for number in numbers if number is not None]):
        rows = connection.execute(select(words.c.id, words.c.value).where(words.c.id.in_(some)))
        found |= {row.id: row.value for row in rows}
    return found


def _fitting_words(connection: Connection, wanted: EventFilter) -> dict[str, list[int]]:
    fitting: dict[str, list[int]] = {}
    for kind in ("client", "route", "purpose", "recipient"):
        value: Any = getattr(wanted, kind)
        if value is not None:
            fitting[kind] = [number for number in [_word(connection, kind, value)] if number is not None]
    for kind, fits in (("code", wanted.has_code), ("disposition", wanted.has_disposition)):
        if (wanted.event if kind == "code" else wanted.disposition) is not None:
            known = connection.execute(select(words.c.value, words.c.id).where(words.c.kind == kind))
            fitting[kind] = [number for value, number in known if fits(value)]
    return fitting


def _word(connection: Connection, kind: str, value: str) -> int | None:
    return connection.scalar(select(words.c.id).where(words.c.kind == kind, words.c.value == value))


def _numbers(connection: Connection, subjects: Iterable[Subject]) -> list[int]:
    epochs = _epochs(connection)
    return _shown(connection, SUBJECT, [shown for subject in subjects for shown in subject.pseudonyms(epochs)])


def _epochs(connection: Connection) -> list[str]:
    return list(connection.scalars(select(words.c.value).where(words.c.kind == EPOCH)))


def _shown(connection: Connection, kind: str, pseudonyms: Sequence[str]) -> list[int]:
    numbers: list[int] = []
    for some in portions(pseudonyms):
        query = select(words.c.id).where(words.c.kind == kind, words.c.value.in_(some))
        numbers += connection.scalars(query)
    return numbers
