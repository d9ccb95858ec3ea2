"""An anchor behind HTTP: each checkpoint is PUT under a name of its own, and the server is asked to overwrite none.

Where it may be read, it is read back: a server that says yes to everything keeps nothing.

With object lock, as Amazon S3 and others have it, nobody can delete what is there either. Requests to S3 are signed by
AWS Signature Version 4 ("Signature calculations for the Authorization header: transferring payload in a single chunk",
Amazon S3 API reference). Lists come in pages, of any form: a name has a size as 20 digits.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlsplit

from proxy.audit.checkpoints import is_of, parse_checkpoint
from proxy.audit.notes import NoteSignature
from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.ledger.anchors.web import AnchorMute, AnchorRefused, Answer, ask
from proxy.settings import HttpAnchor

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


_SIZE = re.compile(rb"(?<![0-9])[0-9]{20}(?![0-9])")
MOST_PAGES = 4000
"""No list has more pages; a server that goes on for ever is left."""
MOST = 10_000
"""So many checkpoints of a server are compared. Of more, half are the newest, and half are spread over the others."""


async def sizes_listed(page: Callable[[int], Awaitable[bytes]]) -> list[int]:
    """All sizes that a server lists, largest last. `page` is asked for what follows a size, until nothing new does."""
    found: set[int] = set()
    for _ in range(MOST_PAGES):
        after = max(found, default=0)
        new = {int(each) for each in _SIZE.findall(await page(after))} - found
        found |= new
        if not new or max(new) <= after:
            break
    return sorted(found)


def compared(sizes: Sequence[int], most: int = MOST) -> list[int]:
    """Which of these checkpoints are compared, newest first."""
    if len(sizes) <= most:
        return list(reversed(sizes))
    older, newest = sizes[: -(most // 2)], sizes[-(most // 2) :]
    spread = [older[number * len(older) // (most // 2)] for number in range(most // 2)]
    return [*reversed(newest), *reversed(spread)]


_NOT_THERE = (404, 410)
_NOT_READ = (401, 403, 405)
AT_ONCE = 16
"""So many of its checkpoints are read at a time."""

Secrets = Callable[[], AuthHeader | AwsKey | None]
"""Reads what authenticates the proxy."""


class ByHttp:
    """An HTTP server, such as a bucket."""

    compares = False

    def __init__(self, name: str, settings: HttpAnchor, secrets: Secrets, now: Callable[[], datetime]):
        self.name, self._settings, self._secrets, self._now = name, settings, secrets, now
        self.every_seconds, self.tells = settings.every_seconds, settings.latest_url is not None

    async def newest(self, origin: str) -> bytes | None:
        """As `Anchor.newest`."""
        if self._settings.latest_url is None:
            return None
        answer = await self._ask("GET", _filled(self._settings.latest_url, origin, 0))
        if answer.status == 404:
            return None
        if answer.status in _NOT_READ:
            raise AnchorMute
        if answer.status != 200:
            raise AnchorRefused
        return answer.body

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:
        """As `Anchor.keep`. Raises `AnchorRefused`, also if another checkpoint of this size is there, or none is."""
        url = _filled(self._settings.url, origin, parse_checkpoint(file).size)
        # 412: it is there already, such as after an answer that was lost.
        await self._put(url, file, {"If-None-Match": "*"}, also=412)
        if self._settings.latest_url is not None:
            await self._put(_filled(self._settings.latest_url, origin, 0), file, {})
        return ()

    async def every(self, origin: str) -> list[tuple[str, bytes]]:
        """Checkpoints of the log with this origin that the server lists, newest first, by their sizes; see `listing`.

        Empty if nobody said where it lists them. Raises `AnchorRefused` if it does not let them be listed or read.
        """
        where = self._settings.list_url
        if where is None:
            return []

        async def page(after: int) -> bytes:
            return await self._got(_filled(where, origin, 0).replace("{after}", f"{after:020}"))

        async def file(size: int) -> tuple[str, bytes]:
            async with turns:
                return f"{size:020}", await self._got(_filled(self._settings.url, origin, size))

        sizes, turns = compared(await sizes_listed(page)), asyncio.Semaphore(AT_ONCE)
        return [each for each in await asyncio.gather(*map(file, sizes)) if is_of(origin, each[1])]

    async def _got(self, url: str) -> bytes:
        answer = await self._ask("GET", url)
        if answer.status != 200:
            raise AnchorRefused
        return answer.body

    async def _put(self, url: str, file: bytes, headers: dict[str, str], also: int = 200) -> None:
        """Put a file, and look whether it is there. Raises `AnchorRefused`. Who may not read has to believe."""
        put = await self._ask("PUT", url, file, headers)
        if not 200 <= put.status < 300 and put.status != also:
            raise AnchorRefused
        there = await self._ask("GET", url)
        if there.status in _NOT_THERE or (there.status == 200 and there.body != file):
            raise AnchorRefused

    async def _ask(
        self, method: str, url: str, body: bytes | None = None, more: dict[str, str] | None = None
    ) -> Answer:
        secret = self._secrets()
        headers = {**(self._settings.headers if body is not None else {}), **(more or {})}
        if body is not None:
            headers["Content-Type"] = "application/octet-stream"
        if isinstance(secret, AuthHeader):
            headers[secret.name] = secret.value
        elif secret is not None:
            if body is not None:
                headers |= self._locked(body)
            headers = signed_headers(method, url, headers, body or b"", key=secret, now=self._now())
        return await ask(self._settings, method, url, body=body, headers=headers)

    def _locked(self, body: bytes) -> dict[str, str]:
        """Return what S3 asks for where objects are locked: a checksum, and until when, unless the bucket says it."""
        headers = {"x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(body).digest()).decode()}
        days = self._settings.s3.lock_days if self._settings.s3 is not None else None
        if days is not None:
            until = (self._now() + timedelta(days=days)).astimezone(UTC)
            headers["x-amz-object-lock-mode"] = "COMPLIANCE"
            headers["x-amz-object-lock-retain-until-date"] = until.strftime("%Y-%m-%dT%H:%M:%SZ")
        return headers


def _filled(url: str, origin: str, size: int) -> str:
    return url.replace("{origin}", quote(origin)).replace("{size}", f"{size:020}")
