"""A recipient on loopback that records every byte it receives, and answers as the test says.

It reads raw sockets instead of using an HTTP server, so that nothing is normalized before it is recorded and
so that it can break the protocol in every way.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from harness.patience import PATIENCE

Reply = Callable[["Received", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Received:
    """One request as it came over the wire."""

    head: bytes
    body: bytes
    complete: bool = True

    @property
    def raw(self) -> bytes:
        return self.head + self.body

    @property
    def json(self) -> dict:
        return json.loads(self.body)


def http(body: bytes, content_type: str = "application/json", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def completion(text: str) -> bytes:
    return http(
        json.dumps(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }
        ).encode()
    )


def said(received: Received) -> str:
    """All message text of a chat request, joined: what an echo says back."""
    return "\n".join(str(m["content"]) for m in received.json["messages"])


async def echo(received: Received, writer: asyncio.StreamWriter) -> None:
    """Answer a chat with its own text, streamed in pieces of three characters where asked; all else as it is."""
    if b"/chat/completions" not in received.head:
        writer.write(http(received.body, "text/plain"))
        return
    text = said(received)
    if not received.json.get("stream"):
        writer.write(completion(text))
        return
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")

    def event(payload: str) -> None:
        data = f"data: {payload}\n\n".encode()
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def chunk(delta: dict, finish: str | None) -> str:
        return json.dumps(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "m",
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            }
        )

    for at in range(0, len(text), 3):
        event(chunk({"content": text[at : at + 3]}, None))
    event(chunk({}, "stop"))
    event("[DONE]")
    writer.write(b"0\r\n\r\n")


@dataclass
class Recorder:
    """The recording recipient, in a thread of its own. Use as a context manager."""

    reply: Reply = echo
    received: list[Received] = field(default_factory=list)
    port: int = 0
    connections: int = 0

    def __enter__(self) -> Recorder:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def wire(self) -> bytes:
        """Everything that was ever received."""
        return b"\n".join(one.raw for one in self.received)

    def _serve(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connection, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                received = Received(head, b"", complete=False)
                self.received.append(received)
                lines = head.decode("latin-1").lower().split("\r\n")
                length = next((int(x.split(":")[1]) for x in lines if x.startswith("content-length:")), 0)
                received.body = await reader.readexactly(length)
                received.complete = True
                await self.reply(received, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
