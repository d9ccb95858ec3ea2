"""The dialect ``openai-responses``: requests of ``POST /v1/responses``.

Every field of the body is claimed: text becomes slots (`items`, `tools`), identifiers are cut
out and counted, controls are checked. What refers to content that the recipient keeps (an earlier response, a
conversation, a stored prompt) is refused: it was not inspected under this request's consent, and the pseudonyms
in it are those of another exchange. So is ``background``, whose reply arrives by another call.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.dialects.openai.answers import error_answer
from proxy.dialects.openai.body import IDENTIFIERS, fixed_edits
from proxy.dialects.openai.controls import CONTROLS
from proxy.dialects.openai.words import FIXED_WORDS, RESPONSES_WORDS
from proxy.dialects.responses.answers import error_event, synthetic_response
from proxy.dialects.responses.items import InputCuts, claim_input, stored_content
from proxy.dialects.responses.reply import whole_rewriter
from proxy.dialects.responses.stream import ResponsesStream
from proxy.dialects.responses.tools import (
    check_include,
    claim_reasoning,
    claim_text_format,
    claim_tool_choice,
    claim_tools,
)
from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import Check, boolean, fields_at, integer, invalid, is_null, object_at
from proxy.dialects.wire.json_body import (
    BodySource,
    JsonBody,
    JsonReader,
    allowed_model,
    further_models,
    is_true,
    read_body,
    stripped_counts,
)
from proxy.dialects.wire.settings import SETTING_WORDS, accepts, claim_setting
from proxy.dialects.wire.transport import EVENT_STREAM, JSON_TYPE
from proxy.errors import Fault
from proxy.json_source import JsonConstant, JsonObject, JsonValue
from proxy.model import Answer, Inbound, SlotKind

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
    "stream_options": _stream_options,
    "max_output_tokens": integer(1, 10_000_000),
    "max_tool_calls": integer(1, 10_000),
    "background": _not_in_background,
    "include": check_include,
}
_FIELDS = frozenset({*_TEXTS, *_CONTROLS, *_STORED, *IDENTIFIERS})


class OpenAIResponses(JsonBody):
    """The OpenAI Responses API."""

    name = "openai-responses"
    vocabulary = _FIELDS | FIXED_WORDS | RESPONSES_WORDS | SETTING_WORDS
    readers: Mapping[str, JsonReader] = {JSON_TYPE: whole_rewriter, EVENT_STREAM: ResponsesStream}
    otherwise = "neither JSON nor an event stream"

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""
        document = read_body(inbound, policy)
        body = object_at(document.root, "", _FIELDS, accepts(policy.controls))
        claims, cuts = Claims(document, policy.max_depth), InputCuts()
        json_output = _claim_fields(claims, cuts, body)
        model = allowed_model(body, policy)
        further_models(body, policy)
        if is_null(body.get("input")):
            raise invalid("input", "must be a text or a list of items")
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=BodySource(
                text=document.text,
                leaves=tuple(claims.leaves),
                fixed=(*fixed_edits(body, policy), *cuts.edits),
                json_output=json_output,
                offered=frozenset(claims.offered),
            ),
            model=model,
            stream=is_true(body, "stream"),
            stripped={**stripped_counts(body.members, IDENTIFIERS), **cuts.counts},
        )

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
        elif field == "tool_choice":
            claim_tool_choice(claims, value, field)
        elif field == "reasoning":
            claim_reasoning(claims, value, field)
        elif field != "models":
            claim_setting(claims, value, field)
    return json_output
