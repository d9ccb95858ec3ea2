"""Redact what may leave: turn passages and findings into edits, pseudonyms and the originals to search for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from proxy.detection.precedence import PERSON
from proxy.errors import OwnFault
from proxy.model import Action, Edit, Finding, Passage, Roster, Slot, Span
from proxy.redaction.anonymizer import Act
from proxy.redaction.claims import Policy, lay_claims, mentioned
from proxy.redaction.decision.decide import decide
from proxy.redaction.decision.forms import under_names
from proxy.redaction.decision.things import Request
from proxy.redaction.identities import Naming, People, is_just_word
from proxy.redaction.originals import Originals, is_slight
from proxy.redaction.pseudonyms import WITHHELD_PERSON, PseudonymMap
from proxy.redaction.quotes import Place, Steps, WithheldWords, Words, repeats, without_echoes
from proxy.redaction.replace import PlacedSpan, place, sweep
from proxy.redaction.roster.names import is_generic, names_somebody
from proxy.redaction.roster.search import Mention, NamesRead, Person, people_of, search_for
from proxy.redaction.spans import QUOTE, Claim
from proxy.wording.folded import fold, fold_name
from proxy.wording.phrases import split

_STRANGER = "withheld:"
"""Prefix of the ids of unknown speakers whose words are withheld."""


@dataclass(frozen=True, slots=True)
class LabelSpot:
    """A speaker's label in a slot. `participant` is None for a speaker who is not on the roster."""

    slot: int
    start: int
    end: int
    text: str
    participant: str | None
    withheld: bool


@dataclass(frozen=True, slots=True)
class WithheldSpeech:
    """The withheld speakers: ids of `participants`, labels of unknown speakers (`names`), and their `words`.

    Their names in others' words become ``WITHHELD_PERSON``, and quotes of their words become ``[withheld]``. Neither
    is ever restored.
    """

    participants: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    """Where each of `words` begins, as far as the slot is in speaking order."""
    guests: frozenset[int] = frozenset()
    """The indices of `words` by unknown speakers."""
    order: Mapping[int, Steps] = field(default_factory=dict)
    """The slots that follow one another in speaking order."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """The result: sorted, disjoint edits by slot, and what restoring, checking and the ledger need.

    `removed` counts replaced findings by passage and kind, `total_removed` over all text. Labels are not findings and
    count in neither. `kept` counts findings that the policy keeps, by passage and kind, then those in labels.
    """

    edits: Mapping[int, tuple[Edit, ...]]
    pseudonyms: PseudonymMap
    originals: Originals
    removed: tuple[Mapping[str, int], ...]
    kept: tuple[Mapping[str, int], ...]
    total_removed: Mapping[str, int]
    people: Naming
    policy: Policy
    withheld_words: WithheldWords
    echoes: frozenset[Words] = frozenset()
    """Words that match withheld ones but were also said by somebody whose words leave."""
    instructed_names: frozenset[str] = frozenset()
    """Names of unknown speakers that occur in the client's instructions, folded."""
    names: frozenset[str] = frozenset()
    """The originals that are names of people."""

    @property
    def total_kept(self) -> Mapping[str, int]:
        """Findings that the policy keeps over all text, by kind."""
        return dict(sum(map(Counter, self.kept), Counter[str]()))

    def leftovers(self, text: str) -> list[Span]:
        """Spans that must not be in any outbound text.

        These are replaced originals, names and addresses of people, and words of withheld people. Names are searched
        for even if none was said: a client can put them where nothing is redacted.
        """
        ours = self.originals.without_issued(text)
        folded = fold(ours)
        words = split(folded.text)
        named = mentioned(self.people.find_recorded(ours, folded, words))
        names = [Span(claim.start, claim.end) for claim in named if self.policy.of(claim) is not Action.KEEP]
        quotes = [
            span for span in self.withheld_words.within(ours, folded) if not repeats(ours[slice(*span)], self.echoes)
        ]
        hits = self.originals.hits_in(ours, folded, words)
        plain = (h for h in hits if h.original in self.names and is_just_word(text, h.start, h.end, sent=True))
        found = sorted({Span(h.start, h.end) for h in hits} - {Span(h.start, h.end) for h in plain}) + names
        return [span for span in found if fold_name(text[slice(*span)]) not in self.instructed_names] + quotes


