"""Declared streams in both formats, and replies of them: two texts that grow side by side, and whole ones."""

import json

from proxy.settings import JsonShape

BASE = {"speech": ["/text"], "controls": {"/stream": {"type": "boolean"}}}
SSE = {
    "format": "sse",
    "asked_by": "/stream",
    "events": {
        "delta": {
            "grows": [
                {"text": "/delta/text", "apart": ["/index"]},
                {"text": "/delta/json", "apart": ["/index"], "json_text": True},
            ],
            "fields": ["/id"],
        },
        "stop": {"closes": ["/index"]},
        "result": {"text": ["/title", "/speakers"], "json_text": ["/structured"], "fields": ["/usage"]},
        "ping": {},
    },
    "end_marker": "[DONE]",
    "error": {"kind": "error", "code": "/code", "message": "/message"},
}
LINES = {
    "format": "ndjson",
    "asked_by": "/stream",
    "by_default": True,
    "kind": "/meta/type",
    "events": {
        "chunk": {
            "grows": [
                {"text": "/choices/*/text", "apart": ["/choices/*/n"]},
                {"text": "/notes/*", "json_text": True},
            ],
            "fields": ["/id", "/meta"],
            "ends_when": "/done",
        },
        "result": {"text": ["/title", "/speakers"], "json_text": ["/structured"]},
        "end": {"ends": True},
    },
}


def streamed(stream, **changes):
    """A shape with this stream; changes are of the stream."""
    return JsonShape.model_validate({**BASE, "reply": {"text": ["/summary"], "stream": {**stream, **changes}}})


def sse(*events):
    """Events as ``(kind, data)``; a text is sent as it is."""
    frames = []
    for kind, data in events:
        name = "" if kind == "message" else f"event: {kind}\n"
        frames.append(f"{name}data: {data if isinstance(data, str) else json.dumps(data)}\n\n")
    return "".join(frames).encode()


def lines(*events):
    """Events as ``(kind, data)``, the kind where these lines have it."""
    return b"".join(json.dumps({"meta": {"type": kind}, **data}).encode() + b"\n" for kind, data in events)


def as_sse(first, second, whole):
    """A reply in which two texts grow by turns, the second of JSON; `first` and `second` are lists of pieces."""
    events = [("ping", {})]
    for number in range(max(len(first), len(second))):
        if number < len(first):
            events.append(("delta", {"id": "PERSON_1", "index": 0, "delta": {"text": first[number]}}))
        if number < len(second):
            events.append(("delta", {"index": "b", "delta": {"json": second[number], "text": None}}))
    events += [("stop", {"index": 0}), ("result", _whole(whole)), ("message", "[DONE]")]
    return sse(*events)


def as_lines(first, second, whole):
    """The same in lines."""
    events = []
    for number in range(max(len(first), len(second))):
        data = {"id": "PERSON_1", "done": False}
        if number < len(first):
            data["choices"] = [{"n": 7, "text": first[number]}, {"n": 8, "text": None}]
        if number < len(second):
            data["notes"] = [second[number]]
        events.append(("chunk", data))
    return lines(*events, ("result", _whole(whole)), ("chunk", {"done": True}))


def _whole(text):
    return {"title": text, "speakers": [{text: text}], "structured": json.dumps({"who": text}, ensure_ascii=False)}


def read_sse(raw):
    """The events of a reply, as ``(kind, data)``; the end marker is None."""
    events = []
    for frame in raw.decode().split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in frame.split("\n"))
        data = fields["data"]
        events.append((fields.get("event", "message"), None if data == "[DONE]" else json.loads(data)))
    return events


def read_lines(raw):
    """The same of lines."""
    events = [json.loads(line) for line in raw.decode().split("\n")[:-1]]
    return [(event.get("meta", {}).get("type", "message"), event) for event in events]
