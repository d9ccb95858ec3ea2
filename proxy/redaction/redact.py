"""Redact what may leave: from passages and findings to edits, pseudonyms and the originals to look for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from proxy.detection.precedence import PERSON
from proxy.errors import OwnFault
from proxy.model import Action, Edit, Finding, Passage, Roster, Slot, Span
from proxy.redaction.anonymizer import Act
from proxy.redaction.claims import Policy, lay_claims, mentioned
from proxy.redaction.identities import Naming, People, is_just_word
from proxy.redaction.originals import Originals, is_slight
from proxy.redaction.pseudonyms import WITHHELD_PERSON, PseudonymMap
from proxy.redaction.quotes import Place, Steps, WithheldWords, Words, repeats, without_echoes
from proxy.redaction.replace import PlacedSpan, place, sweep
from proxy.redaction.roster.names import is_generic, names_somebody
from proxy.redaction.roster.search import Person, people_of, search_for
from proxy.redaction.spans import QUOTE, Claim
from proxy.wording.folded import fold, fold_name

_STRANGER = "withheld:"
"""How ids of speakers begin whom nobody knows and whose words stay in."""


@dataclass(frozen=True, slots=True)
class LabelSpot:
    """A speaker's label in a slot. `participant` is None for a speaker whom the roster does not know."""

    slot: int
    start: int
    end: int
    text: str
    participant: str | None
    withheld: bool


@dataclass(frozen=True, slots=True)
class WithheldSpeech:
    """Whose words stay in: ids of `participants`, labels of unknown speakers (`names`), and their `words`.

    Their names in others' words become ``WITHHELD_PERSON``, quotes of their words ``[withheld]``; neither is ever
    restored.
    """

    participants: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    """Where each of `words` begins, as far as the order of a slot is that of speaking."""
    guests: frozenset[int] = frozenset()
    """Which of `words` are of speakers whom nobody knows."""
    order: Mapping[int, Steps] = field(default_factory=dict)
    """The slots that follow one another as their words were said."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """The result: sorted, disjoint edits by slot, and what restoring, checking and the ledger need.

    `removed` counts replaced findings by passage and kind, `total_removed` those of all text; labels are not
    findings and count in neither. `kept` counts findings that policy lets pass.
    """

    edits: Mapping[int, tuple[Edit, ...]]
    pseudonyms: PseudonymMap
    originals: Originals
    removed: tuple[Mapping[str, int], ...]
    kept: Mapping[str, int]
    total_removed: Mapping[str, int]
    people: Naming
    policy: Policy
    withheld_words: WithheldWords
    echoes: frozenset[Words] = frozenset()
    """Words that are alike to withheld ones, and whoever leaves with them said them too."""
    instructed_names: frozenset[str] = frozenset()
    """Names of unknown speakers that are words of the client's own, folded."""
    names: frozenset[str] = frozenset()
    """Those of the originals that are names of people."""

    def leftovers(self, text: str) -> list[Span]:
        """What must not be in any outbound text: originals that were replaced, anybody's name or address, and words
        of people who may not be heard.

        Names are searched even where none was said: a client can put them where nothing is redacted.
        """
        ours = self.originals.without_issued(text)
        folded = fold(ours)
        named = mentioned(self.people.find_recorded(ours, folded))
        names = [Span(claim.start, claim.end) for claim in named if self.policy.of(claim) is not Action.KEEP]
        quotes = [
            span for span in self.withheld_words.within(ours, folded) if not repeats(ours[slice(*span)], self.echoes)
        ]
        hits = self.originals.hits_in(ours, folded)
        words = (h for h in hits if h.original in self.names and is_just_word(text, h.start, h.end, sent=True))
        found = sorted({Span(h.start, h.end) for h in hits} - {Span(h.start, h.end) for h in words}) + names
        return [span for span in found if fold_name(text[slice(*span)]) not in self.instructed_names] + quotes


