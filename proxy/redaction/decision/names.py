"""Group what the model found by name: all spellings and inflections of one name, and where it stands.

Spellings are told by their letters and digits alone: without case, accents, spaces and signs. A plural belongs to its
singular where both are names here, unless it is a name or a word of its own ("Adams", "James").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from proxy.detection.listed import is_listed_name
from proxy.model import Finding, Passage, Span
from proxy.redaction.false_names import MODEL, NAMES
from proxy.wording.folded import fold, fold_name
from proxy.wording.phrases import Phrases
from proxy.wording.vocabulary import is_english

_LONGEST = 80
"""Characters of the longest name that is compared; a longer finding is left as it is."""
_POSSESSIVE = re.compile(r"'s?$")
_SIGNS = re.compile(r"[\W_]+")


class Place(NamedTuple):
    """Where a name stands: a passage, and a span in it."""

    passage: int
    start: int
    end: int


@dataclass(slots=True)
class Name:
    """A name with all places at which the model found it. `sure`: something other than the model found it, too."""

    key: str
    spelled: set[str] = field(default_factory=set)
    found: dict[Place, set[tuple[str, int]]] = field(default_factory=dict)
    """The kinds found at each place, with their scores in ten thousandths."""
    sure: bool = False

    @property
    def kinds(self) -> Counter[str]:
        """How many times each kind was found."""
        return Counter(kind for found in self.found.values() for kind in {kind for kind, _ in found})

    def score(self, kind: str) -> int:
        """The highest score of a kind, in ten thousandths."""
        return max((score for found in self.found.values() for k, score in found if k == kind), default=0)


class Mention(NamedTuple):
    """An occurrence of a name in the text; `plural` if it is its plural."""

    place: Place
    plural: bool


def is_models(finding: Finding) -> bool:
    """Whether a finding is a name that rests on the model alone."""
    return finding.kind in NAMES and finding.source.startswith(MODEL) and finding.entity is None


def spelled(said: str) -> str:
    """A name as it is compared in the text: folded, without a possessive ending."""
    return _POSSESSIVE.sub("", fold_name(said))


def key_of(spelling: str) -> str:
    """What all spellings of a name have in common: letters and digits."""
    return _SIGNS.sub("", spelling)


def key_among(said: str, keys: Container[str]) -> str:
    """The key of a name as it was said; of a plural that is not among `keys`, that of its singular if this one is."""
    key = key_of(spelled(said))
    return key[:-1] if key not in keys and is_plural(key) and key[:-1] in keys else key


def names_of(passages: Sequence[Passage], findings: Sequence[Sequence[Finding]]) -> dict[str, Name]:
    """The names that the model found, by key; those that something else found as well are `sure`."""
    names: dict[str, Name] = {}
    others: set[str] = set()
    for index, (passage, found) in enumerate(zip(passages, findings, strict=False)):
        for each in found:
            said = passage.text[each.start : each.end] if each.end - each.start <= _LONGEST else ""
            key = key_of(spelling := spelled(said))
            if not key:
                continue
            if not is_models(each):
                others.add(key)
                continue
            name = names.setdefault(key, Name(key))
            name.spelled.add(spelling)
            place = Place(index, each.start, each.end)
            name.found.setdefault(place, set()).add((each.kind, round(each.score * 10_000)))
    for plural in sorted(names, key=lambda key: (-len(key), key)):
        single = plural[:-1]
        if single in names and is_plural(plural):
            names[single].spelled |= names[plural].spelled
            names[single].found |= names.pop(plural).found
    for key in others & names.keys():
        names[key].sure = True
    return names


def is_plural(form: str) -> bool:
    """Whether a form may be the plural of a name, and is no name or word of its own."""
    return form.endswith("s") and len(form) > 3 and not form.endswith("ss") and not is_own_word(form)


def is_own_word(form: str) -> bool:
    """Whether a form is a name or an English word by itself."""
    return is_listed_name(form) or is_english(form)


def mentions_of(
    passages: Sequence[Passage], names: Mapping[str, Name], parts: Collection[str] = ()
) -> dict[str, list[Mention]]:
    """Every occurrence of names of one word, in the singular and in the plural, by key; also those of `parts`."""
    keys = {spelling: name.key for name in names.values() for spelling in name.spelled} | {p: p for p in parts}
    phrases = Phrases(spelling for spelling in sorted(keys) if spelling.isalnum())
    starts = list(accumulate((len(passage.text) + 1 for passage in passages), initial=0))
    # One search over all, since a name of one word crosses no line end.
    folded = fold("\n".join(passage.text for passage in passages))
    mentions: dict[str, list[Mention]] = {}
    seen: set[Span] = set()
    for match in phrases.find_forms(folded.text):
        span, form = folded.span(match.start, match.end), folded.text[match.start : match.end]
        key = keys[match.phrase]
        plural = key_of(form) != key
        if span not in seen and not (plural and is_own_word(form)):
            seen.add(span)
            at = bisect_right(starts, span.start) - 1
            place = Place(at, span.start - starts[at], span.end - starts[at])
            mentions.setdefault(key, []).append(Mention(place, plural))
    return mentions
