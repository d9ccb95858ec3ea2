"""The growing texts of a streamed reply whose events are JSON. Each text grows by deltas and has its own restorer.

With `Deltas`, every event is sent on at once, and the caller places what a restorer held back. Most events differ from
the previous one only in their one growing string, and need not be parsed again in full: a string literal between the
same characters is at the same place.

`WaitingEvents` keeps events in order and adds none. If a piece ends inside a possible pseudonym, its event waits for
the next piece of the same text, and all later events wait behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from proxy.dialects.base import RestorerFactory, TextForm, TextRestorer
from proxy.dialects.wire.json_edits import encode_string
from proxy.dialects.wire.reply import MAX_DEPTH, changed_strings, restore_once
from proxy.errors import UpstreamFault
from proxy.json_source import JsonDocument, JsonError, JsonObject, JsonString, read_json, read_string
from proxy.model.text import apply_edits

Path = tuple[str | int, ...]
"""Keys and array indices, from the outside in."""


class Channel(NamedTuple):
    """A text that grows by deltas: the part of the reply (choice, block) and the place within that part."""

    part: int
    path: Path


class RestoredText(NamedTuple):
    """A string of one event and its restored text. The channel is None for a string that is complete."""

    string: JsonString
    text: str
    channel: Channel | None = None


class _Shape(NamedTuple):
    """The previous event without its one growing string."""

    before: str
    after: str
    channel: Channel


class Deltas:
    """The growing texts of one stream."""

    def __init__(self, restorers: RestorerFactory):
        self._restorers = restorers
        self._growing: dict[int, dict[Channel, TextRestorer]] = {}
        self._shape: _Shape | None = None

    def grow(self, channel: Channel, string: JsonString, form: TextForm = TextForm.PLAIN) -> RestoredText:
        """Restore a string that is the next piece of a text."""
        growing = self._growing.setdefault(channel.part, {})
        if channel not in growing:
            growing[channel] = self._restorers(form)
        return RestoredText(string, growing[channel].feed(string.text), channel)

    def whole(self, string: JsonString, form: TextForm = TextForm.PLAIN) -> RestoredText:
        """Restore a string that is complete in itself."""
        return RestoredText(string, restore_once(self._restorers, string.text, form))

    def open(self, part: int | None = None) -> list[Channel]:
        """The texts that have begun and not ended, in one part or in all."""
        parts = self._growing.values() if part is None else [self._growing.get(part, {})]
        return [channel for growing in parts for channel in growing]

    def end(self, channel: Channel) -> str:
        """End a text and return what its restorer held back."""
        self._shape = None
        growing = self._growing[channel.part]
        held = growing.pop(channel).flush()
        if not growing:
            del self._growing[channel.part]
        return held

    def forget(self) -> None:
        """Make the next event be parsed in full."""
        self._shape = None

    def again(self, data: str) -> str | None:
        """The restored data of an event that has the shape of the previous one; else None."""
        shape = self._shape
        if shape is None or not (data.startswith(shape.before + '"') and data.endswith(shape.after)):
            return None
        try:
            string = read_string(data, len(shape.before))
        except JsonError:
            return None
        if string.end != len(data) - len(shape.after):
            return None
        text = self._growing[shape.channel.part][shape.channel].feed(string.text)
        return data if text == string.text else shape.before + encode_string(text) + shape.after

    def rewritten(self, data: str, restored: Sequence[RestoredText]) -> str:
        """The data of an event with its strings restored; `data` itself if nothing changes."""
        self._shape = self._shape_of(data, restored)
        edits = changed_strings((string, text) for string, text, _ in restored)
        edits.sort(key=lambda edit: edit.start)
        return apply_edits(data, edits) if edits else data

    def _shape_of(self, data: str, restored: Sequence[RestoredText]) -> _Shape | None:
        growing = [part for part in restored if part.channel is not None]
        if len(growing) != 1 or any(part.text != part.string.text for part in restored if part.channel is None):
            return None
        ((string, _, channel),) = growing
        if channel is None or channel not in self._growing.get(channel.part, {}):
            return None
        return _Shape(data[: string.start], data[string.end :], channel)


def read_event(data: str) -> tuple[JsonDocument, JsonObject]:
    """An event's data as a JSON object. Raises `UpstreamFault` if it is not one."""
    try:
        document = read_json(data, max_depth=MAX_DEPTH, strict=False)
    except JsonError:
        raise bad_event() from None
    if not isinstance(document.root, JsonObject):
        raise bad_event()
    return document, document.root


def bad_event() -> UpstreamFault:
    """The fault for an event that breaks its dialect."""
    return UpstreamFault("bad_event", "the recipient sent a stream event that breaks its API")


def truncated() -> UpstreamFault:
    """The fault for a stream that broke off."""
    return UpstreamFault("truncated_stream", "the recipient's stream broke off before its end")


@dataclass(slots=True)
class Piece:
    """A string that is the next piece of a text, as restored so far. `open` while more may be added to it."""

    string: JsonString
    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event on its way out: its bytes, and how to write them with other data.

    `source` is the data as received. `pieces` and `whole` are the strings in it that are restored.
    """

    raw: bytes
    rewrite: Callable[[str], bytes] = str.encode
    source: str = ""
    pieces: Sequence[Piece] = ()
    whole: Sequence[tuple[JsonString, str]] = ()

    @property
    def open(self) -> bool:
        """Whether the event has to wait."""
        return any(piece.open for piece in self.pieces)

    def ready(self) -> bytes:
        """The event's bytes, restored; the original bytes if nothing changes."""
        edits = changed_strings([*self.whole, *((piece.string, piece.text) for piece in self.pieces)])
        edits.sort(key=lambda edit: edit.start)
        return self.rewrite(apply_edits(self.source, edits)) if edits else self.raw


class WaitingEvents:
    """The events of one stream that have not been sent yet, and the texts that grow through them."""

    def __init__(self, restorers: RestorerFactory):
        self._restorers = restorers
        self._growing: dict[Hashable, TextRestorer] = {}
        self._last: dict[Hashable, Piece] = {}
        self._queue: deque[WaitingEvent] = deque()

    def piece(self, text: Hashable, string: JsonString, form: TextForm) -> Piece:
        """Restore the next piece of a text, which `text` identifies. The piece before it stops waiting."""
        if text not in self._growing:
            self._growing[text] = self._restorers(form)
        restorer = self._growing[text]
        piece = Piece(string, restorer.feed(string.text), restorer.holds)
        if text in self._last:
            self._last[text].open = False
        self._last[text] = piece
        return piece

    def end(self, text: Hashable) -> None:
        """End a text, if it had begun. What was held back goes out with its last piece."""
        restorer, last = self._growing.pop(text, None), self._last.pop(text, None)
        if restorer is not None and last is not None:
            last.text += restorer.flush()
            last.open = False

    def end_all(self) -> None:
        """End all texts."""
        for text in list(self._growing):
            self.end(text)

    def add(self, event: WaitingEvent) -> None:
        """Add the next event."""
        self._queue.append(event)

    def ready(self) -> bytes:
        """Take the bytes of the leading events that need not wait."""
        pieces = []
        while self._queue and not self._queue[0].open:
            pieces.append(self._queue.popleft().ready())
        return b"".join(pieces)
