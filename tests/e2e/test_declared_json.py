"""Routes whose JSON shape is declared or shipped as data: who is heard, what leaves, what comes back."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator

import pytest
from harness.patience import PATIENCE
from harness.process import KEY, Proxy, settings
from harness.recorder import Received, Recorder
from harness.recorder import http as answered

SHAPE = {
    "utterances": [
        {
            "items": "/segments/*",
            "text": ["/text", "/raw_text"],
            "speaker": "/who",
            "start": "/start",
            "end": "/end",
        }
    ],
    "instructions": ["/prompt"],
    "labels": ["/participants/*"],
    "identifiers": ["/user_id", "/segments/*/words"],
    "controls": {"/language": {"type": "string", "values": ["en"]}},
    "reply": {"text": ["/summary"]},
}
ZOOM = "/v2/aiservices/summarizer/summarize"
STREAMED = {
    "speech": ["/notes"],
    "controls": {
        "/stream": {"type": "boolean"},
        "/end": {"type": "string", "values": ["good", "cut", "error", "unknown"]},
    },
    "error": {"code": "/code", "message": "/message"},
}
COMPOSE = {
    "utterances": [
        {"items": "/thread/*", "text": ["/text"], "speaker": "/from", "start": "/at", "time": "instant"},
        {"items": "/thread/*/quoted", "text": ["/text"], "speaker": "/from"},
    ],
    "instructions": ["/ask"],
    "controls": {"/tone": {"type": "string", "values": ["friendly", "formal"]}},
    "reply": {"text": ["/draft"]},
}
EVENTS = {
    "delta": {"grows": [{"text": "/delta/text", "apart": ["/index"]}]},
    "title": {"text": ["/title"]},
    "done": {"ends": True},
}
STREAMS = {
    "live": {"format": "sse", "asked_by": "/stream", "events": EVENTS, "error": {"kind": "error", "code": "/code",
             "message": "/message"}},
    "lines": {"format": "ndjson", "asked_by": "/stream", "kind": "/type", "events": EVENTS, "error": {"kind": "error",
              "code": "/code", "message": "/message"}},
}  # fmt: skip


HEARD = threading.Event()


async def answer(received: Received, writer: asyncio.StreamWriter) -> None:
    """Say back all that was sent: where Zoom does, or where the shape says, streamed where that is asked for."""
    if b"POST /live " in received.head or b"POST /lines " in received.head:
        sse = b"POST /live " in received.head
        kind = "text/event-stream" if sse else "application/x-ndjson"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        events = streamed(received.json, sse)
        for place, byte in enumerate(events):
            writer.write(b"1\r\n%c\r\n" % byte)
            if place == len(events) // 2 and "end" in received.json:
                while not HEARD.is_set():  # until the client got something: a fault before is an answer, and no event
                    await asyncio.sleep(0.01)
        writer.write(b"0\r\n\r\n")
    elif b"POST /compose " in received.head:
        said = " / ".join(f"{item['from']}: {item['text']}" for item in received.json["thread"])
        writer.write(answered(json.dumps({"draft": f"{received.json['ask']} {said}"}).encode()))
    elif ZOOM.encode() in received.head:
        writer.write(answered(json.dumps({"result": {"text": received.json["input"]["text"]}}).encode()))
    else:
        said = "\n".join(f"{item.get('who')}: {item['text']}" for item in received.json["segments"])
        writer.write(answered(json.dumps({"summary": said}).encode()))


def streamed(request: dict, sse: bool) -> bytes:
    """Two texts side by side in pieces of three characters, a title, and an end of the kind that is asked for."""
    text = request["notes"]
    events: list[tuple[str, dict]] = []
    for at in range(0, len(text), 3):
        events += [("delta", {"index": n, "delta": {"text": text[at : at + 3]}}) for n in (0, 1)]
    events.append(("title", {"title": text}))
    quoted = {"code": "overloaded", "message": text}
    events += {"cut": [], "error": [("error", quoted)], "unknown": [("news", quoted)]}.get(
        request.get("end", "good"), [("done", {})]
    )
    if sse:
        return "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in events).encode()
    return "".join(json.dumps({"type": kind, **data}) + "\n" for kind, data in events).encode()


def read(route: str, raw: bytes) -> list[tuple[str, dict]]:
    """The events of a stream, as ``(kind, data)``."""
    if route == "lines":
        return [(event["type"], event) for event in map(json.loads, raw.decode().splitlines())]
    frames = [frame.split("\n") for frame in raw.decode().split("\n\n")[:-1]]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in frames]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Recorder]]:
    directory = tmp_path_factory.mktemp("declared")
    with Recorder(reply=answer) as recorder:
        base = recorder.base_url.removesuffix("/v1")
        document = settings(directory, base)
        document["routes"] = [
            {"name": "summary", "path": "/notes/summarize", "dialect": "json", "purpose": "summary",
             "recipient": "acme-llm", "shape": SHAPE},
            {"name": "compose", "path": "/compose", "dialect": "json", "purpose": "compose", "recipient": "acme-llm",
             "shape": COMPOSE},
            {"name": "zoom", "path": ZOOM, "dialect": "zoom-summarizer", "purpose": "summary", "recipient": "acme-llm"},
            *({"name": name, "path": f"/{name}", "dialect": "json", "purpose": "summary", "recipient": "acme-llm",
               "shape": {**STREAMED, "reply": {"text": ["/summary"], "stream": stream}}}
              for name, stream in STREAMS.items()),
        ]  # fmt: skip
        document["clients"][0]["routes"] = ["summary", "compose", "zoom", *STREAMS]
        proxy = Proxy(directory, document)
        proxy.meeting()
        proxy.consent("grant", "p-ann", "--from", "2026-03-02T10:00:00+00:00", "--until", "2026-03-02T10:10:00+00:00")
        proxy.consent("deny", "p-ben")
        proxy.consent("grant", "p-cho")
        proxy.consent("grant", "p-ann", purpose="compose")
        proxy.consent("deny", "p-ben", purpose="compose")
        proxy.start()
        yield proxy, recorder
        proxy.stop()


def post(proxy: Proxy, path: str, body: object):
    return proxy.post(f"/m/m1{path}", json.dumps(body).encode())


def test_each_item_needs_its_own_speakers_grant_at_its_own_time(running) -> None:
    proxy, recorder = running
    body = {
        "prompt": "Write to Tobias Wennerström.",
        "language": "en",
        "user_id": "u-77",
        "participants": ["Chiara Montefusco", "Benedikt Oyelaran"],
        "segments": [
            {"who": "Chiara Montefusco", "text": "We agree on that.", "raw_text": "we agree on that",
             "start": 5, "end": 9, "words": ["we", "agree"]},
            {"who": "Benedikt Oyelaran", "text": "My salary is low.", "raw_text": "my salary", "start": 9},
            {"who": "Chiara Montefusco", "text": "Good.\nBenedikt Oyelaran: the salary again", "start": 12},
            {"who": "Somebody Else", "text": "An unknown voice.", "start": 13},
            {"text": "A voice without a label.", "start": 14},
        ],
    }  # fmt: skip
    reply = post(proxy, "/notes/summarize", body)

    assert reply.status == 200, reply.body
    left = recorder.received[-1]
    for kept in ("salary", "unknown voice", "without a label", "Benedikt", "Chiara", "Wennerstr", "u-77", "words"):
        assert kept not in left.raw.decode(), kept
    assert left.json["segments"][0]["text"] == "We agree on that."
    assert left.json["segments"][0]["raw_text"] == "we agree on that"
    assert [item["start"] for item in left.json["segments"]] == [5, 9, 12, 13, 14]
    assert reply.json["summary"].startswith("Chiara Montefusco: We agree on that.")
    assert b"salary" not in proxy.ledger_bytes


def test_a_grant_is_for_the_time_in_which_the_words_were_spoken(running) -> None:
    proxy, recorder = running
    segments = [
        {"who": "Annika Solberg", "text": "Too early, on the yacht.", "start": -30, "end": -20},
        {"who": "Chiara Montefusco", "text": "Let us begin.", "start": 20},
    ]
    reply = post(proxy, "/notes/summarize", {"segments": segments})

    assert reply.status == 200, reply.body
    assert b"yacht" not in recorder.received[-1].raw
    assert b"Let us begin" in recorder.received[-1].raw


def test_a_thread_is_composed_of_the_messages_whose_authors_granted_that(running) -> None:
    """Chiara granted summaries alone; what Annika quotes of Benedikt is Benedikt's; a time is that of the message."""
    proxy, recorder = running
    thread = [
        {"from": "Annika Solberg", "at": "2026-03-02T10:01:00Z", "text": "Shall we move the launch?"},
        {"from": "Benedikt Oyelaran", "at": "2026-03-02T10:02:00Z", "text": "My salary first."},
        {"from": "Annika Solberg", "at": "2026-03-02T10:03:00Z", "text": "Later, and ask Tobias Wennerström.",
         "quoted": {"from": "Benedikt Oyelaran", "text": "And the bonus of last year."}},
        {"from": "Chiara Montefusco", "at": "2026-03-02T10:04:00Z", "text": "The yacht is booked."},
        {"from": "Annika Solberg", "at": "2026-02-01T10:00:00Z", "text": "Long before anybody was asked."},
        {"from": "Somebody Else", "text": "An unknown voice."},
    ]  # fmt: skip
    reply = post(proxy, "/compose", {"ask": "Write to Annika Solberg.", "tone": "friendly", "thread": thread})

    assert reply.status == 200, reply.body
    left = recorder.received[-1]
    for kept in ("salary", "bonus", "yacht", "Long before", "unknown voice", "Annika", "Benedikt", "Wennerstr"):
        assert kept not in left.raw.decode(), kept
    assert left.json["thread"][0]["text"] == "Shall we move the launch?"
    assert [item.get("at") for item in left.json["thread"]] == [item.get("at") for item in thread]
    assert reply.json["draft"].startswith("Write to Annika Solberg. Annika Solberg: Shall we move the launch? /")
    assert "Annika Solberg: Later, and ask Tobias Wennerström. /" in reply.json["draft"]
    event = next(e for e in reversed(proxy.settled()) if e["metadata"]["event_code"] == "egress.intent")
    assert event["unmapped"]["ledger"]["purpose"] == "compose"


