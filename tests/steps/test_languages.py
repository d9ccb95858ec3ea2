"""Stretches of speech, how much of them is covered, and when policy refuses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.languages.table import LANGUAGES, Tier, tier_of
from proxy.errors import Refusal
from proxy.model import Passage, TextLanguage
from proxy.settings import Languages
from proxy.steps.languages import SURE, Coverage, Stretch, covered, refuse_uncovered, stretches

ENGLISH, GERMAN, UNSURE = TextLanguage("en", True), TextLanguage("de", True), TextLanguage("sv", False)


def said(words: int, owner: str | None = "p-ann", slot: int = 0) -> Passage:
    return Passage(slot, 0, " ".join(["word"] * words), owner)


def lengths(*passages: Passage) -> list[int]:
    return [stretch.words for stretch in stretches(passages)]


def test_speakers_are_told_apart_and_their_words_joined() -> None:
    assert lengths(said(20), said(25, "p-ben"), said(20), said(20)) == [40, 20, 25]


def test_a_short_rest_joins_the_stretch_before_it_or_those_of_others() -> None:
    assert lengths(said(50)) == [50]
    assert lengths(said(3), said(4, "p-ben"), said(100, "p-cho"), said(2, None), said(2, None, slot=1)) == [
        40,
        40,
        20,
        11,
    ]


def test_scripts_without_spaces_have_words_too() -> None:
    assert lengths(Passage(0, 0, "会議を始めましょう。", "p-ann")) == [5]
    assert lengths(Passage(0, 0, "12:30, ... 42", "p-ann")) == []


TEXTS = st.text(st.sampled_from("aé ß.\n1_会議할ไ-'"), max_size=400)


@given(st.lists(st.builds(Passage, st.integers(0, 2), st.just(0), TEXTS, st.sampled_from([None, "a", "b"]))))
def test_every_letter_is_in_exactly_one_stretch(passages: list[Passage]) -> None:
    def letters(texts: list[str]) -> list[str]:
        return sorted(re.findall(r"[^\W\d_]", "".join(texts)))

    cut = stretches(passages)
    assert letters([stretch.text for stretch in cut]) == letters([passage.text for passage in passages])
    assert all(stretch.words > 0 for stretch in cut)


def test_what_is_not_sure_is_undecided_and_still_searched_for() -> None:
    cut = [Stretch("", 30), Stretch("", 40), Stretch("", SURE - 1), Stretch("", 20)]
    coverage = covered(cut, [ENGLISH, GERMAN, GERMAN, UNSURE], ["fr"])
    assert coverage.words == {"en": 30, "de": 40, "und": SURE - 1 + 20}
    assert coverage.languages == ("de", "fr", "sv")
    assert coverage.tiers == {"full": 30, "in_part": 40, "undecided": SURE - 1 + 20}


def test_foreign_is_what_is_not_surely_english() -> None:
    places = [frozenset({(0, number)}) for number in range(4)]
    cut = [Stretch("", words, place) for words, place in zip((70, 40, 5, 20), places, strict=True)]
    mostly_english = covered(cut, [ENGLISH, GERMAN, GERMAN, UNSURE], [])
    assert mostly_english.foreign == places[1]
    hardly_english = covered(cut, [UNSURE, GERMAN, ENGLISH, UNSURE], [])
    assert hardly_english.foreign == places[0] | places[1] | places[3]
    assert covered([], [], []).foreign == frozenset()


def test_short_speech_in_an_expected_language_is_believed() -> None:
    assert covered([Stretch("", 2)], [GERMAN], ["de"]).words == {"de": 2}
    assert covered([Stretch("", 2)], [ENGLISH], []).words == {"en": 2}


def refused(policy: Languages | None = None, **words: int) -> str | None:
    try:
        refuse_uncovered(Coverage(words, ()), policy or Languages())
    except Refusal as refusal:
        assert refusal.reason == "language_uncovered"
        assert refusal.status == 403
        return refusal.detail
    return None


@pytest.mark.parametrize(
    ("words", "refuses"),
    [
        ({}, False),
        ({"en": 1000}, False),
        ({"en": 90, "de": 10}, False),
        ({"en": 90, "de": 11}, True),
        ({"en": 5000, "de": 100}, False),
        ({"en": 5000, "de": 101}, True),
        ({"en": 5000, "de": 60, "cy": 60}, True),
        ({"de": 12}, True),
        ({"cy": 40}, True),
        ({"und": 40}, False),
    ],
)
def test_the_shipped_policy_tolerates_a_few_sentences(words: dict[str, int], refuses: bool) -> None:
    assert (refused(**words) is not None) is refuses


def test_each_tier_is_refused_or_let_through_by_its_own_setting() -> None:
    assert refused(Languages(in_part="patterns"), de=500) is None
    assert refused(Languages(in_part="patterns"), de=500, cy=500) is not None
    assert refused(Languages(in_part="patterns", uncovered="patterns"), de=500, cy=500) is None
    assert refused(Languages(undecided="refuse"), und=40) is not None
    assert refused(Languages(tolerated_share=0, tolerated_words=0), en=1000, de=12) is not None


def test_a_refusal_names_languages_shares_and_the_setting() -> None:
    told = refused(en=25, de=50, cy=25)
    assert told is not None
    assert "German (de, 50 % of the words), another language (cy, 25 % of the words)" in told
    assert "detection.languages.in_part and detection.languages.uncovered" in told


def test_only_english_is_covered_whole() -> None:
    assert [code for code in LANGUAGES if tier_of(code) is Tier.FULL] == ["en"]
    assert tier_of("cy") is Tier.UNCOVERED
    assert tier_of("und") is Tier.UNDECIDED
