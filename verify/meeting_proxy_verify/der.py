"""Reads DER (X.690, section 10): one way to write each value, so that what was signed is what is read."""

from __future__ import annotations

from dataclasses import dataclass

BOOLEAN, INTEGER, OCTETS, OID, SEQUENCE, SET, TIME = 0x01, 0x02, 0x04, 0x06, 0x30, 0x31, 0x18
"""The first byte of universal types; TIME is GeneralizedTime."""


class DerError(Exception):
    """What was read is not DER, or not of the type that stands here."""


def context(number: int, constructed: bool = True) -> int:
    """The first byte of a value with a context-specific tag."""
    return (0xA0 if constructed else 0x80) | number


@dataclass(frozen=True)
class Value:
    """One value: its first byte, its content, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def expect(self, tag: int) -> Value:
        """The same value, if it is of this type."""
        if self.tag != tag:
            raise DerError
        return self

    def parts(self) -> list[Value]:
        """The values in it."""
        found, at = [], 0
        while at < len(self.content):
            found.append(_read(self.content, at))
            at += len(found[-1].whole)
        return found

    def only(self) -> Value:
        """The one value in it."""
        found = self.parts()
        if len(found) != 1:
            raise DerError
        return found[0]

    def number(self) -> int:
        """The value of an integer."""
        content = self.expect(INTEGER).content
        if not content or (len(content) > 1 and content[0] in (0, 0xFF) and content[0] >> 7 == content[1] >> 7):
            raise DerError
        return int.from_bytes(content, "big", signed=True)

    def oid(self) -> str:
        """The value of an object identifier, with dots."""
        content = self.expect(OID).content
        arcs, arc = list[int](), 0
        for at, byte in enumerate(content):
            if arc == 0 and byte == 0x80:
                raise DerError
            arc = arc << 7 | byte & 0x7F
            if not byte & 0x80:
                arcs.append(arc)
                arc = 0
            elif at == len(content) - 1 or len(content) > 64:
                raise DerError
        if not arcs:
            raise DerError
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def read(data: bytes) -> Value:
    """The one value that these bytes are. Raises `DerError`."""
    found = _read(data, 0)
    if len(found.whole) != len(data):
        raise DerError
    return found


def _read(data: bytes, at: int) -> Value:
    if len(data) - at < 2 or data[at] & 0x1F == 0x1F:
        raise DerError
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        digits = data[start : start + count]
        length, start = int.from_bytes(digits, "big"), start + count
        if not 1 <= count <= 4 or len(digits) < count or not digits[0] or length < 0x80:
            raise DerError
    end = start + length
    if end > len(data):
        raise DerError
    return Value(data[at], data[start:end], data[at:end])
