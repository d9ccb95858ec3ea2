r"""Find JSON documents in a text, decode their strings, and map edits back to the source.

Detection must see ``Zoë`` where the source says ``Zo\u00eb``, and must see a word list (``["call", "me"]``) as the
sentence that it is. So a text that contains JSON transcripts is read in a form of its own: strings are decoded in
place, and each word list is written out again at the end, as a line. `ExtendedText.source_edits` converts edits of that
form to edits of the source. It rewrites only the edited part of a string, with JSON's escapes, and applies edits of a
written-out line to the list's words.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, islice
from typing import NamedTuple

from proxy.errors import ClientFault
from proxy.json_source import MAX_VALUES, JsonArray, JsonError, JsonObject, JsonString, JsonValue, read_embedded
from proxy.model import WITHHELD, Edit, Span

MAX_DEPTH = 32
_OPENING = re.compile(r"[\[{](?=\s{0,80}[\[{\"])")
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Document(NamedTuple):
    """A JSON array or object in a text, in source coordinates. `fault`: why a strict reader refuses it."""

    start: int
    end: int
    root: JsonArray | JsonObject
    fault: JsonError | None


class Echo(NamedTuple):
    """A copy at `at` of the text at `of`: an edit that touches the original is also made in the copy.

    `empty` is what the copy becomes if it cannot be edited in part: a list of numbers that stand for words.
    """

    of: Span
    at: Span
    empty: str | None = None


class Entry(NamedTuple):
    """One entry of a word list, in source coordinates. `of`: where its word stands in the written-out text.

    A run of removed entries is replaced by the `opening` of the first and the `closing` of the last, if it has an
    opening.
    """

    start: int
    end: int
    of: Span
    opening: str = ""
    closing: str = ""


class WordList(NamedTuple):
    """A word list in the source with all of its entries."""

    start: int
    end: int
    entries: tuple[Entry, ...]


class Measure(NamedTuple):
    """A number in the source that measures the text at `of`, and the edit to make when that text is removed."""

    of: Span
    edit: Edit


class Lists(NamedTuple):
    """The word lists of one document. `counts` are further edits, made when words are removed from any of the lists."""

    lists: tuple[WordList, ...]
    counts: tuple[Edit, ...] = ()


def find_documents(text: str) -> list[Document]:
    """The outermost JSON containers in a text that contain at least a string or a container.

    An unfinished document is none. All attempts together may read as many values as one request may contain, so the
    cost is bounded; raises `ClientFault` if that is not enough.
    """
    found: list[Document] = []
    left = MAX_VALUES
    opening = _OPENING.search(text)
    while opening is not None:
        document, used = _document(text, opening.start(), left)
        left -= used
        if left <= 0:
            remedy = (
                f"there are more than {MAX_VALUES} JSON values in one text, or too many unfinished brackets; split it"
            )
            raise ClientFault("too_many_values", remedy, where="transcript")
        if document is not None:
            found.append(document)
        opening = _OPENING.search(text, document.end if document is not None else opening.end())
    return found


def _document(text: str, at: int, left: int) -> tuple[Document | None, int]:
    root, used = read_embedded(text, at, max_depth=MAX_DEPTH, max_values=left)
    fault: JsonError | None = None
    if isinstance(root, JsonError) and root.reason in ("duplicate_key", "lone_surrogate"):
        fault = root
        root, more = read_embedded(text, at, max_depth=MAX_DEPTH, max_values=left, strict=False)
        used += more
    document = Document(at, root.end, root, fault) if isinstance(root, JsonArray | JsonObject) else None
    return document, used


def strings(value: JsonValue) -> Iterator[JsonString]:
    """All strings in a value, keys included, in source order."""
    match value:
        case JsonString():
            yield value
        case JsonArray():
            for item in value.items:
                yield from strings(item)
        case JsonObject():
            for member in value.members:
                yield member.key
                yield from strings(member.value)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text with the strings of `documents` decoded; all other characters are those of `source`."""

    source: str
    text: str
    documents: tuple[Document, ...] = ()
    _places: tuple[int, ...] = ()
    _sources: tuple[int, ...] = ()
    _shifts: tuple[int, ...] = (0,)

    def inside(self, string: JsonString) -> Span:
        """Where the content of a string stands in the decoded text."""
        start = self._decoded(string.start + 1)
        return Span(start, start + len(string.text))

    def span(self, start: int, end: int) -> Span:
        """The decoded span of a source span whose ends are outside of strings."""
        return Span(self._decoded(start), self._decoded(end))

    def place(self, offset: int) -> int:
        """Where a character of the decoded text begins in the source."""
        return offset + self._shifts[bisect_left(self._places, offset)]

    def in_string(self, offset: int) -> bool:
        """Whether an offset of the decoded text lies in one of the documents."""
        place = self.place(offset)
        at = bisect_right(self.documents, place, key=lambda document: document.start) - 1
        return at >= 0 and place < self.documents[at].end

    def _decoded(self, offset: int) -> int:
        return offset - self._shifts[bisect_left(self._sources, offset)]


