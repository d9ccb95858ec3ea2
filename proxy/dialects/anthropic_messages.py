"""The dialects ``anthropic-messages`` (``POST /v1/messages``) and ``anthropic-count-tokens`` (``…/count_tokens``).

Every field of the body is claimed: text becomes slots (`anthropic_blocks`, `anthropic_tools`), identifiers are cut
out and counted, controls are checked (`anthropic_controls`); a field that is none of these refuses the request.

Thinking of earlier turns is signed by the recipient as it wrote it, while the client holds it with originals put
back: it can be sent neither edited nor as it is. It is cut out, which the API takes, and counted as ``thinking``.
The one place where a model with a thinking budget insists on it is a turn that is under way (tools were called,
their results follow); there thinking is switched off for this one request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from proxy.dialects.anthropic_answers import error_answer, error_frame, synthetic_answer
from proxy.dialects.anthropic_blocks import Messages, claim_messages, claim_texts
from proxy.dialects.anthropic_controls import CONTROLS, WORDS
from proxy.dialects.anthropic_reply import whole_rewriter
from proxy.dialects.anthropic_stream import MessageStream
from proxy.dialects.anthropic_tools import claim_format, claim_output, claim_stops, claim_tool_choice, claim_tools
from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory
from proxy.dialects.claims import Claims
from proxy.dialects.fields import invalid, is_null, object_at
from proxy.dialects.json_body import (
    BodySource,
    allowed_model,
    is_true,
    read_body,
    render_body,
    source_of,
    stripped_counts,
)
from proxy.dialects.json_edits import cut_members
from proxy.dialects.json_schema import SCHEMA_FORMATS, SCHEMA_KEYWORDS, SCHEMA_TYPES
from proxy.dialects.transport import accepted_type, media_type
from proxy.errors import Fault, Refusal, UpstreamFault
from proxy.json_source import JsonObject, JsonString
from proxy.model import Answer, Edit, Inbound, SlotKind

IDENTIFIERS = frozenset({"metadata", "user_profile_id", "workspace_id", "diagnostics"})
"""Service-generated data: names a person, a team or an earlier message to the recipient, and is cut out."""

_OFF = '{"type":"disabled"}'
_TEXT_FIELDS = {"tools": claim_tools, "tool_choice": claim_tool_choice, "stop_sequences": claim_stops}
_OUTPUTS = {"output_config": claim_output, "output_format": claim_format}
_FIELDS = frozenset({"messages", "system", *_TEXT_FIELDS, *_OUTPUTS, *CONTROLS, *IDENTIFIERS})


class AnthropicMessages:
    """The Anthropic Messages API."""

    name = "anthropic-messages"
    media_type = "application/json"
    vocabulary = _FIELDS | WORDS | SCHEMA_KEYWORDS | SCHEMA_TYPES | SCHEMA_FORMATS

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""
        accepted_type(inbound, ("application/json",))
        document = read_body(inbound.body, policy.max_depth)
        body = object_at(document.root, "", _FIELDS)
        claims = Claims(document, policy.max_depth)
        messages, json_output = _claim_fields(claims, body)
        thoughts = {"thinking": messages.thoughts} if messages.thoughts else {}
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=BodySource(
                text=document.text,
                leaves=tuple(claims.leaves),
                fixed=(*cut_members(body.members, IDENTIFIERS), *messages.cuts, *_thinking_off(body, messages)),
                json_output=json_output,
            ),
            model=allowed_model(body, policy),
            stream=is_true(body, "stream"),
            stripped={**stripped_counts(body.members, IDENTIFIERS), **thoughts},
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
                return MessageStream(restorers, json_output=json_output)
        raise UpstreamFault("unsupported_reply_type", "the recipient answered with neither JSON nor an event stream")

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
        else:
            _TEXT_FIELDS[field](claims, value, field)
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
