"""Invitations and records for the tests of asking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from proxy.consent.invitations import Invitation, Offer, terms_mark
from proxy.consent.records import ConsentRecord, ConsentState, Scope

SECRET = "a secret of at least thirty-two characters"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUMMARY, COMPOSE = Offer("summary", "acme"), Offer("compose", "acme")

INVITATION = Invitation(
    id="inv-1",
    participant="p-1",
    scope=Scope.MEETING,
    scope_id="m1",
    offers=(SUMMARY, COMPOSE),
    terms=(("acme", terms_mark("v1")),),
    expires=NOW + timedelta(days=30),
)


def grant(state: ConsentState = ConsentState.GRANTED, **changes: Any) -> ConsentRecord:
    """A record of p-1 about the summary in m1, an hour old."""
    record = ConsentRecord(
        id="g-1", participant="p-1", scope=Scope.MEETING, scope_id="m1", purpose="summary", recipient="acme",
        terms_version="v1", state=state, valid_from=NOW - timedelta(hours=1), valid_until=None,
        method="explicit_click", affirmative=True, actor="p-1", recorded_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    return record._replace(**changes)
