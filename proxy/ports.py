"""What the core needs from the edge. Each port is implemented once under ``edge/`` and once in tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Any, Protocol, TypeVar

from proxy.audit.events import IntentFacts, OutcomeFacts, RefusalFacts
from proxy.consent.asked import Asked
from proxy.consent.records import ConsentRecord, Scope
from proxy.errors import OwnFault
from proxy.model import (
    Excerpt,
    Finding,
    GivenBack,
    Job,
    Meeting,
    Outbound,
    Profile,
    ReplyHead,
    RequestNotes,
    TextLanguage,
)
from proxy.settings import Client


class ConsentRegistry(Protocol):
    """Meetings, their rosters and consent records. Any failure raises `OwnFault` (status 503)."""

    async def meeting(self, meeting_id: str) -> Meeting | None:
        """Return the meeting with this id, with its roster."""

    async def meetings_around(self, series: str, at: datetime) -> Sequence[Meeting]:
        """The meetings of a series that a request at `at` may concern: under way, or ended less than two hours ago.

        A meeting without an end is under way for 24 hours.
        """

    async def grants(
        self,
        participants: Collection[str],
        *,
        purposes: Collection[str] | None = None,
        recipient: str | None = None,
        scopes: Collection[tuple[Scope, str]] | None = None,
    ) -> Sequence[ConsentRecord]:
        """All records of these people that can matter, oldest first; read afresh every time.

        `purposes`, `recipient` (or any) and `scopes` (pairs of a scope and its id) exclude records that cannot matter.
        """

    async def invitations(
        self, participants: Collection[str], scopes: Collection[tuple[Scope, str]]
    ) -> Sequence[Asked]:
        """The invitations of these people in these scopes, answered or not; read afresh every time."""


Result = TypeVar("Result")


class Aside(Protocol):
    """Runs a computation outside the event loop, so that one large request does not hold up the others."""

    async def __call__(self, work: Callable[[], Result], /) -> Result:
        """Return what `work` returns, or raise what it raises."""


async def at_once(work: Callable[[], Result], /) -> Result:
    """The `Aside` for a caller that serves nobody else meanwhile."""
    return work()


class Detector(Protocol):
    """Finds personal data in text, and detects languages, in worker processes. `OwnFault` on a crash or time-out."""

    async def find(self, excerpts: Sequence[Excerpt], profile: Profile) -> list[list[Finding]]:
        """Findings of each excerpt, in coordinates of its text. They depend on nothing but the excerpt and settings."""

    async def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """The language of each text. English and the expected languages are believed; others need evidence."""


class LaterReplies(Protocol):
    """Keeps what restores replies that arrive later, sealed and for a limited time. `OwnFault` if it cannot."""

    async def keep(self, job: Job, people: Collection[str], contents: bytes) -> None:
        """Keep the contents; durable on return. `UpstreamFault` for a job that is on file already.

        When one of the `people` is forgotten, the contents are forgotten too.
        """

    async def find(self, job: Job) -> bytes:
        """Return what was kept; `ClientFault` ``unknown_job`` if it never was, ``job_expired`` if no longer."""


class NothingLater:
    """The `LaterReplies` of a proxy without a key for them; no route of its configuration uses it."""

    async def keep(self, job: Job, people: Collection[str], contents: bytes) -> None:  # noqa: ARG002
        """Refuse, so that no client is given a job id."""
        raise OwnFault("job_not_kept", "there is no later_replies.key")

    async def find(self, job: Job) -> bytes:  # noqa: ARG002
        """Refuse: nothing is on file."""
        raise OwnFault("job_not_kept", "there is no later_replies.key")


class DerivedTexts(Protocol):
    """Keeps what clients were given back, as digests and for a limited time, so that they can repeat it."""

    async def key(self) -> bytes:
        """The key of the digests, the same for all proxies that share what is kept."""

    async def keep(self, given: GivenBack) -> None:
        """Keep it; durable on return. A failure ends no reply: without the digests a later request is withheld."""

    async def find(self, client: str, meeting: str) -> Sequence[GivenBack]:
        """What this client was given in this meeting, while it is kept. `OwnFault` if it cannot be read."""


class NothingDerived:
    """The `DerivedTexts` of a proxy that keeps none: what a client repeats is like any other text."""

    async def key(self) -> bytes:
        """Return an empty key, since none is needed."""
        return b""

    async def keep(self, given: GivenBack) -> None:
        """Keep nothing."""

    async def find(self, client: str, meeting: str) -> Sequence[GivenBack]:  # noqa: ARG002
        """Return nothing."""
        return ()


class MeetingNotebook(Protocol):
    """Records notes on requests for operators. A failure ends no request."""

    async def note(self, noted: RequestNotes) -> None:
        """Record the notes; durable on return."""


class Journal(Protocol):
    """What is told of exchanges to whoever runs the service; the ledger is the record."""

    def ended(self, record: OutcomeFacts | RefusalFacts, duration_ms: int, failed: int | None = None) -> None:
        """An exchange is over. `duration_ms`: since its request was complete; `failed`: the status of its fault."""


class NothingTold:
    """The `Journal` of a caller that tells nobody."""

    def ended(self, record: OutcomeFacts | RefusalFacts, duration_ms: int, failed: int | None = None) -> None:
        """Tell nothing."""


class Turns(Protocol):
    """Turns at planning, which costs processor time: nobody's requests starve those of others."""

    def turn(self, client: str, size: int) -> AbstractAsyncContextManager[None]:
        """Wait for a turn for a body of `size` bytes. Raises `OwnFault` if that takes too long, or would."""


