"""Abbreviations in capitals that name an organization or a place."""

from __future__ import annotations

import pytest

from proxy.languages import words
from proxy.wording.spellings import is_named_abbreviation, tidy


def test_the_list_holds_capitals() -> None:
    assert all(word.isupper() and 2 <= len(word) <= 5 for word in words("abbreviations", "named"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("we moved to the [US] last year", True),
        ("the [WHO] told them so", True),
        ("the [NHS]", True),
        ("tell [us] about it", False),
        ("TELL [US] ABOUT IT", False),
        ("the [SLA] is fine", False),
    ],
)
def test_capitals_among_other_words_are_the_abbreviation(text: str, named: bool) -> None:
    start, end = text.index("["), text.index("]") - 1
    assert is_named_abbreviation(text.replace("[", "").replace("]", ""), start, end) is named


@pytest.mark.parametrize("kind", ["ORGANIZATION", "LOCATION"])
def test_a_known_abbreviation_is_an_entity_though_it_is_short_or_also_a_word(kind: str) -> None:
    for text in ("they left the EU for good", "they left the US for good"):
        assert list(tidy(text, 14, 16, kind)) == [(14, 16)]


def test_other_acronyms_are_terms_unless_it_is_said_that_they_may_be_organizations() -> None:
    text = "the SLA for it"
    assert list(tidy(text, 4, 7, "ORGANIZATION")) == []
    assert list(tidy(text, 4, 7, "ORGANIZATION", acronyms=True)) == [(4, 7)]


def test_a_known_abbreviation_is_nobody() -> None:
    assert list(tidy("they left us for good", 10, 12, "PERSON")) == []
