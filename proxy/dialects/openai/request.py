"""The dialects ``openai-chat`` and ``azure-chat``: requests for OpenAI chat completions.

``openai-chat`` reads ``POST /v1/chat/completions``. Every field of the body is claimed: text becomes slots, identifiers
are cut out and counted, controls are checked, and settings of any server are claimed by the kind of their value
(`wire.options`). Any other field refuses the request. The outbound body differs only in edited spans, cut identifiers
and ``store``; everything else leaves byte for byte. Source: the API reference of ``POST /v1/chat/completions``.

``azure-chat`` reads ``POST /openai/deployments/{deployment}/chat/completions`` of Azure OpenAI. Requests and replies
are the same, except that the path names the model. The operator lists the deployments (``parameters`` of the route).
What the service's content filters add to replies passes. Paths under ``/openai/v1`` are served by ``openai-chat``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.dialects.openai import tools
from proxy.dialects.openai.reply import StreamRewriter, error_answer, error_frame, synthetic_answer, whole_rewriter
from proxy.dialects.wire import fields
from proxy.dialects.wire.body import (
    BodySource,
    JsonBody,
    JsonReader,
    allowed_model,
    further_models,
    is_true,
    read_body,
    source_of,
    stripped_counts,
)
from proxy.dialects.wire.json_edits import cut_members, insert_member
from proxy.dialects.wire.options import SETTING_WORDS, accepts, asks_for_json, claim_rest, claim_setting
from proxy.dialects.wire.reply import EVENT_STREAM, JSON_TYPE
from proxy.dialects.wire.slots import Claims
from proxy.errors import ClientFault, Fault
from proxy.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Answer, Edit, Inbound, SlotKind

_KINDS = {
    "system": SlotKind.INSTRUCTIONS,
    "developer": SlotKind.INSTRUCTIONS,
    "user": SlotKind.SPEECH,
    "assistant": SlotKind.REPLY,
    "tool": SlotKind.REPLY,
    "function": SlotKind.REPLY,
}
_FUNCTIONS = frozenset({"tool", "function"})
"""Roles whose `name` is a function's name, not a person's."""

_TEXTS = ("refusal", "reasoning_content", "reasoning")
"""Further texts of an assistant message that clients send back as they received them."""

_EMPTY_ONLY = ("annotations", "audio")
"""Reply fields that clients send back. They pass only if they are empty."""

_MESSAGE_FIELDS = frozenset(
    {"role", "content", "name", "tool_calls", "function_call", "tool_call_id", *_TEXTS, *_EMPTY_ONLY},
)
_PART = frozenset({"type", "text", "refusal"})
_LONGEST_NAME = 256

_role = fields.one_of(*_KINDS)
_call_type = fields.one_of("function", "custom")
_call_index = fields.integer(0, 1023)


def claim_messages(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``messages``: a list of at least one message."""
    messages = fields.array_at(value, where).items
    if not messages:
        raise fields.invalid(where, "must hold at least one message")
    for number, message in enumerate(messages):
        _message(claims, message, f"{where}[{number}]")


def claim_content(claims: Claims, value: JsonValue, where: str, kind: SlotKind, author: str | None = None) -> None:
    """Claim the content of a message: a string, or parts of type ``text`` and ``refusal``. Null counts as empty."""
    if fields.is_null(value):
        return
    if not isinstance(value, JsonArray):
        claims.text(value, where, kind, author)
        return
    for number, item in enumerate(value.items):
        place = f"{where}[{number}]"
        _refuse_media(item, place)
        part = fields.object_at(item, place, _PART, accepts())
        shape = fields.string_at(part.get("type"), f"{place}.type").text
        if _PART.intersection(member.key.text for member in part.members) != {"type", shape}:
            raise fields.invalid(place, f"must hold 'type' and '{shape}' alone")
        claim_rest(claims, part, place, _PART)
        claims.text(part.get(shape), f"{place}.{shape}", kind, author)


def _refuse_media(item: JsonValue, where: str) -> None:
    """Refuse images, audio and files: nobody here can tell whose words or faces they hold."""
    shape = item.get("type") if isinstance(item, JsonObject) else None
    if isinstance(shape, JsonString) and shape.text not in ("text", "refusal"):
        raise ClientFault(
            "uninspectable_content",
            "only content parts of type 'text' can be inspected; leave out images, audio and files",
            status=415,
            where=where,
        )


