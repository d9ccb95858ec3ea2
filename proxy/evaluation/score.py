"""Counts, by kind, what one document's findings protect and which of them are right. Sum them over documents.

An entity is *protected* if every letter and digit of it lies inside some finding of any kind: what is masked under
another name has not leaked. Titles and offices do not count: of "President Okafor", only "Okafor" has to be masked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from proxy.evaluation.annotated import AnnotatedDocument, Coarse, Entity, coarse
from proxy.model import Finding


class Tally(NamedTuple):
    """Counts of one kind in one document. `entities` to `leaked` count annotated entities, the rest findings."""

    entities: int = 0
    protected: int = 0
    partly: int = 0
    """Entities of which some letters and digits are inside findings and some are not."""
    characters: int = 0
    """Letters and digits of the entities."""
    leaked: int = 0
    """Letters and digits of the entities that lie in no finding."""
    findings: int = 0
    right: int = 0
    """Findings that overlap an annotated entity of any kind."""
    strict: int = 0
    """Findings that overlap an annotated entity of their own kind."""


Spans = list[tuple[int, int]]

_TITLES = frozenset(
    # Forms of address.
    "mr mrs ms miss mx madam madame sir dr prof lord lady dame king queen prince princess saint st "
    # Professions and ranks that precede a name.
    "doctor professor judge justice attorney counsel captain sergeant colonel major lieutenant officer ambassador "
    "secretary minister director administrator president chancellor senator representative member members speaker "
    "governor mayor chair chairman chairwoman chairperson congressman congresswoman envoy commissioner councillor "
    "councilman councilwoman alderman chief "
    # Qualifiers of these.
    "vice deputy prime general special honorable hon "
    # Clergy and kin.
    "reverend rev pope bishop father mother sister brother uncle aunt".split()
)
_WORD = re.compile(r"[\w'.’-]+")


def tally(document: AnnotatedDocument, findings: Sequence[Finding]) -> dict[Coarse, Tally]:
    """Counts by kind. Kinds with neither an annotation nor a finding are absent."""
    counts: defaultdict[Coarse, list[int]] = defaultdict(lambda: [0] * len(Tally._fields))
    for entity, characters, leaked in _leaking(document, findings):
        of = counts[entity.kind]
        for field, more in enumerate((1, not leaked, 0 < leaked < characters, characters, leaked)):
            of[field] += more
    gold = _merged((entity.start, entity.end) for entity in document.entities)
    by_kind = {
        kind: _merged((entity.start, entity.end) for entity in document.entities if entity.kind is kind)
        for kind in {entity.kind for entity in document.entities}
    }
    for finding in findings:
        kind = coarse(finding.kind)
        right, strict = _touches(gold, finding), _touches(by_kind.get(kind, []), finding)
        for field, more in enumerate((1, right, strict), len(Tally._fields) - 3):
            counts[kind][field] += more
    return {kind: Tally(*of) for kind, of in counts.items()}


def leaks(document: AnnotatedDocument, findings: Sequence[Finding]) -> Iterator[Entity]:
    """The entities that are not protected, in the order of the file."""
    return (entity for entity, _, leaked in _leaking(document, findings) if leaked)


def core(text: str, entity: Entity) -> tuple[int, int] | None:
    """The span without titles and offices at both ends of a person's name. None if nothing else is left."""
    if entity.kind is not Coarse.PERSON:
        return entity.start, entity.end
    words = list(_WORD.finditer(text, entity.start, entity.end))
    names = [word for word in words if word[0].lower().strip(".'’-") not in _TITLES]
    return (names[0].start(), names[-1].end()) if names else None


def _leaking(document: AnnotatedDocument, findings: Sequence[Finding]) -> Iterator[tuple[Entity, int, int]]:
    """Each entity with its number of letters and digits, and how many of them leak. Entities with none are skipped."""
    text = document.text
    masked = bytearray(len(text))
    for start, end in _merged((finding.start, finding.end) for finding in findings):
        masked[start:end] = b"\1" * (end - start)
    telling = [character.isalnum() for character in text]
    before = list(accumulate(telling, initial=0))
    leaking = list(accumulate((a and not b for a, b in zip(telling, masked, strict=True)), initial=0))
    for entity in document.entities:
        inner = core(text, entity)
        if inner is not None and (characters := before[inner[1]] - before[inner[0]]):
            yield entity, characters, leaking[inner[1]] - leaking[inner[0]]


def _merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """The spans in order. Spans that overlap or touch are merged."""
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _touches(spans: Spans, finding: Finding) -> bool:
    """Whether the finding shares a character with one of the merged spans."""
    at = bisect_right(spans, finding.start, key=lambda span: span[1])
    return at < len(spans) and spans[at][0] < finding.end
