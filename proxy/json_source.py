"""A strict JSON reader that knows the source offset of everything it reads (RFC 8259, RFC 7493).

The tree's offsets refer to the text that was read, so that one leaf can be edited in the text while every other
character stays; `dialects.wire.json_edits` maps such edits. Where RFC 8259 lets parsers differ, a request must not rely
on it: duplicate keys and lone surrogates are refused, because the recipient might read something that was not
inspected. Replies are read with ``strict=False``, which accepts both.

`joined` puts the short strings of JSON in a text together, since a word list cuts what was said into pieces. It works
on whole documents and on JSON amid other text, escaped or not. It reads characters, not grammar: two strings are
neighbours if only brackets, commas, numbers, constants and keys stand between them. The cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # typeshed leaves scanstring out
from typing import NamedTuple

MAX_VALUES = 200_000
"""Strings, numbers, constants, arrays, objects and keys in one document; bounds time and memory."""

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CONSTANT = re.compile(r"true|false|null")
_CONSTANTS = {"true": True, "false": False, "null": None}
_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
# The common forms, read in one step each; whatever does not match is read character by character.
_PLAIN = re.compile(r'"([^"\\\x00-\x1f]*+)"')
_PLAIN_KEY = re.compile(r'"([^"\\\x00-\x1f]*+)"[ \t\n\r]*:[ \t\n\r]*')
_COMMA = re.compile(r"[ \t\n\r]*,[ \t\n\r]*")


class JsonString(NamedTuple):
    """A string. ``[start:end]`` covers the quotes; `text` is decoded."""

    start: int
    end: int
    text: str


class JsonNumber(NamedTuple):
    """A number. `literal` is as written."""

    start: int
    end: int
    literal: str


class JsonConstant(NamedTuple):
    """``true``, ``false`` or ``null``."""

    start: int
    end: int
    value: bool | None


class JsonArray(NamedTuple):
    """An array."""

    start: int
    end: int
    items: tuple[JsonValue, ...]


class JsonMember(NamedTuple):
    """A key and its value in an object."""

    key: JsonString
    value: JsonValue


class JsonObject(NamedTuple):
    """An object, its members in source order."""

    start: int
    end: int
    members: tuple[JsonMember, ...]

    def get(self, name: str) -> JsonValue | None:
        """The value of the first member with this key, if there is one."""
        for key, value in self.members:
            if key.text == name:
                return value
        return None


JsonValue = JsonString | JsonNumber | JsonConstant | JsonArray | JsonObject


class JsonDocument(NamedTuple):
    """The text that was read, its tree, and how many values and keys the tree holds."""

    text: str
    root: JsonValue
    values: int


class JsonError(Exception):
    """The text is not acceptable JSON. `reason` is a fault's reason code, `offset` a character index."""

    def __init__(self, reason: str, offset: int):
        super().__init__(reason)
        self.reason = reason
        self.offset = offset

    @property
    def detail(self) -> str:
        """What is wrong, where, and what to do; quotes nothing of the text."""
        return f"{self.remedy} (at character {self.offset})"

    @property
    def remedy(self) -> str:
        """What is wrong and what to do, without the place."""
        return _REMEDIES[self.reason]


_REMEDIES = {
    "invalid_json": "the text is not one JSON document by RFC 8259; check it with a JSON parser",
    "invalid_utf8": "JSON must be UTF-8 without a byte order mark; encode it so",
    "duplicate_key": "an object has the same key twice, which parsers read differently; send each key once",
    "too_deep": "arrays and objects are nested too deeply; flatten them, or raise limits.json_depth",
    "too_many_values": f"the request holds more than {MAX_VALUES} JSON values; split it",
    "lone_surrogate": "a \\u escape is half of a surrogate pair; send whole characters",
}


