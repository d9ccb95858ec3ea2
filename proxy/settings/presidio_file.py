"""A file of recognizers as Presidio's ``RecognizerRegistryProvider`` reads it, and the setting that names one.

Fields and defaults are Presidio's (`presidio_analyzer.input_validation`); what Presidio passes over in silence is an
error here. What the fields may not say together is checked where recognizers are known: `redaction.recognizers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr

from proxy.settings.base import Section, Share

ENGLISH = "en"
DEFAULT_FLAGS = 26
"""``IGNORECASE | MULTILINE | DOTALL`` of the module `regex`, as in Presidio."""


def _by_name(entry: object) -> object:
    """A recognizer that is named alone is one of Presidio's own; of one that is switched off its settings are not."""
    if isinstance(entry, str):
        return {"name": entry, "type": "predefined"}
    if isinstance(entry, dict) and entry.get("enabled") is False:
        return {field: value for field, value in entry.items() if field in PresidioRecognizer.model_fields}
    return entry


def _by_path(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]


class LanguageContext(Section):
    """A language with the words that make a match more likely in it."""

    language: Text
    context: tuple[Text, ...] | None = None


class PresidioPattern(Section):
    """A regular expression of the module `regex`, and how sure a match of it is."""

    name: str
    regex: Text
    score: Share


class PresidioRecognizer(Section):
    """One entry below ``recognizers``: one of Presidio's by its class, or one of patterns and words."""

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
        """Whether it brings patterns or words of its own, which an entry without ``type`` shows by having them."""
        return self.type == "custom" or (self.type is None and bool(self.patterns or self.deny_list))

    @property
    def class_(self) -> str:
        """The name of Presidio's class, for one that is predefined."""
        return self.class_name or self.name

    @property
    def entities(self) -> tuple[str, ...]:
        """The kinds that the entry names."""
        return (self.supported_entity,) if self.supported_entity is not None else self.supported_entities or ()

    def languages(self, otherwise: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...] | None]]:
        """Languages in which it is to run, each with its words of context (None: the entry has none).

        `otherwise` are those of the file, for an entry that names none.
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
    """Languages of entries that name none; absent: English, as ``add_recognizers_from_yaml`` has it.

    Presidio drops what is written for other languages; here it runs on text in these.
    """
    global_regex_flags: int = DEFAULT_FLAGS

    def running(self) -> Iterator[tuple[PresidioRecognizer, str, tuple[str, ...] | None]]:
        """Each recognizer that is not switched off, with each language and its words of context there."""
        for recognizer in self.recognizers:
            if recognizer.enabled:
                for language, context in recognizer.languages(self.supported_languages or (ENGLISH,)):
                    yield recognizer, language, context


class PresidioFile(Section):
    """Where a file of recognizers is. Its content is no part of the settings as shown or digested: its digest is."""

    file: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Digest of the file. Written by you, another file is refused; else it is filled in when the file is read."""
    _registry: PresidioRegistry | None = PrivateAttr(default=None)

    @property
    def registry(self) -> PresidioRegistry | None:
        """What is in the file; None as long as it was not read."""
        return self._registry

    def with_registry(self, registry: PresidioRegistry, sha256: str | None = None) -> Self:
        """The same with what is in the file, and with its digest."""
        read = self.model_copy(update={"sha256": sha256 or self.sha256})
        read._registry = registry
        return read


PresidioPath = Annotated[PresidioFile, BeforeValidator(_by_path, json_schema_input_type=str | PresidioFile)]
"""A path alone, or a path with the digest that the file must have."""
