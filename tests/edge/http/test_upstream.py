"""Sending to a recipient that records raw bytes and breaks the protocol in every way."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from contextlib import asynccontextmanager

import pytest
from harness.certificates import Authority
from harness.patience import PATIENCE

from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.http.upstream import HttpUpstream
from proxy.errors import OwnFault, UpstreamFault
from proxy.model import Outbound
from proxy.settings import Limits, Recipient, Terms
from tests.harness.recorder import Recorder, http

SECRET = "sk-canary-7319"
BODY = b'{"text": "PERSON_1"}'


class OncePermit:
    """A permit as the ledger gives it out, for `BODY`."""

    def __init__(self, body: bytes = BODY) -> None:
        self.body = body
        self.redeemed = 0

    def redeem(self, body: bytes) -> None:
        if body != self.body or self.redeemed:
            raise OwnFault("permit_invalid")
        self.redeemed += 1


def recipient(base_url: str, **changes) -> Recipient:
    timing = {"connect_seconds": 5, "idle_seconds": 5, "total_seconds": 10}
    return Recipient(base_url=base_url, terms=Terms(version="1"), **timing | changes)


def outbound(base_url: str, body: bytes = BODY, path: str = "/chat/completions") -> Outbound:
    headers = (
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("user-agent", "meeting-privacy-proxy"),
    )
    return Outbound("acme", "POST", base_url + path, headers, body)


@asynccontextmanager
async def upstream_to(base_url: str, reply_bytes: int = 1 << 20, **changes):
    upstream = HttpUpstream(
        {"acme": recipient(base_url, **changes)},
        {"acme": AuthHeader("Authorization", f"Bearer {SECRET}")},
        Limits(reply_bytes=reply_bytes),
    )
    try:
        yield upstream
    finally:
        await upstream.close()


def raw(*pieces: bytes, close: bool = True):
    """A recipient that writes these bytes, whatever it was asked."""

    async def reply(_received, writer):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if close:
            writer.close()

    return reply


async def exchange(base_url: str, **options) -> tuple[int, dict[str, str], bytes]:
    async with upstream_to(base_url, **options) as upstream, upstream.send(OncePermit(), outbound(base_url)) as reply:
        return reply.head.status, dict(reply.head.headers), b"".join([chunk async for chunk in reply.chunks()])


async def fault_of(reply, **options) -> UpstreamFault:
    with Recorder(reply) as recorder:
        with pytest.raises(UpstreamFault) as caught:
            await exchange(recorder.base_url, **options)
        assert "canary" not in f"{caught.value} {caught.value.__cause__}"
        return caught.value


async def test_sends_exactly_the_prepared_request_and_the_credential():
    with Recorder(raw(http(b'{"ok": 1}'))) as recorder:
        reply = await exchange(recorder.base_url)

    assert reply == (200, {"content-type": "application/json"}, b'{"ok": 1}')
    (received,) = recorder.received
    lines = received.head.decode().split("\r\n")
    assert lines[0] == "POST /v1/chat/completions HTTP/1.1"
    assert received.body == BODY
    assert sorted(line.lower() for line in lines[1:] if line) == [
        "accept-encoding: identity",
        "accept: application/json",
        f"authorization: bearer {SECRET}",
        f"content-length: {len(BODY)}",
        "content-type: application/json",
        f"host: 127.0.0.1:{recorder.port}",
        "user-agent: meeting-privacy-proxy",
    ]


async def test_large_bodies_go_out_whole():
    body = bytes(range(256)) * 20_000
    with Recorder(raw(http(b"ok"))) as recorder:
        async with (
            upstream_to(recorder.base_url) as upstream,
            upstream.send(OncePermit(body), outbound(recorder.base_url, body)) as reply,
        ):
            assert [chunk async for chunk in reply.chunks()] == [b"ok"]

    assert recorder.received[0].body == body


async def test_nothing_is_sent_without_a_permit_for_these_bytes():
    with Recorder(raw(http(b"ok"))) as recorder:
        async with upstream_to(recorder.base_url) as upstream:
            permit = OncePermit(b"other bytes")
            with pytest.raises(OwnFault, match="permit_invalid"):
                async with upstream.send(permit, outbound(recorder.base_url)):
                    pass
            permit = OncePermit()
            async with upstream.send(permit, outbound(recorder.base_url)):
                pass
            with pytest.raises(OwnFault, match="permit_invalid"):
                async with upstream.send(permit, outbound(recorder.base_url)):
                    pass

    assert recorder.connections == 1


@pytest.mark.parametrize(
    "url",
    ["http://other.example/v1/x", "{origin}/v2/x", "{origin}/v1evil", "{origin}.evil/v1/x", "file:///etc/passwd"],
)
async def test_only_addresses_below_the_base_url_are_contacted(url):
    with Recorder(raw(http(b"ok"))) as recorder:
        async with upstream_to(recorder.base_url) as upstream:
            permit = OncePermit()
            address = url.format(origin=recorder.base_url.removesuffix("/v1"))
            with pytest.raises(OwnFault, match="destination_not_configured"):
                async with upstream.send(permit, outbound(address, path="")):
                    pass
            with pytest.raises(OwnFault, match="destination_not_configured"):
                async with upstream.send(permit, Outbound("nobody", "POST", recorder.base_url, (), BODY)):
                    pass

    assert permit.redeemed == 0
    assert recorder.connections == 0


async def test_only_listed_reply_headers_are_read_and_cookies_are_not_kept():
    reply = (
        b"HTTP/1.1 429 Slow\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 3\r\nSet-Cookie: id=1\r\n"
        b"X-Request-Id: 77\r\nServer: x\r\nContent-Length: 2\r\n\r\nno"
    )
    with Recorder(raw(reply, close=False)) as recorder:
        async with upstream_to(recorder.base_url) as upstream:
            for _ in range(2):
                async with upstream.send(OncePermit(), outbound(recorder.base_url)) as answer:
                    assert answer.head.headers == {"content-type": "text/plain; charset=utf-8", "retry-after": "3"}
                    assert [chunk async for chunk in answer.chunks()] == [b"no"]

    assert recorder.connections == 1
    assert b"cookie" not in recorder.wire.lower()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status):
    with Recorder() as elsewhere:
        reply = raw(f"HTTP/1.1 {status} X\r\nLocation: {elsewhere.base_url}\r\nContent-Length: 0\r\n\r\n".encode())
        assert (await fault_of(reply)).reason == "upstream_redirect"

    assert elsewhere.connections == 0


async def test_proxies_of_the_environment_are_ignored(monkeypatch):
    with Recorder() as elsewhere, Recorder(raw(http(b"ok"))) as recorder:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, elsewhere.base_url)
        assert (await exchange(recorder.base_url))[2] == b"ok"

    assert elsewhere.connections == 0


async def test_only_the_recipients_name_is_looked_up(monkeypatch):
    asked = []

    async def look_up(host, *_args, **_options):
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "canary")

    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", lambda _loop, *a, **k: look_up(*a, **k))
    with pytest.raises(UpstreamFault) as caught:
        await exchange("http://llm.example/v1")

    assert caught.value.reason == "upstream_unreachable"
    assert set(asked) == {"llm.example"}


async def test_no_listener_is_unreachable():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(UpstreamFault) as caught:
            await exchange(f"http://127.0.0.1:{bound.getsockname()[1]}/v1")

    assert (caught.value.reason, caught.value.status) == ("upstream_unreachable", 502)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


async def reset(_received, writer):
    writer.write(HEAD + b"Content-Length: 100\r\n\r\nhalf")
    await writer.drain()
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    writer.transport.abort()


async def reset_at_once(_received, writer):
    writer.transport.abort()


async def stall(_received, writer):
    await asyncio.sleep(60)


async def stall_midway(_received, writer):
    writer.write(HEAD + b"Content-Length: 100\r\n\r\nhalf")
    await writer.drain()
    await asyncio.sleep(60)


async def drip(_received, writer):
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(_received, writer):
    writer.write(HEAD + b"\r\n")
    while True:
        writer.write(bytes(1 << 16))
        await writer.drain()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (reset, "upstream_broken"),
        (reset_at_once, "upstream_broken"),
        (raw(b""), "upstream_broken"),
        (raw(b"canary garbage\r\n\r\n"), "upstream_broken"),
        (raw(bytes(range(256)) * 10), "upstream_broken"),
        (raw(b"HTTP/1.1 200 OK\r\nBad Header canary\r\n\r\n"), "upstream_broken"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"), "upstream_broken"),
        (raw(b"HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n"), "upstream_broken"),
        (raw(b"HTTP/1.1 999 High\r\nContent-Length: 0\r\n\r\n"), "upstream_broken"),
        (raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), "upstream_broken"),
        (raw(HEAD + b"Content-Length: 10\r\n\r\nshort"), "upstream_broken"),
        (raw(HEAD + b"Content-Length: canary\r\n\r\nshort"), "upstream_broken"),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), "upstream_broken"),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\ncanary\r\nhello\r\n0\r\n\r\n"), "upstream_broken"),
        (raw(HEAD + b"Content-Encoding: gzip\r\n\r\nno gzip canary"), "upstream_broken"),
        (raw(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"body")[:-4]), "upstream_broken"),
        (raw(HEAD + b"Content-Encoding: br\r\n\r\nx"), "upstream_encoding"),
        (raw(HEAD + b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\nx"), "upstream_encoding"),
        (raw(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(9_000_000))), "upstream_too_large"),
        (endless, "upstream_too_large"),
    ],
)
async def test_broken_replies_are_faults_of_the_recipient(reply, reason):
    fault = await fault_of(reply)

    assert (fault.reason, fault.status) == (reason, 502)


@pytest.mark.parametrize(
    ("reply", "limits"),
    [(stall, {"idle_seconds": 0.2}), (stall_midway, {"idle_seconds": 0.2}), (drip, {"total_seconds": 0.4})],
)
async def test_slow_replies_time_out(reply, limits):
    fault = await fault_of(reply, **limits)

    assert (fault.reason, fault.status) == ("upstream_timeout", 504)


@pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_encoded_replies_are_decoded_though_none_was_asked_for(coding, encode):
    body = b"some text " * 1000
    reply = raw(HEAD + f"Content-Encoding: {coding}\r\n\r\n".encode() + encode(body))
    with Recorder(reply) as recorder:
        assert (await exchange(recorder.base_url))[2] == body


async def test_pieces_arrive_as_they_are_sent():
    more = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def stream(_received, writer):
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        await writer.drain()
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(more.wait(), loop))
        writer.write(b"6\r\nsecond\r\n0\r\n\r\n")

    with Recorder(stream) as recorder:
        async with (
            upstream_to(recorder.base_url) as upstream,
            upstream.send(OncePermit(), outbound(recorder.base_url)) as reply,
        ):
            chunks = reply.chunks()
            assert await anext(chunks) == b"first"
            more.set()
            assert [chunk async for chunk in chunks] == [b"second"]


async def test_leaving_early_ends_the_connection_and_passes_on_what_was_raised():
    left = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def flood(_received, writer):
        writer.write(HEAD + b"\r\n")
        try:
            while True:
                writer.write(bytes(1 << 16))
                await writer.drain()
        finally:
            loop.call_soon_threadsafe(left.set)

    with Recorder(flood) as recorder:
        async with upstream_to(recorder.base_url, 1 << 30) as upstream:
            with pytest.raises(KeyError):
                async with upstream.send(OncePermit(), outbound(recorder.base_url)) as reply:
                    await anext(reply.chunks())
                    raise KeyError
            await asyncio.wait_for(left.wait(), PATIENCE)


async def test_a_request_is_never_sent_twice():
    """A connection that the recipient closes while idle is not taken for a reason to repeat a request."""
    with Recorder(raw(http(b"ok"), close=False)) as recorder:
        async with upstream_to(recorder.base_url) as upstream:
            async with upstream.send(OncePermit(), outbound(recorder.base_url)) as reply:
                assert [chunk async for chunk in reply.chunks()] == [b"ok"]
            recorder.reply = reset_at_once
            with pytest.raises(UpstreamFault):
                async with upstream.send(OncePermit(), outbound(recorder.base_url)):
                    pass

    assert len(recorder.received) == 2


@asynccontextmanager
async def tls_recipient(directory, host: str = "127.0.0.1"):
    authority = Authority(directory / "certificates")
    context = authority.server_context(host)

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http(b"ok"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", authority.file
    finally:
        server.close()


async def test_a_recipients_own_authority_is_trusted(tmp_path):
    async with tls_recipient(tmp_path) as (base_url, cert):
        assert (await exchange(base_url, ca_file=str(cert)))[2] == b"ok"


async def test_certificates_and_host_names_are_verified(tmp_path):
    async with tls_recipient(tmp_path) as (base_url, _):
        with pytest.raises(UpstreamFault, match="upstream_unreachable"):
            await exchange(base_url)
    async with tls_recipient(tmp_path, "127.0.0.9") as (base_url, cert):
        with pytest.raises(UpstreamFault, match="upstream_unreachable"):
            await exchange(base_url, ca_file=str(cert))


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_ca_file_without_certificates_is_a_problem_at_start(tmp_path, content):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ConfigProblem, match=r"recipients\.acme\.ca_file"):
        HttpUpstream({"acme": recipient("https://x", ca_file=str(file))}, {}, Limits())
