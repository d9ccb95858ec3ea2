"""Which languages the words that may leave are in, and whether policy admits them. Detected, never taken on trust.

Language is detected by stretches of one speaker's words, because an utterance is often too short and a meeting may be
held in several languages. Speakers who said too little are detected together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from proxy.detection.languages.table import LANGUAGES, UNDECIDED, Tier, tier_of
from proxy.errors import SpokenRefusal
from proxy.model import Passage, TextLanguage
from proxy.settings import Languages
from proxy.wording.folded import COUNTED

STRETCH = 40
"""Words in a stretch: enough to be sure of a language, few enough to notice when a speaker changes it."""
TAIL = 15
"""Fewer words than this after a speaker's last whole stretch join it; otherwise they are a stretch of their own."""

SURE = 12
"""With fewer words than this, an unexpected language is not believed; addresses or names are not foreign speech."""

ENGLISH = "en"

_WORD = re.compile(COUNTED)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive words of one speaker, or the remainders of several; `passages` hold them, by slot and start."""

    text: str
    words: int
    passages: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of words that may leave by language code (``und``: not sure), and the languages to search them for."""

    words: Mapping[str, int]
    languages: tuple[str, ...]
    passages: Mapping[str, frozenset[tuple[int, int]]] = field(default_factory=dict)
    """Where each language occurs, by slot and start of passages."""

    @property
    def foreign(self) -> frozenset[tuple[int, int]]:
        """Where words are not surely English. Undecided ones are taken for English if most words are English."""
        mostly = 2 * self.words.get(ENGLISH, 0) >= sum(self.words.values())
        passing = {ENGLISH, UNDECIDED} if mostly else {ENGLISH}
        return frozenset(place for code, places in self.passages.items() if code not in passing for place in places)

    @property
    def tiers(self) -> dict[str, int]:
        """Word counts by how well detection covers their language."""
        counts: Counter[str] = Counter()
        for code, count in self.words.items():
            counts[tier_of(code)] += count
        return {str(tier): count for tier, count in counts.items()}


def stretches(passages: Sequence[Passage]) -> list[Stretch]:
    """Cut the passages' words into stretches, by speaker; unattributed words go by their slot."""
    by_speaker: dict[object, list[Stretch]] = {}
    for passage in passages:
        place = frozenset({(passage.slot, passage.start)})
        by_speaker.setdefault(passage.owner or passage.slot, []).append(Stretch(passage.text, 0, place))
    cut: list[Stretch] = []
    rests: list[Stretch] = []
    for parts in by_speaker.values():
        own = list(_cut(parts))
        if own and own[-1].words < TAIL:
            rest = own.pop()
            if own:
                last = own[-1]
                text, places = f"{last.text}\n{rest.text}", last.passages | rest.passages
                own[-1] = Stretch(text, last.words + rest.words, places)
            else:
                rests.append(rest)
        cut += own
    return cut + list(_cut(rests))


def _cut(parts: Sequence[Stretch]) -> Iterator[Stretch]:
    """Join the parts and cut them into stretches."""
    text = "\n".join(part.text for part in parts)
    ends = list(accumulate(len(part.text) + 1 for part in parts))
    start = count = 0
    for match in _WORD.finditer(text):
        count += 1
        if count == STRETCH:
            yield Stretch(text[start : match.end()], count, _within(parts, ends, start, match.end()))
            start, count = match.end(), 0
    if count:
        yield Stretch(text[start:], count, _within(parts, ends, start, len(text)))


def _within(parts: Sequence[Stretch], ends: Sequence[int], start: int, end: int) -> frozenset[tuple[int, int]]:
    """The passages of the parts that lie between two offsets of the joined text."""
    first, last = bisect_right(ends, start), bisect_left(ends, end)
    return frozenset(place for part in parts[first : last + 1] for place in part.passages)


def covered(cut: Sequence[Stretch], told: Sequence[TextLanguage], expected: Sequence[str]) -> Coverage:
    """Count what was detected in the stretches; `expected` languages are always searched for."""
    words: Counter[str] = Counter()
    places: dict[str, frozenset[tuple[int, int]]] = {}
    for stretch, each in zip(cut, told, strict=True):
        looked_for = each.language in expected or tier_of(each.language) is Tier.FULL
        sure = each.sure and (looked_for or stretch.words >= SURE)
        language = each.language if sure else UNDECIDED
        words[language] += stretch.words
        places[language] = places.get(language, frozenset()) | stretch.passages
    found = {each.language for each in told} | set(expected)
    return Coverage(dict(words), tuple(sorted(code for code in found if tier_of(code) is Tier.IN_PART)), places)


def refuse_uncovered(coverage: Coverage, policy: Languages) -> None:
    """Raise the refusal ``language_uncovered`` if policy refuses the language of more words than it tolerates.

    The refusal names languages and their share of the words, and never a word.
    """
    rules = {Tier.IN_PART: policy.in_part, Tier.UNCOVERED: policy.uncovered, Tier.UNDECIDED: policy.undecided}
    refused = {code: count for code, count in coverage.words.items() if rules.get(tier_of(code)) == "refuse"}
    total, count = sum(coverage.words.values()), sum(refused.values())
    if count <= policy.tolerated_words and count <= policy.tolerated_share * total:
        return
    named = ", ".join(_named(code, n, total) for code, n in sorted(refused.items(), key=lambda item: -item[1]))
    tiers = sorted({tier_of(code).value for code in refused})
    settings = " and ".join(f"detection.languages.{tier}" for tier in tiers)
    raise SpokenRefusal(
        "language_uncovered",
        f"too much of what may leave is in languages that detection does not cover whole: {named}. "
        f"To let it leave with what patterns, national numbers and the roster find, set {settings} to 'patterns' "
        "(docs/languages.md)",
        frozenset(place for code in refused for place in coverage.passages.get(code, ())),
    )


def _named(code: str, count: int, total: int) -> str:
    name = "undecided" if code == UNDECIDED else LANGUAGES[code].name if code in LANGUAGES else "another language"
    return f"{name} ({code}, {round(100 * count / total)} % of the words)"
