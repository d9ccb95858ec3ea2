r"""Pseudonyms of one exchange: one for each entity, none for two; and the grammar of the forms models give them.

``PERSON_3`` is a person, whatever form of the name was said. ``PERSON_3_EMAIL`` is an address of that person, and
``PERSON_3_EMAIL_2`` a second one. Other kinds are numbered by value (``PHONE_NUMBER_1``). Numbers follow the order of
first appearance within each kind, so that a growing conversation keeps the pseudonyms of its earlier turns. The map
lives as long as its exchange.

Models change the case, escape the underscore for Markdown (``PERSON\\_3``) or JSON (``\\\\_``, ``\\u005f``), write a
space or a hyphen instead, and add brackets. `Grammar` matches these forms, complete and unfinished.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

from proxy.detection.precedence import PERSON
from proxy.detection.spoken import written
from proxy.redaction.identities import People, written_address
from proxy.redaction.spans import EMAIL
from proxy.wording.folded import WORD, digits_of, fold_name

WITHHELD_PERSON = "WITHHELD_PERSON"
"""Stands for every withheld person; it is never restored."""

_BY_DIGITS = frozenset({"PHONE_NUMBER", "CREDIT_CARD", "US_SSN"})
_BY_LETTER = frozenset({"SECRET", "CRYPTO", "URL"})
_ENOUGH_DIGITS = 4
_PSEUDONYM = re.compile(r"(.+?)_[0-9]+(?:_EMAIL(?:_[0-9]+)?)?")


@dataclass(frozen=True, slots=True)
class PseudonymMap:
    """The original of each pseudonym. `bracketed` are the pseudonyms that the request itself had in brackets.

    `split` are the pseudonyms of names split over turns of one word; twice in a row, they are one name.
    `addresses` are the addresses of the request, as it left, that hold a pseudonym (see `outward.known_form`).
    `spelled` says for some of them, by the position of the pseudonym, how the request wrote the text there, where the
    original has another form.
    """

    originals: Mapping[str, str] = field(default_factory=dict)
    bracketed: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    spelled: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that have pseudonyms."""
        return frozenset(match[1] for name in self.originals if (match := _PSEUDONYM.fullmatch(name)))


class Pseudonyms:
    """Issues pseudonyms while a request is redacted. Numbers in `taken` (by kind) are skipped."""

    def __init__(self, people: People, taken: Mapping[str, frozenset[int]]) -> None:
        self._people = people
        self._taken = taken
        self._last: dict[str, int] = {}
        self._by_entity: dict[tuple[str, str], str] = {}
        self._originals: dict[str, str] = {}

    def person(self, key: str, said: str) -> str:
        """The pseudonym of the person with this key, who was named as `said`."""
        pseudonym = self._number(PERSON, key)
        fullest = self._people.display.get(key)
        known = self._originals.get(pseudonym, "")
        self._originals[pseudonym] = fullest or (said if len(said) > len(known) else known)
        return pseudonym

    def address(self, address: str, key: str | None) -> str:
        """The pseudonym of an e-mail address, derived from that of the person with this key if there is one."""
        if key is None:
            return self.other(EMAIL, address)
        entity = ("address", comparable(EMAIL, address))
        if entity not in self._by_entity:
            base = f"{self._number(PERSON, key)}_EMAIL"
            if key in self._people.display:
                self._originals.setdefault(base.removesuffix("_EMAIL"), self._people.display[key])
            second, pseudonym = 1, base
            while pseudonym in self._originals:
                second += 1
                pseudonym = f"{base}_{second}"
            self._by_entity[entity] = pseudonym
            self._originals[pseudonym] = address
        return self._by_entity[entity]

    def other(self, kind: str, said: str, value: str | None = None, piece: bool = False) -> str:
        """The pseudonym of a value of another kind. `value` is the entity if `said` is another spelling or a `piece`.

        A piece is restored to the whole, as a piece of a name is.
        """
        pseudonym = self._number(kind, comparable(kind, value or said))
        self._originals.setdefault(pseudonym, value if piece and value else said)
        return pseudonym

    def finished(self, bracketed: frozenset[str], split: frozenset[str] = frozenset()) -> PseudonymMap:
        """The map of all pseudonyms that were issued."""
        return PseudonymMap(MappingProxyType(dict(self._originals)), bracketed, split)

    def _number(self, kind: str, value: str) -> str:
        entity = (kind, value)
        if entity not in self._by_entity:
            number = self._last.get(kind, 0) + 1
            while number in self._taken.get(kind, ()):
                number += 1
            self._last[kind] = number
            self._by_entity[entity] = f"{kind}_{number}"
        return self._by_entity[entity]


