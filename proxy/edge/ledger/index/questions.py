"""Questions to the index: where the records stand that match a filter or are a person's, and which values occur."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from proxy.audit.ocsf import OUTCOME
from proxy.audit.query import EventFilter, Grant, Subject
from proxy.edge.ledger.index.rows import EPOCH, GRANT, OPERATOR, SUBJECT, WORDS
from proxy.edge.ledger.index.tables import among, decisions, links, mentions, operators, records, words


class Spot(NamedTuple):
    """Where a record stands: its log, the first sequence number of its segment, and the byte and length of its line."""

    log: int
    sequence: int
    segment: int
    offset: int
    length: int


_SPOT = [records.c[name] for name in Spot._fields]


def values(connection: Connection) -> dict[str, frozenset[str]]:
    """What occurs in the logs of the index, by kind: codes, clients, routes, purposes, recipients, operators."""
    found: dict[str, set[str]] = {kind: set() for kind in (*WORDS, OPERATOR)}
    for kind, value in connection.execute(select(words.c.kind, words.c.value).where(words.c.kind.in_(found))):
        found[kind].add(value)
    return {kind: frozenset(them) for kind, them in found.items()}


def count(connection: Connection, logs: Sequence[int]) -> int:
    """How many records there are of these logs."""
    return connection.scalar(select(func.count()).select_from(records).where(records.c.log.in_(logs))) or 0


def meetings(connection: Connection, logs: Sequence[int]) -> frozenset[str]:
    """The pseudonyms of the meetings that records of these logs name."""
    named = select(records.c.meeting).where(records.c.log.in_(logs))
    return frozenset(connection.scalars(select(words.c.value).where(words.c.id.in_(named))))


def conditions(connection: Connection, log: int, wanted: EventFilter) -> list[ColumnElement[bool]] | None:
    """What a record of a log has to be to match; None if none can."""
    few = _is_narrow(wanted)
    time = records.c.time + 0 if few else records.c.time
    asked: list[ColumnElement[bool]] = [(records.c.log + 0 if few else records.c.log) == log]
    if wanted.since is not None:
        asked.append(time >= ceil(wanted.since.timestamp() * 1000))
    if wanted.until is not None:
        asked.append(time < ceil(wanted.until.timestamp() * 1000))
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
    return [Spot._make(row) for row in connection.execute(query)]


class Traces(NamedTuple):
    """Where all stands that tells which exchanges left with words of somebody, or with what was made of them.

    First the intents that had their words, of which there are `sent`; then those that repeat a reply to an exchange
    before them here, with those that fetched such a reply; then the outcomes of the exchanges. `shown` are the
    pseudonyms by which the log can name them.
    """

    shown: frozenset[str]
    sent: int
    spots: list[Spot]


def traces(connection: Connection, logs: Sequence[int], subjects: Iterable[Subject]) -> Traces:
    """The traces of these subjects in these logs."""
    shown = _pseudonyms(connection, subjects)
    own = _sent(connection, logs, _shown(connection, SUBJECT, shown))
    linked: dict[Spot, _Linked] = {}
    asked, named = set[str](), set(own.values())
    leading = set[str]()
    while new := sorted(named - asked):
        asked |= named
        for each in _linked(connection, logs, new):
            leading.add(each.source)
            named.add(each.exchange)
            if each.spot not in own:
                linked.setdefault(each.spot, each)
    # Clients ask for a job's reply again and again; only what was repeated later leads on.
    told = [each for each in linked.values() if not each.fetches or each.exchange in leading]
    exchanges = {*own.values(), *(each.exchange for each in told if not each.fetches)}
    spots = [*own, *(each.spot for each in told), *_ended(connection, logs, exchanges)]
    return Traces(frozenset(shown), len(own), spots)


class _Linked(NamedTuple):
    """An intent that repeats or fetches the reply to an exchange before it."""

    spot: Spot
    exchange: str
    source: str
    fetches: bool


def _sent(connection: Connection, logs: Sequence[int], people: Sequence[int]) -> dict[Spot, str]:
    """The intents that had words of these people, in the order of the logs, each with its exchange."""
    if not people:
        return {}
    there = (records.c.log == mentions.c.log) & (records.c.sequence == mentions.c.sequence)
    query = select(*_SPOT, records.c.exchange).select_from(mentions).join(records, there)
    # As for `_is_narrow`: the few records of the people come first, and are looked up in the log by their number.
    query = query.where(mentions.c.person.in_(people), mentions.c.sent, (mentions.c.log + 0).in_(logs))
    rows = connection.execute(query.order_by(mentions.c.log, mentions.c.sequence))
    return {Spot._make(spot): exchange for *spot, exchange in rows}


def _linked(connection: Connection, logs: Sequence[int], sources: Sequence[str]) -> list[_Linked]:
    """The intents that repeat or fetch the replies to these exchanges, in the order of the logs."""
    there = (records.c.log == links.c.log) & (records.c.sequence == links.c.sequence)
    query = select(*_SPOT, records.c.exchange, links.c.source, links.c.fetches).select_from(links).join(records, there)
    # As for `_is_narrow`: SQLite would go through the whole log and look for links of each record.
    query = query.where(among(connection, links.c.source, sources), (links.c.log + 0).in_(logs))
    rows = connection.execute(query.order_by(links.c.log, links.c.sequence))
    return [_Linked(Spot._make(spot), exchange, source, fetches) for *spot, exchange, source, fetches in rows]


def _ended(connection: Connection, logs: Sequence[int], exchanges: Collection[str]) -> list[Spot]:
    """The outcomes of these exchanges, in the order of the logs."""
    code = select(words.c.id).where(words.c.kind == "code", words.c.value == OUTCOME).scalar_subquery()
    query = select(*_SPOT).where(among(connection, records.c.exchange, exchanges), records.c.code == code)
    return sorted(map(Spot._make, connection.execute(query.where((records.c.log + 0).in_(logs)))))


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
    return _shown(connection, SUBJECT, _pseudonyms(connection, subjects))


def _pseudonyms(connection: Connection, subjects: Iterable[Subject]) -> list[str]:
    epochs = _epochs(connection)
    return [shown for subject in subjects for shown in subject.pseudonyms(epochs)]


def _epochs(connection: Connection) -> list[str]:
    return list(connection.scalars(select(words.c.value).where(words.c.kind == EPOCH)))


def _shown(connection: Connection, kind: str, pseudonyms: Sequence[str]) -> list[int]:
    query = select(words.c.id).where(words.c.kind == kind, among(connection, words.c.value, pseudonyms))
    return list(connection.scalars(query))
