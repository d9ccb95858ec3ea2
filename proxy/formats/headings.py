"""Words that open a line of a prompt and are no names: ``Summary:``, ``Output format:``, ``https:``.

A label is a heading when all of its words are listed, numbers aside, unless the roster has it as a label. Words
that are also plausible as names or roles (Page, Rich, Chair, Host, Speaker, User) are left out on purpose: a
speaker taken for a heading would be taken for instructions, a heading taken for a speaker is merely withheld.
"""

from __future__ import annotations

import re

from proxy.languages import words

HEADINGS = words("headings", "headings")
"""One-word headings, lower case."""


_LINKS = words("headings", "linking")
_ASKING = words("headings", "asking")
"""How sentences begin that ask for something to be done with the text behind them."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def is_heading(label: str) -> bool:
    """Whether every word of `label` is a heading or links headings (``Format of the output``), numbers aside."""
    words = [word for word in _WORD.findall(label.casefold().replace(".", "")) if not word.isdigit()]
    return any(word in HEADINGS for word in words) and all(word in HEADINGS or word in _LINKS for word in words)


def asks(asked: str) -> bool:
    """Whether words begin as what is asked does; all but the first begin in small letters, so that none is a name."""
    words = _WORD.findall(asked)
    return bool(words) and words[0].casefold() in _ASKING and all(word.islower() for word in words[1:])


def leads_in(asked: str) -> bool:
    """Whether words before a colon ask for something and end as what leads in the text that is meant.

    ``Write the minutes of`` and ``Summarize this meeting`` do.
    """
    words = _WORD.findall(asked)
    if is_heading(asked) and all(word.islower() for word in words[1:]):
        return True
    return asks(asked) and words[-1] in HEADINGS | _LINKS


def is_listed(word: str) -> bool:
    """Whether a word in small letters is a heading, or links those."""
    return word in HEADINGS or word in _LINKS
