"""The dialect ``transcript``: the body is the transcript itself, and the reply is text or JSON.

For endpoints that take a transcript and answer with a summary of it. The media type says that all of the body
is a transcript; what format it has is found out later, from the text.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory
from proxy.dialects.json_reply import JsonReply
from proxy.dialects.transport import accepted_type, media_type
from proxy.edits import apply_edits
from proxy.errors import ClientFault, Fault, OwnFault, UpstreamFault
from proxy.json_source import JsonArray, JsonObject, JsonString, JsonValue
from proxy.model import Answer, Edit, Inbound, Slot, SlotKind

_TEXT_TYPES = ("text/vtt", "application/x-subrip", "text/srt", "text/plain")
REQUEST_TYPES = (*_TEXT_TYPES, "application/json", "application/vcon+json")
REPLY_TEXT_TYPES = (*_TEXT_TYPES, "text/markdown")

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class TranscriptSource:
    """The text of the body without its byte order mark, the mark if there was one, and the media type."""

    text: str
    mark: str
    media_type: str


class Transcript:
    """A transcript as the body of a request."""

    name = "transcript"
    media_type = "text/plain"
    vocabulary: frozenset[str] = frozenset()

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:  # noqa: ARG002 - it has no controls
        """The body as one slot. Raises `ClientFault` for other media types, other encodings and no words."""
        kind = accepted_type(inbound, REQUEST_TYPES)
        try:
            body = inbound.body.decode("utf-8")
        except UnicodeDecodeError:
            raise ClientFault("invalid_utf8", "send the transcript in UTF-8", where="body") from None
        text = body.removeprefix(_BOM)
        if not text.strip():
            raise ClientFault("empty_body", "the body must be a transcript", where="body")
        return ParsedRequest(
            slots=(Slot(0, "body", text, SlotKind.SPEECH, transcript=True),),
            source=TranscriptSource(text, body[: len(body) - len(text)], kind),
        )

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """The outbound body. `OwnFault` if the edits do not fit."""
        source = _source(parsed)
        if set(edits) - {0}:
            raise OwnFault("bad_edit", "an edit names no slot; nothing left", status=500)
        try:
            return (source.mark + apply_edits(source.text, edits.get(0, ()))).encode("utf-8")
        except ValueError:
            raise OwnFault("bad_edit", "the edits do not fit the transcript; nothing left", status=500) from None

    def content_type(self, parsed: ParsedRequest) -> str:
        """The client's media type, in UTF-8."""
        return f"{_source(parsed).media_type}; charset=utf-8"

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:  # noqa: ARG002
        """A rewriter for a reply in text or JSON."""
        kind, charset = media_type(content_type)
        if charset in (None, "utf-8", "utf8", "us-ascii"):
            if kind in REPLY_TEXT_TYPES:
                return TextReply(restorers)
            if kind == "application/json":
                return JsonReply(every_string, restorers)
        raise UpstreamFault("unsupported_reply_type", "the recipient answered with neither text nor JSON in UTF-8")

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """``{"error": {"code", "message"}}``, with ``where`` if the fault has a place."""
        place = {} if fault.where is None else {"where": fault.where}
        message = fault.detail or fault.reason.replace("_", " ")
        return Answer(
            fault.status,
            "application/json",
            orjson.dumps({"error": {"code": fault.reason, "message": message, **place}}),
        )

    def stream_error(self, fault: Fault) -> bytes:  # noqa: ARG002 - text has no place for it
        """Nothing: a text that breaks off is told by the cut connection alone."""
        return b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The message as plain text."""
        return Answer(200, "text/plain; charset=utf-8", message.encode("utf-8"))


class TextReply:
    """Restores a reply that is one text, as it arrives."""

    def __init__(self, restorers: RestorerFactory):
        self._restorer = restorers(False)
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, piece: bytes) -> bytes:
        """The text that is certain by now."""
        return self._restorer.feed(self._decode(piece)).encode("utf-8")

    def close(self) -> bytes:
        """The rest; `UpstreamFault` if the text ends inside of a character."""
        rest = self._restorer.feed(self._decode(b"", final=True))
        return (rest + self._restorer.flush()).encode("utf-8")

    def _decode(self, piece: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            raise UpstreamFault("bad_encoding", "the recipient sent a text that is not UTF-8") from None


def every_string(value: JsonValue) -> Iterator[tuple[JsonString, bool]]:
    """Every key and string of a reply whose shape is unknown."""
    match value:
        case JsonString():
            yield value, False
        case JsonArray():
            for item in value.items:
                yield from every_string(item)
        case JsonObject():
            for member in value.members:
                yield member.key, False
                yield from every_string(member.value)


def _source(parsed: ParsedRequest) -> TranscriptSource:
    if not isinstance(parsed.source, TranscriptSource):
        raise OwnFault("foreign_request", "a request of another dialect was given to transcript", status=500)
    return parsed.source
