"""The dialects ``anthropic-messages`` (``POST /v1/messages``) and ``anthropic-count-tokens`` (``…/count_tokens``).

Every field of the body is claimed: text becomes slots, identifiers are cut out and counted, controls are checked, and
settings are claimed by the kind of their value (`wire.options`). Any other field refuses the request. Source of the
fields: the API reference of ``POST /v1/messages``.

The recipient signs the thinking of earlier turns as it wrote it, and accepts none without a valid signature, but the
client holds it with the originals restored. It can be sent neither edited nor unedited, so it is cut out, which the API
accepts, and counted as ``thinking``. Only in a turn in progress (tools were called, their results follow) does a model
with a thinking budget require it. There, thinking is switched off for this one request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from proxy.dialects.anthropic.reply import MessageStream, error_answer, error_frame, synthetic_answer, whole_rewriter
from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.dialects.wire import fields
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
from proxy.dialects.wire.json_edits import cut_items, cut_members
from proxy.dialects.wire.options import SETTING_WORDS, accepts, asks_for_json, claim_setting, schema_leaves
from proxy.dialects.wire.reply import EVENT_STREAM, JSON_TYPE
from proxy.dialects.wire.slots import Claims, every_leaf
from proxy.errors import ClientFault, Fault, Refusal
from proxy.json_source import JsonArray, JsonObject, JsonString, JsonValue
from proxy.model import Answer, Edit, Inbound, SlotKind

_CACHE: Mapping[str, fields.Check] = {"type": fields.one_of("ephemeral"), "ttl": fields.one_of("5m", "1h")}
_THINKING: Mapping[str, fields.Check] = {
    "type": fields.one_of("enabled", "disabled", "adaptive", "between_tools"),
    "budget_tokens": fields.integer(0, 10_000_000),
    "display": fields.one_of("summarized", "omitted"),
}
_direct = fields.one_of("direct")


def cache_control(value: JsonValue, where: str) -> None:
    """Check a mark up to which the recipient may cache the prompt, for minutes up to an hour."""
    fields.fields_at(value, where, _CACHE)


def thinking(value: JsonValue, where: str) -> None:
    """Check whether the model may think first, and how much."""
    shape = fields.object_at(value, where, frozenset(_THINKING)).get("type")
    fields.string_at(shape, f"{where}.type")
    fields.fields_at(value, where, _THINKING)


def caller(value: JsonValue, where: str) -> None:
    """Check who called a tool: only the model itself. A tool that runs at the recipient acts unseen and may not."""
    found = fields.object_at(value, where, frozenset({"type"}))
    _direct(fields.string_at(found.get("type"), f"{where}.type"), f"{where}.type")


def allowed_callers(value: JsonValue, where: str) -> None:
    """Check who may call a tool: only the model itself."""
    for item in fields.array_at(value, where).items:
        _direct(fields.string_at(item, where), where)


_AT_THE_CLIENT = re.compile(r"custom|(?:bash|text_editor|computer|memory)_20[0-9]{6}")
"""Types of tools that the client runs and whose schema the API knows."""


def _run_by_client(value: JsonValue, where: str) -> None:
    """Check that the client runs a tool of this type. The recipient's own tools act unseen and are refused."""
    if not (isinstance(value, JsonString) and _AT_THE_CLIENT.fullmatch(value.text)):
        remedy = "tools that run at the recipient send content elsewhere, unseen; use tools of the client's own"
        raise ClientFault("hosted_tool", remedy, where=where)


def nothing(value: JsonValue, where: str) -> None:  # noqa: ARG001 - null was passed over before
    """Check a field that has to be ``null``."""
    raise fields.invalid(where, "must be null")


CONTROLS: Mapping[str, fields.Check] = {
    "model": fields.matching(fields.MODEL, "a model name"),
    "max_tokens": fields.integer(0, 10_000_000),
    "stream": fields.boolean,
    "temperature": fields.number_between(0, 2),
    "top_p": fields.number_between(0, 1),
    "top_k": fields.integer(-1, 1_000_000),
    "speed": fields.one_of("standard", "fast"),
    "inference_geo": fields.one_of("global", "us", "eu"),
    "cache_control": cache_control,
    "thinking": thinking,
    "container": nothing,
}
"""Body fields that pass unchanged, each with its check."""

