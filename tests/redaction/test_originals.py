"""The search for what was replaced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction.originals import Originals

ISSUED = ("PERSON_1", "PHONE_NUMBER_12", "WITHHELD_PERSON", "[withheld]")


def seen(text: str, *originals: str, weak: bool = False) -> list[str]:
    return [text[span.start : span.end] for span in Originals(originals).beside(ISSUED).search(text, weak=weak)]


@pytest.mark.parametrize(
    ("original", "text", "hit"),
    [
        ("Luca Donno", "by LUCA  donno.", "LUCA  donno"),
        ("José", "so Jose\u0301 and", "Jose\u0301"),
        ("josé", "so JOSE and", "JOSE"),
        ("luca", '{"luca_notes": 1}', "luca"),
        ("luca", "/files/luca.txt", "luca"),
        ("Rose", "ask Rose, a rose", "Rose"),
        ("+1 (555) 123-4567", "call 1.555.123.4567", "1.555.123.4567"),
        ("+1 (555) 123-4567", "call 15551234567 now", "15551234567"),
        ("0555 123 456", "id 990555123456", "0555123456"),
        ("4111 1111 1111 1111", "n=4111111111111111", "4111111111111111"),
        ("1234567", "in 12345678", None),
        ("1234567", "in 123-45-67", "123-45-67"),
        ("王伟", "问王伟吧", "王伟"),
        ("x@y.example", "<x@y.example>", "x@y.example"),
        ("luca", "lucas", None),
        ("Rose", "they ROSE", None),
    ],
)
def test_originals_in_other_guises(original: str, text: str, hit: str | None) -> None:
    assert seen(text, original) == ([hit] if hit else [])


def test_nine_digits_within_a_longer_number_are_no_coincidence() -> None:
    assert seen("call 15551234567 now", "555 123 4567") == ["5551234567"]


@pytest.mark.parametrize(
    ("original", "text"),
    [
        ("12", "cue 12"),
        ("Al", "ask Al"),
        ("today", "today"),
        ("user", "the user"),
        ("2026", "in 2026"),
        ("10:30", "at 10:30"),
    ],
)
def test_weak_originals_are_looked_for_in_slots_only(original: str, text: str) -> None:
    assert seen(text, original) == []
    assert seen(text, original, weak=True) == [original]


def test_weak_originals_need_their_exact_case() -> None:
    assert seen("AL, al, User, Today", "Al", "user", "today", weak=True) == []


def test_a_time_of_day_is_not_part_of_a_cue_time() -> None:
    assert seen("00:10:30.000 --> 00:10:31.000", "10:30", "10", weak=True) == []


def test_pseudonyms_and_markers_are_no_originals() -> None:
    text = "PERSON_1 PHONE_NUMBER_12 WITHHELD_PERSON [withheld]"
    assert seen(text, "person", "PERSON", "phone", "withheld", "1", "12", weak=True) == []
    assert seen("PERSON_1 2345678", "12345678") == []
    assert seen("PERSON_2", "PERSON", weak=True) == ["PERSON"]


@given(st.sampled_from(["Luca Donno", "x@y.example", "+1 (555) 123-4567", "josé"]), st.text(max_size=30))
def test_an_original_between_spaces_is_always_found(original: str, around: str) -> None:
    assert seen(f"{around} {original} {around}", original)


@given(st.lists(st.text(max_size=10), max_size=6), st.text(max_size=60))
def test_hits_lie_in_the_text(originals: list[str], text: str) -> None:
    for span in Originals(originals).search(text, weak=True):
        assert 0 <= span.start < span.end <= len(text)


def test_nothing_to_look_for() -> None:
    assert len(Originals([])) == 0
    assert Originals(["", "--"]).search("-- anything") == []
