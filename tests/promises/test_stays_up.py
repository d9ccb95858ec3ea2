"""The proxy stays up: whoever has no key, or too many requests, takes nobody else's service.

All is driven over sockets of a real proxy. Nothing is timed: a request that others starve gets another answer than 200.
"""

from __future__ import annotations

import hashlib
import json
import select
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from harness import proc
from harness.patience import PATIENCE
from harness.process import KEY, Proxy, Response, fetch, settings
from harness.recorder import Recorder

LINE = "Annika Solberg: Good morning.\n"
OTHER, LIMITED, ONE, FEW = "another-client-key", "a-limited-key", "a-key-for-one", "a-key-for-few-words"


def client(name: str, key: str, **limits: int) -> dict[str, object]:
    return {"name": name, "key_sha256": hashlib.sha256(key.encode()).hexdigest(), "routes": ["summary"], **limits}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy with few places, so that a few dozen sockets do what thousands do elsewhere; two clients may use it."""
    directory: Path = tmp_path_factory.mktemp("small")
    with Recorder() as recorder:
        document = settings(directory, recorder.base_url)
        document.pop("server", None)  # so few places are counted in one process: several have a share of them each
        document["limits"] = {
            "concurrent_requests": 8, "reading_requests": 8, "buffered_bytes": 4 << 20, "body_bytes": 2 << 20,
            "body_seconds": PATIENCE, "header_seconds": PATIENCE, "connections": 64, "turn_seconds": PATIENCE,
        }  # fmt: skip
        document["clients"] += [client("other", OTHER), client("limited", LIMITED, requests_per_minute=3)]
        document["clients"] += [client("one", ONE, concurrent_requests=1), client("few", FEW, words_per_day=5)]
        proxy = Proxy(directory, document)
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.start()
        yield proxy
        proxy.stop()


def head(key: str | None, length: int, path: str = "/m/m1/v1/chat/completions", chunked: bool = False) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: proxy", "Content-Type: application/json"]
    lines += [f"Authorization: Bearer {key}"] if key else []
    lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


@contextmanager
def holding(proxy: Proxy, sent: Sequence[bytes]) -> Iterator[list[socket.socket]]:
    """Connections that have sent so much, and now send nothing."""
    with ExitStack() as open_ones:
        sockets = []
        for piece in sent:
            port = proxy.document["listen"]["port"]
            each = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            each.sendall(piece)
            sockets.append(each)
        yield sockets


def answer(each: socket.socket) -> tuple[int, dict[str, str]]:
    """The status and headers of what comes back on a connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = each.recv(65536)
        assert piece, received
        received += piece
    first, *rest = received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return int(first.split()[1]), {
        name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)
    }


def answered(sockets: Sequence[socket.socket], fewest: int) -> list[tuple[int, dict[str, str]]]:
    """What comes back on those connections that are answered, once these are so many."""
    deadline, ready = time.monotonic() + PATIENCE, []
    while len(ready) < fewest and time.monotonic() < deadline:
        ready, _, _ = select.select(sockets, [], [], 0.05)
    return [answer(each) for each in ready]


@pytest.mark.parametrize("key", [None, "wrong", "a" * 4000])
@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_without_a_key_hold_no_place(small: Proxy, key: str | None, chunked: bool) -> None:
    """Whoever has no key is refused by the head alone: not one byte of a body is waited for."""
    waiting = [head(key, 1 << 20, chunked=chunked)] * 40
    with holding(small, waiting) as sockets:
        assert small.chat(LINE).status == 200
        assert {answer(each)[0] for each in sockets} == {401}


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/v1/nothing", 1 << 20, 404),
        ("/m/m1/v1/chat/completions", 3 << 20, 413),
        ("/compose/v1/chat/completions", 9, 403),
    ],
)
def test_what_the_head_forbids_is_refused_before_the_body(small: Proxy, path: str, length: int, status: int) -> None:
    with holding(small, [head(OTHER, length, path)]) as (one,):
        assert answer(one)[0] == status


def test_one_clients_unfinished_bodies_leave_room_for_another(small: Proxy) -> None:
    """A client that begins many bodies gets 503 for those beyond its share; the other client is served."""
    with holding(small, [head(OTHER, 1 << 20) + b"{"] * 20) as sockets:
        assert small.chat(LINE).status == 200
        refused = [answer(each) for each in sockets[8:]]
        assert {status for status, _ in refused} == {503}
        assert all("retry-after" in headers for _, headers in refused)


