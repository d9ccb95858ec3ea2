"""Gather every claim on the passages: quotes, roster mentions and detected findings, resolved by passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from proxy.model import Action, Finding, Passage, Span
from proxy.redaction.actions import action_for, generalizations, refuse
from proxy.redaction.blocks import CUT
from proxy.redaction.roster import RosterSearch
from proxy.redaction.spans import EMAIL, PERSON, QUOTE, Claim, merge, prepare, resolve, subtract


@dataclass(frozen=True, slots=True)
class Claimed:
    """Claims by passage, in passage coordinates, disjoint and sorted; `kept` counts what policy lets pass."""

    claims: tuple[tuple[Claim, ...], ...]
    kept: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides over a claim: actions by kind, the ids of withheld people, places of slots for refusals."""

    actions: Mapping[str, Action]
    withheld: frozenset[str]
    where: Mapping[int, str]

    def of(self, claim: Claim) -> Action | None:
        """The action for a claim; None where policy has no say: words and names of withheld people are masked."""
        if claim.kind == QUOTE or claim.people & self.withheld:
            return None
        return action_for(self.actions, claim.kind)

    def is_unchanged(self, claim: Claim, said: str) -> bool:
        """Whether a claim is carried out by leaving it as it is: a date to be generalized that is just a year."""
        if self.of(claim) is not Action.GENERALIZE:
            return False
        return next(iter(generalizations(claim.kind, said)), None) == said


def lay_claims(
    passages: Sequence[Passage],
    findings: Sequence[Sequence[Finding]],
    quotes: Sequence[Sequence[Span]],
    search: RosterSearch,
    policy: Policy,
) -> Claimed:
    """Resolve all claims. Raises a `Refusal` where a finding's kind is refused, though it overlap another."""
    values = _cut_values(passages, findings)
    claims: list[tuple[Claim, ...]] = []
    kept: Counter[str] = Counter()
    for passage, found, quoted in zip_longest(passages, findings, quotes, fillvalue=()):
        if not isinstance(passage, Passage):
            raise ValueError("more lists of findings than passages")
        text = passage.text
        quoting = prepare(text, (Claim(span.start, span.end, QUOTE) for span in quoted))
        naming = prepare(text, _mentions(text, search))
        finding = prepare(text, (_claim(f, values) for f in found))
        said = {True: list[Claim](), False: list[Claim]()}
        for claim in (*naming, *finding):
            action = policy.of(claim)
            if action is Action.REFUSE:
                raise refuse(claim.kind, policy.where.get(passage.slot, ""))
            said[action is Action.KEEP].append(claim)
        replaced = set(map(id, said[False]))
        resolved = resolve(
            text, quoting, [c for c in naming if id(c) in replaced], [c for c in finding if id(c) in replaced]
        )
        claims.append(tuple(resolved))
        passing = merge(sorted(said[True], key=lambda c: (c.start, -c.end)))
        kept.update(claim.kind for claim in subtract(text, passing, resolved))
    return Claimed(tuple(claims), dict(kept))


def _mentions(text: str, search: RosterSearch) -> Iterable[Claim]:
    for mention in search.find(text):
        kind = EMAIL if mention.form == "email" else PERSON
        yield Claim(mention.start, mention.end, kind, 1.0, mention.people, mention.form, mention.whole)


def _claim(finding: Finding, values: Mapping[str, str]) -> Claim:
    claim = Claim(finding.start, finding.end, finding.kind, finding.score)
    return replace(claim, value=values.get(finding.source)) if finding.kind == PERSON else claim


def _cut_values(passages: Sequence[Passage], findings: Sequence[Sequence[Finding]]) -> dict[str, str]:
    """The whole of each name that was said across passages, by the source that marks its pieces."""
    pieces: dict[str, list[str]] = {}
    for passage, found in zip(passages, findings, strict=False):
        for finding in found:
            if CUT in finding.source and finding.kind == PERSON:
                pieces.setdefault(finding.source, []).append(passage.text[finding.start : finding.end])
    return {source: " ".join(texts) for source, texts in pieces.items() if len(texts) > 1}
