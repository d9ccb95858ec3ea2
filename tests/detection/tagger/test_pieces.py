"""How words are cut for the multilingual model: each letter is in one piece, and no piece reaches over a word's end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.tagger.pieces import FIRST, LAST, LISTED, SPACE, UNKNOWN, Pieces, pack, unpack
from proxy.detection.tagger.windows import LINE

LISTED_PIECES = [
    (f"{SPACE}Frau", -4.0), (f"{SPACE}M", -5.0), ("ü", -5.5), ("ller", -6.0), (SPACE, -3.0), ("M", -5.0), ("a", -4.0),
    ("an", -4.5), ("na", -5.0), ("s", -4.0), ("d", -4.0), ("'", -3.0), ("é", -6.0), (f"{SPACE}-", -7.0), ("fi", -7.0),
]  # fmt: skip
PIECES = Pieces(LISTED_PIECES)


def cut(text: str) -> list[str]:
    names = {LAST: "\n", UNKNOWN: "?"} | {LISTED + at: piece for at, (piece, _) in enumerate(LISTED_PIECES)}
    return [names[token] for token in PIECES.read(text).ids]


def test_a_word_of_the_vocabulary_stays_whole_and_others_are_cut_where_it_is_likeliest() -> None:
    assert cut("Frau Müller") == [f"{SPACE}Frau", f"{SPACE}M", "ü", "ller"]
    assert cut("s anna") == [SPACE, "s", SPACE, "an", "na"]


def test_signs_stand_alone_and_a_word_after_one_has_no_space_before_it() -> None:
    assert cut("s'anna -M") == [SPACE, "s", "'", "an", "na", f"{SPACE}-", "M"]


def test_letters_that_no_piece_holds_are_unknown_one_by_one() -> None:
    assert cut("Mжж") == [f"{SPACE}M", "?", "?"]


def test_a_line_end_between_words_is_a_token_and_others_are_none() -> None:
    assert cut("\n\ns\n\nd\n") == [SPACE, "s", "\n", SPACE, "d"]
    assert PIECES.read("s\nd").words.count(LINE) == 1


def test_letters_with_their_marks_apart_are_read_as_one_letter() -> None:
    assert cut("Me\u0301a") == cut("Méa")
    read = PIECES.read("Me\u0301a s")
    assert (read.starts[0], read.ends[len(cut("Méa")) - 1]) == (0, 4)


def test_a_letter_that_stands_for_two_is_read_as_both() -> None:
    assert cut("ﬁs") == [SPACE, "fi", "s"]
    assert PIECES.read("ﬁs").ends[-1] == 2


def test_a_word_ends_where_the_script_does() -> None:
    listed = [(f"{SPACE}田中", -5.0), ("さんは", -5.0), ("中さん", -4.0), (SPACE, -3.0), ("田", -6.0), ("ママ", -5.0)]
    read = Pieces(listed).read("田中さんはママ")
    assert [listed[token - LISTED][0] for token in read.ids] == [f"{SPACE}田中", "さんは", "ママ"]


def test_vowel_signs_and_joiners_are_within_a_word() -> None:
    read = Pieces([(f"{SPACE}सुनीता", -5.0), (f"{SPACE}وَأحمد", -5.0), ("a", -3.0)]).read("सुनीता وَأحمد")
    assert [(start, end) for start, end in zip(read.starts, read.ends, strict=True)] == [(0, 6), (7, 13)]


@given(st.text(max_size=80))
def test_every_letter_is_in_one_token_and_tokens_are_in_order(text: str) -> None:
    read = PIECES.read(text)
    covered: list[int] = []
    for start, end in zip(read.starts, read.ends, strict=True):
        assert 0 <= start <= end <= len(text)
        covered += range(start, end)
    assert covered == sorted(set(covered))
    assert set(covered) >= {at for at, letter in enumerate(text) if letter.isalnum()}
    assert FIRST not in read.ids


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs", "Zs", "Cc", "Zl", "Zp"]), min_size=1),
                          st.floats(-20, 0)), min_size=1, unique_by=lambda each: each[0]))  # fmt: skip
def test_a_vocabulary_is_read_as_it_was_written(listed: list[tuple[str, float]]) -> None:
    told = [(piece, round(likelihood, 3)) for piece, likelihood in listed]
    again = unpack(pack(told))
    assert again.count == LISTED + len(told)
    for piece, _ in told[:5]:
        assert again.read(piece).ids == Pieces(told).read(piece).ids
