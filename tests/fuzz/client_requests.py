"""Requests of every dialect: parsed, heard and rendered, or the client's fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialects.anthropic_bodies import FULL as MESSAGES
from dialects.chat_bodies import FULL as CHAT
from dialects.ollama_bodies import CHAT as OLLAMA_CHAT
from dialects.ollama_bodies import GENERATE as OLLAMA_GENERATE
from dialects.responses_bodies import FULL as RESPONSES
from dialects.shape_bodies import FULL as DECLARED
from dialects.shape_bodies import SHAPE
from dialects.skynet_bodies import FULL as SKYNET
from fuzz import samples
from fuzz.taking import ROSTER, Parser, Take, json_bytes, reckoned

from proxy.dialects import DIALECTS, Dialect
from proxy.dialects.base import ParsePolicy
from proxy.dialects.declared.request import JsonDialect
from proxy.errors import ClientFault
from proxy.model import Edit, Inbound
from proxy.settings import JsonShape
from proxy.steps.hearing import hear


def request(dialect: Dialect, content_type: str) -> Take:
    """A request is parsed, heard and rendered, with none and all of its text replaced, or it is the client's fault."""

    def take(raw: bytes) -> bool:
        headers = (("content-type", content_type),) if content_type else ()
        inbound = Inbound("POST", "/v1/x", "", headers, raw)
        try:
            parsed = dialect.parse(inbound, ParsePolicy())
        except ClientFault as fault:
            assert dialect.error(fault, None).status == fault.status
            return False
        dialect.content_type(parsed)
        assert dialect.synthetic(parsed, "Withheld.", "e", 0).body
        assert dialect.error(ClientFault("x"), parsed).body
        try:
            hearing = hear(parsed.slots, ROSTER, None, opaque_is_instruction=False)
        except ClientFault:
            return False
        reckoned(hearing)
        words: dict[int, list[Edit]] = {}
        for said in hearing.said:
            words.setdefault(said.slot, []).extend(Edit(*span, "-") for span in said.utterance.words)
        withheld = hearing.source_edits({slot: sorted(edits) for slot, edits in words.items()})
        whole = {slot.index: [Edit(0, len(slot.text), "PERSON_1")] for slot in parsed.slots}
        # A recording is withheld as a whole, by a refusal.
        for edits in ({},) if parsed.media else ({}, withheld, whole):
            try:
                dialect.render(parsed, edits)
            except ClientFault as fault:
                assert fault.reason == "input_too_large"
        return True

    return take


_SHAPES: dict[str, tuple[JsonShape, Any]] = {
    "all": (SHAPE, DECLARED),
    "speech": (
        JsonShape.model_validate(
            {"speech": ["/meeting/said/*"], "reply": {"text": [""]}, "error": {"code": "/c", "message": "/m"}}
        ),
        {"meeting": {"said": ["Ann Lund: hello", {"Ben": ["hi", 7]}]}},
    ),
    "times": (
        JsonShape.model_validate(
            {
                "utterances": [
                    {"items": f"/{time}/*", "text": ["/t"], "speaker": "/s", "start": "/a", "end": "/b", "time": time}
                    for time in ("milliseconds", "clock", "instant", "unix_seconds", "unix_milliseconds")
                ],
                "reply": {"text": ["/t"]},
            }
        ),
        {
            "milliseconds": [{"t": "hello", "s": "Ann Lund", "a": 1500, "b": 2000}],
            "clock": [{"t": "hello", "s": "Ann Lund", "a": "0:00:01", "b": "00:02"}],
            "instant": [
                {"t": "hello", "s": "Ann Lund", "a": "2026-03-02T10:00:05Z", "b": "2026-03-02T10:00:06.5+01:00"}
            ],
            "unix_seconds": [{"t": "hello", "s": "Ann Lund", "a": 1772445601, "b": 1772445602.5}],
            "unix_milliseconds": [{"t": "hello", "s": "Ann Lund", "a": 1772445601000, "b": 1772445602000}],
        },
    ),
    "list": (
        JsonShape.model_validate(
            {"utterances": [{"items": "/*", "text": ["/t"], "speaker": "/s"}], "reply": {"text": ["/*/t"]}}
        ),
        [{"t": "hello", "s": "Ann Lund"}, {"t": "", "s": None}],
    ),
}

BODIES: dict[str, bytes] = {
    "openai-chat": json_bytes(CHAT),
    "azure-chat": json_bytes(CHAT),
    "openai-responses": json_bytes(RESPONSES),
    "openai-audio": samples.MULTIPART,
    "anthropic-messages": json_bytes(MESSAGES),
    "anthropic-count-tokens": json_bytes(
        {k: v for k, v in MESSAGES.items() if k in ("model", "messages", "system", "tools")}
    ),
    "ollama-chat": json_bytes(OLLAMA_CHAT),
    "ollama-generate": json_bytes(OLLAMA_GENERATE),
    "content-free": b"",
    "skynet-summaries": json_bytes(SKYNET),
    "skynet-job": b"",
    "zoom-summarizer": json_bytes(samples.SUMMARIZER),
    "transcript": samples.WEBVTT.encode(),
}
TYPES = {
    "openai-audio": "multipart/form-data; boundary=xyz",
    "transcript": "text/vtt; charset=utf-8",
    "content-free": "",
    "skynet-job": "",
}


def parsers() -> Iterator[Parser]:
    for name, dialect in DIALECTS.items():
        yield Parser(f"dialect {name}", (BODIES[name],), request(dialect, TYPES.get(name, "application/json")))
    for name, (shape, body) in _SHAPES.items():
        dialect = JsonDialect("json", shape)
        yield Parser(f"dialect json, {name}", (json_bytes(body),), request(dialect, "application/json"))
