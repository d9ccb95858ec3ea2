"""Where the text is in what an Anthropic Messages request says about tools and about the shape of the reply."""

from __future__ import annotations

from collections.abc import Mapping

from proxy.dialects.anthropic.controls import allowed_callers, cache_control, run_by_client
from proxy.dialects.wire.claims import Claims, every_leaf
from proxy.dialects.wire.fields import Check, array_at, boolean, integer, invalid, is_null, object_at, one_of, string_at
from proxy.dialects.wire.json_schema import schema_leaves
from proxy.dialects.wire.settings import claim_setting
from proxy.json_source import JsonObject, JsonValue
from proxy.model import SlotKind

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
    """Claim ``tools``: those that the client runs."""
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
    """Claim ``output_config``; says whether the reply's text is to be JSON."""
    config = object_at(value, where, frozenset({"effort", "format"}))
    effort, shape = config.get("effort"), config.get("format")
    if effort is not None:
        claim_setting(claims, effort, f"{where}.effort")
    if shape is None or is_null(shape):
        return False
    return claim_format(claims, shape, f"{where}.format")


def claim_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim a format of the output, which is JSON of a schema."""
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
