"""The dialect ``openai-chat``: requests of ``POST /v1/chat/completions``.

Every field of the body is claimed: text becomes slots (`openai_messages`, `openai_tools`), identifiers are cut
out and counted, controls are checked (`openai_fields`); a field that is none of these refuses the request.
Only edited spans, cut identifiers and ``store`` differ in what leaves; all else goes out byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory
from proxy.dialects.json_edits import Leaf, cut_members, insert_member, source_edits
from proxy.dialects.json_source import (
    JsonConstant,
    JsonDocument,
    JsonError,
    JsonMember,
    JsonNumber,
    JsonObject,
    JsonValue,
    decode_utf8,
    read_json,
)
from proxy.dialects.openai_answers import error_answer, error_frame, synthetic_answer
from proxy.dialects.openai_claims import Claims
from proxy.dialects.openai_fields import CONTROLS, invalid, is_null, object_at, one_of, string_at
from proxy.dialects.openai_messages import claim_content, claim_messages
from proxy.dialects.openai_reply import whole_rewriter
from proxy.dialects.openai_stream import StreamRewriter
from proxy.dialects.openai_tools import (
    claim_function_call,
    claim_functions,
    claim_response_format,
    claim_stop,
    claim_tool_choice,
    claim_tools,
)
from proxy.dialects.openai_words import FIXED_WORDS, SCHEMA_FORMATS, SCHEMA_KEYWORDS, SCHEMA_TYPES
from proxy.dialects.transport import accepted_type, media_type
from proxy.edits import apply_edits
from proxy.errors import ClientFault, Fault, OwnFault, UpstreamFault
from proxy.model import Answer, Edit, Inbound, SlotKind

IDENTIFIERS = frozenset({"user", "metadata", "safety_identifier", "prompt_cache_key"})
"""Service-generated data: names a person or a device to the recipient, and is cut out."""

_TEXT_FIELDS = {
    "tools": claim_tools,
    "functions": claim_functions,
    "tool_choice": claim_tool_choice,
    "function_call": claim_function_call,
    "stop": claim_stop,
}
_FIELDS = frozenset({"messages", "response_format", "prediction", *_TEXT_FIELDS, *CONTROLS, *IDENTIFIERS})
_CONTENT = one_of("content")


@dataclass(frozen=True, slots=True)
class ChatSource:
    """What rendering and answering need of a request: its text, where its slots are, and what is fixed already."""

    text: str
    leaves: tuple[Leaf, ...]
    fixed: tuple[Edit, ...]
    choices: int = 1
    json_output: bool = False
    include_usage: bool = False


class OpenAIChat:
    """The OpenAI chat completions API."""

    name = "openai-chat"
    media_type = "application/json"
    vocabulary = _FIELDS | FIXED_WORDS | SCHEMA_KEYWORDS | SCHEMA_TYPES | SCHEMA_FORMATS

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""
        accepted_type(inbound, ("application/json",))
        document = _read(inbound.body, policy.max_depth)
        body = object_at(document.root, "", _FIELDS)
        claims = Claims(document, policy.max_depth)
        json_output = _claim_fields(claims, body)
        model = string_at(body.get("model"), "model").text
        if policy.models is not None and model not in policy.models:
            raise ClientFault(
                "model_not_allowed", "ask for one of the models that the route's recipient lists", where="model"
            )
        if policy.models is None and "@" in model:
            # An address fits the pattern of a model's name, and nothing redacts a control.
            raise ClientFault(
                "model_not_allowed",
                "a model with '@' in its name must be listed by the route's recipient",
                where="model",
            )
        if is_null(body.get("messages")):
            raise invalid("messages", "must hold at least one message")
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=ChatSource(
                text=document.text,
                leaves=tuple(claims.leaves),
                fixed=tuple(_fixed_edits(body, policy)),
                choices=_choices(body),
                json_output=json_output,
                include_usage=_is_true(body.get("stream_options"), "include_usage"),
            ),
            model=model,
            stream=_is_true(body, "stream"),
            stripped=_stripped(body.members),
        )

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """The outbound body. `OwnFault` if the edits do not fit the slots: nothing may leave half edited."""
        source = _source(parsed)
        try:
            ordered = sorted(
                [*source.fixed, *source_edits(source.text, source.leaves, edits)], key=lambda edit: edit[:2]
            )
            return apply_edits(source.text, ordered).encode("utf-8")
        except ValueError:
            raise OwnFault("bad_edit", "the edits of a slot do not fit its text; nothing left", status=500) from None

    def content_type(self, parsed: ParsedRequest) -> str:  # noqa: ARG002 - the same for every request
        """Content type of the outbound body."""
        return "application/json"

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
        """A rewriter for what the recipient really answers, stream or whole, whatever the client asked for."""
        kind, charset = media_type(content_type)
        json_output = _source(parsed).json_output
        if charset in (None, "utf-8", "utf8"):
            if kind == "application/json":
                return whole_rewriter(restorers, json_output=json_output)
            if kind == "text/event-stream":
                return StreamRewriter(restorers, json_output=json_output)
        raise UpstreamFault("unsupported_reply_type", "the recipient answered with neither JSON nor an event stream")

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault in the API's own error shape."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:
        """An error frame for a stream that is under way."""
        return error_frame(fault)

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:
        """A completion of our own that says `message`."""
        source = _source(parsed)
        return synthetic_answer(
            message,
            exchange,
            created,
            model=parsed.model or "",
            choices=source.choices,
            stream=parsed.stream,
            include_usage=source.include_usage,
        )


def _source(parsed: ParsedRequest) -> ChatSource:
    if not isinstance(parsed.source, ChatSource):
        raise OwnFault("foreign_request", "a request of another dialect was given to openai-chat", status=500)
    return parsed.source


def _read(body: bytes, max_depth: int) -> JsonDocument:
    try:
        return read_json(decode_utf8(body), max_depth=max_depth)
    except JsonError as error:
        raise ClientFault(error.reason, error.detail, where="body") from None


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
            json_output = claim_response_format(claims, value, field)
        elif field == "prediction":
            _claim_prediction(claims, value, field)
        else:
            _TEXT_FIELDS[field](claims, value, field)
    return json_output


def _claim_prediction(claims: Claims, value: JsonValue, where: str) -> None:
    prediction = object_at(value, where, frozenset({"type", "content"}))
    _CONTENT(string_at(prediction.get("type"), f"{where}.type"), f"{where}.type")
    content = prediction.get("content")
    if content is not None:
        claim_content(claims, content, f"{where}.content", SlotKind.SPEECH)


def _fixed_edits(body: JsonObject, policy: ParsePolicy) -> list[Edit]:
    """Edits that do not depend on the slots: identifiers out, ``store`` as the policy says."""
    out = IDENTIFIERS | {"store"} if policy.store == "strip" else IDENTIFIERS
    edits = cut_members(body.members, out)
    if policy.store == "force_false":
        store = body.get("store")
        if store is None:
            edits.append(insert_member(body.members, "store", "false", at=body.start + 1))
        elif not (isinstance(store, JsonConstant) and store.value is False):
            edits.append(Edit(store.start, store.end, "false"))
    return edits


def _stripped(members: Sequence[JsonMember]) -> dict[str, int]:
    """How many identifiers each cut field held; ``metadata`` counts its entries."""
    counts = {}
    for member in members:
        if member.key.text in IDENTIFIERS:
            held = member.value
            counts[member.key.text] = len(held.members) if isinstance(held, JsonObject) else 1
    return counts


def _choices(body: JsonObject) -> int:
    wanted = body.get("n")
    return int(wanted.literal) if isinstance(wanted, JsonNumber) else 1


def _is_true(value: object, name: str) -> bool:
    flag = value.get(name) if isinstance(value, JsonObject) else None
    return isinstance(flag, JsonConstant) and flag.value is True
