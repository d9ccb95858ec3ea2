"""The table of languages, of `proxy.languages`: what finds personal data in each, and how much of it.

English is covered whole: names, spoken forms, numbers. Every other language of the table is covered in part: the
parts that need no language run (e-mail addresses, links, keys, cards, IBANs, checksums, the operator's own patterns
and lists), names and addresses of the roster are found, telephone numbers are read by the countries where it is
spoken, and national numbers by their shape with context words of the language. Names outside the roster, places
and numbers said in words are found by the English parts alone, which is to say by chance.

A language that the table does not have is uncovered: nothing was chosen for it, though what needs no language
still runs. Codes are ISO 639-1, as language identification gives them.

National numbers by language: Presidio's recognizers with their context words, and those of `checksums`.

They are data: ``numbers`` in ``language.json`` of a language (`proxy.languages`), each with its kind, the recognizer by
its class, whether it is on, why, and what it says ``alone``, without a context word: ``weak``, ``never``, or what the
recognizer itself says. Kept apart from the English table because context words differ by language and the numbers would
be false findings elsewhere: any ten figures in an English meeting might pass for a Swedish personnummer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from proxy.detection.recognizers.table import NEVER_ALONE, WEAK_ALONE, Builtin, Trigger
from proxy.languages import codes, table

_DIGIT = Trigger(re.compile(r"\d"))
_ALONE = {"never": NEVER_ALONE, "weak": WEAK_ALONE, None: None}


def _number(told: Mapping[str, Any]) -> Builtin:
    """A row of ``numbers``."""
    alone = _ALONE[told.get("alone")]
    return Builtin(told["name"], (told["kind"],), told["on"], told["why"], told["recognizer"], _DIGIT, alone)


NATIONAL: Mapping[str, tuple[Builtin, ...]] = {
    code: tuple(map(_number, numbers)) for code in codes() if (numbers := table(code, "language").get("numbers"))
}
"""By ISO 639-1 code of the language. Languages without an entry have no national numbers that are looked for."""


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
