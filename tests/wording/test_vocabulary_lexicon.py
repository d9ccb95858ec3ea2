"""Word lists in few strings answer as a dictionary of the same words does, and survive being packed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.wording.vocabulary import Lexicon, pack_lexicon, read_lexicon

WORDS = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8)
LISTS = st.dictionaries(WORDS, st.integers(1, 15), max_size=40)


@given(LISTS, st.lists(st.text(max_size=8)))
def test_a_lexicon_answers_as_a_dictionary_does(listed: dict[str, int], others: list[str]) -> None:
    lexicon = read_lexicon(pack_lexicon(listed))
    assert dict(lexicon) == listed
    assert len(lexicon) == len(listed)
    asked = [*listed, *others, *(word[:-1] for word in listed), *(f"{word}a" for word in listed)]
    assert [lexicon.get(word, 0) for word in asked] == [listed.get(word, 0) for word in asked]
    assert [word in lexicon for word in asked] == [word in listed for word in asked]


def test_what_holds_the_signs_of_the_lexicon_itself_is_no_word() -> None:
    lexicon = Lexicon({1: ["abacus", "abandon"], 2: ["abbey"]})
    for text in ("abacus\t1", "abacus\t1\nabandon", "aba\ncus", "\tabacus", "aba", "", "\n", "\t"):
        assert text not in lexicon


def test_the_same_lists_give_the_same_bytes() -> None:
    assert pack_lexicon({"b": 1, "a": 2}) == pack_lexicon({"a": 2, "b": 1})
