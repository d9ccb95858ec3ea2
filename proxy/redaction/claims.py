"""Gather every claim on the passages: quotes, roster mentions and detected findings, resolved by passage.

This includes what stands beside the name of a withheld person and identifies them, such as a job title in a list of
people. For a name, label or address in full, `titles` finds:

- what follows it in brackets (``Ben Okoro (CFO)``);
- the rest of an entry in a list (``- Ben Okoro, Chief Financial Officer``, ``| Ben Okoro | CFO |``), if it is short and
  not a sentence;
- fields beside it that say so (``"title": "CFO"``, ``Role: CFO``, ``role="CFO"``), up to the next person, blank line or
  bracket.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from proxy.detection.precedence import PERSON, names_first
from proxy.model import Action, Finding, Passage, Span
from proxy.redaction.actions import generalizations, refuse
from proxy.redaction.anonymizer import Act, Operation
from proxy.redaction.originals import is_slight
from proxy.redaction.roster.meaning import is_plainly_word
from proxy.redaction.roster.search import Mention
from proxy.redaction.spans import EMAIL, QUOTE, Claim, merge, prepare, resolve, subtract
from proxy.wording.folded import fold_name

_FIELDS = (
    r"(?:job[ _-]?)?title|role|position|function|department|dept|occupation|designation|headline|company"
    r"|organi[sz]ation|titel|rolle|funktion|abteilung|firma|rôle|fonction|poste|cargo|puesto|función|departamento"
    r"|functie|afdeling"
)
_FIELD = re.compile(
    rf"(?<!\w)(?:{_FIELDS})[\\\"'*]{{0,3}}[ \t]*[:=][ \t]*\\?(?P<quote>[\"'])?"
    r"(?P<value>(?(quote)[^\"'\\\r\n]{1,120}|[^\"'\\,;|<>(){}\r\n]{1,120}))",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[\"'*_]{0,3}[ \t]{0,2}[(\[](?P<inner>[^()\[\]\r\n]{1,120})[)\]]")
_OPENING = re.compile(r"(?:^|[\r\n;])(?:[^\r\n;:]{0,30}:)?[\s\-*•–|#>\d.)(\"'_]*$")
_ENTRY = re.compile(
    r"[\"'*_]{0,3}[ \t]*(?:<[^<>\r\n]{0,100}>[ \t]*(?:[,|–—/:-][ \t]*)?|[,|–—/:\t][ \t]*|-[ \t]+)"
    r"(?P<rest>[^\r\n;{}<>=\"]{1,120}?)[ \t|]*(?=[\r\n;]|$)"
)
_SENTENCE = re.compile(r"[.?!](?:\s|$)")
_TIME = re.compile(r"[\d:.\s]+")
_MOST_WORDS = 8
_AROUND = 200
_ENDS = re.compile(r"[{}<>\[\]]|\n[ \t\r]*\n")


def titles(text: str, withheld_people: Sequence[Span], named: Sequence[Span], *, listed: bool) -> list[Span]:
    """Spans that identify the withheld people, sorted. `named` are the names of all people, sorted.

    `listed`: the text may be a list. Otherwise it is speech, where the rest of a line is the speaker's words, and only
    brackets and fields are read.
    """
    found = [span for name in withheld_people for span in _beside(text, name, named, listed)]
    return sorted(span for span in found if any(map(str.isalpha, text[span.start : span.end])))


def _beside(text: str, name: Span, named: Sequence[Span], listed: bool) -> Iterator[Span]:
    brackets = _BRACKETS.match(text, name.end)
    if brackets is not None and not _TIME.fullmatch(brackets["inner"]):
        yield Span(*brackets.span("inner"))
    if listed and _OPENING.search(text[max(0, name.start - _AROUND) : name.start]):
        entry = _ENTRY.match(text, name.end)
        if entry is not None and len(entry["rest"].split()) <= _MOST_WORDS and not _SENTENCE.search(entry["rest"]):
            yield from _without(Span(*entry.span("rest")), named)
    before, behind = _reach(text, name, named)
    for start, end in (before, behind):
        yield from (Span(*field.span("value")) for field in _FIELD.finditer(text, start, end))


def _reach(text: str, name: Span, named: Sequence[Span]) -> tuple[Span, Span]:
    """The spans before and after a name in which fields belong to this person."""
    above, below = bisect_left(named, name) - 1, bisect_right(named, name)
    start = max(0, name.start - _AROUND, named[above].end if above >= 0 else 0)
    end = min(len(text), name.end + _AROUND, named[below].start if below < len(named) else len(text))
    last = max((edge.end() for edge in _ENDS.finditer(text, start, name.start)), default=start)
    first = _ENDS.search(text, name.end, end)
    return Span(last, name.start), Span(name.end, first.start() if first else end)


def _without(span: Span, named: Sequence[Span]) -> Iterator[Span]:
    """The parts of a span that name nobody; names have replacements of their own."""
    at = span.start
    for name in named[bisect_left(named, Span(span.start, 0)) : bisect_left(named, Span(span.end, 0))]:
        yield Span(at, max(at, name.start))
        at = min(name.end, span.end)
    yield Span(at, span.end)


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides about a claim: actions by kind, the ids of withheld people, and where slots are, for refusals."""

    actions: Mapping[str, Act]
    withheld: frozenset[str]
    where: Mapping[int, str]

    def of(self, claim: Claim) -> Act | None:
        """The action for a claim, by default a pseudonym.

        None where the policy does not apply: words and names of withheld people are masked.
        """
        if claim.kind == QUOTE or claim.people & self.withheld:
            return None
        return self.actions.get(claim.kind, self.actions.get("default", Action.PSEUDONYM))

    def is_pseudonym(self, claim: Claim) -> bool:
        """Whether the claim gets a pseudonym, whatever it says."""
        return self.of(claim) is Action.PSEUDONYM

    def strictness(self, kind: str) -> int:
        """How strictly a kind is treated: refused, replaced, or kept."""
        act = self.actions.get(kind, self.actions.get("default", Action.PSEUDONYM))
        return 0 if act is Action.KEEP else 2 if act is Action.REFUSE else 1

    def generalizes(self, claim: Claim, said: str) -> bool:
        """Whether the action makes the claim coarser, or leaves it as coarse as it is, and gives it no pseudonym."""
        act = self.of(claim)
        return isinstance(act, Operation) and act.or_pseudonym and bool(generalizations(claim.kind, said))

    def is_unchanged(self, claim: Claim, said: str) -> bool:
        """Whether the action leaves the claim as it is, such as generalizing a date that is just a year."""
        if not self.generalizes(claim, said):
            return False
        return next(iter(generalizations(claim.kind, said)), None) == said