def test_zooms_summarizer_is_answered_in_full_and_its_cap_is_named(running) -> None:
    proxy, recorder = running
    text = "Chiara Montefusco: ask Tobias Wennerström about it.\nBenedikt Oyelaran: my salary\n"
    reply = post(proxy, ZOOM, {"input": {"text": text}, "config": {"task": "summary"}, "reference_id": "u-77"})

    assert reply.status == 200, reply.body
    assert recorder.received[-1].head.startswith(f"POST {ZOOM} ".encode())
    assert b"salary" not in recorder.received[-1].raw
    assert b"u-77" not in recorder.received[-1].raw
    assert reply.json["result"]["text"].startswith("Chiara Montefusco: ask Tobias Wennerström about it.")

    mark = len(recorder.received)
    over = post(proxy, ZOOM, {"input": {"text": "Chiara Montefusco: " + "so " * 33_000}})
    assert (over.status, over.json["code"]) == (413, "input_too_large")
    assert "98304" in over.json["message"]
    batch = post(proxy, ZOOM, {"input": {"mode": "SINGLE", "source": {"uri": "s3://bucket/board.vtt"}}})
    assert (batch.status, batch.json["code"]) == (400, "unknown_field")
    jobs = post(proxy, "/v2/aiservices/summarizer/jobs", {"input": {"mode": "PREFIX"}})
    assert (jobs.status, jobs.json["code"]) == (404, "unknown_route")
    assert len(recorder.received) == mark


