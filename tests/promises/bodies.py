"""One text as a request of each dialect: as what a user says, a tool answers, an assistant said before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.endpoints import Apis, speak, speaking
from harness.process import KEY, Proxy, Response, grant_all
from harness.recorder import Received, Recorder, http

FUNCTION = {"name": "look", "parameters": {"type": "object"}}
ASKED = {"role": "user", "content": "Annika Solberg: And now?"}
CALLED = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
SHAPE = {"speech": ["/notes"], "instructions": ["/prompt"], "reply": {"text": ["/summary"]}}

QUOTED = 'Zoë "Zed" O\\Hara'
"""A name that JSON has to escape."""

CHAT, RESPONSES, MESSAGES = "/v1/chat/completions", "/v1/responses", "/v1/messages"
AZURE = "/openai/deployments/gpt-large/chat/completions"
ZOOM = "/v2/aiservices/summarizer/summarize"


def openai(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"model": "m", "messages": list(messages)}


def anthropic(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"model": "m", "max_tokens": 9, "messages": list(messages)}


def ollama(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"model": "m", "stream": False, "messages": list(messages)}


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


SAID: dict[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "openai-chat": (CHAT, lambda text: openai(user(text))),
    "openai-chat parts": (CHAT, lambda text: openai({"role": "user", "content": [{"type": "text", "text": text}]})),
    "openai-responses": (RESPONSES, lambda text: {"model": "m", "input": text}),
    "openai-responses items": (
        RESPONSES,
        lambda text: {"model": "m", "input": [{"role": "user", "content": [{"type": "input_text", "text": text}]}]},
    ),
    "azure-chat": (AZURE, lambda text: {"messages": [user(text)]}),
    "anthropic-messages": (MESSAGES, lambda text: anthropic(user(text))),
    "anthropic-messages document": (
        MESSAGES,
        lambda text: anthropic(
            {
                "role": "user",
                "content": [{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}}],
            }
        ),
    ),
    "ollama-chat": ("/api/chat", lambda text: ollama(user(text))),
    "ollama-generate": ("/api/generate", lambda text: {"model": "m", "stream": False, "prompt": text}),
    "zoom-summarizer": (ZOOM, lambda text: {"input": {"text": text}, "config": {"task": "recap"}}),
    "json": ("/v1/notes", lambda text: {"notes": text}),
}
"""By dialect: the path, and a request in which a user says the text."""

ANSWERED: dict[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "openai-chat": (
        CHAT,
        lambda text: openai(
            ASKED,
            {"role": "assistant", "content": None, "tool_calls": [CALLED]},
            {"role": "tool", "tool_call_id": "call_1", "content": text},
        ),
    ),
    "openai-responses": (
        RESPONSES,
        lambda text: {
            "model": "m",
            "input": [
                ASKED,
                {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "call_1", "output": text},
            ],
        },
    ),
    "anthropic-messages": (
        MESSAGES,
        lambda text: anthropic(
            ASKED,
            {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}]},
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": text}]}
                ],
            },
        ),
    ),
    "ollama-chat": (
        "/api/chat",
        lambda text: ollama(
            ASKED,
            {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "look", "arguments": {}}}]},
            {"role": "tool", "tool_name": "look", "content": text},
        ),
    ),
}
"""By dialect: a request in which a tool answers the text."""

BEFORE: dict[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "openai-chat": (CHAT, lambda text: openai(ASKED, {"role": "assistant", "content": text}, ASKED)),
    "openai-responses": (
        RESPONSES,
        lambda text: {"model": "m", "input": [ASKED, {"role": "assistant", "content": text}, ASKED]},
    ),
    "azure-chat": (AZURE, lambda text: {"messages": [ASKED, {"role": "assistant", "content": text}, ASKED]}),
    "anthropic-messages": (MESSAGES, lambda text: anthropic(ASKED, {"role": "assistant", "content": text}, ASKED)),
    "ollama-chat": ("/api/chat", lambda text: ollama(ASKED, {"role": "assistant", "content": text}, ASKED)),
}
"""By dialect: a request in which an assistant's earlier turn is the text."""


