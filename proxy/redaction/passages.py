"""Map findings in blocks back to their passages, so that no edit crosses a turn or joins the words of two people.

A number or an address may continue over cues and turns of one person. The part in each turn is a finding of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from proxy.detection.blocks import Block, Place
from proxy.detection.spoken import written
from proxy.model import Finding
from proxy.redaction.spans import EMAIL
from proxy.wording.folded import digits_of, has_alnum

_NAMED = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME"})
_FEWEST_DIGITS = 3
_FULL_STOP = re.compile(r"[^\n]*[.!?…]['\"’”)\]]*\s*")


class _Piece(NamedTuple):
    """The part of a block's finding that lies in one passage: the place, and the finding in passage coordinates."""

    place: Place
    finding: Finding

    @property
    def start(self) -> int:
        """Where it begins in the joined text."""
        return self.place.start + self.finding.start

    @property
    def end(self) -> int:
        """Where it ends in the joined text."""
        return self.place.start + self.finding.end


def locate(blocks: Sequence[Block], findings: Sequence[Sequence[Finding]]) -> list[list[Finding]]:
    """Findings by passage, in passage coordinates; the list reaches to the last passage of the blocks.

    `findings` holds the findings of each block, in block coordinates. A finding that crosses passages becomes one
    finding for each passage. Pieces of one person's speech share an `entity`, and so do pieces that detection tied
    together, numbered by the place in the block where their entity begins. Words of two people are never one entity.
    If one of them ended a sentence before the other began, a piece that says nothing alone ("Oh") is dropped. White
    space at the ends is trimmed, pieces without letters and digits are dropped, and a finding of two overlapping
    blocks counts once.
    """
    count = max((place.passage for block in blocks for place in block.places), default=-1) + 1
    located: list[dict[tuple[int, int, str], Finding]] = [{} for _ in range(count)]
    numbers: dict[object, int] = {}
    for block, found in zip(blocks, findings, strict=True):
        for piece in _told_apart(block, list(_by_entity(block, found)), numbers):
            fresh = piece.finding
            key = (fresh.start, fresh.end, fresh.kind)
            known = located[piece.place.passage].get(key)
            if known is None or known.score < fresh.score:
                located[piece.place.passage][key] = fresh
    return [sorted(found.values(), key=lambda f: (f.start, -f.end, f.kind)) for found in located]


def _by_entity(block: Block, found: Sequence[Finding]) -> Iterator[tuple[object, list[_Piece], list[_Piece]]]:
    """The entities of a block: a key, the pieces in order, and the pieces that repeat the entity."""
    starts = [place.start for place in block.places]
    tied: dict[object, tuple[list[_Piece], list[_Piece]]] = {}
    for finding in found:
        pieces = list(_pieces(block, starts, finding))
        if finding.entity is None:
            yield (finding.kind, finding.start + block.start, finding.end + block.start), pieces, []
        else:
            said, again = tied.setdefault((finding.kind, finding.entity + block.start), ([], []))
            (again if finding.again else said).extend(pieces)
    for key, (said, again) in tied.items():
        yield key, sorted(said, key=lambda piece: (piece.start, -piece.end)), again


def _told_apart(
    block: Block, entities: Iterable[tuple[object, list[_Piece], list[_Piece]]], numbers: dict[object, int]
) -> Iterator[_Piece]:
    """All pieces; a number ties those of one speaker. `numbers` gives equal entities of all blocks one number."""
    for key, said, again in entities:
        speakers: dict[object, list[_Piece]] = {}
        for piece in said:
            speakers.setdefault(_speaker(piece.place), []).append(piece)
        ended = len(speakers) > 1 and _is_ended(block, said)
        if ended:
            speakers = {who: pieces for who, pieces in speakers.items() if _says_something(block, pieces)} or speakers
        longest = max(speakers, key=lambda who: sum(p.end - p.start for p in speakers[who]), default=None)
        for who, pieces in speakers.items():
            repeats = again if who == longest else []
            if len(pieces) + len(repeats) == 1:
                yield from pieces
                continue
            number = numbers.setdefault((key, who), len(numbers))
            yield from (_tied(piece, number) for piece in pieces)
            yield from (_tied(piece, number, again=True) for piece in repeats)
        if not speakers:
            yield from again


def _tied(piece: _Piece, entity: int, *, again: bool = False) -> _Piece:
    return piece._replace(finding=replace(piece.finding, entity=entity, again=again))


def _speaker(place: Place) -> object:
    """Who said a passage; words of an unknown speaker belong together only within their slot."""
    return (place.slot, None) if place.owner is None else place.owner


def _is_ended(block: Block, pieces: Sequence[_Piece]) -> bool:
    """Whether a speaker ended a sentence with one of the pieces before another speaker said the next one."""
    return any(
        _speaker(one.place) != _speaker(two.place)
        and _FULL_STOP.fullmatch(block.text, one.start - block.start, one.place.end - block.start) is not None
        for one, two in pairwise(pieces)
    )


def _says_something(block: Block, pieces: Sequence[_Piece]) -> bool:
    """Whether one speaker's pieces may be an entity without what others said of it."""
    said = " ".join(block.text[piece.start - block.start : piece.end - block.start] for piece in pieces)
    kind = pieces[0].finding.kind
    if kind == EMAIL:
        return "@" in written(said)
    return kind in _NAMED or len(digits_of(written(said))) >= _FEWEST_DIGITS or len(said.split()) > _FEWEST_DIGITS


def _pieces(block: Block, starts: Sequence[int], finding: Finding) -> Iterator[_Piece]:
    """The parts of a block's finding by passage, trimmed, without its entity number."""
    start, end = finding.start + block.start, finding.end + block.start
    for place in block.places[max(bisect_right(starts, start) - 1, 0) :]:
        if place.start >= end:
            return
        low, high = max(start, place.start), min(end, place.end)
        piece = block.text[low - block.start : high - block.start]
        low += len(piece) - len(piece.lstrip())
        high -= len(piece) - len(piece.rstrip())
        whole = start >= place.start and end <= place.end
        if low < high and (whole or has_alnum(piece)):
            at, until = low - place.start, high - place.start
            yield _Piece(place, replace(finding, start=at, end=until, entity=None, again=False))
