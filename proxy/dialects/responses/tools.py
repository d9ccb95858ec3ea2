"""Where the text is in what an OpenAI Responses request says about tools and about the shape of the reply.

Functions and custom tools run at the client. All other tools (web search, files, code, MCP servers…) run at the
recipient or beyond and send content elsewhere unseen: they are refused.
"""

from __future__ import annotations

from proxy.dialects.openai.tools import claim_function_fields, claim_grammar
from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import array_at, is_null, object_at, one_of, string_at
from proxy.dialects.wire.settings import accepts, claim_rest, claim_setting
from proxy.errors import ClientFault
from proxy.json_source import JsonObject, JsonString, JsonValue
from proxy.model import SlotKind

_FUNCTION = frozenset({"type", "name", "description", "parameters", "strict"})
_CUSTOM = frozenset({"type", "name", "description", "format"})
_SCHEMA = frozenset({"type", "name", "description", "schema", "strict"})

_choice_mode = one_of("none", "auto", "required")
_allowed_mode = one_of("auto", "required")
_format_type = one_of("text", "json_object", "json_schema")
_input_type = one_of("text", "grammar")
_REASONING = frozenset({"effort", "summary", "generate_summary"})
_INCLUDABLE = one_of("reasoning.encrypted_content", "message.output_text.logprobs")


def claim_tools(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tools``: functions and custom tools."""
    for number, item in enumerate(array_at(value, where).items):
        place = f"{where}[{number}]"
        if _local_type(item, place) == "function":
            tool = object_at(item, place, _FUNCTION)
            claim_function_fields(claims, tool, place)
            claims.offered.add(string_at(tool.get("name"), f"{place}.name").text)
        else:
            _custom_tool(claims, object_at(item, place, _CUSTOM), place)


def claim_tool_choice(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tool_choice``: a mode, one tool by name, or some of the tools."""
    if isinstance(value, JsonString):
        _choice_mode(value, where)
        return
    shape = value.get("type") if isinstance(value, JsonObject) else None
    if not (isinstance(shape, JsonString) and shape.text == "allowed_tools"):
        _named_tool(claims, value, where)
        return
    choice = object_at(value, where, frozenset({"type", "mode", "tools"}))
    _allowed_mode(string_at(choice.get("mode"), f"{where}.mode"), f"{where}.mode")
    for number, item in enumerate(array_at(choice.get("tools"), f"{where}.tools").items):
        _named_tool(claims, item, f"{where}.tools[{number}]")


def claim_text_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim ``text``: the format of the reply and its verbosity; says whether the reply's text is to be JSON."""
    text = object_at(value, where, frozenset({"format", "verbosity"}))
    verbosity, shape = text.get("verbosity"), text.get("format")
    if verbosity is not None:
        claim_setting(claims, verbosity, f"{where}.verbosity")
    if shape is None or is_null(shape):
        return False
    place = f"{where}.format"
    kind = string_at(shape.get("type") if isinstance(shape, JsonObject) else None, f"{place}.type")
    _format_type(kind, f"{place}.type")
    fields = object_at(shape, place, _SCHEMA if kind.text == "json_schema" else frozenset({"type"}))
    if kind.text == "json_schema":
        claim_function_fields(claims, fields, place)
    return kind.text != "text"


def claim_reasoning(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``reasoning``: how much of it, and whether it is summed up."""
    claim_rest(claims, object_at(value, where, _REASONING, accepts()), where, ())


def check_include(value: JsonValue, where: str) -> None:
    """Check ``include``: what the reply holds besides; nothing that only tools of the recipient have."""
    for number, item in enumerate(array_at(value, where).items):
        _INCLUDABLE(item, f"{where}[{number}]")


def _local_type(item: JsonValue, where: str) -> str:
    """Whether a tool is a ``function`` or ``custom``; `ClientFault` for all that run elsewhere."""
    shape = string_at(item.get("type") if isinstance(item, JsonObject) else None, f"{where}.type").text
    if shape not in ("function", "custom"):
        raise ClientFault(
            "hosted_tool",
            "only tools of type 'function' and 'custom' run at the client; others send content elsewhere unseen",
            where=f"{where}.type",
        )
    return shape


def _custom_tool(claims: Claims, tool: JsonObject, where: str) -> None:
    claims.tool(tool.get("name"), f"{where}.name")
    if not is_null(tool.get("description")):
        claims.text(tool.get("description"), f"{where}.description", SlotKind.INSTRUCTIONS)
    shape = tool.get("format")
    if shape is None or is_null(shape):
        return
    place = f"{where}.format"
    claim_grammar(claims, shape, place, frozenset({"type"}))
    kind = shape.get("type") if isinstance(shape, JsonObject) else None
    _input_type(string_at(kind, f"{place}.type"), f"{place}.type")


def _named_tool(claims: Claims, value: JsonValue, where: str) -> None:
    _local_type(value, where)
    claims.tool_name(object_at(value, where, frozenset({"type", "name"})).get("name"), f"{where}.name")
