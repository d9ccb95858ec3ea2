"""The names of dialects, and what the configuration has to know of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

DialectName = Literal[
    "openai-chat",
    "openai-responses",
    "openai-audio",
    "azure-chat",
    "anthropic-messages",
    "anthropic-count-tokens",
    "ollama-chat",
    "ollama-generate",
    "skynet-summaries",
    "skynet-job",
    "zoom-summarizer",
    "transcript",
    "json",
    "content-free",
]
DIALECTS: tuple[str, ...] = get_args(DialectName)

JSON_DIALECT = "json"
"""The dialect of which each route declares its own shape."""

WITH_SETTINGS = frozenset(
    (
        "openai-chat azure-chat openai-responses anthropic-messages anthropic-count-tokens ollama-chat ollama-generate"
    ).split()
)
"""Dialects whose requests hold settings of a server, to which a route may add some."""

CONTENT_FREE = "content-free"
"""The dialect of calls that carry no words: no body goes out, a bounded answer comes back."""

FETCHED_BY: Mapping[str, str] = MappingProxyType({"skynet-summaries": "skynet-job"})
"""Dialects whose reply names a job, and the dialect by which the job's own reply is fetched."""

FETCHING = frozenset(FETCHED_BY.values())

WORDLESS = FETCHING | {CONTENT_FREE}
"""Dialects of calls that carry no words and so have no purpose of their own."""
