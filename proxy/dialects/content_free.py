"""The dialect ``content-free``: calls that carry no words, such as listing models or asking for a version.

A call has no body, and its path, query and headers are limited to those that the route lists, so there is nothing to
inspect. The answer is passed on only when it is complete, and its size is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory
from proxy.dialects.openai.reply import error_answer
from proxy.dialects.wire.reply import MAX_DEPTH, UTF8_OR_ASCII, reader_of
from proxy.errors import ClientFault, Fault, Refusal, UpstreamFault
from proxy.json_source import JsonError, decode_utf8, read_json
from proxy.model import Answer, Edit, Inbound

MAX_REPLY_BYTES = 4 << 20
_TYPES = {"application/json": True, "text/plain": False, "": False}
"""Accepted media types of answers (empty if there is no body). True: the answer is JSON."""


class ContentFree:
    """A call without a body."""

    name = "content-free"
    media_type = ""
    vocabulary: frozenset[str] = frozenset()

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:  # noqa: ARG002 - it has no controls
        """Return an empty request. Raises `ClientFault` if there is a body."""
        if inbound.body:
            raise ClientFault(
                "body_not_allowed", "this route takes no body; send the request without one", where="body"
            )
        return ParsedRequest(slots=(), source=None)

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:  # noqa: ARG002
        """No body."""
        return b""

    def content_type(self, parsed: ParsedRequest) -> str:  # noqa: ARG002 - the same for every request
        """Empty, as there is no body."""
        return ""

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:  # noqa: ARG002
        """A rewriter that passes on an answer in JSON or plain text."""
        is_json = reader_of(content_type, _TYPES, "neither JSON nor plain text", UTF8_OR_ASCII)
        return BoundedReply(is_json=is_json)

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault in the shape that most APIs share."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:  # noqa: ARG002 - nothing is streamed
        """Empty: an answer is passed on only when it is complete."""
        return b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The refusal as an error, as there is no reply text that could carry the message."""
        return error_answer(Refusal("consent_denied", message))


class BoundedReply:
    """Gathers an answer of at most `MAX_REPLY_BYTES` and passes it on unchanged."""

    ended = False  # it ends as its connection does

    def __init__(self, *, is_json: bool):
        self._is_json = is_json
        self._held = bytearray()

    def feed(self, piece: bytes) -> bytes:
        """Nothing yet: an answer can only be checked when it is complete."""
        self._held += piece
        if len(self._held) > MAX_REPLY_BYTES:
            raise UpstreamFault("upstream_too_large", f"the answer holds more than {MAX_REPLY_BYTES} bytes")
        return b""

    def close(self) -> bytes:
        """The answer. Raises `UpstreamFault` if it does not match its media type."""
        answer = bytes(self._held)
        try:
            text = decode_utf8(answer)
            if self._is_json and answer:
                read_json(text, max_depth=MAX_DEPTH, strict=False)
        except JsonError as error:
            raise UpstreamFault("bad_reply", f"the recipient's answer is no JSON: {error.reason}") from None
        return answer
