"""The words in which a language says numbers, letters and signs: its ``spoken.json`` in `proxy.languages`.

A table is data: ``units``, ``teens`` and ``tens`` by word (``compound`` says how tens and a unit are combined,
``irregular`` lists exceptions), what transcription makes of digits (``soundalikes``; ``timid`` ones are also function
words; ``unlike`` are words one letter away from a digit that are not one), ``signs`` by character, interjections
(``acks``), and the ``contexts`` that show what a number is. What a language leaves out is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from proxy.languages import table

Phrase = tuple[str, ...]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LISTS = (
    "hundred thousand scales fillers joints acks leads before_digit closers plus extension providers no_label no_local "
    "whom before_local no_site_after as_in capital of streets weak_streets rooms states timid unlike"
).split()
_CONTEXTS = "card phone social account code secret check expiry post ending birth place spelling amount".split()
NOTHING: re.Pattern[str] = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Tables:
    """One language's words, compiled.

    `numbers` maps the first word of a spoken number below 100 to (its words, its digits), the longest first.
    `openers` are other words that may begin a run of letters and digits said one by one. `misheard` maps a digit word
    that lacks one letter to its digits. `run_together` matches digit words without a space between them. `signs` are
    the words for a sign. `contexts` find the words that show what a number is.
    """

    numbers: Mapping[str, tuple[tuple[Phrase, str], ...]]
    openers: frozenset[str]
    units: Mapping[str, str]
    times: Mapping[str, int]
    soundalikes: Mapping[str, str]
    misheard: Mapping[str, str]
    run_together: re.Pattern[str]
    stems: frozenset[str]
    """The first three letters of words that may be run together."""
    alphabet: Mapping[str, str]
    letters: Mapping[str, str]
    signs: Mapping[str, tuple[str, ...]]
    months: Mapping[str, int]
    ordinals: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    phrases: Mapping[str, frozenset[Phrase]]
    opening: Mapping[str, frozenset[str]]
    """The first words of the phrases of each list."""
    contexts: Mapping[str, re.Pattern[str]]

    def number_at(self, words: list[str], at: int) -> tuple[int, str] | None:
        """How many of the words from `at` on form one number below 100, and its digits."""
        for phrase, digits in self.numbers.get(words[at], ()):
            end = at
            for word in phrase:
                end += end > at and words[end : end + 1] == ["-"]
                if words[end : end + 1] != [word]:
                    break
                end += 1
            else:
                return end - at, digits
        return None

    def phrase_at(self, name: str, words: list[str], at: int) -> int:
        """How many of the words from `at` on form one of the phrases of a list; 0 if none does."""
        if words[at] not in self.opening[name]:
            return 0
        phrases = self.phrases[name]
        return next((n for n in (4, 3, 2, 1) if tuple(words[at : at + n]) in phrases and at + n <= len(words)), 0)


def load(language: str) -> Tables:
    """The tables of a language; raises `LookupError` if the package has none."""
    return compiled(table(language, "spoken"))


def compiled(told: Mapping[str, Any]) -> Tables:
    """The content of a table's file, compiled."""
    units: dict[str, str] = told["units"]
    tens: dict[str, str] = told["tens"]
    below = {**units, **told["teens"], **{word: f"{digit}0" for word, digit in tens.items()}}
    if told["compound"]:
        below |= {
            told["compound"].format(tens=ten, unit=unit): high + low
            for ten, high in tens.items()
            for unit, low in units.items()
            if low != "0"
        }
    below |= told["irregular"]
    lists = {name: frozenset(told.get(name, ())) for name in _LISTS}
    soundalikes: dict[str, str] = told.get("soundalikes", {})
    fit = [word for word in below if len(word) >= 3 and " " not in word]
    misheard = {short: below[word] for word in reversed(fit) if word in units for short in _without_one(word)}
    return Tables(
        numbers=_by_first_word(below),
        openers=frozenset(word.split()[0] for word in (*soundalikes, *told.get("alphabet", ()), *lists["capital"]))
        | lists["plus"]
        | {"+"},
        units=units,
        times=told.get("times", {}),
        soundalikes=soundalikes,
        misheard=misheard,
        run_together=re.compile(rf"(?:{any_of(fit)}){{2,16}}", re.I) if fit else NOTHING,
        stems=frozenset(word[:3] for word in fit),
        alphabet=told.get("alphabet", {}),
        letters=told.get("letters", {}),
        signs={sign: tuple(words) for sign, words in told["signs"].items()},
        months=told.get("months", {}),
        ordinals=told.get("ordinals", {}),
        words=lists,
        phrases={name: frozenset(map(_phrase, words)) for name, words in lists.items()},
        opening={name: frozenset(_phrase(said)[0] for said in words) for name, words in lists.items()},
        contexts={name: _context(told.get("contexts", {}).get(name, ())) for name in _CONTEXTS},
    )


def one_edit_away(tables: Tables, word: str) -> str | None:
    """The digits of a digit word that `word` misspells: one letter more, less or different, or two swapped."""
    if len(word) < 3 or word in tables.words["unlike"]:
        return None
    if word in tables.misheard:
        return tables.misheard[word]
    found = (tables.units.get(short) if len(short) >= 3 else None for short in _without_one(word))
    swapped = (tables.misheard.get(short) if len(short) >= 2 else None for short in _without_one(word))
    return next((digits for digits in (*found, *swapped) if digits is not None), None)


def _without_one(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _phrase(words: str) -> Phrase:
    return tuple(_WORD.findall(words.lower()))


def _by_first_word(numbers: Mapping[str, str]) -> dict[str, tuple[tuple[Phrase, str], ...]]:
    found: dict[str, list[tuple[Phrase, str]]] = {}
    for words, digits in numbers.items():
        phrase = _phrase(words)
        found.setdefault(phrase[0], []).append((phrase, digits))
    return {first: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for first, entries in found.items()}


def any_of(words: Iterable[str]) -> str:
    """A regex for any of the words, the longest first, with one or two white-space characters between their parts."""
    parts = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(r"\s{1,2}".join(map(re.escape, word.split())) for word in parts) or "(?!)"


def _context(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(words)})s?\b", re.I)
