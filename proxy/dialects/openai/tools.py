"""Where the text is in what an OpenAI chat request says about tools and about the shape of the reply."""

from __future__ import annotations

from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import array_at, boolean, invalid, is_null, object_at, one_of, string_at
from proxy.dialects.wire.json_schema import schema_leaves
from proxy.json_source import JsonObject, JsonString, JsonValue
from proxy.model import SlotKind

_FUNCTION = frozenset({"name", "description", "parameters", "strict"})
_choice_mode = one_of("none", "auto", "required")
_function_type = one_of("function")
_content_type = one_of("content")
_response_type = one_of("text", "json_object", "json_schema")


def claim_tools(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tools``: functions alone, since other tools act on the recipient's side unseen."""
    for number, item in enumerate(array_at(value, where).items):
        place = f"{where}[{number}]"
        tool = object_at(item, place, frozenset({"type", "function"}))
        _function_type(string_at(tool.get("type"), f"{place}.type"), f"{place}.type")
        _function(claims, tool.get("function"), place)


def claim_functions(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``functions``, the older form of tools."""
    for number, item in enumerate(array_at(value, where).items):
        _function(claims, item, f"{where}[{number}]")


def claim_tool_choice(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tool_choice``: a mode, or one function by name."""
    if isinstance(value, JsonString):
        _choice_mode(value, where)
        return
    choice = object_at(value, where, frozenset({"type", "function"}))
    _function_type(string_at(choice.get("type"), f"{where}.type"), f"{where}.type")
    _named_function(claims, choice.get("function"), f"{where}.function")


def claim_function_call(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``function_call``, the older form of ``tool_choice``."""
    if isinstance(value, JsonString):
        _choice_mode(value, where)
    else:
        _named_function(claims, value, where)


def claim_response_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim ``response_format``; says whether the reply's text is to be JSON."""
    found = object_at(value, where, frozenset({"type", "json_schema"}))
    shape = string_at(found.get("type"), f"{where}.type")
    _response_type(shape, f"{where}.type")
    if not is_null(found.get("json_schema")):
        place = f"{where}.json_schema"
        schema = object_at(found.get("json_schema"), place, frozenset({"name", "description", "schema", "strict"}))
        claim_function_fields(claims, schema, place)
    return shape.text != "text"


def claim_stop(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``stop``: a string or a list of strings."""
    if isinstance(value, JsonString):
        claims.text(value, where, SlotKind.INSTRUCTIONS)
        return
    for number, item in enumerate(array_at(value, where).items):
        claims.text(item, f"{where}[{number}]", SlotKind.INSTRUCTIONS)


def _named_function(claims: Claims, value: JsonValue | None, where: str) -> None:
    named = object_at(value, where, frozenset({"name"}))
    claims.tool_name(named.get("name"), f"{where}.name")


def _function(claims: Claims, value: JsonValue | None, where: str) -> None:
    function = object_at(value, where, _FUNCTION)
    claim_function_fields(claims, function, where)
    claims.offered.add(string_at(function.get("name"), f"{where}.name").text)


def claim_function_fields(claims: Claims, function: JsonObject, where: str) -> None:
    """Claim what describes a function or a shape of output: its name, its description, its schema."""
    claims.tool_name(function.get("name"), f"{where}.name")
    for member in function.members:
        field, place = member.key.text, f"{where}.{member.key.text}"
        if is_null(member.value) or field in ("name", "type"):
            continue
        if field == "description":
            claims.text(member.value, place, SlotKind.INSTRUCTIONS)
        elif field == "strict":
            boolean(member.value, place)
        elif isinstance(member.value, JsonObject):
            claims.each(schema_leaves(member.value, ""), place, SlotKind.INSTRUCTIONS, within=member.value)
        else:
            raise invalid(place, "must be a JSON Schema object")