def decode_utf8(body: bytes) -> str:
    """Decode a JSON body; `JsonError` ``invalid_utf8`` for other encodings and for a byte order mark."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonError("invalid_utf8", error.start) from None
    if text.startswith("\ufeff"):
        raise JsonError("invalid_utf8", 0)
    return text


def with_whole_characters(text: str) -> str:
    """Return JSON in which each escape of half a surrogate pair is U+FFFD, for names that services cut anywhere."""
    return _HALF.sub(r"\\ufffd", text)


def read_json(text: str, *, max_depth: int, max_values: int = MAX_VALUES, strict: bool = True) -> JsonDocument:
    """Read one document, with only white space around it. Raises `JsonError`, and nothing else.

    `max_depth` counts nested arrays and objects and must stay below 250, since the reader recurses.
    """
    reader = _Reader(text, max_depth, max_values, strict)
    root = reader.value(reader.skip(0), 0)
    end = reader.skip(root.end)
    if end != len(text):
        raise JsonError("invalid_json", end)
    return JsonDocument(text, root, reader.values)


def read_embedded(
    text: str, at: int, *, max_depth: int, max_values: int, strict: bool = True
) -> tuple[JsonValue | JsonError, int]:
    """Read the one value that begins at `at`, or return the error; also returns how many values were read."""
    reader = _Reader(text, max_depth, max_values, strict)
    try:
        return reader.value(at, 0), reader.values
    except JsonError as error:
        return error.with_traceback(None), reader.values  # with it, whoever keeps the error would keep all frames


def read_string(text: str, at: int) -> JsonString:
    """Read the string whose opening quote is at `at`; half a surrogate pair is accepted. Raises `JsonError`."""
    try:
        content, end = scanstring(text, at + 1, True)
    except JSONDecodeError as error:
        raise JsonError("invalid_json", error.pos) from None
    return JsonString(at, end, content)


class _Reader:
    """Recursive descent over one text; the only state besides the text is the count of values."""

    def __init__(self, text: str, max_depth: int, max_values: int, strict: bool):
        self.text = text
        self.values = 0
        self._max_depth = max_depth
        self._max_values = max_values
        self._strict = strict

    def skip(self, at: int) -> int:
        """The first offset from `at` on that is not white space."""
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def value(self, at: int, depth: int) -> JsonValue:
        """The value that begins at `at`, inside `depth` arrays and objects."""
        self.values += 1
        if self.values > self._max_values:
            raise JsonError("too_many_values", at)
        match self.text[at : at + 1]:
            case '"':
                return self._string(at)
            case "{":
                return self._object(at, self._deeper(at, depth))
            case "[":
                return self._array(at, self._deeper(at, depth))
        if number := _NUMBER.match(self.text, at):
            return JsonNumber(at, number.end(), number[0])
        if constant := _CONSTANT.match(self.text, at):
            return JsonConstant(at, constant.end(), _CONSTANTS[constant[0]])
        raise JsonError("invalid_json", at)

    def _deeper(self, at: int, depth: int) -> int:
        if depth >= self._max_depth:
            raise JsonError("too_deep", at)
        return depth + 1

    def _string(self, at: int) -> JsonString:
        if plain := _PLAIN.match(self.text, at):
            return JsonString(at, plain.end(), plain[1])
        string = read_string(self.text, at)
        if self._strict and string.end - at - 2 != len(string.text) and _SURROGATE.search(string.text):
            raise JsonError("lone_surrogate", at)
        return string

    def _array(self, at: int, depth: int) -> JsonArray:
        items: list[JsonValue] = []
        here = self.skip(at + 1)
        if not self.text.startswith("]", here):
            items.append(self.value(here, depth))
            while comma := _COMMA.match(self.text, items[-1].end):
                items.append(self.value(comma.end(), depth))
            here = self._end("]", items[-1].end)
        return JsonArray(at, here + 1, tuple(items))

    def _object(self, at: int, depth: int) -> JsonObject:
        members: list[JsonMember] = []
        seen: set[str] = set()
        here = self.skip(at + 1)
        if not self.text.startswith("}", here):
            members.append(self._member(here, depth, seen))
            while comma := _COMMA.match(self.text, members[-1].value.end):
                members.append(self._member(comma.end(), depth, seen))
            here = self._end("}", members[-1].value.end)
        return JsonObject(at, here + 1, tuple(members))

    def _member(self, at: int, depth: int, seen: set[str]) -> JsonMember:
        self.values += 1
        if self.values > self._max_values and self.text.startswith('"', at):
            raise JsonError("too_many_values", at)
        plain = _PLAIN_KEY.match(self.text, at)
        if plain:
            key = JsonString(at, plain.end(1) + 1, plain[1])
        elif self.text.startswith('"', at):
            key = self._string(at)
        else:
            raise JsonError("invalid_json", at)
        if self._strict and key.text in seen:
            raise JsonError("duplicate_key", at)
        seen.add(key.text)
        after = plain.end() if plain else self.skip(self._end(":", key.end) + 1)
        return JsonMember(key, self.value(after, depth))

    def _end(self, sign: str, at: int) -> int:
        """The offset of `sign`, which must follow after optional white space."""
        here = self.skip(at)
        if not self.text.startswith(sign, here):
            raise JsonError("invalid_json", here)
        return here


LONGEST = 48
"""Longest string, in characters, that counts as a piece; longer ones are texts of their own."""

_PLAIN_LEAF = re.compile(r'(?<!\\)"(?P<leaf>(?:[^"\\\n]|\\.)*)"(?P<key>\s{0,8}:)?')
_ESCAPED = re.compile(r'\\+"(?P<leaf>(?:[^"\\\n]|\\(?![\\"]))*)\\+"(?P<key>\s{0,8}:)?')
_BETWEEN = re.compile(r"(?:[\s,:{}\[\]0-9.+eE-]|\\[nrt]|true|false|null)*")
_FEWEST = 2


class Piece(NamedTuple):
    """A string of the source (its content) and where it stands in the joined text."""

    at: int
    start: int
    end: int


class JoinedStrings(NamedTuple):
    """Consecutive strings as one `text`."""

    text: str
    pieces: tuple[Piece, ...]
    gap: str

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of the source that ``text[start:end]`` stands for, string by string."""
        found = []
        for at, low, high in self.pieces:
            left, right = max(start, at), min(end, at + high - low)
            if left < right:
                found.append((low + left - at, low + right - at))
        return found


