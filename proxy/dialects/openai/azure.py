"""The dialect ``azure-chat``: ``POST /openai/deployments/{deployment}/chat/completions`` of Azure OpenAI.

Requests and replies are those of ``openai-chat``, but that the path names the model: the operator lists the
deployments (``parameters`` of the route). What the service's content filters add to replies passes. Paths under
``/openai/v1`` are ``openai-chat`` itself.
"""

from __future__ import annotations

from proxy.dialects.base import ParsePolicy
from proxy.dialects.openai.chat import OpenAIChat
from proxy.dialects.wire.fields import is_null
from proxy.dialects.wire.json_body import allowed_model
from proxy.json_source import JsonObject


class AzureChat(OpenAIChat):
    """The chat completions of one deployment at Azure OpenAI."""

    name = "azure-chat"

    def _model(self, body: JsonObject, policy: ParsePolicy) -> str | None:
        return None if is_null(body.get("model")) else allowed_model(body, policy)
