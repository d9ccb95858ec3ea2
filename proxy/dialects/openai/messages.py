"""Where the text is in the messages of an OpenAI chat request."""

from __future__ import annotations

from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import array_at, call_id, integer, invalid, is_null, object_at, one_of, string_at
from proxy.dialects.wire.settings import accepts, claim_rest
from proxy.errors import ClientFault
from proxy.json_source import JsonArray, JsonObject, JsonString, JsonValue
from proxy.model import SlotKind

_KINDS = {
    "system": SlotKind.INSTRUCTIONS,
    "developer": SlotKind.INSTRUCTIONS,
    "user": SlotKind.SPEECH,
    "assistant": SlotKind.REPLY,
    "tool": SlotKind.REPLY,
    "function": SlotKind.REPLY,
}
_FUNCTIONS = frozenset({"tool", "function"})
"""Roles whose `name` is a function's, not a person's."""

_TEXTS = ("refusal", "reasoning_content", "reasoning")
"""Further texts of an assistant's message that clients send back as they got them."""

_EMPTY_ONLY = ("annotations", "audio")
"""Fields of a reply that clients send back; they are passed while they hold nothing."""

_FIELDS = frozenset(
    {"role", "content", "name", "tool_calls", "function_call", "tool_call_id", *_TEXTS, *_EMPTY_ONLY},
)
_PART = frozenset({"type", "text", "refusal"})
_LONGEST_NAME = 256

_role = one_of(*_KINDS)
_call_type = one_of("function", "custom")
_call_index = integer(0, 1023)


def claim_messages(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``messages``: a list of at least one message."""
    messages = array_at(value, where).items
    if not messages:
        raise invalid(where, "must hold at least one message")
    for number, message in enumerate(messages):
        _message(claims, message, f"{where}[{number}]")


def claim_content(claims: Claims, value: JsonValue, where: str, kind: SlotKind, author: str | None = None) -> None:
    """Claim the content of a message: a string, or parts of type ``text`` and ``refusal``; null is empty."""
    if is_null(value):
        return
    if not isinstance(value, JsonArray):
        claims.text(value, where, kind, author)
        return
    for number, item in enumerate(value.items):
        place = f"{where}[{number}]"
        _refuse_media(item, place)
        part = object_at(item, place, _PART, accepts())
        shape = string_at(part.get("type"), f"{place}.type").text
        if _PART.intersection(member.key.text for member in part.members) != {"type", shape}:
            raise invalid(place, f"must hold 'type' and '{shape}' alone")
        claim_rest(claims, part, place, _PART)
        claims.text(part.get(shape), f"{place}.{shape}", kind, author)


def _refuse_media(item: JsonValue, where: str) -> None:
    """Images, audio and files go nowhere: nobody here can tell whose words or faces they hold."""
    shape = item.get("type") if isinstance(item, JsonObject) else None
    if isinstance(shape, JsonString) and shape.text not in ("text", "refusal"):
        raise ClientFault(
            "uninspectable_content",
            "only content parts of type 'text' can be inspected; leave out images, audio and files",
            status=415,
            where=where,
        )


def _message(claims: Claims, value: JsonValue, where: str) -> None:
    message = object_at(value, where, _FIELDS, accepts())
    role = string_at(message.get("role"), f"{where}.role")
    _role(role, f"{where}.role")
    kind = _KINDS[role.text]
    author = None if role.text in _FUNCTIONS else _author(message.get("name"), f"{where}.name")
    for member in message.members:
        field, place = member.key.text, f"{where}.{member.key.text}"
        if is_null(member.value):
            continue
        if field == "content":
            claim_content(claims, member.value, place, kind, author)
        elif field == "name" and role.text in _FUNCTIONS:
            claims.tool_name(member.value, place)
        elif field == "name":
            claims.text(member.value, place, SlotKind.LABEL)
        elif field in _TEXTS:
            claims.text(member.value, place, kind, author)
        elif field == "tool_call_id":
            call_id(member.value, place)
        elif field == "tool_calls":
            for number, call in enumerate(array_at(member.value, place).items):
                _tool_call(claims, call, f"{place}[{number}]", author)
        elif field == "function_call":
            _call(claims, member.value, place, author)
        elif field in _EMPTY_ONLY and not (isinstance(member.value, JsonArray) and not member.value.items):
            raise ClientFault("unknown_field", "this field cannot be inspected; leave it out", where=place)
    claim_rest(claims, message, where, _FIELDS)


def _author(name: JsonValue | None, where: str) -> str | None:
    if is_null(name):
        return None
    label = string_at(name, where).text
    if not 0 < len(label) <= _LONGEST_NAME:
        raise invalid(where, f"must be a name of 1 to {_LONGEST_NAME} characters")
    return label


def _tool_call(claims: Claims, value: JsonValue, where: str, author: str | None) -> None:
    shape = value.get("type") if isinstance(value, JsonObject) else None
    custom = isinstance(shape, JsonString) and shape.text == "custom"
    held = "custom" if custom else "function"
    call = object_at(value, where, frozenset({"id", "type", "index", held}))
    if not is_null(call.get("type")):
        _call_type(string_at(call.get("type"), f"{where}.type"), f"{where}.type")
    call_id(string_at(call.get("id"), f"{where}.id"), f"{where}.id")
    index = call.get("index")
    if index is not None and not is_null(index):
        _call_index(index, f"{where}.index")
    if custom:
        _custom_call(claims, call.get("custom"), where, author)
    else:
        _call(claims, call.get("function"), where, author)


def _custom_call(claims: Claims, value: JsonValue | None, where: str, author: str | None) -> None:
    """A call with a text in place of arguments."""
    custom = object_at(value, where, frozenset({"name", "input"}))
    claims.tool_name(custom.get("name"), f"{where}.name")
    if not is_null(custom.get("input")):
        claims.text(custom.get("input"), f"{where}.input", SlotKind.SPEECH, author)


def _call(claims: Claims, value: JsonValue | None, where: str, author: str | None) -> None:
    function = object_at(value, where, frozenset({"name", "arguments"}))
    claims.tool_name(function.get("name"), f"{where}.name")
    if not is_null(function.get("arguments")):
        claims.arguments(function.get("arguments"), f"{where}.arguments", author)
