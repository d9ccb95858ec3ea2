"""Every stream event of every dialect, however the stream is cut and however its lines end, gives the same text."""

from __future__ import annotations

import json
import re

import pytest
from dialects.dialect_fakes import run
from fuzz import replies
from fuzz.mutations import CASES
from fuzz.replies import STREAMS, WHOLE, Reply

from proxy.dialects import DIALECTS
from proxy.dialects import ollama as ollama_reply
from proxy.dialects.anthropic import reply as anthropic_stream
from proxy.dialects.responses import reply as responses_stream
from proxy.errors import UpstreamFault
from proxy.settings import JSON_DIALECT

ALL = (*STREAMS, *WHOLE)
NAMES = [f"{reply.dialect} {reply.content_type.partition(';')[0]}" for reply in ALL]
STREAM_NAMES = NAMES[: len(STREAMS)]
SSE = [reply for reply in STREAMS if reply.content_type == replies.SSE]


def strings(raw: bytes) -> dict[tuple[str | int, ...], str]:
    """What clients put together: the strings of all events, joined by their place, read without our parsers."""
    found: dict[tuple[str | int, ...], str] = {}

    def gather(value: object, path: tuple[str | int, ...]) -> None:
        if isinstance(value, str):
            found[path] = found.get(path, "") + value
        elif isinstance(value, dict):
            own = tuple(value[name] for name in ("type", "index", "output_index") if name in value)
            for name, held in value.items():
                gather(held, (*path, *own, name))
        elif isinstance(value, list):
            for item in value:
                gather(item, path)

    lines = re.split(r"\r\n|\n|\r", raw.decode("utf-8-sig"))
    for line in lines:
        text = line.removeprefix("data:").strip()
        if text.startswith("{"):
            gather(json.loads(text), ())
    return found


def test_every_event_that_the_code_knows_is_in_the_streams() -> None:
    events = {event["type"] for event in replies.RESPONSES_EVENTS}
    growing = {f"{kind}.{stage}" for kind in responses_stream._GROWING for stage in ("delta", "done")}
    # Of the ends of a response one comes; an error ends the stream of itself.
    other_ends = responses_stream._LAST - {"response.completed"} | {"error"}
    assert events == (growing | responses_stream._WHOLE) - other_ends

    deltas = {event["delta"]["type"] for event in replies.MESSAGE_EVENTS if event["type"] == "content_block_delta"}
    assert deltas == {*anthropic_stream._WHOLE, *anthropic_stream._BLOCK_TEXTS.values(), "input_json_delta"}
    lines = [
        json.loads(line)
        for each in STREAMS
        if each.dialect.startswith("ollama")
        for line in each.raw.split(b"\n")
        if line
    ]
    held = {(key, inner) for line in lines for key in line for inner in (line[key] if key == "message" else ())}
    held |= {(key,) for line in lines for key in line}
    assert held >= ollama_reply._GROWING


def test_every_dialect_that_streams_has_a_stream() -> None:
    streaming = set()
    for name in set(DIALECTS) - {"anthropic-count-tokens"}:  # shares its rewriter with messages, and asks for no stream
        for kind in (replies.SSE, replies.LINES):
            try:
                Reply(name, kind, b"").rewriter()
            except UpstreamFault:
                continue
            streaming.add((name, kind))
    assert streaming == {(reply.dialect, reply.content_type) for reply in STREAMS if reply.shape is None}
    assert {reply.dialect for reply in ALL} == {*DIALECTS, JSON_DIALECT}


@pytest.mark.parametrize("reply", ALL, ids=NAMES)
def test_a_reply_cut_at_any_byte_is_the_same(reply: Reply) -> None:
    """Into two pieces at every byte (of a long one, at every few), in three, and byte by byte; pieces may be empty."""
    whole = run(reply.rewriter(), [reply.raw])
    size = len(reply.raw)
    step = -(-size // (8 * CASES))
    for at in range(0, size + 1, step):
        assert run(reply.rewriter(), [reply.raw[:at], b"", reply.raw[at:]]) == whole, at
    for width in (1, 2, 3, 7, 64):
        pieces = [reply.raw[at : at + width] for at in range(0, size, width)]
        assert run(reply.rewriter(), pieces) == whole, width


@pytest.mark.parametrize("reply", STREAMS, ids=STREAM_NAMES)
def test_the_cut_pseudonyms_are_restored(reply: Reply) -> None:
    joined = strings(run(reply.rewriter(), [reply.raw]))
    said = "\n".join(text for path, text in joined.items() if path[-1] not in ("id", "signature", "data"))

    assert "Ada" in said
    assert "Bo" in said
    assert "PERS" not in said


@pytest.mark.parametrize("reply", SSE, ids=[reply.dialect for reply in SSE])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["crlf", "cr", "lf"])
@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["", "bom"])
def test_line_ends_comments_and_other_fields_change_no_text(reply: Reply, end: str, bom: str) -> None:
    text = reply.raw.decode().replace("\ndata: ", "\n: hm\nid: 7\nretry: 300\nunheard-of: 1\ndata:")
    written = (bom + text.replace("\n", end)).encode()
    whole = run(reply.rewriter(), [written])

    assert strings(whole) == strings(run(reply.rewriter(), [reply.raw]))
    assert run(reply.rewriter(), [written[at : at + 1] for at in range(len(written))]) == whole


@pytest.mark.parametrize("reply", SSE, ids=[reply.dialect for reply in SSE])
def test_data_over_several_lines_is_the_same_text(reply: Reply) -> None:
    """JSON may be broken wherever white space may stand."""
    several = re.sub(rb'^data: \{"', b'data: {\ndata:\ndata: "', reply.raw, flags=re.MULTILINE)
    whole = run(reply.rewriter(), [several])
    joined = whole.replace(b"data: {\ndata:\ndata: ", b"data: {")

    assert strings(joined) == strings(run(reply.rewriter(), [reply.raw]))
    assert run(reply.rewriter(), [several[at : at + 1] for at in range(len(several))]) == whole
