"""Syslog messages (RFC 5424), counted for a stream of bytes (RFC 6587 §3.4.1, RFC 5425 §4.3).

The structured data are those that the RFC itself defines: `meta sequenceId` is the record's place in the log, from 1
and modulo 2^31, so that a receiver can see gaps; `origin` is the software. The message is one record in its shape.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from proxy.audit.ocsf import RECOVERED, REFUSED
from proxy.audit.query import ledger_part
from proxy.audit.ship.records import LoggedEvent, Shape

LARGEST_DATAGRAM = 65_507
"""Bytes that fit into one UDP datagram over IPv4 (RFC 5426 §3.2)."""

_VERSION = 1
_SEQUENCES = 2**31 - 1
_INFORMATIONAL, _NOTICE = 6, 5
_NOT_PRINTABLE = re.compile(r"[^\x21-\x7e]")


def message(record: LoggedEvent, shape: Shape, *, facility: int, host: str, app_name: str) -> bytes:
    """One record as a syslog message. `facility` is its number."""
    priority = facility * 8 + (_NOTICE if _worth_a_notice(record) else _INFORMATIONAL)
    at = datetime.fromtimestamp(record.milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23]
    structured = (
        f'[meta sequenceId="{record.sequence % _SEQUENCES + 1}"]'
        f'[origin software="meeting-privacy-proxy" swVersion="{_parameter(record.version)}"]'
    )
    fields = (_field(host, 255), _field(app_name, 48), "-", _field(record.code, 32), structured)
    return f"<{priority}>{_VERSION} {at}Z {' '.join(fields)} ".encode() + shape(record)


def counted(message: bytes) -> bytes:
    """A message with its length before it, as it stands in a stream of bytes."""
    return b"%d %b" % (len(message), message)


def _worth_a_notice(record: LoggedEvent) -> bool:
    return record.code in (REFUSED, RECOVERED) or bool(ledger_part(record.event).get("treat_as_sent"))


def _field(value: str, length: int) -> str:
    """A header field: printable ASCII without spaces, or "-" for nothing (RFC 5424 §6.2)."""
    return _NOT_PRINTABLE.sub("_", value)[:length] or "-"


def _parameter(value: str) -> str:
    r"""A parameter's value, in which ``"``, ``\`` and ``]`` are escaped (RFC 5424 §6.3.3)."""
    return re.sub(r'(["\\\]])', r"\\\1", _NOT_PRINTABLE.sub("_", value))[:32]
