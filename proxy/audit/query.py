"""Choosing events: one predicate over what an operator asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proxy.audit.ocsf import Event
from proxy.audit.pseudonyms import belongs_to


@dataclass(frozen=True, slots=True)
class Subject:
    """A participant or meeting to look for, by the subject key under which its pseudonyms were made."""

    key: bytes
    organization: str

    def is_named(self, pseudonym: object) -> bool:
        """Whether a pseudonym in an event, of any epoch, is this subject's."""
        return isinstance(pseudonym, str) and belongs_to(pseudonym, self.key, self.organization)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What events are wanted; None asks for nothing. `since` is inclusive, `until` exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    exchange: str | None = None
    recipient: str | None = None
    purpose: str | None = None
    client: str | None = None
    event: str | None = None
    """An event code, or the part after its dot (``intent``)."""
    disposition: str | None = None
    """allowed, corrected or blocked."""
    meeting: Subject | None = None
    participant: tuple[Subject, ...] | None = None
    """A person, under each id that they have or had."""

    def fits(self, event: Event) -> bool:
        """Whether an event is wanted."""
        return (
            self._in_time(event["time"])
            and self._has_code(event["metadata"]["event_code"])
            and _same(self.exchange, event["metadata"].get("correlation_uid"))
            and _same(self.recipient, recipient_of(event))
            and _same(self.purpose, ledger_part(event).get("purpose"))
            and _same(self.client, client_of(event))
            and _same(self.disposition and self.disposition.lower(), str(event.get("disposition", "")).lower())
            and (self.meeting is None or self.meeting.is_named(meeting_of(event)))
            and (
                self.participant is None
                or any(each.is_named(p["uid"]) for each in self.participant for p in people_of(event))
            )
        )

    def _in_time(self, milliseconds: int) -> bool:
        early = self.since is not None and milliseconds < self.since.timestamp() * 1000
        late = self.until is not None and milliseconds >= self.until.timestamp() * 1000
        return not early and not late

    def _has_code(self, code: str) -> bool:
        return self.event is None or self.event in (code, code.partition(".")[2])


def ledger_part(event: Event) -> dict[str, Any]:
    """What OCSF has no attribute for."""
    part: dict[str, Any] = event.get("unmapped", {}).get("ledger", {})
    return part


def recipient_of(event: Event) -> str | None:
    """The recipient's configured name."""
    name: str | None = event.get("api", {}).get("service", {}).get("name")
    return name


def client_of(event: Event) -> str | None:
    """The client's configured name; None if nobody showed a valid key."""
    prefix, _, name = str(event.get("actor", {}).get("app_uid", "")).partition(":")
    return name if prefix == "client" else None


def meeting_of(event: Event) -> str | None:
    """The meeting's pseudonym."""
    uid: str | None = event.get("message_context", {}).get("uid")
    return uid


def people_of(event: Event) -> list[dict[str, Any]]:
    """The entries of participants."""
    people: list[dict[str, Any]] = event.get("resources", [])
    return people


def _same(wanted: str | None, found: str | None) -> bool:
    return wanted is None or wanted == found