def comparable(kind: str, said: str) -> str:
    """The form in which equal values of a kind compare equal: folded, or only the digits of spoken or written numbers.

    Secrets and links compare by every letter, with case.
    """
    if kind in _BY_DIGITS and len(digits := digits_of(written(said))) >= _ENOUGH_DIGITS:
        return digits
    if kind in _BY_LETTER:
        return said.strip()
    if kind == EMAIL:
        # Diacritics distinguish two written mailboxes, but not a name that was said aloud.
        said_aloud = re.search(r"\s", said.strip()) is not None
        return written_address(said) if said_aloud else unicodedata.normalize("NFKC", said).casefold().strip()
    return fold_name(said)


REACH = 320
"""Maximum length of any form of a pseudonym, in characters; text beyond it decides nothing."""

CONTEXT = 7
"""How many characters before a pseudonym can decide its left border (a JSON escape and what precedes it)."""

_SPACE = " \u00a0\u202f"
_HYPHEN = "\\-\u2010-\u2015\u2212"
_UNDERSCORE = r"\\{0,2}_"
_IN_JSON = r"\\u005[fF]|\\u201[0-5]|\\u2212"
_PART_IN_JSON = r"\\(?:\\|u(?:0(?:0(?:5)?)?|2(?:0(?:1)?|2(?:1)?)?)?)?"
# Which characters join a word is a matter of no case; told so, the expressions are compiled ten times as fast.
_LEFT = rf"(?-i:(?<!{WORD}))"
_RIGHT = rf"(?-i:(?!{WORD}))"
_LEFT_IN_JSON = rf"(?:{_LEFT}|(?<=(?<!\\)\\[bfnrt])|(?<=(?<!\\)\\\\\\[bfnrt])|(?<=(?<!\\)\\u[0-9a-fA-F]{{4}}))"
_LEFT_IN_TEXT = rf"(?:{_LEFT}|(?<=\\[bfnrt]))"
"""Text that was not asked to be JSON may hold JSON."""
_BORDER, _BORDER_IN_JSON, _AFTER = (re.compile(border, re.I) for border in (_LEFT_IN_TEXT, _LEFT_IN_JSON, _RIGHT))
_BRACKETS = "[<{"
_OPEN = r"[\[<{]"
_OPEN_TWICE = r"\[\[|<<|\{\{"


class Grammar:
    """Finds the pseudonyms of some kinds, complete and unfinished, in whatever form.

    The characters around a pseudonym are looked at apart from the patterns: these are compiled for each set of kinds,
    and the class of characters that join a word takes more time to compile than all else.
    """

    def __init__(self, token: str, unfinished: str, border: re.Pattern[str], gap: str) -> None:
        """`token` has the groups ``open emphasis kind gap number tie email second``; `border` matches a left border."""
        self._token_of, self._unfinished_of, self._border = token, unfinished, border
        self.gaps = re.compile(gap)
        """What may stand for an underscore."""

    @cached_property
    def _token(self) -> re.Pattern[str]:
        return re.compile(self._token_of, re.I)

    @cached_property
    def _unfinished(self) -> re.Pattern[str]:
        return re.compile(self._unfinished_of, re.I)

    def token(self, text: str, at: int) -> re.Match[str] | None:
        """The first complete pseudonym that begins at `at` or later."""
        match = self._token.search(text, at)
        while match is not None and not (self._may_begin(text, match.start()) and _is_closed(match)):
            match = self._token.search(text, match.start() + 1)
        return match

    def chained(self, text: str, at: int) -> re.Match[str] | None:
        """A complete pseudonym at `at`, directly after another, so without a left border."""
        match = self._token.match(text, at)
        return match if match is not None and _is_closed(match) else None

    def unfinished(self, text: str, at: int) -> int | None:
        """The start of the shortest end of a text, from `at` on, that may still become a pseudonym or continue one."""
        match = self._unfinished.search(text, at)
        while match is not None and not self._may_begin(text, match.start()):
            match = self._unfinished.search(text, match.start() + 1)
        return None if match is None else match.start()

    def goes_on(self, text: str, at: int) -> bool:
        """Whether the end of a text from `at` on, directly after a pseudonym, may still become one."""
        return self._unfinished.match(text, at) is not None

    def _may_begin(self, text: str, at: int) -> bool:
        """Whether what begins here has a left border; a bracket is one itself."""
        return text[at] in _BRACKETS or self._border.match(text, at) is not None


