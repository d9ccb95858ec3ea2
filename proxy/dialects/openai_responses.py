"""The dialect ``openai-responses``: requests of ``POST /v1/responses``.

Every field of the body is claimed: text becomes slots (`responses_items`, `responses_tools`), identifiers are cut
out and counted, controls are checked. What refers to content that the recipient keeps (an earlier response, a
conversation, a stored prompt) is refused: it was not inspected under this request's consent, and the pseudonyms
in it are those of another exchange. So is ``background``, whose reply arrives by another call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory
from proxy.dialects.claims import Claims
from proxy.dialects.fields import Check, boolean, fields_at, integer, invalid, is_null, object_at, one_of
from proxy.dialects.json_body import (
    BodySource,
    allowed_model,
    is_true,
    read_body,
    render_body,
    source_of,
    stripped_counts,
)
from proxy.dialects.json_schema import SCHEMA_FORMATS, SCHEMA_KEYWORDS, SCHEMA_TYPES
from proxy.dialects.openai_answers import error_answer
from proxy.dialects.openai_body import IDENTIFIERS, fixed_edits
from proxy.dialects.openai_controls import CONTROLS
from proxy.dialects.openai_words import FIXED_WORDS, RESPONSES_WORDS
from proxy.dialects.responses_answers import error_event, synthetic_response
from proxy.dialects.responses_items import InputCuts, claim_input, stored_content
from proxy.dialects.responses_reply import whole_rewriter
from proxy.dialects.responses_stream import ResponsesStream
from proxy.dialects.responses_tools import (
    check_include,
    check_reasoning,
    claim_text_format,
    claim_tool_choice,
    claim_tools,
)
from proxy.dialects.transport import accepted_type, media_type
from proxy.errors import Fault, UpstreamFault
from proxy.json_source import JsonConstant, JsonObject, JsonValue
from proxy.model import Answer, Edit, Inbound, SlotKind

_STORED = frozenset({"previous_response_id", "conversation", "prompt"})
_TEXTS = frozenset({"input", "instructions", "text", "tools", "tool_choice"})


def _stream_options(value: JsonValue, where: str) -> None:
    fields_at(value, where, {"include_obfuscation": boolean})


def _not_in_background(value: JsonValue, where: str) -> None:
    if not (isinstance(value, JsonConstant) and value.value is False):
        raise invalid(where, "must be false: a reply that is fetched later cannot be restored")


_CONTROLS: Mapping[str, Check] = {
    **{name: CONTROLS[name] for name in ("model", "stream", "temperature", "top_p", "top_logprobs", "store")},
    "parallel_tool_calls": boolean,
    "service_tier": CONTROLS["service_tier"],
    "stream_options": _stream_options,
    "max_output_tokens": integer(1, 10_000_000),
    "max_tool_calls": integer(1, 10_000),
    "truncation": one_of("auto", "disabled"),
    "background": _not_in_background,
    "reasoning": check_reasoning,
    "include": check_include,
}
_FIELDS = frozenset({*_TEXTS, *_CONTROLS, *_STORED, *IDENTIFIERS})


class OpenAIResponses:
    """The OpenAI Responses API."""

    name = "openai-responses"
    media_type = "application/json"
    vocabulary = _FIELDS | FIXED_WORDS | RESPONSES_WORDS | SCHEMA_KEYWORDS | SCHEMA_TYPES | SCHEMA_FORMATS

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""
        accepted_type(inbound, ("application/json",))
        document = read_body(inbound.body, policy.max_depth)
        body = object_at(document.root, "", _FIELDS)
        claims, cuts = Claims(document, policy.max_depth), InputCuts()
        json_output = _claim_fields(claims, cuts, body)
        model = allowed_model(body, policy)
        if is_null(body.get("input")):
            raise invalid("input", "must be a text or a list of items")
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=BodySource(
                text=document.text,
                leaves=tuple(claims.leaves),
                fixed=(*fixed_edits(body, policy), *cuts.edits),
                json_output=json_output,
            ),
            model=model,
            stream=is_true(body, "stream"),
            stripped={**stripped_counts(body.members, IDENTIFIERS), **cuts.counts},
        )

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """The outbound body. `OwnFault` if the edits do not fit the slots: nothing may leave half edited."""
        return render_body(source_of(parsed.source, self.name), edits)

    def content_type(self, parsed: ParsedRequest) -> str:  # noqa: ARG002 - the same for every request
        """Content type of the outbound body."""
        return "application/json"

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
        """A rewriter for what the recipient really answers, stream or whole, whatever the client asked for."""
        kind, charset = media_type(content_type)
        json_output = source_of(parsed.source, self.name).json_output
        if charset in (None, "utf-8", "utf8"):
            if kind == "application/json":
                return whole_rewriter(restorers, json_output=json_output)
            if kind == "text/event-stream":
                return ResponsesStream(restorers, json_output=json_output)
        raise UpstreamFault("unsupported_reply_type", "the recipient answered with neither JSON nor an event stream")

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault in the API's own error shape."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:
        """An ``error`` event for a stream that is under way."""
        return error_event(fault)

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:
        """A response of our own that says `message`."""
        return synthetic_response(message, exchange, created, model=parsed.model or "", stream=parsed.stream)


def _claim_fields(claims: Claims, cuts: InputCuts, body: JsonObject) -> bool:
    """Claim all fields in source order; says whether the reply's text is to be JSON."""
    json_output = False
    for member in body.members:
        field, value = member.key.text, member.value
        if is_null(value) or field in IDENTIFIERS:
            continue
        if field in _STORED:
            raise stored_content(field)
        if field in _CONTROLS:
            _CONTROLS[field](value, field)
        elif field == "input":
            claim_input(claims, value, field, cuts)
        elif field == "instructions":
            claims.text(value, field, SlotKind.INSTRUCTIONS)
        elif field == "text":
            json_output = claim_text_format(claims, value, field)
        elif field == "tools":
            claim_tools(claims, value, field)
        else:
            claim_tool_choice(claims, value, field)
    return json_output
