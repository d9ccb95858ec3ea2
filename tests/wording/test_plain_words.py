"""What prompts and running speech begin sentences with is nobody's name."""

from __future__ import annotations

import pytest

from proxy.wording.plain_words import NAME_WORDS, PLAIN_WORDS, is_plain


@pytest.mark.parametrize(
    "words", ["Summarize", "Item 12", "Action Items", "Markdown", "Don't", "TRANSLATE", "Q&A notes"]
)
def test_plain_words_are_known_in_any_case(words: str) -> None:
    assert is_plain(words) is (words not in {"Don't", "Q&A notes"})


@pytest.mark.parametrize("words", ["Mark", "Rose Item", "Jonas", "Summarize Jonas", "", "17 ?", "Grace"])
def test_a_name_or_no_word_at_all_is_not_plain(words: str) -> None:
    assert not is_plain(words)


def test_no_given_name_is_plain() -> None:
    assert not PLAIN_WORDS & NAME_WORDS