class AnyTurn:
    """The `Turns` of a caller that serves nobody else meanwhile."""

    def turn(self, client: str, size: int) -> AbstractAsyncContextManager[None]:  # noqa: ARG002
        """Do not wait."""
        return nullcontext()


class Quota(Protocol):
    """What each client may have sent in a time."""

    async def take(self, client: Client, words: int) -> None:
        """Count words that are about to leave. Raises `ClientFault`, and counts nothing, if they are too many."""


class NoQuota:
    """The `Quota` of a caller that bounds nobody."""

    async def take(self, client: Client, words: int) -> None:
        """Count nothing."""


class NothingNoted:
    """The `MeetingNotebook` of a caller that records no notes."""

    async def note(self, noted: RequestNotes) -> None:
        """Record nothing."""


class Permit(Protocol):
    """The right to send one body once, issued by the ledger when the intent is durable."""

    def redeem(self, body: bytes) -> None:
        """Use the permit for exactly these bytes; raises `OwnFault` on other bytes, a second use or expiry."""


class Ledger(Protocol):
    """The record of what left. Methods return when the record is durable; `OwnFault` if it cannot be."""

    async def begin(self, intent: IntentFacts) -> Permit:
        """Record an intent, and reserve room for its outcome."""

    async def finish(self, outcome: OutcomeFacts) -> None:
        """Record the outcome of an intent."""

    async def refuse(self, refusal: RefusalFacts) -> None:
        """Record that nothing left, and why."""


class UpstreamReply(Protocol):
    """A recipient's reply while it arrives."""

    @property
    def head(self) -> ReplyHead:
        """Status and headers."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The decoded body as it arrives; raises `UpstreamFault` on a reset, stall, bad length or size."""


class Upstream(Protocol):
    """Sends to recipients; the only part that does."""

    def send(self, permit: Permit, outbound: Outbound) -> AbstractAsyncContextManager[UpstreamReply]:
        """Redeem the permit for the outbound bytes and send them; raises `UpstreamFault`."""


class ReplySink(Protocol):
    """The client's side of a reply.

    `OwnFault` and `ConnectionError` never reach the core: a disconnected client raises `ClientGone`.
    """

    async def start(self, status: int, content_type: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Send status and headers, before anything else."""

    async def write(self, piece: bytes) -> None:
        """Send a piece of the body and wait until the client can take more."""

    async def finish(self) -> None:
        """End the body in good order."""

    async def abort(self) -> None:
        """Cut the connection, so that the client cannot take an incomplete body for a complete one."""


class Watch(Protocol):
    """Supervises a reply under way, whether or not anything of it arrives."""

    async def __call__(self, work: Coroutine[Any, Any, None], allowed: Callable[[], Awaitable[bool]]) -> None:
        """Do the work; check about every second whether it is still allowed, and cancel it if it is not.

        Raises what the work raises, what the check raises, or the `Refusal` ``consent_withdrawn``.
        """


class ClientGone(Exception):
    """The client closed its connection while a reply was on its way."""
