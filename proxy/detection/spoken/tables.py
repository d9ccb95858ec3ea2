"""The words in which a language says numbers, letters and signs: its ``spoken.json`` in `proxy.languages`.

A table is data: ``units``, ``teens``, ``tens`` and ``hundreds`` by word (``compound`` and ``hundred_compound`` say how
these are combined, where ``{stem}`` is a hundred without its last letter; ``irregular`` lists exceptions), ``years`` by
century, what transcription makes of digits (``soundalikes``; ``timid`` ones are also function words; ``unlike`` are
words one letter away from a digit that are not one; without that list no misspelled digit is read), ``signs`` by
character, interjections (``acks``), and the ``contexts`` that show what a number is. What a language leaves out is
empty.

A word counts with its accents and without them (``zéro``, ``zero``; ``fünf``, ``fuenf``, ``funf``). The international
alphabet is said in every language, beside the language's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from proxy.languages import codes, has_table, table

Phrase = tuple[str, ...]
Value = TypeVar("Value")

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LISTS = (
    "hundred thousand scales fillers joints acks leads before_digit closers plus extension providers no_label no_local "
    "whom before_local no_site_after as_in capital letter_words of streets weak_streets rooms states timid unlike"
).split()
_CONTEXTS = "card phone social account code secret check expiry post ending birth place spelling amount".split()
NOTHING: re.Pattern[str] = re.compile(r"(?!)")
LANGUAGES = tuple(code for code in codes() if has_table(code, "spoken"))
"""The languages that have tables, English first."""
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe"})
_BARE = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "ı": "i"})
_INTERNATIONAL = "en"
"""The language whose table holds the international alphabet (ICAO, ITU)."""


@dataclass(frozen=True, slots=True)
class Tables:
    """One language's words, compiled.

    `numbers` maps the first word of a spoken number below 1000 to (its words, its digits), the longest first, `years`
    that of a year. `times` maps the first word of "double", "two times" to (its words, the count), the longest first.
    `number_words` are all words of numbers below 1000. `openers` are other words that may begin a run of letters and
    digits said one by one. `misheard` maps a digit word that lacks one letter to its digits. `run_together` matches
    digit words without a space between them. `signs` are the words for a sign. `contexts` find the words that show what
    a number is.
    """

    numbers: Mapping[str, tuple[tuple[Phrase, str], ...]]
    openers: frozenset[str]
    number_words: frozenset[str]
    years: Mapping[str, tuple[tuple[Phrase, str], ...]]
    units: Mapping[str, str]
    times: Mapping[str, tuple[tuple[Phrase, int], ...]]
    soundalikes: Mapping[str, str]
    misheard: Mapping[str, str]
    run_together: re.Pattern[str]
    stems: frozenset[str]
    """The first three letters of words that may be run together."""
    alphabet: Mapping[str, str]
    letters: Mapping[str, tuple[tuple[Phrase, str], ...]]
    """Names of letters, by their first word."""
    signs: Mapping[str, tuple[str, ...]]
    months: Mapping[str, int]
    ordinals: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    phrases: Mapping[str, frozenset[Phrase]]
    opening: Mapping[str, frozenset[str]]
    """The first words of the phrases of each list."""
    contexts: Mapping[str, re.Pattern[str]]

    def number_at(self, words: list[str], at: int) -> tuple[int, str] | None:
        """How many of the words from `at` on form one number below 1000, and its digits."""
        return _entry_at(self.numbers, words, at)

    def year_at(self, words: list[str], at: int) -> tuple[int, str] | None:
        """How many of the words from `at` on form one year, and its digits."""
        return _entry_at(self.years, words, at)

    def times_at(self, words: list[str], at: int) -> tuple[int, int] | None:
        """How many of the words from `at` on say that the next number is repeated, and how often it is said."""
        return _entry_at(self.times, words, at)

    def letter_at(self, words: list[str], at: int) -> tuple[int, str] | None:
        """How many of the words from `at` on name a letter, and the letter."""
        return _entry_at(self.letters, words, at)

    def phrase_at(self, name: str, words: list[str], at: int) -> int:
        """How many of the words from `at` on form one of the phrases of a list; 0 if none does."""
        if words[at] not in self.opening[name]:
            return 0
        phrases = self.phrases[name]
        return next((n for n in (4, 3, 2, 1) if tuple(words[at : at + n]) in phrases and at + n <= len(words)), 0)


@cache
def load(language: str) -> Tables:
    """The tables of a language; raises `LookupError` if the package has none."""
    told = table(language, "spoken")
    return compiled({**told, "alphabet": {**table(_INTERNATIONAL, "spoken")["alphabet"], **told.get("alphabet", {})}})


def compiled(told: Mapping[str, Any]) -> Tables:
    """The content of a table's file, compiled."""
    units = _spelled(told["units"])
    tens = _spelled(told["tens"])
    told_apart = {**units, **_spelled(told["teens"]), **{word: f"{digit}0" for word, digit in tens.items()}}
    told_apart |= {said: digits for said, digits in _spelled(told["irregular"]).items() if " " not in said}
    below = _below_a_thousand(told, units, tens)
    lists = {name: _all_spelled(told.get(name, ())) for name in _LISTS}
    soundalikes: dict[str, str] = told.get("soundalikes", {})
    alphabet, letters = _spelled(told.get("alphabet", {})), _spelled(told.get("letters", {}))
    fit = [word for word in told_apart if len(word) >= 3]
    forgiving = [word for word in reversed(fit) if word in units and lists["unlike"]]
    return Tables(
        numbers=_by_first_word(below),
        number_words=frozenset(word for said in below for word in said.split()),
        years=_by_first_word(_years(told, below)),
        openers=frozenset(word.split()[0] for word in (*soundalikes, *alphabet, *letters, *lists["capital"]))
        | lists["plus"]
        | {"+"},
        units=units,
        times=_by_first_word(_spelled(told.get("times", {}))),
        soundalikes=soundalikes,
        misheard={short: units[word] for word in forgiving for short in _without_one(word)},
        run_together=re.compile(rf"(?:{any_of(fit)}){{2,16}}", re.I) if fit else NOTHING,
        stems=frozenset(word[:3] for word in fit),
        alphabet=alphabet,
        letters=_by_first_word(letters),
        signs={sign: tuple(s for word in words for s in spellings(word)) for sign, words in told["signs"].items()},
        months=_spelled(told.get("months", {})),
        ordinals=_spelled(told.get("ordinals", {})),
        words=lists,
        phrases={name: frozenset(map(_phrase, words)) for name, words in lists.items()},
        opening={name: frozenset(_phrase(said)[0] for said in words) for name, words in lists.items()},
        contexts={name: _context(_all_spelled(told.get("contexts", {}).get(name, ()))) for name in _CONTEXTS},
    )


