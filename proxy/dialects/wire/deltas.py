"""Texts of a streamed reply that grow by deltas, each with a restorer of its own, in events that are JSON.

Most events differ from the one before in their one growing string alone, and need not be read as a whole again:
between the same characters, one string literal is the same place.

Events of a streamed reply in their order, where an event waits for what its text goes on with.

A piece that ends inside of what may be a pseudonym waits for the next piece of its text, and the events behind it wait
with it: no event is added, none changes its place.
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
"""Keys and array places from the outside in."""


class Channel(NamedTuple):
    """A text that grows by deltas: in which part of the reply (choice, block), at which place in it."""

    part: int
    path: Path


class RestoredText(NamedTuple):
    """A string of one event and what becomes of it; no channel for a string that is whole."""

    string: JsonString
    text: str
    channel: Channel | None = None


class _Shape(NamedTuple):
    """What the last event was, but for its one growing string."""

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
        """A string that is the next piece of a text."""
        growing = self._growing.setdefault(channel.part, {})
        if channel not in growing:
            growing[channel] = self._restorers(form)
        return RestoredText(string, growing[channel].feed(string.text), channel)

    def whole(self, string: JsonString, form: TextForm = TextForm.PLAIN) -> RestoredText:
        """A string that stands for itself."""
        return RestoredText(string, restore_once(self._restorers, string.text, form))

    def open(self, part: int | None = None) -> list[Channel]:
        """The texts that have begun and not ended, of one part or of all."""
        parts = self._growing.values() if part is None else [self._growing.get(part, {})]
        return [channel for growing in parts for channel in growing]

    def end(self, channel: Channel) -> str:
        """End a text; what its restorer held back."""
        self._shape = None
        growing = self._growing[channel.part]
        held = growing.pop(channel).flush()
        if not growing:
            del self._growing[channel.part]
        return held

    def forget(self) -> None:
        """Read the next event as a whole."""
        self._shape = None

    def again(self, data: str) -> str | None:
        """The data of an event restored, if it has the shape of the one before; else None."""
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
        """The data of an event with its strings restored; `data` itself where nothing changes."""
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
    """An event's data as a JSON object; raises `UpstreamFault` if it is none."""
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
    """A string that is the next piece of a text, as it is restored by now; `open` while more may be added to it."""

    string: JsonString
    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event on its way out: its bytes, and how they are written with other data.

    `source` is the data as it came, `pieces` and `whole` the strings in it that are restored.
    """

    raw: bytes
    rewrite: Callable[[str], bytes] = str.encode
    source: str = ""
    pieces: Sequence[Piece] = ()
    whole: Sequence[tuple[JsonString, str]] = ()

    @property
    def open(self) -> bool:
        """Whether it has to wait."""
        return any(piece.open for piece in self.pieces)

    def ready(self) -> bytes:
        """The event's bytes, restored; as they came where nothing changes."""
        edits = changed_strings([*self.whole, *((piece.string, piece.text) for piece in self.pieces)])
        edits.sort(key=lambda edit: edit.start)
        return self.rewrite(apply_edits(self.source, edits)) if edits else self.raw


class WaitingEvents:
    """The events of one stream that have not gone out yet, and the texts that grow through them."""

    def __init__(self, restorers: RestorerFactory):
        self._restorers = restorers
        self._growing: dict[Hashable, TextRestorer] = {}
        self._last: dict[Hashable, Piece] = {}
        self._queue: deque[WaitingEvent] = deque()

    def piece(self, text: Hashable, string: JsonString, form: TextForm) -> Piece:
        """The next piece of a text; `text` tells it from the others. The piece before it waits no longer."""
        if text not in self._growing:
            self._growing[text] = self._restorers(form)
        restorer = self._growing[text]
        piece = Piece(string, restorer.feed(string.text), restorer.holds)
        if text in self._last:
            self._last[text].open = False
        self._last[text] = piece
        return piece

    def end(self, text: Hashable) -> None:
        """A text has ended, if it had begun: what was held back goes out with its last piece."""
        restorer, last = self._growing.pop(text, None), self._last.pop(text, None)
        if restorer is not None and last is not None:
            last.text += restorer.flush()
            last.open = False

    def end_all(self) -> None:
        """All texts have ended."""
        for text in list(self._growing):
            self.end(text)

    def add(self, event: WaitingEvent) -> None:
        """The next event."""
        self._queue.append(event)

    def ready(self) -> bytes:
        """The bytes of the events that wait for nothing."""
        pieces = []
        while self._queue and not self._queue[0].open:
            pieces.append(self._queue.popleft().ready())
        return b"".join(pieces)
