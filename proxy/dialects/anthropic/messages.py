"""The dialects ``anthropic-messages`` (``POST /v1/messages``) and ``anthropic-count-tokens`` (``…/count_tokens``).

Every field of the body is claimed: text becomes slots (`blocks`, `tools`), identifiers are cut
out and counted, controls are checked (`controls`); a field that is none of these refuses the request.

Thinking of earlier turns is signed by the recipient as it wrote it, while the client holds it with originals put
back: it can be sent neither edited nor as it is. It is cut out, which the API takes, and counted as ``thinking``.
The one place where a model with a thinking budget insists on it is a turn that is under way (tools were called,
their results follow); there thinking is switched off for this one request.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.dialects.anthropic.answers import error_answer, error_frame, synthetic_answer
from proxy.dialects.anthropic.blocks import Messages, claim_messages, claim_texts
from proxy.dialects.anthropic.controls import CONTROLS, WORDS
from proxy.dialects.anthropic.reply import whole_rewriter
from proxy.dialects.anthropic.stream import MessageStream
from proxy.dialects.anthropic.tools import claim_format, claim_output, claim_stops, claim_tool_choice, claim_tools
from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import invalid, is_null, object_at
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
from proxy.dialects.wire.json_edits import cut_members
from proxy.dialects.wire.settings import SETTING_WORDS, accepts, asks_for_json, claim_setting
from proxy.dialects.wire.transport import EVENT_STREAM, JSON_TYPE
from proxy.errors import Fault, Refusal
from proxy.json_source import JsonObject, JsonString
from proxy.model import Answer, Edit, Inbound, SlotKind

IDENTIFIERS = frozenset({"metadata", "user_profile_id", "workspace_id", "diagnostics"})
"""Service-generated data: names a person, a team or an earlier message to the recipient, and is cut out."""

_OFF = '{"type":"disabled"}'
_TEXT_FIELDS = {"tools": claim_tools, "tool_choice": claim_tool_choice, "stop_sequences": claim_stops}
_OUTPUTS = {"output_config": claim_output, "output_format": claim_format}
_FIELDS = frozenset({"messages", "system", *_TEXT_FIELDS, *_OUTPUTS, *CONTROLS, *IDENTIFIERS})


class AnthropicMessages(JsonBody):
    """The Anthropic Messages API."""

    name = "anthropic-messages"
    vocabulary = _FIELDS | WORDS | SETTING_WORDS
    readers: Mapping[str, JsonReader] = {JSON_TYPE: whole_rewriter, EVENT_STREAM: MessageStream}
    otherwise = "neither JSON nor an event stream"

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""
        document = read_body(inbound, policy)
        body = object_at(document.root, "", _FIELDS, accepts(policy.controls))
        claims = Claims(document, policy.max_depth)
        messages, json_output = _claim_fields(claims, body)
        further_models(body, policy)
        thoughts = {"thinking": messages.thoughts} if messages.thoughts else {}
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=BodySource(
                text=document.text,
                leaves=tuple(claims.leaves),
                fixed=(*cut_members(body.members, IDENTIFIERS), *messages.cuts, *_thinking_off(body, messages)),
                json_output=json_output,
                offered=frozenset(claims.offered),
            ),
            model=allowed_model(body, policy),
            stream=is_true(body, "stream"),
            stripped={**stripped_counts(body.members, IDENTIFIERS), **thoughts},
        )

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault in the API's own error shape."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:
        """An error event for a stream that is under way."""
        return error_frame(fault)

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """A message of our own that says `message`."""
        return synthetic_answer(message, exchange, model=parsed.model or "", stream=parsed.stream)


class AnthropicCountTokens(AnthropicMessages):
    """Counting the tokens of a request: what is counted leaves as any other request does."""

    name = "anthropic-count-tokens"

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The refusal as an error: no count could be true."""
        return error_answer(Refusal("consent_denied", message))


def _claim_fields(claims: Claims, body: JsonObject) -> tuple[Messages, bool]:
    """Claim all fields in source order; says what the messages hold and whether the reply's text is to be JSON."""
    messages, json_output = None, False
    for member in body.members:
        field, value = member.key.text, member.value
        if is_null(value) or field in IDENTIFIERS:
            continue
        if field in CONTROLS:
            CONTROLS[field](value, field)
        elif field == "messages":
            messages = claim_messages(claims, value, field)
        elif field == "system":
            claim_texts(claims, value, field, SlotKind.INSTRUCTIONS)
        elif field in _OUTPUTS:
            json_output = _OUTPUTS[field](claims, value, field) or json_output
        elif field in _TEXT_FIELDS:
            _TEXT_FIELDS[field](claims, value, field)
        elif field != "models":
            claim_setting(claims, value, field)
            json_output = json_output or asks_for_json(field, value)
    if messages is None:
        raise invalid("messages", "must hold at least one message")
    return messages, json_output


def _thinking_off(body: JsonObject, messages: Messages) -> list[Edit]:
    """The edit that switches thinking off, where the turn under way lost the thinking that it began with."""
    setting = body.get("thinking")
    if not (messages.broken_turn and isinstance(setting, JsonObject)):
        return []
    shape = setting.get("type")
    budgeted = isinstance(shape, JsonString) and shape.text == "enabled"
    return [Edit(setting.start, setting.end, _OFF)] if budgeted else []
