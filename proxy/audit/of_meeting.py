"""What the ledger tells of one meeting: each exchange that named it, whose words it carried, and whose stayed in.

`proxy.audit.about` asks the same of one person, over all meetings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from proxy.audit.acts import is_act
from proxy.audit.ocsf import INTENT, OUTCOME, REFUSED, Event
from proxy.audit.query import Subject, attempt_of, ledger_part, meeting_of, named_in, never_left, people_of, request_of


class Said(NamedTuple):
    """What an exchange did with the words under one label. `pseudonym` is that of whoever the label belongs to."""

    pseudonym: str
    utterances: int
    characters: int
    withheld: int
    reasons: Mapping[str, int]
    removed: Mapping[str, int]
    kept: Mapping[str, int]


class ExchangeOfMeeting(NamedTuple):
    """An exchange of a meeting. `sequence` is the place of its first record in the log, `records` has all of them.

    `left` says that it was sent, or may have been. `delivered` and `reason` tell how it ended; of a refused one only
    the reason. Of several attempts, each sent the same words: the counts are those of one.
    """

    sequence: int
    exchange: str
    at: datetime
    client: str | None
    route: str | None
    recipient: str | None
    host: str | None
    port: int | None
    region: str | None
    purpose: str | None
    terms_version: str | None
    people: tuple[Said, ...]
    attempts: int
    left: bool
    delivered: str | None
    reason: str | None
    records: tuple[int, ...]


class ActOfMeeting(NamedTuple):
    """Something that was done about a meeting: its roster was changed, somebody was asked, or answered."""

    sequence: int
    at: datetime
    code: str
    people: tuple[str, ...]
    """The pseudonyms of those whom it concerned, and of whoever did it themselves."""
    facts: Mapping[str, Any]


class OfMeeting(NamedTuple):
    """All that a log tells of a meeting. `log_records` is how many records were read, `first` the number of the first.

    `pseudonyms` are those under which the log names the meeting, one for each calendar year. `exchanges_in_log` is how
    many exchanges of any meeting left, or may have.
    """

    pseudonyms: tuple[str, ...]
    exchanges: tuple[ExchangeOfMeeting, ...]
    acts: tuple[ActOfMeeting, ...]
    first: int | None
    log_records: int
    exchanges_in_log: int

    @property
    def records(self) -> tuple[int, ...]:
        """The numbers of all records that name the meeting."""
        return tuple(sorted([at for each in self.exchanges for at in each.records] + [a.sequence for a in self.acts]))


def of_meeting(numbered: Iterable[tuple[int, Event]], subjects: Collection[Subject]) -> OfMeeting:
    """All that these events, oldest first and with their places, tell of a meeting, by the key that names it.

    A meeting has several keys if it had several ids; usually there is one.
    """
    named: dict[str, bool] = {}
    exchanges: dict[str, list[tuple[int, Event]]] = {}
    acts: list[ActOfMeeting] = []
    first, count, left = None, 0, set[str]()
    for sequence, event in numbered:
        first, count = sequence if first is None else first, count + 1
        exchange = event["metadata"].get("correlation_uid")
        if event["metadata"]["event_code"] == INTENT:
            left.add(exchange)
        shown = meeting_of(event)
        if shown is None:
            continue
        if shown not in named:
            named[shown] = any(subject.is_named(shown) for subject in subjects)
        if named[shown]:
            if is_act(event):
                acts.append(_act(sequence, event))
            else:
                exchanges.setdefault(exchange, []).append((sequence, event))
    told = tuple(_exchange(name, records) for name, records in exchanges.items())
    return OfMeeting(tuple(one for one, ours in named.items() if ours), told, tuple(acts), first, count, len(left))


def _act(sequence: int, event: Event) -> ActOfMeeting:
    facts = {name: value for name, value in ledger_part(event).items() if name in ("state", "purpose", "recipient")}
    people = tuple(dict.fromkeys(named_in(event)))
    return ActOfMeeting(sequence, _time(event), event["metadata"]["event_code"], people, facts)


def _exchange(name: str, records: list[tuple[int, Event]]) -> ExchangeOfMeeting:
    begun = [(at, event) for at, event in records if _code(event) in (INTENT, REFUSED)]
    ended = [event for _, event in records if _code(event) == OUTCOME]
    dropped = {attempt_of(event) for event in ended if never_left(event)}
    sent = [(at, event) for at, event in begun if _code(event) == INTENT and attempt_of(event) not in dropped]
    # A log whose oldest records were pruned may begin within an exchange.
    sequence, event = next(iter(sent or begun or records))
    return ExchangeOfMeeting(
        sequence=sequence,
        exchange=name,
        **request_of(event)._asdict(),
        route=ledger_part(event).get("route"),
        people=tuple(map(_said, people_of(event))),
        attempts=len(sent),
        left=bool(sent) or not begun,
        delivered=ledger_part(ended[-1]).get("delivered") if ended else None,
        reason=(ended[-1] if ended else event).get("status_code"),
        records=tuple(at for at, _ in records),
    )


def _said(person: Mapping[str, Any]) -> Said:
    data = person["data"]
    counts = data["utterances"], data["characters"], data["withheld_utterances"]
    return Said(person["uid"], *counts, dict(data["reasons"]), dict(data["removed"]), dict(data.get("kept", {})))


def _code(event: Event) -> str:
    code: str = event["metadata"]["event_code"]
    return code


def _time(event: Event) -> datetime:
    return datetime.fromtimestamp(event["time"] / 1000, UTC)
