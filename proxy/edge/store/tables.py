"""The tables of the store, as they are after the newest step of ``migrations/``, which creates them.

Portable between SQLite and PostgreSQL. Consent records, presence, terms, used links and incidents are append-only:
triggers refuse any change, whoever makes it, but the loss of what names somebody who is being forgotten.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. SQLite has no time zones and stores fixed-width ISO 8601 text, which sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use text on SQLite, a timestamp with time zone elsewhere."""
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse an instant without a time zone: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants need a time zone")
        utc = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return utc
        return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's
        """Return the instant, in UTC."""
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
    Column("vouched", JSON, nullable=False, server_default=text("'[]'")),
    Column("idle_since", Instant),
    Column("guardians", JSON, nullable=False, server_default=text("'[]'")),
    Column("custody", String),
)

names = Table(
    "names",
    metadata,
    Column("form", String, primary_key=True),
    Column("participant", String, primary_key=True, index=True),
    Column("meeting", String, primary_key=True, index=True),
    Column("label", String, nullable=False),
)
"""Names in the form in which labels are compared, to find who shares one.

`meeting` is empty for the names of `participants`; other rows are names shown in one meeting only.
"""

addresses = Table(
    "addresses",
    metadata,
    Column("address", String, primary_key=True),
    Column("participant", String, primary_key=True, index=True),
)
"""The e-mail addresses of `participants`, as they are compared, to find who shares one."""

merged = Table(
    "merged",
    metadata,
    Column("id", String, primary_key=True),
    Column("participant", String, nullable=False, index=True),
)
"""Ids that the operator confirmed to be another id of the person `participant`. They never come back."""

meetings = Table(
    "meetings",
    metadata,
    Column("id", String, primary_key=True),
    Column("started_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),
    Column("recording_started_at", Instant),
    Column("series", String, index=True),
    Column("complete", Boolean, nullable=False),
    Column("title", String),
)

series = Table(
    "series",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
)
"""What people call the series that have a title."""

earlier_series = Table(
    "earlier_series",
    metadata,
    Column("meeting", String, primary_key=True),
    Column("series", String, primary_key=True),
)
"""The series that a meeting was in before: a refusal for one of them stays in force."""

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
    Column("notice_language", String),
    Index("ix_grants_asked", "scope_id", "scope", "purpose", "recipient", "participant"),
    sqlite_autoincrement=True,
)