def redact(  # noqa: PLR0917 - one argument for each thing known about a request
    slots: Sequence[Slot],
    passages: Sequence[Passage],
    findings: Sequence[Sequence[Finding]],
    labels: Sequence[LabelSpot],
    roster: Roster,
    withheld: WithheldSpeech,
    actions: Mapping[str, Act],
    read: NamesRead | None = None,
    foreign: Collection[tuple[int, int]] = (),
) -> Redaction:
    """Redact passages and labels. `findings` are by passage, in passage coordinates.

    `read` is what a search of the slots for names has found already. `foreign` are the passages, by slot and start,
    that are not surely in English. Labels of admitted speakers become pseudonyms whatever the action for PERSON, unless
    that is to keep it. Raises a `SpokenRefusal` (``kind_refused``) if the policy refuses a kind that was found.
    """
    texts = {slot.index: slot.text for slot in slots}
    known = _known(labels, roster, withheld)
    withheld_people = frozenset(person.id for person in known if person.withheld)
    policy = Policy(actions, withheld_people, {slot.index: slot.where for slot in slots})
    withheld_words = WithheldWords(withheld.words, withheld.places, withheld.guests, withheld.order)
    quotes, echoes = without_echoes(passages, withheld_words.find(passages), withheld_words)
    strangers = [p for p in known if p.withheld and p.id.startswith(_STRANGER)]
    find, in_instructions = _searches(known, strangers, read)
    unsent = [Passage(-1, 0, words) for words in withheld.words]
    decision = decide(Request(passages, find.may_name, foreign, unsent), findings, policy.strictness)
    laid, kept = lay_claims(texts, passages, decision.findings, quotes, find.find, policy, in_instructions)

    named = policy.strictness(PERSON) > 0
    spots = [spot for spot in labels if spot.withheld or named]
    unnamed = [Passage(spot.slot, spot.start, spot.text) for spot in labels if not (spot.withheld or named)]
    regions = [*passages, *unnamed]
    claims = [*laid, *(() for _ in unnamed)]
    replaced = _replaced(regions, claims, spots, policy)
    originals = Originals(replaced)
    claims = _without(strangers, regions, sweep(texts, regions, claims, replaced, originals))

    people = People(known, _full_names(regions, claims))
    under = under_names(regions, claims, decision.forms, policy.is_pseudonym)
    claims, kept = _carried_out(regions, under, policy, kept)
    edits, pseudonyms, originals = place(
        texts, regions, claims, labels=[_label(spot) for spot in spots], people=people, policy=policy,
        originals=originals, named=find.search.find_recorded,
    )  # fmt: skip
    removed = [Counter(claim.kind for claim in part) for part in claims]
    return Redaction(
        edits=edits,
        pseudonyms=pseudonyms,
        originals=originals,
        removed=tuple(map(dict, removed[: len(passages)])),
        kept=tuple(map(dict, kept)),
        total_removed=dict(sum(removed, Counter[str]())),
        people=find,
        policy=policy,
        withheld_words=withheld_words,
        echoes=echoes,
        instructed_names=_instructed(strangers, passages),
        names=frozenset(said for said, claim in replaced.items() if claim.kind == PERSON),
    )


def _known(labels: Sequence[LabelSpot], roster: Roster, withheld: WithheldSpeech) -> list[Person]:
    """Everybody whose names are searched for: the roster's people, and strangers by their labels."""
    withheld_ids = withheld.participants | {spot.participant for spot in labels if spot.withheld and spot.participant}
    return [*people_of(roster, withheld_ids), *_known_by_label(labels, roster, withheld)]


def _searches(
    known: Sequence[Person], strangers: Sequence[Person], read: NamesRead | None
) -> tuple[Naming, Callable[[str], list[Mention]] | None]:
    """The search for everybody, and the one in the client's instructions if that one leaves out unknown speakers."""
    find = Naming.of(known, search_for(tuple(known)), frozenset(person.id for person in strangers), read)
    if not strangers:
        return find, None
    listed = tuple(person for person in known if person not in strangers)
    return find, Naming.of(listed, search_for(listed)).find


def _without(
    strangers: Sequence[Person], regions: Sequence[Passage], claims: Sequence[Sequence[Claim]]
) -> list[tuple[Claim, ...]]:
    """The claims without the names of unknown speakers in the client's instructions.

    Otherwise anybody could mask an instruction by choosing a display name.
    """
    ids = {person.id for person in strangers}
    return [
        tuple(claim for claim in laid if not (region.instructed and claim.people and claim.people <= ids))
        for region, laid in zip(regions, claims, strict=True)
    ]


