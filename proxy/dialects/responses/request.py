"""The dialect ``openai-responses``: requests of ``POST /v1/responses``.

Every field of the body is claimed: text becomes slots, identifiers are cut out and counted, controls are checked, and
settings are claimed by the kind of their value (`wire.options`).

References to content that the recipient keeps (an earlier response, a conversation, a stored prompt, an
``item_reference``) are refused: that content was not inspected under this request's consent, and its pseudonyms belong
to another exchange. ``background`` is refused too, since its reply arrives by another call.

Only functions and custom tools run at the client. All other tools (web search, files, code, MCP servers…) run at the
recipient or beyond and send content elsewhere unseen, so they are refused.

Ids of items in ``input`` refer to what the recipient keeps and are cut. Reasoning items are cut too: they hold only ids
and encrypted content, which nobody here can read, and a model answers without its earlier reasoning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.dialects.openai.reply import error_answer
from proxy.dialects.openai.request import CONTROLS, FIXED_WORDS, IDENTIFIERS, RESPONSES_WORDS, fixed_edits
from proxy.dialects.openai.tools import claim_function_fields, claim_grammar
from proxy.dialects.responses.reply import ResponsesStream, error_event, synthetic_response, whole_rewriter
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
from proxy.dialects.wire.options import SETTING_WORDS, accepts, claim_rest, claim_setting
from proxy.dialects.wire.reply import EVENT_STREAM, JSON_TYPE
from proxy.dialects.wire.slots import Claims
from proxy.errors import ClientFault, Fault
from proxy.json_source import JsonArray, JsonConstant, JsonObject, JsonString, JsonValue
from proxy.model import Answer, Edit, Inbound, SlotKind

_FUNCTION = frozenset({"type", "name", "description", "parameters", "strict"})
_CUSTOM = frozenset({"type", "name", "description", "format"})
_SCHEMA = frozenset({"type", "name", "description", "schema", "strict"})

_choice_mode = fields.one_of("none", "auto", "required")
_allowed_mode = fields.one_of("auto", "required")
_format_type = fields.one_of("text", "json_object", "json_schema")
_input_type = fields.one_of("text", "grammar")
_REASONING = frozenset({"effort", "summary", "generate_summary"})
_INCLUDABLE = fields.one_of("reasoning.encrypted_content", "message.output_text.logprobs")


def claim_tools(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tools``: functions and custom tools."""
    for number, item in enumerate(fields.array_at(value, where).items):
        place = f"{where}[{number}]"
        if _local_type(item, place) == "function":
            tool = fields.object_at(item, place, _FUNCTION)
            claim_function_fields(claims, tool, place)
            claims.offered.add(fields.string_at(tool.get("name"), f"{place}.name").text)
        else:
            _custom_tool(claims, fields.object_at(item, place, _CUSTOM), place)


