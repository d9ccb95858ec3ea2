"""Where the ledger is, who signs it, where its records are shipped, and its anchors outside of the host.

Records are shipped to syslog, HTTP and OTLP receivers. Anchors are directories, HTTP receivers, time stamps and
witnesses.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from proxy.settings.base import Bytes, Name, ProxyName, Seconds, Secret, Section, shaped
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
    app_name: Annotated[str, shaped(r"^[\x21-\x7e]{1,48}$", "up to 48 ASCII characters without spaces")] = (
        "meeting-proxy"
    )
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


def _target_names(targets: tuple[ShipTarget, ...]) -> tuple[ShipTarget, ...]:
    names = [target.name for target in targets]
    if len(names) != len(set(names)):
        raise ValueError("two targets have the same name; each needs one of its own")
    return targets


ShipTargets = Annotated[tuple[ShipTarget, ...], AfterValidator(_target_names)]


OWN_NAMES = ("signing key", "store")
"""What the anchors are called that are always there."""


class Web(Section):
    """A server that is asked over HTTP, and what is trusted of it."""

    url: Url
    timeout_seconds: Annotated[Seconds, Field(le=10)] = 5
    ca_file: str | None = None
    """Authorities to trust for the connection. None: the system's."""
    client_cert: str | None = None
    """Certificate that the proxy shows, PEM."""
    client_key: str | None = None
    """The key of `client_cert`, PEM. None: it is in the same file."""

    @model_validator(mode="after")
    def _key_has_a_certificate(self) -> Self:
        if self.client_key is not None and self.client_cert is None:
            raise ValueError("'client_key' belongs to a 'client_cert': give that, too")
        return self


def _template(url: str) -> str:
    if set(re.findall(r"\{[^{}]*\}", url)) - {"{origin}", "{size}"} or "{size}" not in url:
        raise ValueError("the URL names each checkpoint: write {size} in it, {origin} if need be, and no other {name}")
    return url


def _latest(url: str) -> str:
    if set(re.findall(r"\{[^{}]*\}", url)) - {"{origin}"}:
        raise ValueError("the URL of the newest checkpoint may have {origin} in it, and no other {name}")
    return url


def _list(url: str) -> str:
    if set(re.findall(r"\{[^{}]*\}", url)) - {"{origin}", "{after}"}:
        raise ValueError("the URL that lists checkpoints may have {origin} and {after} in it, and no other {name}")
    return url


class S3(Section):
    """Signs requests as Amazon S3 and its like ask for it (AWS Signature Version 4)."""

    region: Annotated[str, shaped(r"^[a-z0-9-]{1,40}$", "a region as the provider writes it, such as eu-north-1")]
    access_key: Secret
    secret_key: Secret
    lock_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    """Nobody can delete a checkpoint for so many days (object lock in compliance mode). None: as the bucket has it."""


class HttpAnchor(Web):
    """A server that takes each checkpoint by PUT, and overwrites none."""

    url: Annotated[Url, AfterValidator(_template)]
    """``{origin}`` and ``{size}`` (20 digits) are filled in."""
    latest_url: Annotated[Url, AfterValidator(_latest)] | None = None
    """Where each checkpoint is put as well, over the one before, and read when the proxy starts. None: nowhere."""
    list_url: Annotated[Url, AfterValidator(_list)] | None = None
    """Where the server lists checkpoints by their names, so that `ledger verify` can compare all. None: nowhere.

    ``{origin}`` and ``{after}``, the size after which the list is to begin, are filled in.
    """
    headers: Headers = {}
    credential: Credential | None = None
    s3: S3 | None = None
    every_seconds: Seconds = 60

    @model_validator(mode="after")
    def _one_authentication(self) -> Self:
        if self.s3 is not None and self.credential is not None:
            raise ValueError("'s3' signs requests, and needs no 'credential': give one of them")
        return self


class TimestampAnchor(Web):
    """An authority that dates checkpoints (RFC 3161)."""

    authorities: str
    """The certificates, PEM, to which the authority's own must lead."""
    every_seconds: Seconds = 3600


_WITNESS_KEY = re.compile(r"[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")


def _key(key: str) -> str:
    if not _WITNESS_KEY.fullmatch(key):
        raise ValueError("a witness's key is one line, <name>+<8 hex>+<base64>; ask whoever runs it")
    return key


class WitnessAnchor(Web):
    """A witness that cosigns checkpoints (C2SP tlog-witness)."""

    key: Annotated[str, AfterValidator(_key)]
    """What checks its cosignatures: its name, key id and public key, as the witness prints it."""
    monitoring_url: Url | None = None
    """Where it tells what it cosigned. None: at `url`."""
    every_seconds: Seconds = 60


class AnchorTarget(Section):
    """One anchor, and its name in metrics, reports and files."""

    name: Name
    directory: str | None = None
    """A folder that gets one file for each checkpoint, such as on write-once storage. Files are never overwritten."""
    http: HttpAnchor | None = None
    timestamp: TimestampAnchor | None = None
    witness: WitnessAnchor | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(each is not None for each in (self.directory, self.http, self.timestamp, self.witness)) != 1:
            raise ValueError("give exactly one of 'directory', 'http', 'timestamp' and 'witness'")
        return self

    @property
    def web(self) -> HttpAnchor | TimestampAnchor | WitnessAnchor | None:
        """The server, if it is one."""
        return self.http or self.timestamp or self.witness


def _anchor_names(targets: tuple[AnchorTarget, ...]) -> tuple[AnchorTarget, ...]:
    names = [*OWN_NAMES, *(target.name for target in targets)]
    if len(names) != len(set(names)):
        raise ValueError("two anchors have the same name; each needs one of its own ('store' is taken)")
    return targets


AnchorTargets = Annotated[tuple[AnchorTarget, ...], AfterValidator(_anchor_names)]


class Ledger(Section):
    """Where the ledger is stored, and the key that signs it."""

    directory: str = "var/ledger"
    signing_key: str = "var/ledger.key"
    name: ProxyName = "egress"
    """What the log is called. Each proxy on one store needs a name of its own."""
    others: tuple[str, ...] = ()
    """Directories of the ledgers of other proxies on this store, for ``ledger verify --all``."""
    segment_bytes: Bytes = 64 << 20
    write_seconds: Seconds = 1
    """The longest that a request waits for its record. Its refusal waits for half of that in addition."""
    checkpoint_seconds: Seconds = 10
    """Longest time for which a record waits for a signed checkpoint; one follows every 1,000 records, too."""
    retain_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    """For how many days the events of records are kept; their commitments stay. None: for good."""
    heartbeat_seconds: Seconds = 300
    """A record says that the proxy is there when none was written for so long."""
    index: str | None = None
    """Where the index for questions is, written as `store` is. By default an SQLite file beside `directory`."""
    group: Annotated[str, Field(min_length=1)] | Annotated[int, Field(ge=0)] | None = None
    """A group, by name or number, whose members may read the records (not write, and not the signing key)."""
    anchors: AnchorTargets = ()
    """Where checkpoints are kept, dated or cosigned, beside the signing key's folder and the store."""
    ship: ShipTargets = ()
    """Where every record is shipped, beside the exchange and at least once."""
    ship_by: Literal["proxy", "command"] = "proxy"
    """Who ships: the proxy, or ``meeting-proxy ledger ship`` as a process of its own."""
    ship_directory: str | None = None
    """Where the cursors of the targets are. None: beside the ledger, at its path with ``.ship`` added."""
