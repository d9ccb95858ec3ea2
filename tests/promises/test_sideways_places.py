"""What leaks sideways: derived texts, earlier turns, reactions, what stands around a body; and what comes back.

Annika and Zoë granted, Benedikt denied; in the meeting ``m-all`` all granted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from harness.endpoints import Apis
from harness.process import Response
from promises.bodies import ANSWERED, BEFORE, CHAT, MESSAGES, QUOTED, RESPONSES, SAID, openai, running, sent, user

WORDS = "We will close the Tromsø plant before the summer holidays begin"
NAME = "Benedikt Oyelaran"
DERIVED = [(f"{how}: {name}", *made) for how, by in (("said", SAID), ("tool", ANSWERED), ("before", BEFORE))
           for name, made in by.items()]  # fmt: skip


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("places")) as running_apis:
        yield running_apis


@pytest.mark.parametrize(("path", "body"), [made[1:] for made in DERIVED], ids=[made[0] for made in DERIVED])
def test_a_summary_without_speakers_needs_everybody(apis: Apis, path: str, body: Any) -> None:
    """Summaries of chunks, what a tool makes of a meeting, what the assistant said of it a turn ago."""
    summary = "The canary was discussed. Annika Solberg and Benedikt wanted it gone; both agreed to meet in May."
    reply, arrived = sent(apis, path, body(summary))
    # Where nothing else is asked, it is refused and not sent blank.
    assert reply.status == 200 or (reply.status, b'"unproven"' in reply.body, arrived) == (403, True, [])
    assert not any(b"canary" in received.raw or b"agreed" in received.raw for received in arrived)
    reply, (received,) = sent(apis, path, body(summary), meeting="m-all")
    assert b"both agreed to meet in May" in received.raw
    for name in (b"Annika", b"Solberg", b"Benedikt"):
        assert name not in received.raw


@pytest.mark.parametrize("dialect", BEFORE)
def test_names_that_came_back_leave_as_pseudonyms_again(apis: Apis, dialect: str) -> None:
    """A client keeps replies as they were restored, and sends them as the assistant's turns."""
    path, body = BEFORE[dialect]
    turn = f"**Annika Solberg:** ships in May\n**WITHHELD_PERSON:** [withheld]\n**{NAME}:** canary\n"
    _, (received,) = sent(apis, path, body(turn))
    assert b"canary" not in received.raw
    assert b"Annika" not in received.raw
    assert b"enedikt" not in received.raw
    assert b"ships in May" in received.raw


REACTIONS = [
    'Replying to "We will close the Tr..."\r\n\r\nthat is sad',
    'Reacted to "We will close the Tr..." with 👍',
    'Removed a 👍 reaction from "We will close the Tr..."',
    "Antwort auf „We will close…“\r\n\r\nschade",
    "Hat auf „We will close the Tr…“ mit 👍 reagiert",
    "Réponse à « We will close... »\r\n\r\nzut",
    "A réagi à « We will close… » avec 👍",
    'Reaccionó a "We will close th..." con ❤️',
    'Ha reagito a "We will close..." con 😂',
    'Reagiu a "We will close..." com 👍',
    "Zareagowała na „We will close...” 👍",
    'Reagerade på "We will close..." med 👍',
    'Heeft gereageerd op "We will close..." met 🔥',
    'Отреагировал на "We will close..." 👍',
    '"We will close..." mesajına 👍 tepkisi verdi',
    '"We will close..."에 👍 반응을 남겼습니다',
    '回复 "We will close..."\r\n\r\n好',
    'Liked "We will close the Tromsø plant"',
    "👍 to We will close the Tromsø...",
    "In reply to Benedikt Oyelaran: We will close…",
    "> We will close the Tromsø…\r\n\r\nno!",
]


@pytest.mark.parametrize("reaction", REACTIONS)
def test_reactions_and_replies_quote_nobody_who_said_no(apis: Apis, reaction: str) -> None:
    chat = (
        f"00:01:00\t{NAME}:\t{WORDS}\r\n00:02:00\tAnnika Solberg:\tso we need a plan\r\n"
        f"00:03:00\tAnnika Solberg:\t{reaction}\r\n00:04:00\tAnnika Solberg:\tthen we are agreed\r\n"
    )
    reply, (received,) = sent(apis, CHAT, openai(user(chat)))
    assert reply.status == 200
    left = received.json["messages"][0]["content"]
    assert "will close" not in left
    assert "so we need a plan" in left
    assert "then we are agreed" in left


