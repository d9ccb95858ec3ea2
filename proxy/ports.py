"""What the core needs from the edge. Each port is implemented once under ``edge/`` and in tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from proxy.audit.events import IntentFacts, OutcomeFacts, RefusalFacts
from proxy.consent.records import ConsentRecord, Scope
from proxy.errors import OwnFault
from proxy.model import Finding, GivenBack, Job, Meeting, Outbound, Profile, ReplyHead, RequestNotes, TextLanguage


class ConsentRegistry(Protocol):
    """Meetings, their rosters and consent records. Any failure raises `OwnFault` (status 503)."""

    async def meeting(self, meeting_id: str) -> Meeting | None:
        """The meeting with this id, with its roster."""

    async def meetings_around(self, series: str, at: datetime) -> Sequence[Meeting]:
        """The meetings of a series that a request at `at` may be about: under way, or ended not two hours ago.

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

        `purposes`, `recipient` (or any) and `scopes` (pairs of a scope and its id) leave out what cannot.
        """


Result = TypeVar("Result")


class Aside(Protocol):
    """Does a computation beside the event loop, so that one large request does not hold up the others."""

    async def __call__(self, work: Callable[[], Result], /) -> Result:
        """What `work` returns or raises."""


async def at_once(work: Callable[[], Result], /) -> Result:
    """The `Aside` for a caller that serves nobody else meanwhile."""
    return work()


class Detector(Protocol):
    """Finds personal data in text, and tells languages, in worker processes. `OwnFault` on a crash or time-out."""

    async def find(self, blocks: Sequence[str], profile: Profile) -> list[list[Finding]]:
        """Findings of each block, in block coordinates."""

    async def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """The language of each text. English and those expected are believed, others need evidence."""


class LaterReplies(Protocol):
    """Keeps what restores replies that arrive later: sealed, and for a limited time. `OwnFault` if it cannot."""

    async def keep(self, job: Job, people: Collection[str], contents: bytes) -> None:
        """Keep the contents; durable on return. `UpstreamFault` for a job that is on file already.

        Where one of the `people` is forgotten, they are forgotten too.
        """

    async def find(self, job: Job) -> bytes:
        """What was kept. `ClientFault` where nothing is on file (``unknown_job``), or no longer (``job_expired``)."""


class NothingLater:
    """The `LaterReplies` of a proxy without a key for them; its configuration has no route that would ask."""

    async def keep(self, job: Job, people: Collection[str], contents: bytes) -> None:  # noqa: ARG002
        """Nothing is kept, so that no id is given to a client."""
        raise OwnFault("job_not_kept", "there is no later_replies.key")

    async def find(self, job: Job) -> bytes:  # noqa: ARG002
        """Nothing is on file."""
        raise OwnFault("job_not_kept", "there is no later_replies.key")


class DerivedTexts(Protocol):
    """Keeps what clients were given back, as digests and for a limited time, so that they can tell it again."""

    async def key(self) -> bytes:
        """The key of the digests, the same for all proxies that share what is kept."""

    async def keep(self, given: GivenBack) -> None:
        """Keep it; durable on return. Without it a later request is withheld, so that a failure ends no reply."""

    async def find(self, client: str, meeting: str) -> Sequence[GivenBack]:
        """What this client was given in this meeting, while it is kept. `OwnFault` if it cannot be read."""


class NothingDerived:
    """The `DerivedTexts` of a proxy that keeps none: what a client tells again is like any other text."""

    async def key(self) -> bytes:
        """No key is needed."""
        return b""

    async def keep(self, given: GivenBack) -> None:
        """Nothing is kept."""

    async def find(self, client: str, meeting: str) -> Sequence[GivenBack]:  # noqa: ARG002
        """Nothing was."""
        return ()


class MeetingNotebook(Protocol):
    """Takes down what operators are told of requests. A failure ends no request."""

    async def note(self, noted: RequestNotes) -> None:
        """Take it down; durable on return."""


class NothingNoted:
    """The `MeetingNotebook` of a caller that takes nothing down."""

    async def note(self, noted: RequestNotes) -> None:
        """Nothing is taken down."""


class Permit(Protocol):
    """The right to send one body once, given out by the ledger when the intent is durable."""

    def redeem(self, body: bytes) -> None:
        """Use the permit for exactly these bytes; raises `OwnFault` on other bytes, a second use or expiry."""


class Ledger(Protocol):
    """The record of what left. Methods return when the record is durable; `OwnFault` if it cannot be."""

    async def begin(self, intent: IntentFacts) -> Permit:
        """Record an intent, with room reserved for its outcome."""

    async def finish(self, outcome: OutcomeFacts) -> None:
        """Record what became of an intent."""

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
    """The client's side of a reply. `OwnFault`/`ConnectionError` never reach the core: a gone client raises
    `ClientGone`.
    """

    async def start(self, status: int, content_type: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Send status and headers; nothing was sent before."""

    async def write(self, piece: bytes) -> None:
        """Send a piece of the body and wait until the client can take more."""

    async def finish(self) -> None:
        """End the body in good order."""

    async def abort(self) -> None:
        """Cut the connection, so that the client cannot take a broken body for a whole one."""


class Watch(Protocol):
    """Looks after a reply under way, whether anything of it arrives or not."""

    async def __call__(self, work: Coroutine[Any, Any, None], allowed: Callable[[], Awaitable[bool]]) -> None:
        """Do the work; ask about every second whether it is still allowed, and cancel it where it is not.

        Raises what the work raises, what asking raises, or the `Refusal` ``consent_withdrawn``.
        """


class ClientGone(Exception):
    """The client closed its connection while a reply was on its way."""
