"""Shipping to receivers that work, that refuse, and that fail: every record arrives, in order; no failure is silent."""

import asyncio
import shutil
import socket

import orjson
import pytest
from aiohttp import web
from edge.ledger_stand import segments
from edge.ship_stand import (
    HttpServer,
    SyslogServer,
    in_order,
    shipper,
    stored,
    write,
)
from harness.certificates import Authority

from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.ship.aside import Resolver
from proxy.edge.ship.cursors import beside, oldest_unshipped, read_cursor


def cursor(tmp_path, target="siem"):
    return read_cursor(beside(tmp_path / "ledger"), target)


def syslog(server, **more):
    fields = {"host": "127.0.0.1", "port": server.port, "protocol": "tcp", "batch_records": 7, **more}
    return {"name": "siem", "syslog": fields}


def http(server, kind="http", **more):
    where = {"url": f"{server.url}/in"} if kind == "http" else {"endpoint": server.url}
    return {"name": "siem", kind: {**where, "batch_records": 7, **more}}


async def drained(made):
    try:
        return await made.drain()
    finally:
        await made.close()


async def served(server, target, tmp_path, credential=None):
    await server.start()
    try:
        return await drained(shipper(tmp_path, target, credential))
    finally:
        await server.kill()


async def test_syslog_over_tcp_brings_every_record_once_and_in_order(tmp_path):
    count = await write(tmp_path, 20)
    server = SyslogServer()
    assert await served(server, syslog(server), tmp_path) is None

    assert server.sequences == list(range(count))
    assert [message.partition(b"] {")[2].join((b"{", b"")) for message in server.messages] == stored(tmp_path)
    assert (cursor(tmp_path).sequence, cursor(tmp_path).reason) == (count - 1, None)
    assert oldest_unshipped(tmp_path / "ledger") == (count, "siem")


async def test_syslog_over_tls_is_taken_from_a_trusted_server_only(tmp_path):
    count = await write(tmp_path, 5)
    authority = Authority(tmp_path / "certificates")
    ca_file, context = authority.file, authority.server_context()
    server = SyslogServer(context)
    await server.start()
    trusting = syslog(server, protocol="tls", ca_file=str(ca_file))

    assert await drained(shipper(tmp_path, syslog(server, protocol="tls"))) == "certificate_not_trusted"
    trusting_other_name = syslog(server, protocol="tls", ca_file=str(ca_file), host="localhost")
    assert await drained(shipper(tmp_path, trusting_other_name)) == "certificate_not_trusted"
    assert server.messages == []
    assert await drained(shipper(tmp_path, trusting)) is None
    await server.kill()

    assert server.sequences == list(range(count))
    assert cursor(tmp_path).failures == {"certificate_not_trusted": 2}


