"""Content codings (RFC 9110 §8.4.1), decoded piece by piece within limits: a small message may hold a huge one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

CODINGS = ("identity", "gzip", "deflate")
MAX_RATIO = 100
"""Decoded bytes per encoded byte. Text reaches 3 to 20, a decompression bomb 1000."""

_FREE = 64 << 10
_PIECE = 64 << 10
_WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class UnknownCoding(Exception):
    """A content coding that is not listed, or more than one."""


class TooLarge(Exception):
    """More bytes than the limit, or a ratio above `MAX_RATIO`."""


class BrokenCoding(Exception):
    """The bytes do not match their declared coding, or end too early or too late."""


class Decoder:
    """Decodes one body. The sum of all pieces is at most `limit` bytes."""

    def __init__(self, coding: str | None, limit: int) -> None:
        name = (coding or "identity").strip().lower()
        if name != "identity" and name not in _WBITS:
            raise UnknownCoding
        self._inflate = None if name == "identity" else zlib.decompressobj(_WBITS[name])
        self._limit = limit
        self._taken = self._given = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield decoded pieces. Raises `TooLarge` or `BrokenCoding`."""
        self._taken += len(piece)
        if self._inflate is None:
            yield self._counted(piece)
            return
        while piece:
            if self._inflate.eof:
                raise BrokenCoding
            try:
                decoded = self._inflate.decompress(piece, _PIECE)
            except zlib.error:
                raise BrokenCoding from None
            piece = self._inflate.unconsumed_tail or self._inflate.unused_data
            if decoded:
                yield self._counted(decoded)

    def close(self) -> None:
        """End the body. Raises `BrokenCoding` if the coding is incomplete. An empty body is always complete."""
        if self._inflate is not None and self._taken and not self._inflate.eof:
            raise BrokenCoding

    def _counted(self, decoded: bytes) -> bytes:
        self._given += len(decoded)
        dense = self._inflate is not None and self._given > _FREE + MAX_RATIO * self._taken
        if self._given > self._limit or dense:
            raise TooLarge
        return decoded
