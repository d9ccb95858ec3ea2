"""Which rewriter reads a reply, by the media type that the recipient gives it; and the one for plain text."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm
from proxy.dialects.wire.claims import every_string
from proxy.dialects.wire.json_reply import JsonReply
from proxy.dialects.wire.transport import JSON_TYPE, media_type
from proxy.errors import UpstreamFault

UTF8 = frozenset({None, "utf-8", "utf8"})
UTF8_OR_ASCII = UTF8 | {"us-ascii"}
"""ASCII is UTF-8, and what servers call plain text that they say nothing else of (RFC 2046 §4.1.2)."""

TEXT_TYPES = ("text/vtt", "application/x-subrip", "text/srt", "text/plain")
REPLY_TEXT_TYPES = (*TEXT_TYPES, "text/markdown")

Reader = TypeVar("Reader")


def reader_of(
    content_type: str,
    readers: Mapping[str, Reader],
    otherwise: str,
    charsets: frozenset[str | None] = UTF8,
) -> Reader:
    """The reader of this media type; `UpstreamFault` with `otherwise`, if there is none or the charset is another."""
    kind, charset = media_type(content_type)
    if kind not in readers or charset not in charsets:
        raise UpstreamFault("unsupported_reply_type", f"the recipient answered with {otherwise}")
    return readers[kind]


class TextReply:
    """Restores a reply that is one text, as it arrives."""

    def __init__(self, restorers: RestorerFactory):
        self._restorer = restorers(TextForm.PLAIN)
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, piece: bytes) -> bytes:
        """The text that is certain by now."""
        return self._restorer.feed(self._decode(piece)).encode("utf-8")

    def close(self) -> bytes:
        """The rest; `UpstreamFault` if the text ends inside of a character."""
        rest = self._restorer.feed(self._decode(b"", final=True))
        return (rest + self._restorer.flush()).encode("utf-8")

    def _decode(self, piece: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            raise UpstreamFault("bad_encoding", "the recipient sent a text that is not UTF-8") from None


def text_or_json(content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
    """A rewriter for a reply of no known shape: a text, or JSON of which every string is restored."""
    return reader_of(content_type, _TEXT_OR_JSON, "neither text nor JSON in UTF-8", UTF8_OR_ASCII)(restorers)


def _any_json(restorers: RestorerFactory) -> ReplyRewriter:
    return JsonReply(lambda root: ((string, TextForm.PLAIN) for string in every_string(root)), restorers)


_TEXT_OR_JSON: Mapping[str, Callable[[RestorerFactory], ReplyRewriter]] = MappingProxyType(
    {**dict.fromkeys(REPLY_TEXT_TYPES, TextReply), JSON_TYPE: _any_json}
)