subject_keys = Table(
    "subject_keys",
    metadata,
    Column("subject", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)

presence = Table(
    "presence",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False, unique=True),
    Column("meeting", String, nullable=False, index=True),
    Column("label", String),
    Column("participant", String),
    Column("event", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("source", String, nullable=False),
    Column("seat", String),
    Column("vouched", Boolean, nullable=False, server_default=false()),
    Column("address", String),
    sqlite_autoincrement=True,
)
"""Who came and went, as reported by a service.

`label` is kept only if it names nobody known, or not the person whom the address identifies. `seat` is a digest of the
service's id of this one presence, `address` a digest of the address they were signed in with.
"""

meeting_notes = Table(
    "meeting_notes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("meeting", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("participant", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("meeting", "kind", "participant", "number"),
    sqlite_autoincrement=True,
)
"""What requests showed of meetings, by kind, with the first time: counts of unmatched labels, and spoken refusals."""

terms = Table(
    "terms",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("recipient", String, nullable=False),
    Column("version", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("text", String, nullable=False),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("recipient", "version"),
    sqlite_autoincrement=True,
)

terms_accepted = Table(
    "terms_accepted",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("recipient", String, nullable=False),
    Column("version", String, nullable=False),
    Column("accepted_by", String, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    UniqueConstraint("recipient", "version"),
    sqlite_autoincrement=True,
)

spent = Table(
    "spent",
    metadata,
    Column("nonce", String, primary_key=True),
    Column("invitation", String, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Links that were used. The primary key lets each be used once."""

invitations = Table(
    "invitations",
    metadata,
    Column("id", String, primary_key=True),
    Column("participant", String, nullable=False, index=True),
    Column("scope", String, nullable=False),
    Column("scope_id", String, nullable=False),
    Column("offers", JSON, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("covers_earlier", Boolean, nullable=False),
    Column("channel", String, nullable=False),
    Column("invited_at", Instant, nullable=False),
    Column("reminded_at", Instant),
    Column("opened_at", Instant),
    Column("answered_at", Instant),
    Column("guardian", String, index=True),
    Index("ix_invitations_about", "scope_id", "scope"),
)
"""Who was asked what through which link, and when they opened and answered it. A `guardian` is asked for a minor."""

room_links = Table(
    "room_links",
    metadata,
    Column("code", String, primary_key=True),
    Column("meeting", String, nullable=False, index=True),
    Column("offers", JSON, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("covers_earlier", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("revoked_at", Instant),
)
"""Links for the rooms of meetings. `expires` is the end of the links that people ask for, `ends` that of this one."""

link_requests = Table(
    "link_requests",
    metadata,
    Column("code", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("handled_at", Instant),
)
"""The addresses that asked on the page of a room's link for a link of their own; anybody can type any."""

provisioned = Table(
    "provisioned",
    metadata,
    Column("participant", String, primary_key=True),
    Column("user_name", String, unique=True),
    Column("external_id", String, index=True),
    Column("attributes", JSON, nullable=False),
    Column("inactive", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("modified_at", Instant, nullable=False),
    Column("deleted_at", Instant),
)
"""What a directory says of people on file. `user_name` is in small letters, and empty once the user was deleted."""

incidents = Table(
    "incidents",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("reason", String, nullable=False),
    Column("invitation", String),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

given_back = Table(
    "given_back",
    metadata,
    Column("exchange", String, primary_key=True),
    Column("client", String, nullable=False),
    Column("meeting", String, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Column("people", JSON, nullable=False),
    Column("speeches", LargeBinary, nullable=False),
    Column("digests", LargeBinary, nullable=False),
    Index("ix_given_back_meeting", "client", "meeting", "until"),
)
"""What clients were given back, as digests of eight bytes each, and whose words it rests on.

`people` are those who may occur in it.
"""

_SEALED = text("sealed IS NOT NULL")

forgetting = Table("forgetting", metadata, Column("subject", String, primary_key=True))
"""What is being forgotten, for the triggers of append-only tables. Empty but within a transaction that forgets."""

holds = Table(
    "holds",
    metadata,
    Column("participant", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("since", Instant, nullable=False),
    Column("alone", Boolean, nullable=False, server_default=false()),
)
"""People who may not be forgotten for now, and why, in the operator's words; `alone`: not others in their meetings."""

later_replies = Table(
    "later_replies",
    metadata,
    Column("job", String, primary_key=True),
    Column("client", String, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Column("people", JSON, nullable=False),
    Column("sealed", LargeBinary),
    Index("ix_later_replies_sealed", "until", sqlite_where=_SEALED, postgresql_where=_SEALED),
)
"""What restores replies that arrive later.

`job` is a keyed hash; `people` are those who occur in the sealed content. `sealed` is empty once it has expired or one
of them was forgotten.
"""

acts = Table(
    "acts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("uid", String, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("code", String, nullable=False),
    Column("operator_kind", String, nullable=False),
    Column("operator", String, nullable=False),
    Column("login", String),
    Column("people", JSON, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("meeting", String),
    Column("facts", JSON, nullable=False),
    sqlite_autoincrement=True,
)
"""What operators did, written with what they changed, until a ledger has it."""

starts = Table(
    "starts",
    metadata,
    Column("log", String, primary_key=True),
    Column("settings", String, nullable=False),
    Column("at", Instant, nullable=False),
)
"""The digest of the settings with which the proxy of each log last started."""

logs = Table(
    "logs",
    metadata,
    Column("origin", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("checkpoint", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Column("within", Float),
    Column("closed_at", Instant),
    Column("retired_at", Instant),
    Column("end_checkpoint", LargeBinary),
)
"""The ledgers of the proxies on this store: the newest checkpoint of each, how many records it states, when it came.

`within` is after how many seconds the next comes at the latest. A ledger that was closed is open again once another
checkpoint came. `end_checkpoint` is how a retired one ended.
"""
