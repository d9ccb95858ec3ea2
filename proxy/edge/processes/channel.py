"""The connection between two processes of one proxy: each side asks the other, and tells it what needs no answer.

A message is a head (length, number, what it is), the name of what is asked, and its content, which whoever asks and
answers agree about. Messages arrive in the order in which they were sent; answers come as they are ready.
"""

from __future__ import annotations

import asyncio
import itertools
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from proxy.edge import telemetry
from proxy.errors import ClientFault, Fault, OwnFault, Refusal, UpstreamFault, as_fault

Answerer = Callable[[bytes], Awaitable[bytes]]
"""Answers what is asked under a name. A `Fault` that it raises is raised where it was asked."""
Hearer = Callable[[bytes], None]
"""Takes notice of what is told under a name."""

_HEAD = struct.Struct("!IQBB")
_ASK, _ANSWER, _FAULT, _TELL = range(4)
_FAULTS: Mapping[str, type[Fault]] = {each.__name__: each for each in (ClientFault, Refusal, OwnFault, UpstreamFault)}

log = telemetry.logger()


class Channel(asyncio.Protocol):
    """One end. `answers` and `hears` are what the other side may ask and tell, by name."""

    def __init__(
        self, answers: Mapping[str, Answerer], hears: Mapping[str, Hearer], lost: Callable[[], None] = lambda: None
    ) -> None:
        """`lost` is called once, when the other side has gone."""
        self._answers, self._hears, self._lost = answers, hears, lost
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._numbers = itertools.count()
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self.gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = transport  # type: ignore[assignment]  # a stream socket has a Transport

    def data_received(self, data: bytes) -> None:
        """Take every message that is complete, in order."""
        self._received += data
        at = 0
        while len(self._received) - at >= _HEAD.size:
            size, number, what, named = _HEAD.unpack_from(self._received, at)
            end = at + _HEAD.size + size
            if len(self._received) < end:
                break
            name_ends = at + _HEAD.size + named
            name = self._received[at + _HEAD.size : name_ends].decode()
            self._took(what, number, name, bytes(self._received[name_ends:end]))
            at = end
        del self._received[:at]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Fail what was asked, and end what is being answered."""
        self.gone = True
        for task in self._answering:
            task.cancel()
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(_gone())
        self._asked.clear()
        self._lost()

    def close(self) -> None:
        """Close this end."""
        if self._transport is not None:
            self._transport.abort()

    async def ask(self, name: str, content: bytes = b"") -> bytes:
        """Return the other side's answer. Raises its `Fault`, or `OwnFault` if it has gone."""
        if self.gone or self._transport is None:
            raise _gone()
        number = next(self._numbers)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._send(_ASK, number, name, content)
        try:
            return await answer
        finally:
            self._asked.pop(number, None)

    def tell(self, name: str, content: bytes = b"") -> None:
        """Tell the other side something, if it is still there."""
        self._send(_TELL, 0, name, content)

    async def answered(self) -> None:
        """Wait until nothing is being answered any more."""
        while self._answering:
            await asyncio.wait(set(self._answering))

    def _send(self, what: int, number: int, name: str, content: bytes) -> None:
        if self._transport is None or self.gone:
            return
        written = name.encode()
        head = _HEAD.pack(len(written) + len(content), number, what, len(written))
        self._transport.write(head + written + content)

    def _took(self, what: int, number: int, name: str, content: bytes) -> None:
        if what == _TELL:
            self._hear(name, content)
        elif what == _ASK:
            task = asyncio.get_running_loop().create_task(self._answer(number, name, content))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        elif (asked := self._asked.get(number)) is not None and not asked.done():
            if what == _ANSWER:
                asked.set_result(content)
            else:
                asked.set_exception(_unpacked(content))

    def _hear(self, name: str, content: bytes) -> None:
        try:
            self._hears[name](content)
        except Exception as error:
            log.error("process_request_failed", exc_info=error)

    async def _answer(self, number: int, name: str, content: bytes) -> None:
        try:
            answer = await self._answers[name](content)
        except Exception as error:
            if not isinstance(error, Fault):
                log.error("process_request_failed", exc_info=error)
            self._send(_FAULT, number, "", _packed(as_fault(error)))
        else:
            self._send(_ANSWER, number, "", answer)


def _gone() -> OwnFault:
    return OwnFault("process_ended", "another process of this proxy ended; try again", retry_after=1)


def _packed(fault: Fault) -> bytes:
    kind = next((name for name, each in _FAULTS.items() if isinstance(fault, each)), OwnFault.__name__)
    told: list[Any] = [kind, fault.reason, fault.detail, fault.status, fault.where, fault.headers]
    return orjson.dumps(told)


def _unpacked(content: bytes) -> Fault:
    kind, reason, detail, status, where, headers = orjson.loads(content)
    fault = _FAULTS[kind](reason, detail, status=status, where=where)
    fault.headers = tuple((name, value) for name, value in headers)
    return fault
