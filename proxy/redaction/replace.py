"""Turn resolved claims into edits.

`place` issues pseudonyms in reading order and carries out the other actions of the policy. `sweep` first extends the
claims to every other occurrence of a replaced string: a string that detection found in one place and missed in another
would still leave.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from types import MappingProxyType

from proxy.detection.precedence import PERSON
from proxy.detection.spoken import spelled
from proxy.model import WITHHELD, Action, Edit, Passage, Span, apply_edits
from proxy.redaction.actions import tidied
from proxy.redaction.anonymizer import Operation, Substitutes
from proxy.redaction.claims import Policy, mentioned
from proxy.redaction.cut_numbers import cut_numbers
from proxy.redaction.identities import People, is_just_word
from proxy.redaction.known_addresses import Piece, addresses_with_pseudonyms, stands_for_address
from proxy.redaction.originals import Hit, Originals
from proxy.redaction.pseudonyms import WITHHELD_PERSON, PseudonymMap, Pseudonyms, lookalikes
from proxy.redaction.roster.search import Mention
from proxy.redaction.spans import EMAIL, QUOTE, Claim, merge, prepare, subtract
from proxy.wording.folded import fold_name

_BRACKETS = {"[": "]", "<": ">", "{": "}"}
_REMOVED = "[removed]"
_BLANK = "\x00"
_JOINS = re.compile(r"[\w\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class PlacedSpan:
    """A span of a slot that is replaced by `words`, or by a pseudonym if `words` is None.

    `claim` is None for a label. `key` is the person's key, None if the span means no person or nobody in particular.
    `cut` is the span with its adjoining white space, where the text is removed without a replacement.
    """

    slot: int
    start: int
    end: int
    said: str
    claim: Claim | None
    key: str | None
    words: str | None = None
    cut: Span | None = None

    def edit(self, words: str) -> Edit:
        """The edit that puts `words` in place of the span."""
        return Edit(*(self.cut or (self.start, self.end)), words)


def place(
    texts: Mapping[int, str],
    regions: Sequence[Passage],
    claims: Sequence[Sequence[Claim]],
    *,
    labels: Sequence[PlacedSpan],
    people: People,
    policy: Policy,
    originals: Originals,
    named: Callable[[str], Iterable[Mention]],
) -> tuple[dict[int, tuple[Edit, ...]], PseudonymMap, Originals]:
    """Carry out the claims: edits by slot, the map of pseudonyms, and the search for originals that respects both.

    `texts` are slots by index, in reading order. `originals` holds every replaced string, and `named` finds what the
    roster records: no operator may answer with either, because the last search would find it.
    """

    def is_told(words: str) -> bool:
        names = (claim for claim in mentioned(named(words)) if policy.of(claim) is not Action.KEEP)
        return bool(originals.search(words, weak=True)) or originals.tells_number(words) or any(names)

    substitutes = Substitutes(is_told)
    # Only operators are told of pieces; most policies have none.
    operates = any(isinstance(act, Operation) for act in policy.actions.values())
    pieces = cut_numbers(regions, claims) if operates else frozenset()
    placed: dict[int, list[PlacedSpan]] = {slot: [] for slot in texts}
    for label in labels:
        placed[label.slot].append(label)
    for region, laid in zip(regions, claims, strict=True):
        low = 0
        for claim in laid:
            spot = _placed(region, claim, low, people=people, policy=policy, substitutes=substitutes, pieces=pieces)
            placed[region.slot].append(spot)
            low = (spot.cut.end if spot.cut else spot.end) - region.start
    for spots in placed.values():
        spots.sort(key=lambda spot: spot.start)

    pseudonyms = Pseudonyms(people, _taken(texts, placed))
    edits = {
        slot: tuple(spot.edit(_pseudonym(spot, pseudonyms) if spot.words is None else spot.words) for spot in spots)
        for slot, spots in placed.items()
        if spots
    }
    given = pseudonyms.finished(_bracketed(texts, edits), frozenset(_split(regions, edits)))
    originals = originals.beside((*given.originals, WITHHELD_PERSON, WITHHELD, _REMOVED))
    for slot, made in edits.items():
        gaps = [spot.cut is not None for spot in placed[slot]]
        if any(gaps) and originals.search(apply_edits(texts[slot], made), weak=True):
            # The text on both sides of a removal may read as an original together: leave a marker between.
            edits[slot] = tuple(
                Edit(spot.start, spot.end, _REMOVED) if gap else edit
                for spot, gap, edit in zip(placed[slot], gaps, made, strict=True)
            )
    addresses = _addresses(texts, edits, given.originals)
    spelled = {address: _other_forms(places) for address, places in addresses.items() if any(places.values())}
    return edits, replace(given, addresses=frozenset(addresses), spelled=MappingProxyType(spelled)), originals


def _bracketed(texts: Mapping[int, str], edits: Mapping[int, Sequence[Edit]]) -> frozenset[str]:
    """The replacements that stand between brackets of the request, with these brackets."""
    return frozenset(
        texts[slot][edit.start - 1] + edit.replacement + texts[slot][edit.end]
        for slot, made in edits.items()
        for edit in made
        if edit.start and _BRACKETS.get(texts[slot][edit.start - 1]) == texts[slot][edit.end : edit.end + 1]
    )


def _split(regions: Sequence[Passage], edits: Mapping[int, Sequence[Edit]]) -> Iterator[str]:
    """Pseudonyms that fill two successive turns of one speaker: parts of one name, one word a turn."""
    whole = {(slot, edit.start, edit.end): edit.replacement for slot, made in edits.items() for edit in made}
    for one, two in pairwise(regions):
        said = whole.get((one.slot, one.start, one.end))
        if said and one.owner == two.owner and said == whole.get((two.slot, two.start, two.end)):
            yield said


def _addresses(
    texts: Mapping[int, str], edits: Mapping[int, Sequence[Edit]], pseudonyms: Mapping[str, str]
) -> dict[str, Mapping[int, str]]:
    """The addresses of a request that hold a pseudonym, and what was said there. The first of equal ones wins."""
    found: dict[str, Mapping[int, str]] = {}
    for slot, made in edits.items():
        for address, said in addresses_with_pseudonyms(_pieces(texts[slot], made, pseudonyms)).items():
            found.setdefault(address, said)
    return {address: said for address, said in found.items() if address not in pseudonyms}


def _other_forms(places: Mapping[int, str]) -> dict[int, str]:
    """The text at each position of an address where it differs from the original of the pseudonym."""
    return {place: said for place, said in places.items() if said}


def _pieces(text: str, edits: Sequence[Edit], pseudonyms: Mapping[str, str]) -> Iterator[Piece]:
    """A text as it leaves, in pieces that mark pseudonyms, and what was said where that is not the original."""
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


def _placed(
    region: Passage,
    claim: Claim,
    low: int,
    *,
    people: People,
    policy: Policy,
    substitutes: Substitutes,
    pieces: Collection[str],
) -> PlacedSpan:
    """A claim as a span of its slot, with its replacement; no edit may begin before `low` in the region.

    `pieces` are the words, folded, that are a piece of something longer wherever they stand.
    """
    start, end = region.start + claim.start, region.start + claim.end
    said = region.text[claim.start : claim.end]
    key, act = _key(claim, claim.base or said, people), policy.of(claim)
    cut = None
    if claim.kind == QUOTE:
        words: str | None = WITHHELD
    elif key in people.withheld:
        words = WITHHELD_PERSON
    elif act is None:
        words = None
    else:
        words = substitutes.of(act, claim.kind, said, piece=fold_name(said) in pieces)
        if words == "":
            span = tidied(region.text, Span(claim.start, claim.end), low)
            cut = Span(region.start + span.start, region.start + span.end)
    return PlacedSpan(region.slot, start, end, said, claim, key, words, cut)


def _key(claim: Claim, said: str, people: People) -> str | None:
    """The key of the person that a claim means; None for other kinds and for addresses of unknown people."""
    if claim.kind == EMAIL:
        if claim.form == "email" and len(claim.people) == 1:
            return min(claim.people)
        return people.of_address(claim.value or said)
    if claim.kind != PERSON:
        return None
    if claim.form == "handle":
        withheld_people = claim.people & people.withheld
        return min(withheld_people) if withheld_people else f"handle:{said}"
    named = claim.value if claim.value and people.has_full(claim.value) else said
    named = spelled(claim.value or said) or named
    return people.of(named, claim.people, claim.whole)


def _taken(texts: Mapping[int, str], placed: Mapping[int, Sequence[PlacedSpan]]) -> dict[str, frozenset[int]]:
    """Numbers not to issue, by kind, because the request holds look-alikes or will hold them after these edits."""
    kinds = {spot.claim.kind for spots in placed.values() for spot in spots if spot.claim} | {PERSON}
    skeletons = [
        apply_edits(texts[slot], [spot.edit(_BLANK if spot.words is None else spot.words) for spot in spots])
        for slot, spots in placed.items()
        if any(spot.words is not None for spot in spots)
    ]
    return lookalikes([*texts.values(), *skeletons], kinds - {QUOTE})


def _pseudonym(spot: PlacedSpan, pseudonyms: Pseudonyms) -> str:
    claim = spot.claim
    if claim is not None and claim.kind == EMAIL:
        return pseudonyms.address(claim.value if claim.piece and claim.value else spot.said, spot.key)
    if spot.key is not None:
        return pseudonyms.person(spot.key, spot.said)
    if claim is None:
        return pseudonyms.other(PERSON, spot.said)
    return pseudonyms.other(claim.kind, spot.said, claim.base or claim.value, claim.piece)


def sweep(
    texts: Mapping[int, str],
    regions: Sequence[Passage],
    claims: Sequence[Sequence[Claim]],
    replaced: Mapping[str, Claim],
    originals: Originals,
) -> list[tuple[Claim, ...]]:
    """The claims of each region, plus claims on all other occurrences of replaced strings.

    `texts` are slots by index, `regions` the parts of them that may be edited, `replaced` the first claim on each
    string, `originals` the search for these strings. Slots are searched whole, so that a string that spans two regions
    is found in both. Existing claims stay as they are. A word that is somebody's name elsewhere but not here stays.
    """
    found: list[list[Claim]] = [[] for _ in regions]
    claimed = [{(claim.start, claim.end) for claim in known} for known in claims]
    for slot in sorted({region.slot for region in regions}):
        inside = sorted((i for i, region in enumerate(regions) if region.slot == slot), key=lambda i: regions[i].start)
        ends = [regions[i].end for i in inside]
        for hit in originals.hits(texts[slot], weak=True):
            if replaced[hit.original].kind == PERSON and is_just_word(texts[slot], hit.start, hit.end):
                continue
            for i in islice(inside, bisect_right(ends, hit.start), None):
                if regions[i].start >= hit.end:
                    break
                place = (hit.start - regions[i].start, hit.end - regions[i].start)
                if not (place in claimed[i] and _stands_alone(regions[i].text, *place)):
                    found[i].append(_within(regions[i], hit, replaced[hit.original]))
    return [_with_fresh(*each) for each in zip(regions, claims, found, strict=True)]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a span is whole words, so that a claim on it covers all that one on a part of a word would."""
    return not _JOINS.match(text, end) and not (start and _JOINS.match(text, start - 1))


def _with_fresh(region: Passage, known: Sequence[Claim], fresh: Sequence[Claim]) -> tuple[Claim, ...]:
    """The known claims, and what fresh ones claim besides, in order."""
    more = merge(subtract(region.text, prepare(region.text, fresh), known)) if fresh else []
    return tuple(sorted((*known, *more), key=lambda claim: claim.start)) if more else tuple(known)


def _within(region: Passage, hit: Hit, like: Claim) -> Claim:
    """A claim on the part of a hit that lies in a region, like the first claim on the same string."""
    start, end = max(hit.start, region.start), min(hit.end, region.end)
    whole = hit.whole and (start, end) == (hit.start, hit.end)
    value = (like.value or hit.original) if whole or like.kind == PERSON else None
    return replace(like, start=start - region.start, end=end - region.start, value=value, piece=not whole)
