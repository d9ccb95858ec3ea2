"""Restores a reply that is one JSON document, when it has arrived whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from proxy.dialects.base import RestorerFactory, TextForm
from proxy.dialects.wire.json_edits import encode_string
from proxy.edits import apply_edits
from proxy.errors import UpstreamFault
from proxy.json_source import JsonError, JsonString, JsonValue, decode_utf8, read_json
from proxy.model import Edit

MAX_DEPTH = 200


def not_of_the_api(what: str) -> UpstreamFault:
    """The fault for a reply that is JSON, and not what the API answers with; it may be an error with status 200."""
    return UpstreamFault("bad_reply", f"the recipient's reply is no {what}")


RestorableTexts = Callable[[JsonValue], Iterable[tuple[JsonString, TextForm]]]
"""Picks the strings of a reply that are restored, in source order, with the form of each."""


class JsonReply:
    """Gathers a reply and restores the strings that `texts` picks. A string that is restored is written anew,
    all other bytes stay.
    """

    def __init__(self, texts: RestorableTexts, restorers: RestorerFactory):
        self._texts = texts
        self._restorers = restorers
        self._pieces: list[bytes] = []

    def feed(self, piece: bytes) -> bytes:
        """Nothing yet: only a whole document is known to be one."""
        self._pieces.append(piece)
        return b""

    def close(self) -> bytes:
        """The restored document; `UpstreamFault` if it is none."""
        try:
            document = read_json(decode_utf8(b"".join(self._pieces)), max_depth=MAX_DEPTH, strict=False)
        except JsonError as error:
            raise UpstreamFault("bad_reply", f"the recipient's reply is no JSON: {error.reason}") from None
        restored = [
            (string, restore_once(self._restorers, string.text, form)) for string, form in self._texts(document.root)
        ]
        return apply_edits(document.text, changed_strings(restored)).encode("utf-8")


def restore_once(restorers: RestorerFactory, text: str, form: TextForm) -> str:
    """`text` restored as a whole."""
    restorer = restorers(form)
    return restorer.feed(text) + restorer.flush()


def changed_strings(restored: Iterable[tuple[JsonString, str]]) -> list[Edit]:
    """Edits of the source that write those strings anew whose text differs."""
    return [Edit(string.start, string.end, encode_string(new)) for string, new in restored if new != string.text]
