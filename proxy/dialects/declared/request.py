"""The dialects ``json``, whose shape the route declares, and ``zoom-summarizer``, whose shape is declared here.

``json`` serves meeting and summary endpoints that no other dialect knows. The configuration says what each field is
(`settings.shapes`). A field that is not listed there refuses the request.

``zoom-summarizer`` is ``POST /v2/aiservices/summarizer/summarize`` of Zoom's AI services. Source:
developers.zoom.us/docs/ai-services/summarizer/fast-mode. The result is in ``result.text`` or, according to other pages,
in fields named after the task, so everything below ``result`` is restored. Batch jobs (``…/summarizer/jobs``) point
Zoom at files in a bucket, which nobody here can inspect. Their fields are not listed, and no route should serve them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory, TextForm, shown
from proxy.dialects.declared.reply import (
    STREAM_TYPES,
    DeclaredStream,
    StreamReader,
    error_answer,
    error_event,
    synthetic_answer,
    synthetic_stream,
)
from proxy.dialects.declared.walk import Walk, tree_of, values_at, words_of
from proxy.dialects.wire import fields
from proxy.dialects.wire.body import BodySource, JsonBody, read_body
from proxy.dialects.wire.reply import JSON_TYPE, MAX_DEPTH, REPLY_TEXT_TYPES, JsonReply, TextReply, reader_of
from proxy.dialects.wire.slots import every_string
from proxy.errors import ClientFault, Fault, UpstreamFault
from proxy.json_source import JsonArray, JsonConstant, JsonObject, JsonString, JsonValue, decode_utf8, read_json
from proxy.model import Answer, Edit, Inbound
from proxy.settings.shapes import JsonShape, tokens_of

_Reader = Callable[[RestorerFactory], ReplyRewriter]


class JsonDialect(JsonBody):
    """An API of a declared shape."""

    def __init__(self, name: str, shape: JsonShape):
        self.name = name
        self.vocabulary = words_of(shape)
        self._shape = shape
        self._tree = tree_of(shape)
        self._readers = self._readers_of(shape)

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for any field that is not listed."""
        document = read_body(inbound, policy)
        if not isinstance(document.root, JsonObject | JsonArray):
            raise fields.invalid("body", "must be an object or an array")
        walk = Walk(document, policy.max_depth)
        walk.value(document.root, self._tree, "")
        return ParsedRequest(
            slots=tuple(walk.claims.slots),
            source=BodySource(document.text, tuple(walk.claims.leaves), tuple(walk.cuts)),
            stream=self._asks_for_stream(document.root),
            stripped=walk.counts,
        )

    def _asks_for_stream(self, root: JsonValue) -> bool:
        stream = self._shape.reply.stream
        if stream is None or stream.asked_by is None:
            return stream is not None
        asked = [value for value in values_at(root, tokens_of(stream.asked_by)) if not fields.is_null(value)]
        said = any(isinstance(value, JsonConstant) and value.value is True for value in asked)
        return said if asked else stream.by_default

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """The outbound body. Raises `ClientFault` (413) if a text in it is longer than the recipient accepts."""
        body = super().render(parsed, edits)
        if self._shape.max_bytes:
            self._check_sizes(body)
        return body

    def _check_sizes(self, body: bytes) -> None:
        # Two keys may have been replaced by the same marker, so this parse is not strict.
        document = read_json(decode_utf8(body), max_depth=MAX_DEPTH, strict=False)
        for place, most in self._shape.max_bytes.items():
            sizes = [_size(value, document.text) for value in values_at(document.root, tokens_of(place))]
            if sizes and max(sizes) > most:
                raise ClientFault(
                    "input_too_large",
                    f"the recipient takes at most {most} bytes of text here, and after redaction these are "
                    f"{max(sizes)}; send the meeting in parts",
                    status=413,
                    where=place,
                )

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:  # noqa: ARG002
        """A rewriter for the type that the recipient sent: JSON, a stream, or plain text, as the shape allows."""
        return reader_of(content_type, self._readers, "something else than is configured")(restorers)

    def _readers_of(self, shape: JsonShape) -> Mapping[str, _Reader]:
        readers: dict[str, _Reader] = {JSON_TYPE: lambda restorers: JsonReply(self._reply_texts, restorers)}
        if "" in shape.reply.text:
            readers |= dict.fromkeys(REPLY_TEXT_TYPES, TextReply)
        if shape.reply.stream is not None and shape.stream_error is not None:
            reader = StreamReader(shape.reply.stream, shape.stream_error)
            types = STREAM_TYPES[shape.reply.stream.format]
            readers |= dict.fromkeys(types, lambda restorers: DeclaredStream(reader, restorers))
        return readers

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault at the places where the API has errors."""
        return error_answer(fault, self._shape.error)

    def stream_error(self, fault: Fault) -> bytes:
        """The fault as an event if the shape has streams; else empty, and only the cut connection tells of it."""
        stream, error = self._shape.reply.stream, self._shape.stream_error
        return error_event(fault, error, stream) if stream is not None and error is not None else b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The message at the first place where a reply has text."""
        reply = self._shape.reply
        if parsed.stream and reply.stream is not None:
            return synthetic_stream(message, reply.stream)
        return synthetic_answer(message, reply.text[0])

    def _reply_texts(self, root: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
        """All strings and keys at and below the listed places, in source order."""
        reply = self._shape.reply
        places = [value for place in reply.text for value in values_at(root, tokens_of(place))]
        as_json = {text.start: text for place in reply.json_text for text in _texts_at(root, place)}
        if not places and not as_json:
            raise UpstreamFault("bad_reply", "the recipient's reply has no text where the route's shape says")
        plain = {text.start: text for value in places for text in every_string(value)}
        for start, text in sorted((plain | as_json).items()):
            yield text, shown(start in as_json)


def _size(value: JsonValue, text: str) -> int:
    held = value.text if isinstance(value, JsonString) else text[value.start : value.end]
    return len(held.encode("utf-8", "surrogatepass"))


def _texts_at(root: JsonValue, place: str) -> list[JsonString]:
    return [value for value in values_at(root, tokens_of(place)) if isinstance(value, JsonString)]


MOST_BYTES = 96 * 1024
"""The limit on ``input.text``: 96 KB."""

SHAPE = JsonShape.model_validate(
    {
        "speech": ["/input/text"],
        "identifiers": ["/reference_id"],
        "controls": {
            "/config/summary_type": {"type": "string", "values": ["conversation"]},
            "/config/task": {"type": "string", "values": ["recap", "summary", "action_items", "full_summary"]},
            "/config/language": {"type": "string", "pattern": "[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?"},
        },
        "max_bytes": {"/input/text": MOST_BYTES},
        "reply": {"text": ["/result"]},
        "error": {"code": "/code", "message": "/message"},
    }
)


def zoom_summarizer() -> JsonDialect:
    """Zoom's summarizer, whole text in one call."""
    return JsonDialect("zoom-summarizer", SHAPE)
