"""Bounds, the ledger and the admin listener."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from proxy.settings.base import Bytes, Listener, Name, Port, Seconds, Secret, Section


class Limits(Section):
    """Bounds on what one request may use."""

    body_bytes: Bytes = 8 << 20
    reply_bytes: Bytes = 64 << 20
    header_seconds: Seconds = 10
    body_seconds: Seconds = 30
    json_depth: Annotated[int, Field(ge=4, le=200)] = 64
    concurrent_requests: Annotated[int, Field(ge=1, le=100000)] = 256
    drain_seconds: Seconds = 30


class Ledger(Section):
    """Where the ledger is kept and what signs it."""

    directory: str = "var/ledger"
    signing_key: str = "var/ledger.key"
    name: Name = "egress"
    segment_bytes: Bytes = 64 << 20
    write_seconds: Seconds = 2


class LaterReplies(Section):
    """What restores the replies of jobs, which arrive later: kept in the store, encrypted, for a limited time."""

    key: Secret
    """At least 32 characters; the same for all proxies on one store. Another key ends all jobs under way."""
    hours: Annotated[float, Field(gt=0, le=168)] = 24
    """How long a job's reply can be fetched; afterwards what restores it is overwritten."""


class DerivedTexts(Section):
    """Text that clients were given back: kept in the store as digests, so that later requests may tell it again."""

    hours: Annotated[float, Field(ge=0, le=168)] = 24
    """How long; 0: not at all. Then summaries of parts that are combined are words that nobody claims."""


class Admin(Listener):
    """The admin listener: health, metrics, and (with a token) meetings and consent."""

    port: Port = 8081
    token: Secret | None = None
