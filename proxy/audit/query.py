"""Queries over the ledger's events: a filter for operators, and what an event says of whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from proxy.audit.acts import is_act, operators_of
from proxy.audit.ocsf import NOT_LEFT, Event
from proxy.audit.pseudonyms import Kind, belongs_to, epoch_in, grant_pseudonym, pseudonym

_SHORT = ("egress", "ledger")
"""Codes with these prefixes are found without them, too. Of acts, ``refused`` or ``changed`` alone says too little."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A participant or meeting to look for, by the subject key under which its pseudonyms were made."""

    key: bytes
    organization: str
    _known: dict[tuple[Kind, str], str] = field(default_factory=dict, repr=False, compare=False)
    """Its pseudonyms, by kind and epoch, as far as they were asked for: an answer looks at thousands of events."""

    def is_named(self, shown: object) -> bool:
        """Whether a pseudonym from an event, of any epoch, is this subject's."""
        if not isinstance(shown, str):
            return False
        kind, _, rest = shown.partition(":")
        epoch = rest.partition(":")[0]
        known = self._known.get((kind, epoch))  # type: ignore[arg-type]
        if known is not None:
            return shown == known
        return belongs_to(shown, self.key, self.organization)

    def pseudonyms(self, epochs: Iterable[str]) -> list[str]:
        """All pseudonyms of this subject in these epochs, as a participant and as a meeting."""
        kinds: tuple[Kind, ...] = ("ptc", "mtg")
        named = {(kind, e): pseudonym(kind, self.key, e, self.organization) for e in epochs for kind in kinds}
        self._known.update(named)
        return list(named.values())


@dataclass(frozen=True, slots=True)
class Grant:
    """A consent record to look for: its id, and whoever can have given it (a person, under each of their ids)."""

    record: str
    givers: tuple[Subject, ...] = ()

    def pseudonyms(self, epochs: Iterable[str]) -> list[str]:
        """All that events of these epochs can show for it; those of earlier versions show its id."""
        keys = [(giver.key, giver.organization) for giver in self.givers]
        made = [grant_pseudonym(key, epoch, where, self.record) for epoch in epochs for key, where in keys]
        return [self.record, *made]


def grant_matches(shown: str, wanted: Grant) -> bool:
    """Whether what an event shows among its grants is this consent record."""
    epoch = epoch_in(shown)
    return shown in wanted.pseudonyms([] if epoch is None else [epoch])


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
    route: str | None = None
    grant: Grant | None = None
    """A consent record that decided about somebody's words."""
    meeting: tuple[Subject, ...] | None = None
    """Meetings, of which any will do."""
    participant: tuple[Subject, ...] | None = None
    """A person, under each of their present and former ids."""

    def fits(self, event: Event) -> bool:
        """Whether an event is wanted."""
        return (
            self._in_time(event["time"])
            and self.has_code(event["metadata"]["event_code"])
            and _same(self.exchange, event["metadata"].get("correlation_uid"))
            and _same(self.recipient, recipient_of(event))
            and _same(self.purpose, ledger_part(event).get("purpose"))
            and _same(self.client, client_of(event))
            and (self.operator is None or self.operator in operators_of(event))
            and _same(self.route, ledger_part(event).get("route"))
            and self.has_disposition(str(event.get("disposition", "")))
            and (self.meeting is None or any(each.is_named(meeting_of(event)) for each in self.meeting))
            and (self.grant is None or any(grant_matches(shown, self.grant) for shown in grants_of(event)))
            and (
                self.participant is None
                or any(each.is_named(shown) for each in self.participant for shown in named_in(event))
            )
        )

    def _in_time(self, milliseconds: int) -> bool:
        early = self.since is not None and milliseconds < self.since.timestamp() * 1000
        late = self.until is not None and milliseconds >= self.until.timestamp() * 1000
        return not early and not late

    def has_code(self, code: str) -> bool:
        """Whether events with this code are wanted."""
        prefix, _, rest = code.partition(".")
        return self.event is None or self.event == code or (prefix in _SHORT and self.event == rest)

    def has_disposition(self, disposition: str) -> bool:
        """Whether events with this disposition are wanted."""
        return self.disposition is None or self.disposition.lower() == disposition.lower()


EVERYTHING = EventFilter()
"""The filter that every event fits."""


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


class Request(NamedTuple):
    """What an event tells of the request that it is about; None where it does not say."""

    at: datetime
    client: str | None
    recipient: str | None
    host: str | None
    port: int | None
    region: str | None
    purpose: str | None
    terms_version: str | None


def request_of(event: Event) -> Request:
    """What an intent, an outcome or a refusal tells of the request."""
    endpoint, ledger = event.get("dst_endpoint", {}), ledger_part(event)
    return Request(
        at=datetime.fromtimestamp(event["time"] / 1000, UTC),
        client=client_of(event),
        recipient=recipient_of(event),
        host=endpoint.get("hostname"),
        port=endpoint.get("port"),
        region=ledger.get("region"),
        purpose=ledger.get("purpose"),
        terms_version=ledger.get("terms_version"),
    )


def attempt_of(event: Event) -> int:
    """Which attempt of an exchange an intent or outcome is about, from 1."""
    attempt: int = ledger_part(event).get("attempt", 1)
    return attempt


def never_left(outcome: Event) -> bool:
    """Whether an outcome says that its attempt was recorded and then not sent."""
    return outcome.get("status_code") in NOT_LEFT


def grants_of(event: Event) -> list[str]:
    """The consent records that decided about anybody's words, as the event shows them."""
    return [grant for person in people_of(event) for grant in person["data"]["grants"]]


def _same(wanted: str | None, found: str | None) -> bool:
    return wanted is None or wanted == found
