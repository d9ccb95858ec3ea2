"""Decode the strings of JSON character by character."""

from __future__ import annotations

from typing import Self

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_HEX = frozenset("0123456789abcdefABCDEF")


class JsonStrings:
    """Reads one document, or what may be one: what stands outside of strings is read as what stands in them."""

    def __init__(self) -> None:
        self._escape = ""
        self._high = 0  # the first half of a surrogate pair, as a number

    def copy(self) -> Self:
        """A reader that continues from here independently."""
        other = type(self)()
        other._escape, other._high = self._escape, self._high
        return other

    @property
    def in_escape(self) -> bool:
        """Whether the last character is part of an incomplete escape."""
        return bool(self._escape or self._high)

    def read(self, char: str) -> str | None:
        """The character that the JSON now stands for; empty inside an escape, None at either end of a string."""
        if self._escape:
            return self._escaped(char)
        if char == "\\":
            self._escape = char
            return ""
        self._high = 0
        return None if char == '"' else char

    def _escaped(self, char: str) -> str | None:
        if self._escape == "\\":
            self._escape = "\\u" if char == "u" else ""
            return "" if self._escape else _ESCAPES.get(char, char)
        if char not in _HEX:
            self._escape = ""
            return self.read(char)
        self._escape += char
        if len(self._escape) < 6:
            return ""
        code, high = int(self._escape[2:], 16), self._high
        self._escape, self._high = "", code if 0xD800 <= code < 0xDC00 else 0
        if self._high:
            return ""
        return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high and 0xDC00 <= code < 0xE000 else code)
