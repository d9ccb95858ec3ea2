"""A syslog server that ends before it was told that the batch is complete has not said that it has the batch."""

import contextlib
import socket
import ssl
import threading

import pytest
from edge.ship_stand import HttpServer, shipper, write
from harness.certificates import Authority

from proxy.edge.ship.cursors import beside, read_cursor
from proxy.edge.ship.senders import check_still_open


@contextlib.contextmanager
def connected():
    """The two ends of a TCP connection: the sender's, and the server's."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname(), 30) as sender,
        listening.accept()[0] as server,
    ):
        yield sender, server


@pytest.mark.parametrize("said", [b"", b"220 hello\r\n"])
def test_an_end_over_tcp_before_ones_own_is_no_answer(said):
    with connected() as (sender, server):
        sender.sendall(b"5 hello")
        check_still_open(sender)
        assert sender.gettimeout() == 30
        server.sendall(said)
        server.shutdown(socket.SHUT_WR)
        with pytest.raises(ConnectionResetError):
            check_still_open(sender)


@pytest.mark.parametrize("goodbye", [True, False])
def test_an_end_over_tls_before_ones_own_is_no_answer(tmp_path, goodbye):
    authority = Authority(tmp_path / "certificates")
    ca_file, context = authority.file, authority.server_context()
    trusting = ssl.create_default_context(cafile=str(ca_file))
    with connected() as (sender, server):
        server.settimeout(30)
        ends = []
        waiting = threading.Thread(target=lambda: ends.append(context.wrap_socket(server, server_side=True)))
        waiting.start()
        with trusting.wrap_socket(sender, server_hostname="127.0.0.1") as secure:
            waiting.join()
            secure.sendall(b"5 hello")
            check_still_open(secure)
            with ends[0] as other:
                other.settimeout(0)
                if goodbye:
                    with contextlib.suppress(OSError):
                        other.unwrap()
                else:
                    other.shutdown(socket.SHUT_WR)
                with pytest.raises(ConnectionResetError):
                    check_still_open(secure)


async def test_a_page_that_is_no_answer_of_a_collector_has_taken_nothing(tmp_path):
    from aiohttp import web

    await write(tmp_path, 2)
    server = HttpServer()
    server.answer = lambda body: web.Response(text="<html>sign in</html>", content_type="text/html")
    await server.start()
    made = shipper(tmp_path, {"name": "siem", "otlp": {"endpoint": server.url}})
    try:
        assert await made.drain() == "otlp_answer_invalid"
    finally:
        await made.close()
        await server.kill()
    assert read_cursor(beside(tmp_path / "ledger"), "siem").sequence == -1
