"""What findings protect in annotated documents: counts by kind, figures of several detectors, and how they compare.

An entity is *protected* if every letter and digit of it lies inside some finding of any kind: what is masked under
another name has not leaked. Titles and offices do not count: of "President Okafor", only "Okafor" has to be masked.

Intervals are 95 % intervals for ratios of sums, clustered by document. Entities of one document are not independent: a
name that detection does not know leaks each time it is said. So whole documents are drawn with replacement, and each
draw gives the ratio of its sums (Efron and Tibshirani, *An Introduction to the Bootstrap*, chapters 8 and 13:
percentiles). The draws depend on the seed alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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


Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""Maps sums, with their fields along the last axis, to the figure. NaN where it is undefined."""

ROUNDS = 1000
CONFIDENCE = 0.95
_Z = 1.959963984540054
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure (None if undefined) and its interval (None if fewer than two documents bear on it)."""

    value: float | None
    low: float | None = None
    high: float | None = None


def resampled(counts: Array, seed: int, rounds: int = ROUNDS) -> Array:
    """Sums over documents (the first axis of `counts`) in `rounds` draws, each of as many documents as there are."""
    documents = len(counts)
    drawn = np.zeros((rounds, *counts.shape[1:]))
    if documents:
        generator = np.random.default_rng(seed)
        for first in range(0, rounds, _AT_ONCE):
            some = min(_AT_ONCE, rounds - first)
            weights = generator.multinomial(documents, np.full(documents, 1 / documents), size=some)
            drawn[first : first + some] = np.tensordot(weights.astype(np.float64), counts, axes=(1, 0))
    return drawn


def estimate(statistic: Statistic, sums: Array, drawn: Array, documents: int, *, share: bool = True) -> Estimate:
    """The statistic of `sums`, with the interval that the draws give.

    `documents` is the number of documents that bear on it. For a share of exactly 0 or 1, all draws are alike. Its
    interval is then Wilson's, with each document as one trial (about four divided by their number: the rule of three,
    two-sided). Another ratio that is 0 or infinite gets no interval. Draws in which the figure is undefined are
    skipped. The interval always contains the figure.
    """
    value = float(statistic(sums))
    if np.isnan(value):
        return Estimate(None)
    if documents < 2 or (not share and value in (0.0, np.inf)):
        return Estimate(value)
    if share and value in (0.0, 1.0):
        low, high = wilson(value * documents, documents)
        return Estimate(value, low, high)
    figures = statistic(drawn)
    figures = figures[~np.isnan(figures)]
    tail = (1 - CONFIDENCE) / 2
    # Order statistics instead of interpolation: a ratio may be infinite in some draws.
    low, high = np.quantile(figures, (tail, 1 - tail), method="inverted_cdf") if len(figures) else (value, value)
    return Estimate(value, min(float(low), value), max(float(high), value))


def wilson(successes: float, trials: int) -> tuple[float, float]:
    """Wilson's interval (1927) for a share of independent trials."""
    share, spread = successes / trials, _Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def ratio(above: Array, below: Array) -> Array:
    """The quotient: NaN for 0/0, infinite for n/0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.true_divide(above, below))


ALL = "ALL"
FALSE_PER_WORDS = 200
SEED = 20
_BETA = 2
"""F2: a leak weighs four times as much as a false finding."""

Tallies = Sequence[Mapping[Coarse, Tally]]
"""The results of `score.tally`, one for each document."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One detector on one kind, or on all kinds (`ALL`)."""

    kind: str
    counts: Tally
    documents: int
    """The number of documents with an entity of the kind."""
    protected: Estimate
    leaked_characters: Estimate
    precision: Estimate
    """The share of findings of this kind that overlap an annotated entity of any kind."""
    strict: Estimate
    """The share of findings of this kind that overlap an annotated entity of this kind."""
    f2: Estimate
    """F2 of the protected share and `precision`."""
    leaks_more: Estimate
    """The share of entities that leak, divided by that of the first detector. Infinite if only this one leaks."""


