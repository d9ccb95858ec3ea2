"""A declared JSON shape that uses everything a shape can say, and a request of it."""

from proxy.settings import JsonShape

DECLARED = {
    "speech": ["/prompt", "/context/thread"],
    "transcript": ["/transcript"],
    "instructions": ["/task", "/context/~1hints"],
    "labels": ["/participants/*/name"],
    "utterances": [
        {
            "items": "/segments/*",
            "text": ["/text", "/raw/text"],
            "speaker": "/who/name",
            "start": "/from",
            "end": "/to",
        },
        {"items": "/chat/*", "text": ["/body"], "speaker": "/author", "start": "/at", "time": "instant"},
    ],
    "identifiers": ["/user_id", "/metadata", "/segments/*/words", "/segments/*/id", "/participants/*/email", "/tags/*"],
    "controls": {
        "/language": {"type": "string", "values": ["en", "de"]},
        "/locale": {"type": "string", "pattern": "[a-z]{2}-[A-Z]{2}"},
        "/live": {"type": "boolean"},
        "/limits/tokens": {"type": "integer", "min": 1, "max": 5000},
        "/limits/heat": {"type": "number", "min": 0, "max": 2},
    },
    "max_bytes": {"/prompt": 40},
    "reply": {"text": ["/result", "/parts/*/text"], "json_text": ["/structured"]},
    "error": {"code": "/code", "message": "/problems/*/message"},
}
SHAPE = JsonShape.model_validate(DECLARED)

FULL = {
    "prompt": "Sum up what Maya said.",
    "context": {"thread": [{"Maya": "call 15550100"}, 7], "/hints": "be brief"},
    "transcript": "Tom: hello",
    "task": "Minutes for Tom",
    "participants": [{"name": "Maya Chen", "email": "maya@example.org"}],
    "segments": [
        {
            "id": "s-1",
            "who": {"name": "Maya Chen"},
            "text": "I will call.",
            "raw": {"text": "i will call"},
            "from": 1.5,
            "to": 3,
            "words": ["i", "will", "call"],
        },
        {"text": "Somebody spoke.", "who": {"name": 2}, "from": None},
        {"text": "Nobody claims this."},
    ],
    "chat": [{"author": "Tom", "body": "hi", "at": "2026-03-02T10:00:05Z"}],
    "user_id": "u-1",
    "metadata": {"host": "maya-laptop", "team": "blue"},
    "tags": ["board", "maya"],
    "language": "en",
    "locale": "de-CH",
    "live": True,
    "limits": {"tokens": 900, "heat": 0.5},
}
