"""Find the full names of people who are not on the roster: ``Wanda Quist``, ``Wanda_Quist``.

A full name is two to four capitalized words in a row, also with particles between them (``Maria de la Cruz``). Every
word with a capital is a listed name, in no dictionary, or behind a particle, and by the lists the whole is a name and
nothing else. So titles (``Decisions Made``) and products (``Project Phoenix``) are none.

Such a name is a mention as those of the roster are, so that every layout in which somebody of the roster is known as
a speaker is known for people whom nobody knows as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from proxy.attribution.captions import NAMED, is_caption, likeness
from proxy.formats.labels import is_heading
from proxy.redaction.roster.search import STRANGER, Mention
from proxy.wording.particles import JOINING
from proxy.wording.vocabulary import is_known_name, is_ordinary

_WORD = r"[^\Wa-zß-öø-ÿ_0-9](?:[^\W_0-9]|['’-](?=[^\W_0-9])){1,30}"
_INITIAL = r"[^\Wa-zß-öø-ÿ_0-9]\."
_JOINED = rf"(?:{'|'.join(sorted(JOINING))})(?=[ \u00a0_])"
_GAP = r"(?:[ \u00a0_]|[ ]{2}\u2060{1,80}[ \u00a0][ ]{0,80})"
"""What parts the words of a name; fillers stand in place of tags that style some of them (`reading`)."""
_RUN = re.compile(rf"(?<![^\W_]){_WORD}(?:(?:{_GAP}{_JOINED}){{0,3}}{_GAP}(?:{_WORD}|{_INITIAL})){{1,8}}(?![^\W_])")
"""Capitalized words in a row."""
_TOKEN = re.compile(rf"(?P<joined>(?<=[ \u00a0_]){_JOINED}[ \u00a0_])?(?P<word>{_INITIAL}|{_WORD})")
_MOST_WORDS = 4


def full_names(text: str, known: Sequence[Mention]) -> list[Mention]:
    """The full names in a text, in order, without those that touch a mention of the roster (`known`)."""
    taken = iter(sorted((mention.start, mention.end) for mention in known))
    start, end = next(taken, (len(text), len(text)))
    found: list[Mention] = []
    names: dict[str, list[tuple[int, int]]] = {}  # by row of words: the labels of speakers stand in a text many times
    for at, until in (spot for run in _RUN.finditer(text) for spot in _within(run, names)):
        while end <= at:
            start, end = next(taken, (len(text), len(text) + 1))
        if start >= until:
            people = frozenset((STRANGER, text[at:until].replace("_", " ").casefold()))
            found.append(Mention(at, until, people, "name", whole=True))
    return found


def is_nobodys(mention: Mention) -> bool:
    """Whether a mention is the name of somebody who is not on the roster, or perhaps is not."""
    return STRANGER in mention.people


def is_full_name(label: str) -> bool:
    """Whether a label is a full name and nothing else."""
    return [(name.start, name.end) for name in full_names(label, ())] == [(0, len(label))]


def _within(run: re.Match[str], names: dict[str, list[tuple[int, int]]]) -> Iterator[tuple[int, int]]:
    """Where full names stand in a text within a row of capitalized words. `names` has those that were told before."""
    if run[0] not in names:
        names[run[0]] = list(_names_in(run[0]))
    return ((run.start() + at, run.start() + until) for at, until in names[run[0]])


def _names_in(run: str) -> Iterator[tuple[int, int]]:
    """The full names in a row of capitalized words; ordinary words beside them are left out: ``From Wanda Quist``."""
    for names, together in groupby(_TOKEN.finditer(run), key=_may_name):
        row = list(together)
        if names and 1 < len(row) <= _MOST_WORDS and _is_full_name([token["word"] for token in row]):
            yield row[0].start("word"), row[-1].end()


def _may_name(token: re.Match[str]) -> bool:
    word = token["word"]
    if word[0].islower():  # Of scripts beside Latin; the pattern leaves out lower case of Latin alone.
        return False
    folded = word.casefold()
    return token["joined"] is not None or word.endswith(".") or is_known_name(folded) or not is_ordinary(folded)


def _is_full_name(words: Sequence[str]) -> bool:
    label = " ".join(words)
    return likeness(label) == NAMED and not (is_heading(label) or is_caption(label))
