"""How personal data is found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr

from proxy.settings.base import Kind, Name, Regex, Seconds, Section, Share
from proxy.settings.presidio_file import PresidioPath, PresidioRegistry

Case = Literal["any", "exact"]
"""``exact``: only as capitalized in the entry, or all in capitals. For entries that are also plain words."""


class CustomPattern(Section):
    """An operator's own recognizer: a regular expression, with context words that make a match more likely."""

    kind: Kind
    name: Name
    regex: Regex
    score: Share = 0.6
    context: tuple[str, ...] = ()


class DenyList(Section):
    """Words that are always found as this kind, with their plurals."""

    kind: Kind
    words: tuple[str, ...]
    case: Case = "any"


class WordFile(Section):
    """A file of words in UTF-8, one entry on each line. Empty lines and lines that begin with ``#`` are skipped.

    The words are not part of these settings when they are shown, stored or digested; the file's digest is. They are
    read once (`with_words`). Until then, `words` is None, and detection that needs them raises `OwnFault`.
    """

    file: str
    column: str | None = None
    """For a CSV file with a heading line: the column that holds the entries."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Digest of the file. If you write it, another file is refused; otherwise it is filled in when the file is read."""
    _words: tuple[str, ...] | None = PrivateAttr(default=None)

    @property
    def words(self) -> tuple[str, ...] | None:
        """The entries. None until the file has been read."""
        return self._words

    def with_words(self, words: Sequence[str], sha256: str | None = None) -> Self:
        """The same settings with the entries of the file and its digest."""
        read = self.model_copy(update={"sha256": sha256 or self.sha256})
        read._words = tuple(words)
        return read


class Dictionary(WordFile):
    """A file of words that are always found as this kind, such as code names or customers."""

    kind: Kind
    case: Case = "any"


class Languages(Section):
    """What becomes of requests with text in languages that detection does not fully cover (docs/languages.md)."""

    in_part: Literal["refuse", "patterns"] = "refuse"
    """Languages covered in part: refuse the request, or let it leave with what patterns and the roster find."""
    uncovered: Literal["refuse", "patterns"] = "refuse"
    """Languages for which nothing is configured at all: the same choice."""
    undecided: Literal["refuse", "patterns"] = "patterns"
    """Text whose language is uncertain because it is too short or too mixed. It is searched as English."""
    tolerated_share: Share = 0.1
    """A request is not refused for such text while it is at most this share of the words that may leave …"""
    tolerated_words: Annotated[int, Field(ge=0, le=1_000_000)] = 100
    """… and at most this many words."""


class Detection(Section):
    """How personal data is found."""

    recognizers: tuple[str, ...] | None = None
    """Names of the built-in recognizers to run. None: the shipped selection (``meeting-proxy detect --list``)."""
    disable: tuple[str, ...] = ()
    patterns: tuple[CustomPattern, ...] = ()
    presidio_recognizers: PresidioPath | None = None
    """A file of recognizers in Presidio's format. They run besides all others."""
    allow: tuple[str, ...] = ()
    """Strings that are never findings (as a whole, in any case), such as the product's own name."""
    allow_files: tuple[WordFile, ...] = ()
    """Files of such strings."""
    deny: tuple[DenyList, ...] = ()
    dictionaries: tuple[Dictionary, ...] = ()
    threshold: Share = 0.35
    languages: Languages = Languages()
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    timeout_seconds: Seconds = 60

    def packed(self) -> bytes:
        """These settings for a worker, with what was read from all files. See `unpacked`."""
        words = [file.words for file in (*self.allow_files, *self.dictionaries)]
        file = self.presidio_recognizers
        registry = file.registry.model_dump_json() if file is not None and file.registry is not None else None
        return json.dumps({"settings": self.model_dump_json(), "words": words, "registry": registry}).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """The settings that `packed` packed. Raises `ValueError` for anything else."""
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
"""Settings that a route adds to. All other settings that it names are replaced."""


class RouteDetection(Section):
    """Detection settings of one route.

    Patterns, deny lists and dictionaries are added to those of ``detection``. Every other setting given here replaces
    that of ``detection``.
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
    """Merged setting by setting: those not given here are as in ``detection.languages``."""

    def over(self, detection: Detection) -> Detection:
        """The detection settings of a route that has this section."""
        named: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        for field in ADDED:
            if field in named:
                named[field] = (*getattr(detection, field), *named[field])
        if "languages" in named:
            own = {name: getattr(self.languages, name) for name in self.languages.model_fields_set}
            named["languages"] = detection.languages.model_copy(update=own)
        return detection.model_copy(update=named)
