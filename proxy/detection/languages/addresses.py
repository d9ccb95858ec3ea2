"""Find street addresses as they are written, and said, in the countries of a language.

The words are data (``address.json`` of a language):

- ``leading`` street words stand before the name ("rue des Martyrs"), ``trailing`` ones behind it ("Lange Gasse"),
  ``glued`` ones end it ("Musterstraße"); ``no_glued`` are words that end alike;
- ``before``: the house number comes first ("12 rue"); ``numbers`` may lead it in ("nº"), ``units`` follow it (floors);
- ``post`` are the forms of postcodes, ``alone`` those that count before a town without a street;
- ``particles`` are the words within names that have no capital.

A key that ends in ``_here`` holds what counts in text of that language only, because it means something else elsewhere
("via", "Weg"). There house numbers may be said in words. Names need their capitals, unless a word like "live" or
"address" of the language stands before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from proxy.detection.recognizers.table import ADDRESS
from proxy.detection.selection import allowed_words, selected
from proxy.detection.spoken.tables import LANGUAGES as TABLED
from proxy.detection.spoken.tables import NOTHING, Tables, load, spellings
from proxy.detection.spoken.words import cut
from proxy.languages import codes, has_table, table
from proxy.model import Finding
from proxy.settings import Detection
from proxy.wording.folded import fold_name

KIND = "LOCATION"
SCORE = 0.65
LANGUAGES = tuple(code for code in codes() if has_table(code, "address"))
"""The languages whose addresses are known by their words."""
_REST = r"[\w'’.-]{0,30}"
_CAPITAL = rf"(?-i:[A-ZÀ-ÖØ-ÞŁŚŻŹĆŃĄĘÓŠŽČŘĎŤŇĂȘȚÂÎİŞĞ]){_REST}"
_WORD = rf"[^\W\d_]{_REST}"
_FIGURES = r"\d{1,4}(?: ?[a-z](?![\w'’]))?(?: ?[-–/+] ?\d{1,4}[a-z]?)?(?: (?:bis|ter)\b)?(?![\d:.,]\d|\w|%| ?€)"
_TOWN = rf"{_CAPITAL}(?:[ -]{_CAPITAL}){{0,2}}"
_REACH = 60
_FIGURE = re.compile(r"\d")
_WORDS_OF_A_NUMBER = 5
_MOST_NUMERALS = 200


class StreetAddresses:
    """The addresses of all languages that have words for them, under these settings."""

    def __init__(self, detection: Detection, allowed: frozenset[str] | None = None):
        """`allowed` is the result of `allowed_words` for these settings, if it is known."""
        self._runs = any(builtin.name == ADDRESS for builtin in selected(detection)) and detection.threshold <= SCORE
        self._allow = allowed_words(detection) if allowed is None else allowed
        self._anywhere = tuple(_grammar(code, False) for code in LANGUAGES) if self._runs else ()
        posts = "|".join(each.post for each in self._anywhere)
        self._post = re.compile(rf"(?<![\w-])(?:{posts or '(?!)'})", re.I)

    def find(self, text: str, languages: Collection[str]) -> list[Finding]:
        """Addresses in one text, by start: of these languages, and the unmistakable ones of all others."""
        if not self._runs:
            return []
        folded = text.lower()
        here = [_grammar(code, True) for code in LANGUAGES if code in languages]
        spans = {span for each in here for span in each.find(text, folded)}
        if _FIGURE.search(text) is not None:
            posted = self._post.search(text) is not None
            spans |= {span for each in self._anywhere for span in each.find(text, folded, posted)}
        found = [Finding(start, end, KIND, SCORE, ADDRESS) for start, end in sorted(spans)]
        return [one for one in found if not self._allow or fold_name(text[one.start : one.end]) not in self._allow]


@cache
def _grammar(language: str, here: bool) -> _Grammar:
    """The patterns of a language, made at first use: in its own text (`here`), or in any."""
    return _Grammar(table(language, "address"), language if here else None)


class _Grammar:
    """The patterns of one language: in its own text (`language`), or in any."""

    def __init__(self, told: Mapping[str, Any], language: str | None = None) -> None:
        def words(key: str) -> list[str]:
            own = [*told.get(key, ()), *(told.get(f"{key}_here", ()) if language else ())]
            return [spelling for word in own for spelling in spellings(word)]

        self._tables = load(language) if language in TABLED else None
        self._never = tuple(words("no_glued"))
        self._near = tuple({word.lower() for key in ("glued", "leading", "trailing") for word in words(key)})
        posts, alone = [*words("post"), *words("alone")], words("alone")
        number = _number(self._tables)
        self._patterns = [re.compile(each, re.I) for each in _patterns(told, words, posts, number, _CAPITAL)]
        self._loose: list[re.Pattern[str]] = []
        if self._tables is not None:
            self._loose = [re.compile(each, re.I) for each in _patterns(told, words, posts, number, _WORD)]
        self.post = post = "|".join(posts) or "(?!)"
        self._towns = re.compile(rf"(?<![\w-])(?:{'|'.join(alone) or '(?!)'}) {_TOWN}")
        self._posted = re.compile(rf"(?<![\w-]){_TOWN} {_FIGURES},\s{{0,2}}(?:{post})\s{{1,2}}{_TOWN}")

    def find(self, text: str, folded: str, posted: bool = True) -> Iterator[tuple[int, int]]:
        """Spans of addresses; a text without a street word is searched for postcodes only, if it may have some."""
        if any(word in folded for word in self._near):
            for pattern in (*self._patterns, *self._loose):
                for match in pattern.finditer(text):
                    end = self._end(match)
                    if end is None or folded[match.start() : end].startswith(self._never):
                        continue
                    if pattern not in self._loose or self._lives(text, match.start()):
                        yield match.start(), end
        for pattern in (self._towns, self._posted) if posted else ():
            yield from ((match.start(), _trimmed(text, match.end())) for match in pattern.finditer(text))

    def _lives(self, text: str, start: int) -> bool:
        """Whether somebody is said to live there, or the word is "address"."""
        place = self._tables.contexts["place"] if self._tables is not None else NOTHING
        return place.search(text, max(0, start - _REACH), start) is not None

    def _end(self, match: re.Match[str]) -> int | None:
        """The end of an address; None if the words that stand for its house number are none."""
        said = match.groupdict().get("said")
        if self._tables is None:
            return _trimmed(match.string, match.end())
        if self._tables.contexts["amount"].match(match.string, match.end() + 1) is not None:
            return None
        if said is None:
            return _trimmed(match.string, match.end())
        words = cut(said)
        number = self._tables.number_at([word.lower() for word in words.words], 0)
        return None if number is None else match.start("said") + words.ends[number[0] - 1]


def _trimmed(text: str, end: int) -> int:
    """An end without the full stop of the sentence."""
    return end - (text[end - 1] in ".-")


def _patterns(
    told: Mapping[str, Any], words: Callable[[str], list[str]], posts: list[str], number: str, first: str
) -> Iterator[str]:
    """The patterns of one language; the first word of a name is a `first`."""
    particle, leading, trailing = (_any(words(key)) for key in ("particles", "leading", "trailing"))
    name = rf"(?:{particle}){{0,3}}(?!{particle}){first}(?: (?:{particle}){{0,2}}{_CAPITAL}){{0,3}}"
    lead_in = rf"(?:{_any(words('numbers'))})?"
    unit = rf"(?:,? ?(?:{'|'.join(told.get('units', ())) or '(?!)'})){{0,3}}"
    town = rf"(?:,?\s{{1,2}}(?:{'|'.join(posts)})(?:\s{{1,2}}{_TOWN})?)?" if posts else ""
    if words("leading"):
        yield rf"(?<!\w){leading}{name},? {lead_in}{number}{unit}{town}"
        if told.get("before"):
            yield rf"(?<![\w.,]){number},? {leading}{name}{unit}{town}"
    if words("glued"):
        glued = "|".join(sorted(map(re.escape, words("glued")), key=len, reverse=True))
        yield rf"(?<![\w-]){first.removesuffix(_REST)}[\w-]{{1,30}}?(?:{glued}) ?{lead_in}{number}{unit}{town}"
    if words("trailing"):
        yield rf"(?<!\w){_CAPITAL}(?:[ -]{_CAPITAL}){{0,2}}[ -]{trailing}{lead_in}{number}{unit}{town}"


def _number(tables: Tables | None) -> str:
    """A house number in figures; in text of a language with numerals also in words.

    Where numerals are glued to thousands of words, the pattern takes any words, as the group ``said``.
    """
    if tables is None:
        return _FIGURES
    words = sorted(tables.number_words, key=lambda word: (-len(word), word))
    if len(words) > _MOST_NUMERALS:
        return rf"(?:{_FIGURES}|(?P<said>[^\W\d_]{{3,40}}(?:[ -][^\W\d_]{{1,40}}){{0,{_WORDS_OF_A_NUMBER}}}))"
    said = "|".join(map(re.escape, words))
    return rf"(?:{_FIGURES}|(?:{said})(?:[ -](?:{said})){{0,{_WORDS_OF_A_NUMBER}}}(?!\w))"


def _any(words: Iterable[str]) -> str:
    """Any of the words with the space behind it, which an apostrophe or a slash has none of."""
    parts = [
        re.escape(word) + (r" ?" if word[-1] in "'/.:°º#" else " ")
        for word in sorted(set(words), key=lambda word: (-len(word), word))
    ]
    return f"(?:{'|'.join(parts) or '(?!)'})"
