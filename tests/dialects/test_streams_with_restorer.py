"""Streams of the Anthropic and Ollama APIs, and declared ones, with the restorer that serves, however they are cut."""

import json

from dialects.anthropic.test_reply_stream_anthropic import block, delta, grown, stop, stream
from dialects.dialect_fakes import cuts, inbound, offered, pieces_of, run
from dialects.stream_bodies import LINES, SSE, as_lines, as_sse, read_lines, read_sse, streamed
from dialects.test_dialects_with_restorer import PSEUDONYMS, answers, restorer
from dialects.test_ollama import says, told
from harness.invented import invented
from hypothesis import given, settings

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.dialects.declared.request import JsonDialect
from proxy.redaction.restore import restore

EXAMPLES = invented(60)


def answered(name, content_type, pieces, **fields):
    dialect = dialects.dialect_named(name)
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], **offered(name), **fields}
    return run(dialect.rewriter(dialect.parse(inbound(body), ParsePolicy()), content_type, restorer), pieces)


@settings(max_examples=EXAMPLES, deadline=None)
@given(answers, answers, answers, cuts, cuts)
def test_a_message_is_restored_as_its_texts_are(said, thought, value, deltas, places):
    arguments = json.dumps({"note": value}, ensure_ascii=False)
    raw = stream(
        block(0, {"type": "thinking", "thinking": "", "signature": ""}),
        *(delta(0, "thinking_delta", thinking=piece) for piece in pieces_of(thought, deltas)),
        stop(0),
        block(1, {"type": "text", "text": ""}),
        block(2, {"type": "tool_use", "id": "t", "name": "n", "input": {}}),
        *(delta(1, "text_delta", text=piece) for piece in pieces_of(said, deltas)),
        *(delta(2, "input_json_delta", partial_json=piece) for piece in pieces_of(arguments, deltas)),
        stop(1),
        stop(2),
    )
    whole = answered("anthropic-messages", "text/event-stream", [raw])

    found = grown(whole)
    assert found[0, "thinking"] == restore(thought, PSEUDONYMS)
    assert found[1, "text"] == restore(said, PSEUDONYMS)
    assert found[2, "partial_json"] == restore(arguments, PSEUDONYMS, json_string=True)
    assert json.loads(found[2, "partial_json"]).keys() == {"note"}
    assert answered("anthropic-messages", "text/event-stream", pieces_of(raw, places)) == whole


@settings(max_examples=EXAMPLES, deadline=None)
@given(answers, answers, cuts, cuts)
def test_lines_are_restored_as_their_texts_are(said, value, deltas, places):
    written = json.dumps({"note": value}, ensure_ascii=False)
    for text, shape, json_text in ((said, None, False), (written, "json", True)):
        raw = b"".join(says(piece) for piece in pieces_of(text, deltas)) + says("", done=True)
        whole = answered("ollama-chat", "application/x-ndjson", [raw], format=shape)

        expected = restore(text, PSEUDONYMS, json_string=json_text)
        assert told(whole) == ({"content": expected} if expected else {})
        assert answered("ollama-chat", "application/x-ndjson", pieces_of(raw, places), format=shape) == whole


@settings(max_examples=EXAMPLES, deadline=None)
@given(answers, answers, cuts, cuts)
def test_declared_streams_are_restored_as_their_texts_are(said, value, deltas, places):
    written = json.dumps({"note": value}, ensure_ascii=False)
    for form, kind, made, read in (
        (SSE, "text/event-stream", as_sse, read_sse),
        (LINES, "application/x-ndjson", as_lines, read_lines),
    ):
        dialect = JsonDialect("json", streamed(form))
        parsed = dialect.parse(inbound({"text": "x", "stream": True}), ParsePolicy())
        raw = made(pieces_of(said, deltas), pieces_of(written, deltas), said)
        whole = run(dialect.rewriter(parsed, kind, restorer), [raw])

        texts = [_pieces(data) for _, data in read(whole)]
        assert "".join(text for text, _ in texts) == restore(said, PSEUDONYMS)
        assert "".join(text for _, text in texts) == restore(written, PSEUDONYMS, json_string=True)
        assert run(dialect.rewriter(parsed, kind, restorer), pieces_of(raw, places)) == whole


def _pieces(data):
    """The pieces of the two texts of `stream_bodies` that an event has."""
    if data is None:
        return "", ""
    grown = data.get("delta", {})
    said = grown.get("text") or "".join(item["text"] or "" for item in data.get("choices", ()))
    return said, grown.get("json", "") or "".join(data.get("notes", ()))
