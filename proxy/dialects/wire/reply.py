"""Reading and restoring replies: media types, the reader for each, and the rewriters for JSON and plain text.

`JsonReply` restores a reply that is one JSON document, once it has arrived completely. `TextReply` restores one text as
it arrives. `reader_of` chooses a reader by the media type that the recipient gives.

`only_offered` limits a reply to calls of tools that its request offered. Every name and argument of a call goes through
a restorer, in whole replies and in streams, so the restorers see all of them. A client that runs a tool it never
offered would carry out what somebody else wrote.

`CODES` lists the error codes that clients act upon. They are the only part of a recipient's error that passes: a
message may quote the request, but a code from a list quotes nothing.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm, TextRestorer
from proxy.dialects.wire.json_edits import encode_string
from proxy.dialects.wire.slots import every_string
from proxy.errors import ClientFault, UpstreamFault
from proxy.json_source import JsonError, JsonObject, JsonString, JsonValue, decode_utf8, read_json
from proxy.model import Edit, Inbound, apply_edits

MAX_DEPTH = 200


def not_of_the_api(what: str) -> UpstreamFault:
    """The fault for a reply that is JSON but not the API's answer. It may be an error with status 200."""
    return UpstreamFault("bad_reply", f"the recipient's reply is no {what}")


RestorableTexts = Callable[[JsonValue], Iterable[tuple[JsonString, TextForm]]]
"""Picks the strings of a reply to restore, in source order, with the form of each."""


class JsonReply:
    """Gathers a reply and restores the strings that `texts` picks.

    A string that changes is written anew. All other bytes stay as they are.
    """

    ended = False  # it ends as its connection does

    def __init__(self, texts: RestorableTexts, restorers: RestorerFactory):
        self._texts = texts
        self._restorers = restorers
        self._pieces: list[bytes] = []

    def feed(self, piece: bytes) -> bytes:
        """Nothing yet: a document can only be checked when it is complete."""
        self._pieces.append(piece)
        return b""

    def close(self) -> bytes:
        """The restored document. Raises `UpstreamFault` if it is not JSON."""
        try:
            document = read_json(decode_utf8(b"".join(self._pieces)), max_depth=MAX_DEPTH, strict=False)
        except JsonError as error:
            raise UpstreamFault("bad_reply", f"the recipient's reply is no JSON: {error.reason}") from None
        restored = [
            (string, restore_once(self._restorers, string.text, form)) for string, form in self._texts(document.root)
        ]
        return apply_edits(document.text, changed_strings(restored)).encode("utf-8")


def restore_once(restorers: RestorerFactory, text: str, form: TextForm) -> str:
    """Restore a whole text."""
    restorer = restorers(form)
    return restorer.feed(text) + restorer.flush()


def changed_strings(restored: Iterable[tuple[JsonString, str]]) -> list[Edit]:
    """Edits of the source that rewrite the strings whose text differs."""
    return [Edit(string.start, string.end, encode_string(new)) for string, new in restored if new != string.text]


MOST_BYTES = 64 << 10
"""How many bytes of an error are read."""
_MAX_DEPTH = 32

ANTHROPIC_TYPES = frozenset(
    (
        "invalid_request_error authentication_error billing_error permission_error not_found_error request_too_large "
        "rate_limit_error api_error timeout_error overloaded_error"
    ).split()
)
"""Values of ``error.type`` in Anthropic's API."""

CODES = ANTHROPIC_TYPES | frozenset(
    (
        "DeploymentNotFound ResponsibleAIPolicyViolation billing_hard_limit_reached billing_not_active "
        "content_filter content_policy_violation context_length_exceeded engine_overloaded exceed_context_size_error "
        "insufficient_credits insufficient_quota invalid_model invalid_prompt max_tokens_exceeded model_not_available "
        "model_not_found model_overloaded model_terms_required quota_exceeded rate_limit_exceeded rate_limited "
        "server_error server_is_overloaded service_unavailable slow_down string_above_max_length tokens_limit_reached "
        "unsupported_parameter unsupported_value"
    ).split()
)
"""Anthropic's types, and the values of ``error.code`` or ``error.type`` in other APIs."""


def code_of(body: bytes) -> str | None:
    """The code in the body of an error, the most specific first. None if no listed code is found."""
    try:
        return code_in(read_json(decode_utf8(body), max_depth=_MAX_DEPTH, strict=False).root)
    except JsonError:
        return None


def code_in(root: JsonValue) -> str | None:
    """The code in an error that is already parsed. None if no listed code is found."""
    return next((text for text in _codes(root) if text in CODES), None)


def _codes(root: JsonValue) -> Iterator[str]:
    error = root.get("error") if isinstance(root, JsonObject) else None
    for held in (error, root):
        for name in ("code", "type"):
            value = held.get(name) if isinstance(held, JsonObject) else None
            if isinstance(value, JsonString):
                yield value.text


