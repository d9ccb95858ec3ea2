"""Promise 4, driven from outside for each API: whatever is planted wherever in a request, the recipient never sees it.

A participant's address is planted at every place of a request that uses every field: as the value, in two encodings,
as a member or item of its own; then in the query, the headers and the path. These are more than 2,000 requests with
``EXAMPLES=1``; without it, each place of a dialect that reads the whole body itself has one of them, by turns: that a
dialect lets none of them pass anywhere is tested in full where it takes a request apart.
"""

from __future__ import annotations

import base64
import html
import http.client
import json
import re
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import quote, unquote

import pytest
from dialects.anthropic_bodies import FULL as MESSAGES
from dialects.canaries import OWN, places_of
from dialects.chat_bodies import FULL as OPENAI_CHAT
from dialects.chat_bodies import at, changed
from dialects.ollama_bodies import CHAT, GENERATE
from dialects.responses_bodies import FULL as RESPONSES
from dialects.skynet_bodies import FULL as SKYNET
from harness.endpoints import Apis, speak, speaking
from harness.invented import SCALE
from harness.patience import PATIENCE
from harness.process import KEY, Proxy, fetch
from harness.recorder import Received, Recorder

MARK = "ben.o@fjord.example"
HIDDEN = [base64.b64encode(b" " * pad + MARK.encode())[4:-4] for pad in range(3)]
"""What base64 has in common wherever the address stands in it."""
REQUESTS = {
    "openai-chat": ("/v1/chat/completions", OPENAI_CHAT),
    "openai-responses": ("/v1/responses", RESPONSES),
    "anthropic-messages": ("/v1/messages", MESSAGES),
    "ollama-chat": ("/api/chat", CHAT),
    "ollama-generate": ("/api/generate", GENERATE),
    "azure-chat": ("/openai/deployments/gpt-large/chat/completions", OPENAI_CHAT),
    "skynet": ("/summaries/v1/summary", SKYNET),
}


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    """Nobody granted anything, and messages without a speaker are the client's own: all text leaves, redacted."""
    directory = tmp_path_factory.mktemp("planted")
    with Recorder(speak) as recorder:
        consent = {"min_retained_ratio": 0.0, "unattributed": "instructions"}
        proxy = Proxy(directory, speaking(directory, recorder, consent=consent))
        proxy.meeting()
        proxy.start()
        yield Apis(proxy, recorder)
        proxy.stop()


SAID = f"ask {MARK} about it"
ENCODED = (
    json.dumps({"to": [MARK]}),
    base64.b64encode(SAID.encode()).decode(),
    quote(SAID),
    "".join(f"\\u{ord(sign):04x}" for sign in SAID),
    "".join(f"&#{ord(sign)};" for sign in SAID),
    SAID.encode().hex(),
    json.dumps(json.dumps([SAID])),
)


def planted(name: str, *, all_of_them: bool) -> Iterator[dict]:
    """Requests with the address at each place: as its value, encoded there, in one member or item more."""
    encoded, full = cycle(ENCODED), REQUESTS[name][1]
    for number, path in enumerate(sorted(places_of(full, OWN.get(name)), key=str)):
        holder = at(full, path)
        if isinstance(holder, dict):
            values = [{**holder, MARK: MARK}, {**holder, "text": next(encoded)}]
        elif isinstance(holder, list):
            values = [[*holder, MARK], [*holder, next(encoded)]]
        else:
            values = [SAID, next(encoded), [MARK]]
        bodies = [changed(full, path, value) for value in (*values, next(encoded))]
        yield from bodies if all_of_them or name in OWN else [bodies[number % len(bodies)]]


def leaked(recorder: Recorder, mark: int) -> list[bytes]:
    """Requests that hold the address in the clear or encoded."""
    return [each.raw for each in recorder.received[mark:] if any(MARK in text for text in readings(each))]


def readings(received: Received) -> Iterator[str]:
    """A request as it came, and with every layer of escapes taken off."""
    text = received.raw.decode()
    for _ in range(4):
        yield text
        yield from (MARK for sign in HIDDEN if sign.decode() in text)
        yield MARK if MARK.encode().hex() in text else ""
        bare = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
        text = html.unescape(unquote(bare)).replace('\\"', '"')


