"""Pseudonyms of one exchange: one for each entity, none for two.

``PERSON_3`` is a person, whatever form of the name was said; ``PERSON_3_EMAIL`` an address of that person; other
kinds are numbered by value (``PHONE_NUMBER_1``). Numbers follow the order of first appearance, kind by kind, so
that a conversation that grows keeps the pseudonyms of its earlier turns. The map lives as long as its exchange.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from proxy.redaction.people import People, written_address
from proxy.redaction.precedence import PERSON
from proxy.redaction.spans import EMAIL
from proxy.redaction.spoken import written
from proxy.redaction.wording.folded import digits_of, fold_name

WITHHELD_PERSON = "WITHHELD_PERSON"
"""Stands for everybody who is withheld; it is never restored."""

_BY_DIGITS = frozenset({"PHONE_NUMBER", "CREDIT_CARD", "US_SSN"})
_BY_LETTER = frozenset({"SECRET", "CRYPTO", "URL"})
_ENOUGH_DIGITS = 4
_PSEUDONYM = re.compile(r"(.+?)_[0-9]+(?:_EMAIL(?:_[0-9]+)?)?")


@dataclass(frozen=True, slots=True)
class PseudonymMap:
    """What each pseudonym is restored to. `bracketed` are those that the request itself had in brackets.

    `split` are those of names that turns of one word cut: one after the other, they are one name.
    `addresses` are those of the request, as it left, that hold a pseudonym (`outward.known_form`). `spelled` tells of
    some, by the place of a pseudonym in them, how the request wrote what is there, where the original is another form.
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
    """Gives out pseudonyms while a request is redacted. Numbers in `taken` (by kind) are skipped."""

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
        """The pseudonym of an e-mail address, that of the person with this key if there is one."""
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
        """The pseudonym of a value of another kind; `value` where it is known by another spelling, or just a `piece`.

        A piece is restored to the whole, as a piece of a name is.
        """
        pseudonym = self._number(kind, comparable(kind, value or said))
        self._originals.setdefault(pseudonym, value if piece and value else said)
        return pseudonym

    def finished(self, bracketed: frozenset[str], split: frozenset[str] = frozenset()) -> PseudonymMap:
        """All that was given out."""
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
    """The form in which two values of a kind are the same: folded; the digits alone of numbers, said or written.

    Of secrets and links every letter counts, in its case.
    """
    if kind in _BY_DIGITS and len(digits := digits_of(written(said))) >= _ENOUGH_DIGITS:
        return digits
    if kind in _BY_LETTER:
        return said.strip()
    if kind == EMAIL:
        # Marks tell two mailboxes apart, though not a name that was said.
        said_aloud = re.search(r"\s", said.strip()) is not None
        return written_address(said) if said_aloud else unicodedata.normalize("NFKC", said).casefold().strip()
    return fold_name(said)