async def test_udp_sends_each_record_as_a_datagram(tmp_path):
    count = await write(tmp_path, 3)
    got = []

    class Datagrams(asyncio.DatagramProtocol):
        def datagram_received(self, data, address):
            got.append(data)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Datagrams, ("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    target = {"name": "siem", "syslog": {"host": "127.0.0.1", "port": port, "protocol": "udp"}}
    assert await drained(shipper(tmp_path, target)) is None
    while len(got) < count:
        await asyncio.sleep(0)
    transport.close()

    assert [each[:5] for each in got] == [b"<110>"] * count


async def test_a_syslog_server_that_ends_before_it_has_read_everything_gets_it_again(tmp_path):
    count = await write(tmp_path, 20)
    server = SyslogServer()
    await server.start()
    made = shipper(tmp_path, syslog(server, batch_records=500))

    def after_ten():
        if len(server.messages) == 10:
            server.on_message = lambda: None
            asyncio.get_running_loop().create_task(server.kill())

    server.on_message = after_ten
    assert await made.drain() == "connection_lost"
    assert cursor(tmp_path).sequence == -1
    await server.start()
    assert await made.drain() is None
    await made.close()
    await server.kill()

    assert in_order(server.sequences) == list(range(count))


@pytest.mark.parametrize("format_", ["ndjson", "json_array", "splunk_hec", "elastic_bulk"])
@pytest.mark.parametrize("gzip", [False, True])
async def test_http_brings_every_record(tmp_path, format_, gzip):
    count = await write(tmp_path, 10)
    server = HttpServer()
    if format_ == "elastic_bulk":
        server.answer = lambda body: web.json_response(
            {"errors": False, "items": [{"create": {"status": 201}}] * (body.count(b"\n") // 2)}
        )
    target = http(server, format=format_, gzip=gzip, headers={"X-Scope-OrgID": "fjord"})
    assert await served(server, target, tmp_path, AuthHeader("Authorization", "Splunk s3cret")) is None

    assert list(dict.fromkeys(sequences(server.bodies, format_))) == list(range(count))
    method, path, headers = server.heads[0]
    assert (method, path, headers["Authorization"]) == ("POST", "/in", "Splunk s3cret")
    assert headers["X-Scope-OrgID"] == "fjord"
    assert headers.get("Content-Encoding") == ("gzip" if gzip else None)


def sequences(bodies, format_="ndjson"):
    for body in bodies:
        if format_ == "json_array":
            found = orjson.loads(body)
        else:
            found = [orjson.loads(line) for line in body.splitlines()]
            found = found[1::2] if format_ == "elastic_bulk" else found
            found = [each["event"] for each in found] if format_ == "splunk_hec" else found
        yield from (each["metadata"]["sequence"] for each in found)


async def test_https_is_taken_from_a_trusted_server_only(tmp_path):
    count = await write(tmp_path, 3)
    authority = Authority(tmp_path / "certificates")
    ca_file, context = authority.file, authority.server_context()
    server = HttpServer(context)
    await server.start()
    assert await drained(shipper(tmp_path, http(server))) == "certificate_not_trusted"
    assert await drained(shipper(tmp_path, http(server, ca_file=str(ca_file)))) is None
    await server.kill()

    assert list(sequences(server.bodies)) == list(range(count))


async def test_an_otlp_collector_gets_every_record(tmp_path):
    from google.protobuf.json_format import Parse
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    await write(tmp_path, 10)
    server = HttpServer()
    server.answer = lambda body: web.json_response({"partialSuccess": {}})
    assert await served(server, http(server, "otlp", gzip=True), tmp_path) is None

    requests = [Parse(body, ExportLogsServiceRequest()) for body in server.bodies]
    logs = [log for request in requests for log in request.resource_logs[0].scope_logs[0].log_records]
    assert [log.body.string_value.encode() for log in logs] == stored(tmp_path)
    assert {path for _, path, _ in server.heads} == {"/v1/logs"}


async def test_rejected_log_records_stop_the_target_and_are_not_left_out(tmp_path):
    await write(tmp_path, 2)
    server = HttpServer()
    server.answer = lambda body: web.json_response({"partialSuccess": {"rejectedLogRecords": "1"}})
    assert await served(server, http(server, "otlp"), tmp_path) == "otlp_records_rejected"

    assert (cursor(tmp_path).sequence, cursor(tmp_path).stopped) == (-1, True)


async def test_a_batch_that_is_too_large_is_halved_until_it_fits(tmp_path):
    count = await write(tmp_path, 20)
    server = HttpServer()
    server.answer = lambda body: web.Response(status=413 if body.count(b"\n") > 3 else 200)
    assert await served(server, http(server, batch_records=500), tmp_path) is None

    assert list(sequences(server.bodies)) == list(range(count))


async def test_a_record_that_is_too_large_by_itself_stops_the_target(tmp_path):
    count = await write(tmp_path, 3)
    server = HttpServer()
    server.answer = lambda body: web.Response(status=413 if b'"sequence":4' in body else 200)
    assert await served(server, http(server), tmp_path) == "record_too_large"

    assert list(sequences(server.bodies)) == [0, 1, 2, 3]
    assert (cursor(tmp_path).sequence, cursor(tmp_path).reason, cursor(tmp_path).stopped) == (
        3,
        "record_too_large",
        True,
    )
    assert oldest_unshipped(tmp_path / "ledger") == (4, "siem")
    server.answer = lambda body: web.Response()
    assert await served(server, http(server), tmp_path) is None
    assert list(sequences(server.bodies)) == list(range(count))
    assert cursor(tmp_path).reason is None


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404])
async def test_a_refusal_stops_the_target_and_leaves_out_nothing(tmp_path, status):
    count = await write(tmp_path, 3)
    server = HttpServer()
    server.answer = lambda body: web.Response(status=status, headers={"location": f"{server.url}/elsewhere"})
    assert await served(server, http(server), tmp_path) == f"http_{status}"
    assert (cursor(tmp_path).stopped, cursor(tmp_path).failures) == (True, {f"http_{status}": 1})
    assert {path for _, path, _ in server.heads} == {"/in"}

    server.answer = lambda body: web.Response()
    assert await served(server, http(server), tmp_path) is None
    assert list(sequences(server.bodies)) == list(range(count))


async def test_retry_after_is_waited_for_and_waits_grow(tmp_path):
    await write(tmp_path, 1)
    server = HttpServer()
    await server.start()
    made = shipper(tmp_path, http(server), first_retry=1, longest_retry=60)
    server.answer = lambda body: web.Response(status=429, headers={"retry-after": "900"})
    assert await made.step() == 900
    server.answer = lambda body: web.Response(status=503)
    waits = [await made.step() for _ in range(9)]
    await server.kill()
    assert made.reason == "http_503"
    assert await made.step() <= 60
    assert made.reason == "unreachable"
    await made.close()

    assert all(2**n <= wait <= 2 ** (n + 1) for n, wait in enumerate(waits[:4]))
    assert all(30 <= wait <= 60 for wait in waits[6:])
    assert cursor(tmp_path).failures == {"http_429": 1, "http_503": 9, "unreachable": 1}


async def test_no_record_is_shipped_that_the_checkpoint_does_not_vouch_for(tmp_path):
    count = await write(tmp_path, 3)
    checkpoint = (tmp_path / "ledger" / "checkpoint").read_bytes()
    more = await write(tmp_path, 3, first=3)
    kept = (tmp_path / "ledger" / "checkpoint").read_bytes()
    (tmp_path / "ledger" / "checkpoint").write_bytes(checkpoint)
    server = HttpServer()
    assert await served(server, http(server), tmp_path) is None
    assert list(sequences(server.bodies)) == list(range(count))

    (tmp_path / "ledger" / "checkpoint").write_bytes(kept)
    assert await served(server, http(server), tmp_path) is None
    assert list(sequences(server.bodies)) == list(range(more))


async def test_records_that_were_pruned_before_they_were_shipped_are_a_gap(tmp_path):
    await write(tmp_path, 2)
    server = HttpServer()
    assert await served(server, http(server), tmp_path) is None
    reached = cursor(tmp_path).sequence
    count = await write(tmp_path, 60, first=2)
    first, second, third, *_ = segments(tmp_path)
    first.unlink()
    second.unlink()
    oldest = int(third.name[:20])
    assert await served(server, http(server), tmp_path) is None

    gap = cursor(tmp_path).gaps[0]
    assert (gap.first, gap.last, gap.reason) == (reached + 1, oldest - 1, "pruned")
    assert cursor(tmp_path).gap_records == oldest - reached - 1
    assert list(sequences(server.bodies)) == [*range(reached + 1), *range(oldest, count)]


async def test_records_that_were_pruned_before_the_target_existed_are_no_gap(tmp_path):
    count = await write(tmp_path, 60)
    segments(tmp_path)[0].unlink()
    oldest = int(segments(tmp_path)[0].name[:20])
    server = HttpServer()
    assert await served(server, http(server), tmp_path) is None

    assert list(sequences(server.bodies)) == list(range(oldest, count))
    assert cursor(tmp_path).gap_records == 0


async def test_a_line_that_cannot_be_read_is_a_gap_and_hides_nothing_else(tmp_path):
    count = await write(tmp_path, 5)
    segment = segments(tmp_path)[0]
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join([*lines[:3], b"?" * 50 + b"\n", *lines[4:]]))
    server = HttpServer()
    assert await served(server, http(server), tmp_path) is None

    assert list(sequences(server.bodies)) == [n for n in range(count) if n != 3]
    assert [(gap.first, gap.last, gap.reason) for gap in cursor(tmp_path).gaps] == [(3, 3, "missing")]


