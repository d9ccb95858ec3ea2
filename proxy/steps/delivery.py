"""One reply on its way to the client: restored piece by piece, passed on, and counted."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.audit.events import DeliveryProgress, ExchangeFacts, OutcomeFacts
from proxy.dialects.base import TextForm, TextRestorer
from proxy.model import ReplyHead
from proxy.ports import ReplySink
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.restore import Restorer


class Delivery:
    """The progress of one reply. Only its methods change it.

    `headers` go to the client with the first piece, and `line` below each text that is an answer.
    """

    def __init__(
        self, sink: ReplySink, pseudonyms: PseudonymMap, headers: Sequence[tuple[str, str]], line: str = ""
    ) -> None:
        self._sink, self._pseudonyms, self._headers, self._line = sink, pseudonyms, headers, line
        self._head: ReplyHead | None = None
        self._received = self._delivered = 0
        self._started = self._finished = False
        self._texts: list[_Text] = []

    def begins(self, head: ReplyHead) -> None:
        """Record that the recipient has begun to answer."""
        self._head = head

    def arrives(self, chunk: bytes) -> None:
        """Count a piece that arrived from the recipient."""
        self._received += len(chunk)

    def restorer(self, form: TextForm) -> TextRestorer:
        """Make a restorer for one text of the reply."""
        address = form is TextForm.ADDRESS
        restorer = Restorer(self._pseudonyms, form.is_json, called=form.is_called, address=address)
        self._texts.append(_Text(restorer, self._line if form is TextForm.ANSWER else ""))
        return self._texts[-1]

    async def pass_on(self, piece: bytes) -> None:
        """Give the client a restored piece."""
        if piece:
            await self._start()
            await self._sink.write(piece)
            self._delivered += len(piece)

    async def end(self, rest: bytes) -> None:
        """Give the client the rest, and finish the reply in good order."""
        await self._start()
        await self.pass_on(rest)
        await self._sink.finish()
        self._finished = True

    @property
    def finished(self) -> bool:
        """Whether the client was given all of the reply."""
        return self._finished

    @property
    def started(self) -> bool:
        """Whether anything was sent to the client."""
        return self._started

    @property
    def texts(self) -> list[str]:
        """The texts of the reply as they were given back so far."""
        return [text.given for text in self._texts]

    def outcome(self, exchange: ExchangeFacts, duration_ms: int, reason: str | None) -> OutcomeFacts:
        """The progress of the reply, for the record."""
        part = DeliveryProgress.PARTIAL if self._delivered else DeliveryProgress.NONE
        return OutcomeFacts(
            exchange=exchange,
            delivered=DeliveryProgress.FULL if self._finished else part,
            status=self._head.status if self._head is not None else None,
            bytes_received=self._received,
            bytes_delivered=self._delivered,
            duration_ms=duration_ms,
            reason=reason,
            restored=sum(text.restored for text in self._texts),
        )

    async def _start(self) -> None:
        if self._started or self._head is None:
            return
        content_type = self._head.headers.get("content-type", "application/octet-stream")
        await self._sink.start(self._head.status, content_type, self._headers)
        self._started = True


class _Text:
    """A restorer that keeps what it gave back, for the duration of the exchange. `line` follows a text with words."""

    def __init__(self, restorer: Restorer, line: str) -> None:
        self._restorer, self._line, self._pieces = restorer, line, list[str]()

    def feed(self, piece: str) -> str:
        """Feed the restorer, and keep what it gives back."""
        self._pieces.append(given := self._restorer.feed(piece))
        return given

    def flush(self) -> str:
        """Flush the restorer, and keep what it gives back."""
        given = self._restorer.flush()
        if self._line and (given.strip() or self.given.strip()):
            given, self._line = given + self._line, ""
        self._pieces.append(given)
        return given

    @property
    def holds(self) -> bool:
        """Whether anything is held back."""
        return self._restorer.holds or bool(self._line)

    @property
    def restored(self) -> int:
        """How many originals were restored."""
        return self._restorer.restored

    @property
    def given(self) -> str:
        """The whole text given back so far."""
        return "".join(self._pieces)
