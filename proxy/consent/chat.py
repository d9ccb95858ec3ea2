"""What a message in a meeting's chat says about consent: a no in many words, a yes in one form alone, mostly nothing.

A no is any refusal that is read in speech (`aloud`), a bid to switch the AI off too, a message that is one in any
language (``consent.txt``), a plain no to a question that was posted, or ``NO summary``. A yes is the keyword of a
question that was posted, such as ``YES summary``, and no other word: what somebody writes about something else is
never taken for one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from proxy.consent.aloud import refuses_aloud
from proxy.languages import patterns

LONGEST = 4000
"""Characters of a message that is read."""
_SHORT = 200
_AT_ENDS = re.compile(r"^[^\w]+|[^\w]+$")
_SPACES = re.compile(r"\s+")
_APOSTROPHES = str.maketrans("’‘ʼ`", "''''")


class Said(StrEnum):
    """What a message says."""

    YES = "yes"
    NO = "no"
    NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Read:
    """What a message says, and for which purposes; None: for all that it may be about."""

    said: Said
    purposes: frozenset[str] | None = None


def read(text: str, offered: Collection[str], yes: str | None, names: Mapping[str, str]) -> Read:
    """Read a message. `offered` are the purposes of the question that was posted; empty if none was.

    `yes` is the word of the keyword of a yes (None: there is none), and `names` what purposes are called, by the name
    in small letters.
    """
    plain = _plain(text) if len(text) <= _SHORT else ""
    word, _, rest = plain.partition(" ")
    named = names.get(rest)
    if named is not None and _pattern("no").fullmatch(word):
        return Read(Said.NO, frozenset({named}))
    if refuses_aloud(text[:LONGEST]) or (plain and _pattern("refuses").fullmatch(plain)):
        return Read(Said.NO)
    if offered and plain and (_pattern("no").fullmatch(plain) or _pattern("unwilling").fullmatch(plain)):
        return Read(Said.NO, frozenset(offered))
    # The keyword and nothing else, with no sign before or after it.
    whole = _SPACES.sub(" ", text.strip()).casefold()
    if yes is not None and named in offered and whole == f"{yes.casefold()} {rest}":
        return Read(Said.YES, frozenset({str(named)}))
    return Read(Said.NOTHING)


def called(purposes: Collection[str], titles: Mapping[str, Collection[str]]) -> dict[str, str]:
    """What purposes are called, in small letters: their names, also with spaces, and the titles that they were given.

    A name that two purposes have means neither.
    """
    found: dict[str, set[str]] = {}
    for purpose in purposes:
        for name in (purpose, purpose.replace("_", " "), purpose.replace("_", "-"), *titles.get(purpose, ())):
            found.setdefault(_plain(name), set()).add(purpose)
    return {name: min(meant) for name, meant in found.items() if len(meant) == 1}


def _plain(text: str) -> str:
    """A text in small letters, with single spaces, without signs and pictures at its ends."""
    lower = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    return _AT_ENDS.sub("", _SPACES.sub(" ", lower))


@cache
def _pattern(section: str) -> re.Pattern[str]:
    return re.compile(patterns("consent", section))
