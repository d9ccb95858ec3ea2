"""What capitals say of a name in a language that writes names with them, and English word lists say nothing about.

- A name has a capital (`lacks_capital`). Where its line has capitals, words without any are a name only if the model is
  very sure, or if they are the rest of an organization's name ("Fjordvik tingrett").
- A sentence gives its first word a capital (`only_opens`). One word there that is rather written without one, by the
  vocabulary of the multilingual model, and that is on no list of names, is nobody. Our lists are of Latin script; in
  others the model decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from proxy.detection.listed import is_listed_name, is_listed_place
from proxy.detection.precedence import PERSON
from proxy.detection.tagger.letters import has_other
from proxy.model import Finding
from proxy.wording.spellings import opens_sentence

ORGANIZATION = "ORGANIZATION"
CAPITALIZED = frozenset({PERSON, "LOCATION", ORGANIZATION})
"""Kinds of names that every language writes with a capital, where it writes capitals."""
SURE_IN_LOWER_CASE = 0.95
"""Least score of a name without a capital, on a line that has capitals."""

_WORD = re.compile(r"[^\W\d_]+")


def lacks_capital(text: str, finding: Finding, goes_on: bool) -> bool:
    """Whether a name that the model found lacks the capital that it would have.

    `goes_on`: the name touches another one that has a capital.
    """
    if finding.kind not in CAPITALIZED or not text[finding.start : finding.end].islower():
        return False
    kept = finding.score >= SURE_IN_LOWER_CASE or (goes_on and finding.kind == ORGANIZATION)
    return not kept and _has_capitals(text, finding.start, finding.end)


def only_opens(text: str, finding: Finding, is_rather_small: Callable[[str], bool]) -> bool:
    """Whether a person that the model found is a word with the capital of a sentence's beginning.

    `is_rather_small` tells whether the vocabulary holds a word rather without a capital than with one.
    """
    piece = text[finding.start : finding.end]
    first, *others = _WORD.findall(piece) or [""]
    if finding.kind != PERSON or has_other(piece) or not first[:1].isupper() or not all(map(str.islower, others)):
        return False
    small = first.lower()
    listed = is_listed_name(small) or is_listed_place(small)
    return not listed and opens_sentence(text, finding.start) and is_rather_small(first)


def _has_capitals(text: str, start: int, end: int) -> bool:
    """Whether the line around a finding has capitals; a speaker's name before a colon does not count."""
    above, below = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[above : below if below >= 0 else len(text)]
    said = line[line.find(": ", 0, start - above) + 1 :]
    return not said.islower()
