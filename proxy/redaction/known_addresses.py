"""The addresses of a request that hold a pseudonym: a reply that repeats one may have its original back there.

Addresses are compared without a scheme and without the signs that close a sentence (see `known_form`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from proxy.redaction.exfiltration import URL, Outward

_LONGEST = 4096
"""Longest address of a request, in characters, that can be recognized in the reply."""
_LEADING_SCHEME = re.compile(r"\A[<\s]*(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?=[/\\]{2})")
_CLOSING = ".,;:!?)'\"]}*_~<>` \t\r\n"
_URL_KIND = "URL_"
_KIND_OF_SECRETS = "SECRET_"
_PLAIN = re.compile(r"[A-Za-z0-9_]+")
"""Text in which nothing begins, unless something before it has."""
_ENDS_WORD = re.compile(r"[,.;:]?\s")
"""What follows a word that begins no host."""
_TOLD_BY = 20
"""How many characters before a pseudonym tell whether it may begin an address."""


class Piece(NamedTuple):
    """A piece of a text as it leaves.

    `pseudonym`: it is a pseudonym. `address`: it is the pseudonym of an address. `said` is the text that the pseudonym
    replaced, where that differs from its original.
    """

    text: str
    pseudonym: bool = False
    address: bool = False
    said: str = ""


def stands_for_address(pseudonym: str) -> bool:
    """Whether a pseudonym stands for an address that the request contained."""
    return pseudonym.startswith(_URL_KIND)


def is_secret(pseudonym: str) -> bool:
    """Whether a pseudonym stands for a key, a password or another secret."""
    return pseudonym.startswith(_KIND_OF_SECRETS)


def known_form(address: str) -> str:
    """The form in which addresses are compared: no scheme, and no closing signs that belong to the sentence."""
    return _LEADING_SCHEME.sub("", address, count=1).rstrip(_CLOSING)


def may_become(beginning: str, known: Iterable[str]) -> bool:
    """Whether an address with this beginning may turn out to be one of the `known` ones."""
    form = _LEADING_SCHEME.sub("", beginning, count=1)
    return any(address.startswith(form) for address in known)


def place_in(beginning: str) -> int:
    """The index of the last character of this beginning in the compared form of the address (see `known_form`)."""
    return len(_LEADING_SCHEME.sub("", beginning, count=1)) - 1


def addresses_with_pseudonyms(pieces: Iterable[Piece]) -> dict[str, dict[int, str]]:
    """The addresses of one text that hold a pseudonym, in their compared form (see `known_form`).

    Each maps the positions of its pseudonyms to the text replaced there; empty where that is the original.
    """
    reader = Outward(longest=_LONGEST)
    holding: dict[str, dict[int, str]] = {}
    found: dict[str, dict[int, str]] = {}
    heads: dict[int, str] = {}  # the replaced text, by position in the text, where a host may begin
    at = 0
    for piece, following in pairwise((*pieces, Piece(""))):
        begins = at
        if piece.pseudonym and not holding and reader.idle and _PLAIN.fullmatch(piece.text):
            reader.feed(piece.text)
            at += len(piece.text)
            if heads or not _ENDS_WORD.match(following.text):
                heads[begins] = piece.said
        for part in _parts(piece, holding, heads) if at == begins else ():
            for kind in [kind for kind in holding if reader.is_long(kind)]:
                del holding[kind]
            before = dict(reader.open)
            if piece.pseudonym and at == begins:
                reader.name_begins()
            reader.feed(part)
            at += len(part)
            for kind in holding.keys() - reader.open.keys():
                found.setdefault(known_form(before[kind]), holding.pop(kind))
            holding.update(_headed(reader, before, heads, at))
            if piece.pseudonym:
                holding.update({kind: holding.get(kind, {}) for kind in reader.open})
            if piece.pseudonym and at == begins + 1:
                heads[begins] = piece.said
                for kind, text in reader.open.items():
                    holding[kind][place_in(text)] = piece.said
            elif part.isspace():
                heads.clear()
        if piece.address and URL not in reader.open:
            reader.begin(piece.text)
            holding[URL] = {}
    rest = {known_form(reader.open[kind]): said for kind, said in holding.items() if not reader.is_long(kind)}
    whole = {address: said for address, said in (rest | found).items() if address}
    return {**_within_quotes(whole), **whole}


def _within_quotes(found: Mapping[str, dict[int, str]]) -> dict[str, dict[int, str]]:
    """These addresses as a reader of JSON has them: up to the quotation mark over which they go on in a text."""
    cut = {known_form(address.partition('"')[0]): said for address, said in found.items() if '"' in address}
    return {
        address: {place: text for place, text in said.items() if place < len(address)}
        for address, said in cut.items()
        if address
    }


def _headed(reader: Outward, before: Mapping[str, str], heads: Mapping[int, str], at: int) -> dict[str, dict[int, str]]:
    """The contexts that open at the character before `at` and whose text contains one of the `heads`."""
    starts = {kind: at - len(held) for kind, held in reader.open.items() if heads and kind not in before}
    within = {
        kind: {place - start: said for place, said in heads.items() if place >= start} for kind, start in starts.items()
    }
    return {kind: said for kind, said in within.items() if said}


def _parts(piece: Piece, holding: Mapping[str, object], heads: Mapping[int, str]) -> Iterator[str]:
    """Yield a piece: one character at a time while an open address matters or may come to matter, else the rest."""
    at = 0
    while at < len(piece.text):
        single = bool(holding or heads) or piece.pseudonym
        yield piece.text[at : at + 1] if single else piece.text[at:]
        at = at + 1 if single else len(piece.text)
