"""The table of dialects: one row each, with what the configuration, the headers and the registry have to know of it.

To register a dialect, write one row; all else is derived from it. What reads it stands in `proxy.dialects`, which is
above this layer, so a row names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal


@dataclass(frozen=True, slots=True)
class Registered:
    """What is known of a dialect before anything is read.

    `reader` is the class, or the function without arguments, that makes the dialect, behind the name of its module;
    None where each route declares its own shape. `settings`: requests hold settings of a server, to which a route may
    add some. `wordless`: calls carry no words, and so have no purpose of their own. `fetched_by` is the dialect that
    fetches a job's own reply, where replies name a job. `headers` are those without which the API takes no request,
    with their values, the first if the client sends none. `streams` is how replies stream: events (SSE), or JSON lines.
    """

    name: str
    reader: str | None
    settings: bool = False
    wordless: bool = False
    fetched_by: str | None = None
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    streams: Literal["events", "lines"] = "events"


_ANTHROPIC = MappingProxyType({"anthropic-version": ("2023-06-01", "2026-10-21")})

JSON_DIALECT = "json"
"""The dialect of which each route declares its own shape."""

CONTENT_FREE = "content-free"
"""The dialect of calls that carry no words: no body goes out, a bounded answer comes back."""

REGISTERED: tuple[Registered, ...] = (
    Registered("openai-chat", "proxy.dialects.openai.request:OpenAIChat", settings=True),
    Registered("openai-responses", "proxy.dialects.responses.request:OpenAIResponses", settings=True),
    Registered("openai-audio", "proxy.dialects.openai.audio:OpenAIAudio"),
    Registered("azure-chat", "proxy.dialects.openai.request:AzureChat", settings=True),
    Registered(
        "anthropic-messages", "proxy.dialects.anthropic.request:AnthropicMessages", settings=True, headers=_ANTHROPIC
    ),
    Registered(
        "anthropic-count-tokens",
        "proxy.dialects.anthropic.request:AnthropicCountTokens",
        settings=True,
        headers=_ANTHROPIC,
    ),
    Registered("ollama-chat", "proxy.dialects.ollama.request:OllamaChat", settings=True, streams="lines"),
    Registered("ollama-generate", "proxy.dialects.ollama.request:OllamaGenerate", settings=True, streams="lines"),
    Registered("skynet-summaries", "proxy.dialects.skynet:SkynetSummaries", fetched_by="skynet-job"),
    Registered("skynet-job", "proxy.dialects.skynet:SkynetJob", wordless=True),
    Registered("zoom-summarizer", "proxy.dialects.declared.request:zoom_summarizer"),
    Registered("transcript", "proxy.dialects.transcript:Transcript"),
    Registered(JSON_DIALECT, None),
    Registered(CONTENT_FREE, "proxy.dialects.content_free:ContentFree", wordless=True),
)
"""All dialects. In the first one's error shape a request on no known route is answered."""

BY_NAME: Mapping[str, Registered] = MappingProxyType({each.name: each for each in REGISTERED})
DIALECTS: tuple[str, ...] = tuple(BY_NAME)
if TYPE_CHECKING:
    DialectName = str
else:
    DialectName = Literal[DIALECTS]

WITH_SETTINGS = frozenset(each.name for each in REGISTERED if each.settings)
FETCHED_BY: Mapping[str, str] = MappingProxyType({each.name: each.fetched_by for each in REGISTERED if each.fetched_by})
FETCHING = frozenset(FETCHED_BY.values())
WORDLESS = frozenset(each.name for each in REGISTERED if each.wordless)
