"""The parts of what is said character by character, and what the words beside one tell."""

from __future__ import annotations

from typing import NamedTuple

from proxy.redaction.spoken.tables import Tables
from proxy.redaction.spoken.words import Words

_ALIKE_AT_ONCE = 4
EXTENSION = "#"
"""What stands for the word before an extension, as in dial strings."""


class Part(NamedTuple):
    """One number or letter of a run: ``words[first:last]`` read as `text`.

    `sure` parts cannot be taken for another word, `amount` ones are said as a quantity. `sign` is what was said
    (or stands) before the part, such as ``.``, or ``,`` for the point of a decimal; `fresh` begins a line.
    """

    first: int
    last: int
    text: str
    sure: bool = True
    amount: bool = False
    sign: str = ""
    fresh: bool = False

    @property
    def letter(self) -> bool:
        """Whether this is a letter, not digits."""
        return self.text.isalpha()


class Read(NamedTuple):
    """What the next `count` words say, as `Part` has it."""

    words: int
    text: str
    sure: bool = True
    amount: bool = False


def number_soon(words: Words, at: int, tables: Tables) -> bool:
    """Whether a number comes, perhaps after further words that sound like one ("won to too eight")."""
    for soon in range(at, min(at + _ALIKE_AT_ONCE, len(words))):
        if not words.near[soon]:
            return False
        if words.words[soon] not in tables.soundalikes:
            return is_number(words, soon, tables)
    return False


def is_number(words: Words, at: int, tables: Tables) -> bool:
    """Whether a word surely begins a number."""
    return words.words[at].isdecimal() or words.words[at] in tables.numbers or words.words[at] in tables.times
