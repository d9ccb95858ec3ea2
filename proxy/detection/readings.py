"""Other ways to read a text: with encodings undone, and with words that stand apart joined into one text.

Detection reads these too, and adds only what it could not see in the text itself. Nothing here finds anything.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import unquote

from proxy.detection.spoken import View
from proxy.detection.spoken.view import Rewriting, plain
from proxy.json_source import JoinedStrings, join, joined
from proxy.model import Finding, Span
from proxy.wording.terminal_codes import STYLING

_AT = r"\s?[\[({<]\s?(?:at|@)\s?[\])}>]\s?"
_DOT = r"\s?[\[({<]\s?(?:dot|punkt|\.)\s?[\])}>]\s?"
_CODED = re.compile(
    rf"(?P<styling>{STYLING.pattern})|(?P<at>{_AT})|(?P<dot>{_DOT})|(?P<entity>&(?:\#\d{{2,6}}|\#x[0-9a-f]{{2,5}}|[a-z]{{2,8}}\d?);)"
    r"|(?P<percent>(?:%[0-9a-f]{2})+)|(?P<keycap>[0-9]\ufe0f?\u20e3)|(?P<wide>[\uff01-\uff5e])"
    r"|(?P<dash>(?<=\d)[\u2010-\u2015\u2212](?=\d))|(?P<digit>[^\x00-\x7f])",
    re.I,
)
_LINE = re.compile(r"[^\n]+")
_LONGEST_WORD = 24
_FEWEST_LINES = 3
_OF_LINES = frozenset({"IBAN_CODE", "CREDIT_CARD", "EMAIL_ADDRESS"})
_SURE_NAME = 0.9
_SAID_OF_PEOPLE = frozenset({"LOCATION", "ORGANIZATION", "NRP", "DATE_TIME"})


def decoded(text: str) -> tuple[View, list[Span]] | None:
    """The text with its encodings undone, and where the view differs from it; None if nothing is encoded.

    Encodings are codes of terminals, HTML entities, percent signs, digits in other forms (``⁴¹⁵``, keycaps), other
    dashes between digits, and signs in brackets (``john [at] corp [dot] com``).
    """
    rewritings = [
        Rewriting(*match.span(), ((read, Span(*match.span())),))
        for match in _CODED.finditer(text)
        if (read := _read(match)) is not None
    ]
    if not rewritings:
        return None
    places, shift = [], 0
    for start, end, ((characters, _),) in rewritings:
        # An encoded space hides where the words beside it begin and end.
        beside = characters == " "
        places.append(Span(start + shift - beside, start + shift + len(characters) + beside))
        shift += len(characters) - (end - start)
    return plain(text).rewritten(rewritings), places


def _read(match: re.Match[str]) -> str | None:
    """What a match of the pattern stands for; None if it stands for itself."""
    said = match[0]
    match match.lastgroup:
        case "styling":
            return " "
        case "at":
            return "@"
        case "dot":
            return "."
        case "dash":
            return "-"
        case "entity":
            read = html.unescape(said)
        case "percent":
            read = unquote(said, errors="ignore")
        case "keycap":
            read = said[0]
        case "wide":
            read = chr(ord(said) - 0xFEE0)
        case _:
            digit = unicodedata.digit(said, None)
            read = said if digit is None else str(digit)
    return read if read and read != said and "\n" not in read else None


def from_decoded(view: View, places: Sequence[Span], found: Sequence[Finding]) -> Iterator[Finding]:
    """The findings of the view that hold something encoded, in text coordinates."""
    for finding in found:
        if any(place.start < finding.end and finding.start < place.end for place in places):
            start, end = view.span(finding.start, finding.end)
            yield _apart(finding, start, end)


def apart(text: str) -> list[tuple[JoinedStrings, bool]]:
    """Rows of short JSON strings, and of lines of one word, each joined into one text; True for lines."""
    rows = [(row, False) for row in joined(text)] if '"' in text else []
    words = ((_is_word(line[0]), line.span()) for line in _LINE.finditer(text))
    for is_word, group in groupby(words, key=lambda word: word[0]):
        spans = [span for _, span in group]
        if is_word and len(spans) >= _FEWEST_LINES:
            rows.append((join(text, spans), True))
    return rows


def _is_word(line: str) -> bool:
    return len(line) <= _LONGEST_WORD and len(line.split()) == 1


def from_apart(row: JoinedStrings, lines: bool, found: Sequence[Finding]) -> Iterator[Finding]:
    """The findings that span several pieces of a row, one finding for each piece, in text coordinates.

    Lines are often lists, so in them only kinds with a checksum or a distinctive shape count, and only certain names.
    """
    for finding in found:
        kind = finding.kind
        if kind in _SAID_OF_PEOPLE or (lines and kind not in _OF_LINES):
            continue
        spans = row.spans(finding.start, finding.end)
        if len(spans) > 1 and (kind != "PERSON" or finding.score >= _SURE_NAME):
            yield from (_apart(finding, *span) for span in spans)


def _apart(finding: Finding, start: int, end: int) -> Finding:
    """The finding at another place, without its tie to other pieces: each piece is restored to its own text."""
    return replace(finding, start=start, end=end, entity=None, again=False)
