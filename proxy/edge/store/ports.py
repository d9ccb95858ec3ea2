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
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from proxy.consent.asked import Asked
from proxy.consent.records import ConsentRecord, Scope
from proxy.edge import telemetry
from proxy.edge.metrics import NO_ROUTE, Metrics
from proxy.edge.store.consents import Consents
from proxy.edge.store.meetings import Meetings
from proxy.edge.store.replies import SealedReply
from proxy.edge.store.store import Store
from proxy.edge.store.unchanged import Unchanged
from proxy.errors import ClientFault, OwnFault, UpstreamFault
from proxy.model import GivenBack, Job, Meeting, RequestNotes


class StoredRegistry:
    """Implements `ports.ConsentRegistry`."""

    def __init__(self, store: Store) -> None:
        self._meetings, self._invitations = store.meetings, store.invitations
        self._met: Unchanged[Meeting | None] = store.unchanged()
        self._granted: Unchanged[Sequence[ConsentRecord]] = store.unchanged()

    async def meeting(self, meeting_id: str) -> Meeting | None:
        """As `ConsentRegistry.meeting`."""
        return await self._met.read(meeting_id, lambda db: Meetings(db).by_id(meeting_id))

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
        people = tuple(sorted(participants))
        asked = (
            people,
            None if purposes is None else tuple(sorted(purposes)),
            recipient,
            None if scopes is None else tuple(sorted(scopes)),
        )
        return await self._granted.read(
            asked, lambda db: Consents(db).grants(people, purposes=purposes, recipient=recipient, scopes=scopes)
        )

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
        self._read = _Digests()

    async def key(self) -> bytes:
        """As `DerivedTexts.key`. Once made, the key stays as it is, so it is read once."""
        if self._key is None:
            self._key = (await self._store.keys.of([DIGESTS]))[DIGESTS]
        return self._key

    async def keep(self, given: GivenBack) -> None:
        """As `DerivedTexts.keep`. A failure is logged; the text that was not kept is withheld when it is sent again."""
        now = self._clock()
        self._read.add(given)  # first, as the next request may find it on file before this one goes on
        try:
            await self._store.given_back.put(given, now + self._time, now)
        except OwnFault as fault:
            log.warning("derived_text_not_kept", exchange=given.exchange, reason=fault.reason)

    async def find(self, client: str, meeting: str) -> Sequence[GivenBack]:
        """As `DerivedTexts.find`."""
        exchanges = await self._store.given_back.exchanges(client, meeting, self._clock(), MOST)
        found = self._read.of(exchanges)
        missing = [each for each in exchanges if each not in found]
        for given in await self._store.given_back.by_exchange(missing) if missing else ():
            found[given.exchange] = given
            self._read.add(given)
        return [found[each] for each in exchanges if each in found]


MOST_DIGESTS = 100_000
"""Digests that are kept in memory, at about 80 bytes each. What an exchange gave back never changes."""


class _Digests:
    """What exchanges gave back, the latest read. Which of them count is read of the store each time."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, GivenBack] = OrderedDict()
        self._held = 0

    def of(self, exchanges: Iterable[str]) -> dict[str, GivenBack]:
        """Return what these exchanges gave back, as far as it is at hand."""
        return {each: self._given[each] for each in exchanges if each in self._given}

    def add(self, given: GivenBack) -> None:
        """Keep what an exchange gave back, in place of what was read longest ago."""
        if given.exchange in self._given:
            return
        self._given[given.exchange] = given
        self._held += len(given.digests)
        while self._held > MOST_DIGESTS:
            _, gone = self._given.popitem(last=False)
            self._held -= len(gone.digests)


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
