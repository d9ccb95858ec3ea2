"""Promise 2, in the middle of a reply: a withdrawal ends it, what left is listed, and nothing claims it came back."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import select
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.patience import PATIENCE
from harness.process import KEY, PEOPLE, TERMS, Proxy, settings
from harness.recorder import Received, Recorder

TEXT = "Annika Solberg: The launch moves to the second quarter.\nChiara Montefusco: I agree with that.\n"
CALLED_BACK = re.compile(r"\b(?:deleted|erased|recalled|removed) (?:at|from|by) (?:the )?recipient|was called back\b")


def chunk(text: str) -> bytes:
    delta = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    data = f"data: {json.dumps(delta | {'choices': [{'index': 0, 'delta': {'content': text}}]})}\n\n".encode()
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


class Stalling:
    """Answers with `pieces` of a stream, then nothing more, until the proxy hangs up."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.hung_up = threading.Event()

    async def __call__(self, received: Received, writer: asyncio.StreamWriter) -> None:
        if self.pieces:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(self.pieces):
                writer.write(chunk("said so far "))
            await writer.drain()
        socket = writer.get_extra_info("socket").fileno()
        ends = select.poll()
        ends.register(socket, select.POLLRDHUP)
        while not ends.poll(0):
            await asyncio.sleep(0.01)
        self.hung_up.set()
        raise ConnectionResetError


class Caller(threading.Thread):
    """A streaming client; `heard` is what it got before the connection ended, `begun` set at the first of it."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(daemon=True)
        self.proxy, self.heard, self.status, self.whole = proxy, b"", 0, False
        self.begun = threading.Event()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.document["listen"]["port"], timeout=PATIENCE)
        body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": TEXT}]}
        connection.request(
            "POST", "/m/m1/v1/chat/completions", json.dumps(body),
            {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
        )  # fmt: skip
        reply = connection.getresponse()
        self.status = reply.status
        try:
            while piece := reply.read1(1 << 16):
                self.heard += piece
                self.begun.set()
            self.whole = True
        except (http.client.IncompleteRead, ConnectionError):
            pass


def stand(directory: Path, recorder: Recorder) -> Proxy:
    document = settings(directory, recorder.base_url)
    document["recipients"]["acme-llm"] |= {"idle_seconds": 300}
    proxy = Proxy(directory, document)
    proxy.meeting(PEOPLE)
    for person in ("p-ann", "p-cho"):
        proxy.consent("grant", person)
    return proxy.start()


@pytest.fixture
def stalled(tmp_path: Path) -> Iterator[tuple[Proxy, Stalling]]:
    reply = Stalling(pieces=2)
    with Recorder(reply) as recorder:
        proxy = stand(tmp_path, recorder)
        yield proxy, reply
        proxy.kill()


def test_a_stalled_stream_is_ended_by_a_withdrawal(stalled: tuple[Proxy, Stalling]) -> None:
    proxy, reply = stalled
    caller = Caller(proxy)
    caller.start()
    assert caller.begun.wait(PATIENCE)
    told = proxy.cli(
        "consent", "withdraw", "--config", str(proxy.config), "--participant", "p-cho", "--scope", "meeting",
        "--scope-id", "m1", "--purpose", "summary", "--recipient", "acme-llm",
    )  # fmt: skip
    caller.join(PATIENCE)
    assert not caller.is_alive()
    assert not caller.whole
    assert b"consent_withdrawn" in caller.heard
    assert reply.hung_up.wait(PATIENCE)
    outcome = next(e for e in proxy.settled() if e["metadata"]["event_code"] == "egress.outcome")
    assert outcome["status_code"] == "consent_withdrawn"
    assert outcome["unmapped"]["ledger"]["delivered"] == "partial"

    exchange = outcome["metadata"]["correlation_uid"]
    assert exchange in told
    assert "cannot be called back" in told
    listed = proxy.cli("ledger", "query", "--config", str(proxy.config), "--participant", "p-cho")
    assert exchange in listed
    assert "cannot be called back" in listed
    shown = proxy.cli("ledger", "show", "--config", str(proxy.config), exchange)
    for output in (told, listed, shown, caller.heard.decode(), proxy.log.read_text()):
        assert not CALLED_BACK.search(output)


def test_a_withdrawal_counts_before_the_recipient_says_anything(tmp_path: Path) -> None:
    with Recorder(Stalling(pieces=0)) as recorder:
        proxy = stand(tmp_path, recorder)
        caller = Caller(proxy)
        caller.start()
        while not (recorder.received and recorder.received[0].complete):
            caller.join(0.02)
        proxy.consent("withdraw", "p-ann")
        caller.join(PATIENCE)
        assert caller.status == 403
        assert json.loads(caller.heard)["error"]["code"] == "consent_withdrawn"
        outcome = next(e for e in proxy.settled() if e["metadata"]["event_code"] == "egress.outcome")
        assert outcome["status_code"] == "consent_withdrawn"
        assert outcome["unmapped"]["ledger"]["delivered"] == "none"
        proxy.kill()


def test_the_withdrawal_of_somebody_else_ends_nothing(stalled: tuple[Proxy, Stalling]) -> None:
    proxy, _ = stalled
    caller = Caller(proxy)
    caller.start()
    assert caller.begun.wait(PATIENCE)
    proxy.consent("withdraw", "p-ben")
    caller.join(3)
    assert caller.is_alive()
    assert "egress.outcome" not in proxy.codes()


def test_a_new_version_of_the_terms_makes_older_grants_stale(tmp_path: Path) -> None:
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        proxy.meeting(PEOPLE)
        for person in ("p-ann", "p-cho"):
            proxy.consent("grant", person)
        config = ["--config", str(proxy.config)]
        (tmp_path / "old.txt").write_text("We keep transcripts for 30 days.\n")
        (tmp_path / "new.txt").write_text("We keep transcripts for 90 days.\n")
        proxy.cli("terms", "add", "acme-llm", str(tmp_path / "old.txt"), "--version", TERMS, *config)
        proxy.start()
        assert proxy.chat(TEXT).status == 200
        proxy.stop()

        proxy.cli("terms", "add", "acme-llm", str(tmp_path / "new.txt"), "--version", "2026-06-01", *config)
        assert "90 days" in proxy.cli("terms", "diff", "acme-llm", *config)
        proxy.document["recipients"]["acme-llm"]["terms"]["version"] = "2026-06-01"
        config = ["--config", str(proxy.config)]
        listed = json.loads(proxy.cli("terms", "list", "--json", *config))
        assert listed["recipients"]["acme-llm"]["stale_grants"] == 2
        mark = len(recorder.received)
        proxy.start()
        proxy.chat(TEXT)
        assert b"The launch moves" not in b"".join(one.raw for one in recorder.received[mark:])
        people = [e for e in proxy.settled() if e.get("resources")][-1]["resources"]
        assert {reason for person in people for reason in person["data"]["reasons"]} == {"stale_terms"}
        proxy.stop()
