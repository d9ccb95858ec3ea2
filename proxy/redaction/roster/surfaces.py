"""What a person on a roster may be called in a text: from labels and addresses to spellings, and how sure each is.

*Recorded* surfaces are what the roster says: labels and display names, the words of the name in order, given and
family name, first and last word of the name, ``J. Doe``, single words of two letters or more, e-mail addresses and
their local parts. *Derived* ones are what people make of them: short forms (``Bob``), other spellings of the same
sound (``Steven``), initials, handles, plurals (``the Okafors``), other letters (``Мария``, ``Mueller``).

A single word that is plain English too (``Mark``, ``Rose``) needs a capital, unless it is the whole label; and
words that running speech is full of (``will``, ``may``) need one even then, or every sentence would name them. Which
of them mean the word where they stand is told later (`meaning`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from proxy.redaction.roster.casing import Case
from proxy.redaction.roster.initials import dotted, initialed_family, initialed_given
from proxy.redaction.roster.letters import latin_words, written_out
from proxy.redaction.roster.names import (
    GENERIC,
    PARTICLES,
    display_name,
    given_words,
    is_generic,
    label_words,
    nicknames,
    stands_alone,
)
from proxy.redaction.roster.sounds import heard_as
from proxy.redaction.wording.common_words import FUNCTION_WORDS, is_common, word_set
from proxy.redaction.wording.diminutives import also_called
from proxy.redaction.wording.folded import fold_name
from proxy.redaction.wording.plain_words import PLAIN_WORDS
from proxy.redaction.wording.vocabulary import is_english, is_given_name, is_inflected, is_known_name, is_ordinary

_GENERIC_MAILBOXES = word_set(
    "admin all billing contact events hello help hr info it legal mail me meeting meetings no-reply noreply office "
    "privacy sales security support team the users webmaster"
)
_SHORTEST_HANDLE = 4
_SHORTEST_PLURAL = 4
_LONG_ENOUGH = 5
"""Longer family names are words of the dictionary by chance only (``andersen``)."""


class Spelled(NamedTuple):
    """A folded surface, and how it must be written. `whole`: a full name, label or address, no part of a name."""

    key: str
    case: Case = Case.ANY
    whole: bool = False
    form: Literal["name", "email"] = "name"


def recorded(labels: Sequence[str], emails: Sequence[str], collective: bool) -> Iterator[Spelled]:
    """The surfaces that a roster itself gives. Of a `collective` (a room, a telephone) only whole labels count."""
    for label in labels:
        yield from filter(_says_something, _of_label(label, collective))
    for address in emails:
        yield from filter(_says_something, _of_address(address))


def derived(labels: Sequence[str], emails: Sequence[str]) -> Iterator[Spelled]:
    """The surfaces that people make of a person's name and address."""
    names = list(dict.fromkeys(words for label in labels for words in names_in(label)))
    written = {label_words(label) for label in labels}
    for words in names:
        if words not in written:
            yield from _of_words(words)
        yield from _called(words)
        if len(words) > 1:
            yield from _initialed(words)
            yield from _handles(words[0], words[-1])
        yield from _made_of(words)
    yield from _named_by_address(names, emails)


def names_in(label: str) -> Iterator[tuple[str, ...]]:
    """The folded words of a label's name, and of its other spellings: umlauts written out, Latin letters."""
    if is_generic(label):
        return
    words = label_words(label)
    yield words
    if (out := written_out(label)) != label:
        yield label_words(out)
    if not all(map(str.isascii, words)):
        yield from latin_words(words)


def _of_label(label: str, collective: bool) -> Iterator[Spelled]:
    display = display_name(label)
    if is_generic(label):
        if len(display.split()) > 1:
            yield _spelled(label, whole=True)
        return
    for whole in (label, display, *nicknames(label)):
        yield _spelled(whole, whole=True)
    if collective:
        return
    words = label_words(label)
    yield from _of_words(words)
    if len(words) > 1:
        yield _spelled(f"{words[0][0]}. {words[-1]}")


def _of_words(words: Sequence[str]) -> Iterator[Spelled]:
    if len(words) > 1:
        given, family = words[0], words[-1]
        for spelled in (" ".join(words), f"{given} {family}", f"{family}, {given}"):
            yield _spelled(spelled, whole=True)
        yield _spelled(" ".join(_compound_family(words)))
    for word in words:
        if stands_alone(word):
            yield _spelled(word)
    for word in given_words(tuple(words)):
        yield Spelled(fold_name(word), Case.CAPITAL)


def _of_address(address: str) -> Iterator[Spelled]:
    yield _spelled(address, whole=True)._replace(form="email")
    local = address.partition("@")[0].partition("+")[0]
    if len(local) >= 3 and not local.isdecimal() and local.lower() not in _GENERIC_MAILBOXES:
        yield _spelled(local)


