"""Ways to send a recipient's answer: a byte at a time, held half-way, in other words, with other heads."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from harness.endpoints import speak
from harness.recorder import Received, Recorder, Reply, completion, echo


class Collected:
    """Takes what an answer writes instead of a socket."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, piece: bytes) -> None:
        self.written += piece


async def answer_of(received: Received) -> bytes:
    """The bytes, head and body, that the recipient of all APIs answers with."""
    collected = Collected()
    await speak(received, collected)  # type: ignore[arg-type]  # it only writes
    return collected.written


@contextmanager
def answering(recorder: Recorder, reply: Reply) -> Iterator[None]:
    """Let the recipient answer in this way, for the time being."""
    before, recorder.reply = recorder.reply, reply
    try:
        yield
    finally:
        recorder.reply = before


def telling(text: str) -> Reply:
    """A chat answered with `text`, streamed where asked."""

    async def reply(received: Received, writer: asyncio.StreamWriter) -> None:
        if not received.json.get("stream"):
            writer.write(completion(text))
            return
        said = json.dumps({"stream": True, "messages": [{"content": text}]}).encode()
        await echo(Received(received.head, said), writer)

    return reply


async def dribbled(received: Received, writer: asyncio.StreamWriter) -> None:
    """The usual answer, every byte a write of its own."""
    for byte in await answer_of(received):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0)


def held(go_on: threading.Event, part: bytes) -> Reply:
    """The usual answer up to the end of the frame that holds `part`; the rest when `go_on` is set."""

    async def reply(received: Received, writer: asyncio.StreamWriter) -> None:
        whole = await answer_of(received)
        end = whole.index(b"\n", whole.index(part)) + 1
        end += whole[end : end + 1] == b"\n"  # the empty line after an event
        writer.write(whole[:end])
        await writer.drain()
        await asyncio.to_thread(go_on.wait, 20)
        writer.write(whole[end:])

    return reply


def instead(old: bytes, new: bytes) -> Reply:
    """The usual answer with a part of it exchanged, to be read until the connection ends."""

    async def reply(received: Received, writer: asyncio.StreamWriter) -> None:
        whole = await answer_of(received)
        assert old in whole, "the answer lacks what should be exchanged: the test shows nothing"
        head, _, body = whole.replace(old, new).partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
        writer.write(b"\r\n".join([*lines, b"Connection: close", b"", body]))
        await writer.drain()
        writer.close()

    return reply


def unended(go_on: threading.Event) -> Reply:
    """The usual answer to its last byte, on a connection that stays open until `go_on` is set."""

    async def reply(received: Received, writer: asyncio.StreamWriter) -> None:
        head, _, body = (await answer_of(received)).partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
        writer.write(b"\r\n".join([*lines, b"Connection: close", b"", body]))
        await writer.drain()
        await asyncio.to_thread(go_on.wait, 20)
        writer.close()

    return reply
