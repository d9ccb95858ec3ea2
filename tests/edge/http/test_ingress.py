"""The client listener, driven over raw sockets: only whole, unambiguous requests reach the exchange."""

from __future__ import annotations

import asyncio
import gzip
import logging
import time
import zlib
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from harness.patience import PATIENCE

from proxy.edge.http import ingress
from proxy.edge.http import server as http_server
from proxy.edge.http.admission import Admission
from proxy.edge.metrics import Metrics
from proxy.errors import Fault, OwnFault
from proxy.model import Inbound
from proxy.ports import ClientGone, ReplySink
from proxy.settings import Client, Limits, Recipient, Route
from proxy.steps.call import Call

CANARY = "canary-7319"
CALL = Call(
    Client(name="bot", key_sha256="0" * 64, routes=("x",)),
    Route(name="x", path="/v1/x", dialect="openai-chat", purpose="summary", recipient="acme"),
    Recipient(base_url="https://ai.example", terms={"version": "1"}),
)


@dataclass
class Spy:
    """Stands in for the exchange; `act` says how it answers."""

    seen: list[tuple[Inbound, str | None]] = field(default_factory=list)
    faults: list[tuple[Fault, Inbound]] = field(default_factory=list)
    act: object = None
    refuses: Fault | None = None
    ended: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    limits: Limits = field(default_factory=Limits)

    def admit(self, head: Inbound) -> Call:
        if self.refuses is not None:
            raise self.refuses
        return CALL

    async def run(self, call: Call, inbound: Inbound, meeting: str | None, sink: ReplySink) -> None:
        assert call is CALL
        self.seen.append((inbound, meeting))
        self.changed.set()
        if self.act is not None:
            await self.act(inbound, sink)
            return
        await sink.start(200, "text/plain", (("x-exchange-id", "e1"),))
        await sink.write(b"did " + inbound.body)
        await sink.finish()

    async def refuse(self, fault: Fault, inbound: Inbound, sink: ReplySink) -> None:
        self.faults.append((fault, inbound))
        self.changed.set()
        await sink.start(fault.status, "text/plain", fault.headers)
        await sink.write(fault.reason.encode())
        await sink.finish()

    @property
    def reasons(self) -> list[str]:
        return [fault.reason for fault, _ in self.faults]