def _instructed(strangers: Sequence[Person], passages: Sequence[Passage]) -> frozenset[str]:
    """Names of unknown speakers as they occur in the client's instructions, folded."""
    search = search_for(tuple(strangers))
    own = [passage.text for passage in passages if passage.instructed] if strangers else []
    return frozenset(fold_name(text[mention.start : mention.end]) for text in own for mention in search.find(text))


def merge(first: Mapping[int, Sequence[Edit]], second: Mapping[int, Sequence[Edit]]) -> dict[int, tuple[Edit, ...]]:
    """Edits of both, by slot, sorted and disjoint. An edit inside another is dropped; of equal ones the first stays.

    A partial overlap is a defect upstream and raises `OwnFault`, because nothing may leave on a guess.
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
    """The replacement of a label: the person's pseudonym, or the marker for withheld people."""
    key, words = (None, WITHHELD_PERSON) if spot.withheld else (_owner(spot), None)
    return PlacedSpan(spot.slot, spot.start, spot.end, spot.text, None, key, words)


def _carried_out(
    regions: Sequence[Passage], claims: Sequence[Sequence[Claim]], policy: Policy, kept: Sequence[Counter[str]]
) -> tuple[list[tuple[Claim, ...]], list[Counter[str]]]:
    """The claims that change the text; and by region, the others counted by kind, beside what was `kept` before."""
    changing: list[tuple[Claim, ...]] = []
    unchanged: list[Counter[str]] = []
    held = [*kept, *(Counter[str]() for _ in regions[len(kept) :])]
    for region, laid, before in zip(regions, claims, held, strict=True):
        same = [claim for claim in laid if policy.is_unchanged(claim, region.text[claim.start : claim.end])]
        unchanged.append(before + Counter(claim.kind for claim in same))
        changing.append(tuple(claim for claim in laid if claim not in same) if same else tuple(laid))
    return changing, unchanged


def _owner(spot: LabelSpot) -> str:
    """The id of the person that a label names, derived from the label if the roster has none."""
    return spot.participant or f"{_STRANGER if spot.withheld else 'label:'}{spot.text.strip()}"


def _known_by_label(labels: Sequence[LabelSpot], roster: Roster, withheld: WithheldSpeech) -> list[Person]:
    """Speakers who are not on the roster: their labels are names too, if they name somebody.

    A name on the roster means the person on the roster, whatever a guest calls themselves.
    """
    listed = {participant.id for participant in roster.participants}
    recorded = {fold_name(label) for participant in roster.participants for label in participant.labels}
    unknown = (name.strip() for name in withheld.names if fold_name(name) not in recorded and names_somebody(name))
    withheld_people = {f"{_STRANGER}{name}": name for name in unknown}
    withheld_people |= {_owner(spot): spot.text.strip() for spot in labels if spot.withheld}
    heard = {_owner(spot): spot.text.strip() for spot in labels if not spot.withheld}
    unlisted = [Person(key, (name,), withheld=True) for key, name in withheld_people.items() if key not in listed]
    return unlisted + [
        Person(key, (name,)) for key, name in heard.items() if key not in listed | withheld_people.keys()
    ]


def _replaced(
    regions: Sequence[Passage], claims: Sequence[Sequence[Claim]], spots: Sequence[LabelSpot], policy: Policy
) -> dict[str, Claim]:
    """Every string that is replaced and must be searched for, with its first claim.

    Left out are labels that name nobody in particular, quotes (all text was searched for them word by word), and
    pieces of something longer that say nothing alone, such as the ``12`` of an address that a line end cuts.
    """
    replaced: dict[str, Claim] = {}
    first: dict[str, LabelSpot] = {}
    for spot in spots:
        first.setdefault(spot.text, spot)
    for label, spot in first.items():
        if not is_generic(label):
            replaced[label] = Claim(0, len(label), PERSON, 1.0, frozenset((_owner(spot),)), "name", whole=True)
    for region, laid in zip(regions, claims, strict=True):
        for claim in laid:
            said = region.text[claim.start : claim.end]
            if not (claim.kind == QUOTE or policy.is_unchanged(claim, said) or (claim.piece and is_slight(said))):
                replaced.setdefault(said, claim)
    return replaced


def _full_names(regions: Sequence[Passage], claims: Sequence[Sequence[Claim]]) -> list[str]:
    """Names that the model found, from which further people may be known."""
    return [
        region.text[claim.start : claim.end]
        for region, laid in zip(regions, claims, strict=True)
        for claim in laid
        if claim.kind == PERSON and not claim.people
    ]
