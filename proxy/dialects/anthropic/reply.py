"""Where the text is in replies of the Anthropic Messages API, and the rewriter for whole replies.

All strings are restored but those of fields that hold no text, so that a field which the API adds later is
restored too. The input of a tool is JSON of the model's own: all its strings and keys are restored. Signatures
stay as they are; thinking is restored for the client and never sent back (`messages`).
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm, shown_at
from proxy.dialects.wire.claims import every_string
from proxy.dialects.wire.json_reply import JsonReply, not_of_the_api
from proxy.dialects.wire.offered import not_offered
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue

_NO_TEXT = frozenset(
    {
        "id",
        "type",
        "role",
        "model",
        "stop_reason",
        "signature",
        "data",
        "usage",
        "container",
        "caller",
        "tool_use_id",
        "file_id",
        "encrypted_content",
        "encrypted_index",
        "media_type",
        "request_id",
    }
)

TOOL_NAME = "tool_use.name"
"""The key with which `reply_texts` gives the name of a called tool."""

_CALL = "tool_use"
_FORMS = {TOOL_NAME: TextForm.TOOL_NAME, "input": TextForm.CALLED, "partial_json": TextForm.CALLED_JSON}


def whole_rewriter(restorers: RestorerFactory, *, json_output: bool) -> ReplyRewriter:
    """A rewriter for a reply of type ``application/json``. `json_output`: the client asked for JSON content."""

    def texts(root: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
        said = isinstance(root, JsonObject) and isinstance(root.get("content"), JsonArray)
        counted = isinstance(root, JsonObject) and isinstance(root.get("input_tokens"), JsonNumber)
        if not (said or counted):
            raise not_of_the_api("message, nor a count of tokens")
        return ((string, form_of(name, json_output)) for name, string in reply_texts(root))

    return JsonReply(texts, restorers)


def reply_texts(value: JsonValue, name: str = "") -> Iterator[tuple[str, JsonString]]:
    """All strings in `value` that are text, in source order, each with the nearest key above it.

    `UpstreamFault` for what a tool of the recipient's own made: no request can offer one.
    """
    match value:
        case JsonString():
            yield name, value
        case JsonArray():
            for item in value.items:
                yield from reply_texts(item, name)
        case JsonObject():
            of_type = _type_of(value)
            for member in value.members:
                key = member.key.text
                if key == "input":
                    yield from ((key, string) for string in every_string(member.value))
                elif key == "name" and of_type == _CALL:
                    yield from reply_texts(member.value, TOOL_NAME)
                elif key not in _NO_TEXT:
                    yield from reply_texts(member.value, key)


def form_of(name: str, json_output: bool) -> TextForm:
    """The form of a string that `reply_texts` gives with this name."""
    return _FORMS.get(name) or shown_at(name, json_output and name == "text")


def _type_of(value: JsonObject) -> str:
    """The type of a block; `UpstreamFault` for a tool that runs elsewhere, and for what it found."""
    held = value.get("type")
    of_type = held.text if isinstance(held, JsonString) else ""
    if of_type != _CALL and of_type.endswith((_CALL, "_tool_result")):
        raise not_offered()
    return of_type
