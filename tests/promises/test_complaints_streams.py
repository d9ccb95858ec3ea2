"""Complaints that users of such proxies have made, about streamed replies. The list is docs/complaints.md."""

from __future__ import annotations

import http.client
import json
import socket
import threading

import pytest
from harness import endpoints
from harness.endpoints import Apis
from harness.patience import PATIENCE
from harness.process import KEY
from harness.replies import answering, dribbled, held, instead, unended
from harness.talks import APIS, NAMES, Api, objects

BOTH = "Annika Solberg: Hello. Tobias Wennerström will call tobias@kanal.example, and Annika Solberg will in June.\n"
each_api = pytest.mark.parametrize("api", APIS, ids=NAMES)


@each_api
@pytest.mark.parametrize("piece", [1, 2, 7, 11])
def test_complaint_06_a_pseudonym_cut_anywhere_by_deltas_comes_back_whole(
    apis: Apis, api: Api, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Complaint 6: personal data split over chunks of a stream escaped; here no cut between deltas matters.

    Deltas of a few characters cut each of the pseudonyms at different places; those of one cut it everywhere.
    """
    monkeypatch.setattr(endpoints, "PIECE", piece)
    text, _ = api.heard(api.ask(apis.proxy, [("user", BOTH)], stream=True))
    assert text.strip() == BOTH.strip()
    assert b"PERSON_2" in apis.last().body


@each_api
def test_complaint_06_a_stream_that_arrives_byte_by_byte_is_the_same_stream(apis: Apis, api: Api) -> None:
    """Complaint 6: chunks of the transport are no borders either: every byte comes alone, inside of frames too."""
    with answering(apis.recorder, dribbled):
        text, _ = api.heard(api.ask(apis.proxy, [("user", BOTH)], stream=True))
    assert text.strip() == BOTH.strip()


@each_api
def test_complaint_07_the_first_words_arrive_before_the_last_were_sent(
    apis: Apis, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Complaint 7: whole streams were kept back until their end; here the recipient waits for the client's first words.

    A proxy that collects the stream would wait for the recipient, and the recipient for it.
    """
    monkeypatch.setattr(endpoints, "PIECE", 22)
    go_on = threading.Event()
    connection = http.client.HTTPConnection("127.0.0.1", apis.proxy.document["listen"]["port"], timeout=PATIENCE)
    body = json.dumps(api.body([("user", "Annika Solberg: Good morning, it is about Annika.\n")], stream=True))
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    try:
        with answering(apis.recorder, held(go_on, b"Good morning")):
            connection.request("POST", f"/m/m1{api.path}", body.encode(), headers)
            reply, early = connection.getresponse(), b""
            while b"Good mor" not in early:
                piece = reply.read1(65536)
                assert piece, early
                early += piece
            assert not go_on.is_set()
            go_on.set()
            rest = reply.read()
    finally:
        go_on.set()
        connection.close()
    assert b"about" in rest
    assert b"about" not in early


LAST = {
    "openai": b"[DONE]\n\n", "azure": b"[DONE]\n\n", "responses": b"response.completed", "anthropic": b"message_stop",
    "ollama": b'"done": true',
}  # fmt: skip


@each_api
def test_a_client_that_leaves_after_the_last_event_has_all_of_the_reply(apis: Apis, api: Api) -> None:
    """SDKs hang up at the event that ends the reply, and some recipients keep the connection open after it."""
    released = threading.Event()
    connection = http.client.HTTPConnection("127.0.0.1", apis.proxy.document["listen"]["port"], timeout=PATIENCE)
    body = json.dumps(api.body([("user", BOTH)], stream=True)).encode()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    before = len(apis.proxy.settled())
    with answering(apis.recorder, unended(released)):
        connection.request("POST", f"/m/m1{api.path}", body, headers)
        reply, read = connection.getresponse(), b""
        while LAST[api.name] not in read:
            piece = reply.read1(65536)
            assert piece, read
            read += piece
        connection.sock.shutdown(socket.SHUT_RDWR) if connection.sock else reply.close()
        connection.close()
        reply.close()
        ended = apis.proxy.settled()[before:]
        released.set()
    outcome = next(event for event in ended if event["metadata"]["event_code"] == "egress.outcome")
    assert outcome["unmapped"]["ledger"]["delivered"] == "full"
    assert "reason" not in outcome["unmapped"]["ledger"]


UNKNOWN = {
    "openai": (b'data: {"id": "c"', b'data: {"object": "chat.summary", "text": "it is PERSON_2"}\n\ndata: {"id": "c"'),
    "azure": (b'data: {"id": "c"', b'data: {"object": "chat.summary", "text": "it is PERSON_2"}\n\ndata: {"id": "c"'),
    "responses": (
        b"event: response.content_part.added",
        b'event: response.rewritten.delta\ndata: {"type": "response.rewritten.delta", "delta": "it is PERSON_2", '
        b'"sequence_number": 9}\n\nevent: response.content_part.added',
    ),
    "anthropic": (
        b"event: content_block_stop",
        b'event: content_block_aside\ndata: {"type": "content_block_aside", "text": "it is PERSON_2"}\n\n'
        b"event: content_block_stop",
    ),
    "ollama": (b'{"model": "m"', b'{"summary": {"text": "it is PERSON_2"}}\n{"model": "m"'),
}


@each_api
def test_complaint_08_a_shape_of_stream_that_is_unknown_is_restored_or_an_error(apis: Apis, api: Api) -> None:
    """Complaint 8: events of a kind that the filter did not know went to the client as they were.

    Here such an event ends the reply with an error, or all of its strings are restored.
    """
    with answering(apis.recorder, instead(*UNKNOWN[api.name])):
        reply = api.ask(apis.proxy, [("user", BOTH)], stream=True)
    assert b"PERSON_" not in reply.body
    told = [each for each in objects(reply) if "it is Tobias Wennerström" in str(each)]
    assert told or b"unknown_event" in reply.body or b"bad_reply" in reply.body
    assert bool(told) is (api.name == "anthropic")


def test_complaint_09_each_text_of_an_anthropic_stream_is_restored(apis: Apis) -> None:
    """Complaint 9: streams of this API went by the filter; here thoughts, texts and tool input are restored."""
    (api,) = (api for api in APIS if api.name == "anthropic")
    body = {**api.body([("user", BOTH)], stream=True), "max_tokens": 4000}
    for more in (
        {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        {"tools": api.body([], tools=True)["tools"]},
    ):
        reply = apis.proxy.post(f"/m/m1{api.path}", json.dumps({**body, **more}).encode())
        assert reply.status == 200
        deltas = [event["delta"] for event in objects(reply) if event["type"] == "content_block_delta"]
        said = "".join(delta.get(part, "") for part in ("thinking", "text", "partial_json") for delta in deltas)
        assert "Annika Solberg" in said
        assert "PERSON_" not in said
        assert "thinking" not in more or said.count("Tobias Wennerström") >= 2
        apis.last()


@each_api
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_complaint_28_and_29_every_reply_is_restored_and_not_the_first_alone(
    apis: Apis, api: Api, stream: bool
) -> None:
    """Complaint 28: filtering replies failed on every request; complaint 29: on streams it was never done.

    Here replies are restored on each request, one after the other over the same connections.
    """
    for number in range(3):
        words = f"{BOTH.strip()} That was item {number} for Annika Solberg.\n"
        text, _ = api.heard(api.ask(apis.proxy, [("user", words)], stream=stream))
        assert text.strip() == words.strip()
        assert b"PERSON_1" in apis.last().body


@each_api
@pytest.mark.parametrize("kind", [b"", b"application/octet-stream", b"text/plain"], ids=["none", "bytes", "plain"])
def test_complaint_33_a_stream_without_its_type_is_no_way_around(apis: Apis, api: Api, kind: bytes) -> None:
    """Complaint 33: a stream that did not name its type was passed on unread; here it is restored or refused."""
    typed = b"application/x-ndjson" if api.name == "ollama" else b"text/event-stream"
    with answering(apis.recorder, instead(b"Content-Type: " + typed, b"Content-Type: " + kind if kind else b"X-A: b")):
        reply = api.ask(apis.proxy, [("user", BOTH)], stream=True)
    assert b"PERSON_" not in reply.body
    assert reply.status == 502 or "Tobias Wennerström" in api.heard(reply)[0]