WORDS = frozenset(
    (
        "5m 1h adaptive any assistant auto between_tools budget_tokens caller char_location citations cited_text "
        "content content_block_location context custom data description direct disable_parallel_tool_use disabled "
        "display document document_index document_title effort enabled end_block_index end_char_index "
        "end_page_number ephemeral eager_input_streaming eu file_id format global high id input input_examples "
        "input_schema is_error json_schema low max medium media_type name none omitted page_location role schema "
        "search_result search_result_index search_result_location source standard standard_only start_block_index "
        "start_char_index start_page_number strict summarized system text text/plain thinking title tool tool_choice "
        "tool_result tool_use tool_use_id toolset_name ttl type us user xhigh defer_loading allowed_callers fast"
    ).split()
)
"""Keys and enumerated values within messages, tools and controls."""


_KINDS = {"user": SlotKind.SPEECH, "assistant": SlotKind.REPLY, "system": SlotKind.INSTRUCTIONS}
_SIGNED = frozenset({"thinking", "redacted_thinking"})
_role = fields.one_of(*_KINDS)
_text_type = fields.one_of("text/plain")
_place = fields.integer(0, 10_000_000)

_CITATIONS = frozenset({"char_location", "page_location", "content_block_location", "search_result_location"})
_CITATION_TEXTS = frozenset({"cited_text", "document_title", "title", "source"})
_CITATION_CONTROLS: Mapping[str, fields.Check] = {
    "type": fields.one_of(*sorted(_CITATIONS)),
    "file_id": nothing,
    **dict.fromkeys(
        (
            "document_index",
            "search_result_index",
            "start_char_index",
            "end_char_index",
            "start_page_number",
            "end_page_number",
            "start_block_index",
            "end_block_index",
        ),
        _place,
    ),
}


@dataclass(slots=True)
class Messages:
    """What claiming the messages found, besides slots.

    `cuts` are edits that remove signed thinking, and `thoughts` counts the removed blocks. `broken_turn`: the last
    assistant message calls tools and lost the thinking that led to the calls.
    """

    cuts: list[Edit] = field(default_factory=list)
    thoughts: int = 0
    broken_turn: bool = False


def claim_messages(claims: Claims, value: JsonValue, where: str) -> Messages:
    """Claim ``messages``: a list of at least one message."""
    messages = fields.array_at(value, where).items
    if not messages:
        raise fields.invalid(where, "must hold at least one message")
    found = Messages()
    for number, item in enumerate(messages):
        place = f"{where}[{number}]"
        message = fields.object_at(item, place, frozenset({"role", "content"}))
        role = fields.string_at(message.get("role"), f"{place}.role")
        _role(role, f"{place}.role")
        thoughts = found.thoughts
        content = message.get("content")
        if isinstance(content, JsonArray) and role.text == "assistant":
            _cut_thinking(content, f"{place}.content", found)
            found.broken_turn = found.thoughts > thoughts and any(_type(block) == "tool_use" for block in content.items)
        _blocks(claims, content, f"{place}.content", _KINDS[role.text], signed=role.text == "assistant")
    return found


def _blocks(claims: Claims, value: JsonValue | None, where: str, kind: SlotKind, *, signed: bool = False) -> None:
    """Claim a content: a string, or blocks. `signed`: signed thinking among them has been cut out."""
    if not isinstance(value, JsonArray):
        claims.text(value, where, kind)
        return
    for number, item in enumerate(value.items):
        place = f"{where}[{number}]"
        shape = _type(item)
        if signed and shape in _SIGNED:
            continue
        claim = _BLOCKS.get(shape or "")
        if claim is None:
            raise _uninspectable(place)
        claim(claims, item, place, kind)


def _claim_texts(claims: Claims, value: JsonValue | None, where: str, kind: SlotKind) -> None:
    """Claim a string, or blocks of type ``text`` only (``system``, the content of a document)."""
    if not isinstance(value, JsonArray):
        claims.text(value, where, kind)
        return
    for number, item in enumerate(value.items):
        place = f"{where}[{number}]"
        if _type(item) != "text":
            raise _uninspectable(place)
        _text(claims, item, place, kind)


def _cut_thinking(content: JsonArray, where: str, found: Messages) -> None:
    signed = [number for number, block in enumerate(content.items) if _type(block) in _SIGNED]
    if signed and len(signed) == len(content.items):
        raise fields.invalid(where, "holds signed thinking alone, which is not sent on; leave the message out")
    found.cuts += cut_items(content.items, signed)
    found.thoughts += len(signed)


def _type(block: JsonValue) -> str | None:
    shape = block.get("type") if isinstance(block, JsonObject) else None
    return shape.text if isinstance(shape, JsonString) else None


def _uninspectable(where: str) -> ClientFault:
    return ClientFault(
        "uninspectable_content",
        "only text, tool_use, tool_result, search_result and documents of text can be inspected; leave out images, "
        "files and what the recipient's own tools made",
        status=415,
        where=where,
    )


