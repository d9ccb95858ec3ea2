"""Queries over the ledger's events: a filter for operators, and which exchanges carried a person's words.

Those exchanges are what a withdrawal can no longer reach.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from proxy.audit.acts import is_act, operators_of
from proxy.audit.ocsf import INTENT, NEVER_SENT, OUTCOME, Event
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


def grants_of(event: Event) -> list[str]:
    """The consent records that decided about anybody's words, as the event shows them."""
    return [grant for person in people_of(event) for grant in person["data"]["grants"]]


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


@dataclass(frozen=True, slots=True)
class Sent:
    """An intent that sent words of some subjects. `at` is in milliseconds since 1970."""

    exchange: str
    attempt: int | None
    at: int
    recipient: str
    purpose: str
    terms_version: str | None
    utterances: int
    characters: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An outcome of an attempt."""

    exchange: str
    attempt: int | None
    delivered: str | None
    reason: str | None


def carried(events: Iterable[Event], subjects: Collection[Subject]) -> tuple[CarryingExchange, ...]:
    """The exchanges that carried words of any of these subjects (a person and the rooms they sat in), oldest first.

    Exchanges that according to the ledger were never sent are left out. Unattributed words belong to nobody by name and
    are not in this list.
    """
    begun: list[Sent] = []
    exchanges: set[str] = set()
    ended: list[Ended] = []
    for event in events:
        exchange, ledger = event["metadata"].get("correlation_uid"), ledger_part(event)
        if event["metadata"]["event_code"] == INTENT and (words := _words(event, subjects)) != (0, 0):
            exchanges.add(exchange)
            to = (recipient_of(event) or "", ledger.get("purpose", ""), ledger.get("terms_version"))
            begun.append(Sent(exchange, ledger.get("attempt"), event["time"], *to, *words))
        elif event["metadata"]["event_code"] == OUTCOME and exchange in exchanges:
            # An intent is durable before its outcome is written, so outcomes of other exchanges need not be kept.
            ended.append(Ended(exchange, ledger.get("attempt"), ledger.get("delivered"), event.get("status_code")))
    return carrying(begun, ended)


def carrying(begun: Iterable[Sent], ended: Iterable[Ended]) -> tuple[CarryingExchange, ...]:
    """As `carried`, from what intents sent of the subjects, and their outcomes, each in the order of the log."""
    intents: dict[str, list[Sent]] = {}
    outcomes: dict[str, list[Ended]] = {}
    for sent in begun:
        intents.setdefault(sent.exchange, []).append(sent)
    for end in ended:
        outcomes.setdefault(end.exchange, []).append(end)
    found: list[CarryingExchange] = []
    for exchange, attempts in intents.items():
        ends = outcomes.get(exchange, [])
        never = {end.attempt for end in ends if end.reason == NEVER_SENT}
        left = [sent for sent in attempts if sent.attempt not in never]
        if left:
            found.append(_entry(exchange, left, ends[-1] if ends else None))
    return tuple(sorted(found, key=lambda each: each.at))


def _entry(exchange: str, left: list[Sent], last: Ended | None) -> CarryingExchange:
    first = left[0]
    return CarryingExchange(
        exchange=exchange,
        at=datetime.fromtimestamp(first.at / 1000, UTC),
        recipient=first.recipient,
        purpose=first.purpose,
        terms_version=first.terms_version,
        utterances=sum(sent.utterances for sent in left),
        characters=sum(sent.characters for sent in left),
        delivered=last.delivered if last else None,
        reason=last.reason if last else None,
    )


def _words(intent: Event, subjects: Collection[Subject]) -> tuple[int, int]:
    """How many utterances and characters of these subjects an intent sent."""
    said = [p["data"] for p in people_of(intent) if any(subject.is_named(p["uid"]) for subject in subjects)]
    return sum(data["utterances"] for data in said), sum(data["characters"] for data in said)


def never_sent(intent: Event, outcomes: Iterable[Event]) -> bool:
    """Whether the outcomes of its exchange say that an intent was dropped before anything could leave."""
    attempt = ledger_part(intent).get("attempt")
    return any(o.get("status_code") == NEVER_SENT and ledger_part(o).get("attempt") == attempt for o in outcomes)
