"""Lines that a client always writes: told by digests, so that a profile holds none of the words of its prompts."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

from proxy.model import Span

DIGEST_CHARACTERS = 32
"""Hexadecimal digits of a digest: 128 bits."""


def digest(line: str) -> str:
    """The digest of a line, white space aside."""
    return hashlib.sha256(" ".join(line.split()).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_CHARACTERS]


def holds_words(line: str) -> bool:
    """Whether a line says anything: rules and fences need no digest."""
    return any(map(str.isalnum, line))


def proven(text: str, span: Span, known: Collection[str]) -> Iterator[tuple[Span, bool]]:
    """A stretch of text in parts: True for lines that the client is known to write, False for all others."""
    start = at = span.start
    before = True
    for line in text[span.start : span.end].splitlines(keepends=True):
        known_line = not holds_words(line) or digest(line) in known
        if known_line != before and at > start:
            yield Span(start, at), before
            start = at
        before = known_line
        at += len(line)
    if at > start:
        yield Span(start, at), before