def _text(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    block = fields.object_at(value, where, frozenset({"type", "text", "cache_control", "citations"}))
    claims.text(block.get("text"), f"{where}.text", kind)
    _optional(block, where, {"cache_control": cache_control})
    if not fields.is_null(citations := block.get("citations")):
        for number, item in enumerate(fields.array_at(citations, f"{where}.citations").items):
            _citation(claims, item, f"{where}.citations[{number}]", kind)


def _citation(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    citation = fields.object_at(value, where, _CITATION_TEXTS | frozenset(_CITATION_CONTROLS))
    fields.string_at(citation.get("type"), f"{where}.type")
    _optional(citation, where, _CITATION_CONTROLS)
    for member in citation.members:
        if member.key.text in _CITATION_TEXTS and not fields.is_null(member.value):
            claims.text(member.value, f"{where}.{member.key.text}", kind)


def _tool_use(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    known = {"type", "id", "name", "input", "cache_control", "caller", "toolset_name"}
    block = fields.object_at(value, where, frozenset(known))
    fields.call_id(fields.string_at(block.get("id"), f"{where}.id"), f"{where}.id")
    claims.tool_name(block.get("name"), f"{where}.name")
    arguments = block.get("input")
    if not isinstance(arguments, JsonObject):
        raise fields.invalid(f"{where}.input", "must be an object")
    claims.each(every_leaf(arguments), f"{where}.input", kind, within=arguments)
    _optional(block, where, {"cache_control": cache_control, "caller": caller, "toolset_name": nothing})


def _tool_result(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    known = {"type", "tool_use_id", "content", "is_error", "cache_control", "toolset_name"}
    block = fields.object_at(value, where, frozenset(known))
    fields.call_id(fields.string_at(block.get("tool_use_id"), f"{where}.tool_use_id"), f"{where}.tool_use_id")
    _optional(block, where, {"is_error": fields.boolean, "cache_control": cache_control, "toolset_name": nothing})
    content = block.get("content")
    if isinstance(content, JsonArray) and not {_type(item) for item in content.items} <= _IN_RESULTS:
        raise _uninspectable(f"{where}.content")
    if not fields.is_null(content):
        _blocks(claims, content, f"{where}.content", SlotKind.REPLY if kind is SlotKind.SPEECH else kind)


def _search_result(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    block = fields.object_at(
        value, where, frozenset({"type", "source", "title", "content", "citations", "cache_control"})
    )
    for name in ("source", "title"):
        claims.text(block.get(name), f"{where}.{name}", kind)
    _claim_texts(claims, fields.array_at(block.get("content"), f"{where}.content"), f"{where}.content", kind)
    _optional(block, where, {"cache_control": cache_control, "citations": _citing})


def _document(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    block = fields.object_at(
        value, where, frozenset({"type", "source", "title", "context", "citations", "cache_control"})
    )
    for name in ("title", "context"):  # a reader has these above the text
        if not fields.is_null(block.get(name)):
            claims.text(block.get(name), f"{where}.{name}", kind)
    source, place = block.get("source"), f"{where}.source"
    shape = _type(source) if source is not None else None
    if shape == "text":
        held = fields.object_at(source, place, frozenset({"type", "media_type", "data"}))
        _text_type(fields.string_at(held.get("media_type"), f"{place}.media_type"), f"{place}.media_type")
        claims.text(held.get("data"), f"{place}.data", kind)
    elif shape == "content":
        held = fields.object_at(source, place, frozenset({"type", "content"}))
        _claim_texts(claims, held.get("content"), f"{place}.content", kind)
    else:
        raise _uninspectable(place)
    _optional(block, where, {"cache_control": cache_control, "citations": _citing})


def _citing(value: JsonValue, where: str) -> None:
    fields.fields_at(value, where, {"enabled": fields.boolean})


def _optional(block: JsonObject, where: str, checks: Mapping[str, fields.Check]) -> None:
    """Check those controls of a block that are set."""
    for member in block.members:
        name = member.key.text
        if name in checks and not fields.is_null(member.value):
            checks[name](member.value, f"{where}.{name}")


_BLOCKS = {
    "text": _text,
    "tool_use": _tool_use,
    "tool_result": _tool_result,
    "search_result": _search_result,
    "document": _document,
}
_IN_RESULTS = frozenset({"text", "search_result", "document"})


_count = fields.integer(0, 10_000_000)
_CHECKS: Mapping[str, fields.Check] = {
    "type": _run_by_client,
    "cache_control": cache_control,
    "strict": fields.boolean,
    "eager_input_streaming": fields.boolean,
    "defer_loading": fields.boolean,
    "allowed_callers": allowed_callers,
    "max_characters": _count,
    "display_width_px": _count,
    "display_height_px": _count,
    "display_number": _count,
    "enable_zoom": fields.boolean,
}
_TOOL = frozenset({"name", "description", "input_schema", "input_examples", *_CHECKS})
_choice = fields.one_of("auto", "any", "tool", "none")
_json_schema = fields.one_of("json_schema")


def claim_tools(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tools``: only those that the client runs."""
    for number, item in enumerate(fields.array_at(value, where).items):
        place = f"{where}[{number}]"
        if isinstance(item, JsonObject) and not fields.is_null(shape := item.get("type")) and shape is not None:
            _run_by_client(shape, f"{place}.type")
        tool = fields.object_at(item, place, _TOOL)
        claims.tool(tool.get("name"), f"{place}.name")
        for member in tool.members:
            _tool_field(claims, member.value, member.key.text, f"{place}.{member.key.text}")


def _tool_field(claims: Claims, value: JsonValue, name: str, where: str) -> None:
    if fields.is_null(value):
        return
    if name == "description":
        claims.text(value, where, SlotKind.INSTRUCTIONS)
    elif name == "input_schema":
        _schema(claims, value, where)
    elif name == "input_examples":
        examples = fields.array_at(value, where)
        claims.each(every_leaf(examples), where, SlotKind.INSTRUCTIONS, within=examples)
    elif name in _CHECKS:
        _CHECKS[name](value, where)


def claim_tool_choice(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tool_choice``: a mode, or one tool by name."""
    choice = fields.object_at(value, where, frozenset({"type", "name", "disable_parallel_tool_use"}))
    _choice(fields.string_at(choice.get("type"), f"{where}.type"), f"{where}.type")
    if (alone := choice.get("disable_parallel_tool_use")) is not None and not fields.is_null(alone):
        fields.boolean(alone, f"{where}.disable_parallel_tool_use")
    if not fields.is_null(choice.get("name")):
        claims.tool_name(choice.get("name"), f"{where}.name")


def claim_output(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim ``output_config``. Returns whether the text of the reply is to be JSON."""
    config = fields.object_at(value, where, frozenset({"effort", "format"}))
    effort, shape = config.get("effort"), config.get("format")
    if effort is not None:
        claim_setting(claims, effort, f"{where}.effort")
    if shape is None or fields.is_null(shape):
        return False
    return claim_format(claims, shape, f"{where}.format")


def claim_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim an output format, which is always JSON by a schema."""
    found = fields.object_at(value, where, frozenset({"type", "schema"}))
    _json_schema(fields.string_at(found.get("type"), f"{where}.type"), f"{where}.type")
    _schema(claims, found.get("schema"), f"{where}.schema")
    return True


def claim_stops(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``stop_sequences``: a list of strings."""
    for number, item in enumerate(fields.array_at(value, where).items):
        claims.text(item, f"{where}[{number}]", SlotKind.INSTRUCTIONS)


def _schema(claims: Claims, value: JsonValue | None, where: str) -> None:
    if not isinstance(value, JsonObject):
        raise fields.invalid(where, "must be a JSON Schema object")
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
        body = fields.object_at(document.root, "", _FIELDS, accepts(policy.controls))
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
        if fields.is_null(value) or field in IDENTIFIERS:
            continue
        if field in CONTROLS:
            CONTROLS[field](value, field)
        elif field == "messages":
            messages = claim_messages(claims, value, field)
        elif field == "system":
            _claim_texts(claims, value, field, SlotKind.INSTRUCTIONS)
        elif field in _OUTPUTS:
            json_output = _OUTPUTS[field](claims, value, field) or json_output
        elif field in _TEXT_FIELDS:
            _TEXT_FIELDS[field](claims, value, field)
        elif field != "models":
            claim_setting(claims, value, field)
            json_output = json_output or asks_for_json(field, value)
    if messages is None:
        raise fields.invalid("messages", "must hold at least one message")
    return messages, json_output


def _thinking_off(body: JsonObject, messages: Messages) -> list[Edit]:
    """The edit that switches thinking off if the turn in progress lost the thinking with which it began."""
    setting = body.get("thinking")
    if not (messages.broken_turn and isinstance(setting, JsonObject)):
        return []
    shape = setting.get("type")
    budgeted = isinstance(shape, JsonString) and shape.text == "enabled"
    return [Edit(setting.start, setting.end, _OFF)] if budgeted else []
