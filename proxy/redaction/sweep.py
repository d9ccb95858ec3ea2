"""Replace what was replaced once wherever else it stands.

A string that detection saw in one place and missed in another would leave all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from proxy.model import Passage
from proxy.redaction.originals import Hit, Originals
from proxy.redaction.spans import PERSON, Claim, merge, prepare, subtract


def sweep(
    texts: Mapping[int, str],
    regions: Sequence[Passage],
    claims: Sequence[Sequence[Claim]],
    replaced: Mapping[str, Claim],
) -> list[tuple[Claim, ...]]:
    """The claims of each region, with claims on all further occurrences of what was replaced.

    `texts` are slots by index, `regions` the parts of them that may be edited, `replaced` the claim under which
    each string was replaced first. Slots are searched whole, so that a string that goes on over two regions is
    found in both. What is claimed already stays as it is.
    """
    originals = Originals(replaced)
    hits = {slot: originals.hits(texts[slot], weak=True) for slot in {region.slot for region in regions}}
    swept: list[tuple[Claim, ...]] = []
    for region, known in zip(regions, claims, strict=True):
        found = prepare(region.text, _within(region, hits[region.slot], replaced))
        found.sort(key=lambda c: (c.start, -c.end))
        fresh = merge(subtract(region.text, found, known))
        swept.append(tuple(sorted((*known, *fresh), key=lambda c: c.start)))
    return swept


def _within(region: Passage, hits: Sequence[Hit], replaced: Mapping[str, Claim]) -> Iterator[Claim]:
    for hit in hits:
        start, end = max(hit.start, region.start), min(hit.end, region.end)
        if start < end:
            like = replaced[hit.original]
            whole = (start, end) == (hit.start, hit.end)
            value = (like.value or hit.original) if whole or like.kind == PERSON else None
            yield replace(like, start=start - region.start, end=end - region.start, value=value)