def test_a_field_on_no_list_is_refused_in_the_apis_shape(running) -> None:
    proxy, recorder = running
    mark = len(recorder.received)
    reply = post(proxy, "/notes/summarize", {"segments": [], "notes": "Chiara said"})

    assert (reply.status, reply.json["error"]["code"]) == (400, "unknown_field")
    assert len(recorder.received) == mark


NOTES = "Chiara Montefusco: ask Tobias Wennerström about it.\nBenedikt Oyelaran: my salary\n"


@pytest.mark.parametrize(("route", "kind"), [("live", "text/event-stream"), ("lines", "application/x-ndjson")])
def test_a_declared_stream_is_asked_for_and_every_text_of_it_restored(running, route, kind) -> None:
    proxy, recorder = running
    reply = post(proxy, f"/{route}", {"notes": NOTES, "stream": True})

    assert (reply.status, reply.headers["content-type"]) == (200, kind)
    left = recorder.received[-1]
    assert f"accept: {kind}".encode() in left.head.lower()
    assert all(kept not in left.raw.decode() for kept in ("salary", "Wennerstr", "Chiara", "Benedikt"))
    got = read(route, reply.body)
    sent = read(route, streamed(left.json, route == "live"))
    assert [name for name, _ in got] == [name for name, _ in sent]
    said = [
        "".join(data["delta"]["text"] for name, data in got if name == "delta" and data["index"] == n) for n in (0, 1)
    ]
    assert said == [next(data["title"] for name, data in got if name == "title")] * 2
    assert said[0].startswith("Chiara Montefusco: ask Tobias Wennerström about it.")
    outcome = next(e for e in reversed(proxy.settled()) if e["metadata"]["event_code"] == "egress.outcome")
    assert outcome["unmapped"]["ledger"]["restored"] > 0


@pytest.mark.parametrize("route", STREAMS)
@pytest.mark.parametrize(
    ("end", "code"), [("cut", "truncated_stream"), ("error", "upstream_error"), ("unknown", "unknown_event")]
)
def test_a_stream_that_breaks_its_shape_ends_with_an_error_where_the_api_has_them(running, route, end, code) -> None:
    proxy, _ = running
    HEARD.clear()
    connection = http.client.HTTPConnection("127.0.0.1", proxy.document["listen"]["port"], timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    connection.request("POST", f"/m/m1/{route}", json.dumps({"notes": NOTES, "stream": True, "end": end}), headers)
    reply = connection.getresponse()
    got = reply.read1(1 << 16)
    HEARD.set()
    with pytest.raises(http.client.IncompleteRead) as caught:
        reply.read()

    *_, (name, told) = read(route, got + caught.value.partial)
    assert (name, told["code"]) == ("error", code)
    assert "Tobias" not in told["message"]
    assert "PERSON" not in told["message"]


def test_a_refusal_of_a_streamed_request_is_an_error_in_the_apis_shape(running) -> None:
    proxy, recorder = running
    mark = len(recorder.received)
    reply = post(proxy, "/live", {"notes": NOTES, "stream": "yes"})

    assert (reply.status, reply.json["code"]) == (400, "invalid_field")
    assert len(recorder.received) == mark
