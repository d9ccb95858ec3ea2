"""Compares what a report tells of one exchange with the proven event, and with the list that it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from meeting_proxy_verify.words import in_utc, looked_up

LISTS = ("exchanges", "withheld", "repeated")
"""The lists of exchanges in a report: that carried words, that left words out, that repeated what came of them."""

_INTENT, _REFUSED = "egress.intent", "egress.refused"
_ABSENT = object()
_LEDGER = "unmapped.ledger."


def differences(
    entry: Mapping[str, object], event: Mapping[str, object], record: int, kind: str, *, sent: bool = True
) -> Iterator[str]:
    """What is wrong with an entry of the list `kind`, whose proof is of this event: one sentence each.

    Every fact that an entry has to state is to be there, and to be the recorded one in value and type: nothing where
    the event has nothing. `sent` is False where a further proof says that the request was never sent.
    """
    if (fault := _misplaced(event, kind, sent=sent)) is not None:
        yield fault
    for name, recorded in _facts(entry, event, record).items():
        told = _stated(entry, name)
        if told is _ABSENT:
            if name not in _OPTIONAL:
                yield f"the report does not say {name}, the record {recorded!r}"
        elif type(told) is not type(recorded) or told != recorded:
            yield f"the report says {name} {told!r}, the record {recorded!r}"
    yield from _of_time(entry, event)


def says_never_sent(event: Mapping[str, object]) -> bool:
    """Whether the event is the end of a request that was recorded and never sent, or for which was no connection."""
    return looked_up(event, "metadata.event_code") == "egress.outcome" and event.get("status_code") in _NOT_LEFT


_NOT_LEFT = ("never_sent", "upstream_unreachable")


def of_exchange(entry: Mapping[str, object], event: Mapping[str, object]) -> Iterator[str]:
    """What is wrong with a further proof of an entry: it is to be of a record of the same exchange."""
    code, told = looked_up(event, "metadata.event_code"), entry.get("exchange")
    if not isinstance(code, str) or not code.startswith("egress."):
        yield f"a proof is of the record {code!r}, which is of no exchange"
    elif told != looked_up(event, "metadata.correlation_uid"):
        yield f"a proof is of another exchange than {told!r}"


_OPTIONAL = ("client", "recipient.address")
"""Facts that an entry may leave out. What it says of them is compared."""


def _facts(entry: Mapping[str, object], event: Mapping[str, object], record: int) -> dict[str, object]:
    """What the event says, under the names that a report has for it. A recipient may be told by its name alone."""
    service = looked_up(event, "api.service.name")
    facts = {
        "exchange": looked_up(event, "metadata.correlation_uid"),
        "sequence": record,
        "purpose": looked_up(event, _LEDGER + "purpose"),
        "terms_version": looked_up(event, _LEDGER + "terms_version"),
        "client": client_of(event),
    }
    if service is None or not isinstance(entry.get("recipient"), Mapping):
        return facts | {"recipient": service}
    return facts | {
        "recipient.name": service,
        "recipient.region": looked_up(event, _LEDGER + "region"),
        "recipient.address": address_of(event),
    }


def client_of(event: Mapping[str, object]) -> str | None:
    """The client's configured name; None where the request had no valid key."""
    prefix, _, name = str(looked_up(event, "actor.app_uid")).partition(":")
    return name if prefix == "client" else None


def address_of(event: Mapping[str, object]) -> object:
    """The recipient's host, with the port where it is recorded."""
    host, port = looked_up(event, "dst_endpoint.hostname"), looked_up(event, "dst_endpoint.port")
    return host if host is None or port is None else f"{host}:{port}"


def _stated(entry: object, path: str) -> object:
    for name in path.split("."):
        if not isinstance(entry, Mapping) or name not in entry:
            return _ABSENT
        entry = entry[name]
    return entry


def _of_time(entry: Mapping[str, object], event: Mapping[str, object]) -> Iterator[str]:
    at, time = entry.get("at"), event.get("time")
    if not isinstance(time, int):
        yield "the record has no time to compare with"
    elif not isinstance(at, str) or not _same_second(at, time // 1000):
        yield f"the report says at {at!r}, the record {in_utc(time // 1000)}"


def _same_second(told: str, seconds: int) -> bool:
    try:
        at = datetime.fromisoformat(told)
        return at.tzinfo is not None and int(at.timestamp()) == seconds
    except (ValueError, OverflowError):
        return False


def _misplaced(event: Mapping[str, object], kind: str, *, sent: bool) -> str | None:
    """Why an event cannot stand in this list. None: it can."""
    code = looked_up(event, "metadata.event_code")
    if code not in {_INTENT, _REFUSED}:
        return f"the proof is of the record {code!r}, which begins no exchange"
    if kind == "withheld":
        kept = code == _REFUSED or not sent or _counts(event, "withheld_utterances")
        return None if kept else "the record says that nothing was withheld"
    if code != _INTENT or not sent:
        return f"nothing left that {kind!r} could tell of: the request was refused, or never sent"
    if kind == "exchanges":
        return None if _counts(event, "utterances", "characters") else "the record says that nobody's words left"
    repeats = looked_up(event, _LEDGER + "derived_from")
    return None if repeats else "the record names no exchange whose reply it repeats"


def _counts(event: Mapping[str, object], *names: str) -> bool:
    """Whether the event counts anything under these names for anybody."""
    people = event.get("resources")
    held = people if isinstance(people, list) else []
    found = (looked_up(person, f"data.{name}") for person in held for name in names)
    return any(isinstance(number, int) and number > 0 for number in found)
