"""One exchange, from its records in a log: what became of it, and what a report has to say of its request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from meeting_proxy_verify.compared import Counts
from meeting_proxy_verify.findings import Place
from meeting_proxy_verify.told import address_of, client_of, says_never_sent
from meeting_proxy_verify.words import looked_up

INTENT, REFUSED, OUTCOME = "egress.intent", "egress.refused", "egress.outcome"
COUNTS = ("utterances", "characters", "withheld_utterances")
_ADMITTED = ("granted", "class_default")
"""Reasons why words left: where it is told why some stayed in, they are left out."""


class Record(NamedTuple):
    """A record of a log, with its number, its place in the files and its event."""

    number: int
    place: Place
    event: Mapping[str, object]

    @property
    def code(self) -> object:
        """The code of the event."""
        return looked_up(self.event, "metadata.event_code")

    @property
    def attempt(self) -> object:
        """Which attempt of its exchange the event is about; the first where it does not say."""
        told = looked_up(self.event, "unmapped.ledger.attempt")
        return 1 if told is None else told

    @property
    def begins(self) -> bool:
        """Whether it is the first request of its exchange, before which there is no other record of it."""
        return self.code == INTENT and self.attempt == 1


@dataclass
class Exchange:
    """The records of one exchange, in their order: its requests or its refusal, and its outcomes."""

    name: str
    records: list[Record] = field(default_factory=list)

    @property
    def begun(self) -> list[Record]:
        """Its requests, whether they were sent or not, and its refusal."""
        return [each for each in self.records if each.code in (INTENT, REFUSED)]

    @property
    def outcomes(self) -> list[Record]:
        """What became of its requests."""
        return [each for each in self.records if each.code == OUTCOME]

    @property
    def sent(self) -> list[Record]:
        """The requests that left, or may have: an outcome may say of one that it was never sent."""
        dropped = [each.attempt for each in self.outcomes if says_never_sent(each.event)]
        return [each for each in self.records if each.code == INTENT and each.attempt not in dropped]

    @property
    def first(self) -> Record:
        """The record that tells of it. Where the records before were deleted, only an outcome may be left."""
        return (self.sent or self.begun or self.records)[0]

    @property
    def left(self) -> bool:
        """Whether it was sent, or may have been."""
        return bool(self.sent) or not self.begun

    @property
    def cut(self) -> bool:
        """Whether records of it may stand before the first that the log has: it does not begin with a first request.

        A refusal may follow a request that was recorded and then not sent.
        """
        return not self.records[0].begins

    @property
    def delivered(self) -> object:
        """How much of the reply came back; None without an outcome."""
        return looked_up(self.outcomes[-1].event, "unmapped.ledger.delivered") if self.outcomes else None

    def request(self) -> dict[str, object]:
        """What a report of any kind tells of the request. The time is in milliseconds since 1970."""
        return {"sequence": self.first.number, "at": self.first.event.get("time")} | self.asked()

    def asked(self) -> dict[str, object]:
        """What each record of the exchange says of the request, also where its first ones were deleted."""
        event = self.first.event
        name = looked_up(event, "api.service.name")
        part = {each: looked_up(event, f"unmapped.ledger.{each}") for each in ("region", "purpose", "terms_version")}
        recipient = {"name": name, "address": address_of(event), "region": part["region"]}
        return {
            "exchange": self.name,
            "client": client_of(event),
            "recipient": None if name is None else recipient,
            "purpose": part["purpose"],
            "terms_version": part["terms_version"],
        }


def people_in(event: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Whose words an event counts."""
    return mappings(event.get("resources"))


def mappings(value: object) -> list[Mapping[str, object]]:
    """The objects in a list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def listed(value: object) -> list[str]:
    """The names in a list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def number_of(data: object, name: str) -> int:
    """A count of an event, 0 where it has none."""
    value = looked_up(data, name)
    return value if isinstance(value, int) else 0


def counts_of(data: object, name: str) -> Counts:
    """Counts by kind or reason of an event, none where it has none."""
    value = looked_up(data, name)
    return Counts(value if isinstance(value, Mapping) else {})


def summed(counts: Iterable[Mapping[str, object]]) -> Counts:
    """Counts by kind or reason, over all."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update({kind: number for kind, number in each.items() if isinstance(number, int)})
    return Counts(total)


def why_not(counts: Iterable[Mapping[str, object]]) -> Counts:
    """Reasons over all, without those why words left."""
    return Counts({reason: number for reason, number in summed(counts).items() if reason not in _ADMITTED})


class Expected(NamedTuple):
    """What a report has to tell of an exchange in one of its lists, and where the log has it."""

    place: Place
    facts: Mapping[str, object] | None
    """None: by the records in the log, it does not stand in this list."""
    rest: Mapping[str, object] | None = None
    """Where its first records may have been deleted since the report was made: what the later ones say alone. An entry
    that tells of a deleted record is compared with these facts, and may stand in any list."""
    owed: bool = True
    """False where deleted records alone say whether there has to be an entry."""
