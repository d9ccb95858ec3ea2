"""Claims what an OpenAI chat request says about tools and about the shape of the reply."""

from __future__ import annotations

from proxy.dialects.wire import fields
from proxy.dialects.wire.options import accepts, claim_rest, schema_leaves
from proxy.dialects.wire.slots import Claims
from proxy.json_source import JsonObject, JsonString, JsonValue
from proxy.model import SlotKind

_FUNCTION = frozenset({"name", "description", "parameters", "strict"})
_choice_mode = fields.one_of("none", "auto", "required")
_allowed_mode = fields.one_of("auto", "required")
_tool_type = fields.one_of("function", "custom")
_format_type = fields.one_of("text", "grammar")
_syntax = fields.one_of("lark", "regex")
_JSON_TYPES = frozenset({"json_object", "json_schema", "json"})
_response_type = fields.one_of("text", *sorted(_JSON_TYPES), "grammar", "regex", "structural_tag")
_SCHEMAS = frozenset({"json_schema", "schema", "value"})
"""Fields in which servers expect the schema of a reply."""
_RULES = frozenset({"grammar", "pattern", "regex", "value", "structures", "triggers", "format"})
"""Fields, besides schemas, in which servers expect what a reply has to match."""


def claim_tools(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tools``: functions and custom tools. All others act unseen on the recipient's side and are refused."""
    for number, item in enumerate(fields.array_at(value, where).items):
        place = f"{where}[{number}]"
        shape = fields.string_at(item.get("type") if isinstance(item, JsonObject) else None, f"{place}.type")
        _tool_type(shape, f"{place}.type")
        taken = frozenset({"type", shape.text})
        tool = fields.object_at(item, place, taken, accepts())
        if shape.text == "function":
            _function(claims, tool.get("function"), place)
        else:
            _custom(claims, tool.get("custom"), f"{place}.custom")
        claim_rest(claims, tool, place, taken)


def claim_functions(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``functions``, the older form of tools."""
    for number, item in enumerate(fields.array_at(value, where).items):
        _function(claims, item, f"{where}[{number}]")


def claim_tool_choice(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``tool_choice``: a mode, one tool by name, or some of the tools."""
    if isinstance(value, JsonString):
        _choice_mode(value, where)
        return
    shape = value.get("type") if isinstance(value, JsonObject) else None
    if not (isinstance(shape, JsonString) and shape.text == "allowed_tools"):
        _named_tool(claims, value, where)
        return
    place = f"{where}.allowed_tools"
    some = fields.object_at(value, where, frozenset({"type", "allowed_tools"})).get("allowed_tools")
    some = fields.object_at(some, place, frozenset({"mode", "tools"}))
    _allowed_mode(fields.string_at(some.get("mode"), f"{place}.mode"), f"{place}.mode")
    for number, item in enumerate(fields.array_at(some.get("tools"), f"{place}.tools").items):
        _named_tool(claims, item, f"{place}.tools[{number}]")


def claim_function_call(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``function_call``, the older form of ``tool_choice``."""
    if isinstance(value, JsonString):
        _choice_mode(value, where)
    else:
        _named_function(claims, value, where)


def claim_response_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim ``response_format``. Returns whether the text of the reply is to be JSON."""
    found = fields.object_at(value, where, frozenset({"type"}) | _SCHEMAS | _RULES)
    shape = fields.string_at(found.get("type"), f"{where}.type")
    _response_type(shape, f"{where}.type")
    for member in found.members:
        name, place = member.key.text, f"{where}.{member.key.text}"
        if fields.is_null(member.value) or name == "type":
            continue
        if name == "json_schema":
            schema = fields.object_at(member.value, place, frozenset({"name", "description", "schema", "strict"}))
            claim_function_fields(claims, schema, place, nameless=True)
        elif isinstance(member.value, JsonString):
            claims.text(member.value, place, SlotKind.INSTRUCTIONS)
        else:
            claims.each(schema_leaves(member.value, ""), place, SlotKind.INSTRUCTIONS, within=member.value)
    return shape.text in _JSON_TYPES


def claim_stop(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``stop``: a string or a list of strings."""
    if isinstance(value, JsonString):
        claims.text(value, where, SlotKind.INSTRUCTIONS)
        return
    for number, item in enumerate(fields.array_at(value, where).items):
        claims.text(item, f"{where}[{number}]", SlotKind.INSTRUCTIONS)


def _named_function(claims: Claims, value: JsonValue | None, where: str) -> None:
    named = fields.object_at(value, where, frozenset({"name"}))
    claims.tool_name(named.get("name"), f"{where}.name")


def _named_tool(claims: Claims, value: JsonValue, where: str) -> None:
    shape = fields.string_at(value.get("type") if isinstance(value, JsonObject) else None, f"{where}.type")
    _tool_type(shape, f"{where}.type")
    tool = fields.object_at(value, where, frozenset({"type", shape.text}))
    _named_function(claims, tool.get(shape.text), f"{where}.{shape.text}")


def _custom(claims: Claims, value: JsonValue | None, where: str) -> None:
    """Claim a tool that is called with a text. A grammar may define the shape of that text."""
    custom = fields.object_at(value, where, frozenset({"name", "description", "format"}))
    claims.tool(custom.get("name"), f"{where}.name")
    if not fields.is_null(custom.get("description")):
        claims.text(custom.get("description"), f"{where}.description", SlotKind.INSTRUCTIONS)
    if fields.is_null(custom.get("format")):
        return
    place = f"{where}.format"
    shape = fields.object_at(custom.get("format"), place, frozenset({"type", "grammar"}))
    _format_type(fields.string_at(shape.get("type"), f"{place}.type"), f"{place}.type")
    if not fields.is_null(shape.get("grammar")):
        claim_grammar(claims, shape.get("grammar"), f"{place}.grammar", frozenset())


def claim_grammar(claims: Claims, value: JsonValue | None, where: str, more: frozenset[str]) -> None:
    """Claim the definition and syntax that give the shape of a text. `more`: fields that are read elsewhere."""
    rule = fields.object_at(value, where, more | {"syntax", "definition"})
    if not fields.is_null(rule.get("syntax")):
        _syntax(fields.string_at(rule.get("syntax"), f"{where}.syntax"), f"{where}.syntax")
    if not fields.is_null(rule.get("definition")):
        claims.text(rule.get("definition"), f"{where}.definition", SlotKind.INSTRUCTIONS)


def _function(claims: Claims, value: JsonValue | None, where: str) -> None:
    function = fields.object_at(value, where, _FUNCTION)
    claim_function_fields(claims, function, where)
    claims.offered.add(fields.string_at(function.get("name"), f"{where}.name").text)


def claim_function_fields(claims: Claims, function: JsonObject, where: str, *, nameless: bool = False) -> None:
    """Claim the fields that describe a function or the shape of an output: name, description and schema.

    `nameless`: the name may be missing.
    """
    if not (nameless and fields.is_null(function.get("name"))):
        claims.tool_name(function.get("name"), f"{where}.name")
    for member in function.members:
        field, place = member.key.text, f"{where}.{member.key.text}"
        if fields.is_null(member.value) or field in ("name", "type"):
            continue
        if field == "description":
            claims.text(member.value, place, SlotKind.INSTRUCTIONS)
        elif field == "strict":
            fields.boolean(member.value, place)
        elif isinstance(member.value, JsonObject):
            claims.each(schema_leaves(member.value, ""), place, SlotKind.INSTRUCTIONS, within=member.value)
        else:
            raise fields.invalid(place, "must be a JSON Schema object")
