"""The folded view: what names are compared in, with true offsets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.wording.folded import fold, fold_name


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("JANE", "jane"),
        ("José", "jose"),
        ("Jose\u0301", "jose"),
        ("Søren Ødegård", "soren odegard"),
        ("Straße", "strasse"),
        ("O’Brien", "o'brien"),
        ("Jean\u2011Luc", "jean-luc"),
        ("Jane\u00a0\n Doe", "jane doe"),
        ("Ja\u200bne", "jane"),
        ("Ｊａｎｅ", "jane"),
        ("İpek", "ipek"),
        ("김철수", "김철수"),
        ("\u1100\u1175\u11b7", "김"),
    ],
)
def test_spellings_of_one_name_fold_to_one(written: str, folded: str) -> None:
    assert fold_name(written) == folded


@given(st.text(max_size=60))
def test_every_folded_character_knows_its_source(text: str) -> None:
    """Origins never run backwards, stay inside, and whole words keep their own span."""
    view = fold(text)
    origin = list(view.origin)
    assert len(origin) == len(view.text) + 1
    assert origin == sorted(origin)
    assert origin[-1] == len(text)
    assert all(0 <= at < len(text) for at in origin[:-1])


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_name_is_found_at_its_own_offsets(before: str, after: str) -> None:
    """Whatever stands around, the span of a folded match is exactly the word as written."""
    text = f"{before} Jos\u0301é {after}"
    view = fold(text)
    at = view.text.index(" jose ") + 1 if " jose " in view.text else view.text.index("jose")
    span = view.span(at, at + 4)
    assert fold_name(text[span.start : span.end]) == "jose"


PIECES = st.sampled_from(
    [
        "Ann",
        " ",
        "  ",
        "\n",
        "\r\n",
        "é",
        "e\u0301",
        "’",
        "–",
        "…",
        "\u00a0",
        "\x00",
        "İ",
        "ﬁ",
        "한",
        "ß",
        "\x1c",
        "\ua66e",
        "\ua66e\ua66e",
    ]
)


@given(st.lists(PIECES, max_size=12))
def test_each_piece_folds_as_it_does_alone(pieces: list[str]) -> None:
    """No matter which way a text is folded, what stands elsewhere in it changes nothing but runs of white space."""
    text = "".join(pieces)
    view = fold(text)
    apart = re.sub(" +", " ", "".join(fold(piece).text for piece in pieces))
    assert re.sub(" +", " ", view.text) == apart
    for at, char in enumerate(view.text):
        source = text[view.origin[at] : view.span(at, at + 1).end]
        assert char in fold(source).text