def redact(  # noqa: PLR0917 - one argument for each thing that is known of a request
    slots: Sequence[Slot],
    passages: Sequence[Passage],
    findings: Sequence[Sequence[Finding]],
    labels: Sequence[LabelSpot],
    roster: Roster,
    withheld: WithheldSpeech,
    actions: Mapping[str, Act],
) -> Redaction:
    """Redact passages and labels. `findings` are by passage, in passage coordinates.

    Labels of admitted speakers become their pseudonyms whatever is done with PERSON, unless it is kept. Raises a
    `Refusal` (``kind_refused``) where policy refuses a kind that was found.
    """
    texts = {slot.index: slot.text for slot in slots}
    silenced = withheld.participants | {spot.participant for spot in labels if spot.withheld and spot.participant}
    known = [*people_of(roster, silenced), *_known_by_label(labels, roster, withheld)]
    silent = frozenset(person.id for person in known if person.withheld)
    policy = Policy(actions, silent, {slot.index: slot.where for slot in slots})
    withheld_words = WithheldWords(withheld.words, withheld.places, withheld.guests, withheld.order)
    quotes, echoes = without_echoes(passages, withheld_words.find(passages), withheld_words)
    strangers = [p for p in known if p.withheld and p.id.startswith(_STRANGER)]
    listed = tuple(person for person in known if person not in strangers)
    in_instructions = Naming.of(listed, search_for(listed))
    find = Naming.of(known, search_for(tuple(known)), frozenset(person.id for person in strangers))
    laid, kept = lay_claims(texts, passages, findings, quotes, find.find, policy, in_instructions.find)

    named = policy.of(Claim(0, 0, PERSON)) is not Action.KEEP
    spots = [spot for spot in labels if spot.withheld or named]
    unnamed = [Passage(spot.slot, spot.start, spot.text) for spot in labels if not (spot.withheld or named)]
    regions = [*passages, *unnamed]
    claims = [*laid, *(() for _ in unnamed)]
    replaced = _replaced(regions, claims, spots, policy)
    originals = Originals(replaced)
    claims = _without(strangers, regions, sweep(texts, regions, claims, replaced, originals))

    people = People(known, _full_names(regions, claims))
    claims = _carried_out(regions, claims, policy, kept)
    marked = [_label(spot) for spot in spots]
    edits, pseudonyms, originals = place(
        texts=texts, regions=regions, claims=claims, labels=marked, people=people, policy=policy, originals=originals
    )
    removed = [Counter(claim.kind for claim in part) for part in claims]
    return Redaction(
        edits=edits,
        pseudonyms=pseudonyms,
        originals=originals,
        removed=tuple(map(dict, removed[: len(passages)])),
        kept=dict(kept),
        total_removed=dict(sum(removed, Counter[str]())),
        people=find,
        policy=policy,
        withheld_words=withheld_words,
        echoes=echoes,
        instructed_names=_instructed(strangers, passages),
        names=frozenset(said for said, claim in replaced.items() if claim.kind == PERSON),
    )


def _without(
    strangers: Sequence[Person], regions: Sequence[Passage], claims: Sequence[Sequence[Claim]]
) -> list[tuple[Claim, ...]]:
    """The claims, without the names of unknown speakers in the client's own words: whoever takes a display name masks
    no instruction with it.
    """
    ids = {person.id for person in strangers}
    return [
        tuple(claim for claim in laid if not (region.instructed and claim.people and claim.people <= ids))
        for region, laid in zip(regions, claims, strict=True)
    ]


def _instructed(strangers: Sequence[Person], passages: Sequence[Passage]) -> frozenset[str]:
    """Names of unknown speakers as the client's own words have them, folded."""
    search = search_for(tuple(strangers))
    own = [passage.text for passage in passages if passage.instructed] if strangers else []
    return frozenset(fold_name(text[mention.start : mention.end]) for text in own for mention in search.find(text))