async def test_records_that_the_checkpoint_names_and_that_are_not_there_are_told(tmp_path):
    count = await write(tmp_path, 5)
    segment = segments(tmp_path)[-1]
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:-2]))
    server = HttpServer()
    assert await served(server, http(server), tmp_path) == "records_missing"
    assert list(sequences(server.bodies)) == list(range(count - 2))
    assert (cursor(tmp_path).reason, cursor(tmp_path).stopped) == ("records_missing", False)

    segment.write_bytes(b"".join(lines))
    assert await served(server, http(server), tmp_path) is None
    assert list(sequences(server.bodies)) == list(range(count))


async def test_names_are_looked_up_aside_and_told_if_unknown(tmp_path, monkeypatch):
    await write(tmp_path, 1)
    found = await Resolver().resolve("localhost", 80)
    assert "127.0.0.1" in {each["host"] for each in found}

    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "told to fail")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for target in (
        {"name": "siem", "http": {"url": "http://siem.example/"}},
        {"name": "siem", "syslog": {"host": "siem.example", "protocol": "tcp"}},
    ):
        assert await drained(shipper(tmp_path, target)) == "name_unknown"


async def test_another_log_in_the_same_place_is_not_shipped_as_if_it_went_on(tmp_path):
    await write(tmp_path, 5)
    server = HttpServer()
    assert await served(server, http(server), tmp_path) is None
    shutil.rmtree(tmp_path / "ledger")
    await write(tmp_path, 1)
    assert await served(server, http(server), tmp_path) == "cursor_ahead_of_ledger"
    await write(tmp_path, 9, first=1)
    assert await served(server, http(server), tmp_path) == "cursor_of_another_log"

    assert cursor(tmp_path).stopped
    (beside(tmp_path / "ledger") / "siem.cursor").unlink()
    server.bodies.clear()
    assert await served(server, http(server), tmp_path) is None
    assert list(sequences(server.bodies)) == list(range(len(stored(tmp_path))))