def decode(text: str, documents: Sequence[Document]) -> DecodedText:
    """The text with all strings of the documents decoded."""
    pieces: list[str] = []
    places: list[int] = []
    sources: list[int] = []
    lengths: list[int] = []
    done = at = 0
    for document in documents:
        for string in strings(document.root):
            if string.end - string.start - 2 == len(string.text):
                continue
            for escape in _ESCAPE.finditer(text, string.start + 1, string.end - 1):
                pieces += text[done : escape.start()], json.loads(f'"{escape[0]}"')
                at += escape.start() - done
                places.append(at)
                sources.append(escape.start())
                lengths.append(len(escape[0]) - 1)
                at, done = at + 1, escape.end()
    pieces.append(text[done:])
    shifts = tuple(accumulate(lengths, initial=0))
    return DecodedText(text, "".join(pieces), tuple(documents), tuple(places), tuple(sources), shifts)


def encode(text: str) -> str:
    """Encode `text` as the inside of a JSON string; beyond what JSON demands, only lone surrogates are escaped."""
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False)[1:-1])


@dataclass(frozen=True, slots=True)
class ExtendedText:
    """A decoded text with its word lists written out after it, from offset `appendix`.

    `cut` are source edits that are always made. `finish` are source edits that are made if any other edit falls into a
    span.
    """

    decoded: DecodedText
    text: str
    appendix: int
    echoes: tuple[Echo, ...] = ()
    cut: tuple[Edit, ...] = ()
    finish: tuple[tuple[Span, tuple[Edit, ...]], ...] = ()
    lists: tuple[Lists, ...] = ()
    measures: tuple[Measure, ...] = ()

    def source_edits(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """Convert sorted, disjoint edits of `text` to source edits; of nested edits, only the outer one is made."""
        echoed = [*(edit for edit in edits if edit.start < self.appendix), *self._echoed(edits)]
        mapped = [*self.cut, *(self._mapped(edit) for edit in echoed), *self._taken_out(edits)]
        for whole, further in self.finish:
            if any(whole.start <= edit.start < whole.end for edit in mapped):
                mapped += further
        chosen: list[Edit] = []
        for edit in sorted(mapped, key=lambda e: (e.start, -e.end)):
            if not chosen or edit.start >= chosen[-1].end:
                chosen.append(edit)
        return tuple(chosen)

    def _taken_out(self, edits: Sequence[Edit]) -> Iterator[Edit]:
        """Edits that remove what measures removed words: entries of lists, and numbers beside the words."""
        out = sorted(edit for edit in edits if edit.replacement in ("", WITHHELD))
        for document in self.lists:
            gone = [edit for words in document.lists for edit in _shortened(words, out)]
            yield from gone
            yield from document.counts if gone else ()
        yield from (measure.edit for measure in self.measures if _covering(measure.of, out) is not None)

    def _mapped(self, edit: Edit) -> Edit:
        quoted = self.decoded.in_string(edit.start)
        replacement = encode(edit.replacement) if quoted else edit.replacement
        return Edit(self.decoded.place(edit.start), self.decoded.place(edit.end), replacement)

    def _echoed(self, edits: Sequence[Edit]) -> Iterator[Edit]:
        """Edits of copies. An edit over several words goes into the first word and empties the others."""
        ordered = sorted(edits)
        ends = list(accumulate((edit.end for edit in ordered), max))
        for echo in self.echoes:
            touching = []
            for edit in islice(ordered, bisect_right(ends, echo.of.start), None):
                if edit.start >= echo.of.end:
                    break
                if edit.end > echo.of.start:
                    touching.append(edit)
            if not touching:
                continue
            if echo.empty is not None:
                yield Edit(*echo.at, echo.empty)
                continue
            for edit in touching:
                start = max(edit.start, echo.of.start)
                low = echo.at.start + start - echo.of.start
                high = echo.at.start + min(edit.end, echo.of.end) - echo.of.start
                yield Edit(low, high, edit.replacement if start == edit.start else "")


def _covering(span: Span, edits: Sequence[Edit]) -> Edit | None:
    """The edit, out of sorted and disjoint ones, that removes all of a span."""
    at = bisect_right(edits, span.start, key=lambda edit: edit.start) - 1
    return edits[at] if at >= 0 and span.end <= edits[at].end else None


def _shortened(words: WordList, out: Sequence[Edit]) -> Iterator[Edit]:
    """Edits that remove entries from a list. One entry, or nothing, takes the place of a run."""
    covers = [_covering(entry.of, out) for entry in words.entries]
    rows = [list(row) for gone, row in groupby(range(len(covers)), key=lambda at: covers[at] is not None) if gone]
    for row in rows:
        first, last = row[0], row[-1]
        marks = [
            list(marked)
            for edit, marked in groupby(row, key=lambda at: covers[at])
            if edit is not None and edit.replacement
        ]
        ends = [(words.entries[mark[0]], words.entries[mark[-1]]) for mark in marks]
        left = ", ".join(opened.opening + closed.closing for opened, closed in ends if opened.opening)
        if left:
            yield Edit(words.entries[first].start, words.entries[last].end, left)
        elif len(row) == len(covers):
            yield Edit(words.start, words.end, "[]")
        elif last + 1 < len(covers):
            yield Edit(words.entries[first].start, words.entries[last + 1].start, "")
        else:
            yield Edit(words.entries[first - 1].end, words.entries[last].end, "")
