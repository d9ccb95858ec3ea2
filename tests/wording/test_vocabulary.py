"""What counts as an ordinary word, as a name, and as both."""

from __future__ import annotations

import pytest

from proxy.wording.vocabulary import all_ordinary, is_english, is_given_name, is_inflected, is_known_name, is_ordinary


@pytest.mark.parametrize(
    ("word", "ordinary", "english", "given", "known"),
    [
        ("budget", True, True, False, False),
        ("transcript", True, True, False, False),
        ("gonna", True, True, False, False),
        ("frank", True, True, True, True),  # a common word and a name
        ("weaver", False, True, False, True),  # a word, but a name before all
        ("robert", False, True, True, True),  # in the dictionary, though it is nothing but a name
        ("bobby", False, True, True, True),
        ("siobhan", False, False, True, True),
        ("okafor", False, False, False, False),
        ("", False, False, False, False),
        ("bud\tget", False, False, False, False),
    ],
)
def test_words(word: str, ordinary: bool, english: bool, given: bool, known: bool) -> None:
    assert (is_ordinary(word), is_english(word), is_given_name(word), is_known_name(word)) == (
        ordinary,
        english,
        given,
        known,
    )


@pytest.mark.parametrize(("word", "expected"), [("standups", True), ("okafors", False), ("budget", False)])
def test_endings_that_the_dictionary_lacks(word: str, expected: bool) -> None:
    assert is_inflected(word) is expected


@pytest.mark.parametrize(
    ("piece", "expected"),
    [("the budget", True), ("The budget", False), ("the okafor budget", False), ("robert", False), ("12", False)],
)
def test_pieces(piece: str, expected: bool) -> None:
    assert all_ordinary(piece) is expected