def test_bodies_together_are_bounded(small: Proxy) -> None:
    """Bodies that are being received may hold so many bytes in all; who passes the bound is told to come back."""
    megabyte = b"{" + b" " * ((1 << 20) + (1 << 19))
    with holding(small, [head(OTHER, 2 << 20) + megabyte] * 5) as sockets:
        assert {status for status, _ in answered(sockets, 1)} == {503}
        assert small.chat(LINE).status == 200


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc, which Linux alone has")
def test_what_unfinished_bodies_took_is_given_back(tmp_path: Path) -> None:
    """Forty clients send 8 MB each and go away, three times; in a pause the process becomes as small as before."""
    with Recorder() as recorder:
        document = settings(tmp_path, recorder.base_url)
        document["limits"] = {"body_seconds": PATIENCE, "header_seconds": PATIENCE}
        proxy = Proxy(tmp_path, document)
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.start()
        assert proxy.chat(LINE).status == 200
        before = proc.status(proxy.process.pid, "VmRSS")
        for _ in range(3):
            with holding(proxy, [head(KEY, 8_388_000)] * 40) as sockets, ThreadPoolExecutor(len(sockets)) as senders:
                list(senders.map(_send_most, sockets))
        deadline = time.monotonic() + PATIENCE
        while (now := proc.status(proxy.process.pid, "VmRSS")) > before + (32 << 10):
            assert time.monotonic() < deadline, f"{before} KiB before, {now} KiB after"
            time.sleep(0.1)
        assert proxy.chat(LINE).status == 200
        proxy.stop()


def _send_most(connection: socket.socket) -> None:
    """All but the end of a body of 8 MB, or as much as is taken."""
    with suppress(OSError):
        for _ in range(80):
            connection.sendall(b" " * 100_000)


def test_connections_that_say_nothing_make_room(small: Proxy) -> None:
    """At the most connections, the one that has waited longest without a request is closed, and a new one served."""
    with holding(small, [b""] * 200):
        assert small.chat(LINE).status == 200
    with holding(small, [b"POST / HTTP/1.1\r\nHost: "] * 200):
        assert small.chat(LINE).status == 200


def test_requests_per_minute_of_one_client_are_bounded(small: Proxy) -> None:
    """Beyond a client's own bound there is 429 with the seconds to wait, before the body; others have their own."""
    sent = [head(LIMITED, 1 << 20)] * 12
    with holding(small, sent) as sockets:
        told = answered(sockets, 8)
        assert {status for status, _ in told} == {429}
        assert all(1 <= int(headers["retry-after"]) <= 60 for _, headers in told)
        assert small.chat(LINE).status == 200


def test_requests_of_one_client_at_once_are_bounded(small: Proxy) -> None:
    """One request of this client at a time; the answer has the form of the API, and says which setting it was."""
    with holding(small, [head(ONE, 1 << 20)]):
        for _ in range(100):
            reply = small.post("/m/m1/v1/chat/completions", b"{}", {"Authorization": f"Bearer {ONE}"})
            if reply.status == 429:
                break
        assert reply.status == 429
        assert reply.json["error"]["code"] == "rate_limited"
        assert "clients[].concurrent_requests" in reply.json["error"]["message"]
        assert reply.headers["retry-after"] == "1"
    assert small.chat(LINE).status == 200


def test_words_of_one_client_in_a_day_are_bounded(small: Proxy) -> None:
    """What has more words than are left is refused whole and counts nothing; then what is left may leave."""

    def ask(words: int) -> Response:
        text = "Annika Solberg: " + " ".join(["Morning"] * words)
        body = json.dumps({"model": "gpt-test", "messages": [{"role": "user", "content": text}]}).encode()
        return small.post("/m/m1/v1/chat/completions", body, {"Authorization": f"Bearer {FEW}"})

    first = ask(6)
    assert (first.status, first.json["error"]["code"]) == (429, "rate_limited")
    assert "clients[].words_per_day" in first.json["error"]["message"]
    assert 1 <= int(first.headers["retry-after"]) <= 86400
    assert ask(5).status == 200
    assert ask(1).status == 429


def test_what_is_refused_by_its_head_is_recorded_and_counted(small: Proxy) -> None:
    """Refusals of known clients are in the ledger with their reason; those of strangers are summed up."""
    with holding(small, [head(LIMITED, 9)] * 9) as sockets:
        assert answer(sockets[-1])[0] == 429
    events = [each for each in small.events if each["metadata"]["event_code"] == "egress.refused"]
    assert any("rate_limited" in str(each) for each in events)
    assert b'reason="rate_limited"' in fetch(f"http://127.0.0.1:{small.document['admin']['port']}/metrics").body


def test_overload_is_told_early_and_everybody_else_is_served(tmp_path: Path) -> None:
    """Of many long requests at once, some are served, and each of the others gets 503 with the seconds to wait."""
    transcript = "".join(
        f"Annika Solberg: Item {number} is for Tobias Wennerström in Oslo.\n" for number in range(1500)
    )
    with Recorder() as recorder:
        document = settings(tmp_path, recorder.base_url, limits={"turn_seconds": 0.2})
        document["detection"]["workers"] = 1
        proxy = Proxy(tmp_path, document)
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.start()
        try:
            with ThreadPoolExecutor(24) as clients:
                replies = list(clients.map(lambda _: proxy.chat(transcript), range(24)))
            assert {reply.status for reply in replies} == {200, 503}
            refused = [reply for reply in replies if reply.status == 503]
            assert all(reply.json["error"]["code"] == "overloaded" for reply in refused)
            assert all(int(reply.headers["retry-after"]) >= 1 for reply in refused)
            assert proxy.chat(LINE).status == 200
            # Whatever was refused has left nothing, and is on record.
            assert len(recorder.received) == len(replies) - len(refused) + 1
            assert proxy.codes().count("egress.refused") == len(refused)
        finally:
            proxy.stop()
