"""How personal data is found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr

from proxy.settings.base import Kind, Name, Regex, Seconds, Section, Share
from proxy.settings.presidio_file import PresidioPath, PresidioRegistry

Case = Literal["any", "exact"]
"""``exact``: only with the capitals of the entry, or all in capitals; for entries that are plain words as well."""


class CustomPattern(Section):
    """An operator's own recognizer: a regular expression with words that make a match more likely."""

    kind: Kind
    name: Name
    regex: Regex
    score: Share = 0.6
    context: tuple[str, ...] = ()


class DenyList(Section):
    """Words that are always found, as this kind, with their plurals."""

    kind: Kind
    words: tuple[str, ...]
    case: Case = "any"


class WordFile(Section):
    """A file of words, one entry a line: UTF-8, empty lines and lines that begin with ``#`` are passed over.

    The words are no part of these settings as they are shown, stored or digested, which hold the file's digest
    instead: they are read once (`with_words`), and whoever needs them before that is told so.
    """

    file: str
    column: str | None = None
    """Of a CSV file with a heading line: the column that holds the entries."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Digest of the file. Written by you, another file is refused; else it is filled in when the file is read."""
    _words: tuple[str, ...] | None = PrivateAttr(default=None)

    @property
    def words(self) -> tuple[str, ...] | None:
        """The entries; None as long as the file was not read."""
        return self._words

    def with_words(self, words: Sequence[str], sha256: str | None = None) -> Self:
        """The same with the entries of the file, and with its digest."""
        read = self.model_copy(update={"sha256": sha256 or self.sha256})
        read._words = tuple(words)
        return read


class Dictionary(WordFile):
    """A file of words that are always found, as this kind: code names, customers."""

    kind: Kind
    case: Case = "any"


class Languages(Section):
    """What becomes of requests with text in languages that detection does not cover whole (docs/languages.md)."""

    in_part: Literal["refuse", "patterns"] = "refuse"
    """Languages covered in part: refuse the request, or let it leave with what patterns and the roster find."""
    uncovered: Literal["refuse", "patterns"] = "refuse"
    """Languages for which nothing was chosen at all: likewise."""
    undecided: Literal["refuse", "patterns"] = "patterns"
    """Text of which the language is not sure: too short, or too mixed. It is searched as English is."""
    tolerated_share: Share = 0.1
    """A request is not refused for such text while it is at most this share of the words that may leave …"""
    tolerated_words: Annotated[int, Field(ge=0, le=1_000_000)] = 100
    """… and at most this many of them."""


class Detection(Section):
    """How personal data is found."""

    recognizers: tuple[str, ...] | None = None
    """Names of the built-in recognizers to run; None: the shipped selection (``meeting-proxy detect --list``)."""
    disable: tuple[str, ...] = ()
    patterns: tuple[CustomPattern, ...] = ()
    presidio_recognizers: PresidioPath | None = None
    """A file of recognizers as Presidio reads it, which run beside all others."""
    allow: tuple[str, ...] = ()
    """Strings that are never findings (whole, whatever their case), such as the product's own name."""
    allow_files: tuple[WordFile, ...] = ()
    """Files of such strings."""
    deny: tuple[DenyList, ...] = ()
    dictionaries: tuple[Dictionary, ...] = ()
    threshold: Share = 0.35
    languages: Languages = Languages()
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    timeout_seconds: Seconds = 60

    def packed(self) -> bytes:
        """These settings for a worker, with what was read of all files; see `unpacked`."""
        words = [file.words for file in (*self.allow_files, *self.dictionaries)]
        file = self.presidio_recognizers
        registry = file.registry.model_dump_json() if file is not None and file.registry is not None else None
        return json.dumps({"settings": self.model_dump_json(), "words": words, "registry": registry}).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """What `packed` packed. Raises `ValueError` for anything else."""
        content: dict[str, Any] = json.loads(packed)
        bare, words = cls.model_validate_json(content["settings"]), iter(content["words"])
        filled: dict[str, Any] = {
            field: tuple(file if (read := next(words)) is None else file.with_words(read) for file in files)
            for field, files in (("allow_files", bare.allow_files), ("dictionaries", bare.dictionaries))
        }
        if bare.presidio_recognizers is not None and content["registry"] is not None:
            registry = PresidioRegistry.model_validate_json(content["registry"])
            filled["presidio_recognizers"] = bare.presidio_recognizers.with_registry(registry)
        return bare.model_copy(update=filled)


ADDED = ("patterns", "deny", "dictionaries")
"""Settings that a route adds to; it replaces all others that it names."""


class RouteDetection(Section):
    """What one route does differently. Patterns, deny lists and dictionaries are added to those of ``detection``;
    every other setting that stands here replaces that of ``detection``.
    """

    recognizers: tuple[str, ...] | None = None
    disable: tuple[str, ...] = ()
    patterns: tuple[CustomPattern, ...] = ()
    allow: tuple[str, ...] = ()
    allow_files: tuple[WordFile, ...] = ()
    deny: tuple[DenyList, ...] = ()
    dictionaries: tuple[Dictionary, ...] = ()
    threshold: Share = 0.35
    languages: Languages = Languages()
    """Taken over setting by setting: what is not named here is as in ``detection.languages``."""

    def over(self, detection: Detection) -> Detection:
        """The detection of a route that has this section."""
        named: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        for field in ADDED:
            if field in named:
                named[field] = (*getattr(detection, field), *named[field])
        if "languages" in named:
            own = {name: getattr(self.languages, name) for name in self.languages.model_fields_set}
            named["languages"] = detection.languages.model_copy(update=own)
        return detection.model_copy(update=named)
