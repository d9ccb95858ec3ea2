"""The table of languages, of `proxy.languages`: what finds personal data in each, and how much of it.

English is covered whole: names, spoken forms, numbers. Every other language of the table is covered in part: the
parts that need no language run (e-mail addresses, links, keys, cards, IBANs, checksums, the operator's own patterns
and lists), names and addresses of the roster are found, telephone numbers are read by the countries where it is
spoken, and national numbers by their shape with context words of the language. Names outside the roster, places
and numbers said in words are found by the English parts alone, which is to say by chance.

A language that the table does not have is uncovered: nothing was chosen for it, though what needs no language
still runs. Codes are ISO 639-1, as language identification gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from proxy.languages import codes, table
from proxy.redaction.languages.national_table import NATIONAL
from proxy.redaction.recognizers.table import Builtin


class Tier(StrEnum):
    """How much of the personal data in a text detection is made to find."""

    FULL = "full"
    IN_PART = "in_part"
    UNCOVERED = "uncovered"
    UNDECIDED = "undecided"
    """Too little text, or too mixed, to say what language it is."""


class Language(NamedTuple):
    """A language of the table: its English name, and the countries whose telephone numbers are read in it."""

    name: str
    regions: tuple[str, ...]
    tier: Tier = Tier.IN_PART


UNDECIDED = "und"
"""ISO 639-2 for undetermined."""
AUTO = "auto"
"""In the settings: no language is expected; what is found in the text runs."""

LANGUAGES: Mapping[str, Language] = {
    code: Language(told["name"], tuple(told["regions"]), Tier(told["tier"]))
    for code in codes()
    for told in (table(code, "language"),)
}


COVERED = tuple(code for code, language in LANGUAGES.items() if language.tier is Tier.FULL)
"""Languages that the model knows; the first is detected for where nothing else is said."""


def tier_of(code: str) -> Tier:
    """How much is covered of text in the language with this code."""
    if code == UNDECIDED:
        return Tier.UNDECIDED
    known = LANGUAGES.get(code)
    return known.tier if known else Tier.UNCOVERED


def national(code: str) -> tuple[Builtin, ...]:
    """The recognizers of national numbers for a language; English has its own in the table of all recognizers."""
    return NATIONAL.get(code, ())