@pytest.mark.parametrize("name", REQUESTS)
def test_nothing_planted_in_a_body_reaches_the_recipient(apis: Apis, name: str) -> None:
    path, full = REQUESTS[name]
    mark, statuses = len(apis.recorder.received), set()
    assert post(apis, path, full).status == 200
    for body in planted(name, all_of_them=SCALE >= 1):
        reply = post(apis, path, body)
        statuses.add(reply.status)
        assert reply.status == 200 or MARK.encode() not in reply.body
    assert {200, 400} <= statuses <= {200, 400, 403, 415}
    assert leaked(apis.recorder, mark) == []


def test_thousands_are_planted_and_the_search_finds_each_way_of_writing() -> None:
    assert sum(len(list(planted(name, all_of_them=True))) for name in REQUESTS) >= 2000
    for word in (SAID, *ENCODED):
        for written in (word, json.dumps({"a": word}), json.dumps({word: json.dumps(word)})):
            assert len(leaked(Recorder(received=[Received(b"", written.encode())]), 0)) == 1, written
    assert leaked(Recorder(received=[Received(b"POST", b"fine")]), 0) == []


def test_nothing_planted_around_a_body_reaches_the_recipient(apis: Apis) -> None:
    mark = len(apis.recorder.received)
    word = quote(MARK)
    queries = (word, f"q={word}", f"api-version={word}", f"api-version=2024-10-21&{word}=1")
    for path, full in REQUESTS.values():
        for header in ("anthropic-beta", "anthropic-version", "x-request-id", "user-agent", "x-other", "x-ben.o"):
            post(apis, path, full, {header: MARK})
        for query in queries:
            assert post(apis, f"{path}?{query}", full).status == 400
        for elsewhere in (path.replace("gpt-large", word), f"{path}/{word}"):
            if elsewhere != path:
                assert post(apis, elsewhere, full).status == 404
    assert leaked(apis.recorder, mark) == []


def test_calls_without_words_are_listed_and_recorded_as_what_they_are(apis: Apis) -> None:
    mark = len(apis.recorder.received)
    for path in ("/v1/models", "/v1/models/m", "/v1/models?limit=20", "/api/tags", "/api/version", "/"):
        assert get(apis, path).status == 200
    assert asked_for_head(apis, "/") == (200, b"")
    assert len(apis.recorder.received) == mark + 7
    assert all(received.body == b"" for received in apis.recorder.received[mark:])
    assert all(b"content-type" not in received.head.lower() for received in apis.recorder.received[mark:])
    events = [event for event in apis.proxy.settled() if event["metadata"]["event_code"] == "egress.intent"]
    told = {event["api"]["operation"]: event["unmapped"]["ledger"] for event in events}
    assert {"GET /v1/models", "GET /v1/models/m", "GET /api/tags", "GET /api/version", "GET /", "HEAD /"} <= told.keys()
    assert "purpose" not in told["GET /v1/models"]
    assert told["GET /v1/models"]["route"] == "models"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/models/ben", 404),
        ("/v1/models/", 404),
        ("/v1/models?limit=21", 400),
        ("/v1/models?ben=1", 400),
        ("/api/ps", 404),
        ("/summaries/v1/job/ben", 404),
        ("/summaries/v1/job/ben@fjord.example", 404),
    ],
)
def test_other_calls_without_words_are_refused(apis: Apis, path: str, status: int) -> None:
    mark = len(apis.recorder.received)
    reply = get(apis, path)
    assert reply.status == status
    assert b"ben" not in reply.body
    assert len(apis.recorder.received) == mark


def test_calls_without_words_need_a_key_a_listed_method_and_no_body(apis: Apis) -> None:
    mark = len(apis.recorder.received)
    assert get(apis, "/v1/models", key="wrong").status == 401
    assert post(apis, "/v1/models", {}).status == 405
    port = apis.proxy.document["listen"]["port"]
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "text/plain"}
    assert fetch(f"http://127.0.0.1:{port}/v1/models", b"ben", headers).status == 405
    assert len(apis.recorder.received) == mark


def asked_for_head(apis: Apis, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", apis.proxy.document["listen"]["port"], timeout=PATIENCE)
    connection.request("HEAD", path, headers={"Authorization": f"Bearer {KEY}"})
    reply = connection.getresponse()
    return reply.status, reply.read()


def post(apis: Apis, path: str, body: dict, headers: dict[str, str] | None = None):
    return apis.proxy.post(f"/m/m1{path}", json.dumps(body).encode(), headers)


def get(apis: Apis, path: str, key: str = KEY):
    port = apis.proxy.document["listen"]["port"]
    return fetch(f"http://127.0.0.1:{port}{path}", None, {"Authorization": f"Bearer {key}"})