def lay_claims(  # noqa: PLR0917 - texts and what was found in them
    texts: Mapping[int, str],
    passages: Sequence[Passage],
    findings: Sequence[Sequence[Finding]],
    quotes: Sequence[Sequence[Span]],
    find: Callable[[str], Iterable[Mention]],
    policy: Policy,
    find_instructed: Callable[[str], Iterable[Mention]] | None = None,
) -> tuple[list[tuple[Claim, ...]], list[Counter[str]]]:
    """Claims by passage, in passage coordinates, disjoint and sorted; and by passage, counts of what the policy keeps.

    Raises a `SpokenRefusal` if the policy refuses the kind of a finding, even if the finding overlaps another.

    `texts` are slots by index. Slots are searched whole for roster names, so that a name that spans two passages is
    found in both. `find_instructed` finds names in the client's instructions; the default is `find`.
    """
    values = _cut_values(passages, findings)
    finders = {False: find, True: find_instructed or find}
    where = sorted({(passage.slot, passage.instructed and find_instructed is not None) for passage in passages})
    named = {(slot, apart): mentioned(finders[apart](texts[slot])) for slot, apart in where}
    claims: list[tuple[Claim, ...]] = []
    refused: dict[Passage, str] = {}
    kept: list[Counter[str]] = []
    for passage, found, quoted in zip_longest(passages, findings, quotes, fillvalue=()):
        if not isinstance(passage, Passage):
            raise ValueError("more lists of findings than passages")
        text = passage.text
        naming = prepare(text, clip(named[passage.slot, passage.instructed and find_instructed is not None], passage))
        if not (naming or found or quoted):
            claims.append(())
            kept.append(Counter())
            continue
        telling = _telling(text, naming, policy, listed=passage.owner is None)
        quoting = prepare(text, (Claim(span.start, span.end, QUOTE) for span in (*quoted, *telling)))
        finding = names_first(naming, prepare(text, (_claim(f, values) for f in found if not _is_word(text, f))))
        said = {True: list[Claim](), False: list[Claim]()}
        for claim in (*naming, *finding):
            action = policy.of(claim)
            if action is Action.REFUSE:
                refused.setdefault(passage, claim.kind)
            said[action is Action.KEEP].append(claim)
        replaced = set(map(id, said[False]))
        mentions, detected = ([c for c in laid if id(c) in replaced] for laid in (naming, finding))
        detected = _yielding(text, detected, policy)
        resolved = resolve(text, quoting, mentions, detected, policy.withheld)
        passing = merge(sorted(said[True], key=lambda c: (c.start, -c.end)))
        find_here = finders[passage.instructed]
        bared = _bared(text, [c for c in naming if id(c) not in replaced], resolved, find_here, policy)
        if bared:
            mentions = sorted([*mentions, *bared], key=lambda c: (c.start, -c.end))
            resolved = resolve(text, quoting, mentions, detected, policy.withheld)
        claims.append(tuple(resolved))
        kept.append(Counter(claim.kind for claim in subtract(text, passing, resolved)))
    for passage, kind in refused.items():
        places = frozenset((part.slot, part.start) for part in refused)
        raise refuse(kind, policy.where.get(passage.slot, ""), places)
    return claims, kept


