"""Ollama's own API: ``ollama-chat`` (``POST /api/chat``) and ``ollama-generate`` (``POST /api/generate``).

Every field of the body is claimed: text becomes slots, controls are checked, and settings are claimed by the kind of
their value (`wire.options`). Any other field refuses the request. A request is answered by a stream unless it sets
``stream`` to false. Source: the API reference of Ollama and the types of its Python client.

A stream has one JSON object on each line. What a restorer holds back goes out with the next piece of its text. At the
end it goes out in the last line if that line has this text, else in a line of our own before it. A stream has ended
properly with ``done: true``. An ``error`` line may quote the request, so it ends the reply as a fault, which the client
gets in our own words. Answers of our own are errors and synthetic replies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from proxy.dialects.base import (
    ParsedRequest,
    ParsePolicy,
    ReplyRewriter,
    RestorerFactory,
    TextForm,
    answer,
    is_citation,
    shown_at,
)
from proxy.dialects.openai.tools import claim_stop, claim_tools
from proxy.dialects.wire import fields
from proxy.dialects.wire.body import BodySource, JsonBody, JsonReader, allowed_model, further_models, is_true, read_body
from proxy.dialects.wire.options import SETTING_WORDS, accepts, asks_for_json, claim_setting, schema_leaves
from proxy.dialects.wire.reply import JSON_LINES, JSON_TYPE, JsonReply, not_of_the_api
from proxy.dialects.wire.slots import Claims, every_leaf, every_string
from proxy.dialects.wire.streams import (
    Channel,
    Deltas,
    Line,
    LineParser,
    Path,
    RestoredText,
    between,
    read_event,
    truncated,
)
from proxy.errors import ClientFault, Fault, UpstreamFault
from proxy.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Answer, Inbound, SlotKind

_NO_TEXT = frozenset(
    {"model", "created_at", "role", "done_reason", "id", "type", "logprobs", "context", "images", "image"}
)
_GROWING: frozenset[Path] = frozenset({("message", "content"), ("message", "thinking"), ("response",), ("thinking",)})
_ANSWERS = frozenset({("message", "content"), ("response",)})
_HEAD = ("model", "created_at")


def whole_rewriter(restorers: RestorerFactory, *, json_output: bool) -> ReplyRewriter:
    """A rewriter for a reply of type ``application/json``. `json_output`: the client asked for JSON content."""

    def texts(root: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
        check_reply(root)
        return ((string, form_at(path, json_output)) for path, string in reply_texts(root))

    return JsonReply(texts, restorers)


def check_reply(root: JsonValue) -> None:
    """Raise `UpstreamFault` unless this is a reply, or a line of one."""
    message, said = (root.get("message"), root.get("response")) if isinstance(root, JsonObject) else (None, None)
    if not (isinstance(message, JsonObject) or isinstance(said, JsonString)):
        raise not_of_the_api("message, nor a text")


def reply_texts(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, JsonString]]:
    """All strings in `value` that are text, in source order, with the keys above them.

    The arguments of a call are JSON that the model wrote, so all their strings and keys are text.
    """
    match value:
        case JsonString():
            yield path, value
        case JsonArray():
            for item in value.items:
                yield from reply_texts(item, path)
        case JsonObject():
            for member in value.members:
                key = member.key.text
                if key == "arguments":
                    yield from (((*path, key), string) for string in every_string(member.value))
                elif key not in _NO_TEXT:
                    yield from reply_texts(member.value, (*path, key))


def form_at(path: Path, json_output: bool) -> TextForm:
    """The form of the string at `path`."""
    if "tool_calls" in path:
        return TextForm.TOOL_NAME if path[-1] == "name" else TextForm.CALLED
    if path in _ANSWERS:
        return answer(json_output)
    return shown_at(str(path[-1]) if path else "", cited=any(map(is_citation, path)))


class LineStream:
    """Restores one stream, line by line. A line in which nothing changes passes byte for byte."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool):
        self._json_output = json_output
        self._lines = LineParser()
        self._deltas = Deltas(restorers)
        self._head: list[str] = []
        self.ended = False

    def feed(self, piece: bytes) -> bytes:
        """The lines that `piece` completes, restored as far as their text is final."""
        return b"".join([self._line(line) for line in self._lines.feed(piece)])

    def close(self) -> bytes:
        """The rest. Raises `UpstreamFault` ``truncated_stream`` if the stream broke off."""
        last = self._lines.close()
        try:
            rest = self._line(last) if last is not None else b""
        except UpstreamFault:
            raise truncated() from None
        if not self.ended:
            raise truncated()
        return rest

    def _line(self, line: Line) -> bytes:
        if not line.data.strip():
            return between(line, ended=self.ended)
        if self.ended:
            raise UpstreamFault("bad_stream", "the recipient sent more after the reply had ended")
        again = self._deltas.again(line.data)
        if again is not None:
            return line.raw if again is line.data else line.with_data(again)
        document, root = read_event(line.data)
        if root.get("error") is not None:
            raise UpstreamFault("upstream_error", "the recipient broke its reply off with an error")
        if not is_true(root, "done"):
            check_reply(root)
        self._head = [document.text[name.start : held.end] for name, held in root.members if name.text in _HEAD]
        restored = [self._restored(path, string) for path, string in reply_texts(root)]
        before = b""
        if is_true(root, "done"):
            self.ended = True
            before = self._end(restored)
        rewritten = self._deltas.rewritten(document.text, restored)
        return before + (line.raw if rewritten is document.text else line.with_data(rewritten))

    def _restored(self, path: Path, string: JsonString) -> RestoredText:
        if path in _GROWING:
            return self._deltas.grow(Channel(0, path), string, form_at(path, self._json_output))
        return self._deltas.whole(string, form_at(path, self._json_output))

    def _end(self, restored: list[RestoredText]) -> bytes:
        """End all texts. What was held back goes into the last line, or into lines of our own before it."""
        lines = []
        for channel in self._deltas.open():
            text = self._deltas.end(channel)
            last = max((n for n, part in enumerate(restored) if part.channel == channel), default=None)
            if last is not None:
                restored[last] = restored[last]._replace(text=restored[last].text + text)
            elif text:
                members = ",".join([*self._head, json.dumps(_held(channel.path, text))[1:-1], '"done":false'])
                lines.append(f"{{{members}}}\n".encode())
        return b"".join(lines)