_OF_CALLS = frozenset({TextForm.TOOL_NAME, TextForm.CALLED, TextForm.CALLED_JSON})


def only_offered(restorers: RestorerFactory, offered: Collection[str]) -> RestorerFactory:
    """Wrap restorers so that a call of a tool that is not `offered` raises `UpstreamFault`."""

    def restorer(form: TextForm) -> TextRestorer:
        if form in _OF_CALLS and not offered:
            raise not_offered()
        made = restorers(form)
        return _ToolName(made, offered) if form is TextForm.TOOL_NAME else made

    return restorer


def not_offered() -> UpstreamFault:
    """The fault for a call of a tool not offered. It does not name the tool, because the recipient wrote the name."""
    return UpstreamFault("bad_reply", "the recipient's reply calls a tool that the request did not offer")


class _ToolName:
    """Restores the name of a tool and emits it once it is known to be an offered one.

    Some recipients repeat a call in later pieces of a stream with an empty name. An empty name passes.
    """

    def __init__(self, restorer: TextRestorer, offered: Collection[str]):
        self._restorer = restorer
        self._offered = offered
        self._name = ""

    def feed(self, piece: str) -> str:
        """Nothing yet: a name is checked when it is complete."""
        self._name += self._restorer.feed(piece)
        return ""

    def flush(self) -> str:
        """The name. Raises `UpstreamFault` if no such tool was offered."""
        name, self._name = self._name + self._restorer.flush(), ""
        if name and name not in self._offered:
            raise not_offered()
        return name

    @property
    def holds(self) -> bool:
        """Whether anything is held back."""
        return bool(self._name) or self._restorer.holds


JSON_TYPE = "application/json"
EVENT_STREAM = "text/event-stream"
JSON_LINES = "application/x-ndjson"


def media_type(content_type: str) -> tuple[str, str | None]:
    """Media type and charset of a content type, both in lower case. The charset is None if it is not given."""
    kind, *parameters = content_type.split(";")
    charset = None
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


def accepted_type(inbound: Inbound, accepted: tuple[str, ...]) -> str:
    """The request's media type. Raises `ClientFault` (415) if it is not among `accepted`, or not in UTF-8."""
    kind, charset = media_type(inbound.header("content-type") or "")
    if kind not in accepted:
        raise ClientFault(
            "unsupported_content_type",
            f"send the body as {' or '.join(accepted)}",
            status=415,
            where="header content-type",
        )
    if charset not in (None, "utf-8", "utf8"):
        raise ClientFault("unsupported_charset", "send the body in UTF-8", status=415, where="header content-type")
    return kind


UTF8 = frozenset({None, "utf-8", "utf8"})
UTF8_OR_ASCII = UTF8 | {"us-ascii"}
"""ASCII is a subset of UTF-8, and the default charset of plain text (RFC 2046 §4.1.2)."""

TEXT_TYPES = ("text/vtt", "application/x-subrip", "text/srt", "text/plain")
REPLY_TEXT_TYPES = (*TEXT_TYPES, "text/markdown")

Reader = TypeVar("Reader")


def reader_of(
    content_type: str,
    readers: Mapping[str, Reader],
    otherwise: str,
    charsets: frozenset[str | None] = UTF8,
) -> Reader:
    """The reader of this media type. Raises `UpstreamFault` with `otherwise` for another type or charset."""
    kind, charset = media_type(content_type)
    if kind not in readers or charset not in charsets:
        raise UpstreamFault("unsupported_reply_type", f"the recipient answered with {otherwise}")
    return readers[kind]


class TextReply:
    """Restores a reply that is one text, as it arrives."""

    ended = False  # it ends as its connection does

    def __init__(self, restorers: RestorerFactory):
        self._restorer = restorers(TextForm.ANSWER)
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, piece: bytes) -> bytes:
        """The text that is final so far."""
        return self._restorer.feed(self._decode(piece)).encode("utf-8")

    def close(self) -> bytes:
        """The rest. Raises `UpstreamFault` if the text ends inside a character."""
        rest = self._restorer.feed(self._decode(b"", final=True))
        return (rest + self._restorer.flush()).encode("utf-8")

    def _decode(self, piece: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            raise UpstreamFault("bad_encoding", "the recipient sent a text that is not UTF-8") from None


def text_or_json(content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
    """A rewriter for a reply of unknown shape: plain text, or JSON in which every string is restored."""
    return reader_of(content_type, _TEXT_OR_JSON, "neither text nor JSON in UTF-8", UTF8_OR_ASCII)(restorers)


def _any_json(restorers: RestorerFactory) -> ReplyRewriter:
    return JsonReply(lambda root: ((string, TextForm.PLAIN) for string in every_string(root)), restorers)


_TEXT_OR_JSON: Mapping[str, Callable[[RestorerFactory], ReplyRewriter]] = MappingProxyType(
    {**dict.fromkeys(REPLY_TEXT_TYPES, TextReply), JSON_TYPE: _any_json}
)
