"""The shapes of AI APIs, by name. `base` says how to add one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from proxy.dialects.anthropic.messages import AnthropicCountTokens, AnthropicMessages
from proxy.dialects.base import Dialect
from proxy.dialects.content_free import ContentFree
from proxy.dialects.declared.dialect import JsonDialect
from proxy.dialects.declared.zoom import zoom_summarizer
from proxy.dialects.ollama.api import OllamaChat, OllamaGenerate
from proxy.dialects.openai.audio import OpenAIAudio
from proxy.dialects.openai.azure import AzureChat
from proxy.dialects.openai.chat import OpenAIChat
from proxy.dialects.responses.api import OpenAIResponses
from proxy.dialects.skynet.api import SkynetSummaries
from proxy.dialects.skynet.job import SkynetJob
from proxy.dialects.transcript import Transcript
from proxy.settings import JSON_DIALECT, Route

__all__ = ["DEFAULT", "DIALECTS", "Dialect", "dialect_named", "dialect_of"]

DEFAULT: Dialect = OpenAIChat()
"""In whose error shape a request on no known route is answered."""

_ALL: tuple[Dialect, ...] = (
    DEFAULT,
    OpenAIResponses(),
    OpenAIAudio(),
    AnthropicMessages(),
    AnthropicCountTokens(),
    OllamaChat(),
    OllamaGenerate(),
    AzureChat(),
    ContentFree(),
    SkynetSummaries(),
    SkynetJob(),
    zoom_summarizer(),
    Transcript(),
)
DIALECTS: Mapping[str, Dialect] = MappingProxyType({dialect.name: dialect for dialect in _ALL})
"""Every dialect that `settings.DIALECTS` names, but ``json``, of which each route declares its own."""


def dialect_named(name: str) -> Dialect:
    """The dialect with this name; `KeyError` for a name that the settings would have refused."""
    return DIALECTS[name]


def dialect_of(route: Route) -> Dialect:
    """The dialect that a route speaks."""
    return dialect_named(route.dialect) if route.shape is None else JsonDialect(JSON_DIALECT, route.shape)
