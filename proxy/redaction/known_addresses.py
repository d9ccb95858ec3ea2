"""The addresses of a request that hold a pseudonym: a reply that repeats one may have its original back there.

Addresses are compared without a scheme and without the signs that close a sentence (see `known_form`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from proxy.redaction.beginnings import beginnings
from proxy.redaction.exfiltration import URL, Outward
from proxy.redaction.link_notation import IGNORED, is_unsure

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
    reader = _Reader()
    for run in _runs((*pieces, Piece(""))):
        reader.read(run)
    return reader.addresses


class _Reader:
    """Reads one text, piece by piece, and gathers the addresses in it that hold a pseudonym."""

    def __init__(self) -> None:
        self._reader = Outward(longest=_LONGEST)
        self._holding: dict[str, dict[int, str]] = {}
        self._found: dict[str, dict[int, str]] = {}
        self._heads: dict[int, str] = {}  # the replaced text, by position in the text, where a host may begin
        self._at = 0

    @property
    def addresses(self) -> dict[str, dict[int, str]]:
        """The addresses up to now, as `addresses_with_pseudonyms` returns them."""
        opened = {kind: said for kind, said in self._holding.items() if not self._reader.is_long(kind)}
        rest = {known_form(self._reader.open[kind]): said for kind, said in opened.items()}
        whole = {address: said for address, said in (rest | self._found).items() if address}
        return {**_within_quotes(whole), **whole}

    def read(self, run: Sequence[Piece]) -> None:
        """Read the pieces of a run, all but its last one, which the next run begins with."""
        if len(run) > 2 and not (self._holding or self._heads) and self._reader.idle:
            self._feed("".join(piece.text for piece in run[:-1]))
            return
        for piece, following in pairwise(run):
            self._read(piece, following)

    def _feed(self, text: str) -> None:
        self._reader.feed(text)
        self._at += len(text)

    def _read(self, piece: Piece, following: Piece) -> None:
        reader, begins = self._reader, self._at
        if piece.pseudonym and not self._holding and reader.idle and _PLAIN.fullmatch(piece.text):
            self._feed(piece.text)
            if self._heads or not _ENDS_WORD.match(following.text):
                self._heads[begins] = piece.said
        for part in _parts(piece, self._holding, self._heads) if self._at == begins else ():
            self._read_part(part, piece, begins)
        if piece.address and URL not in reader.open:
            reader.begin(piece.text)
            self._holding[URL] = {}

    def _read_part(self, part: str, piece: Piece, begins: int) -> None:
        """Read a part of a piece that begins at a position, and follow what opens and ends with it."""
        reader, holding = self._reader, self._holding
        for kind in [kind for kind in holding if reader.is_long(kind)]:
            del holding[kind]
        before = dict(reader.open)
        if piece.pseudonym and self._at == begins:
            reader.name_begins()
        self._feed(part)
        for kind in holding.keys() - reader.open.keys():
            self._found.setdefault(known_form(before[kind]), holding.pop(kind))
        holding.update(_headed(reader, before, self._heads, self._at))
        if piece.pseudonym:
            holding.update({kind: holding.get(kind, {}) for kind in reader.open})
        if piece.pseudonym and self._at == begins + 1:
            self._heads[begins] = piece.said
            for kind, text in reader.open.items():
                holding[kind][place_in(text)] = piece.said
        elif part.isspace():
            self._heads.clear()


def _runs(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """Cut a text into runs of pieces, each with the piece behind it.

    A run of several is plain: it has no sign at which an address may begin, and each of its pseudonyms is a word of its
    own. No address holds any of them, so such a run can be read as one text.
    """
    signs = beginnings("", "".join(piece.text for piece in pieces))
    first, at, before = 0, 0, ""
    for number, (piece, following) in enumerate(pairwise(pieces)):
        start, at = at, at + len(piece.text)
        has_sign = bisect_left(signs, start) < bisect_left(signs, at)
        if has_sign or not _is_plain(piece, following, before):
            yield from (pieces[low : high + 1] for low, high in pairwise((first, number, number + 1)) if low < high)
            first = number + 1
        before = (before + piece.text)[-_TOLD_BY:]
    if first < len(pieces) - 1:
        yield pieces[first:]


def _is_plain(piece: Piece, following: Piece, before: str) -> bool:
    """Whether no address holds a piece that has no sign for one, behind the text `before` it."""
    if not piece.pseudonym:
        return IGNORED.search(piece.text) is None
    apart = _PLAIN.fullmatch(piece.text) is not None and _ENDS_WORD.match(following.text) is not None
    return apart and not piece.address and not is_unsure(before)


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
