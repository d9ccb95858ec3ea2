"""Fields of an Anthropic Messages request that hold no text, with what they may hold.

Source: the API reference of ``POST /v1/messages``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from proxy.dialects.wire.fields import (
    MODEL,
    Check,
    array_at,
    boolean,
    fields_at,
    integer,
    invalid,
    matching,
    number,
    object_at,
    one_of,
    string_at,
)
from proxy.errors import ClientFault
from proxy.json_source import JsonString, JsonValue

_CACHE: Mapping[str, Check] = {"type": one_of("ephemeral"), "ttl": one_of("5m", "1h")}
_THINKING: Mapping[str, Check] = {
    "type": one_of("enabled", "disabled", "adaptive", "between_tools"),
    "budget_tokens": integer(0, 10_000_000),
    "display": one_of("summarized", "omitted"),
}
_direct = one_of("direct")


def cache_control(value: JsonValue, where: str) -> None:
    """A mark up to which the recipient may keep the prompt in its cache, for minutes."""
    fields_at(value, where, _CACHE)


def thinking(value: JsonValue, where: str) -> None:
    """Whether the model may think first, and how much."""
    shape = object_at(value, where, frozenset(_THINKING)).get("type")
    string_at(shape, f"{where}.type")
    fields_at(value, where, _THINKING)


def caller(value: JsonValue, where: str) -> None:
    """Who called a tool: the model itself. Tools that run at the recipient act unseen, and may not."""
    found = object_at(value, where, frozenset({"type"}))
    _direct(string_at(found.get("type"), f"{where}.type"), f"{where}.type")


def allowed_callers(value: JsonValue, where: str) -> None:
    """Who may call a tool: the model itself."""
    for item in array_at(value, where).items:
        _direct(string_at(item, where), where)


_AT_THE_CLIENT = re.compile(r"custom|(?:bash|text_editor|computer|memory)_20[0-9]{6}")
"""Types of tools that the client runs, of which the API knows the schema."""


def run_by_client(value: JsonValue, where: str) -> None:
    """The type of a tool that the client runs. The recipient's own tools act where nobody here sees it."""
    if not (isinstance(value, JsonString) and _AT_THE_CLIENT.fullmatch(value.text)):
        remedy = "tools that run at the recipient send content elsewhere, unseen; use tools of the client's own"
        raise ClientFault("hosted_tool", remedy, where=where)


def nothing(value: JsonValue, where: str) -> None:  # noqa: ARG001 - null was passed over before
    """A field that has to be ``null``."""
    raise invalid(where, "must be null")


CONTROLS: Mapping[str, Check] = {
    "model": matching(MODEL, "a model name"),
    "max_tokens": integer(0, 10_000_000),
    "stream": boolean,
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "top_k": integer(-1, 1_000_000),
    "speed": one_of("standard", "fast"),
    "inference_geo": one_of("global", "us", "eu"),
    "cache_control": cache_control,
    "thinking": thinking,
    "container": nothing,
}
"""Fields of the body that are passed on as they are, with what they may hold."""

WORDS = frozenset(
    (
        "5m 1h adaptive any assistant auto between_tools budget_tokens caller char_location citations cited_text "
        "content content_block_location context custom data description direct disable_parallel_tool_use disabled "
        "display document document_index document_title effort enabled end_block_index end_char_index "
        "end_page_number ephemeral eager_input_streaming eu file_id format global high id input input_examples "
        "input_schema is_error json_schema low max medium media_type name none omitted page_location role schema "
        "search_result search_result_index search_result_location source standard standard_only start_block_index "
        "start_char_index start_page_number strict summarized system text text/plain thinking title tool tool_choice "
        "tool_result tool_use tool_use_id toolset_name ttl type us user xhigh defer_loading allowed_callers fast"
    ).split()
)
"""Keys and enumerated values within messages, tools and controls."""