def _message(claims: Claims, value: JsonValue, where: str) -> None:
    message = fields.object_at(value, where, _MESSAGE_FIELDS, accepts())
    role = fields.string_at(message.get("role"), f"{where}.role")
    _role(role, f"{where}.role")
    kind = _KINDS[role.text]
    author = None if role.text in _FUNCTIONS else _author(message.get("name"), f"{where}.name")
    for member in message.members:
        field, place = member.key.text, f"{where}.{member.key.text}"
        if fields.is_null(member.value):
            continue
        if field == "content":
            claim_content(claims, member.value, place, kind, author)
        elif field == "name" and role.text in _FUNCTIONS:
            claims.tool_name(member.value, place)
        elif field == "name":
            claims.text(member.value, place, SlotKind.LABEL)
        elif field in _TEXTS:
            claims.text(member.value, place, kind, author)
        elif field == "tool_call_id":
            fields.call_id(member.value, place)
        elif field == "tool_calls":
            for number, call in enumerate(fields.array_at(member.value, place).items):
                _tool_call(claims, call, f"{place}[{number}]", author)
        elif field == "function_call":
            _call(claims, member.value, place, author)
        elif field in _EMPTY_ONLY and not (isinstance(member.value, JsonArray) and not member.value.items):
            raise ClientFault("unknown_field", "this field cannot be inspected; leave it out", where=place)
    claim_rest(claims, message, where, _MESSAGE_FIELDS)


def _author(name: JsonValue | None, where: str) -> str | None:
    if fields.is_null(name):
        return None
    label = fields.string_at(name, where).text
    if not 0 < len(label) <= _LONGEST_NAME:
        raise fields.invalid(where, f"must be a name of 1 to {_LONGEST_NAME} characters")
    return label


def _tool_call(claims: Claims, value: JsonValue, where: str, author: str | None) -> None:
    shape = value.get("type") if isinstance(value, JsonObject) else None
    custom = isinstance(shape, JsonString) and shape.text == "custom"
    held = "custom" if custom else "function"
    call = fields.object_at(value, where, frozenset({"id", "type", "index", held}))
    if not fields.is_null(call.get("type")):
        _call_type(fields.string_at(call.get("type"), f"{where}.type"), f"{where}.type")
    fields.call_id(fields.string_at(call.get("id"), f"{where}.id"), f"{where}.id")
    index = call.get("index")
    if index is not None and not fields.is_null(index):
        _call_index(index, f"{where}.index")
    if custom:
        _custom_call(claims, call.get("custom"), where, author)
    else:
        _call(claims, call.get("function"), where, author)


def _custom_call(claims: Claims, value: JsonValue | None, where: str, author: str | None) -> None:
    """Claim a call that has a text in place of arguments."""
    custom = fields.object_at(value, where, frozenset({"name", "input"}))
    claims.tool_name(custom.get("name"), f"{where}.name")
    if not fields.is_null(custom.get("input")):
        claims.text(custom.get("input"), f"{where}.input", SlotKind.SPEECH, author)


def _call(claims: Claims, value: JsonValue | None, where: str, author: str | None) -> None:
    function = fields.object_at(value, where, frozenset({"name", "arguments"}))
    claims.tool_name(function.get("name"), f"{where}.name")
    if not fields.is_null(function.get("arguments")):
        claims.arguments(function.get("arguments"), f"{where}.arguments", author)


IDENTIFIERS = frozenset(
    (
        "user metadata safety_identifier prompt_cache_key user_security_context user_id session_id request_id trace "
        "cache_salt"
    ).split()
)
"""Service-generated data that identifies a person or a device to the recipient. It is cut out."""


def fixed_edits(body: JsonObject, policy: ParsePolicy) -> list[Edit]:
    """Edits that do not depend on the slots: cut identifiers, and set ``store`` as the policy says."""
    out = IDENTIFIERS | {"store"} if policy.store == "strip" else IDENTIFIERS
    edits = cut_members(body.members, out)
    if policy.store == "force_false":
        store = body.get("store")
        if store is None:
            edits.append(insert_member(body.members, "store", "false", at=body.start + 1))
        elif not (isinstance(store, JsonConstant) and store.value is False):
            edits.append(Edit(store.start, store.end, "false"))
    return edits


_TOKEN_ID = re.compile(r"[0-9]{1,6}")


def logit_bias(value: JsonObject, where: str) -> None:
    """Check an object from token ids to numbers. False bans a token."""
    bias = fields.number_between(-100, 100)
    for member in value.members:
        if not _TOKEN_ID.fullmatch(member.key.text):
            raise fields.invalid(where, "must have token ids (1 to 6 digits) as keys")
        if not (isinstance(member.value, JsonConstant) and member.value.value is False):
            bias(member.value, where)


def _text_only(value: JsonValue, where: str) -> None:
    items = fields.array_at(value, where).items
    if not (len(items) == 1 and isinstance(items[0], JsonString) and items[0].text == "text"):
        raise ClientFault("uninspectable_content", 'other media cannot be inspected; use ["text"]', where=where)