def _below_a_thousand(told: Mapping[str, Any], units: Mapping[str, str], tens: Mapping[str, str]) -> dict[str, str]:
    """All numbers below 1000 that are said in one go, with their digits."""
    below = {**units, **_spelled(told["teens"]), **{word: f"{digit}0" for word, digit in tens.items()}}
    below |= {
        said.format(tens=ten, unit=unit): high + low
        for said in _formats(told["compound"])
        for ten, high in tens.items()
        for unit, low in units.items()
        if low != "0"
    }
    below |= _spelled(told["irregular"])
    hundreds = _spelled(told.get("hundreds", {}))
    beyond = {word: f"{digit}00" for word, digit in hundreds.items()}
    beyond |= {
        said.format(hundred=hundred, stem=hundred[:-1], rest=rest): high + low.zfill(2)
        for said in _formats(told.get("hundred_compound", ()))
        for hundred, high in hundreds.items()
        for rest, low in below.items()
        if low != "0"
    }
    return {**beyond, **below}


def _years(told: Mapping[str, Any], below: Mapping[str, str]) -> dict[str, str]:
    """All years of the centuries of a table, with their digits."""
    return {
        said.replace("{rest}", rest).strip(): century + low.zfill(2)
        for century, formats in told.get("years", {}).items()
        for said in _formats(formats)
        for rest, low in (("", "0"), *below.items())
        if len(low) <= 2
    }


def _formats(told: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, (told,) if isinstance(told, str) else told))


def spellings(word: str) -> Iterator[str]:
    """A word as it is written, with digraphs in place of its accents (``ue``), and without accents."""
    bare = unicodedata.normalize("NFD", word.translate(_BARE))
    without = "".join(sign for sign in bare if not unicodedata.combining(sign))
    yield from dict.fromkeys((word, word.translate(_DIGRAPHS), without))


def _spelled(told: Mapping[str, Value]) -> dict[str, Value]:
    """The entries of a table under all spellings of their words; an entry of its own wins."""
    return {spelling: value for word, value in told.items() for spelling in spellings(word)} | dict(told)


def _all_spelled(words: Iterable[str]) -> frozenset[str]:
    return frozenset(spelling for word in words for spelling in spellings(word))


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


def _by_first_word(told: Mapping[str, Value]) -> dict[str, tuple[tuple[Phrase, Value], ...]]:
    found: dict[str, list[tuple[Phrase, Value]]] = {}
    for words, value in told.items():
        phrase = _phrase(words)
        found.setdefault(phrase[0], []).append((phrase, value))
    return {first: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for first, entries in found.items()}


def _entry_at(
    entries: Mapping[str, tuple[tuple[Phrase, Value], ...]], words: list[str], at: int
) -> tuple[int, Value] | None:
    """How many of the words from `at` on are those of the longest entry that fits, and its value."""
    for phrase, value in entries.get(words[at], ()):
        end = at
        for word in phrase:
            end += end > at and words[end : end + 1] == ["-"]
            if words[end : end + 1] != [word]:
                break
            end += 1
        else:
            return end - at, value
    return None


def any_of(words: Iterable[str]) -> str:
    """A regex for any of the words, the longest first, with one or two white-space characters between their parts."""
    parts = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(r"\s{1,2}".join(map(re.escape, word.split())) for word in parts) or "(?!)"


def _context(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(words)})s?\b", re.I)