def test_nothing_around_a_body_carries_it(apis: Apis) -> None:
    """Headers stay here; a query or path that no route lists refuses the request."""
    mark = len(apis.recorder.received)
    for path, body in SAID.values():
        request = json.dumps(body("Annika Solberg: Hello.")).encode()
        for said in (WORDS, NAME, "Chief Financial Officer"):
            headers = {name: quote(said) for name in ("X-Title", "Referer", "User-Agent", "Cookie", "X-Request-Id")}
            assert apis.proxy.post(f"/m/m1{path}", request, headers).status == 200
            assert apis.proxy.post(f"/m/m1{path}?q={quote(said)}", request).status == 400
            assert apis.proxy.post(f"/m/m1{path}/{quote(said)}", request).status == 404
            named = {"Content-Disposition": f'form-data; filename="{quote(said)}.vtt"'}
            assert apis.proxy.post(f"/m/m1{path}", request, named).status == 200
    for received in apis.recorder.received[mark:]:
        for said in (b"Troms", b"enedikt", b"Chief", b"filename"):
            assert said not in received.raw


def unreadable(held: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests with something in them that is no text: pictures, files, sound, links."""

    def asked(part: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"role": "user", "content": [{"type": "text", "text": "Annika Solberg: See."}, part]}]

    yield CHAT, openai(*asked({"type": "image_url", "image_url": {"url": held}}))
    yield CHAT, openai(*asked({"type": "file", "file": {"filename": held, "file_data": held}}))
    yield CHAT, openai(*asked({"type": "input_audio", "input_audio": {"data": held, "format": "wav"}}))
    for part in ({"type": "input_image", "image_url": held}, {"type": "input_file", "file_url": held}):
        yield RESPONSES, {"model": "m", "input": [{"role": "user", "content": [part]}]}
    for source in ({"type": "base64", "media_type": "image/png", "data": held}, {"type": "url", "url": held}):
        for kind in ("image", "document"):
            yield MESSAGES, {"model": "m", "max_tokens": 9, "messages": asked({"type": kind, "source": source})}
    yield "/api/chat", {"model": "m", "messages": [{**user("Annika Solberg: See."), "images": [held]}]}
    yield "/api/generate", {"model": "m", "prompt": "Annika Solberg: See.", "images": [held]}


@pytest.mark.parametrize("held", ["data:text/plain;base64,V2Ugd2lsbCBjbG9zZQ==", "https://x.example/We%20will.png"])
def test_what_nobody_can_read_is_refused_wherever_it_stands(apis: Apis, held: str) -> None:
    for path, body in unreadable(held):
        reply, received = sent(apis, path, body)
        assert (reply.status, received) == (415, []), (path, body, reply.body)


STRUCTURED: dict[str, tuple[str, dict[str, Any]]] = {
    "openai-chat": (CHAT, {"response_format": {"type": "json_object"}}),
    "openai-responses": (RESPONSES, {"text": {"format": {"type": "json_object"}}}),
    "anthropic-messages": (
        MESSAGES,
        {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
    ),
    "ollama-chat": ("/api/chat", {"format": "json"}),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("dialect", STRUCTURED)
def test_structured_output_comes_back_as_json_whatever_the_names_are(apis: Apis, dialect: str, stream: bool) -> None:
    """The recipient says back what it was told; a name that JSON escapes comes back escaped, however it is cut."""
    path, form = STRUCTURED[dialect]
    turns = [{"speaker": QUOTED, "text": f"I am {QUOTED}."}, {"speaker": NAME, "text": "canary"}]
    request = {**SAID[dialect][1](""), **form, "stream": stream}
    request["input" if dialect == "openai-responses" else "messages"] = [user(json.dumps({"segments": turns}))]
    reply, (received,) = sent(apis, path, request)
    assert reply.status == 200, reply.body
    assert b"Zed" not in received.raw
    came_back = json.loads(said_by(reply, dialect))
    assert came_back == {"segments": [turns[0], {"speaker": "WITHHELD_PERSON", "text": "[withheld]"}]}


def said_by(reply: Response, dialect: str) -> str:
    """What the assistant said: whole, or all deltas of a stream joined."""
    text = reply.body.decode()
    if dialect == "openai-chat":
        return reply.text
    if dialect == "ollama-chat":
        return "".join(json.loads(line)["message"]["content"] for line in text.splitlines())
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    if dialect == "anthropic-messages":
        pieces = [event["delta"].get("text", "") for event in events if event["type"] == "content_block_delta"]
        return "".join(pieces) if events else reply.json["content"][0]["text"]
    if events:
        return "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
    return next(item["content"][0]["text"] for item in reply.json["output"] if item["type"] == "message")