def _held(path: Path, text: str) -> dict[str, Any]:
    """An object that holds `text` at `path`."""
    held: Any = text
    for step in reversed(path):
        held = {step: held}
    return {name: {"role": "assistant", **value} if name == "message" else value for name, value in held.items()}


def error_answer(fault: Fault) -> Answer:
    """A fault as ``{"error": "…"}``. The reason code comes first, since clients show nothing else."""
    return Answer(fault.status, "application/json", orjson.dumps(_error(fault)))


def _error_line(fault: Fault) -> bytes:
    """A fault as a line of a stream. Clients raise it as an error."""
    return orjson.dumps(_error(fault)) + b"\n"


def synthetic_answer(said: Mapping[str, Any], created: int, *, model: str, stream: bool) -> Answer:
    """A reply of our own. `said`: its one text field (``message`` or ``response``). `created`: in Unix seconds."""
    instant = datetime.fromtimestamp(created, UTC).isoformat().replace("+00:00", "Z")
    counts = {"total_duration": 0, "load_duration": 0, "prompt_eval_count": 0, "eval_count": 0}
    body = {"model": model, "created_at": instant, **said, "done": True, "done_reason": "stop", **counts}
    if stream:
        return Answer(200, "application/x-ndjson", orjson.dumps(body) + b"\n")
    return Answer(200, "application/json", orjson.dumps(body))


def _error(fault: Fault) -> dict[str, Any]:
    place = f" (at {fault.where})" if fault.where else ""
    detail = f"{fault.shown}: {fault.detail}{place}" if fault.detail else f"{fault.shown}{place}"
    return {"error": detail, "code": fault.shown}


