"""Replace what was replaced once wherever else it stands.

A string that detection saw in one place and missed in another would leave all the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from proxy.model import Passage
from proxy.redaction.naming import is_just_word
from proxy.redaction.originals import Hit, Originals
from proxy.redaction.precedence import PERSON
from proxy.redaction.spans import Claim, merge, prepare, subtract


def sweep(
    texts: Mapping[int, str],
    regions: Sequence[Passage],
    claims: Sequence[Sequence[Claim]],
    replaced: Mapping[str, Claim],
    originals: Originals,
) -> list[tuple[Claim, ...]]:
    """The claims of each region, with claims on all further occurrences of what was replaced.

    `texts` are slots by index, `regions` the parts of them that may be edited, `replaced` the claim under which
    each string was replaced first, `originals` the search for these strings. Slots are searched whole, so that a
    string that goes on over two regions is found in both. What is claimed already stays as it is, and so does a word
    that is somebody's name elsewhere.
    """
    found: list[list[Claim]] = [[] for _ in regions]
    for slot in sorted({region.slot for region in regions}):
        inside = sorted((i for i, region in enumerate(regions) if region.slot == slot), key=lambda i: regions[i].start)
        ends = [regions[i].end for i in inside]
        for hit in originals.hits(texts[slot], weak=True):
            if replaced[hit.original].kind == PERSON and is_just_word(texts[slot], hit.start, hit.end):
                continue
            for i in islice(inside, bisect_right(ends, hit.start), None):
                if regions[i].start >= hit.end:
                    break
                found[i].append(_within(regions[i], hit, replaced[hit.original]))
    return [
        tuple(
            sorted((*known, *merge(subtract(region.text, prepare(region.text, fresh), known))), key=lambda c: c.start)
        )
        for region, known, fresh in zip(regions, claims, found, strict=True)
    ]


def _within(region: Passage, hit: Hit, like: Claim) -> Claim:
    """A claim on the part of a hit that lies in a region, alike to that under which the string was replaced first."""
    start, end = max(hit.start, region.start), min(hit.end, region.end)
    whole = hit.whole and (start, end) == (hit.start, hit.end)
    value = (like.value or hit.original) if whole or like.kind == PERSON else None
    return replace(like, start=start - region.start, end=end - region.start, value=value, piece=not whole)
