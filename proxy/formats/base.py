"""How to add a format (the shape of a transcript).

1. Write ``formats/<name>.py`` with a function ``read(sheet, i, flow) -> ReaderResult | None``: what begins in this
   format at row `i`, or None. It is called row by row, so a transcript inside a prompt is read like one on its own, and
   every span is in the coordinates of the whole text. Detection is certain or the result is None; never guess.
2. Give every character a home (see `model.Segmented`): words, label, free text, or structure that holds no words. What
   a lenient reader would skip (a VTT ``NOTE``, a cue id with spaces in it) is text, not structure: claim it for nobody,
   or leave its row alone, and it becomes unattributed speech or free text.
3. Report spans only and rebuild nothing: no edits, identical text.
4. Register the format in ``formats/__init__.py``, where the surest come first. Give the tests a made-up sample,
   ``tests/formats/samples/<name>.txt``, in which Ann Lund says what contains ``zebra`` and others say what contains
   ``canary``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from proxy.model import Span


class Row(NamedTuple):
    """One line. ``[start, end)`` is its content without surrounding space and transcript tags.

    ``[begin, stop)`` is what goes when the row is dropped: the whole line with its line end, but no tag. `after_tag`
    and `before_tag`: a tag stands on the line before or after the content, and nothing that is dropped as one piece may
    reach across it.
    """

    begin: int
    start: int
    end: int
    stop: int
    after_tag: bool = False
    before_tag: bool = False

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing but space or tags."""
        return self.start == self.end

    @property
    def content(self) -> Span:
        """Span of the content."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text laid out in rows, and the labels that the roster knows.

    `header` is the index of the first row that opens a WebVTT file, or None. `recurring` contains what precedes the
    first colon of more than one row. `arrows` are the indices of rows that contain ``-->``, as a line of times does.
    `whole`: all of the text is a transcript.
    """

    text: str
    rows: tuple[Row, ...]
    labels: frozenset[str] = frozenset()
    header: int | None = None
    recurring: frozenset[str] = frozenset()
    arrows: frozenset[int] = frozenset()
    whole: bool = False

    @property
    def own(self) -> bool:
        """Whether a cue file is all of the text, and so the client's: people type no header above everything else."""
        return self.whole or (self.header is not None and all(row.blank for row in self.rows[: self.header]))

    def content(self, i: int) -> str:
        """The content of row `i`."""
        return self.text[self.rows[i].start : self.rows[i].end]

    def joins(self, i: int) -> bool:
        """Whether row `i` has content and only a line end separates it from the previous row."""
        return not self.blank(i) and not self._parted(i)

    def gap(self, i: int) -> bool:
        """Whether row `i` is a blank line without tags, which goes with the previous row when that is dropped."""
        return i < len(self.rows) and self.rows[i].blank and not self._parted(i)

    def blank(self, i: int) -> bool:
        """Whether row `i` is blank or beyond the end."""
        return i >= len(self.rows) or self.rows[i].start == self.rows[i].end

    def _parted(self, i: int) -> bool:
        return self.rows[i].after_tag or (i > 0 and self.rows[i - 1].before_tag)


@dataclass(slots=True)
class Draft:
    """An utterance while it is being read; rows that continue it are added.

    `stray` marks text that no speaker and no cue claims: unattributed speech or free text, depending on where it
    stands. `pending`: the words are still to come, after a blank line. `from_zero` says of a time read from a plain
    line whether it looks like the beginning of a recording (None: the time is surely an offset). `chat` marks a chat
    message, in which somebody else may be quoted; `within` marks such a quote. `known_as` are further names and
    addresses of the speaker, and `objects` what the speaker objects to.
    """

    begin: int
    stop: int
    speaker: str | None = None
    words: list[Span] = field(default_factory=list)
    label: Span | None = None
    more_labels: tuple[Span, ...] = ()
    start: float | None = None
    end: float | None = None
    at: datetime | None = None
    until: datetime | None = None
    stray: bool = False
    pending: bool = False
    from_zero: bool | None = None
    chat: bool = False
    within: bool = False
    known_as: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()

    def grow(self, row: Row) -> None:
        """Add a row that continues this utterance."""
        self.words.append(row.content)
        self.stop = row.stop
        self.pending = False


@dataclass(frozen=True, slots=True)
class ReaderResult:
    """What a reader took: rows up to `until` (exclusive), and drafts in the order of their place.

    `format` is the format's name if utterances were found; a header alone makes no transcript. `cues`: its units are
    marked by more than a label (times, JSON), so they are speech even if nobody is named. `open`: rows that directly
    follow continue the last draft. `number` is a running number of the format. `names` are names of people who say
    nothing there, such as those of attendees.
    """

    until: int
    drafts: tuple[Draft, ...]
    format: str | None = None
    cues: bool = False
    open: bool = False
    names: tuple[Span, ...] = ()
    number: Span | None = None


Reader = Callable[[Sheet, int, bool], ReaderResult | None]
"""Reads what begins at a row; None if nothing does.

`flow` (third argument): the row directly follows an utterance and continues it if no reader takes the row. Raises
`ClientFault` if the text is surely in this format and broken.
"""
