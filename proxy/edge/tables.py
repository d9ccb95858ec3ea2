"""The tables of the store, and how rows become values. Portable between SQLite and PostgreSQL.

Consent records are append-only: on SQLite triggers refuse any change, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    event,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from proxy.consent.grants import Grant, GrantState, Scope
from proxy.model import Meeting, Participant, ParticipantClass, Roster

SCHEMA = 1
"""Version of these tables; a store of a newer version is not opened."""


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. SQLite knows no time zones and gets ISO 8601 text of fixed width, which sorts."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, a timestamp with time zone elsewhere."""
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """An instant without a time zone is not stored: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants need a time zone")
        utc = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return utc
        return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's
        """The instant, in UTC."""
        if value is None or isinstance(value, datetime):
            return value
        return datetime.fromisoformat(value)


metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))

participants = Table(
    "participants",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("emails", JSON, nullable=False),
    Column("participant_class", String, nullable=False),
    Column("minor", Boolean, nullable=False),
    Column("members", JSON, nullable=False),
)

meetings = Table(
    "meetings",
    metadata,
    Column("id", String, primary_key=True),
    Column("started_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),
    Column("series", String, index=True),
    Column("complete", Boolean, nullable=False),
)

attendance = Table(
    "attendance",
    metadata,
    Column("meeting", String, ForeignKey("meetings.id"), primary_key=True),
    Column("participant", String, ForeignKey("participants.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("joined_at", Instant),
    Column("left_at", Instant),
)

grants = Table(
    "grants",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("participant", String, nullable=False, index=True),
    Column("scope", String, nullable=False),
    Column("scope_id", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("terms_version", String, nullable=False),
    Column("state", String, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_until", Instant),
    Column("method", String, nullable=False),
    Column("affirmative", Boolean, nullable=False),
    Column("actor", String, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("lawful_basis", String, nullable=False),
    Column("evidence_ref", String),
    Column("notice_hash", String),
    Column("covers_earlier", Boolean, nullable=False),
    Column("guardian", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

subject_keys = Table(
    "subject_keys",
    metadata,
    Column("subject", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)

_APPEND_ONLY = "SELECT RAISE(ABORT, 'consent records are append-only');"
for _name, _when, _body in (
    ("grants_no_update", "BEFORE UPDATE", _APPEND_ONLY),
    ("grants_no_delete", "BEFORE DELETE", _APPEND_ONLY),
    # INSERT OR REPLACE deletes without the delete trigger.
    (
        "grants_no_replace",
        "BEFORE INSERT",
        "SELECT RAISE(ABORT, 'consent records are append-only') "
        "WHERE EXISTS (SELECT 1 FROM grants WHERE id = NEW.id OR seq = NEW.seq);",
    ),
):
    event.listen(
        grants,
        "after_create",
        DDL(f"CREATE TRIGGER {_name} {_when} ON grants BEGIN {_body} END").execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
    )


GRANT_COLUMNS = tuple(grants.columns[field.name] for field in fields(Grant))
"""The columns of a record, in the order of `Grant`."""


def grant_row(grant: Grant) -> dict[str, object]:
    """A record as a row."""
    row: dict[str, object] = {column.name: getattr(grant, column.name) for column in GRANT_COLUMNS}
    return row | {"scope": grant.scope.value, "state": grant.state.value}


def grant_of(row: Sequence[Any]) -> Grant:
    """A row, selected as `GRANT_COLUMNS`, as a record. Raises ValueError on a scope or state that is none."""
    # By position: a decision may read many thousand rows.
    grant_id, person, scope, scope_id, purpose, recipient, terms, state, *rest = row
    return Grant(grant_id, person, Scope(scope), scope_id, purpose, recipient, terms, GrantState(state), *rest)


def participant_row(participant: Participant) -> dict[str, object]:
    """A participant as a row; when they joined and left belongs to the meeting."""
    return {
        "id": participant.id,
        "name": participant.name,
        "aliases": list(participant.aliases),
        "emails": list(participant.emails),
        "participant_class": participant.participant_class.value,
        "minor": participant.minor,
        "members": list(participant.members),
    }


def participant_of(row: Row[Any]) -> Participant:
    """A row of `participants`, with joined_at and left_at where the row has them, as a participant."""
    facts = row._mapping
    return Participant(
        id=facts["id"],
        name=facts["name"],
        aliases=tuple(facts["aliases"]),
        emails=tuple(facts["emails"]),
        participant_class=ParticipantClass(facts["participant_class"]),
        minor=facts["minor"],
        members=tuple(facts["members"]),
        joined_at=facts.get("joined_at"),
        left_at=facts.get("left_at"),
    )


def meetings_of(rows: Sequence[Row[Any]]) -> list[Meeting]:
    """Meetings from rows of meetings joined with attendance and participants, ordered by meeting and position."""
    found: dict[str, tuple[Row[Any], list[Participant]]] = {}
    for row in rows:
        people = found.setdefault(row.meeting_id, (row, []))[1]
        if row.id is not None:
            people.append(participant_of(row))
    return [
        Meeting(row.meeting_id, row.started_at, row.ended_at, row.series, Roster(tuple(people), row.complete))
        for row, people in found.values()
    ]