def _spelled(spelled: str, *, whole: bool = False) -> Spelled:
    key = fold_name(spelled)
    any_case = key not in FUNCTION_WORDS and (whole or not is_common(key))
    return Spelled(key, Case.ANY if any_case else Case.CAPITAL, whole)


def _says_something(spelled: Spelled) -> bool:
    return len(spelled.key) > 1 and any(c.isalnum() for c in spelled.key)


def _compound_family(words: Sequence[str]) -> Sequence[str]:
    """The family name with the particles before it: ``del fante``."""
    at = len(words) - 1
    while at > 1 and words[at - 1] in PARTICLES:
        at -= 1
    return words[at:]


def _case_of(word: str) -> Case:
    """How a derived word must be written: the more it is an English word, the more must speak for a name."""
    if is_ordinary(word) or (is_english(word) and not is_given_name(word)):
        return Case.CONTEXT
    return Case.ANY if len(word) > 3 or (len(word) == 3 and is_given_name(word)) else Case.CAPITAL


def _called(words: Sequence[str]) -> Iterator[Spelled]:
    """Short and full forms of the given name, and what sounds the same, alone and with the family name."""
    given, family = words[0], words[-1]
    other = also_called(given) | heard_as(given)
    for name in sorted(other):
        yield Spelled(name, _case_of(name))
        if len(words) > 1:
            yield Spelled(f"{name} {family}", Case.ANY if name not in FUNCTION_WORDS else Case.CAPITALS, whole=True)
    if len(words) > 1:
        for name in sorted(heard_as(family)):
            yield Spelled(name, Case.ANY if is_known_name(name) and len(name) > _LONG_ENOUGH else _case_of(name))
            yield Spelled(f"{given} {name}", Case.CAPITALS if is_ordinary(name) else Case.ANY, whole=True)


def _initialed(words: Sequence[str]) -> Iterator[Spelled]:
    given, family = words[0], words[-1]
    for initials in dotted(words):
        yield Spelled(initials, Case.INITIALS)
    if len(family) > 1 and (spelled := initialed_given(given, family)):
        yield Spelled(spelled, Case.CAPITALS if is_common(family) or family in PLAIN_WORDS else Case.ANY)
    if len(given) > 1:
        for spelled in initialed_family(given, family):
            yield Spelled(spelled, Case.CAPITALS)


def _handles(given: str, family: str) -> Iterator[Spelled]:
    """``jane.doe``, ``doe_jane``, ``jdoe``, ``janed`` and the like; of those without a sign, what is no word."""
    first, last = given.replace("-", ""), family.replace("-", "")
    if not (first.isalpha() and last.isalpha()):
        return
    for sign in "._-":
        for one, two in ((first, last), (last, first), (first[0], last)):
            if len(one) + len(two) >= _SHORTEST_HANDLE:
                yield Spelled(f"{one}{sign}{two}", whole=True)
    for handle in (first + last, last + first, first[0] + last, first + last[0], last + first[0]):
        if len(handle) >= _SHORTEST_HANDLE and is_no_word(handle):
            yield Spelled(handle, whole=True)


def _made_of(words: Sequence[str]) -> Iterator[Spelled]:
    """Neighbouring words in one, the parts of hyphenated ones, and the family name's plural."""
    for one, two in pairwise(words):
        if is_no_word(one + two):
            yield Spelled(one + two, whole=len(words) == 2)
    for word in words:
        parts = word.split("-")
        if len(parts) > 1:
            yield Spelled(" ".join(parts))
            yield Spelled("".join(parts))
            yield from (Spelled(part, max(Case.CAPITAL, _case_of(part))) for part in parts if len(part) > 2)
    plural = f"{words[-1]}s" if words else ""
    if len(words) > 1 and len(plural) > _SHORTEST_PLURAL and not is_ordinary(words[-1]) and is_no_word(plural):
        yield Spelled(plural)


def _named_by_address(names: Sequence[tuple[str, ...]], emails: Sequence[str]) -> Iterator[Spelled]:
    """The full name in ``jane.doe@…`` where the label has but one of its words."""
    known = {word for words in names for word in words}
    for address in emails:
        words = fold_name(address.partition("@")[0].partition("+")[0]).replace("_", ".").replace("-", ".").split(".")
        if len(words) > 1 and all(len(word) > 2 and word.isalpha() and word not in GENERIC for word in words):
            fresh = [word for word in words if word not in known]
            if len(fresh) < len(words) or not known:
                yield Spelled(" ".join(words), whole=True)
                yield from (Spelled(word, max(Case.CAPITAL, _case_of(word))) for word in fresh)


def is_no_word(made: str) -> bool:
    """Whether letters that were put together are neither an English word nor another name."""
    return not (is_english(made) or is_known_name(made) or is_inflected(made))
