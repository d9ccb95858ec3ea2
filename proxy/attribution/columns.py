"""Recognize a table whose columns are people: their names in a row, and below each name what that person said."""

from __future__ import annotations

import re

from proxy.attribution import reading
from proxy.attribution.asking import asks

_SIGNS = tuple(map(re.compile, (r"\|", r"\t|[ \u3000]{2,}", r";(?! )", r",(?! )")))
"""What parts cells; a comma or semicolon before a space parts names in a sentence, and one space does."""
_EDGES = " \t\"'*_"
_RULE = re.compile(r"[\s|:+=-]*")
_FEWEST = 2


def heads_columns(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line has two people's names in cells of their own, above a row of as many cells with words."""
    people = {mention.people for mention in read.anybody(line.start, line.end)}
    if len(people) < _FEWEST:
        return False
    below = read.text[line.end : line.end + reading.BELOW].splitlines()
    row = next((each for each in below if not _RULE.fullmatch(each)), "")
    for sign in _SIGNS:
        cells = _cells(read.text[line.start : line.end], sign)
        named = sum(_is_name(read, line, cell) for cell in cells)
        if named >= _FEWEST and len(_cells(row, sign)) >= len(cells) and reading.told(row) >= reading.FEWEST:
            return not asks(row)
    return False


def _cells(line: str, sign: re.Pattern[str]) -> list[str]:
    return [cell.strip(_EDGES) for cell in sign.split(line.strip().strip("|"))]


def _is_name(read: reading.NamedText, line: reading.Line, cell: str) -> bool:
    """Whether a cell of a line is a name and nothing else."""
    return any(read.text[one.start : one.end].strip(_EDGES) == cell for one in read.anybody(line.start, line.end))
