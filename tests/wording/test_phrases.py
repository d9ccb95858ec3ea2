"""Many phrases at once, at word borders."""

import re

from hypothesis import given
from hypothesis import strategies as st

from proxy.wording.phrases import LONGEST, Phrases


def found(text: str, *phrases: str, possessive: bool = False) -> list[str]:
    return [text[f.start : f.end] for f in Phrases(phrases).find(text, possessive=possessive)]


def test_borders_of_words() -> None:
    assert found("so jane's jane_doe", "jane") == ["jane", "jane"]
    assert found("janet", "jane") == []
    assert found("王伟说王", "王伟") == ["王伟"]
    assert found("x-ray jane@x.y.", "jane@x.y", "ray") == ["ray", "jane@x.y"]


def test_the_longest_of_those_that_begin_first() -> None:
    assert found("jane doe smith jane", "jane", "jane doe", "doe smith") == ["jane doe", "jane"]


def test_the_plural_possessive_is_found_where_it_is_asked_for() -> None:
    assert found("the does' and james' dog", "doe", "james", possessive=True) == ["does", "james"]
    assert found("the does' dog", "doe") == []
    assert found("the does dog", "doe", possessive=True) == []


def test_of_a_very_long_phrase_the_beginning_is_found() -> None:
    phrase = " ".join(f"w{n}" for n in range(LONGEST))
    cut = phrase[: len(phrase) // 2] + phrase[len(phrase) // 2 :].replace(f"w{LONGEST - 1}", "else")
    assert found(f"so {phrase} it", phrase) == [phrase]
    assert [f.whole for f in Phrases([phrase]).find(cut)] == [False]


def test_nested_phrases_do_not_multiply() -> None:
    """A thousand runs of a word, nested in one another, are found once for each place."""
    phrases = Phrases(" ".join(["a"] * n) for n in range(1, 50))
    assert len(list(phrases.find("a " * 5000))) < 5000


@given(st.lists(st.text("ab ", min_size=1, max_size=5), max_size=5), st.text("ab c_.", max_size=40))
def test_a_phrase_is_found_wherever_a_regex_finds_one(phrases: list[str], text: str) -> None:
    wanted = [p for p in phrases if p.strip() == p]
    pattern = re.compile(
        "|".join(rf"(?<![abc]){re.escape(p)}(?![abc])" for p in sorted(wanted, key=len, reverse=True)) or "(?!)"
    )
    assert [(f.start, f.end) for f in Phrases(wanted).find(text)] == [m.span() for m in pattern.finditer(text)]
