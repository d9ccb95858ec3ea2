"""What becomes of a batch: it has arrived, is sent again later, is sent in halves, or the target stops.

There is no verdict that leaves a record out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import orjson

LONGEST_WAIT = 3600.0
"""The most seconds that a receiver's Retry-After is waited for."""

_AGAIN = frozenset((408, 425, 429))
_TOO_LARGE = 413
_CONFLICT = 409
_TYPE = re.compile(r"[a-z][a-z_]{0,60}")


@dataclass(frozen=True, slots=True)
class Arrived:
    """The receiver has the whole batch."""


@dataclass(frozen=True, slots=True)
class Later:
    """It may have arrived or not: send it again, after `seconds` if the receiver says when."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class InHalves:
    """The receiver takes smaller batches only."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The receiver will not take it until somebody changes something."""

    reason: str


Verdict = Arrived | Later | InHalves | Stop


def of_http(status: int, headers: Mapping[str, str], now: datetime) -> Verdict:
    """The verdict that the status of an HTTP answer gives. `headers` has names in lower case."""
    if 200 <= status < 300:
        return Arrived()
    if status == _TOO_LARGE:
        return InHalves()
    if status in _AGAIN or 500 <= status < 600:
        return Later(f"http_{status}", retry_after(headers.get("retry-after", ""), now))
    return Stop(f"http_{status}" if 100 <= status < 600 else "http_invalid")


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110 §10.2.3: seconds or a date). None: it says nothing."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return min(float(value), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return min(max((at - now).total_seconds(), 0.0), LONGEST_WAIT)


def of_elastic(body: bytes, count: int) -> Verdict:
    """The verdict on a bulk request that was answered with 2xx: each of its `count` items has a status of its own.

    409 is a record that is there already, since its `_id` is the event's uid.
    """
    answer = _read(body)
    items = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(items, list) or len(items) != count:
        return Later("elastic_answer_invalid")
    outcomes = [next(iter(item.values()), None) if isinstance(item, dict) else None for item in items]
    again: Verdict | None = None
    for outcome in outcomes:
        status = outcome.get("status") if isinstance(outcome, dict) else None
        if not isinstance(status, int) or isinstance(status, bool):
            return Later("elastic_answer_invalid")
        if 200 <= status < 300 or status == _CONFLICT:
            continue
        if status in _AGAIN or status >= 500:
            again = again or Later(f"elastic_{status}")
            continue
        error = outcome.get("error") if isinstance(outcome, dict) else None
        kind = error.get("type") if isinstance(error, dict) else None
        named = isinstance(kind, str) and _TYPE.fullmatch(kind)
        return Stop(f"elastic_{kind}" if named else f"elastic_{status}")
    return again or Arrived()


def of_otlp(body: bytes) -> Verdict:
    """The verdict on an OTLP export that was answered with 2xx: it may say that records were rejected.

    Which ones it does not say, and the protocol forbids to send them again. So nothing goes on until somebody has
    looked. No body at all is the answer without fields. Any other that is no such answer, as the page of a login, comes
    from no collector: the batch has not arrived.
    """
    if not body.strip():
        return Arrived()
    rejected = _rejected(body)
    if rejected is None:
        return Later("otlp_answer_invalid")
    return Stop("otlp_records_rejected") if rejected else Arrived()


def _rejected(body: bytes) -> int | None:
    """How many records an ``ExportLogsServiceResponse`` in JSON says were rejected. None: the body is none."""
    partial = _field(_read(body), "partialSuccess", "partial_success", {})
    rejected = _field(partial, "rejectedLogRecords", "rejected_log_records", 0)
    # The JSON mapping of protobuf writes 64-bit numbers as strings.
    if isinstance(rejected, str) and re.fullmatch(r"[0-9]{1,19}", rejected):
        return int(rejected)
    return rejected if isinstance(rejected, int) and not isinstance(rejected, bool) and rejected >= 0 else None


def _field(message: object, name: str, original: str, default: object) -> object:
    """A field of a message in the JSON mapping, whose parsers take the original name as well, and null for nothing.

    None: the message is none, or has the field under both names.
    """
    if not isinstance(message, dict) or (name in message and original in message):
        return None
    value = message.get(name, message.get(original))
    return default if value is None else value


def _read(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except ValueError:
        return None