def _is_closed(match: re.Match[str]) -> bool:
    """Whether no word goes on behind the emphasis that closes a pseudonym. One without emphasis needs no border."""
    return not match["emphasis"] or _AFTER.match(match.string, match.end() + len(match["emphasis"])) is not None


@lru_cache(maxsize=256)
def grammar(kinds: frozenset[str], json_string: bool) -> Grammar:
    """The grammar for these kinds (at least one). The patterns of one take about 30 KiB."""
    underscore = rf"{_UNDERSCORE}|{_IN_JSON}" if json_string else _UNDERSCORE
    gap, tie = rf"(?:{underscore}|[{_HYPHEN}{_SPACE}])", rf"(?:{underscore}|[{_HYPHEN}])"
    part = _PART_IN_JSON if json_string else r"\\{1,2}"
    ordered = sorted(kinds, key=lambda kind: (-len(kind), kind))

    names = "|".join(gap.join(map(re.escape, kind.split("_"))) for kind in ordered)
    first = "".join(sorted({re.escape(kind[0]) for kind in ordered}))
    token = (
        rf"(?=[{first}\[<{{_])(?:(?P<open>{_OPEN_TWICE}|{_OPEN})|(?P<emphasis>_{{1,2}})?)"
        rf"(?P<kind>{names})(?P<gap>{gap})(?P<number>[1-9][0-9]{{0,8}})(?![0-9])"
        rf"(?:(?P<tie>{tie})(?P<email>EMAIL)(?![0-9])(?:{tie}(?P<second>[1-9][0-9]{{0,3}})(?![0-9]))?)?"
        r"(?(emphasis)(?=(?P=emphasis)))"
    )
    address = _beginnings("_EMAIL_", tie, part, "[0-9]{1,4}")
    kinds_begun = "|".join(_beginnings(kind, gap, part) for kind in ordered)
    begun = rf"(?:(?:{names})(?:{gap}(?:[0-9]{{1,9}}(?:{address})?)?|{part})|{kinds_begun})"
    unfinished = (
        rf"(?=[{first}\[<{{_])(?:(?P<twice>{_OPEN_TWICE})|{_OPEN}|(?:(?P<emphasis>_{{1,2}})|(?=[{first}])))"
        rf"{begun}?(?(twice)[\]>}}]?)(?(emphasis)_{{0,2}})\Z"
    )
    return Grammar(token, unfinished, _BORDER_IN_JSON if json_string else _BORDER, gap)


def _beginnings(form: str, gap: str, part: str, last: str = "") -> str:
    """A pattern for every beginning of `form`, at least one character long; underscores stand for gaps.

    `part` matches the beginning of a gap of several characters, `last` what follows the whole form.
    """
    pattern = last
    for char in reversed(form):
        more = f"(?:{pattern})?" if pattern else ""
        pattern = rf"(?:{gap}{more}|{part})" if char == "_" else re.escape(char) + more
    return pattern


def lookalikes(texts: Sequence[str], kinds: Iterable[str]) -> dict[str, frozenset[int]]:
    """Numbers by kind that occur in the texts as if they were pseudonyms, in any form and anywhere.

    These numbers are not issued, so that what a participant typed is never taken for a pseudonym.
    """
    gap = rf"(?:{_UNDERSCORE}|{_IN_JSON}|[{_HYPHEN}\s])"
    taken: dict[str, frozenset[int]] = {}
    for kind in kinds:
        name = gap.join(map(re.escape, kind.split("_")))
        pattern = re.compile(rf"{name}{gap}([1-9][0-9]{{0,8}})", re.I)
        taken[kind] = frozenset(int(match[1]) for text in texts for match in pattern.finditer(text))
    return taken
