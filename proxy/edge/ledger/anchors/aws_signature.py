"""AWS Signature Version 4 for requests to S3, by the published algorithm ("Signature calculations for the
Authorization header: transferring payload in a single chunk", Amazon S3 API reference).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class AwsKey:
    """An access key, its secret, and the region it is used in."""

    access: str
    secret: str = field(repr=False)
    region: str


def signed_headers(
    method: str, url: str, headers: Mapping[str, str], body: bytes, *, key: AwsKey, now: datetime
) -> dict[str, str]:
    """The headers to send: those given, and the ones that sign the request at the instant `now`."""
    parts = urlsplit(url)
    at, payload = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), hashlib.sha256(body).hexdigest()
    sent = {**headers, "x-amz-content-sha256": payload, "x-amz-date": at}
    signed = {"host": parts.netloc, **{name.lower(): " ".join(value.split()) for name, value in sent.items()}}
    names = ";".join(sorted(signed))
    canonical = "\n".join(
        (
            method,
            quote(unquote(parts.path), safe="/-_.~") or "/",
            _query(parts.query),
            *(f"{name}:{signed[name]}" for name in sorted(signed)),
            "",
            names,
            payload,
        )
    )
    scope = f"{at[:8]}/{key.region}/s3/aws4_request"
    to_sign = "\n".join((_ALGORITHM, at, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    secret = f"AWS4{key.secret}".encode()
    for part in scope.split("/"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    signature = hmac.digest(secret, to_sign.encode(), "sha256").hex()
    parameters = f"Credential={key.access}/{scope},SignedHeaders={names},Signature={signature}"
    return {**sent, "Authorization": f"{_ALGORITHM} {parameters}"}


def _query(query: str) -> str:
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    coded = sorted((quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in coded)