def merge(first: Mapping[int, Sequence[Edit]], second: Mapping[int, Sequence[Edit]]) -> dict[int, tuple[Edit, ...]]:
    """Edits of both, by slot, sorted and disjoint. An edit within another gives way; of equals the first stays.

    Edits that overlap by a part are a defect upstream, and nothing may leave on a guess: `OwnFault`.
    """
    merged: dict[int, tuple[Edit, ...]] = {}
    for slot in sorted({*first, *second}):
        ordered = sorted((*first.get(slot, ()), *second.get(slot, ())), key=lambda e: (e.start, -e.end))
        chosen: list[Edit] = []
        for edit in ordered:
            if not chosen or edit.start >= chosen[-1].end:
                chosen.append(edit)
            elif edit.end > chosen[-1].end:
                raise OwnFault("edits_overlap", "two edits of one text overlap; this is a defect of the proxy")
        merged[slot] = tuple(chosen)
    return merged


def _label(spot: LabelSpot) -> PlacedSpan:
    """What is put in place of a label: the pseudonym of its person, or the marker of people who are withheld."""
    key, words = (None, WITHHELD_PERSON) if spot.withheld else (_owner(spot), None)
    return PlacedSpan(spot.slot, spot.start, spot.end, spot.text, None, key, words)


def _carried_out(
    regions: Sequence[Passage], claims: Sequence[Sequence[Claim]], policy: Policy, kept: Counter[str]
) -> list[tuple[Claim, ...]]:
    """The claims that change something; the others are added to `kept`, by kind."""
    changing: list[tuple[Claim, ...]] = []
    for region, laid in zip(regions, claims, strict=True):
        same = [claim for claim in laid if policy.is_unchanged(claim, region.text[claim.start : claim.end])]
        kept.update(claim.kind for claim in same)
        changing.append(tuple(claim for claim in laid if claim not in same) if same else tuple(laid))
    return changing


def _owner(spot: LabelSpot) -> str:
    """The id of a label's person, made of the label where the roster has none."""
    return spot.participant or f"{_STRANGER if spot.withheld else 'label:'}{spot.text.strip()}"


def _known_by_label(labels: Sequence[LabelSpot], roster: Roster, withheld: WithheldSpeech) -> list[Person]:
    """Speakers whom the roster does not know: their labels are names too, where they name somebody.

    A name of the roster is that person's, whatever a guest calls themselves.
    """
    listed = {participant.id for participant in roster.participants}
    recorded = {fold_name(label) for participant in roster.participants for label in participant.labels}
    unknown = (name.strip() for name in withheld.names if fold_name(name) not in recorded and names_somebody(name))
    silent = {f"{_STRANGER}{name}": name for name in unknown}
    silent |= {_owner(spot): spot.text.strip() for spot in labels if spot.withheld}
    heard = {_owner(spot): spot.text.strip() for spot in labels if not spot.withheld}
    unlisted = [Person(key, (name,), withheld=True) for key, name in silent.items() if key not in listed]
    return unlisted + [Person(key, (name,)) for key, name in heard.items() if key not in listed | silent.keys()]


def _replaced(
    regions: Sequence[Passage], claims: Sequence[Sequence[Claim]], spots: Sequence[LabelSpot], policy: Policy
) -> dict[str, Claim]:
    """Every string that is replaced and to be looked for, with the claim under which it is first.

    Left out are labels that name nobody in particular; quotes, for which all text was searched word by word; and
    pieces of something longer that say nothing alone, such as the ``12`` of an address that a line end cuts.
    """
    replaced: dict[str, Claim] = {}
    for spot in spots:
        if not is_generic(spot.text):
            claim = Claim(0, len(spot.text), PERSON, 1.0, frozenset((_owner(spot),)), "name", whole=True)
            replaced.setdefault(spot.text, claim)
    for region, laid in zip(regions, claims, strict=True):
        for claim in laid:
            said = region.text[claim.start : claim.end]
            if not (claim.kind == QUOTE or policy.is_unchanged(claim, said) or (claim.piece and is_slight(said))):
                replaced.setdefault(said, claim)
    return replaced


def _full_names(regions: Sequence[Passage], claims: Sequence[Sequence[Claim]]) -> list[str]:
    """Names that the model found, in which further people may be known."""
    return [
        region.text[claim.start : claim.end]
        for region, laid in zip(regions, claims, strict=True)
        for claim in laid
        if claim.kind == PERSON and not claim.people
    ]
