"""The rewriter for streamed replies whose shape a route declares: server-sent events, or JSON objects on lines.

Kinds of events are a list, and so are their fields. Texts that grow are restored over their pieces (`waiting`): no
event is added, none changes its place. A stream has ended in good order when what ends it came. An event that tells of
an error may quote what was sent, so it ends the reply as a fault and is told in our own words.
"""

from __future__ import annotations

from proxy.dialects.base import RestorerFactory, shown
from proxy.dialects.declared.events import Apart, EventReader, GrowingText, holds
from proxy.dialects.declared.walk import values_at
from proxy.dialects.wire.deltas import bad_event, read_event, truncated
from proxy.dialects.wire.json_reply import restore_once
from proxy.dialects.wire.ndjson import Line, LineParser
from proxy.dialects.wire.sse import SseEvent, SseParser
from proxy.dialects.wire.waiting import Waiting, WaitingEvents
from proxy.errors import UpstreamFault
from proxy.json_source import JsonObject, JsonString
from proxy.settings.pointers import tokens_of
from proxy.settings.replies import UNNAMED, StreamError, StreamShape


class StreamReader:
    """What is the same for all streams of one shape: who reads which kind of event."""

    def __init__(self, shape: StreamShape, error: StreamError):
        self.shape = shape
        self.error = error
        passed = [] if shape.kind is None else [shape.kind]
        if error.kind is None:
            passed += [error.code, error.message]  # null where there is no error
        self.events = {kind: EventReader(event, passed) for kind, event in shape.events.items()}

    def kind(self, name: str, root: JsonObject) -> str:
        """Of what kind an event is, by its name or by what it says. `UpstreamFault` if the two differ."""
        if self.shape.kind is None:
            return name
        said = values_at(root, tokens_of(self.shape.kind))
        kind = said[0].text if len(said) == 1 and isinstance(said[0], JsonString) else UNNAMED
        if name not in (UNNAMED, kind):
            raise bad_event()
        return kind

    def is_error(self, kind: str, root: JsonObject) -> bool:
        """Whether an event tells of an error."""
        if self.error.kind is not None:
            return kind == self.error.kind
        return holds(root, self.error.code) or holds(root, self.error.message)


class DeclaredStream:
    """Restores one stream, event by event; an event in which nothing changes goes on byte for byte."""

    def __init__(self, reader: StreamReader, restorers: RestorerFactory):
        self._reader = reader
        self._restorers = restorers
        self._parser: SseParser | LineParser = SseParser() if reader.shape.format == "sse" else LineParser()
        self._waiting = WaitingEvents(restorers)
        self._by_apart: dict[Apart | None, set[GrowingText]] = {}
        self._ended = False
        self._marked = False

    def feed(self, piece: bytes) -> bytes:
        """The events that `piece` completes, restored, as far as none before them waits."""
        for event in self._parser.feed(piece):
            self._take(event)
        return self._waiting.ready()

    def close(self) -> bytes:
        """The rest; `UpstreamFault` ``truncated_stream`` if the stream broke off."""
        last = self._parser.close()
        try:
            if last is not None:
                self._take(last)
        except UpstreamFault:
            raise truncated() from None
        if not (self._ended or self._marked):
            raise truncated()
        return self._waiting.ready()

    def _take(self, event: SseEvent | Line) -> None:
        data = event.data
        if data is None or not data.strip():
            self._waiting.add(Waiting(event.raw))
        elif self._marked:
            raise _over()
        elif data.strip() == self._reader.shape.end_marker:
            self._marked = True
            self._waiting.end_all()
            self._waiting.add(Waiting(event.raw))
        elif self._ended:
            raise _over()
        else:
            self._read(event, data)

    def _read(self, event: SseEvent | Line, data: str) -> None:
        document, root = read_event(data)
        kind = self._reader.kind(event.event, root)
        if self._reader.is_error(kind, root):
            raise UpstreamFault("upstream_error", "the recipient broke its reply off with an error")
        reader = self._reader.events.get(kind)
        if reader is None:
            raise UpstreamFault(
                "unknown_event", "the recipient sent an event of a kind that the route's shape does not list"
            )
        pieces, whole = [], []
        for string, json_text, text in reader.texts(root):
            if text is None:
                whole.append((string, restore_once(self._restorers, string.text, shown(json_text))))
            else:
                pieces.append(self._waiting.piece(text, string, shown(json_text)))
                self._by_apart.setdefault(text.apart, set()).add(text)
        self._waiting.add(Waiting(event.raw, event.with_data, document.text, pieces, whole))
        for text in self._by_apart.pop(reader.closed(root), ()):
            self._waiting.end(text)
        if reader.ends(root):
            self._ended = True
            self._waiting.end_all()


def _over() -> UpstreamFault:
    return UpstreamFault("bad_stream", "the recipient sent more after its reply had ended")
