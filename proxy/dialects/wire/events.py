"""Parsers of the two kinds of stream, which keep the bytes of every event or line: SSE and newline-delimited JSON.

`SseParser` reads server-sent events (WHATWG HTML, section 9.2.6). It takes bytes as they arrive and returns an event
when its blank line is complete, so an unchanged event can be passed on byte for byte. Comments and blank lines between
events are returned at once, as events without data.

`LineParser` does the same for newline-delimited JSON, line by line.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypedDict

from proxy.errors import UpstreamFault
from proxy.model import Span

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