@dataclass(frozen=True, slots=True)
class DetectorFigures:
    """One detector on a set. `seconds` is processor time."""

    detector: str
    kinds: tuple[Figures, ...]
    false_findings: Estimate
    """Findings that overlap nothing annotated, per 200 words."""
    false_of_annotated: Estimate
    """The same for the kinds that the set annotates. The set cannot judge others."""
    words: int
    seconds: float

    @property
    def words_per_second(self) -> float | None:
        """Speed on one core. None if there was nothing to read."""
        return self.words / self.seconds if self.words and self.seconds else None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One file: its figures by detector, ours first, and, on request, the entities that our detector missed."""

    file: str
    documents: int
    rosters: int
    """Documents whose roster was also searched for. Plain Presidio knows no rosters."""
    measured: list[DetectorFigures]
    misses: list[tuple[AnnotatedDocument, Entity]]


def measure(
    results: Mapping[str, tuple[Tallies, float]],
    words: Sequence[int],
    kinds: Sequence[Coarse] = tuple(Coarse),
    seed: int = SEED,
    rounds: int = ROUNDS,
) -> list[DetectorFigures]:
    """The figures of each detector, from its tallies and its seconds of processor time. `words` is by document.

    Documents are drawn together for all detectors, so that comparisons are paired.
    """
    counts = _counted([tallies for tallies, _ in results.values()], words, kinds)
    bearing = np.count_nonzero(counts, axis=0)
    sums, drawn = counts.sum(axis=0), resampled(counts, seed, rounds)
    rows = [(row, kind.value) for row, kind in enumerate(kinds)] + [(_ALL, ALL)]
    measured = []
    for index, (detector, (_, seconds)) in enumerate(results.items()):
        figures = [
            _figures(kind, sums[(0, index), row], drawn[:, (0, index), row], bearing[index, row]) for row, kind in rows
        ]
        kept = tuple(each for each in figures if each.counts.entities or each.counts.findings or each.kind == ALL)
        false, judged = (
            estimate(_false_per_words, sums[index, row], drawn[:, index, row], len(words), share=False)
            for row in (_ALL, _ANNOTATED)
        )
        measured.append(DetectorFigures(detector, kept, false, judged, sum(words), seconds))
    return measured


_ALL, _ANNOTATED = -1, -2
"""Rows after those of the kinds: all kinds, and the kinds of which the set annotates an entity."""
_ENTITIES, _PROTECTED, _FINDINGS, _RIGHT = (
    Tally._fields.index(field) for field in ("entities", "protected", "findings", "right")
)
_WORDS = -1
"""The field after those of a tally."""


def _counted(detectors: Sequence[Tallies], words: Sequence[int], kinds: Sequence[Coarse]) -> Array:
    """Counts by document, detector, kind and field, followed by the extra rows and the extra field above."""
    counts = np.zeros((len(words), len(detectors), len(kinds) + 2, len(Tally._fields) + 1))
    for index, tallies in enumerate(detectors):
        for document, by_kind in enumerate(tallies):
            for row, kind in enumerate(kinds):
                counts[document, index, row, :_WORDS] = by_kind.get(kind, Tally())
    annotated = counts[:, 0, : len(kinds), _ENTITIES].any(axis=0)
    counts[:, :, _ALL] = counts[:, :, : len(kinds)].sum(axis=2)
    counts[:, :, _ANNOTATED] = counts[:, :, : len(kinds)][:, :, annotated].sum(axis=2)
    counts[..., _WORDS] = np.array(words)[:, None, None]
    return counts


def _figures(kind: str, sums: Array, drawn: Array, documents: Array) -> Figures:
    """The figures from sums of the first detector and the measured one. `documents`: how many bear on each field."""
    holding, finding = int(documents[_ENTITIES]), int(documents[_FINDINGS])
    own = sums[1], drawn[:, 1]
    return Figures(
        kind,
        Tally(*(int(count) for count in sums[1][:_WORDS])),
        holding,
        estimate(_share("protected", "entities"), *own, holding),
        estimate(_share("leaked", "characters"), *own, holding),
        estimate(_share("right", "findings"), *own, finding),
        estimate(_share("strict", "findings"), *own, finding),
        estimate(_f2, *own, holding),
        estimate(_leaks_more, sums, drawn, holding, share=False),
    )


def _share(part: str, whole: str) -> Callable[[Array], Array]:
    above, below = Tally._fields.index(part), Tally._fields.index(whole)
    return lambda sums: ratio(sums[..., above], sums[..., below])


def _f2(sums: Array) -> Array:
    recall = ratio(sums[..., _PROTECTED], sums[..., _ENTITIES])
    precision = ratio(sums[..., _RIGHT], sums[..., _FINDINGS])
    weighed = ratio((1 + _BETA**2) * recall * precision, _BETA**2 * precision + recall)
    nothing = (recall == 0) | ((precision == 0) & ~np.isnan(recall))
    return np.where(nothing, 0.0, weighed)


def _leaks_more(sums: Array) -> Array:
    """How much more a detector leaks than the first one. The last axis but one holds the first and the other."""
    leaking = sums[..., _ENTITIES] - sums[..., _PROTECTED]
    return ratio(leaking[..., 1], leaking[..., 0])


def _false_per_words(sums: Array) -> Array:
    return ratio(FALSE_PER_WORDS * (sums[..., _FINDINGS] - sums[..., _RIGHT]), sums[..., _WORDS])