INSTRUCTED: dict[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "openai-chat system": (CHAT, lambda text: openai({"role": "system", "content": text}, ASKED)),
    "openai-chat developer": (CHAT, lambda text: openai({"role": "developer", "content": text}, ASKED)),
    "openai-chat tool": (
        CHAT,
        lambda text: {
            **openai(ASKED),
            "tools": [{"type": "function", "function": {**FUNCTION, "description": text}}],
        },
    ),
    "openai-responses": (RESPONSES, lambda text: {"model": "m", "instructions": text, "input": [ASKED]}),
    "azure-chat": (AZURE, lambda text: {"messages": [{"role": "system", "content": text}, ASKED]}),
    "anthropic-messages": (MESSAGES, lambda text: {**anthropic(ASKED), "system": text}),
    "anthropic-messages blocks": (
        MESSAGES,
        lambda text: {**anthropic(ASKED), "system": [{"type": "text", "text": text}]},
    ),
    "ollama-chat": ("/api/chat", lambda text: ollama({"role": "system", "content": text}, ASKED)),
    "ollama-generate": (
        "/api/generate",
        lambda text: {"model": "m", "stream": False, "system": text, "prompt": ASKED["content"]},
    ),
    "json": ("/v1/notes", lambda text: {"prompt": text, "notes": ASKED["content"]}),
}
"""By dialect: a request in which the text is an instruction."""


async def answer(received: Received, writer: Any) -> None:
    """What `speak` answers, and something to the dialects that it does not know."""
    path = received.head.split(b" ")[1].decode()
    if path == ZOOM:
        writer.write(http(b'{"result": {"text": "done"}}'))
    elif path == "/v1/notes":
        writer.write(http(b'{"summary": "done"}'))
    elif path == "/v1/transcript":
        writer.write(http(received.body, "text/plain"))
    else:
        await speak(received, writer)


@contextmanager
def running(
    directory: Path,
    *,
    series: str | None = None,
    redaction: dict[str, str] | None = None,
    profile: dict[str, Any] | None = None,
    **consent: Any,
) -> Iterator[Apis]:
    """A proxy with a route for every dialect. In ``m1`` Benedikt denied, the others granted; in ``m-all`` all did.

    `profile` is that of its client.
    """
    with Recorder(answer) as recorder:
        document = speaking(directory, recorder, consent={"min_retained_ratio": 0.0, **consent})
        document["redaction"] = {**document.get("redaction", {}), **(redaction or {})}
        for name, path, dialect, more in (
            ("zoom", ZOOM, "zoom-summarizer", {}),
            ("notes", "/v1/notes", "json", {"shape": SHAPE}),
            ("plain", "/v1/transcript", "transcript", {}),
        ):
            document["routes"].append(
                {"name": name, "path": path, "upstream_path": path, "dialect": dialect, "purpose": "summary",
                 "recipient": "acme-llm", **more}
            )  # fmt: skip
            document["clients"][0]["routes"].append(name)
        if profile is not None:
            document["profiles"] = {"ours": profile}
            document["clients"][0]["profile"] = "ours"
        if series is not None:
            key = hashlib.sha256(f"{KEY}-of-series".encode()).hexdigest()
            document["clients"].append({"name": "series", "key_sha256": key, "routes": ["openai"], "series": series})
        proxy = Proxy(directory, document)
        people = [
            {"id": "p-ann", "name": "Annika Solberg", "emails": ["annika.solberg@fjord.example"], "class": "employee"},
            {"id": "p-ben", "name": "Benedikt Oyelaran", "emails": ["ben.o@fjord.example"], "class": "employee"},
            {"id": "p-zoe", "name": QUOTED, "class": "employee"},
        ]
        for name in ("m1", "m-all"):
            proxy.meeting(people, name=name)
        grant_all(proxy, ["p-ann", "p-ben", "p-zoe"], "m1", denied="p-ben")
        grant_all(proxy, ["p-ann", "p-ben", "p-zoe"], "m-all")
        proxy.start()
        yield Apis(proxy, recorder)
        proxy.stop()


def sent(apis: Apis, path: str, body: Any, meeting: str = "m1") -> tuple[Response, list[Received]]:
    """The reply, and what reached the recipient."""
    mark = len(apis.recorder.received)
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    reply = apis.proxy.post(f"/m/{meeting}{path}", raw)
    return reply, apis.recorder.received[mark:]


def strings(value: Any) -> Iterator[str]:
    """All keys and strings of a document."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value
