"""Where the text is in the ``input`` of an OpenAI Responses request, and which of it is cut out.

Ids of items refer to what the recipient keeps and are cut; so are reasoning items: they hold ids and encrypted
content alone, which nobody here can read, and a model answers without its earlier reasoning. What stands for
content that only the recipient has (``item_reference``) is refused.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import call_id, invalid, is_null, object_at, one_of, string_at
from proxy.dialects.wire.json_edits import cut_items, cut_members
from proxy.errors import ClientFault
from proxy.json_source import JsonArray, JsonObject, JsonString, JsonValue
from proxy.model import Edit, SlotKind

_KINDS = {
    "system": SlotKind.INSTRUCTIONS,
    "developer": SlotKind.INSTRUCTIONS,
    "user": SlotKind.SPEECH,
    "assistant": SlotKind.REPLY,
}
_TEXT_PARTS = {"input_text": "text", "output_text": "text", "refusal": "refusal"}
_EMPTY_ONLY = frozenset({"annotations", "logprobs"})
"""Fields of a part of a reply that clients send back; they are passed while they hold nothing."""

_NULL_ONLY = frozenset({"caller", "namespace", "async", "parsed_arguments"})
"""Fields of a call that clients send back as null; with a value they would say what cannot be inspected."""

ITEM_ID = "item_id"
REASONING = "reasoning_item"

_role = one_of(*_KINDS)
_status = one_of("in_progress", "completed", "incomplete")
_phase = one_of("commentary", "final_answer")


class InputCuts:
    """What is cut out of the items: the edits, and how many of each by name."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.counts: dict[str, int] = {}

    def count(self, name: str, number: int = 1) -> None:
        """Count what was cut."""
        self.counts[name] = self.counts.get(name, 0) + number


def claim_input(claims: Claims, value: JsonValue, where: str, cuts: InputCuts) -> None:
    """Claim ``input``: a string, or a list of items of which at least one stays."""
    if not isinstance(value, JsonArray):
        claims.text(value, where, SlotKind.SPEECH)
        return
    reasoning = {number for number, item in enumerate(value.items) if _type_of(item) == "reasoning"}
    if len(reasoning) == len(value.items):
        raise invalid(where, "must hold at least one item that is no reasoning")
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
    """The fault for what refers to content that the recipient keeps."""
    return ClientFault(
        "stored_content",
        "this refers to content that the recipient keeps, which cannot be inspected here; send the content itself",
        where=where,
    )


def _type_of(item: JsonValue) -> str | None:
    """What an item says it is; messages need not say, nor need references."""
    if not isinstance(item, JsonObject):
        return None
    said = item.get("type")
    if isinstance(said, JsonString):
        return said.text
    if is_null(said):
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
    fields, claim = _ITEMS[shape]
    item = object_at(value, where, fields | {"type", "id", "status"} | _NULL_ONLY)
    if item.get("id") is not None:
        cuts.edits.extend(cut_members(item.members, frozenset({"id"})))
        cuts.count(ITEM_ID)
    for member in item.members:
        if not is_null(member.value) and member.key.text in _NULL_ONLY:
            raise ClientFault(
                "unknown_field", "this field cannot be inspected; leave it out", where=f"{where}.{member.key.text}"
            )
    if not is_null(status := item.get("status")) and status is not None:
        _status(status, f"{where}.status")
    claim(claims, item, where)


def _message(claims: Claims, message: JsonObject, where: str) -> None:
    role = string_at(message.get("role"), f"{where}.role")
    _role(role, f"{where}.role")
    phase = message.get("phase")
    if phase is not None and not is_null(phase):
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
    part = object_at(value, where, frozenset({"type", _TEXT_PARTS.get(name, "text")}) | _EMPTY_ONLY)
    string_at(shape, f"{where}.type")
    for member in part.members:
        empty = is_null(member.value) or (isinstance(member.value, JsonArray) and not member.value.items)
        if member.key.text in _EMPTY_ONLY and not empty:
            raise ClientFault(
                "unknown_field", "this field cannot be inspected; leave it out", where=f"{where}.{member.key.text}"
            )
    field = _TEXT_PARTS[name]
    claims.text(part.get(field), f"{where}.{field}", kind)


def _function_call(claims: Claims, call: JsonObject, where: str) -> None:
    call_id(string_at(call.get("call_id"), f"{where}.call_id"), f"{where}.call_id")
    claims.tool_name(call.get("name"), f"{where}.name")
    claims.arguments(call.get("arguments"), f"{where}.arguments", None)


def _custom_call(claims: Claims, call: JsonObject, where: str) -> None:
    call_id(string_at(call.get("call_id"), f"{where}.call_id"), f"{where}.call_id")
    claims.tool_name(call.get("name"), f"{where}.name")
    claims.text(call.get("input"), f"{where}.input", SlotKind.SPEECH)


def _call_output(claims: Claims, output: JsonObject, where: str) -> None:
    call_id(string_at(output.get("call_id"), f"{where}.call_id"), f"{where}.call_id")
    if not is_null(output.get("name")):
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
