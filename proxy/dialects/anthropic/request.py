"""The dialects ``anthropic-messages`` (``POST /v1/messages``) and ``anthropic-count-tokens`` (``…/count_tokens``).

Every field of the body is claimed: text becomes slots, identifiers are cut out and counted, controls are checked, and
settings are claimed by the kind of their value (`wire.options`). Any other field refuses the request.

The recipient signs the thinking of earlier turns as it wrote it, but the client holds it with the originals restored.
It can be sent neither edited nor unedited, so it is cut out, which the API accepts, and counted as ``thinking``. Only
in a turn in progress (tools were called, their results follow) does a model with a thinking budget require it. There,
thinking is switched off for this one request.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.dialects.anthropic.blocks import (
    CONTROLS,
    WORDS,
    Messages,
    allowed_callers,
    cache_control,
    claim_messages,
    claim_texts,
    run_by_client,
)
from proxy.dialects.anthropic.reply import error_answer, error_frame, synthetic_answer, whole_rewriter
from proxy.dialects.anthropic.stream import MessageStream
from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.dialects.wire.body import (
    BodySource,
    JsonBody,
    JsonReader,
    allowed_model,
    further_models,
    is_true,
    read_body,
    stripped_counts,
)
from proxy.dialects.wire.fields import Check, array_at, boolean, integer, invalid, is_null, object_at, one_of, string_at
from proxy.dialects.wire.json_edits import cut_members
from proxy.dialects.wire.options import SETTING_WORDS, accepts, asks_for_json, claim_setting, schema_leaves
from proxy.dialects.wire.reply import EVENT_STREAM, JSON_TYPE
from proxy.dialects.wire.slots import Claims, every_leaf
from proxy.errors import Fault, Refusal
from proxy.json_source import JsonObject, JsonString, JsonValue
from proxy.model import Answer, Edit, Inbound, SlotKind

_count = integer(0, 10_000_000)
_CHECKS: Mapping[str, Check] = {
    "type": run_by_client,
    "cache_control": cache_control,
    "strict": boolean,
    "eager_input_streaming": boolean,
    "defer_loading": boolean,
    "allowed_callers": allowed_callers,
    "max_characters": _count,
    "display_width_px": _count,
    "display_height_px": _count,
    "display_number": _count,
    "enable_zoom": boolean,
}
_TOOL = frozenset({"name", "description", "input_schema", "input_examples", *_CHECKS})
_choice = one_of("auto", "any", "tool", "none")
_json_schema = one_of("json_schema")


def claim_tools(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tools``: only those that the client runs."""
    for number, item in enumerate(array_at(value, where).items):
        place = f"{where}[{number}]"
        if isinstance(item, JsonObject) and not is_null(shape := item.get("type")) and shape is not None:
            run_by_client(shape, f"{place}.type")
        tool = object_at(item, place, _TOOL)
        claims.tool(tool.get("name"), f"{place}.name")
        for member in tool.members:
            _tool_field(claims, member.value, member.key.text, f"{place}.{member.key.text}")


def _tool_field(claims: Claims, value: JsonValue, name: str, where: str) -> None:
    if is_null(value):
        return
    if name == "description":
        claims.text(value, where, SlotKind.INSTRUCTIONS)
    elif name == "input_schema":
        _schema(claims, value, where)
    elif name == "input_examples":
        examples = array_at(value, where)
        claims.each(every_leaf(examples), where, SlotKind.INSTRUCTIONS, within=examples)
    elif name in _CHECKS:
        _CHECKS[name](value, where)


def claim_tool_choice(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tool_choice``: a mode, or one tool by name."""
    choice = object_at(value, where, frozenset({"type", "name", "disable_parallel_tool_use"}))
    _choice(string_at(choice.get("type"), f"{where}.type"), f"{where}.type")
    if (alone := choice.get("disable_parallel_tool_use")) is not None and not is_null(alone):
        boolean(alone, f"{where}.disable_parallel_tool_use")
    if not is_null(choice.get("name")):
        claims.tool_name(choice.get("name"), f"{where}.name")


def claim_output(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim ``output_config``. Returns whether the text of the reply is to be JSON."""
    config = object_at(value, where, frozenset({"effort", "format"}))
    effort, shape = config.get("effort"), config.get("format")
    if effort is not None:
        claim_setting(claims, effort, f"{where}.effort")
    if shape is None or is_null(shape):
        return False
    return claim_format(claims, shape, f"{where}.format")


def claim_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim an output format, which is always JSON by a schema."""
    found = object_at(value, where, frozenset({"type", "schema"}))
    _json_schema(string_at(found.get("type"), f"{where}.type"), f"{where}.type")
    _schema(claims, found.get("schema"), f"{where}.schema")
    return True


def claim_stops(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``stop_sequences``: a list of strings."""
    for number, item in enumerate(array_at(value, where).items):
        claims.text(item, f"{where}[{number}]", SlotKind.INSTRUCTIONS)


def _schema(claims: Claims, value: JsonValue | None, where: str) -> None:
    if not isinstance(value, JsonObject):
        raise invalid(where, "must be a JSON Schema object")
    claims.each(schema_leaves(value, ""), where, SlotKind.INSTRUCTIONS, within=value)


IDENTIFIERS = frozenset({"metadata", "user_profile_id", "workspace_id", "diagnostics"})
"""Service-generated data that identifies a person, a team or an earlier message to the recipient. It is cut out."""

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
        """Take a request apart. Raises `ClientFault` for any field that is not claimed."""
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
        """An error event for a stream in progress."""
        return error_frame(fault)

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """A message of our own that says `message`."""
        return synthetic_answer(message, exchange, model=parsed.model or "", stream=parsed.stream)


class AnthropicCountTokens(AnthropicMessages):
    """Counts the tokens of a request. The content to count leaves under the same rules as any other request."""

    name = "anthropic-count-tokens"

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The refusal as an error, since no count would be true."""
        return error_answer(Refusal("consent_denied", message))


def _claim_fields(claims: Claims, body: JsonObject) -> tuple[Messages, bool]:
    """Claim all fields in source order. Returns what the messages hold and whether the reply's text is to be JSON."""
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
    """The edit that switches thinking off if the turn in progress lost the thinking with which it began."""
    setting = body.get("thinking")
    if not (messages.broken_turn and isinstance(setting, JsonObject)):
        return []
    shape = setting.get("type")
    budgeted = isinstance(shape, JsonString) and shape.text == "enabled"
    return [Edit(setting.start, setting.end, _OFF)] if budgeted else []
