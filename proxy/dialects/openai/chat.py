"""The dialect ``openai-chat``: requests of ``POST /v1/chat/completions``.

Every field of the body is claimed: text becomes slots (`messages`, `tools`), identifiers are cut
out and counted, controls are checked (`controls`), settings of whatever server go by their kind (`wire.settings`); a
field that is none of these refuses the request.
Only edited spans, cut identifiers and ``store`` differ in what leaves; all else goes out byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.dialects.openai.answers import error_answer, error_frame, synthetic_answer
from proxy.dialects.openai.body import IDENTIFIERS, fixed_edits
from proxy.dialects.openai.controls import CONTROLS, logit_bias
from proxy.dialects.openai.messages import claim_content, claim_messages
from proxy.dialects.openai.reply import whole_rewriter
from proxy.dialects.openai.stream import StreamRewriter
from proxy.dialects.openai.tools import (
    claim_function_call,
    claim_functions,
    claim_response_format,
    claim_stop,
    claim_tool_choice,
    claim_tools,
)
from proxy.dialects.openai.words import FIXED_WORDS
from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import boolean, invalid, is_null, object_at, one_of, string_at
from proxy.dialects.wire.json_body import (
    BodySource,
    JsonBody,
    JsonReader,
    allowed_model,
    further_models,
    is_true,
    read_body,
    stripped_counts,
)
from proxy.dialects.wire.rendering import source_of
from proxy.dialects.wire.settings import SETTING_WORDS, accepts, asks_for_json, claim_setting
from proxy.dialects.wire.transport import EVENT_STREAM, JSON_TYPE
from proxy.errors import Fault
from proxy.json_source import JsonNumber, JsonObject, JsonValue
from proxy.model import Answer, Inbound, SlotKind


def _claim_stream_options(_: Claims, value: JsonValue, where: str) -> None:
    for member in object_at(value, where, frozenset(), accepts()).members:
        if not is_null(member.value):
            boolean(member.value, f"{where}.{member.key.text}")


def _claim_bias(claims: Claims, value: JsonValue, where: str) -> None:
    """By token ids, or a list of pairs that may hold the tokens themselves."""
    if isinstance(value, JsonObject):
        logit_bias(value, where)
    else:
        claim_setting(claims, value, where)


_TEXT_FIELDS = {
    "tools": claim_tools,
    "functions": claim_functions,
    "tool_choice": claim_tool_choice,
    "function_call": claim_function_call,
    "stop": claim_stop,
    "stream_options": _claim_stream_options,
    "logit_bias": _claim_bias,
}
_FIELDS = frozenset({"messages", "response_format", "prediction", *_TEXT_FIELDS, *CONTROLS, *IDENTIFIERS})
_CONTENT = one_of("content")


class OpenAIChat(JsonBody):
    """The OpenAI chat completions API."""

    name = "openai-chat"
    vocabulary = _FIELDS | FIXED_WORDS | SETTING_WORDS
    readers: Mapping[str, JsonReader] = {JSON_TYPE: whole_rewriter, EVENT_STREAM: StreamRewriter}
    otherwise = "neither JSON nor an event stream"

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""
        document = read_body(inbound, policy)
        body = object_at(document.root, "", _FIELDS, accepts(policy.controls))
        claims = Claims(document, policy.max_depth)
        json_output = _claim_fields(claims, body)
        model = self._model(body, policy)
        further_models(body, policy)
        if is_null(body.get("messages")):
            raise invalid("messages", "must hold at least one message")
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=BodySource(
                text=document.text,
                leaves=tuple(claims.leaves),
                fixed=tuple(fixed_edits(body, policy)),
                choices=_choices(body),
                json_output=json_output,
                offered=frozenset(claims.offered),
                include_usage=is_true(body.get("stream_options"), "include_usage"),
            ),
            model=model,
            stream=is_true(body, "stream"),
            stripped=stripped_counts(body.members, IDENTIFIERS),
        )

    def _model(self, body: JsonObject, policy: ParsePolicy) -> str | None:
        return allowed_model(body, policy)

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault in the API's own error shape."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:
        """An error frame for a stream that is under way."""
        return error_frame(fault)

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:
        """A completion of our own that says `message`."""
        source = source_of(parsed, BodySource, self.name)
        return synthetic_answer(
            message,
            exchange,
            created,
            model=parsed.model or "",
            choices=source.choices,
            stream=parsed.stream,
            include_usage=source.include_usage,
        )


def _claim_fields(claims: Claims, body: JsonObject) -> bool:
    """Claim all fields in source order; says whether the reply's text is to be JSON."""
    json_output = False
    for member in body.members:
        field, value = member.key.text, member.value
        if is_null(value) or field in IDENTIFIERS:
            continue
        if field in CONTROLS:
            CONTROLS[field](value, field)
        elif field == "messages":
            claim_messages(claims, value, field)
        elif field == "response_format":
            json_output = claim_response_format(claims, value, field) or json_output
        elif field == "prediction":
            _claim_prediction(claims, value, field)
        elif field in _TEXT_FIELDS:
            _TEXT_FIELDS[field](claims, value, field)
        elif field != "models":
            claim_setting(claims, value, field)
            json_output = json_output or asks_for_json(field, value)
    return json_output


def _claim_prediction(claims: Claims, value: JsonValue, where: str) -> None:
    prediction = object_at(value, where, frozenset({"type", "content"}))
    _CONTENT(string_at(prediction.get("type"), f"{where}.type"), f"{where}.type")
    content = prediction.get("content")
    if content is not None:
        claim_content(claims, content, f"{where}.content", SlotKind.SPEECH)


def _choices(body: JsonObject) -> int:
    wanted = body.get("n")
    return int(wanted.literal) if isinstance(wanted, JsonNumber) else 1