_DURATION = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?(?:ns|us|ms|s|m|h)?")
_LEVELS = ("low", "medium", "high", "max")
_count = fields.integer(-10_000_000, 10_000_000)
_weight = fields.number_between(-100, 100)


def _keep_alive(value: JsonValue, where: str) -> None:
    written = value.literal if isinstance(value, JsonNumber) else value.text if isinstance(value, JsonString) else ""
    if not _DURATION.fullmatch(written):
        raise fields.invalid(where, 'must be a number of seconds or a duration such as "5m"')


def _think(value: JsonValue, where: str) -> None:
    if not (isinstance(value, JsonConstant) and value.value is not None):
        fields.one_of(*_LEVELS)(value, where)


CONTROLS: Mapping[str, fields.Check] = {
    "model": fields.matching(fields.MODEL, "a model name"),
    "stream": fields.boolean,
    "keep_alive": _keep_alive,
    "think": _think,
    "raw": fields.boolean,
    "logprobs": fields.boolean,
    "top_logprobs": fields.integer(0, 20),
    "truncate": fields.boolean,
    "shift": fields.boolean,
}
"""Body fields that pass unchanged, each with its check."""

OPTIONS: Mapping[str, fields.Check] = {
    **dict.fromkeys(
        ("numa", "low_vram", "f16_kv", "logits_all", "vocab_only", "use_mmap", "use_mlock"), fields.boolean
    ),
    **dict.fromkeys(("embedding_only", "penalize_newline"), fields.boolean),
    **dict.fromkeys(("num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "num_keep"), _count),
    **dict.fromkeys(("num_predict", "top_k", "repeat_last_n", "draft_num_predict"), _count),
    "mirostat": fields.integer(0, 2),
    "seed": fields.integer(-(2**63), 2**63 - 1),
    **dict.fromkeys(("top_p", "min_p", "tfs_z", "typical_p", "temperature", "repeat_penalty"), _weight),
    **dict.fromkeys(("presence_penalty", "frequency_penalty", "mirostat_tau", "mirostat_eta"), _weight),
}
"""Fields of ``options``, each with its check. The field ``stop`` beside them holds text."""

WORDS = frozenset(
    "arguments assistant content function high id index json low max medium message messages name parameters role "
    "description required strict system text thinking tool tool_call_id tool_calls tool_name type user".split()
)
"""Keys and enumerated values within messages, tools and controls."""


_KINDS = {
    "system": SlotKind.INSTRUCTIONS,
    "user": SlotKind.SPEECH,
    "assistant": SlotKind.REPLY,
    "tool": SlotKind.REPLY,
}
_FIELDS = frozenset({"role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id"})
_role = fields.one_of(*_KINDS)
_function_type = fields.one_of("function")
_call_index = fields.integer(0, 1023)


def claim_messages(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``messages``. An empty list only loads the model."""
    for number, item in enumerate(fields.array_at(value, where).items):
        place = f"{where}[{number}]"
        message = fields.object_at(item, place, _FIELDS)
        role = fields.string_at(message.get("role"), f"{place}.role")
        _role(role, f"{place}.role")
        for member in message.members:
            if not fields.is_null(member.value):
                _message_field(claims, member.key.text, member.value, f"{place}.{member.key.text}", _KINDS[role.text])


def _message_field(claims: Claims, name: str, value: JsonValue, where: str, kind: SlotKind) -> None:
    if name in ("content", "thinking"):
        claims.text(value, where, kind)
    elif name == "images":
        refuse_images(value, where)
    elif name == "tool_name":
        claims.tool_name(value, where)
    elif name == "tool_call_id":
        fields.call_id(value, where)
    elif name == "tool_calls":
        for number, call in enumerate(fields.array_at(value, where).items):
            _tool_call(claims, call, f"{where}[{number}]", kind)


def _tool_call(claims: Claims, value: JsonValue, where: str, kind: SlotKind) -> None:
    call = fields.object_at(value, where, frozenset({"id", "type", "function"}))
    for name, check in (("id", fields.call_id), ("type", _function_type)):
        if (held := call.get(name)) is not None and not fields.is_null(held):
            check(held, f"{where}.{name}")
    place = f"{where}.function"
    function = fields.object_at(call.get("function"), place, frozenset({"index", "name", "arguments", "description"}))
    claims.tool_name(function.get("name"), f"{place}.name")
    if (index := function.get("index")) is not None and not fields.is_null(index):
        _call_index(index, f"{place}.index")
    if not fields.is_null(function.get("description")):
        claims.text(function.get("description"), f"{place}.description", SlotKind.INSTRUCTIONS)
    arguments = function.get("arguments")
    if arguments is None or fields.is_null(arguments):
        return
    if not isinstance(arguments, JsonObject):
        raise fields.invalid(f"{place}.arguments", "must be an object")
    claims.each(every_leaf(arguments), f"{place}.arguments", kind, within=arguments)


def refuse_images(value: JsonValue, where: str) -> None:
    """Refuse images: nobody here can tell whose words or faces they hold."""
    if fields.array_at(value, where).items:
        raise ClientFault(
            "uninspectable_content", "images cannot be inspected; leave them out", status=415, where=where
        )


def refuse_context(value: JsonValue, where: str) -> None:
    """Refuse the tokens of an earlier conversation: they hold its words, and nobody here can read them."""
    if fields.array_at(value, where).items:
        raise ClientFault(
            "uninspectable_content",
            "the tokens of an earlier conversation cannot be inspected; leave 'context' out, or send the conversation "
            "as messages to /api/chat",
            status=415,
            where=where,
        )


def claim_format(claims: Claims, value: JsonValue, where: str) -> bool:
    """Claim ``format``: ``json``, a JSON Schema, or empty. Returns whether the text of the reply is to be JSON."""
    if isinstance(value, JsonObject):
        claims.each(schema_leaves(value, ""), where, SlotKind.INSTRUCTIONS, within=value)
        return True
    if not (isinstance(value, JsonString) and value.text in ("", "json")):
        raise fields.invalid(where, 'must be "json" or a JSON Schema object')
    return value.text == "json"


def claim_options(claims: Claims, value: JsonValue, where: str) -> None:
    """Claim ``options``: controls, and stop sequences, which are text."""
    options = fields.object_at(value, where, frozenset({"stop", *OPTIONS}), accepts())
    for member in options.members:
        name, place = member.key.text, f"{where}.{member.key.text}"
        if fields.is_null(member.value):
            continue
        if name == "stop":
            claim_stop(claims, member.value, place)
        elif name in OPTIONS:
            OPTIONS[name](_whole(member.value), place)
        else:
            claim_setting(claims, member.value, place)


def _whole(value: JsonValue) -> JsonValue:
    """Drop a trailing ``.0``: some clients write whole numbers with a decimal point (``4096.0``)."""
    if isinstance(value, JsonNumber) and value.literal.endswith(".0"):
        return value._replace(literal=value.literal.removesuffix(".0"))
    return value


Claim = Callable[[Claims, JsonValue, str], object]


class OllamaChat(JsonBody):
    """Ollama's chat."""

    name = "ollama-chat"
    texts: Mapping[str, Claim] = {"messages": claim_messages, "tools": claim_tools, "options": claim_options}
    """How each field with text is claimed, besides ``format``."""
    controls = frozenset(CONTROLS) - {"raw"}
    vocabulary = (
        frozenset({"format", "messages", "tools", "options", "stop", *CONTROLS, *OPTIONS}) | WORDS | SETTING_WORDS
    )
    readers: Mapping[str, JsonReader] = {JSON_TYPE: whole_rewriter, JSON_LINES: LineStream}
    otherwise = "neither JSON nor lines of JSON"

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for any field that is not claimed."""
        document = read_body(inbound, policy)
        body = fields.object_at(
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
        """Claim all fields in source order. Returns whether the text of the reply is to be JSON."""
        json_output = False
        for member in body.members:
            field, value = member.key.text, member.value
            if fields.is_null(value):
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
        """An error line for a stream in progress."""
        return _error_line(fault)

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
    """Whether the client asked for a stream, which is the default."""
    asked = body.get("stream")
    return not (isinstance(asked, JsonConstant) and asked.value is False)
