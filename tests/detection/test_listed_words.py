"""Words on lists of names: the census and the model's lists, which hold names of many countries."""

from __future__ import annotations

import pytest

from proxy.detection import listed
from proxy.detection.tagger.windows import WordList


def test_the_flags_are_those_of_the_model() -> None:
    assert (listed.GIVEN, listed.FAMILY, listed.PLACE) == (WordList.GIVEN, WordList.FAMILY, WordList.PLACE)


@pytest.mark.parametrize("word", ["okafor", "mary", "smith", "solberg", "josé", "marius"])
def test_names_of_people_are_listed(word: str) -> None:
    assert listed.is_listed_name(word)


@pytest.mark.parametrize("word", ["zorbnet", "", "devnet", "the\t"])
def test_other_words_are_not(word: str) -> None:
    assert not listed.is_listed_name(word)
    assert not listed.is_listed_place(word)


def test_places_and_given_names() -> None:
    assert listed.is_listed_place("oslo")
    assert listed.is_listed_given_name("amara")
    assert not listed.is_listed_given_name("okafor")
