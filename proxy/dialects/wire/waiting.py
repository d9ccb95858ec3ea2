"""Events of a streamed reply in their order, where an event waits for what its text goes on with.

A piece that ends inside of what may be a pseudonym waits for the next piece of its text, and the events behind it wait
with it: no event is added, none changes its place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from proxy.dialects.base import RestorerFactory, TextForm, TextRestorer
from proxy.dialects.wire.json_reply import changed_strings
from proxy.edits import apply_edits
from proxy.json_source import JsonString


@dataclass(slots=True)
class Piece:
    """A string that is the next piece of a text, as it is restored by now; `open` while more may be added to it."""

    string: JsonString
    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Waiting:
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
        self._queue: deque[Waiting] = deque()

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

    def add(self, event: Waiting) -> None:
        """The next event."""
        self._queue.append(event)

    def ready(self) -> bytes:
        """The bytes of the events that wait for nothing."""
        pieces = []
        while self._queue and not self._queue[0].open:
            pieces.append(self._queue.popleft().ready())
        return b"".join(pieces)
