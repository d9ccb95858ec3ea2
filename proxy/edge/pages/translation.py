"""Languages of the pages: gettext catalogues, choosing a language, and dates in words.

English is the source: its sentences are the message ids. A language is offered if its catalogue is present.
"""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from unicodedata import bidirectional

from proxy.edge.pages import labels

LOCALE = Path(__file__).parents[2] / "locale"
DOMAIN = "consent"

NAMES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pl": "Polski",
    "nl": "Nederlands",
    "ar": "العربية",
}
"""Each language by its own name, so that its readers find it."""

_RIGHT_TO_LEFT = frozenset({"ar"})
_TURNING = frozenset({"R", "AL", "RLE", "RLO", "LRE", "LRO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True)
class Language:
    """One language of the pages."""

    code: str
    catalogue: gettext.NullTranslations

    @property
    def name(self) -> str:
        """The language's own name."""
        return NAMES[self.code]

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, for the ``dir`` attribute."""
        return "rtl" if self.code in _RIGHT_TO_LEFT else "ltr"

    def say(self, message: str, **values: object) -> str:
        """Return a message in this language with `values` in its ``{places}``.

        Values that may run against the direction of the sentence are isolated (Unicode UAX #9): an id, a date or a name
        in the other direction must not reorder the text around it.
        """
        shown = {name: self._isolated(str(value)) for name, value in values.items()}
        translated = self.catalogue.gettext(message)
        return translated.format(**shown) if shown else translated

    def say_of(self, child: str | None, message: str, **values: object) -> str:
        """As `say`, about the words of the minor with this name where there is one, and not about the reader's own."""
        return (
            self.say(message, **values) if child is None else self.say(labels.OF_CHILD[message], name=child, **values)
        )

    def days(self, number: int) -> str:
        """Return a number of days in words, in the plural form of this language."""
        words = self.catalogue.ngettext("{number} day", "{number} days", number)
        return words.format(number=self._isolated(str(number)))

    def times(self, number: int) -> str:
        """Return how often something happened, in the plural form of this language."""
        words = self.catalogue.ngettext("{number} time", "{number} times", number)
        return words.format(number=self._isolated(str(number)))

    def pieces(self, number: int) -> str:
        """Return a number of pieces of speech in words, in the plural form of this language."""
        words = self.catalogue.ngettext("{number} piece of speech", "{number} pieces of speech", number)
        return words.format(number=self._isolated(str(number)))

    def characters(self, number: int) -> str:
        """Return a number of characters in words, in the plural form of this language."""
        words = self.catalogue.ngettext("{number} character", "{number} characters", number)
        return words.format(number=self._isolated(str(number)))

    def listed(self, messages: Sequence[str]) -> str:
        """Return several messages as one list, in this language."""
        first, *rest = map(self.say, messages)
        for each in rest:
            first = self.say(labels.AND).format(first=first, second=each)
        return first

    def date(self, at: datetime, zone: tzinfo = UTC) -> str:
        """Return a date and time of day in words, with its time zone."""
        try:
            there = at.astimezone(zone)
        except OverflowError:  # "until 9999": there is no such date further east
            there = at.astimezone(UTC)
        # Not isolated piece by piece: the month's name gives the date its direction.
        return self.say(labels.DATE).format(
            day=there.day,
            month=self.say(labels.MONTHS[there.month - 1]),
            year=there.year,
            time=f"{there:%H:%M}",
            zone=there.tzname(),
        )

    def _isolated(self, value: str) -> str:
        turns = self.direction == "rtl" or any(bidirectional(each) in _TURNING for each in value)
        return f"{_FIRST_STRONG_ISOLATE}{value}{_POP_ISOLATE}" if turns else value


def languages(codes: Sequence[str]) -> dict[str, Language]:
    """Return the languages with these codes, in this order. Reads their catalogues."""
    return {code: Language(code, _catalogue(code)) for code in codes}


def _catalogue(code: str) -> gettext.NullTranslations:
    if code == "en":
        return gettext.NullTranslations()
    with (LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def choose(offered: dict[str, Language], asked: str | None, accept: str | None) -> Language:
    """Return the language that was asked for, else the best match of Accept-Language, else the first offered."""
    if asked in offered:
        return offered[asked]
    for code in accepted(accept or ""):
        if code in offered:
            return offered[code]
    return next(iter(offered.values()))


def accepted(header: str) -> list[str]:
    """Return the primary language codes of an Accept-Language header (RFC 9110 §12.5.4), most wanted first."""
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate(header[:500].split(",")):
        tag, _, parameter = part.strip().partition(";")
        name, _, written = parameter.strip().partition("=")
        try:
            quality = float(written) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        if tag and 0 < quality <= 1:
            wanted.append((-quality, position, tag.split("-")[0].lower()))
    return [code for _, _, code in sorted(wanted)]
