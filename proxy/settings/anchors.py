"""Anchors of the ledger outside of its host: directories, HTTP receivers, time stamps and witnesses."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from proxy.settings.base import Name, Seconds, Secret, Section
from proxy.settings.routing import Credential
from proxy.settings.shipping import Headers, Url

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


class S3(Section):
    """Signs requests as Amazon S3 and its like ask for it (AWS Signature Version 4)."""

    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
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


def _names(targets: tuple[AnchorTarget, ...]) -> tuple[AnchorTarget, ...]:
    names = [*OWN_NAMES, *(target.name for target in targets)]
    if len(names) != len(set(names)):
        raise ValueError("two anchors have the same name; each needs one of its own ('store' is taken)")
    return targets


AnchorTargets = Annotated[tuple[AnchorTarget, ...], AfterValidator(_names)]
