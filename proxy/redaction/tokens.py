r"""The grammar of pseudonyms in the forms that models give them, whole and unfinished.

A pseudonym is ``KIND_number`` (``PERSON_3``, ``PHONE_NUMBER_12``); an address of a known person is
``PERSON_3_EMAIL``, a second one ``PERSON_3_EMAIL_2``. Models change the case, escape the underscore for Markdown
(``PERSON\\_3``) or JSON (``\\\\_``, ``\\u005f``), write a space or a hyphen for it, and put brackets around.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from proxy.redaction.wording.folded import WORD

REACH = 320
"""No form of a pseudonym is longer, in characters; more text decides nothing."""

CONTEXT = 7
"""How many characters before a pseudonym its left border can depend on (a JSON escape and what is before it)."""

_SPACE = " \u00a0\u202f"
_HYPHEN = "\\-\u2010-\u2015\u2212"
_UNDERSCORE = r"\\{0,2}_"
_IN_JSON = r"\\u005[fF]|\\u201[0-5]|\\u2212"
_PART_IN_JSON = r"\\(?:\\|u(?:0(?:0(?:5)?)?|2(?:0(?:1)?|2(?:1)?)?)?)?"
_LEFT = rf"(?<!{WORD})"
_LEFT_IN_JSON = rf"(?:{_LEFT}|(?<=(?<!\\)\\[bfnrt])|(?<=(?<!\\)\\\\\\[bfnrt])|(?<=(?<!\\)\\u[0-9a-fA-F]{{4}}))"
_OPEN = r"[\[<{]"
_OPEN_TWICE = r"\[\[|<<|\{\{"


@dataclass(frozen=True, slots=True)
class Grammar:
    """Patterns for the pseudonyms of some kinds.

    `token` finds a whole one (groups ``open emphasis kind gap number tie email second``), `chained` the same
    directly after another, without a left border. `unfinished` finds the start of the shortest end of a text that
    may still become one, or go on; `unfinished_chained` the same directly after another. `gaps` are what may
    stand for underscores.
    """

    token: re.Pattern[str]
    chained: re.Pattern[str]
    unfinished: re.Pattern[str]
    unfinished_chained: re.Pattern[str]
    gaps: re.Pattern[str]


@lru_cache(maxsize=64)
def grammar(kinds: frozenset[str], json_string: bool) -> Grammar:
    """The grammar for these kinds (at least one)."""
    underscore = rf"{_UNDERSCORE}|{_IN_JSON}" if json_string else _UNDERSCORE
    gap, tie = rf"(?:{underscore}|[{_HYPHEN}{_SPACE}])", rf"(?:{underscore}|[{_HYPHEN}])"
    part = _PART_IN_JSON if json_string else r"\\{1,2}"
    left = _LEFT_IN_JSON if json_string else _LEFT
    ordered = sorted(kinds, key=lambda kind: (-len(kind), kind))

    names = "|".join(gap.join(map(re.escape, kind.split("_"))) for kind in ordered)
    first = "".join(sorted({re.escape(kind[0]) for kind in ordered}))
    token = (
        rf"(?=[{first}\[<{{_])(?:(?P<open>{_OPEN_TWICE}|{_OPEN})|(?P<emphasis>%s_{{1,2}})|%s)"
        rf"(?P<kind>{names})(?P<gap>{gap})(?P<number>[1-9][0-9]{{0,8}})(?![0-9])"
        rf"(?:(?P<tie>{tie})(?P<email>EMAIL)(?![0-9])(?:{tie}(?P<second>[1-9][0-9]{{0,3}})(?![0-9]))?)?"
        rf"(?(emphasis)(?=(?P=emphasis)(?!{WORD})))"
    )
    address = _beginnings("_EMAIL_", tie, part, "[0-9]{1,4}")
    kinds_begun = "|".join(_beginnings(kind, gap, part) for kind in ordered)
    begun = rf"(?:(?:{names})(?:{gap}(?:[0-9]{{1,9}}(?:{address})?)?|{part})|{kinds_begun})"
    unfinished = (
        rf"(?=[{first}\[<{{_])(?:(?P<twice>{_OPEN_TWICE})|{_OPEN}|(?P<emphasis>%s_{{1,2}})|%s(?=[{first}]))"
        rf"{begun}?(?(twice)[\]>}}]?)(?(emphasis)_{{0,2}})\Z"
    )
    return Grammar(
        token=re.compile(token % (left, left), re.I),
        chained=re.compile(token % ("", ""), re.I),
        unfinished=re.compile(unfinished % (left, left), re.I),
        unfinished_chained=re.compile(unfinished % ("", ""), re.I),
        gaps=re.compile(gap),
    )


def _beginnings(form: str, gap: str, part: str, last: str = "") -> str:
    """A pattern for every beginning of `form`, of one character at least; underscores stand for gaps.

    `part` is the beginning of a gap of several characters, `last` what follows the whole form.
    """
    pattern = last
    for char in reversed(form):
        more = f"(?:{pattern})?" if pattern else ""
        pattern = rf"(?:{gap}{more}|{part})" if char == "_" else re.escape(char) + more
    return pattern


def lookalikes(texts: Sequence[str], kinds: Iterable[str]) -> dict[str, frozenset[int]]:
    """Numbers by kind that occur in the texts as if they were pseudonyms, in any form and anywhere.

    Such numbers are not given out, so what a participant typed is never taken for a pseudonym.
    """
    gap = rf"(?:{_UNDERSCORE}|{_IN_JSON}|[{_HYPHEN}\s])"
    taken: dict[str, frozenset[int]] = {}
    for kind in kinds:
        name = gap.join(map(re.escape, kind.split("_")))
        pattern = re.compile(rf"{name}{gap}([1-9][0-9]{{0,8}})", re.I)
        taken[kind] = frozenset(int(match[1]) for text in texts for match in pattern.finditer(text))
    return taken