def claim_tool_choice(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tool_choice``: a mode, one tool by name, or some of the tools."""
    if isinstance(value, JsonString):
        _choice_mode(value, where)
        return
    shape = value.get("type") if isinstance(value, JsonObject) else None
    if not (isinstance(shape, JsonString) and shape.text == "allowed_tools"):
        _named_tool(claims, value, where)
        return
    choice = fields.object_at(value, where, frozenset({"type", "mode", "tools"}))
    _allowed_mode(fields.string_at(choice.get("mode"), f"{where}.mode"), f"{where}.mode")
    for number, item in enumerate(fields.array_at(choice.get("tools"), f"{where}.tools").items):
        _named_tool(claims, item, f"{where}.tools[{number}]")


def claim_text_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim ``text``: the reply's format and verbosity. Returns whether the text of the reply is to be JSON."""
    text = fields.object_at(value, where, frozenset({"format", "verbosity"}))
    verbosity, shape = text.get("verbosity"), text.get("format")
    if verbosity is not None:
        claim_setting(claims, verbosity, f"{where}.verbosity")
    if shape is None or fields.is_null(shape):
        return False
    place = f"{where}.format"
    kind = fields.string_at(shape.get("type") if isinstance(shape, JsonObject) else None, f"{place}.type")
    _format_type(kind, f"{place}.type")
    wanted = fields.object_at(shape, place, _SCHEMA if kind.text == "json_schema" else frozenset({"type"}))
    if kind.text == "json_schema":
        claim_function_fields(claims, wanted, place)
    return kind.text != "text"


def claim_reasoning(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``reasoning``: how much of it, and whether it is summarized."""
    claim_rest(claims, fields.object_at(value, where, _REASONING, accepts()), where, ())


def check_include(value: JsonValue, where: str) -> None:
    """Check ``include``: additional content of the reply. What only the recipient's tools produce is refused."""
    for number, item in enumerate(fields.array_at(value, where).items):
        _INCLUDABLE(item, f"{where}[{number}]")


def _local_type(item: JsonValue, where: str) -> str:
    """The type of a tool: ``function`` or ``custom``. Raises `ClientFault` for any tool that runs elsewhere."""
    shape = fields.string_at(item.get("type") if isinstance(item, JsonObject) else None, f"{where}.type").text
    if shape not in ("function", "custom"):
        raise ClientFault(
            "hosted_tool",
            "only tools of type 'function' and 'custom' run at the client; others send content elsewhere unseen",
            where=f"{where}.type",
        )
    return shape


def _custom_tool(claims: Claims, tool: JsonObject, where: str) -> None:
    claims.tool(tool.get("name"), f"{where}.name")
    if not fields.is_null(tool.get("description")):
        claims.text(tool.get("description"), f"{where}.description", SlotKind.INSTRUCTIONS)
    shape = tool.get("format")
    if shape is None or fields.is_null(shape):
        return
    place = f"{where}.format"
    claim_grammar(claims, shape, place, frozenset({"type"}))
    kind = shape.get("type") if isinstance(shape, JsonObject) else None
    _input_type(fields.string_at(kind, f"{place}.type"), f"{place}.type")


def _named_tool(claims: Claims, value: JsonValue, where: str) -> None:
    _local_type(value, where)
    claims.tool_name(fields.object_at(value, where, frozenset({"type", "name"})).get("name"), f"{where}.name")


_KINDS = {
    "system": SlotKind.INSTRUCTIONS,
    "developer": SlotKind.INSTRUCTIONS,
    "user": SlotKind.SPEECH,
    "assistant": SlotKind.REPLY,
}
_TEXT_PARTS = {"input_text": "text", "output_text": "text", "refusal": "refusal"}
_EMPTY_ONLY = frozenset({"annotations", "logprobs"})
"""Fields of a reply's parts that clients send back. They pass only if they are empty."""

_NULL_ONLY = frozenset({"caller", "namespace", "async", "parsed_arguments"})
"""Fields of a call that clients send back as null. With a value, they could not be inspected."""

ITEM_ID = "item_id"
REASONING = "reasoning_item"

_role = fields.one_of(*_KINDS)
_status = fields.one_of("in_progress", "completed", "incomplete")
_phase = fields.one_of("commentary", "final_answer")


class InputCuts:
    """What is cut from the items: the edits, and how many items or ids were cut, by name."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.counts: dict[str, int] = {}

    def count(self, name: str, number: int = 1) -> None:
        """Count cut items or ids."""
        self.counts[name] = self.counts.get(name, 0) + number


def claim_input(claims: Claims, value: JsonValue, where: str, cuts: InputCuts) -> None:
    """Claim ``input``: a string, or a list of items, at least one of which must remain."""
    if not isinstance(value, JsonArray):
        claims.text(value, where, SlotKind.SPEECH)
        return
    reasoning = {number for number, item in enumerate(value.items) if _type_of(item) == "reasoning"}
    if len(reasoning) == len(value.items):
        raise fields.invalid(where, "must hold at least one item that is no reasoning")
    if reasoning:
        cuts.edits.extend(cut_items(value.items, reasoning))
        cuts.count(REASONING, len(reasoning))
    for number, item in enumerate(value.items):
        if number not in reasoning:
            _item(claims, item, f"{where}[{number}]", cuts)


def claim_parts(claims: Claims, value: JsonValue | None, where: str, kind: SlotKind) -> None:
    """Claim a content: a string, or parts of text."""
    if not isinstance(value, JsonArray):
        claims.text(value, where, kind)
        return
    for number, item in enumerate(value.items):
        _part(claims, item, f"{where}[{number}]", kind)


def stored_content(where: str) -> ClientFault:
    """The fault for a reference to content that the recipient keeps."""
    return ClientFault(
        "stored_content",
        "this refers to content that the recipient keeps, which cannot be inspected here; send the content itself",
        where=where,
    )


def _type_of(item: JsonValue) -> str | None:
    """The type of an item: as stated, or inferred for messages and references, which may omit it."""
    if not isinstance(item, JsonObject):
        return None
    said = item.get("type")
    if isinstance(said, JsonString):
        return said.text
    if fields.is_null(said):
        return "message" if item.get("role") is not None else "item_reference"
    return None


def _item(claims: Claims, value: JsonValue, where: str, cuts: InputCuts) -> None:
    shape = _type_of(value)
    if shape == "item_reference":
        raise stored_content(where)
    if shape not in _ITEMS:
        raise ClientFault(
            "uninspectable_content",
            f"items that can be inspected are: {', '.join(sorted(_ITEMS))}; leave out all others",
            where=where,
        )
    known, claim = _ITEMS[shape]
    item = fields.object_at(value, where, known | {"type", "id", "status"} | _NULL_ONLY)
    if item.get("id") is not None:
        cuts.edits.extend(cut_members(item.members, frozenset({"id"})))
        cuts.count(ITEM_ID)
    for member in item.members:
        if not fields.is_null(member.value) and member.key.text in _NULL_ONLY:
            raise ClientFault(
                "unknown_field", "this field cannot be inspected; leave it out", where=f"{where}.{member.key.text}"
            )
    if not fields.is_null(status := item.get("status")) and status is not None:
        _status(status, f"{where}.status")
    claim(claims, item, where)


def _message(claims: Claims, message: JsonObject, where: str) -> None:
    role = fields.string_at(message.get("role"), f"{where}.role")
    _role(role, f"{where}.role")
    phase = message.get("phase")
    if phase is not None and not fields.is_null(phase):
        _phase(phase, f"{where}.phase")
    claim_parts(claims, message.get("content"), f"{where}.content", _KINDS[role.text])


def _part(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    shape = value.get("type") if isinstance(value, JsonObject) else None
    name = shape.text if isinstance(shape, JsonString) else ""
    if isinstance(shape, JsonString) and name not in _TEXT_PARTS:
        raise ClientFault(
            "uninspectable_content",
            f"parts that can be inspected are: {', '.join(_TEXT_PARTS)}; leave out images, audio and files",
            status=415,
            where=where,
        )
    part = fields.object_at(value, where, frozenset({"type", _TEXT_PARTS.get(name, "text")}) | _EMPTY_ONLY)
    fields.string_at(shape, f"{where}.type")
    for member in part.members:
        empty = fields.is_null(member.value) or (isinstance(member.value, JsonArray) and not member.value.items)
        if member.key.text in _EMPTY_ONLY and not empty:
            raise ClientFault(
                "unknown_field", "this field cannot be inspected; leave it out", where=f"{where}.{member.key.text}"
            )
    field = _TEXT_PARTS[name]
    claims.text(part.get(field), f"{where}.{field}", kind)


def _function_call(claims: Claims, call: JsonObject, where: str) -> None:
    fields.call_id(fields.string_at(call.get("call_id"), f"{where}.call_id"), f"{where}.call_id")
    claims.tool_name(call.get("name"), f"{where}.name")
    claims.arguments(call.get("arguments"), f"{where}.arguments", None)


def _custom_call(claims: Claims, call: JsonObject, where: str) -> None:
    fields.call_id(fields.string_at(call.get("call_id"), f"{where}.call_id"), f"{where}.call_id")
    claims.tool_name(call.get("name"), f"{where}.name")
    claims.text(call.get("input"), f"{where}.input", SlotKind.SPEECH)


def _call_output(claims: Claims, output: JsonObject, where: str) -> None:
    fields.call_id(fields.string_at(output.get("call_id"), f"{where}.call_id"), f"{where}.call_id")
    if not fields.is_null(output.get("name")):
        claims.tool_name(output.get("name"), f"{where}.name")
    claim_parts(claims, output.get("output"), f"{where}.output", SlotKind.REPLY)


_Claim = Callable[[Claims, JsonObject, str], None]

_ITEMS: dict[str, tuple[frozenset[str], _Claim]] = {
    "message": (frozenset({"role", "content", "phase"}), _message),
    "function_call": (frozenset({"call_id", "name", "arguments"}), _function_call),
    "function_call_output": (frozenset({"call_id", "name", "output"}), _call_output),
    "custom_tool_call": (frozenset({"call_id", "name", "input"}), _custom_call),
    "custom_tool_call_output": (frozenset({"call_id", "name", "output"}), _call_output),
}


_STORED = frozenset({"previous_response_id", "conversation", "prompt"})
_TEXTS = frozenset({"input", "instructions", "text", "tools", "tool_choice"})


def _stream_options(value: JsonValue, where: str) -> None:
    fields.fields_at(value, where, {"include_obfuscation": fields.boolean})


def _not_in_background(value: JsonValue, where: str) -> None:
    if not (isinstance(value, JsonConstant) and value.value is False):
        raise fields.invalid(where, "must be false: a reply that is fetched later cannot be restored")


_CONTROLS: Mapping[str, fields.Check] = {
    **{name: CONTROLS[name] for name in ("model", "stream", "temperature", "top_p", "top_logprobs", "store")},
    "parallel_tool_calls": fields.boolean,
    "stream_options": _stream_options,
    "max_output_tokens": fields.integer(1, 10_000_000),
    "max_tool_calls": fields.integer(1, 10_000),
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
        """Take a request apart. Raises `ClientFault` for any field that is not claimed."""
        document = read_body(inbound, policy)
        body = fields.object_at(document.root, "", _FIELDS, accepts(policy.controls))
        claims, cuts = Claims(document, policy.max_depth), InputCuts()
        json_output = _claim_fields(claims, cuts, body)
        model = allowed_model(body, policy)
        further_models(body, policy)
        if fields.is_null(body.get("input")):
            raise fields.invalid("input", "must be a text or a list of items")
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
        """An ``error`` event for a stream in progress."""
        return error_event(fault)

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:
        """A response of our own that says `message`."""
        return synthetic_response(message, exchange, created, model=parsed.model or "", stream=parsed.stream)


def _claim_fields(claims: Claims, cuts: InputCuts, body: JsonObject) -> bool:
    """Claim all fields in source order. Returns whether the text of the reply is to be JSON."""
    json_output = False
    for member in body.members:
        field, value = member.key.text, member.value
        if fields.is_null(value) or field in IDENTIFIERS:
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
