"""A word counts as one for people in a client's words only if it is listed; its ending alone proves nothing."""

from __future__ import annotations

import pytest

from proxy.attribution.captions import is_role
from proxy.attribution.text_statements import casts
from proxy.attribution.text_words import names_things, titles


@pytest.mark.parametrize("word", ["disaster", "murder", "killer", "cancer", "tower", "gangster", "terror"])
def test_an_ending_makes_no_word_one_for_people_in_a_clients_words(word: str) -> None:
    assert not names_things(word)
    assert not titles(f"# {word.title()} in the meeting")
    assert not casts(f"You are a {word}.")


@pytest.mark.parametrize("word", ["engineer", "moderator", "editor", "readers", "facilitator", "journalist", "lawyers"])
def test_listed_words_do(word: str) -> None:
    assert names_things(word)
    assert casts(f"You are a {word}.")


def test_a_label_with_such_an_ending_is_still_a_speakers() -> None:
    assert is_role("plumber")
