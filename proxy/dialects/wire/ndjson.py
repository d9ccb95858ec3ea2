"""A parser of newline-delimited JSON that keeps the bytes of every line."""

from __future__ import annotations

import re
from typing import NamedTuple

from proxy.errors import UpstreamFault

_OTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
"""Where Python splits lines, beside control characters, which JSON escapes. In JSON they stand in strings alone."""

MAX_LINE_BYTES = 4 << 20


class Line(NamedTuple):
    """One line: its text, and the bytes that end it. Read like an event of a stream that has no name."""

    data: str
    end: bytes

    @property
    def event(self) -> str:
        """What server-sent events call one without a name."""
        return "message"

    @property
    def raw(self) -> bytes:
        """The line's bytes."""
        return self.data.encode("utf-8") + self.end

    def with_data(self, data: str) -> bytes:
        """The line's bytes with other JSON in it. Clients take more characters for line ends than JSON does."""
        return _OTHER_LINE_ENDS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", data).encode("utf-8") + self.end


class LineParser:
    """Feed-style parser of one stream. Raises `UpstreamFault` for an oversized line or one not in UTF-8."""

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
        """What is left at the end of the stream: a line without its end counts."""
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
