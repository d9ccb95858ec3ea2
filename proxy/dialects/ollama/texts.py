"""Where the text is in the messages, options and format of an Ollama request."""

from __future__ import annotations

from proxy.dialects.ollama.controls import OPTIONS
from proxy.dialects.openai.tools import claim_stop
from proxy.dialects.wire.claims import Claims, every_leaf
from proxy.dialects.wire.fields import array_at, call_id, integer, invalid, is_null, object_at, one_of, string_at
from proxy.dialects.wire.json_schema import schema_leaves
from proxy.dialects.wire.settings import accepts, claim_setting
from proxy.errors import ClientFault
from proxy.json_source import JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import SlotKind

_KINDS = {
    "system": SlotKind.INSTRUCTIONS,
    "user": SlotKind.SPEECH,
    "assistant": SlotKind.REPLY,
    "tool": SlotKind.REPLY,
}
_FIELDS = frozenset({"role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id"})
_role = one_of(*_KINDS)
_function_type = one_of("function")
_call_index = integer(0, 1023)


def claim_messages(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``messages``; an empty list only loads the model."""
    for number, item in enumerate(array_at(value, where).items):
        place = f"{where}[{number}]"
        message = object_at(item, place, _FIELDS)
        role = string_at(message.get("role"), f"{place}.role")
        _role(role, f"{place}.role")
        for member in message.members:
            if not is_null(member.value):
                _message_field(claims, member.key.text, member.value, f"{place}.{member.key.text}", _KINDS[role.text])


def _message_field(claims: Claims, name: str, value: JsonValue, where: str, kind: SlotKind) -> None:
    if name in ("content", "thinking"):
        claims.text(value, where, kind)
    elif name == "images":
        refuse_images(value, where)
    elif name == "tool_name":
        claims.tool_name(value, where)
    elif name == "tool_call_id":
        call_id(value, where)
    elif name == "tool_calls":
        for number, call in enumerate(array_at(value, where).items):
            _tool_call(claims, call, f"{where}[{number}]", kind)


def _tool_call(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    call = object_at(value, where, frozenset({"id", "type", "function"}))
    for name, check in (("id", call_id), ("type", _function_type)):
        if (held := call.get(name)) is not None and not is_null(held):
            check(held, f"{where}.{name}")
    place = f"{where}.function"
    function = object_at(call.get("function"), place, frozenset({"index", "name", "arguments", "description"}))
    claims.tool_name(function.get("name"), f"{place}.name")
    if (index := function.get("index")) is not None and not is_null(index):
        _call_index(index, f"{place}.index")
    if not is_null(function.get("description")):
        claims.text(function.get("description"), f"{place}.description", SlotKind.INSTRUCTIONS)
    arguments = function.get("arguments")
    if arguments is None or is_null(arguments):
        return
    if not isinstance(arguments, JsonObject):
        raise invalid(f"{place}.arguments", "must be an object")
    claims.each(every_leaf(arguments), f"{place}.arguments", kind, within=arguments)


def refuse_images(value: JsonValue, where: str) -> None:
    """Pictures go nowhere: nobody here can tell whose words or faces they hold."""
    if array_at(value, where).items:
        raise ClientFault(
            "uninspectable_content", "images cannot be inspected; leave them out", status=415, where=where
        )


def refuse_context(value: JsonValue, where: str) -> None:
    """Tokens of an earlier conversation hold its words, and nobody here can read them."""
    if array_at(value, where).items:
        raise ClientFault(
            "uninspectable_content",
            "the tokens of an earlier conversation cannot be inspected; leave 'context' out, or send the conversation "
            "as messages to /api/chat",
            status=415,
            where=where,
        )


def claim_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim ``format``: ``json``, a JSON Schema, or nothing; says whether the reply's text is to be JSON."""
    if isinstance(value, JsonObject):
        claims.each(schema_leaves(value, ""), where, SlotKind.INSTRUCTIONS, within=value)
        return True
    if not (isinstance(value, JsonString) and value.text in ("", "json")):
        raise invalid(where, 'must be "json" or a JSON Schema object')
    return value.text == "json"


def claim_options(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``options``: controls, and stop sequences, which are text."""
    options = object_at(value, where, frozenset({"stop", *OPTIONS}), accepts())
    for member in options.members:
        name, place = member.key.text, f"{where}.{member.key.text}"
        if is_null(member.value):
            continue
        if name == "stop":
            claim_stop(claims, member.value, place)
        elif name in OPTIONS:
            OPTIONS[name](_whole(member.value), place)
        else:
            claim_setting(claims, member.value, place)


def _whole(value: JsonValue) -> JsonValue:
    """Some clients write whole numbers with a point (``4096.0``)."""
    if isinstance(value, JsonNumber) and value.literal.endswith(".0"):
        return value._replace(literal=value.literal.removesuffix(".0"))
    return value
