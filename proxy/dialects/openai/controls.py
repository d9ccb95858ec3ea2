"""Fields of an OpenAI chat request that hold no text, with what they may hold.

Source: the API reference of ``POST /v1/chat/completions``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from proxy.dialects.wire.fields import (
    MODEL,
    Check,
    array_at,
    boolean,
    integer,
    invalid,
    matching,
    number,
)
from proxy.errors import ClientFault
from proxy.json_source import JsonConstant, JsonObject, JsonString, JsonValue

_TOKEN_ID = re.compile(r"[0-9]{1,6}")


def logit_bias(value: JsonObject, where: str) -> None:
    """Check an object from token ids to numbers; false bars a token."""
    bias = number(-100, 100)
    for member in value.members:
        if not _TOKEN_ID.fullmatch(member.key.text):
            raise invalid(where, "must have token ids (1 to 6 digits) as keys")
        if not (isinstance(member.value, JsonConstant) and member.value.value is False):
            bias(member.value, where)


def _text_only(value: JsonValue, where: str) -> None:
    items = array_at(value, where).items
    if not (len(items) == 1 and isinstance(items[0], JsonString) and items[0].text == "text"):
        raise ClientFault("uninspectable_content", 'other media cannot be inspected; use ["text"]', where=where)


CONTROLS: Mapping[str, Check] = {
    "model": matching(MODEL, "a model name"),
    "stream": boolean,
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "n": integer(1, 128),
    "max_tokens": integer(-1, 10_000_000),
    "max_completion_tokens": integer(-1, 10_000_000),
    "presence_penalty": number(-2, 2),
    "frequency_penalty": number(-2, 2),
    "seed": integer(-(2**63), 2**63 - 1),
    "logprobs": boolean,
    "top_logprobs": integer(0, 20),
    "parallel_tool_calls": boolean,
    "store": boolean,
    "modalities": _text_only,
}
"""Fields of the body that are passed on as they are, with what they may hold; all other settings go by their kind."""
