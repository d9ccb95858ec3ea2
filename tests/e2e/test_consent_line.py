"""The line of consent below an answer, in every API whose answer is known, whole and streamed; and nowhere unasked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.endpoints import TEXT, Apis, speak, speaking
from harness.process import PEOPLE, Proxy, Response
from harness.recorder import Recorder

from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.configuration.file import load

ASKED = {"X-Consent-Line": "true"}
CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": TEXT}]}
BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "openai": ("/v1/chat/completions", CHAT),
    "azure": ("/openai/deployments/gpt-large/chat/completions?api-version=2024-10-21", CHAT),
    "responses": ("/v1/responses", {"model": "m", "input": [{"role": "user", "content": TEXT}]}),
    "anthropic": ("/v1/messages", {**CHAT, "max_tokens": 100}),
    "ollama chat": ("/api/chat", CHAT),
    "ollama generate": ("/api/generate", {"model": "m", "prompt": TEXT}),
}
ANSWERING = ("openai", "openai-responses", "azure", "azure-v1", "anthropic", "ollama-chat", "ollama-generate")


@pytest.fixture(scope="module")
def lined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    """A proxy of all APIs whose routes add the line."""
    directory = tmp_path_factory.mktemp("lined")
    with Recorder(speak) as recorder:
        document = speaking(directory, recorder)
        for route in document["routes"]:
            if route["name"] in ANSWERING:
                route["consent_line"] = True
        proxy = Proxy(directory, document)
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.consent("deny", "p-ben")
        yield Apis(proxy.start(), recorder)
        proxy.stop()


def receipt(apis: Apis) -> str:
    import asyncio

    from proxy.edge.store.store import Store

    async def run() -> str:
        async with await Store.open(apis.proxy.document["store"]) as store:
            return (await store.consents.grants(["p-ann"]))[0].id

    return asyncio.run(run())


def texts(value: Any) -> Iterator[str]:
    """All strings of a reply, however it is laid."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def said(reply: Response, stream: bool) -> str:
    """What the reply says: all its strings, pieces of a stream joined."""
    assert reply.status == 200, reply.body
    if not stream:
        return "".join(texts(reply.json))
    lines = [line.removeprefix("data: ") for line in reply.body.decode().split("\n") if line.strip()]
    return "".join(text for line in lines if line.startswith("{") for text in texts(json.loads(line)))


def ask(apis: Apis, case: str, *, stream: bool, headers: dict[str, str] | None = None, **more: Any) -> Response:
    path, body = BODIES[case]
    raw = json.dumps({**body, "stream": stream, **more}).encode()
    return apis.proxy.post(f"/m/m1{path}", raw, {"Content-Type": "application/json", **(headers or {})})


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", BODIES)
def test_the_answer_ends_with_who_was_heard_and_who_was_not(lined: Apis, case: str, stream: bool) -> None:
    reply = ask(lined, case, stream=stream, headers=ASKED)
    told = said(reply, stream)
    line = (
        f"Heard with consent: Annika Solberg (receipt:{receipt(lined)}). Not heard: Benedikt Oyelaran. "
        f"Exchange {reply.headers['x-exchange-id']}."
    )
    assert line in told
    assert "tobias@kanal.example.\n" in told.partition("Heard with consent")[0]
    lined.last()
    if not stream:
        assert told.count("Heard with consent") == 1


@pytest.mark.parametrize("headers", [{}, {"X-Consent-Line": "false"}], ids=["not asked", "asked not to"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", BODIES)
def test_unasked_no_answer_has_it(lined: Apis, case: str, stream: bool, headers: dict[str, str]) -> None:
    assert "Heard with consent" not in said(ask(lined, case, stream=stream, headers=headers), stream)


@pytest.mark.parametrize(
    ("text", "named"),
    [("Hello everybody.\nWe go on.\n", "nobody by name"), ("[00:01] Hello all.\n\nAnnika Solberg: Hi.\n", "Annika")],
    ids=["nobody named", "one named"],
)
def test_words_that_nobody_claims_are_told_when_they_went_in(lined: Apis, text: str, named: str) -> None:
    lined.proxy.meeting(PEOPLE[:1], "alone")
    lined.proxy.consent("grant", "p-ann", meeting="alone")
    path, body = BODIES["openai"]
    raw = json.dumps({**body, "messages": [{"role": "user", "content": text}]}).encode()
    reply = said(lined.proxy.post(f"/m/alone{path}", raw, {"Content-Type": "application/json", **ASKED}), False)
    assert f"Heard with consent: {named}" in reply
    assert "Words that nobody is known to have said went in, as everybody present may be heard." in reply


def test_an_answer_that_is_json_stays_json(lined: Apis) -> None:
    reply = ask(lined, "openai", stream=False, headers=ASKED, response_format={"type": "json_object"})
    assert "Heard with consent" not in said(reply, False)


def test_a_route_that_adds_none_and_a_header_that_is_none_say_so(lined: Apis, apis: Apis) -> None:
    off = ask(apis, "openai", stream=False, headers=ASKED)
    assert (off.status, off.json["error"]["code"]) == (403, "consent_line_not_allowed")
    assert ask(lined, "openai", stream=False, headers={"X-Consent-Line": "maybe"}).status == 400
    assert ask(apis, "openai", stream=False, headers={"X-Consent-Line": "false"}).status == 200


def test_the_line_may_come_back_in_the_next_request(lined: Apis) -> None:
    """A client combines what it was given back; nothing of whoever was not heard leaves with the line."""
    reply = ask(lined, "openai", stream=False, headers=ASKED)
    path, body = BODIES["openai"]
    messages = [{"role": "user", "content": "Translate:\n\n" + reply.text}]
    again = lined.proxy.post(f"/m/m1{path}", json.dumps({**body, "messages": messages}).encode(), ASKED)
    assert again.status in (200, 403)
    lined.last()


def test_only_dialects_whose_answer_is_known_take_it(lined: Apis) -> None:
    proxy = lined.proxy
    (route,) = [each for each in proxy.document["routes"] if each["name"] == "skynet"]
    route["consent_line"] = True
    try:
        with pytest.raises(ConfigProblem, match="consent_line"):
            load(proxy.config)
    finally:
        del route["consent_line"]
        assert proxy.config.exists()