class _Leaf(NamedTuple):
    key: str
    start: int
    end: int


def joined(text: str, *, escaped: bool = True) -> list[JoinedStrings]:
    """Join every row of short strings: all of a row, and those under each key where there are several keys.

    With `escaped`, JSON inside a JSON string is read as well.
    """
    rows: list[JoinedStrings] = []
    for pattern in (_PLAIN_LEAF, _ESCAPED) if escaped else (_PLAIN_LEAF,):
        for row in _rows(text, pattern):
            by_key: dict[str, list[_Leaf]] = {}
            for leaf in row:
                by_key.setdefault(leaf.key, []).append(leaf)
            several = [row, *by_key.values()] if len(by_key) > 1 else [row]
            rows += (join(text, [(leaf.start, leaf.end) for leaf in leaves]) for leaves in several if leaves[1:])
    return rows


def join(text: str, spans: Sequence[tuple[int, int]]) -> JoinedStrings:
    """Join spans of a text, with spaces between them unless they have their own."""
    spaced = any(text[start].isspace() or text[end - 1].isspace() for start, end in spans)
    gap = "" if spaced else " "
    pieces: list[Piece] = []
    at = 0
    for start, end in spans:
        pieces.append(Piece(at, start, end))
        at += end - start + len(gap)
    return JoinedStrings(gap.join(text[start:end] for start, end in spans), tuple(pieces), gap)


def _rows(text: str, pattern: re.Pattern[str]) -> Iterator[list[_Leaf]]:
    """Rows of neighbouring strings; a long string or other words end one. Keys are not part of a row."""
    row: list[_Leaf] = []
    key, end = "", 0
    for match in pattern.finditer(text):
        if _BETWEEN.fullmatch(text, end, match.start()) is None:
            if len(row) >= _FEWEST:
                yield row
            row, key = [], ""
        end = match.end()
        start, stop = match.span("leaf")
        if match["key"] is not None:
            key = match["leaf"]
        elif 0 < stop - start <= LONGEST:
            row.append(_Leaf(key, start, stop))
        elif stop > start:
            if len(row) >= _FEWEST:
                yield row
            row = []
    if len(row) >= _FEWEST:
        yield row