def _yielding(text: str, detected: list[Claim], policy: Policy) -> list[Claim]:
    """Detected claims. One that is generalized gives way to overlapping ones that its coarser form would hold.

    Otherwise a code that also reads as a year would leave as one ("The PIN is 1991").
    """
    mild = [claim for claim in detected if policy.generalizes(claim, text[claim.start : claim.end])]
    strict = [claim for claim in detected if claim not in mild]
    if not strict or len(strict) == len(detected):
        return detected
    yielding: list[Claim] = []
    staying = list(strict)
    for claim in mild:
        finest = generalizations(claim.kind, text[claim.start : claim.end])[0]
        over = (other for other in strict if other.start < claim.end and claim.start < other.end)
        left = any(_covers(other, claim) or _is_left(text[other.start : other.end], finest) for other in over)
        (yielding if left else staying).append(claim)
    return sorted([*staying, *subtract(text, yielding, merge(strict))], key=lambda c: (c.start, -c.end))


def _is_left(said: str, coarser: str) -> bool:
    """Whether coarser words hold what was said, and it is a number too short to be searched for in them."""
    return said in coarser and said.isdecimal() and is_slight(said)


def _covers(one: Claim, other: Claim) -> bool:
    return one.start <= other.start and other.end <= one.end


def _bared(
    text: str,
    kept: Sequence[Claim],
    resolved: Sequence[Claim],
    find: Callable[[str], Iterable[Mention]],
    policy: Policy,
) -> list[Claim]:
    """Names in the rest of an address that the policy keeps, where another part of it is replaced."""
    whole = {(claim.start, claim.end) for claim in kept}
    pieces = [piece for piece in subtract(text, kept, resolved) if (piece.start, piece.end) not in whole]
    named = ((piece.start, claim) for piece in pieces for claim in mentioned(find(text[piece.start : piece.end])))
    shifted = [replace(claim, start=at + claim.start, end=at + claim.end) for at, claim in named]
    return prepare(text, (claim for claim in shifted if policy.of(claim) is not Action.KEEP))


def _telling(text: str, naming: Sequence[Claim], policy: Policy, *, listed: bool) -> list[Span]:
    """What stands beside the names of withheld people and identifies them."""
    withheld_people = [Span(claim.start, claim.end) for claim in naming if claim.people & policy.withheld]
    return (
        titles(text, withheld_people, [Span(claim.start, claim.end) for claim in naming], listed=listed)
        if withheld_people
        else []
    )


def mentioned(mentions: Iterable[Mention]) -> list[Claim]:
    """Roster mentions as claims."""
    return [
        Claim(m.start, m.end, EMAIL if m.form == "email" else PERSON, 1.0, m.people, m.form, m.whole) for m in mentions
    ]


def clip(claims: Sequence[Claim], passage: Passage) -> Iterator[Claim]:
    """The parts of disjoint, sorted claims on a slot that lie in a passage, in its coordinates."""
    for claim in islice(claims, bisect_right(claims, passage.start, key=lambda c: c.end), None):
        if claim.start >= passage.end:
            return
        start, end = max(claim.start, passage.start), min(claim.end, passage.end)
        cut = replace(claim, start=start - passage.start, end=end - passage.start)
        yield cut if (start, end) == (claim.start, claim.end) else replace(cut, whole=False, piece=True)


def _is_word(text: str, finding: Finding) -> bool:
    """Whether a finding of PERSON covers words that by grammar are nobody's name."""
    if finding.kind != PERSON:
        return False
    return is_plainly_word(text, finding.start, finding.end, fold_name(text[finding.start : finding.end]))


def _claim(finding: Finding, values: Mapping[tuple[str, int], str]) -> Claim:
    """A finding as a claim; a piece of an entity that was said across passages carries the whole entity."""
    entity = _entity(finding)
    value = values.get(entity) if entity else None
    return Claim(finding.start, finding.end, finding.kind, finding.score, value=value, piece=entity is not None)


def _cut_values(passages: Sequence[Passage], findings: Sequence[Sequence[Finding]]) -> dict[tuple[str, int], str]:
    """The whole of each entity that was said across passages or repeated, by entity."""
    pieces: dict[tuple[str, int], list[str]] = {}
    again: set[tuple[str, int]] = set()
    for passage, found in zip(passages, findings, strict=False):
        for finding in found:
            if (entity := _entity(finding)) is None:
                continue
            if finding.again:
                again.add(entity)
            else:
                pieces.setdefault(entity, []).append(passage.text[finding.start : finding.end])
    return {entity: " ".join(texts) for entity, texts in pieces.items() if len(texts) > 1 or entity in again}


def _entity(finding: Finding) -> tuple[str, int] | None:
    """The identity of an entity that was said in pieces; None for all others."""
    return None if finding.entity is None else (finding.kind, finding.entity)
