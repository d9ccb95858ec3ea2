"""How personal data is found."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from proxy.settings.base import Kind, Name, Regex, Seconds, Section, Share


class CustomPattern(Section):
    """An operator's own recognizer: a regular expression with words that make a match more likely."""

    kind: Kind
    name: Name
    regex: Regex
    score: Share = 0.6
    context: tuple[str, ...] = ()


class DenyList(Section):
    """Words that are always found, as this kind, whatever their case."""

    kind: Kind
    words: tuple[str, ...]


class Detection(Section):
    """How personal data is found."""

    recognizers: tuple[str, ...] | None = None
    """Names of the built-in recognizers to run; None: the shipped selection (``meeting-proxy detect --list``)."""
    disable: tuple[str, ...] = ()
    patterns: tuple[CustomPattern, ...] = ()
    allow: tuple[str, ...] = ()
    """Strings that are never findings (exact, whatever their case), such as the product's own name."""
    deny: tuple[DenyList, ...] = ()
    threshold: Share = 0.35
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    timeout_seconds: Seconds = 60
