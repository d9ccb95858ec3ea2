"""The table of dialects: one row for each, with what the configuration, the headers and the registry need to know.

To register a dialect, add one row; everything else is derived from it. Its implementation is in `proxy.dialects`, a
layer above, so a row gives it by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal


@dataclass(frozen=True, slots=True)
class Registered:
    """What is known of a dialect before anything is read.

    `reader` names the module and, after a colon, the class or the function without arguments that makes the dialect. It
    is None if each route declares its own shape. `settings`: requests hold settings of a server, to which a route may
    add some. `wordless`: calls carry no words and so have no purpose of their own. `fetched_by`: if replies name a job,
    the dialect that fetches the job's own reply. `headers`: those that the API requires, with their allowed values; the
    first is sent if the client sends none. `sound`: requests carry a recording, in which nothing is replaced.
    `streams`: replies stream as events (SSE) or as JSON lines. `answers`: it is known which text of a reply is the
    answer.
    """

    name: str
    reader: str | None
    settings: bool = False
    wordless: bool = False
    fetched_by: str | None = None
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sound: bool = False
    streams: Literal["events", "lines"] = "events"
    answers: bool = False
    asks: Callable[[str, str], object] | None = None
    """The smallest request, as JSON, for a model with a text. None: the shape is the operator's, or no JSON."""


def _chat(model: str, text: str) -> object:
    return {"model": model, "messages": [{"role": "user", "content": text}]}


def _messages(model: str, text: str) -> object:
    return {"model": model, "max_tokens": 1024, "messages": [{"role": "user", "content": text}]}


_ANTHROPIC = MappingProxyType({"anthropic-version": ("2023-06-01", "2026-10-21")})

JSON_DIALECT = "json"
"""The dialect whose shape each route declares itself."""

CONTENT_FREE = "content-free"
"""The dialect of calls that carry no words: no body leaves, and the size of the answer is bounded."""

REGISTERED: tuple[Registered, ...] = (
    Registered("openai-chat", "proxy.dialects.openai.request:OpenAIChat", settings=True, answers=True, asks=_chat),
    Registered(
        "openai-responses",
        "proxy.dialects.responses.request:OpenAIResponses",
        settings=True,
        answers=True,
        asks=lambda model, text: {"model": model, "input": text},
    ),
    Registered("openai-audio", "proxy.dialects.openai.audio:OpenAIAudio", sound=True),
    Registered("azure-chat", "proxy.dialects.openai.request:AzureChat", settings=True, answers=True, asks=_chat),
    Registered(
        "anthropic-messages",
        "proxy.dialects.anthropic.request:AnthropicMessages",
        settings=True,
        headers=_ANTHROPIC,
        answers=True,
        asks=_messages,
    ),
    Registered(
        "anthropic-count-tokens",
        "proxy.dialects.anthropic.request:AnthropicCountTokens",
        settings=True,
        headers=_ANTHROPIC,
        asks=_chat,
    ),
    Registered(
        "ollama-chat", "proxy.dialects.ollama:OllamaChat", settings=True, streams="lines", answers=True, asks=_chat
    ),
    Registered(
        "ollama-generate",
        "proxy.dialects.ollama:OllamaGenerate",
        settings=True,
        streams="lines",
        answers=True,
        asks=lambda model, text: {"model": model, "prompt": text},
    ),
    Registered(
        "skynet-summaries",
        "proxy.dialects.skynet:SkynetSummaries",
        fetched_by="skynet-job",
        asks=lambda _, text: {"text": text},
    ),
    Registered("skynet-job", "proxy.dialects.skynet:SkynetJob", wordless=True),
    Registered(
        "zoom-summarizer",
        "proxy.dialects.declared.request:zoom_summarizer",
        asks=lambda _, text: {"input": {"text": text}},
    ),
    Registered("transcript", "proxy.dialects.transcript:Transcript", answers=True),
    Registered(JSON_DIALECT, None),
    Registered(CONTENT_FREE, "proxy.dialects.content_free:ContentFree", wordless=True),
)
"""All dialects. The first one's error shape answers a request on an unknown route."""

BY_NAME: Mapping[str, Registered] = MappingProxyType({each.name: each for each in REGISTERED})
DIALECTS: tuple[str, ...] = tuple(BY_NAME)
if TYPE_CHECKING:
    DialectName = str
else:
    DialectName = Literal[DIALECTS]

WITH_SETTINGS = frozenset(each.name for each in REGISTERED if each.settings)
FETCHED_BY: Mapping[str, str] = MappingProxyType({each.name: each.fetched_by for each in REGISTERED if each.fetched_by})
FETCHING = frozenset(FETCHED_BY.values())
ANSWERING = frozenset(each.name for each in REGISTERED if each.answers)
SOUND = frozenset(each.name for each in REGISTERED if each.sound)
WORDLESS = frozenset(each.name for each in REGISTERED if each.wordless)
