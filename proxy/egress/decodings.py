"""All readings of a text in which a recipient could find words: escapes, encodings, nested JSON.

A view is a text to search. Decoding is repeated for up to `MAX_DEPTH` layers. The caller refuses a text with more
layers, since nobody can say what is in it.
"""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple
from urllib.parse import unquote_plus

from proxy.json_source import joined

MAX_DEPTH = 12
"""How many layers of encoding are decoded. Escaped text in JSON in JSON needs five."""

_READINGS = 40
_SMALL = 4096
"""All readings together hold at most `_READINGS` times as many characters as the text plus `_SMALL`."""
_LONG = 16
"""Encodings of at least this many characters may be text in part. Shorter ones are read only if all of it is text."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*")
_BASE64_SHORT = re.compile(r"(?<![A-Za-z0-9+/_-])(?=[^\W_]?[a-z+/_-]*[A-Z0-9])[A-Za-z0-9+/_-]{6,15}(?![A-Za-z0-9+/_-])")
"""A single name, encoded: among so few letters there is a capital or a digit after the first letter."""
_BASE32 = re.compile(r"[A-Z2-7]{8,}")
_HEX = re.compile(r"[0-9A-Fa-f]{8,}")
_HEX_APART = re.compile(
    r"[0-9A-Fa-f](?:(?<=0)x[0-9A-Fa-f])?[0-9A-Fa-f][ :,;-]{1,2}"
    r"(?:(?:0x)?[0-9A-Fa-f]{2}[ :,;-]{1,2}){4,}(?:0x)?[0-9A-Fa-f]{2}"
)
"""Bytes by two digits each, set apart. Begun by one class, it is searched fast."""
_COMMA = r"(?:\s{0,20}[,;]\s{0,20}| {1,3})"
_DECIMALS = re.compile(rf"[0-9](?<![\w.][0-9])[0-9]{{0,2}}{_COMMA}(?:[0-9]{{1,3}}{_COMMA}){{4,}}[0-9]{{1,3}}(?![\w.])")
"""Bytes or characters by their numbers, as Node writes a buffer in JSON. Begun by one class, it is searched fast."""
_QUOTED_PRINTABLE = re.compile(r"(?:=[0-9A-Fa-f]{2})+|=[ \t]*\r?\n")
_PUNYCODE = re.compile(r"(?<![\w-])xn--([a-z0-9-]{1,59})(?![\w-])", re.IGNORECASE)
_ESCAPE = re.compile(
    r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|U([0-9A-Fa-f]{8})|u\{([0-9A-Fa-f]{1,6})\}|([0-3][0-7]{2})|(.))",
    re.DOTALL,
)
_ESCAPED_RUN = re.compile(r"(?:\\u[0-9A-Fa-f]{4}){4,}")
_READABLE = re.compile(r"[^\x00-\x08\x0e-\x1f\x7f\ufffd]{6,}")
_READABLE_SHORT = re.compile(r"[^\x00-\x1f\x7f\ufffd]{4,}")
_SINGLE = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0"}


class TooDeep(Exception):
    """The text has more layers of encoding, or decodes to more text, than is searched."""


class Reading(NamedTuple):
    """A text to search. A `row` joins strings that are also searched one by one."""

    text: str
    row: bool = False


def views(text: str, exempt: Collection[str] = ()) -> Iterator[str]:
    """The readings of a text without rows. See `readings`."""
    return (reading.text for reading in readings(text, exempt) if not reading.row)


def readings(text: str, exempt: Collection[str] = ()) -> Iterator[Reading]:
    r"""`text` and every decoded reading of it, each once. A JSON string that is wholly in `exempt` is left out.

    Rows of short strings in JSON are also read as one text, since word lists cut what was said into pieces. JSON is
    read as its strings, keys and numbers instead of as raw text, because raw escapes join letters to words that nobody
    wrote (``\nat`` is a line end and "at", not "nat"). Raises `TooDeep`.
    """
    budget = _READINGS * (len(text) + _SMALL)
    seen: set[str] = set()
    waiting = [(text, 0)]
    while waiting:
        current, depth = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        budget -= len(current)
        if depth == MAX_DEPTH or budget < 0:
            raise TooDeep
        tokens = _json_tokens(current)
        if tokens is None:
            yield Reading(current)
            tokens = _readings(current)
        tokens += [text for stretch in _DECIMALS.findall(current) for text in _numbered(stretch)]
        yield from (Reading(row, row=True) for row in _joined(current, exempt))
        waiting += [(token, depth + 1) for token in dict.fromkeys(tokens) if depth or token not in exempt]


def _joined(text: str, exempt: Collection[str]) -> Iterator[str]:
    """Rows of short JSON strings, each as one text, without strings in `exempt` and strings with further escapes."""
    for row in joined(text, escaped=False) if '"' in text else ():
        said = (_unescaped(text[piece.start : piece.end]) for piece in row.pieces)
        yield row.gap.join(word for word in said if word not in exempt and "\\" not in word)


def _json_tokens(text: str) -> list[str] | None:
    """All strings, keys (duplicates included) and numbers of a JSON container or string. None for other text."""
    if text.lstrip()[:1] not in ("{", "[", '"'):
        return None
    tokens: list[str] = []

    def pairs(found: list[tuple[str, object]]) -> list[object]:
        tokens.extend(key for key, _ in found)
        return [value for _, value in found]

    try:
        root = json.loads(text, object_pairs_hook=pairs, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            tokens.append(value)
        elif isinstance(value, list):
            waiting.extend(value)
    return tokens


def _readings(text: str) -> list[str]:
    """Other readings of a text that is not JSON, one layer down, where they differ from it."""
    candidates = [
        _unescaped(text) if "\\" in text else text,
        unquote_plus(text) if "%" in text else text,
        html.unescape(text) if "&" in text else text,
        _QUOTED_PRINTABLE.sub(_printed, text) if "=" in text else text,
        _plain(text),
    ]
    readings = [reading for reading in candidates if reading != text]
    # A replacement amid escapes touches the letters that follow it and would hide where a word begins.
    readings += [_unescaped(run) for run in _ESCAPED_RUN.findall(text)] if "\\" in text else []
    for stretch in _BASE64.findall(text):
        readings += _decoded_base64(stretch)
    for stretch in _BASE64_SHORT.findall(text):
        letters = stretch.replace("-", "+").replace("_", "/")
        readings += _whole(base64.b64decode(letters + "=" * (-len(letters) % 4))) if len(letters) % 4 != 1 else []
    for stretch in _BASE32.findall(text):
        readings += _decoded_base32(stretch) if len(stretch) >= _LONG else _whole(_base32(stretch))
    for stretch in _HEX_APART.findall(text):
        readings += _readable(bytes.fromhex("".join(re.findall(r"[0-9A-Fa-f]{2}", stretch.replace("0x", "")))))
    for stretch in _HEX.findall(text):
        if len(stretch) < _LONG:
            readings += _whole(bytes.fromhex(stretch)) if len(stretch) % 2 == 0 else []
            continue
        for start in (0, 1):
            even = stretch[start : start + (len(stretch) - start) // 2 * 2]
            readings += _readable(bytes.fromhex(even))
    return readings


def _unescaped(text: str) -> str:
    """Decode backslash escapes of JSON and similar formats, whether or not the text is valid JSON."""

    def decode(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3] or match[4]
        if code or match[5]:
            number = int(code, 16) if code else int(match[5], 8)
            return chr(number) if number <= 0x10FFFF else ""
        return _SINGLE.get(match[6], match[6])

    joined = _ESCAPE.sub(decode, text)
    # Two escapes of a surrogate pair are one character.
    return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _printed(match: re.Match[str]) -> str:
    """The characters that a quoted-printable run stands for. A soft line break stands for none."""
    code = match[0].replace("=", "")
    return bytes.fromhex(code).decode("utf-8", "replace") if code.strip() else ""


def _domain_part(match: re.Match[str]) -> str:
    try:
        return match[1].encode().decode("punycode")
    except UnicodeError:
        return match[0]


def _plain(text: str) -> str:
    """Normalize a text to plain characters.

    Compatibility forms (full-width letters) are folded, invisible characters (soft hyphens, joiners) are dropped, and
    internationalized domain names are decoded.
    """
    named = _PUNYCODE.sub(_domain_part, text) if "--" in text else text
    if named.isascii():
        return named
    folded = unicodedata.normalize("NFKC", named)
    return "".join(character for character in folded if unicodedata.category(character) != "Cf")


def _decoded_base64(stretch: str) -> list[str]:
    """What a stretch may encode. Its first characters can belong to the text before it, so every offset is tried."""
    readings: list[str] = []
    letters = "".join(stretch.split()).replace("-", "+").replace("_", "/")
    for start in range(4):
        part = letters[start:]
        whole = part[: len(part) - 1] if len(part) % 4 == 1 else part
        readings += _readable(base64.b64decode(whole + "=" * (-len(whole) % 4)))
    return readings


def _decoded_base32(stretch: str) -> list[str]:
    return [reading for start in range(8) for reading in _readable(_base32(stretch[start:]))]


def _base32(stretch: str) -> bytes:
    part = stretch[: len(stretch) // 8 * 8]
    rest = stretch[len(part) :]
    whole = part + rest[: _WHOLE_BYTES[len(rest)]]
    return base64.b32decode(whole + "=" * (-len(whole) % 8))


_WHOLE_BYTES = (0, 0, 2, 2, 4, 5, 5, 7)
"""By number of left-over base32 letters: how many of them make whole bytes."""


def _numbered(stretch: str) -> list[str]:
    """What a list of numbers spells: bytes, or characters if a number is too large for a byte."""
    numbers = list(map(int, re.findall(r"[0-9]+", stretch)))
    if max(numbers) < 1 << 8:
        return _readable(bytes(numbers))
    return _READABLE.findall("".join(map(chr, numbers)))


def _whole(decoded: bytes) -> list[str]:
    """The text of a few bytes, if all of it is readable."""
    text = decoded.decode("utf-8", "replace")
    return [text] if _READABLE_SHORT.fullmatch(text) else []


def _readable(decoded: bytes) -> list[str]:
    """Runs of six or more printable characters. Shorter ones occur in any random bytes.

    Bytes with many zeros are read as UTF-16 too, in which Latin letters have a zero as every other byte.
    """
    readings = _READABLE.findall(decoded.decode("utf-8", "replace"))
    if 3 * decoded.count(0) > len(decoded):
        for order in ("utf-16-le", "utf-16-be"):
            for start in (0, 1):
                readings += _READABLE.findall(decoded[start:].decode(order, "replace"))
    return readings
