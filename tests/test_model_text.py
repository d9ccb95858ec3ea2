"""Edits replace spans of the original text, once, and refuse to guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model import Edit, apply_edits


def test_replaces_in_original_coordinates() -> None:
    text = "Ann met Bob in Rome"

    assert apply_edits(text, [Edit(0, 3, "PERSON_1"), Edit(8, 11, "PERSON_2")]) == "PERSON_1 met PERSON_2 in Rome"


def test_touching_edits_and_insertions_keep_their_order() -> None:
    assert apply_edits("abc", [Edit(0, 1, "x"), Edit(1, 1, "1"), Edit(1, 1, "2"), Edit(1, 3, "")]) == "x12"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(2, 3, ""), Edit(0, 1, "")],
        [Edit(0, 2, ""), Edit(1, 3, "")],
        [Edit(2, 1, "")],
        [Edit(0, 4, "")],
        [Edit(-1, 1, "")],
    ],
    ids=["unsorted", "overlap", "backwards", "beyond the end", "before the start"],
)
def test_refuses_edits_that_do_not_fit(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="edit "):
        apply_edits("abc", edits)


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=8), st.text(max_size=5))
def test_text_outside_of_edits_stays(text: str, cuts: list[int], replacement: str) -> None:
    """Joining what lies between the edits and the replacements gives the result, whatever the cuts."""
    bounds = sorted(min(cut, len(text)) for cut in cuts)
    pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
    edits = [Edit(start, end, replacement) for start, end in pairs]
    kept = [text[a:b] for a, b in zip([0, *(e for _, e in pairs)], [*(s for s, _ in pairs), len(text)], strict=True)]

    assert apply_edits(text, edits) == replacement.join(kept)
