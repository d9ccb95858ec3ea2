"""What purposes are called and mean, in the words of the organization, for whoever is asked and for whoever reads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from proxy.settings.base import Section
from proxy.settings.lines import Line, Sentence

PageLanguage = Literal["en", "de", "fr", "es", "pl", "nl", "ar"]

InLanguages = Line | Annotated[dict[PageLanguage, Line], Field(min_length=1)]
"""A line for all languages, or one for each."""
SentenceInLanguages = Sentence | Annotated[dict[PageLanguage, Sentence], Field(min_length=1)]
"""A sentence for all languages, or one for each."""


class PurposeWords(Section):
    """The words for a purpose: one text for all languages, or one for each."""

    title: InLanguages | None = None
    """What people call the purpose. None: the product's own title; of your own purpose (``x-…``), its name."""
    description: SentenceInLanguages | None = None
    """A sentence that says what happens. None: the product's own; nobody is asked for a purpose of yours without it."""

    def title_in(self, language: str) -> str | None:
        """The title in this language, else in the first one that is written."""
        return written_in(self.title, language)

    def description_in(self, language: str) -> str | None:
        """The description in this language, else in the first one that is written."""
        return written_in(self.description, language)


def written_in(written: str | dict[PageLanguage, str] | None, language: str) -> str | None:
    """Return a text in this language, else in the first one that is written."""
    if not isinstance(written, dict):
        return written
    return next((text for code, text in written.items() if code == language), next(iter(written.values()), None))
