"""Receivers of shipped records on 127.0.0.1 that can fail, and a ledger to ship."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import ssl
import struct
from collections.abc import Callable
from pathlib import Path

import orjson
from aiohttp import web
from audit.ledger_samples import intent, outcome
from edge.ledger_stand import opened, settings

from bench.ports import free_port
from proxy.edge.ship.shipper import Pace
from proxy.edge.ship.shipping import shipper_of
from proxy.settings import Ledger, ShipTarget

AT_ONCE = Pace(poll=0, first_retry=0, longest_retry=0, stopped=0)


async def write(directory: Path, exchanges: int, *, first: int = 0, segment_bytes: int = 20_000) -> int:
    """Write exchanges, close the ledger in order, and return how many records it has."""
    ledger = await opened(directory, segment_bytes=segment_bytes)
    for number in range(first, first + exchanges):
        await ledger.begin(intent(f"ex-{number}"))
        await ledger.finish(outcome(f"ex-{number}"))
    await ledger.close()
    return len(stored(directory))


def stored(directory: Path) -> list[bytes]:
    """The events of a ledger, byte for byte."""
    files = sorted((directory / "ledger" / "segments").iterdir())
    lines = b"".join(file.read_bytes() for file in files).splitlines()
    return [line.partition(b',"event":')[2][:-1] for line in lines]


def shipping(directory: Path, *targets: dict, **more) -> Ledger:
    return settings(directory, ship=targets, **more)


def shipper(directory: Path, target: dict, credential=None, **pace):
    made = ShipTarget.model_validate(target)
    return shipper_of(shipping(directory, target), made, credential, Pace(**{**vars_of(AT_ONCE), **pace}))


def vars_of(pace: Pace) -> dict:
    return {name: getattr(pace, name) for name in Pace.__slots__}


def in_order(received: list[int]) -> list[int]:
    """The numbers in the order in which each arrived for the first time."""
    return list(dict.fromkeys(received))


class SyslogServer:
    """Reads counted messages (RFC 6587). `kill` resets every connection, whatever was read of it."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.port, self.messages, self._tls = free_port(), [], tls
        self.on_message: Callable[[], None] = lambda: None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)

    async def kill(self) -> None:
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for writer in list(self._open):
            reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while True:
                try:
                    length = await reader.readuntil(b" ")
                except asyncio.IncompleteReadError as end:
                    assert end.partial == b""
                    break
                assert length[:1] != b"0"
                self.messages.append(await reader.readexactly(int(length)))
                self.on_message()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()
            with contextlib.suppress(Exception):
                await writer.wait_closed()

    @property
    def sequences(self) -> list[int]:
        return [orjson.loads(message[message.index(b"] {") + 2 :])["metadata"]["sequence"] for message in self.messages]


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a killed process does that had not read everything."""
    sock = writer.transport.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class HttpServer:
    """Keeps the bodies of requests. `answer` is asked for the status and headers of each, or to drop the connection."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.port, self.bodies, self.heads, self._tls = free_port(), [], [], tls
        self.answer: Callable[[bytes], web.Response | None] = lambda body: web.Response()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=self._tls).start()

    async def kill(self) -> None:
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if request.headers.get("content-encoding") == "gzip" and body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        answer = self.answer(body)
        if answer is None:
            request.transport.abort()
            return web.Response()
        self.heads.append((request.method, request.path, dict(request.headers)))
        if 200 <= answer.status < 300:
            self.bodies.append(body)
        return answer

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"
