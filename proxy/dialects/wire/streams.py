"""Streamed replies: the parsers of their two kinds, and the texts that grow in their events.

The parsers keep the bytes of every event or line. `SseParser` reads server-sent events (WHATWG HTML, section 9.2.6). It
takes bytes as they arrive and returns an event when its blank line is complete, so an unchanged event can be passed on
byte for byte. Comments and blank lines between events are returned at once, as events without data. `LineParser` does
the same for newline-delimited JSON, line by line.

Each text grows by deltas and has its own restorer. With `Deltas`, every event is sent on at once, and the caller places
what a restorer held back. Most events differ from the previous one only in their one growing string, and need not be
parsed again in full: a string literal between the same characters is at the same place.

`WaitingEvents` keeps events in order and adds none. If a piece ends inside a possible pseudonym, its event waits for
the next piece of the same text, and all later events wait behind it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from proxy.dialects.base import RestorerFactory, TextForm, TextRestorer
from proxy.dialects.wire.json_edits import encode_string
from proxy.dialects.wire.reply import MAX_DEPTH, changed_strings, restore_once
from proxy.errors import UpstreamFault
from proxy.json_source import JsonDocument, JsonError, JsonObject, JsonString, read_json, read_string
from proxy.model import Span, apply_edits

MAX_EVENT_BYTES = 4 << 20

# A CR at the end of the buffer may be half of a CRLF. It ends a line only once the next byte has arrived.
_LINE_END = re.compile(rb"\r\n|\n|\r(?=.)", re.DOTALL)
_BOM = b"\xef\xbb\xbf"


class SseEvent(NamedTuple):
    """One event, or the bytes between events.

    `raw` holds its bytes, including the blank line. `data` is None if there is no ``data`` field. `lines` are the spans
    in `raw` of the data lines' values. `event`, `id` and `retry` (milliseconds) are the other fields.
    """

    raw: bytes
    data: str | None = None
    lines: tuple[Span, ...] = ()
    event: str = "message"
    id: str | None = None
    retry: int | None = None

    def with_data(self, data: str) -> bytes:
        """The event's bytes with other data of the same number of lines. Raises `ValueError` for another number."""
        pieces, done = [], 0
        for place, line in zip(self.lines, data.split("\n"), strict=True):
            pieces += [self.raw[done : place.start], line.encode("utf-8")]
            done = place.end
        return b"".join([*pieces, self.raw[done:]])


class SseParser:
    """Incremental parser of one stream. Raises `UpstreamFault` for an oversized event or one that is not UTF-8."""

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES):
        self._max = max_event_bytes
        self._buffer = bytearray()  # begins where the current event begins
        self._line = 0  # where the current line begins
        self._searched = 0  # no line ends before this offset
        self._first = True
        self._data: list[Span] = []
        self._fields: dict[str, str] = {}

    def feed(self, piece: bytes) -> list[SseEvent]:
        """The events that `piece` completes."""
        self._buffer += piece
        events = []
        while end := _LINE_END.search(self._buffer, self._searched):
            event = self._end_line(end.start(), end.end())
            if event is not None:
                events.append(event)
        self._searched = max(self._line, len(self._buffer) - 1)
        self._check_size(len(self._buffer))
        return events

    def close(self) -> SseEvent | None:
        """What is left at the end of the stream. An event without its blank line counts, since clients accept it."""
        if self._line < len(self._buffer):
            content = len(self._buffer.rstrip(b"\r")) if self._buffer.endswith(b"\r") else len(self._buffer)
            event = self._end_line(max(content, self._line), len(self._buffer))
            if event is not None:
                return event
        return self._dispatch(len(self._buffer)) if self._buffer else None

    def _end_line(self, end: int, after: int) -> SseEvent | None:
        """Take in the line ``[_line:end]``, whose line end extends to `after`."""
        start = self._line
        if self._first and self._buffer.startswith(_BOM):
            start += len(_BOM)
        self._first = False
        self._line = self._searched = after
        under_way = bool(self._data or self._fields)
        if start >= end:
            return self._dispatch(after)
        if self._buffer[start] == ord(":"):
            return None if under_way else self._dispatch(after)
        colon = self._buffer.find(b":", start, end)
        name = bytes(self._buffer[start : end if colon < 0 else colon])
        value = end if colon < 0 else colon + 1
        if value < end and self._buffer[value] == ord(" "):
            value += 1
        if name == b"data":
            self._data.append(Span(value, end))
        else:
            self._fields[_text(name)] = _text(self._buffer[value:end])
        return None

    def _dispatch(self, end: int) -> SseEvent:
        """End the current event (or the bytes between events) at `end`."""
        self._check_size(end)
        raw = bytes(self._buffer[:end])
        data = "\n".join([_text(raw[start:stop]) for start, stop in self._data]) if self._data else None
        event = SseEvent(raw, data, tuple(self._data), **(_other_fields(self._fields) if self._fields else {}))
        del self._buffer[:end]
        self._line = self._searched = 0
        self._data, self._fields = [], {}
        return event

    def _check_size(self, size: int) -> None:
        if size > self._max:
            raise UpstreamFault("event_too_large", f"the recipient sent an event of more than {self._max} bytes")


