"""The table of languages, from `proxy.languages`: what finds personal data in each, and how much of it.

English is fully covered: names, spoken forms, numbers. Every other language of the table is covered in part. The parts
that need no language run (e-mail addresses, links, keys, cards, IBANs, checksums, the operator's own patterns and
lists). Names and addresses of the roster are found. Telephone numbers are read by the countries where the language is
spoken, and national numbers by their shape with context words of the language. What is said in words, and street
addresses, are found in languages that have a table of these (``spoken.json``, ``address.json``). In the languages of
`NAMED`, a model finds names of people, places and organizations. In the others names outside the roster and places are
found only by the English parts, that is by chance.

A language that is not in the table is uncovered: nothing was chosen for it, but what needs no language still runs.
Codes are ISO 639-1, as language identification returns them.

National numbers are data: ``numbers`` in the ``language.json`` of a language. Each row has its kind, whether it is on,
why, and its score ``alone``, without a context word: ``weak``, ``never``, or the recognizer's own score. It is found by
a recognizer of Presidio's with its context words (by its class), or by its ``shape`` with a ``score``, ``context``
words and the ``check`` of python-stdnum (`checksums`). ``named`` are names by which it is known in any language; a
number that is sure enough is looked for ``anywhere`` (`named`). The others are kept apart from the English table
because context words differ by language, and because the numbers would be false findings elsewhere: any ten digits in
an English meeting might pass for a Swedish personnummer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from proxy.detection.recognizers.table import NEVER_ALONE, WEAK_ALONE, Builtin, NumberShape, Own, Trigger
from proxy.languages import codes, table

_DIGIT = Trigger(re.compile(r"\d"))
_ALONE = {"never": NEVER_ALONE, "weak": WEAK_ALONE, None: None}


def _number(told: Mapping[str, Any]) -> Builtin:
    """The recognizer of one row of ``numbers``."""
    alone = _ALONE[told.get("alone")]
    made_by, shape = told.get("recognizer", Own.NUMBERS), None
    if made_by is Own.NUMBERS:
        shape = NumberShape(
            told["shape"], told["score"], tuple(told["context"]), told.get("check"), told.get("varied", False)
        )
    return Builtin(
        told["name"],
        (told["kind"],),
        told["on"],
        told["why"],
        made_by,
        _DIGIT,
        alone,
        shape=shape,
        named=tuple(told.get("named", ())),
        anywhere=told.get("anywhere", False),
    )


NATIONAL: Mapping[str, tuple[Builtin, ...]] = {
    code: tuple(map(_number, numbers)) for code in codes() if (numbers := table(code, "language").get("numbers"))
}
"""Recognizers by the ISO 639-1 code of the language. For other languages no national numbers are searched for."""


class Tier(StrEnum):
    """How much of the personal data in a text detection is built to find."""

    FULL = "full"
    IN_PART = "in_part"
    UNCOVERED = "uncovered"
    UNDECIDED = "undecided"
    """The text is too short or too mixed to identify its language."""


class Language(NamedTuple):
    """A language of the table: its English name, and the countries whose telephone numbers are read in it."""

    name: str
    regions: tuple[str, ...]
    tier: Tier = Tier.IN_PART


UNDECIDED = "und"
"""ISO 639-2 code for undetermined."""
AUTO = "auto"
"""In the settings: no language is expected; what is found in the text runs."""

LANGUAGES: Mapping[str, Language] = {
    code: Language(told["name"], tuple(told["regions"]), Tier(told["tier"]))
    for code in codes()
    for told in (table(code, "language"),)
}


COVERED = tuple(code for code, language in LANGUAGES.items() if language.tier is Tier.FULL)
"""Languages that the model knows; the first is the default."""

MULTILINGUAL = frozenset("ca cs da de es et fi fr hr hu id it lt lv nl no pl pt ro sk sl sv tr vi".split())
"""Languages covered in part, all of Latin script, in which the multilingual model finds names."""
SCRIPTS = frozenset("ar bg hi ja ko ru sr uk zh".split())
"""Languages covered in part in which the model of other scripts finds names."""
NAMED = MULTILINGUAL | SCRIPTS


def tier_of(code: str) -> Tier:
    """How much is covered of a text in the language with this code."""
    if code == UNDECIDED:
        return Tier.UNDECIDED
    known = LANGUAGES.get(code)
    return known.tier if known else Tier.UNCOVERED


def national(code: str) -> tuple[Builtin, ...]:
    """The recognizers of a language's national numbers; those of English are in the table of all recognizers."""
    return NATIONAL.get(code, ())
