"""The dialects ``ollama-chat`` (``POST /api/chat``) and ``ollama-generate`` (``POST /api/generate``).

Every field of the body is claimed: text becomes slots (`texts`), controls are checked (`controls`); a
field that is none of these refuses the request. A request that does not say so is answered by a stream.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.dialects.ollama.answers import error_answer, error_line, synthetic_answer
from proxy.dialects.ollama.controls import CONTROLS, OPTIONS, WORDS
from proxy.dialects.ollama.reply import LineStream, whole_rewriter
from proxy.dialects.ollama.texts import claim_format, claim_messages, claim_options, refuse_context, refuse_images
from proxy.dialects.openai.tools import claim_tools
from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import is_null, object_at
from proxy.dialects.wire.json_body import BodySource, JsonBody, JsonReader, allowed_model, further_models, read_body
from proxy.dialects.wire.settings import SETTING_WORDS, accepts, asks_for_json, claim_setting
from proxy.dialects.wire.transport import JSON_LINES, JSON_TYPE
from proxy.errors import Fault
from proxy.json_source import JsonConstant, JsonObject, JsonValue
from proxy.model import Answer, Inbound, SlotKind

Claim = Callable[[Claims, JsonValue, str], object]


class OllamaChat(JsonBody):
    """Ollama's chat."""

    name = "ollama-chat"
    texts: Mapping[str, Claim] = {"messages": claim_messages, "tools": claim_tools, "options": claim_options}
    """How each field that holds text is claimed, beside ``format``."""
    controls = frozenset(CONTROLS) - {"raw"}
    vocabulary = (
        frozenset({"format", "messages", "tools", "options", "stop", *CONTROLS, *OPTIONS}) | WORDS | SETTING_WORDS
    )
    readers: Mapping[str, JsonReader] = {JSON_TYPE: whole_rewriter, JSON_LINES: LineStream}
    otherwise = "neither JSON nor lines of JSON"

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""
        document = read_body(inbound, policy)
        body = object_at(
            document.root, "", frozenset({"format", *self.texts, *self.controls}), accepts(policy.controls)
        )
        claims = Claims(document, policy.max_depth)
        json_output = self._claim(claims, body)
        further_models(body, policy)
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=BodySource(
                document.text, tuple(claims.leaves), (), json_output=json_output, offered=frozenset(claims.offered)
            ),
            model=allowed_model(body, policy),
            stream=_streams(body),
        )

    def _claim(self, claims: Claims, body: JsonObject) -> bool:
        """Claim all fields in source order; says whether the reply's text is to be JSON."""
        json_output = False
        for member in body.members:
            field, value = member.key.text, member.value
            if is_null(value):
                continue
            if field in self.controls:
                CONTROLS[field](value, field)
            elif field == "format":
                json_output = claim_format(claims, value, field) or json_output
            elif field in self.texts:
                self.texts[field](claims, value, field)
            elif field != "models":
                claim_setting(claims, value, field)
                json_output = json_output or asks_for_json(field, value)
        return json_output

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault in the API's own error shape."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:
        """An error line for a stream that is under way."""
        return error_line(fault)

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """A reply of our own that says `message`."""
        said = self.said(message)
        return synthetic_answer(said, created, model=parsed.model or "", stream=parsed.stream)

    @staticmethod
    def said(message: str) -> Mapping[str, object]:
        """The field of a reply that says `message`."""
        return {"message": {"role": "assistant", "content": message}}


def _text(kind: SlotKind) -> Claim:
    def claim(claims: Claims, value: JsonValue, where: str) -> None:
        claims.text(value, where, kind)

    return claim


class OllamaGenerate(OllamaChat):
    """Ollama's completion of one prompt."""

    name = "ollama-generate"
    texts: Mapping[str, Claim] = {
        "prompt": _text(SlotKind.SPEECH),
        "suffix": _text(SlotKind.SPEECH),
        "system": _text(SlotKind.INSTRUCTIONS),
        "template": _text(SlotKind.INSTRUCTIONS),
        "options": claim_options,
        "images": lambda _, value, where: refuse_images(value, where),
        "context": lambda _, value, where: refuse_context(value, where),
    }
    controls = frozenset(CONTROLS)
    vocabulary = OllamaChat.vocabulary | frozenset(texts)

    @staticmethod
    def said(message: str) -> Mapping[str, object]:
        """The field of a reply that says `message`."""
        return {"response": message}


def _streams(body: JsonObject) -> bool:
    """Whether a stream was asked for, which is so unless the request says otherwise."""
    asked = body.get("stream")
    return not (isinstance(asked, JsonConstant) and asked.value is False)