class _Others(TypedDict, total=False):
    event: str
    id: str
    retry: int


def _other_fields(fields: dict[str, str]) -> _Others:
    """The fields besides ``data`` that the standard accepts: an id without NUL, a retry of digits only."""
    found = _Others()
    if name := fields.get("event"):
        found["event"] = name
    if "\0" not in (identity := fields.get("id", "\0")):
        found["id"] = identity
    if re.fullmatch("[0-9]{1,9}", retry := fields.get("retry", "")):
        found["retry"] = int(retry)
    return found


def _text(raw: bytes | bytearray) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UpstreamFault("bad_encoding", "the recipient sent an event stream that is not UTF-8") from None


_OTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
"""Where Python splits lines, besides control characters, which JSON escapes. In JSON these occur only in strings."""

MAX_LINE_BYTES = 4 << 20


class Line(NamedTuple):
    """One line: its text and the bytes that end it. It has the interface of an unnamed event of an SSE stream."""

    data: str
    end: bytes

    @property
    def event(self) -> str:
        """The name that server-sent events use for an unnamed event."""
        return "message"

    @property
    def raw(self) -> bytes:
        """The line's bytes."""
        return self.data.encode("utf-8") + self.end

    def with_data(self, data: str) -> bytes:
        """The line's bytes with other JSON. Escapes characters that clients take for line ends though JSON does not."""
        return _OTHER_LINE_ENDS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", data).encode("utf-8") + self.end


class LineParser:
    """Incremental parser of one stream. Raises `UpstreamFault` for an oversized line or one that is not UTF-8."""

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES):
        self._max = max_line_bytes
        self._buffer = bytearray()
        self._searched = 0

    def feed(self, piece: bytes) -> list[Line]:
        """The lines that `piece` completes."""
        self._buffer += piece
        lines, done = [], 0
        while (end := self._buffer.find(b"\n", max(done, self._searched))) >= 0:
            lines.append(self._line(done, end, b"\n"))
            done = end + 1
        del self._buffer[:done]
        self._searched = len(self._buffer)
        self._check(len(self._buffer))
        return lines

    def close(self) -> Line | None:
        """What is left at the end of the stream. A line without its end counts."""
        return self._line(0, len(self._buffer), b"") if self._buffer else None

    def _line(self, start: int, end: int, ending: bytes) -> Line:
        self._check(end - start)
        try:
            return Line(self._buffer[start:end].decode("utf-8"), ending)
        except UnicodeDecodeError:
            raise UpstreamFault("bad_encoding", "the recipient sent a stream that is not UTF-8") from None

    def _check(self, size: int) -> None:
        if size > self._max:
            raise UpstreamFault("event_too_large", f"the recipient sent a line of more than {self._max} bytes")


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


def between(event: SseEvent | Line, *, ended: bool) -> bytes:
    """What goes on of an event without data (comments, other fields, blank lines): nothing after the stream's end."""
    return b"" if ended else event.raw


def marker(event: SseEvent, *, ended: bool) -> bytes:
    """What goes on of an event that marks the end: after the stream's end, its data alone, with nothing beside it."""
    alone = len(event.raw.strip().splitlines()) == 1
    return event.raw if alone or not ended else f"data: {event.data}\n\n".encode()


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