CONTROLS: Mapping[str, fields.Check] = {
    "model": fields.matching(fields.MODEL, "a model name"),
    "stream": fields.boolean,
    "temperature": fields.number_between(0, 2),
    "top_p": fields.number_between(0, 1),
    "n": fields.integer(1, 128),
    "max_tokens": fields.integer(-1, 10_000_000),
    "max_completion_tokens": fields.integer(-1, 10_000_000),
    "presence_penalty": fields.number_between(-2, 2),
    "frequency_penalty": fields.number_between(-2, 2),
    "seed": fields.integer(-(2**63), 2**63 - 1),
    "logprobs": fields.boolean,
    "top_logprobs": fields.integer(0, 20),
    "parallel_tool_calls": fields.boolean,
    "store": fields.boolean,
    "modalities": _text_only,
}
"""Body fields that pass unchanged, each with its check. All other settings are claimed by the kind of their value."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIXED_WORDS = _words(
    "arguments assistant auto content default description developer flex function high id include_obfuscation "
    "include_usage index json_object json_schema low medium minimal name none parameters prediction priority refusal "
    "required role scale schema strict system text tool tool_call_id tool_calls type user xhigh"
)
"""Keys and enumerated values within messages, tools and controls. The fields of the body are added where it is read."""

RESPONSES_WORDS = _words(
    "allowed_tools annotations auto call_id commentary completed concise custom custom_tool_call "
    "custom_tool_call_output detailed disabled effort final_answer format function_call function_call_output "
    "generate_summary grammar in_progress incomplete input_text lark logprobs message mode namespace output "
    "output_text phase reasoning reasoning.encrypted_content message.output_text.logprobs regex status summary "
    "syntax verbosity definition caller async"
)
"""Keys and enumerated values of the Responses API, besides `FIXED_WORDS` and the fields of the body."""


def _claim_stream_options(_: Claims, value: JsonValue, where: str) -> None:
    for member in fields.object_at(value, where, frozenset(), accepts()).members:
        if not fields.is_null(member.value):
            fields.boolean(member.value, f"{where}.{member.key.text}")


def _claim_bias(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim biases: an object by token ids, or a list of pairs that may hold the tokens themselves."""
    if isinstance(value, JsonObject):
        logit_bias(value, where)
    else:
        claim_setting(claims, value, where)


_TEXT_FIELDS = {
    "tools": tools.claim_tools,
    "functions": tools.claim_functions,
    "tool_choice": tools.claim_tool_choice,
    "function_call": tools.claim_function_call,
    "stop": tools.claim_stop,
    "stream_options": _claim_stream_options,
    "logit_bias": _claim_bias,
}
_FIELDS = frozenset({"messages", "response_format", "prediction", *_TEXT_FIELDS, *CONTROLS, *IDENTIFIERS})
_CONTENT = fields.one_of("content")


class OpenAIChat(JsonBody):
    """The OpenAI chat completions API."""

    name = "openai-chat"
    vocabulary = _FIELDS | FIXED_WORDS | SETTING_WORDS
    readers: Mapping[str, JsonReader] = {JSON_TYPE: whole_rewriter, EVENT_STREAM: StreamRewriter}
    otherwise = "neither JSON nor an event stream"

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for any field that is not claimed."""
        document = read_body(inbound, policy)
        body = fields.object_at(document.root, "", _FIELDS, accepts(policy.controls))
        claims = Claims(document, policy.max_depth)
        json_output = _claim_fields(claims, body)
        model = self._model(body, policy)
        further_models(body, policy)
        if fields.is_null(body.get("messages")):
            raise fields.invalid("messages", "must hold at least one message")
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
        """An error event for a stream in progress."""
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
    """Claim all fields in source order. Returns whether the text of the reply is to be JSON."""
    json_output = False
    for member in body.members:
        field, value = member.key.text, member.value
        if fields.is_null(value) or field in IDENTIFIERS:
            continue
        if field in CONTROLS:
            CONTROLS[field](value, field)
        elif field == "messages":
            claim_messages(claims, value, field)
        elif field == "response_format":
            json_output = tools.claim_response_format(claims, value, field) or json_output
        elif field == "prediction":
            _claim_prediction(claims, value, field)
        elif field in _TEXT_FIELDS:
            _TEXT_FIELDS[field](claims, value, field)
        elif field != "models":
            claim_setting(claims, value, field)
            json_output = json_output or asks_for_json(field, value)
    return json_output


def _claim_prediction(claims: Claims, value: JsonValue, where: str) -> None:
    prediction = fields.object_at(value, where, frozenset({"type", "content"}))
    _CONTENT(fields.string_at(prediction.get("type"), f"{where}.type"), f"{where}.type")
    content = prediction.get("content")
    if content is not None:
        claim_content(claims, content, f"{where}.content", SlotKind.SPEECH)


def _choices(body: JsonObject) -> int:
    wanted = body.get("n")
    return int(wanted.literal) if isinstance(wanted, JsonNumber) else 1


class AzureChat(OpenAIChat):
    """Chat completions of one deployment at Azure OpenAI."""

    name = "azure-chat"

    def _model(self, body: JsonObject, policy: ParsePolicy) -> str | None:
        return None if fields.is_null(body.get("model")) else allowed_model(body, policy)