@pytest.mark.parametrize("content", [b"", b"{", b'{"sequence":"x"}'])
async def test_a_cursor_that_cannot_be_read_ships_nothing(tmp_path, content):
    await write(tmp_path, 1)
    beside(tmp_path / "ledger").mkdir()
    (beside(tmp_path / "ledger") / "siem.cursor").write_bytes(content)
    server = HttpServer()
    assert await served(server, http(server), tmp_path) == "ship_cursor_unreadable"
    assert server.bodies == []


async def test_a_ledger_that_cannot_be_read_is_waited_for(tmp_path):
    server = HttpServer()
    await server.start()
    made = shipper(tmp_path, http(server))
    await made.step()
    assert made.reason == "ledger_unreadable"
    count = await write(tmp_path, 2)
    assert await made.drain() is None
    await made.close()
    await server.kill()
    assert list(sequences(server.bodies)) == list(range(count))


async def test_certificates_that_are_none_are_told_at_the_start(tmp_path):
    (tmp_path / "not.pem").write_text("no certificate")
    target = {"name": "siem", "http": {"url": "https://127.0.0.1/", "ca_file": str(tmp_path / "not.pem")}}
    with pytest.raises(ConfigProblem, match=r"ledger\.ship\[siem\]\.ca_file"):
        shipper(tmp_path, target)
