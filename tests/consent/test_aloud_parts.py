"""Parts of words that whatever matches a pattern holds."""

from __future__ import annotations

import pytest

from proxy.consent.aloud_parts import parts


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("stop", {"stop"}),
        ("stopp?", {"stop"}),
        ("stop|pause", {"stop", "pause"}),
        ("stop(?:ping)?", {"stop"}),
        ("stop(?:ping)+", {"stop"}),
        ("(?:i|we) refuse", {"refuse"}),
        ("(?:i|we) (?:\\w+ ){0,3}?(?:refuse|object)", {"refuse", "object"}),
        ("summari[sz]e", {"summari"}),
        ("(?<!no )notes(?! of)", {"notes"}),
        ("notes?|note book", {"note"}),
        ("ab{2}cd", {"cd"}),
        ("no (?:an|the) bot", {"bot"}),
        ("a\\.i\\.", {"a"}),
    ],
)
def test_a_part_of_what_has_to_be_there_is_found(pattern: str, found: set[str]) -> None:
    assert parts(pattern) == found


@pytest.mark.parametrize("pattern", ["(?:stop)?", "stop|", "[ab]", "\\w+", "(?:stop|.*)", "(?=stop)", ""])
def test_where_nothing_has_to_be_there_no_part_is_found(pattern: str) -> None:
    assert parts(pattern) == set()


def test_a_bracket_too_many_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="bracket"):
        parts("stop)")
