"""How personal data is found.

Fields and defaults of a file of recognizers, and of the setting that names one, are those of Presidio's
``RecognizerRegistryProvider`` (`presidio_analyzer.input_validation`). What Presidio ignores silently is an error here.
Combinations of fields are checked where recognizers are known: `proxy.detection.presidio_recognizers`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr

from proxy.settings.base import Kind, Name, Regex, Seconds, Section, Sha256, Share

ENGLISH = "en"
DEFAULT_FLAGS = 26
"""``IGNORECASE | MULTILINE | DOTALL`` of the module `regex`, as in Presidio."""


def _by_name(entry: object) -> object:
    """Read an entry. A name alone means one of Presidio's own. Unknown fields of a disabled entry are dropped."""
    if isinstance(entry, str):
        return {"name": entry, "type": "predefined"}
    if isinstance(entry, dict) and entry.get("enabled") is False:
        return {field: value for field, value in entry.items() if field in PresidioRecognizer.model_fields}
    return entry


def _by_path(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]


class LanguageContext(Section):
    """A language, with the context words that make a match more likely in it."""

    language: Text
    context: tuple[Text, ...] | None = None


class PresidioPattern(Section):
    """A regular expression of the module `regex`, and the score of its matches."""

    name: str
    regex: Text
    score: Share


class PresidioRecognizer(Section):
    """One entry under ``recognizers``: one of Presidio's own by its class, or one made of patterns and words."""

    name: Text
    class_name: Text | None = None
    type: Literal["predefined", "custom"] | None = None
    enabled: bool = True
    supported_language: Text | None = None
    supported_languages: tuple[Annotated[LanguageContext | Text, Field(union_mode="left_to_right")], ...] | None = None
    supported_entity: Text | None = None
    supported_entities: tuple[Text, ...] | None = None
    context: tuple[Text, ...] | None = None
    patterns: tuple[PresidioPattern, ...] | None = None
    deny_list: tuple[Text, ...] | None = None
    deny_list_score: Share = 1.0
    score_thresholds: dict[str, Share] | None = None
    country_code: str | None = None

    @property
    def is_custom(self) -> bool:
        """Whether it has patterns or words of its own. An entry without ``type`` is custom if it has any."""
        return self.type == "custom" or (self.type is None and bool(self.patterns or self.deny_list))

    @property
    def class_(self) -> str:
        """The name of Presidio's class, for a predefined recognizer."""
        return self.class_name or self.name

    @property
    def entities(self) -> tuple[str, ...]:
        """The kinds that the entry names."""
        return (self.supported_entity,) if self.supported_entity is not None else self.supported_entities or ()

    def languages(self, otherwise: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...] | None]]:
        """Languages in which it runs, each with its context words (None: the entry has none).

        `otherwise`: the languages of the file, for an entry that names none.
        """
        own = (self.supported_language,) if self.supported_language is not None else self.supported_languages
        for each in own or otherwise:
            if isinstance(each, LanguageContext):
                yield each.language, each.context or self.context
            else:
                yield each, self.context


class PresidioRegistry(Section):
    """A whole file."""

    recognizers: Annotated[
        tuple[Annotated[PresidioRecognizer, BeforeValidator(_by_name)], ...],
        Field(min_length=1),
    ]
    supported_languages: tuple[Text, ...] | None = None
    """Languages of entries that name none. Absent: English, as in ``add_recognizers_from_yaml``.

    Presidio drops entries for other languages. Here they run on text in those languages.
    """
    global_regex_flags: int = DEFAULT_FLAGS

    def running(self) -> Iterator[tuple[PresidioRecognizer, str, tuple[str, ...] | None]]:
        """Each enabled recognizer, once for each of its languages, with its context words there."""
        for recognizer in self.recognizers:
            if recognizer.enabled:
                for language, context in recognizer.languages(self.supported_languages or (ENGLISH,)):
                    yield recognizer, language, context


class PresidioFile(Section):
    """Where a file of recognizers is. The settings, as shown or digested, hold its digest instead of its content."""

    file: str
    sha256: Sha256 | None = None
    """Digest of the file. If you write it, another file is refused; otherwise it is filled in when the file is read."""
    _registry: PresidioRegistry | None = PrivateAttr(default=None)

    @property
    def registry(self) -> PresidioRegistry | None:
        """The content of the file. None until it has been read."""
        return self._registry

    def with_registry(self, registry: PresidioRegistry, sha256: str | None = None) -> Self:
        """The same setting with the content of the file and its digest."""
        read = self.model_copy(update={"sha256": sha256 or self.sha256})
        read._registry = registry
        return read


PresidioPath = Annotated[PresidioFile, BeforeValidator(_by_path, json_schema_input_type=str | PresidioFile)]
"""A path, alone or with the digest that the file must have."""


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
    sha256: Sha256 | None = None
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
    """Text too short or too mixed to tell its language. It is searched as English and as what it resembles."""
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
    remember_mib: Annotated[int, Field(ge=0, le=65_536)] = 32
    """Memory for what was found in earlier requests, in MiB, so that text that is sent again costs nothing. 0: none."""

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
