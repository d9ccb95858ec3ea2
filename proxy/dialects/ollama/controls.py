"""Fields of Ollama requests that hold no text, with what they may hold.

Source: the API reference of Ollama and the types of its Python client.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from proxy.dialects.wire.fields import MODEL, Check, boolean, integer, invalid, matching, number, one_of
from proxy.json_source import JsonConstant, JsonNumber, JsonString, JsonValue

_DURATION = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?(?:ns|us|ms|s|m|h)?")
_LEVELS = ("low", "medium", "high", "max")
_count = integer(-10_000_000, 10_000_000)
_weight = number(-100, 100)


def _keep_alive(value: JsonValue, where: str) -> None:
    written = value.literal if isinstance(value, JsonNumber) else value.text if isinstance(value, JsonString) else ""
    if not _DURATION.fullmatch(written):
        raise invalid(where, 'must be a number of seconds or a duration such as "5m"')


def _think(value: JsonValue, where: str) -> None:
    if not (isinstance(value, JsonConstant) and value.value is not None):
        one_of(*_LEVELS)(value, where)


CONTROLS: Mapping[str, Check] = {
    "model": matching(MODEL, "a model name"),
    "stream": boolean,
    "keep_alive": _keep_alive,
    "think": _think,
    "raw": boolean,
    "logprobs": boolean,
    "top_logprobs": integer(0, 20),
    "truncate": boolean,
    "shift": boolean,
}
"""Fields of the body that are passed on as they are, with what they may hold."""

OPTIONS: Mapping[str, Check] = {
    **dict.fromkeys(("numa", "low_vram", "f16_kv", "logits_all", "vocab_only", "use_mmap", "use_mlock"), boolean),
    **dict.fromkeys(("embedding_only", "penalize_newline"), boolean),
    **dict.fromkeys(("num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "num_keep"), _count),
    **dict.fromkeys(("num_predict", "top_k", "repeat_last_n", "draft_num_predict"), _count),
    "mirostat": integer(0, 2),
    "seed": integer(-(2**63), 2**63 - 1),
    **dict.fromkeys(("top_p", "min_p", "tfs_z", "typical_p", "temperature", "repeat_penalty"), _weight),
    **dict.fromkeys(("presence_penalty", "frequency_penalty", "mirostat_tau", "mirostat_eta"), _weight),
}
"""Fields of ``options`` with what they may hold; ``stop`` beside them holds text."""

WORDS = frozenset(
    "arguments assistant content function high id index json low max medium message messages name parameters role "
    "description required strict system text thinking tool tool_call_id tool_calls tool_name type user".split()
)
"""Keys and enumerated values within messages, tools and controls."""
