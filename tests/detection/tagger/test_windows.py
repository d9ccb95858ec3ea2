"""How a text is laid out for the model: nothing is left out, nothing answered twice, and cost is linear."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from proxy.detection.tagger.model import WordPieces, shipped
from proxy.detection.tagger.windows import (
    CONTEXT,
    FEATURES,
    LINE,
    LISTS,
    WINDOW,
    Case,
    WordList,
    case_of,
    feature_of,
    key_of,
    tokens_of,
    windows,
)


@given(st.integers(1, 2000))
def test_each_token_is_answered_once_and_in_order(count: int) -> None:
    answered = [at for window in windows(count) for at in range(window.first, window.last)]
    assert answered == list(range(count))


@given(st.integers(1, 5000))
def test_a_window_is_read_whole_and_never_longer_than_the_model_reads(count: int) -> None:
    for window in windows(count):
        assert window.start <= window.first < window.last <= window.end <= count
        assert window.end - window.start <= WINDOW - 2


@given(st.integers(WINDOW, 5000))
def test_what_is_answered_has_something_read_before_and_after_it(count: int) -> None:
    laid = list(windows(count))
    assert all(window.first - window.start >= CONTEXT for window in laid[1:])
    assert all(window.end - window.last >= CONTEXT for window in laid[:-1])


def test_windows_grow_with_the_text_and_no_faster() -> None:
    read = [sum(window.end - window.start for window in windows(count)) for count in (10_000, 20_000, 40_000)]
    assert read[1] / read[0] < 2.05
    assert read[2] / read[1] < 2.05


@cache
def tokenizer() -> Tokenizer:
    layout = shipped()._layout
    assert isinstance(layout, WordPieces)
    return layout._tokenizer


LEXICON = {"maya": WordList.GIVEN, "oslo": WordList.PLACE, "will": WordList.GIVEN | WordList.COMMON}


@settings(deadline=None)
@given(st.text(st.sampled_from("abMaya Oslo é İ\n.,'@7😀中\u0301"), max_size=120))
def test_tokens_lie_in_the_text_in_order_and_cover_every_letter_and_digit(text: str) -> None:
    read = tokens_of(text, tokenizer(), LEXICON, 102)
    assert len({len(column) for column in read}) == 1
    at = 0
    covered = bytearray(len(text))
    for start, end, word in zip(read.starts, read.ends, read.words, strict=True):
        assert at <= end
        assert 0 <= start <= end <= len(text)
        covered[start:end] = b"\1" * (end - start)
        at = max(at, start)
        assert word != LINE or text[start] == "\n"
    assert all(covered[i] for i, char in enumerate(text) if char.isascii() and char.isalnum())
    assert all(0 <= feature < FEATURES for feature in read.features)


def test_lines_are_set_apart() -> None:
    read = tokens_of("yes\nno", tokenizer(), {}, 102)
    assert read.words.count(LINE) == 1
    assert read.ids[read.words.index(LINE)] == 102


def test_features_say_how_a_word_is_written_and_which_lists_hold_it() -> None:
    assert feature_of("Maya", LEXICON) == Case.TITLE * LISTS + WordList.GIVEN
    assert feature_of("OSLO", LEXICON) == Case.UPPER * LISTS + WordList.PLACE
    assert feature_of("will", LEXICON) == Case.LOWER * LISTS + (WordList.GIVEN | WordList.COMMON)
    assert feature_of("I", LEXICON) == Case.TITLE * LISTS
    assert case_of("7") is Case.LOWER


def test_lists_know_words_without_their_diacritics() -> None:
    assert key_of("Müller") == "muller"
    assert key_of("José") == "jose"


@given(st.integers(1, 5000))
def test_all_windows_of_a_text_are_equally_long(count: int) -> None:
    assert len({window.end - window.start for window in windows(count)}) == 1
