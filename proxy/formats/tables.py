"""Read tables whose first row names the columns for the speaker and the words: CSV and Markdown.

CSV follows RFC 4180, separated by commas, semicolons or tabs. Only a first row of listed names makes a table, so that
each cell has a home: the speaker, the words, or a time or number. A row that does not fit its table is nobody's. If a
quoted cell continues over several lines, nothing distinguishes its lines from rows, so everything from there on is
nobody's.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from proxy.formats.base import Draft, ReaderResult, Sheet
from proxy.formats.sheet import is_fence, is_worded_fence, trim
from proxy.formats.times import OFFSET, reads_from_zero, seconds
from proxy.model import Span

NAME = "table"
_SPEAKER = frozenset((
    "speaker", "speaker name", "speaker_name", "participant", "participant name", "name", "author", "sender", "from",
    "who",
))  # fmt: skip
_TEXT = frozenset((
    "text", "transcript", "transcription", "utterance", "content", "message", "caption", "sentence", "words", "speech",
    "said", "phrase", "comment", "remark", "statement", "quote", "question", "answer", "response", "subtitle",
))  # fmt: skip
_START = frozenset(("start", "start time", "start_time", "time", "timestamp", "offset"))
_MEASURES = frozenset((
    "end", "end time", "end_time", "duration", "id", "index", "no", "no.", "#", "number", "upvotes", "votes", "likes",
    "confidence", "score", "channel",
))  # fmt: skip
_RULE = re.compile(r"\|?(?:[ \t]*:?-{1,200}:?[ \t]*\|)+(?:[ \t]*:?-{1,200}:?)?[ \t]*")
_MEASURE = re.compile(r"[0-9:., ]{0,32}")
_TIME = re.compile(OFFSET)
_PIPE = "|"
_QUOTE = '"'
_DELIMITERS = ",;\t"
_SHORTEST = 2


class _Table(NamedTuple):
    """The delimiter of the cells, and the name of each column; the rows begin at `first`."""

    delimiter: str
    columns: tuple[str, ...]
    first: int


def read(sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:
    """A table from its first row to the line before a blank one. Below somebody's words it is part of them.

    A line with commas may be a sentence, so it heads a table only if a row below fits. A ruled Markdown head is
    certain.
    """
    table = _table(sheet, i) if not flow else None
    if table is None or sheet.blank(table.first) or not sheet.joins(table.first):
        return None
    drafts: list[Draft] = []
    at, broken = table.first, False
    while at < len(sheet.rows) and (sheet.joins(at) or (broken and sheet.gap(at))):
        row = sheet.rows[at]
        if is_fence(sheet.text, row) or is_worded_fence(sheet.text, row):
            break
        draft = _draft(sheet, at, table) if not broken else None
        broken = broken or _is_open(sheet.content(at), table.delimiter)
        if not row.blank:
            drafts.append(draft or Draft(row.begin, row.stop, words=[row.content]))
        at += 1
    fits = broken or table.delimiter == _PIPE or any(draft.speaker is not None for draft in drafts)
    return ReaderResult(at, tuple(drafts), NAME) if fits else None


def _table(sheet: Sheet, i: int) -> _Table | None:
    """The table that row `i` heads; None unless all of its cells are listed, one speaker and one text among them."""
    content = sheet.content(i)
    markdown = content.startswith(_PIPE)
    if markdown and (sheet.blank(i + 1) or not sheet.joins(i + 1) or not _RULE.fullmatch(sheet.content(i + 1))):
        return None
    for delimiter in _PIPE if markdown else _DELIMITERS:
        if delimiter not in content:  # as in nearly every row outside of tables
            continue
        cells = _cells(sheet.text, sheet.rows[i].content, delimiter)
        columns = tuple(sheet.text[slice(*cell)].strip("*_ ").casefold() for cell in cells or ())
        if len(columns) >= _SHORTEST and _are_listed(columns):
            return _Table(delimiter, columns, i + 1 + markdown)
    return None


def _are_listed(columns: tuple[str, ...]) -> bool:
    speakers = [name for name in columns if name in _SPEAKER]
    texts = [name for name in columns if name in _TEXT]
    rest = [name for name in columns if name in _START or name in _MEASURES]
    starts = [name for name in columns if name in _START]
    counts = len(speakers), len(texts), len(speakers) + len(texts) + len(rest)
    return counts == (1, 1, len(columns)) and len(starts) <= 1


def _draft(sheet: Sheet, at: int, table: _Table) -> Draft | None:
    """What a row says; None if it does not fit its table."""
    text, row = sheet.text, sheet.rows[at]
    cells = _cells(text, row.content, table.delimiter)
    if cells is None or len(cells) != len(table.columns):
        return None
    draft = Draft(row.begin, row.stop)
    for column, cell in zip(table.columns, cells, strict=True):
        written = text[slice(*cell)]
        if column in _SPEAKER:
            draft.label, draft.speaker = cell, written
        elif column in _TEXT:
            draft.words = [cell] if written else []
        elif _MEASURE.fullmatch(written) is None:
            return None
        elif column in _START and _TIME.fullmatch(written):
            draft.start, draft.from_zero = seconds(written), reads_from_zero(written)
    return draft if draft.speaker else None


def _cells(text: str, row: Span, delimiter: str) -> list[Span] | None:
    """The cells of a row, without space, quotation marks and outer bars; None if it cannot be split with certainty."""
    if delimiter == _PIPE:
        return _cells_of_markdown(text, row)
    cells: list[Span] = []
    at = row.start
    while True:
        if text.startswith(_QUOTE, at, row.end):
            start, end = at + 1, _closing(text, at + 1, row.end)
            if end is None:
                return None
            at = end + 1
        else:
            start, end = at, text.find(delimiter, at, row.end)
            end = end if end >= 0 else row.end
            if _QUOTE in text[start:end]:
                return None
            at = end
        cells.append(Span(*trim(text, start, end)))
        if at == row.end:
            return cells
        if text[at] != delimiter:
            return None
        at += 1


def _closing(text: str, at: int, end: int) -> int | None:
    """The offset of the quotation mark that closes a cell; a doubled one is a character of the cell."""
    while (found := text.find(_QUOTE, at, end)) >= 0:
        if not text.startswith(_QUOTE, found + 1, end):
            return found
        at = found + 2
    return None


def _cells_of_markdown(text: str, row: Span) -> list[Span] | None:
    bars = [at for at in range(row.start, row.end) if text[at] == _PIPE and not text.startswith("\\", at - 1, at)]
    if len(bars) < _SHORTEST or bars[0] != row.start or bars[-1] != row.end - 1:
        return None
    return [Span(*trim(text, left + 1, right)) for left, right in pairwise(bars)]


def _is_open(content: str, delimiter: str) -> bool:
    """Whether a quoted cell continues below this CSV row."""
    return delimiter != _PIPE and content.count(_QUOTE) % 2 == 1
