"""A file of recognizers in the format of Presidio's ``RecognizerRegistryProvider``, and the setting that names one.

Fields and defaults are Presidio's (`presidio_analyzer.input_validation`). What Presidio ignores silently is an error
here. Combinations of fields are checked where recognizers are known: `proxy.detection.presidio_recognizers`.
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
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
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
