"""Any reply of a recipient is restored or the recipient's fault, and takes time that grows with its length alone."""

from __future__ import annotations

import json
import random

import pytest
from dialects import stream_bodies
from dialects.dialect_fakes import run
from fuzz.mutations import CASES, at_every_byte, damaged
from fuzz.replies import BY_SSE, JSON, LINES, MESSAGE_EVENTS, SSE, STREAMS, WHOLE, Reply

from proxy.errors import UpstreamFault

ALL = (*STREAMS, *WHOLE)
NAMES = [f"{reply.dialect} {reply.content_type.partition(';')[0]}" for reply in ALL]
MANY = 20_000


def attempt(reply: Reply, raw: bytes, width: int) -> bytes | None:
    """What is given for `raw`, in pieces of `width` bytes; None for a fault of the recipient. Else it fails."""
    try:
        return run(reply.rewriter(), [raw[at : at + width] for at in range(0, len(raw), width)])
    except UpstreamFault:
        return None


@pytest.mark.parametrize("reply", ALL, ids=NAMES)
def test_a_damaged_reply_is_restored_or_the_recipients_fault(reply: Reply) -> None:
    chance = random.Random(1)
    for seed in range(2 * CASES):
        raw = _damaged(reply.raw, seed)
        attempt(reply, raw, chance.choice([1, 5, 1 << 20]) if len(raw) < 20_000 else 1 << 20)


@pytest.mark.parametrize("reply", ALL, ids=NAMES)
def test_a_reply_cut_off_or_changed_at_a_byte_is_restored_or_the_recipients_fault(reply: Reply) -> None:
    places = list(at_every_byte(reply.raw))
    for raw in places[:: -(-len(places) // (6 * CASES)) | 1]:
        attempt(reply, raw, 1 << 20)


@pytest.mark.parametrize("reply", STREAMS, ids=NAMES[: len(STREAMS)])
def test_a_stream_that_breaks_off_is_never_taken_for_whole(reply: Reply) -> None:
    """Cut before its last event: whatever has come may have gone on, and the end is a fault."""
    body = reply.raw.rstrip().rpartition(b"\n\n" if reply.content_type == SSE else b"\n")[0]
    if reply.content_type == SSE and b"[DONE]" in reply.raw:
        body = body.rpartition(b'"finish_reason": "length"')[0]
    for at in range(0, len(body), max(1, len(body) // (4 * CASES))):
        assert attempt(reply, body[:at], 1 << 20) is None, at


def _damaged(raw: bytes, seed: int) -> bytes:
    """The reply damaged as a whole, or the JSON of one of its events."""
    chance = random.Random(seed)
    lines = raw.split(b"\n")
    spots = [n for n, line in enumerate(lines) if b"{" in line]
    if not spots or chance.random() < 0.4:
        return damaged(raw, seed)
    at = chance.choice(spots)
    head, brace, event = lines[at].partition(b"{")
    lines[at] = head + damaged(brace + event, seed)
    return b"\n".join(lines)


def _frames(*events: object) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


def _chunk(*choices: dict[str, object]) -> dict[str, object]:
    return {"object": "chat.completion.chunk", "choices": list(choices)}


def _call(number: int) -> dict[str, object]:
    return {"index": number, "function": {"arguments": "PER"}}


def _block(index: int) -> list[dict[str, object]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": {"type": "text", "text": "PER"}},
        {"type": "content_block_stop", "index": index},
    ]


_BLOCKS = [_block(index) for index in range(MANY // 2)]
HOSTILE = {
    "choices that end in a row": Reply("openai-chat", SSE, _frames(
        *(_chunk({"index": n, "delta": {"content": "PER"}, "finish_reason": None}) for n in range(MANY)),
        *(_chunk({"index": n, "delta": {}, "finish_reason": "stop"}) for n in range(MANY)),
    )),
    "choices that end at once": Reply("openai-chat", SSE, _frames(
        _chunk(*({"index": n, "delta": {"content": "PER"}, "finish_reason": "stop"} for n in range(MANY))),
    )),
    "calls that end at once": Reply("openai-chat", SSE, _frames(
        _chunk({"index": 0, "delta": {"tool_calls": [_call(n) for n in range(MANY)]}, "finish_reason": "stop"}),
    )),
    "blocks that end in a row": Reply("anthropic-messages", SSE, _frames(
        MESSAGE_EVENTS[0], *(start for start, _ in _BLOCKS), *(stop for _, stop in _BLOCKS), {"type": "message_stop"},
    )),
    "texts that end at once": Reply("openai-responses", SSE, _frames(
        *({"type": "response.refusal.delta", "output_index": n, "content_index": 0, "delta": "PER"}
          for n in range(MANY // 4)),
        {"type": "response.completed", "response": {"output": []}},
    )),
    "declared texts that end in a row": Reply("json", SSE, stream_bodies.sse(
        *(("delta", {"index": n, "delta": {"text": "PER"}}) for n in range(MANY // 4)),
        *(("stop", {"index": n}) for n in range(MANY // 4)),
        ("message", "[DONE]"),
    ), BY_SSE),
    "empty lines": Reply("openai-chat", SSE, b"\n" * 300_000 + b"data: [DONE]\n\n"),
    "line ends that wait": Reply("openai-chat", SSE, b"data: 1\r" * 40_000),
    "comments": Reply("openai-responses", SSE, b": \n" * 100_000),
    "fields": Reply("anthropic-messages", SSE, b"event: ping\n" * 60_000),
    "lines": Reply("ollama-chat", LINES, b"\n" * 300_000 + b'{"done": true}'),
    "what may go on": Reply("ollama-chat", LINES, json.dumps({"message": {"content": "PERSON_1" * 60_000}}).encode()),
    "brackets": Reply("openai-chat", JSON, b"[" * 400_000),
    "keys": Reply("transcript", JSON, json.dumps({f"PERSON_{n}": "PER" for n in range(30_000)}).encode()),
    "escapes": Reply("transcript", JSON, b'["' + b"\\ud800" * 60_000 + b'"]'),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_repetition_ends(name: str) -> None:
    """Twenty thousand of what trips careless readers: a quadratic one would not end in a test's patience."""
    attempt(HOSTILE[name], HOSTILE[name].raw, 1 << 16)