@asynccontextmanager
async def serving(spy: Spy, **limits):
    limits = {"header_seconds": 5, "body_seconds": 5, "drain_seconds": 5} | limits
    bounds = spy.limits = Limits(**limits)
    admission = Admission(bounds, time.monotonic, several=False)
    app = ingress.build(lambda: nullcontext(spy), admission, bounds, Metrics())
    runner = ingress.runner(app, limits["drain_seconds"])
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def talk(port: int, raw: bytes, *, until_closed: bool = True) -> bytes:
    """Send bytes; everything that comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(raw)
        await writer.drain()
        if until_closed:
            return await asyncio.wait_for(reader.read(), PATIENCE)
        return await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), PATIENCE)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def post(body: bytes = b"", *headers: str, target: str = "/v1/x", version: str = "1.1", length: bool = True) -> bytes:
    lines = [f"POST {target} HTTP/{version}", "Host: proxy", "Connection: close", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def test_a_request_reaches_the_exchange_and_its_answer_the_client():
    spy = Spy()
    async with serving(spy) as port:
        reply = await talk(port, post(b"hello", "X-Thing: A", "x-thing: b", target="/v1/x?q=1"))

    (inbound, meeting) = spy.seen[0]
    assert (inbound.method, inbound.path, inbound.query, inbound.body) == ("POST", "/v1/x", "q=1", b"hello")
    assert [value for name, value in inbound.headers if name == "x-thing"] == ["A", "b"]
    assert meeting is None
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"did hello" in reply
    assert b"aiohttp" not in reply.lower()
    assert b"python" not in reply.lower()


@pytest.mark.parametrize(
    ("target", "path", "meeting"),
    [
        ("/m/board-42/v1/chat", "/v1/chat", "board-42"),
        ("/m/a%2Fb%20c/v1/chat", "/v1/chat", "a/b c"),
        ("/m/%ff/v1", "/v1", "\xff"),
        ("/m/board/m/other/v1", "/m/other/v1", "board"),
        ("/m/board", "/m/board", None),
        ("/m//v1", "/m//v1", None),
        ("/v1/../m/x/y", "/v1/../m/x/y", None),
        ("/v1/%63hat", "/v1/%63hat", None),
    ],
)
async def test_the_path_prefix_names_the_meeting(target, path, meeting):
    spy = Spy()
    async with serving(spy) as port:
        await talk(port, post(target=target))

    assert [(inbound.path, named) for inbound, named in spy.seen] == [(path, meeting)]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
async def test_every_method_and_path_is_the_exchanges_to_judge(method):
    spy = Spy()
    async with serving(spy) as port:
        await talk(port, f"{method} /no/such/{CANARY} HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n".encode())

    assert spy.seen[0][0].method == method


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (post(target="http://evil.example/v1"), "target_malformed"),
        (b"OPTIONS * HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n", "target_malformed"),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: p\r\n\r\n", "target_malformed"),
        (post(b"", "Upgrade: websocket", "Connection: upgrade"), "upgrade_not_supported"),
        (post(b"", "Expect: " + CANARY), "expectation_failed"),
        (post(b"", "Authorization: Bearer a", "Authorization: Bearer b"), "header_repeated"),
        (post(b"", "X-Meeting-Id: a", "x-meeting-id: b"), "header_repeated"),
        (post(b"", "Content-Type: a/b", "Content-Type: c/d"), "request_malformed"),
        (post(b"", *(f"X-{number}: {CANARY}" for number in range(200))), "head_too_large"),
        (post(b"", "Content-Encoding: br"), "content_encoding"),
        (post(b"", "Content-Encoding: gzip, gzip"), "content_encoding"),
        (post(b"plain", "Content-Encoding: gzip"), "body_malformed"),
        (post(gzip.compress(b"abc")[:-3], "Content-Encoding: gzip"), "body_malformed"),
        (post(bytes(5000)), "body_too_large"),
        (post(gzip.compress(bytes(5000)), "Content-Encoding: gzip"), "body_too_large"),
        (post(b"2\r\nab\r\n0\r\n\r\n", "Transfer-Encoding: identity, chunked", length=False), "framing_ambiguous"),
        (post(b"0\r\n\r\n", "Transfer-Encoding: chunked", version="1.0", length=False), "framing_ambiguous"),
    ],
)
async def test_what_cannot_be_read_without_doubt_is_refused_and_recorded(raw, reason):
    spy = Spy()
    async with serving(spy, body_bytes=4000) as port:
        reply = await talk(port, raw)

    assert spy.seen == []
    assert spy.reasons == [reason]
    assert CANARY.encode() not in reply
    assert CANARY not in str(spy.faults[0][0])


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + CANARY.encode(),
        CANARY.encode() + b"\r\n\r\n",
        f"GET /{CANARY} HTTP/9.9\r\nHost: p\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\nHost: p\r\n{CANARY} no colon\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\nHost: p\r\nX: a\r\n {CANARY}\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\nHost: p\r\nX{CANARY}\x00: a\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\nHost: p\r\nContent-Length: 1\r\nContent-Length: 2\r\nX: {CANARY}\r\n\r\nab".encode(),
        f"POST / HTTP/1.1\r\nHost: p\r\nContent-Length: -{CANARY}\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: {CANARY}\r\n\r\n".encode(),
        b"POST / HTTP/1.1\r\nHost: p\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
        + f"X: {CANARY}\r\n\r\n0\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\nHost: p\r\nX: {CANARY * 2000}\r\n\r\n".encode(),
        f"POST /{CANARY * 2000} HTTP/1.1\r\nHost: p\r\n\r\n".encode(),
        f"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{CANARY}".encode(),
        f"POST /{CANARY} HTTP/2.0\r\nHost: p\r\nContent-Length: 0\r\n\r\n".encode(),
        f"POST / HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n".encode(),
    ],
)
async def test_malformed_bytes_are_answered_and_recorded_and_show_nowhere(raw, capfd, caplog):
    """Neither logs nor answers repeat what was sent, even where our own logging is not in place."""
    spy = Spy()
    caplog.set_level(logging.DEBUG)
    async with serving(spy) as port:
        reply = await talk(port, raw)

    shown = capfd.readouterr()
    assert spy.seen == []
    assert len(spy.faults) == 1
    assert 400 <= spy.faults[0][0].status <= 505
    assert reply.startswith(b"HTTP/")
    for place in (shown.out, shown.err, caplog.text, reply.decode("latin-1"), str(spy.faults[0][0])):
        assert CANARY not in place


async def test_a_slow_head_is_cut_off():
    spy = Spy()
    async with serving(spy, header_seconds=0.2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /v1/x HTTP/1.1\r\nHost: p\r\nX-Slow: ")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            while True:
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.02)
                if reader.at_eof():
                    raise ConnectionResetError
        writer.close()

    assert spy.seen == []


async def test_a_silent_connection_is_cut_off():
    async with serving(Spy(), header_seconds=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        except ConnectionResetError:
            pass
        writer.close()


async def test_a_slow_second_head_on_one_connection_is_cut_off():
    spy = Spy()
    async with serving(spy, header_seconds=0.2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /v1/x HTTP/1.1\r\nHost: p\r\n\r\n")
        await reader.readuntil(b"0\r\n\r\n")
        writer.write(b"GET /v1/x HT")
        try:
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        except ConnectionResetError:
            pass
        writer.close()

    assert len(spy.seen) == 1


async def test_a_head_that_begins_during_the_request_before_has_a_deadline_too():
    go = asyncio.Event()

    async def hold(_inbound, sink):
        await go.wait()
        await sink.start(200, "text/plain")
        await sink.finish()

    spy = Spy(act=hold)
    async with serving(spy, header_seconds=0.2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /v1/x HTTP/1.1\r\nHost: p\r\n\r\n")
        await spy.changed.wait()
        writer.write(b"GET /v1/x HT")
        await writer.drain()
        await asyncio.sleep(0.05)
        go.set()
        try:
            assert b"200 OK" in await asyncio.wait_for(reader.read(), PATIENCE)
        except ConnectionResetError:
            pass
        writer.close()

    assert len(spy.seen) == 1


async def test_an_idle_connection_outlives_the_head_deadline():
    spy = Spy()
    async with serving(spy, header_seconds=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"POST /v1/x HTTP/1.1\r\nHost: p\r\nContent-Length: 2\r\n\r\nhi")
            assert b"did hi" in await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), PATIENCE)
            await asyncio.sleep(0.3)
        writer.close()

    assert len(spy.seen) == 2


async def test_a_slow_exchange_is_not_cut_off_by_the_head_deadline():
    async def slowly(_inbound, sink):
        await asyncio.sleep(0.4)
        await sink.start(200, "text/plain")
        await sink.write(b"done")
        await sink.finish()

    async with serving(Spy(act=slowly), header_seconds=0.1) as port:
        assert b"done" in await talk(port, post(b"x"))


async def test_a_slow_body_is_refused_and_recorded():
    spy = Spy()
    async with serving(spy, body_seconds=0.2) as port:
        reply = await talk(port, b"POST /v1/x HTTP/1.1\r\nHost: p\r\nContent-Length: 10\r\n\r\nabc")

    assert spy.reasons == ["body_too_slow"]
    assert reply.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_encoded_bodies_are_decoded(coding, encode):
    spy = Spy()
    async with serving(spy) as port:
        await talk(port, post(encode(b"hello"), f"Content-Encoding: {coding}"))

    assert spy.seen[0][0].body == b"hello"


async def test_a_bomb_is_refused():
    spy = Spy()
    async with serving(spy, body_bytes=1 << 30) as port:
        await talk(port, post(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip"))

    assert spy.reasons == ["body_too_large"]


async def test_chunked_bodies_are_put_together():
    spy = Spy()
    async with serving(spy) as port:
        await talk(port, post(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "Transfer-Encoding: chunked", length=False))

    assert spy.seen[0][0].body == b"abcde"


async def test_a_declared_size_above_the_limit_is_refused_before_it_is_sent():
    spy = Spy()
    async with serving(spy, body_bytes=10) as port:
        reply = await talk(
            port, b"POST /v1/x HTTP/1.1\r\nHost: p\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n"
        )

    assert spy.reasons == ["body_too_large"]
    assert reply.startswith(b"HTTP/1.1 413")


async def test_expect_is_answered_with_continue():
    async with serving(Spy()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /v1/x HTTP/1.1\r\nHost: p\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"hi")
        assert b"did hi" in await reader.readuntil(b"0\r\n\r\n")
        writer.close()


async def test_connections_serve_many_requests():
    spy = Spy()
    async with serving(spy) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(b"POST /v1/x HTTP/1.1\r\nHost: p\r\nContent-Length: 2\r\n\r\nhi")
            assert b"did hi" in await reader.readuntil(b"0\r\n\r\n")
        writer.close()

    assert len(spy.seen) == 3


async def test_more_requests_than_allowed_are_told_to_come_back():
    held = asyncio.Event()

    async def hold(_inbound, sink):
        await held.wait()
        await sink.start(200, "text/plain")
        await sink.finish()

    spy = Spy(act=hold)
    async with serving(spy, concurrent_requests=1) as port:
        first = asyncio.create_task(talk(port, post(b"1")))
        await spy.changed.wait()
        reply = await talk(port, post(b"2"))
        held.set()
        assert (await first).startswith(b"HTTP/1.1 200")

    assert spy.reasons == ["overloaded"]
    assert reply.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 1" in reply.lower()


async def test_pieces_reach_the_client_as_they_are_written():
    more = asyncio.Event()

    async def stream(_inbound, sink):
        await sink.start(200, "text/event-stream")
        await sink.write(b"first")
        await more.wait()
        await sink.write(b"second")
        await sink.finish()

    async with serving(Spy(act=stream)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(post(b""))
        await asyncio.wait_for(reader.readuntil(b"first\r\n"), PATIENCE)
        more.set()
        assert b"second" in await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()


async def test_an_aborted_reply_does_not_look_whole():
    async def break_off(_inbound, sink):
        await sink.start(200, "text/plain")
        await sink.write(b"half")
        await sink.abort()

    async with serving(Spy(act=break_off)) as port:
        assert b"0\r\n\r\n" not in await talk(port, post(b""))


async def test_an_error_in_the_exchange_ends_the_connection_without_text(capfd):
    async def fail(_inbound, _sink):
        raise RuntimeError(CANARY)

    async with serving(Spy(act=fail)) as port:
        assert CANARY.encode() not in await talk(port, post(b""))
    assert CANARY not in capfd.readouterr().err


async def test_a_gone_client_is_told_to_the_exchange_once():
    """The exchange may be recording its outcome when further cancellations come; they must not reach it."""
    spy, recorded = Spy(), asyncio.Event()

    async def wait(_inbound, _sink):
        try:
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0.1)
            recorded.set()

    spy.act = wait
    async with serving(spy, drain_seconds=0.01) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(post(b""))
        await spy.changed.wait()
        writer.transport.abort()
        await asyncio.sleep(0.03)
    assert recorded.is_set()


async def test_writing_to_a_gone_client_says_so():
    spy, told = Spy(), asyncio.Event()

    async def flood(_inbound, sink):
        await sink.start(200, "text/plain")
        try:
            while True:
                await sink.write(bytes(1 << 16))
        except (ClientGone, asyncio.CancelledError):
            told.set()
            raise

    spy.act = flood
    async with serving(spy) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(post(b""))
        await reader.readexactly(1000)
        writer.transport.abort()
        await asyncio.wait_for(told.wait(), PATIENCE)


async def test_a_client_that_reads_nothing_holds_the_exchange_back_and_is_cut_off():
    spy, told, written = Spy(), asyncio.Event(), [0]

    async def flood(_inbound, sink):
        await sink.start(200, "text/plain")
        try:
            while True:
                await sink.write(bytes(1 << 16))
                written[0] += 1 << 16
        except ClientGone:
            told.set()

    spy.act = flood
    async with serving(spy, body_seconds=0.3) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.transport.pause_reading()
        writer.write(post(b""))
        await asyncio.wait_for(told.wait(), PATIENCE)
        writer.transport.abort()
    assert written[0] < 64 << 20


async def test_stopping_waits_for_requests_under_way():
    spy, go = Spy(), asyncio.Event()

    async def hold(_inbound, sink):
        await go.wait()
        await sink.start(200, "text/plain")
        await sink.write(b"whole")
        await sink.finish()

    spy.act = hold
    async with serving(spy) as port:
        request = asyncio.create_task(talk(port, post(b"")))
        await spy.changed.wait()
        asyncio.get_running_loop().call_later(0.1, go.set)
    assert b"whole" in await request


async def test_stopping_cancels_what_does_not_end_and_waits_for_its_record():
    spy, recorded = Spy(), []

    async def hold(_inbound, _sink):
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            recorded.append(True)

    spy.act = hold
    async with serving(spy, drain_seconds=0.05) as port:
        request = asyncio.create_task(talk(port, post(b"")))
        await spy.changed.wait()
    assert recorded == [True]
    assert await request == b""


def test_the_lenient_parser_is_not_accepted(monkeypatch):
    monkeypatch.setattr(http_server.http_parser, "HttpRequestParser", http_server.http_parser.HttpRequestParserPy)

    with pytest.raises(OwnFault, match="http_parser_missing"):
        admission = Admission(Limits(), time.monotonic, several=False)
        ingress.build(lambda: nullcontext(Spy()), admission, Limits(), Metrics())
