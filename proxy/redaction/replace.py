"""Turn resolved claims into edits: pseudonyms given out in reading order, and whatever else policy says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from proxy.edits import apply_edits
from proxy.model import WITHHELD, Edit, Passage, Span
from proxy.redaction.actions import tidied
from proxy.redaction.anonymizer import Act, Substitutes
from proxy.redaction.claims import Policy
from proxy.redaction.originals import Originals
from proxy.redaction.outward import Piece, addresses_with_pseudonyms, stands_for_address
from proxy.redaction.people import People
from proxy.redaction.pseudonyms import WITHHELD_PERSON, PseudonymMap, Pseudonyms
from proxy.redaction.spans import EMAIL, PERSON, QUOTE, Claim
from proxy.redaction.spoken import spelled
from proxy.redaction.tokens import lookalikes

_BRACKETS = {"[": "]", "<": ">", "{": "}"}
_REMOVED = "[removed]"
_BLANK = "\x00"


@dataclass(frozen=True, slots=True)
class Placed:
    """A span of a slot that is replaced. `literal` is what by; without it, by a pseudonym.

    `claim` is None for a label; `key` is the person's, None for what is no person, or nobody in particular.
    `whole` is the span before white space was tidied.
    """

    slot: int
    start: int
    end: int
    said: str
    claim: Claim | None
    key: str | None
    literal: str | None = None
    whole: Span | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Edits by slot with what they rest on; claims that were carried out, by region, and counts of those kept."""

    edits: Mapping[int, tuple[Edit, ...]]
    pseudonyms: PseudonymMap
    originals: Originals
    removed: tuple[tuple[Claim, ...], ...]
    kept: Mapping[str, int]


def place(
    *,
    texts: Mapping[int, str],
    regions: Sequence[Passage],
    claims: Sequence[Sequence[Claim]],
    labels: Sequence[Placed],
    people: People,
    policy: Policy,
    originals: Originals,
) -> Result:
    """Carry out the claims. `texts` are slots by index, in reading order; `originals` is every replaced string."""
    substitutes = Substitutes(lambda words: bool(originals.search(words, weak=True)))
    placed: dict[int, list[Placed]] = {slot: [] for slot in texts}
    for label in labels:
        placed[label.slot].append(label if label.key else replace(label, literal=WITHHELD_PERSON))
    removed: list[tuple[Claim, ...]] = []
    kept: dict[str, int] = {}
    for region, laid in zip(regions, claims, strict=True):
        done: list[Claim] = []
        low = 0
        for claim in laid:
            said = region.text[claim.start : claim.end]
            if policy.is_unchanged(claim, said):
                kept[claim.kind] = kept.get(claim.kind, 0) + 1
                continue
            spot = _place(region, claim, _key(claim, said, people), people)
            if spot.literal is None:
                spot = _act(spot, policy.of(claim), region, low, substitutes)
            placed[region.slot].append(spot)
            done.append(claim)
            low = spot.end - region.start
        removed.append(tuple(done))
    for spots in placed.values():
        spots.sort(key=lambda spot: spot.start)

    taken = _taken(texts, placed)
    pseudonyms = Pseudonyms(people, taken)
    edits = {slot: tuple(_edit(spot, pseudonyms) for spot in spots) for slot, spots in placed.items() if spots}
    bracketed = frozenset(
        texts[slot][edit.start - 1] + edit.replacement + texts[slot][edit.end]
        for slot, made in edits.items()
        for edit in made
        if edit.start and _BRACKETS.get(texts[slot][edit.start - 1]) == texts[slot][edit.end : edit.end + 1]
    )
    given = pseudonyms.finished(bracketed, frozenset(_split(regions, edits)))
    originals = originals.beside((*given.originals, WITHHELD_PERSON, WITHHELD, _REMOVED))
    for slot, made in edits.items():
        gaps = [spot.whole is not None for spot in placed[slot]]
        if any(gaps) and originals.search(apply_edits(texts[slot], made), weak=True):
            # What stood beside a removed text may read as an original together: leave a marker between.
            edits[slot] = tuple(
                Edit(*spot.whole, _REMOVED) if spot.whole is not None else edit
                for spot, edit in zip(placed[slot], made, strict=True)
            )
    addresses = _addresses(texts, edits, given.originals)
    spelled = {address: _other_forms(places) for address, places in addresses.items() if any(places.values())}
    given = replace(given, addresses=frozenset(addresses), spelled=MappingProxyType(spelled))
    return Result(edits, given, originals, tuple(removed), kept)


