"""Any reply of a recipient is restored or the recipient's fault, and takes time that grows with its length alone."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from dialects import stream_bodies
from dialects.dialect_fakes import run
from fuzz.mutations import CASES, at_every_byte, damaged
from fuzz.replies import BY_SSE, JSON, LINES, MESSAGE_EVENTS, SSE, STREAMS, WHOLE, Reply
from harness.growth import linear

from proxy.errors import UpstreamFault

ALL = (*STREAMS, *WHOLE)
NAMES = [f"{reply.dialect} {reply.content_type.partition(';')[0]}" for reply in ALL]
MANY = 6_000


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


def _blocks(count: int) -> list[dict[str, object]]:
    return [_block(index)[part] for part in (0, 1) for index in range(count)]


HOSTILE: dict[str, tuple[int, Callable[[int], Reply]]] = {
    "choices that end in a row": (MANY, lambda many: Reply("openai-chat", SSE, _frames(
        *(_chunk({"index": n, "delta": {"content": "PER"}, "finish_reason": None}) for n in range(many)),
        *(_chunk({"index": n, "delta": {}, "finish_reason": "stop"}) for n in range(many)),
    ))),
    "choices that end at once": (MANY, lambda many: Reply("openai-chat", SSE, _frames(
        _chunk(*({"index": n, "delta": {"content": "PER"}, "finish_reason": "stop"} for n in range(many))),
    ))),
    "calls that end at once": (MANY, lambda many: Reply("openai-chat", SSE, _frames(
        _chunk({"index": 0, "delta": {"tool_calls": [_call(n) for n in range(many)]}, "finish_reason": "stop"}),
    ))),
    "blocks that end in a row": (MANY, lambda many: Reply("anthropic-messages", SSE, _frames(
        MESSAGE_EVENTS[0], *_blocks(many), {"type": "message_stop"},
    ))),
    "texts that end at once": (MANY, lambda many: Reply("openai-responses", SSE, _frames(
        *({"type": "response.refusal.delta", "output_index": n, "content_index": 0, "delta": "PER"}
          for n in range(many)),
        {"type": "response.completed", "response": {"output": []}},
    ))),
    "declared texts that end in a row": (MANY, lambda many: Reply("json", SSE, stream_bodies.sse(
        *(("delta", {"index": n, "delta": {"text": "PER"}}) for n in range(many)),
        *(("stop", {"index": n}) for n in range(many)),
        ("message", "[DONE]"),
    ), BY_SSE)),
    "empty lines": (100_000, lambda many: Reply("openai-chat", SSE, b"\n" * many + b"data: [DONE]\n\n")),
    "line ends that wait": (40_000, lambda many: Reply("openai-chat", SSE, b"data: 1\r" * many)),
    "comments": (100_000, lambda many: Reply("openai-responses", SSE, b": \n" * many)),
    "fields": (30_000, lambda many: Reply("anthropic-messages", SSE, b"event: ping\n" * many)),
    "lines": (100_000, lambda many: Reply("ollama-chat", LINES, b"\n" * many + b'{"done": true}')),
    "what may go on": (30_000, lambda many: Reply(
        "ollama-chat", LINES, json.dumps({"message": {"content": "PERSON_1" * many}}).encode()
    )),
    "brackets": (200_000, lambda many: Reply("openai-chat", JSON, b"[" * many)),
    "keys": (10_000, lambda many: Reply(
        "transcript", JSON, json.dumps({f"PERSON_{n}": "PER" for n in range(many)}).encode()
    )),
    "escapes": (30_000, lambda many: Reply("transcript", JSON, b'["' + b"\\ud800" * many + b'"]')),
}  # fmt: skip
"""How many, and the reply that has as many as it is told."""


@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_with_hostile_repetition_and_no_faster(name: str) -> None:
    """Thousands of what trips careless readers, in pieces as they arrive."""
    many, reply = HOSTILE[name]
    linear(lambda given: attempt(given, given.raw, 1 << 20), reply, many)
