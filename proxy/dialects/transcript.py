"""The dialect ``transcript``: the body is the transcript itself, and the reply is text or JSON.

It serves endpoints that take a transcript and answer with a summary. The whole body is the transcript; its format is
detected later, from the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory
from proxy.dialects.wire.body import bad_edit, edited, source_of
from proxy.dialects.wire.reply import JSON_TYPE, TEXT_TYPES, accepted_type, text_or_json
from proxy.errors import ClientFault, Fault
from proxy.model import Answer, Edit, Inbound, Slot, SlotKind

REQUEST_TYPES = (*TEXT_TYPES, JSON_TYPE, "application/vcon+json")

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class TranscriptSource:
    """The text of the body without its byte order mark, the mark (empty if there was none), and the media type."""

    text: str
    mark: str
    media_type: str


class Transcript:
    """A transcript as the body of a request."""

    name = "transcript"
    media_type = "text/plain"
    vocabulary: frozenset[str] = frozenset()

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:  # noqa: ARG002 - it has no controls
        """Return the body as one slot. Raises `ClientFault` for another media type or encoding, or an empty text."""
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
        """The outbound body. Raises `OwnFault` if the edits do not fit."""
        source = self._source(parsed)
        if set(edits) - {0}:
            raise bad_edit("an edit names no slot")
        return source.mark.encode("utf-8") + edited(source.text, edits.get(0, ()))

    def content_type(self, parsed: ParsedRequest) -> str:
        """The client's media type, in UTF-8."""
        return f"{self._source(parsed).media_type}; charset=utf-8"

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:  # noqa: ARG002
        """A rewriter for a reply in text or JSON."""
        return text_or_json(content_type, restorers)

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """``{"error": {"code", "message"}}``, with ``where`` if the fault names a place."""
        place = {} if fault.where is None else {"where": fault.where}
        message = fault.detail or fault.reason.replace("_", " ")
        return Answer(
            fault.status,
            "application/json",
            orjson.dumps({"error": {"code": fault.reason, "message": message, **place}}),
        )

    def stream_error(self, fault: Fault) -> bytes:  # noqa: ARG002 - text has no place for it
        """Empty: only the cut connection tells that a text broke off."""
        return b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The message as plain text."""
        return Answer(200, "text/plain; charset=utf-8", message.encode("utf-8"))

    def _source(self, parsed: ParsedRequest) -> TranscriptSource:
        return source_of(parsed, TranscriptSource, self.name)
