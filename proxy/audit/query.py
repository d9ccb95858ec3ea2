"""Queries over the ledger's events: a filter for operators, and which exchanges carried a person's words.

Those exchanges are what a withdrawal can no longer reach.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from proxy.audit.acts import is_act, operators_of
from proxy.audit.ocsf import INTENT, NEVER_SENT, OUTCOME, Event
from proxy.audit.pseudonyms import belongs_to

_SHORT = ("egress", "ledger")
"""Codes with these prefixes are found without them, too. Of acts, ``refused`` or ``changed`` alone says too little."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A participant or meeting to look for, by the subject key under which its pseudonyms were made."""

    key: bytes
    organization: str

    def is_named(self, pseudonym: object) -> bool:
        """Whether a pseudonym from an event, of any epoch, is this subject's."""
        return isinstance(pseudonym, str) and belongs_to(pseudonym, self.key, self.organization)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted. A field that is None does not filter. `since` is inclusive, `until` exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    exchange: str | None = None
    recipient: str | None = None
    purpose: str | None = None
    client: str | None = None
    event: str | None = None
    """An event code; of exchanges and of the ledger itself also the part after its dot (``intent``)."""
    operator: str | None = None
    """Who did it: an account, a token's name, a service, or the login that changed to the account."""
    disposition: str | None = None
    """allowed, corrected or blocked."""
    meeting: Subject | None = None
    participant: tuple[Subject, ...] | None = None
    """A person, under each of their present and former ids."""

    def fits(self, event: Event) -> bool:
        """Whether an event is wanted."""
        return (
            self._in_time(event["time"])
            and self._has_code(event["metadata"]["event_code"])
            and _same(self.exchange, event["metadata"].get("correlation_uid"))
            and _same(self.recipient, recipient_of(event))
            and _same(self.purpose, ledger_part(event).get("purpose"))
            and _same(self.client, client_of(event))
            and (self.operator is None or self.operator in operators_of(event))
            and _same(self.disposition and self.disposition.lower(), str(event.get("disposition", "")).lower())
            and (self.meeting is None or self.meeting.is_named(meeting_of(event)))
            and (
                self.participant is None
                or any(each.is_named(shown) for each in self.participant for shown in named_in(event))
            )
        )

    def _in_time(self, milliseconds: int) -> bool:
        early = self.since is not None and milliseconds < self.since.timestamp() * 1000
        late = self.until is not None and milliseconds >= self.until.timestamp() * 1000
        return not early and not late

    def _has_code(self, code: str) -> bool:
        prefix, _, rest = code.partition(".")
        return self.event is None or self.event == code or (prefix in _SHORT and self.event == rest)


def ledger_part(event: Event) -> dict[str, Any]:
    """The facts that have no OCSF attribute."""
    part: dict[str, Any] = event.get("unmapped", {}).get("ledger", {})
    return part


def recipient_of(event: Event) -> str | None:
    """The recipient's configured name."""
    name: str | None = event.get("api", {}).get("service", {}).get("name")
    return name


def client_of(event: Event) -> str | None:
    """The client's configured name. None if the request had no valid key."""
    prefix, _, name = str(event.get("actor", {}).get("app_uid", "")).partition(":")
    return name if prefix == "client" else None


def meeting_of(event: Event) -> str | None:
    """The meeting's pseudonym."""
    uid: str | None = event.get("message_context", {}).get("uid") or ledger_part(event).get("meeting")
    return uid


def people_of(event: Event) -> list[dict[str, Any]]:
    """The entries of the participants."""
    people: list[dict[str, Any]] = event.get("resources", [])
    return people


def named_in(event: Event) -> list[str]:
    """The pseudonyms of everybody whom an event tells of: whose words it carried, or whom an act concerned."""
    own = event["actor"]["user"].get("uid") if is_act(event) else None
    return [*(each["uid"] for each in people_of(event)), *ledger_part(event).get("people", ()), *([own] if own else ())]


def _same(wanted: str | None, found: str | None) -> bool:
    return wanted is None or wanted == found


CANNOT_BE_CALLED_BACK = (
    "What has left cannot be called back: this proxy has no means to delete anything where it was received. "
    "Ask the recipients, by exchange id and time."
)


@dataclass(frozen=True, slots=True)
class CarryingExchange:
    """An exchange that left with words of a person.

    `delivered` says how much of the reply came back. `reason` says why the exchange failed, if it did. Both are None
    while no outcome is recorded.
    """

    exchange: str
    at: datetime
    recipient: str
    purpose: str
    terms_version: str | None
    utterances: int
    characters: int
    delivered: str | None = None
    reason: str | None = None


def carried(events: Iterable[Event], subjects: Collection[Subject]) -> tuple[CarryingExchange, ...]:
    """The exchanges that carried words of any of these subjects (a person and the rooms they sat in), oldest first.

    Exchanges that according to the ledger were never sent are left out. Unattributed words belong to nobody by name and
    are not in this list.
    """
    begun: dict[str, list[Event]] = {}
    ended: dict[str, list[Event]] = {}
    for event in events:
        exchange = event["metadata"].get("correlation_uid")
        if event["metadata"]["event_code"] == INTENT and _words(event, subjects) != (0, 0):
            begun.setdefault(exchange, []).append(event)
        elif event["metadata"]["event_code"] == OUTCOME and exchange in begun:
            # An intent is durable before its outcome is written, so outcomes of other exchanges need not be kept.
            ended.setdefault(exchange, []).append(event)
    found: list[CarryingExchange] = []
    for exchange, intents in begun.items():
        outcomes = ended.get(exchange, [])
        sent = [i for i in intents if not never_sent(i, outcomes)]
        if sent:
            found.append(_entry(exchange, sent, outcomes, subjects))
    return tuple(sorted(found, key=lambda each: each.at))


def _entry(
    exchange: str, intents: list[Event], outcomes: list[Event], subjects: Collection[Subject]
) -> CarryingExchange:
    first, last = intents[0], outcomes[-1] if outcomes else {}
    counts = [_words(intent, subjects) for intent in intents]
    return CarryingExchange(
        exchange=exchange,
        at=datetime.fromtimestamp(first["time"] / 1000, UTC),
        recipient=recipient_of(first) or "",
        purpose=ledger_part(first).get("purpose", ""),
        terms_version=ledger_part(first).get("terms_version"),
        utterances=sum(utterances for utterances, _ in counts),
        characters=sum(characters for _, characters in counts),
        delivered=ledger_part(last).get("delivered"),
        reason=last.get("status_code"),
    )


def _words(intent: Event, subjects: Collection[Subject]) -> tuple[int, int]:
    """How many utterances and characters of these subjects an intent sent."""
    said = [p["data"] for p in people_of(intent) if any(subject.is_named(p["uid"]) for subject in subjects)]
    return sum(data["utterances"] for data in said), sum(data["characters"] for data in said)


def never_sent(intent: Event, outcomes: Iterable[Event]) -> bool:
    """Whether the outcomes of its exchange say that an intent was dropped before anything could leave."""
    attempt = ledger_part(intent).get("attempt")
    return any(o.get("status_code") == NEVER_SENT and ledger_part(o).get("attempt") == attempt for o in outcomes)