def _split(regions: Sequence[Passage], edits: Mapping[int, Sequence[Edit]]) -> Iterator[str]:
    """Pseudonyms that are all of two turns of one speaker in a row: parts of one name, a word a turn."""
    whole = {(slot, edit.start, edit.end): edit.replacement for slot, made in edits.items() for edit in made}
    for one, two in pairwise(regions):
        said = whole.get((one.slot, one.start, one.end))
        if said and one.owner == two.owner and said == whole.get((two.slot, two.start, two.end)):
            yield said


def _addresses(
    texts: Mapping[int, str], edits: Mapping[int, Sequence[Edit]], pseudonyms: Mapping[str, str]
) -> dict[str, Mapping[int, str]]:
    """The addresses of a request that hold a pseudonym, and what was said there; of two that leave alike, the first."""
    found: dict[str, Mapping[int, str]] = {}
    for slot, made in edits.items():
        for address, said in addresses_with_pseudonyms(_pieces(texts[slot], made, pseudonyms)).items():
            found.setdefault(address, said)
    return {address: said for address, said in found.items() if address not in pseudonyms}


def _other_forms(places: Mapping[int, str]) -> dict[int, str]:
    """What was said in an address where the original of the pseudonym is another form."""
    return {place: said for place, said in places.items() if said}


def _pieces(text: str, edits: Sequence[Edit], pseudonyms: Mapping[str, str]) -> Iterator[Piece]:
    """A text as it leaves, in pieces that tell where pseudonyms are, and what was said if not their originals."""
    at = 0
    for edit in edits:
        yield Piece(text[at : edit.start])
        put = edit.replacement
        original = pseudonyms.get(put)
        said = text[edit.start : edit.end]
        known = original is not None
        yield Piece(put, known, known and stands_for_address(put), "" if said == original else said)
        at = edit.end
    yield Piece(text[at:])


def _place(region: Passage, claim: Claim, key: str | None, people: People) -> Placed:
    """A claim in its slot, with what is sure before policy is asked."""
    start, end = region.start + claim.start, region.start + claim.end
    literal = WITHHELD if claim.kind == QUOTE else WITHHELD_PERSON if key in people.withheld else None
    return Placed(region.slot, start, end, region.text[claim.start : claim.end], claim, key, literal)


def _act(spot: Placed, action: Act | None, region: Passage, low: int, substitutes: Substitutes) -> Placed:
    """What policy makes of a claim; no edit may begin before `low` in the region."""
    if action is None or spot.claim is None:
        return spot
    made = substitutes.of(action, spot.claim.kind, spot.said, piece=spot.claim.piece)
    if made != "":
        return replace(spot, literal=made)
    cut = tidied(region.text, Span(spot.start - region.start, spot.end - region.start), low)
    start, end = region.start + cut.start, region.start + cut.end
    return replace(spot, start=start, end=end, literal="", whole=Span(spot.start, spot.end))


def _key(claim: Claim, said: str, people: People) -> str | None:
    """The key of the person whom a claim means; None for other kinds and for addresses of nobody known."""
    if claim.kind == EMAIL:
        if claim.form == "email" and len(claim.people) == 1:
            return min(claim.people)
        return people.of_address(claim.value or said)
    if claim.kind != PERSON:
        return None
    if claim.form == "handle":
        silent = claim.people & people.withheld
        return min(silent) if silent else f"handle:{said}"
    named = claim.value if claim.value and people.has_full(claim.value) else said
    named = spelled(claim.value or said) or named
    return people.of(named, claim.people, claim.whole)


def _taken(texts: Mapping[int, str], placed: Mapping[int, Sequence[Placed]]) -> dict[str, frozenset[int]]:
    """Numbers that may not be given out, since the request holds look-alikes, or will with these edits made."""
    kinds = {spot.claim.kind for spots in placed.values() for spot in spots if spot.claim} | {PERSON}
    skeletons = [
        apply_edits(texts[slot], [Edit(s.start, s.end, _BLANK if s.literal is None else s.literal) for s in spots])
        for slot, spots in placed.items()
        if any(spot.literal is not None for spot in spots)
    ]
    return lookalikes([*texts.values(), *skeletons], kinds - {QUOTE})


def _edit(spot: Placed, pseudonyms: Pseudonyms) -> Edit:
    if spot.literal is not None:
        return Edit(spot.start, spot.end, spot.literal)
    claim = spot.claim
    if claim is not None and claim.kind == EMAIL:
        token = pseudonyms.address(claim.value if claim.piece and claim.value else spot.said, spot.key)
    elif spot.key is not None:
        token = pseudonyms.person(spot.key, spot.said)
    else:
        kind = claim.kind if claim is not None else PERSON
        value, piece = (claim.value, claim.piece) if claim is not None else (None, False)
        token = pseudonyms.other(kind, spot.said, value, piece)
    return Edit(spot.start, spot.end, token)
