"""Decide once for each name in a request, from all of its mentions: which kind it is, or that it is no finding.

The model reads a few lines at a time, so it may take one product for a person, a place and an organization in turn.
Its findings stay what they are, a function of the text around them; here they are made to agree:

- **A name has one kind.** A kind that the policy treats more strictly goes first. Then it is PERSON, if it was found as
  one at all, where a mention says so ("my name is", a title), where it is part of a full name, or where a list of names
  has it and none of places; else the kind that was found most often.
- **A part of a full name, and a name that is told as one, is that person everywhere** (`full_names`).
- **A thing is left alone everywhere** (`things`).
- **A plural is the name**, and so is another spelling: masked where the name is, under the same pseudonym (`forms`).

In doubt, a name is masked. What is decided does not depend on the order of what was said, and the cost is linear.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import is_

from proxy.detection.listed import is_listed_given_name, is_listed_name, is_listed_place
from proxy.detection.precedence import PERSON
from proxy.model import Finding, Passage, in_order
from proxy.redaction.decision.forms import Form, forms_of
from proxy.redaction.decision.full_names import parts, said_alone
from proxy.redaction.decision.names import Mention, Name, is_models, key_among, mentions_of, names_of
from proxy.redaction.decision.signs import surely_of_person
from proxy.redaction.decision.things import Request, is_thing, without_number, without_things
from proxy.wording.folded import fold_name

SOURCE = "decided"
"""The source of findings that are added here."""
_SCORE = 0.85
_FEW = 24
"""Of so many names, looking for each is quicker than one search for all."""
_RANKS = {PERSON: 3, "ORGANIZATION": 2, "LOCATION": 1}


@dataclass(frozen=True, slots=True)
class Decision:
    """The findings of each passage, as decided, and the forms of names, folded, that stand for another form."""

    findings: list[list[Finding]]
    forms: Mapping[str, Form] = field(default_factory=dict)


def decide(
    request: Request, findings: Sequence[Sequence[Finding]], strictness: Callable[[str], int] = lambda _: 0
) -> Decision:
    """Make the model's findings of names agree over all passages of a request.

    `strictness` tells how strictly the policy treats a kind: the higher, the stricter.
    """
    passages = request.passages
    findings = [*findings, *([] for _ in passages[len(findings) :])]
    names = names_of(passages, findings)
    of_people = parts(passages, findings, request.withheld)
    if _is_settled(names, of_people, passages):
        return Decision([list(found) for found in findings])
    mentions = mentions_of(passages, names, of_people)
    unsent = mentions_of(request.withheld, names, of_people) if request.withheld else {}
    things = frozenset(
        key
        for key, name in names.items()
        if key not in of_people and is_thing(name, mentions.get(key, ()), request, unsent.get(key, ()))
    )
    cut = [_cut(passage.text, found, things, names) for passage, found in zip(passages, findings, strict=True)]
    if any(rest is not found for rest, found in zip(cut, findings, strict=True)):
        names = names_of(passages, cut)
    kinds = {
        key: _kind(name, mentions.get(key, ()), request, strictness, part=key in of_people)
        for key, name in names.items()
    }
    decided = [[_as(kinds, passage.text, each) for each in found] for passage, found in zip(passages, cut, strict=True)]
    missed = [(mention, PERSON) for mention in said_alone(passages, mentions, of_people)]
    plurals = {key: [each for each in mentions.get(key, ()) if each.plural] for key in sorted(kinds)}
    missed += [(mention, kinds[key]) for key, said in plurals.items() for mention in said]
    spelled = {
        key: {fold_name(passages[at].text[start:end]) for (at, start, end), _ in said} for key, said in plurals.items()
    }
    return Decision(_with_missed(passages, decided, missed), forms_of(names, kinds, spelled))


def _is_settled(names: Mapping[str, Name], of_people: Mapping[str, int], passages: Sequence[Passage]) -> bool:
    """Whether there is plainly nothing to decide: each name is of one kind, and was found wherever it is said."""
    if len(names) > _FEW or any(len(name.kinds) > 1 or len(name.spelled) > 1 for name in names.values()):
        return False
    text = "\n".join(passage.text for passage in passages).lower()
    said = {min(name.spelled): len(name.found) for name in names.values()} | dict(of_people)
    return text.isascii() and all(text.count(words) <= places for words, places in said.items())


def _cut(text: str, found: Sequence[Finding], things: frozenset[str], names: Mapping[str, Name]) -> Sequence[Finding]:
    """The findings of a passage without things, and without the numbers of names; `found` itself if nothing is cut."""
    kept: list[Finding] = []
    for each in found:
        rest = without_things(text, each, things) if things and is_models(each) else each
        if rest is not None:
            kept.append(without_number(text, rest, names) if is_models(rest) else rest)
    same = len(kept) == len(found) and all(map(is_, kept, found))
    return found if same else kept


def _kind(
    name: Name, mentions: Sequence[Mention], request: Request, strictness: Callable[[str], int], *, part: bool
) -> str:
    """The one kind of a name that is masked."""
    counts = name.kinds
    strictest = max(map(strictness, counts))
    counts = Counter({kind: count for kind, count in counts.items() if strictness(kind) == strictest})
    if PERSON in counts and len(counts) > 1:
        places = {*name.found, *(mention.place for mention in mentions)}
        told = (part or _begins_with_name(name)) and not is_listed_place(name.key)
        if told or any(surely_of_person(request.passages[at].text, start) for at, start, _ in places):
            return PERSON
    return max(counts, key=lambda kind: (counts[kind], name.score(kind), _RANKS.get(kind, 0)))


def _begins_with_name(name: Name) -> bool:
    """Whether the first word is a given name that is on a list, or the only word any name."""
    words = min(name.spelled).split()
    return is_listed_given_name(words[0]) or (len(words) == 1 and is_listed_name(words[0]))


def _as(kinds: Mapping[str, str], text: str, finding: Finding) -> Finding:
    """A finding with the kind that was decided."""
    if not is_models(finding):
        return finding
    kind = kinds.get(key_among(text[finding.start : finding.end], kinds), finding.kind)
    return finding if kind == finding.kind else replace(finding, kind=kind)


def _with_missed(
    passages: Sequence[Passage], findings: list[list[Finding]], missed: Iterable[tuple[Mention, str]]
) -> list[list[Finding]]:
    """The findings, and those of mentions that no finding touches."""
    by_passage: dict[int, list[Finding]] = {}
    for (place, _), kind in missed:
        by_passage.setdefault(place.passage, []).append(Finding(place.start, place.end, kind, _SCORE, SOURCE))
    for at, more in by_passage.items():
        known = sorted(findings[at], key=lambda f: f.start)
        starts, reach = [f.start for f in known], list(accumulate((f.end for f in known), max))
        fresh = {f for f in more if not ((i := bisect_left(starts, f.end)) and reach[i - 1] > f.start)}
        if fresh:
            findings[at] = in_order([*findings[at], *_joined(passages[at].text, in_order(fresh))])
    return findings


def _joined(text: str, fresh: Sequence[Finding]) -> list[Finding]:
    """New findings in order; names of people with a space between them are one."""
    joined: list[Finding] = []
    for each in fresh:
        last = joined[-1] if joined else None
        if last is not None and last.kind == each.kind == PERSON and text[last.end : each.start] == " ":
            joined[-1] = replace(last, end=each.end)
        else:
            joined.append(each)
    return joined
