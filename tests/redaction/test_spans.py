"""Overlaps are resolved once, and nothing that was claimed survives."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction.spans import EMAIL, QUOTE, Claim, prepare, resolve, trim


def resolved(text: str, *found: tuple[str, str], roster: tuple[tuple[str, str, bool], ...] = ()) -> list[str]:
    """Resolve claims (kind, string) and mentions (person, string, whole), as "KIND:string"."""
    claims = [Claim(text.index(s), text.index(s) + len(s), kind, 0.8) for kind, s in found]
    mentions = [
        Claim(text.index(s), text.index(s) + len(s), "PERSON", 1.0, frozenset({p}), "name", w) for p, s, w in roster
    ]
    laid = resolve(text, [], prepare(text, mentions), prepare(text, claims))
    return [f"{min(c.people, default=c.kind)}:{text[c.start : c.end]}" for c in laid]


def test_complaint_03_overlapping_spans_are_not_spliced() -> None:
    """Complaint 3: a bank number overlapping a licence left `<US_BANK_NUMBER_7>LICENSE_7>`."""
    text = "no 1234 5678 901 A7 is it"
    assert resolved(text, ("US_BANK_NUMBER", "1234 5678 901"), ("US_DRIVER_LICENSE", "901 A7")) == [
        "US_BANK_NUMBER:1234 5678 901 A7"
    ]
    assert resolved("x@globex.example and", ("EMAIL_ADDRESS", "x@globex.example"), ("URL", "globex.example")) == [
        "EMAIL_ADDRESS:x@globex.example"
    ]


def test_complaint_17_a_span_that_slipped_covers_whole_words() -> None:
    """Complaint 17: PERSON = "Mike. Wh"."""
    assert resolved("So Mike. Why not", ("PERSON", "Mike. Wh")) == ["PERSON:Mike. Why"]
    assert resolved("So Mike. Why not", ("PERSON", "ike")) == ["PERSON:Mike"]


def test_complaint_21_a_name_and_its_possessive() -> None:
    """Complaint 21: "Eric" and "Eric's" overlap; the ending stays."""
    assert resolved("see Eric's plan", ("PERSON", "Eric"), ("PERSON", "Eric's")) == ["PERSON:Eric"]
    assert resolved("see Eric’s plan", ("PERSON", "Eric’s")) == ["PERSON:Eric"]


def test_complaint_30_neighbours_of_one_kind_stay_two() -> None:
    """Complaint 30: of entities with a space between only the first was replaced."""
    assert resolved("5551234 5559876", ("PHONE_NUMBER", "5551234"), ("PHONE_NUMBER", "5559876")) == [
        "PHONE_NUMBER:5551234",
        "PHONE_NUMBER:5559876",
    ]


def test_the_roster_beats_the_model() -> None:
    assert resolved("Jane Doe here", ("LOCATION", "Jane Doe"), roster=(("p", "Jane Doe", True),)) == ["p:Jane Doe"]
    assert resolved("Jane Doe Okay", ("PERSON", "Jane Doe Okay"), roster=(("p", "Jane Doe", True),)) == [
        "p:Jane Doe",
        "PERSON:Okay",
    ]


def test_a_longer_span_of_another_kind_beats_a_roster_part() -> None:
    assert resolved("on 5 June 2026", ("DATE_TIME", "5 June 2026"), roster=(("p", "June", False),)) == [
        "DATE_TIME:5 June 2026"
    ]


def test_more_of_a_name_is_somebody_else() -> None:
    assert resolved("ask Jane Smith", ("PERSON", "Jane Smith"), roster=(("p", "Jane", False),)) == ["PERSON:Jane Smith"]
    assert resolved("ask Jane said", ("PERSON", "Jane said"), roster=(("p", "Jane", False),)) == [
        "p:Jane",
        "PERSON:said",
    ]


def test_lines_stay_lines() -> None:
    assert resolved("so Jane\r\nDoe", ("PERSON", "Jane\r\nDoe")) == ["PERSON:Jane", "PERSON:Doe"]


def test_a_handle_is_one_word_and_emphasis_is_none() -> None:
    text = "jane_doe_notes and _Jane_"
    laid = prepare(
        text, [Claim(0, 4, "PERSON", 1, frozenset("p"), "name"), Claim(20, 24, "PERSON", 1, frozenset("p"), "name")]
    )
    assert [(text[c.start : c.end], c.form) for c in laid] == [("jane_doe_notes", "handle"), ("Jane", "name")]


def test_trimming() -> None:
    assert trim(" (Jane Doe), ", 0, 13, "PERSON") == (2, 10)
    assert trim("Sammy Davis Jr.", 0, 15, "PERSON") == (0, 15)
    assert trim("Bob.", 0, 4, "PERSON") == (0, 3)
    assert trim(" !!@@ ", 0, 6, "SECRET") == (1, 5)


CLAIMS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from(["PERSON", "URL", "DATE_TIME"])), max_size=8
)


@given(st.text("Ab1 .'_\n-é王", min_size=1, max_size=36), CLAIMS, CLAIMS, CLAIMS)
def test_no_letter_or_digit_of_a_claim_survives(text: str, found: list, named: list, quoted: list) -> None:
    """The resolved spans are disjoint, in order, and cover every letter and digit that any claim covered."""
    model = [Claim(a, min(a + n, len(text)), kind, 0.5) for a, n, kind in found if a < len(text)]
    roster = [
        Claim(a, min(a + n, len(text)), "PERSON", 1.0, frozenset("p"), "name") for a, n, _ in named if a < len(text)
    ]
    quotes = [Claim(a, min(a + n, len(text)), QUOTE) for a, n, _ in quoted if a < len(text)]
    laid = resolve(text, prepare(text, quotes), prepare(text, roster), prepare(text, model))
    assert all(0 <= c.start < c.end <= len(text) for c in laid)
    assert all(a.end <= b.start for a, b in pairwise(laid))
    covered = {at for c in laid for at in range(c.start, c.end)}
    for claim in (*model, *roster, *quotes):
        piece = [at for at in range(claim.start, claim.end) if text[at].isalnum() and at not in covered]
        # The possessive ending of a person's name is not part of the name.
        assert all(text[at] == "s" and text[at - 1] in "'’" for at in piece)


@pytest.mark.parametrize("said", ["of ana@x.example", "ana@x.example. So", "ana@x.example"])
def test_an_address_is_trimmed_to_itself(said: str) -> None:
    (claim,) = prepare(said, [Claim(0, len(said), EMAIL)])
    assert said[claim.start : claim.end] == "ana@x.example"
