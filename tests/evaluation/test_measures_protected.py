"""What counts as protected, and which findings are right: by hand, and for any findings."""

from __future__ import annotations

import pytest
from evaluation.annotating import marked
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.recognizers.table import BUILTINS
from proxy.evaluation.annotated import AnnotatedDocument, Coarse, Entity, coarse
from proxy.evaluation.measures import Tally, core, leaks, tally
from proxy.model import SPECIAL_CATEGORIES, Finding


@pytest.mark.parametrize(
    ("line", "kind", "expected"),
    [
        # entities, protected, partly, characters, leaked; findings, right, strict
        ("so [PERSON {PERSON Maya Chen}] said", Coarse.PERSON, Tally(1, 1, 0, 8, 0, 1, 1, 1)),
        ("so [PERSON {PERSON Maya} Chen] said", Coarse.PERSON, Tally(1, 0, 1, 8, 4, 1, 1, 1)),
        ("so [PERSON Maya Chen] said", Coarse.PERSON, Tally(1, 0, 0, 8, 8)),
        # Two findings that touch, or overlap, or lie in each other, cover together.
        ("so [PERSON {PERSON Maya}{ORGANIZATION  Chen}] said", Coarse.PERSON, Tally(1, 1, 0, 8, 0, 1, 1, 1)),
        ("[PHONE {PHONE_NUMBER 212 {US_SSN 555} }0199]", Coarse.PHONE, Tally(1, 0, 1, 10, 4, 1, 1, 1)),
        # White space and punctuation of an entity need not be masked.
        ("[PHONE ({PHONE_NUMBER 21}) {PHONE_NUMBER 55}-{US_SSN 1}.]", Coarse.PHONE, Tally(1, 1, 0, 5, 0, 2, 2, 2)),
        # Masked under another name is masked; the finding is right, and not of the same kind.
        ("[EMAIL {URL maya@fjord.example}]", Coarse.EMAIL, Tally(1, 1, 0, 16, 0)),
        ("[EMAIL {URL maya@fjord.example}]", Coarse.URL_IP, Tally(0, 0, 0, 0, 0, 1, 1, 0)),
        # A neighbour is no overlap.
        ("{PERSON so }[PERSON Maya]{PERSON  said}", Coarse.PERSON, Tally(1, 0, 0, 4, 4, 2, 0, 0)),
        # Titles and offices aside, before and behind.
        ("[PERSON President {PERSON Okafor}]", Coarse.PERSON, Tally(1, 1, 0, 6, 0, 1, 1, 1)),
        ("[PERSON Dr. {PERSON Maya Chen}, Vice Chair]", Coarse.PERSON, Tally(1, 1, 0, 8, 0, 1, 1, 1)),
        ("[PERSON Madam Speaker]", Coarse.PERSON, Tally()),
        # Only a person has a title.
        ("[LOCATION Prince {LOCATION George}]", Coarse.LOCATION, Tally(1, 0, 1, 12, 6, 1, 1, 1)),
        # Entities in each other count each.
        ("[PERSON [PERSON Maya] {PERSON Chen}]", Coarse.PERSON, Tally(2, 0, 1, 12, 8, 1, 1, 1)),
        # Without a letter or digit there is nothing to protect.
        ("[OTHER 🙂]", Coarse.OTHER, Tally()),
    ],
)  # fmt: skip
def test_counts_by_hand(line: str, kind: Coarse, expected: Tally) -> None:
    assert tally(*marked(line)).get(kind, Tally()) == expected


def test_an_empty_text_counts_nothing() -> None:
    assert tally(AnnotatedDocument("d", "", ()), []) == {}


def test_leaks_are_the_entities_that_are_not_protected_in_order() -> None:
    document, findings = marked("[PERSON Maya {PERSON Chen}] met [PERSON {PERSON Tom}] in [LOCATION Oslo]")
    assert [document.text[e.start : e.end] for e in leaks(document, findings)] == ["Maya Chen", "Oslo"]


def test_a_core_holds_what_stands_between_names() -> None:
    document, _ = marked("[PERSON Sir Tom the King Becker]")
    inner = core(document.text, document.entities[0])
    assert inner is not None
    assert document.text[slice(*inner)] == "Tom the King Becker"


@st.composite
def scored(draw: st.DrawFn) -> tuple[AnnotatedDocument, list[Finding], list[Finding]]:
    text = draw(st.text("aB3 .-é🙂\n", max_size=40))
    starts = st.integers(0, max(len(text) - 1, 0))
    places = starts.flatmap(lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text))))
    spans = st.lists(places, max_size=6) if text else st.just([])
    kinds = st.sampled_from(list(Coarse))
    gold = tuple(Entity(*span, draw(kinds)) for span in draw(spans))
    first, more = ([Finding(*span, draw(kinds).value, 0.5) for span in draw(spans)] for _ in range(2))
    return AnnotatedDocument("d", text, gold), first, more


@given(scored())
def test_more_findings_never_protect_less(case: tuple[AnnotatedDocument, list[Finding], list[Finding]]) -> None:
    document, first, more = case
    before, after = tally(document, first), tally(document, first + more)
    for kind in Coarse:
        a, b = before.get(kind, Tally()), after.get(kind, Tally())
        assert b.protected >= a.protected
        assert b.leaked <= a.leaked
        assert (a.entities, a.characters) == (b.entities, b.characters)


@given(scored())
def test_counts_are_those_of_a_count_character_by_character(
    case: tuple[AnnotatedDocument, list[Finding], list[Finding]],
) -> None:
    document, findings, _ = case
    counts = tally(document, findings)
    masked = {at for finding in findings for at in range(finding.start, finding.end)}
    for kind in set(Coarse) - {Coarse.PERSON}:
        told = [
            [at for at in range(e.start, e.end) if document.text[at].isalnum()]
            for e in document.entities
            if e.kind is kind
        ]
        told = [places for places in told if places]
        of = counts.get(kind, Tally())
        assert of.entities == len(told)
        assert of.protected == sum(masked.issuperset(places) for places in told)
        assert of.leaked == sum(at not in masked for places in told for at in places)
        own = [f for f in findings if f.kind == kind]
        gold = {at for e in document.entities for at in range(e.start, e.end)}
        assert of.right == sum(not gold.isdisjoint(range(f.start, f.end)) for f in own)
        assert of.strict <= of.right <= of.findings == len(own)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("PERSON", Coarse.PERSON),
        ("B-PER", Coarse.PERSON),
        ("person name", Coarse.PERSON),
        ("EMAIL_ADDRESS", Coarse.EMAIL),
        ("IBAN_CODE", Coarse.FINANCIAL),
        ("US_SSN", Coarse.ID),
        ("US_BANK_NUMBER", Coarse.FINANCIAL),
        ("UK_POSTCODE", Coarse.LOCATION),
        ("GPE", Coarse.LOCATION),
        ("creative-work", Coarse.OTHER),
        ("", Coarse.OTHER),
    ],
)
def test_labels_of_other_sets_have_a_coarse_kind(label: str, kind: Coarse) -> None:
    assert coarse(label) is kind


def test_every_kind_that_ships_but_secrets_and_special_categories_has_a_coarse_kind_of_its_own() -> None:
    other = {kind for b in BUILTINS for kind in b.kinds if coarse(kind) is Coarse.OTHER}
    assert other <= {"SECRET", *SPECIAL_CATEGORIES}
