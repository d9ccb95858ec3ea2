"""Where records of the ledger are shipped: syslog, HTTP and OTLP receivers, and how much is sent at once."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from proxy.settings.base import Bytes, Name, Seconds, Section
from proxy.settings.routing import Credential

Facility = Literal[
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
]  # fmt: skip
FACILITIES: tuple[str, ...] = get_args(Facility)
"""Facilities in the order of their numbers (RFC 5424 §6.2.1)."""

_FRAMING = frozenset(("content-length", "content-type", "content-encoding", "transfer-encoding", "host", "connection"))
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,510}[\x21-\x7e])?")


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _FRAMING:
            raise ValueError("not a header that can be set; those that frame a request are the proxy's own")
        if not _VALUE.fullmatch(value):
            raise ValueError("a header's value is one line of printable ASCII; give secrets as 'credential'")
    return headers


def _url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("give an http(s) URL with a host, such as https://siem.example/ingest")
    if parts.fragment or parts.username or parts.password:
        raise ValueError("the URL must not hold a fragment, user or password; use 'credential'")
    return url


Headers = Annotated[dict[str, str], AfterValidator(_headers)]
Url = Annotated[str, AfterValidator(_url)]


class Receiver(Section):
    """What all receivers have in common: the shape of a record, the size of a batch, patience, and certificates."""

    shape: Literal["ocsf", "ecs", "cef"] = "ocsf"
    """What a record looks like on the way: as recorded, or mapped to another system's names."""
    batch_records: Annotated[int, Field(ge=1, le=10_000)] = 500
    batch_bytes: Bytes = 1 << 20
    """Most bytes of records in a batch, before they are wrapped and compressed. A larger record travels alone."""
    timeout_seconds: Seconds = 30
    """Longest wait for the receiver, for one batch."""
    ca_file: str | None = None
    """Authorities to trust for this receiver. None: the system's."""
    client_cert: str | None = None
    """Certificate that the proxy shows to the receiver, PEM."""
    client_key: str | None = None
    """The key of `client_cert`, PEM. None: it is in the same file."""


class SyslogReceiver(Receiver):
    """A syslog server: RFC 5424 over TLS (RFC 5425), TCP (RFC 6587, counted) or UDP (RFC 5426)."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] = 6514
    protocol: Literal["tls", "tcp", "udp"] = "tls"
    """``udp`` loses records without anybody noticing: nothing tells whether a datagram arrived."""
    app_name: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,48}$")] = "meeting-proxy"
    facility: Facility = "audit"


class HttpReceiver(Receiver):
    """An HTTP receiver. Whatever it answers with 2xx has arrived."""

    url: Url
    headers: Headers = {}
    credential: Credential | None = None
    """How the proxy authenticates. Splunk: ``{env: …, scheme: Splunk}``; Elastic: ``{env: …, scheme: ApiKey}``."""
    format: Literal["ndjson", "json_array", "splunk_hec", "elastic_bulk"] = "ndjson"
    gzip: bool = False


class OtlpReceiver(Receiver):
    """An OpenTelemetry collector: OTLP over HTTP, in JSON."""

    endpoint: Url
    """The collector's base address. ``/v1/logs`` is added unless the path ends with it."""
    headers: Headers = {}
    credential: Credential | None = None
    gzip: bool = False

    @property
    def url(self) -> str:
        """The address that takes logs."""
        base = self.endpoint.rstrip("/")
        return base if base.endswith("/v1/logs") else f"{base}/v1/logs"


class ShipTarget(Section):
    """One place that gets every record, and its name in metrics, files and messages."""

    name: Name
    syslog: SyslogReceiver | None = None
    http: HttpReceiver | None = None
    otlp: OtlpReceiver | None = None

    @model_validator(mode="after")
    def _one_receiver(self) -> Self:
        if sum(each is not None for each in (self.syslog, self.http, self.otlp)) != 1:
            raise ValueError("give exactly one of 'syslog', 'http' and 'otlp'")
        if self.receiver.client_key is not None and self.receiver.client_cert is None:
            raise ValueError("'client_key' belongs to a 'client_cert': give that, too")
        return self

    @property
    def receiver(self) -> SyslogReceiver | HttpReceiver | OtlpReceiver:
        """The receiver, of whichever kind."""
        for receiver in (self.syslog, self.http, self.otlp):
            if receiver is not None:
                return receiver
        raise ValueError("a target without a receiver")

    @property
    def credential(self) -> Credential | None:
        """How the proxy authenticates to the receiver, if by a header."""
        receiver = self.receiver
        return None if isinstance(receiver, SyslogReceiver) else receiver.credential


def _names(targets: tuple[ShipTarget, ...]) -> tuple[ShipTarget, ...]:
    names = [target.name for target in targets]
    if len(names) != len(set(names)):
        raise ValueError("two targets have the same name; each needs one of its own")
    return targets


ShipTargets = Annotated[tuple[ShipTarget, ...], AfterValidator(_names)]
