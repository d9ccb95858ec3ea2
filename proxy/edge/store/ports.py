"""Implements the ports through which decisions about requests use the store.

- `ConsentRegistry`: meetings and consent records.
- `DerivedTexts`: digests of what clients were given back, kept for a limited time.
- `LaterReplies`: what restores a reply that arrives later, sealed and kept for a limited time.
- `MeetingNotebook`: counts for all requests, and notes on file by meeting.

Later replies are sealed with AES-256-GCM under a key that is not in the store, and bound to their row: moved to another
job or client, or given more time, a row does not open. A row is found by the HMAC-SHA-256 of client, recipient and job
under a random key that the store holds. So a stolen store reveals no ids, and the job of another client looks the same
as no job.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from proxy.consent.asked import Asked
from proxy.consent.records import ConsentRecord, Scope
from proxy.edge import telemetry
from proxy.edge.metrics import NO_ROUTE, Metrics
from proxy.edge.store.replies import SealedReply
from proxy.edge.store.store import Store
from proxy.errors import ClientFault, OwnFault, UpstreamFault
from proxy.model import GivenBack, Job, Meeting, RequestNotes


class StoredRegistry:
    """Implements `ports.ConsentRegistry`."""

    def __init__(self, store: Store) -> None:
        self._consents, self._meetings, self._invitations = store.consents, store.meetings, store.invitations

    async def meeting(self, meeting_id: str) -> Meeting | None:
        """As `ConsentRegistry.meeting`."""
        return await self._meetings.by_id(meeting_id)

    async def meetings_around(self, series: str, at: datetime) -> Sequence[Meeting]:
        """As `ConsentRegistry.meetings_around`."""
        return await self._meetings.around(series, at)

    async def grants(
        self,
        participants: Collection[str],
        *,
        purposes: Collection[str] | None = None,
        recipient: str | None = None,
        scopes: Collection[tuple[Scope, str]] | None = None,
    ) -> Sequence[ConsentRecord]:
        """As `ConsentRegistry.grants`."""
        return await self._consents.grants(participants, purposes=purposes, recipient=recipient, scopes=scopes)

    async def invitations(
        self, participants: Collection[str], scopes: Collection[tuple[Scope, str]]
    ) -> Sequence[Asked]:
        """As `ConsentRegistry.invitations`."""
        return await self._invitations.to(participants, scopes)


DIGESTS = "derived-texts:"
"""The subject whose key in the store's register of keys is used to make digests."""

MOST = 400
"""The most replies of one client in one meeting that are read, newest first."""

log = telemetry.logger()


class StoredDerivedTexts:
    """Implements `ports.DerivedTexts`. Keeps digests for `hours` from `clock`'s now."""

    def __init__(self, store: Store, hours: float, clock: Callable[[], datetime]) -> None:
        self._store, self._clock, self._time = store, clock, timedelta(hours=hours)
        self._key: bytes | None = None

    async def key(self) -> bytes:
        """As `DerivedTexts.key`. Once made, the key stays as it is, so it is read once."""
        if self._key is None:
            self._key = (await self._store.keys.of([DIGESTS]))[DIGESTS]
        return self._key

    async def keep(self, given: GivenBack) -> None:
        """As `DerivedTexts.keep`. A failure is logged; the text that was not kept is withheld when it is sent again."""
        now = self._clock()
        try:
            await self._store.given_back.put(given, now + self._time, now)
        except OwnFault as fault:
            log.warning("derived_text_not_kept", exchange=given.exchange, reason=fault.reason)

    async def find(self, client: str, meeting: str) -> Sequence[GivenBack]:
        """As `DerivedTexts.find`."""
        return await self._store.given_back.find(client, meeting, self._clock(), MOST)


PLACES = "later-replies:"
"""The subject whose key in the store's register of keys is used to find rows."""

_NONCE_BYTES = 12
"""As NIST SP 800-38D recommends. Nonces are random, which is safe for 2^32 replies under one key."""


class StoredLaterReplies:
    """Implements `ports.LaterReplies`. Keeps replies for `hours` from `clock`'s now.

    The key is derived from the text `secret`. Proxies with the same secret share replies.
    """

    def __init__(self, store: Store, secret: str, hours: float, clock: Callable[[], datetime]) -> None:
        self._store, self._clock, self._time = store, clock, timedelta(hours=hours)
        hkdf = HKDF(hashes.SHA256(), 32, salt=None, info=b"meeting-privacy-proxy later replies v1")
        self._cipher = AESGCM(hkdf.derive(secret.encode()))

    async def keep(self, job: Job, people: Collection[str], contents: bytes) -> None:
        """As `LaterReplies.keep`."""
        now, place = self._clock(), await self._place(job)
        until = now + self._time
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, contents, _bound(place, job.client, until))
        if not await self._store.jobs.put(SealedReply(place, job.client, until, tuple(people), sealed), now):
            raise UpstreamFault("job_repeated", "the recipient named a job that it had named before")

    async def find(self, job: Job) -> bytes:
        """As `LaterReplies.find`. Raises `OwnFault` for what this key did not seal."""
        row = await self._store.jobs.find(await self._place(job))
        if row is None:
            raise ClientFault("unknown_job", "no such job of this client is on file", status=404)
        if row.sealed is None or row.until <= self._clock():
            await self.sweep()
            detail = "the time limit of this job is over (later_replies.hours); send the meeting again"
            raise ClientFault("job_expired", detail, status=410)
        nonce, sealed = row.sealed[:_NONCE_BYTES], row.sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, sealed, _bound(row.job, row.client, row.until))
        except (InvalidTag, ValueError):
            detail = "what was kept of this job does not open with later_replies.key; send the meeting again"
            raise OwnFault("job_unreadable", detail) from None

    async def sweep(self) -> None:
        """Overwrite expired contents."""
        await self._store.jobs.sweep(self._clock())

    async def _place(self, job: Job) -> str:
        keys = await self._store.keys.of([PLACES])
        named = json.dumps([job.client, job.recipient, job.id]).encode()
        return hmac.digest(keys[PLACES], named, "sha256").hex()


def _bound(place: str, client: str, until: datetime) -> bytes:
    return json.dumps([place, client, until.timestamp()]).encode()


class StoredNotes:
    """Implements `ports.MeetingNotebook`. Counts in `metrics` and records in `store`."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store, self._metrics = store, metrics

    async def note(self, noted: RequestNotes) -> None:
        """As `MeetingNotebook.note`. A note that cannot be recorded is counted and logged."""
        route = noted.route or NO_ROUTE
        self._metrics.unmatched.labels(route).inc(noted.unmatched)
        self._metrics.objections.labels(route).inc(len(noted.objecting))
        try:
            await self._store.notes.note(noted)
        except OwnFault as fault:
            log.warning("note_not_kept", reason=fault.reason)
