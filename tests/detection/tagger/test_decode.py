"""From the model's answers to spans: words are decided whole, numbers are one, lines end everything."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from proxy.detection.tagger.decode import KINDS, LABELS, LEAST, OUTSIDE, Entity, begins, entities, goes_on
from proxy.detection.tagger.windows import LINE, Tokens


def read(text: str, pieces: list[str]) -> Tokens:
    """The tokens of a text, given piece by piece; a piece that touches the one before is of the same word."""
    tokens = Tokens([], [], [], [], [])
    at = word = 0
    for piece in pieces:
        start = text.index(piece, at)
        word += start > at or not tokens.ids
        tokens.ids.append(1)
        tokens.features.append(0)
        tokens.starts.append(start)
        tokens.ends.append(start + len(piece))
        tokens.words.append(LINE if piece == "\n" else word)
        at = start + len(piece)
    return tokens


def answers(*labels: int, share: float = 0.9) -> NDArray[np.float32]:
    """One label for each token, with this probability; the rest is for none."""
    shares = np.zeros((len(labels), LABELS), np.float32)
    for row, label in enumerate(labels):
        shares[row, OUTSIDE] = 1 - share
        shares[row, label] = share if label else 1.0
    return shares


P, p = begins("PERSON"), goes_on("PERSON")
N, n = begins("PHONE_NUMBER"), goes_on("PHONE_NUMBER")
C, c = begins("CREDIT_CARD"), goes_on("CREDIT_CARD")


def found(text: str, pieces: list[str], *labels: int, share: float = 0.9) -> list[tuple[str, str]]:
    return [(text[e.start : e.end], e.kind) for e in entities(text, read(text, pieces), answers(*labels, share=share))]


def test_words_of_one_entity_go_together() -> None:
    assert found("ask maya chen now", ["ask", "maya", "chen", "now"], 0, P, p, 0) == [("maya chen", "PERSON")]


def test_a_word_that_begins_an_entity_is_another_person() -> None:
    assert found("maya tom", ["maya", "tom"], P, P) == [("maya", "PERSON"), ("tom", "PERSON")]


def test_a_word_in_pieces_is_one_word_even_where_the_model_sees_a_piece_of_it() -> None:
    shares = answers(P, 0)
    shares[1] = 0
    shares[1, [OUTSIDE, p]] = (0.6, 0.4)
    assert entities("priyanka", read("priyanka", ["priya", "nka"]), shares)[0][:3] == (0, 8, "PERSON")


def test_an_entity_goes_on_over_signs() -> None:
    assert found("Maya O'Brien-Chen", ["Maya", "O", "'", "Brien", "-", "Chen"], P, p, p, p, p, p) == [
        ("Maya O'Brien-Chen", "PERSON")
    ]


def test_a_line_ends_an_entity() -> None:
    text = "maya\nchen"
    assert found(text, ["maya", "\n", "chen"], P, 0, p) == [("maya", "PERSON"), ("chen", "PERSON")]


def test_numbers_side_by_side_are_one_of_the_longest_kind() -> None:
    text = "five five six seven eight"
    assert found(text, text.split(), C, N, n, n, n) == [(text, "PHONE_NUMBER")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_word_counts_from_the_least_probability_of_its_kind_on(kind: str) -> None:
    label, least = begins(kind), LEAST[kind]
    said = "x@y" if kind == "EMAIL_ADDRESS" else "xyz"
    pieces, labels = ["x", "@", "y"] if "@" in said else ["xyz"], [label, goes_on(kind), goes_on(kind)]
    assert found(said, pieces, *labels[: len(pieces)], share=least + 0.01) == [(said, kind)]
    assert found(said, pieces, *labels[: len(pieces)], share=least - 0.01) == []


def test_a_name_before_an_address_is_no_address() -> None:
    shares = answers(begins("EMAIL_ADDRESS"))
    shares[0] = 0
    shares[0, [begins("EMAIL_ADDRESS"), P, OUTSIDE]] = (0.7, 0.2, 0.1)
    assert [e.kind for e in entities("eric", read("eric", ["eric"]), shares)] == ["PERSON"]


def test_the_score_is_that_of_the_least_certain_word() -> None:
    shares = answers(P, p)
    shares[1] = 0
    shares[1, [OUTSIDE, p]] = (0.5, 0.5)
    assert entities("maya chen", read("maya chen", ["maya", "chen"]), shares) == [Entity(0, 9, "PERSON", 0.5)]


E, e = begins("EMAIL_ADDRESS"), goes_on("EMAIL_ADDRESS")


def test_a_name_that_the_model_takes_for_the_beginning_of_an_address_is_a_name() -> None:
    """Whatever the model makes of it: of a person's it is. Words in small letters have to look like something."""
    text, pieces = "Ask Tobias Berg, t@kanal.example", ["Ask", "Tobias", "Berg", ",", "t", "@", "kanal", ".", "example"]
    address = ("t@kanal.example", "EMAIL_ADDRESS")
    assert found(text, pieces, 0, E, e, 0, E, e, e, e, e) == [("Tobias Berg", "PERSON"), address]
    assert found(text, pieces, 0, E, p, 0, E, e, e, e, e) == [("Tobias Berg", "PERSON"), address]
    assert found(text.lower(), [*map(str.lower, pieces)], 0, E, e, 0, E, e, e, e, e) == [address]


def test_in_scripts_without_spaces_a_name_ends_within_a_run_of_letters() -> None:
    assert found("김민수는", ["김", "민수", "는"], P, p, 0) == [("김민수", "PERSON")]
    assert found("昨天张伟说", ["昨天", "张", "伟", "说"], 0, P, p, 0) == [("张伟", "PERSON")]
    assert found("John은", ["John", "은"], P, 0) == [("John", "PERSON")]


def test_a_word_from_abroad_in_katakana_is_decided_as_a_whole() -> None:
    assert found("ブラウンさん", ["ブラ", "ウン", "さん"], P, p, 0) == [("ブラウン", "PERSON")]
    assert found("エルドラード", ["エル", "ド", "ラード"], 0, P, 0) == []


def test_no_name_begins_where_one_ends_with_the_letter_before() -> None:
    assert found("김민수", ["김", "민수"], P, P) == [("김민수", "PERSON")]


def test_vowel_signs_are_of_the_word() -> None:
    assert found("सुनीता जी", ["सु", "नीता", "जी"], P, p, 0) == [("सुनीता", "PERSON")]


def test_a_piece_that_touches_a_name_needs_less_to_be_of_it() -> None:
    for at in (0, 2):
        shares = answers(P, p, p, 0)
        shares[at] = 0
        shares[at, [OUTSIDE, p]] = (0.85, 0.15)
        (name,) = entities("王小明说", read("王小明说", ["王", "小", "明", "说"]), shares)
        assert name == (0, 3, "PERSON", 0.9)


def test_a_word_beside_a_name_with_a_space_between_needs_as_much_as_any() -> None:
    shares = answers(P, p, 0)
    shares[1] = 0
    shares[1, [OUTSIDE, p]] = (0.85, 0.15)
    assert entities("maya chen said", read("maya chen said", ["maya", "chen", "said"]), shares)[0][:2] == (0, 4)
