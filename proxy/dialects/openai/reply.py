"""Where the text is in replies of the OpenAI chat API, and the rewriter for whole replies.

All strings are restored but those of fields that hold no text, so that a field which the API adds later is
restored too. The name of a called function is among them, since a name in the request's tools may have been
replaced. ``logprobs`` keep the tokens as the recipient made them.
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm, shown_at
from proxy.dialects.wire.json_reply import JsonReply, not_of_the_api
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue

Path = tuple[str | int, ...]
"""Keys and array places from the outside in. An item that has an ``index`` is at that place."""

_NO_TEXT = frozenset(
    {
        "id",
        "object",
        "model",
        "system_fingerprint",
        "service_tier",
        "finish_reason",
        "role",
        "type",
        "tool_call_id",
        "logprobs",
        "obfuscation",
        "usage",
    }
)

_CALLS = frozenset({"tool_calls", "function_call"})


def whole_rewriter(restorers: RestorerFactory, *, json_output: bool) -> ReplyRewriter:
    """A rewriter for a reply of type ``application/json``. `json_output`: the client asked for JSON content."""

    def texts(root: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
        if not (isinstance(root, JsonObject) and isinstance(root.get("choices"), JsonArray)):
            raise not_of_the_api("chat completion")
        return ((string, form_at(path, json_output)) for path, string in reply_texts(root))

    return JsonReply(texts, restorers)


def reply_texts(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, JsonString]]:
    """All strings in `value` that are text, with their paths, in source order."""
    match value:
        case JsonString():
            yield path, value
        case JsonArray():
            for place, item in enumerate(value.items):
                yield from reply_texts(item, (*path, index_of(item, place)))
        case JsonObject():
            for member in value.members:
                if member.key.text not in _NO_TEXT:
                    yield from reply_texts(member.value, (*path, member.key.text))


def index_of(item: JsonValue, place: int) -> int:
    """The ``index`` that an item of a list gives itself; its place in the list if it gives none."""
    index = item.get("index") if isinstance(item, JsonObject) else None
    if isinstance(index, JsonNumber) and index.literal.isdecimal() and len(index.literal) < 10:
        return int(index.literal)
    return place


def form_at(path: Path, json_output: bool) -> TextForm:
    """The form of the string at `path`."""
    if path[-1:] == ("arguments",):
        return TextForm.CALLED_JSON
    if not _CALLS.isdisjoint(path):
        return TextForm.TOOL_NAME if path[-1:] == ("name",) else TextForm.CALLED
    return shown_at(str(path[-1]) if path else "", json_output and "content" in path)
