"""Links for rooms: codes that nobody guesses, and that are read however somebody types them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.consent.rooms import CODE_BITS, code_of, new_code, room_link_of

numbers = st.integers(0, 2**CODE_BITS - 1)


@given(numbers, numbers)
def test_each_number_has_a_code_of_its_own_in_signs_that_cannot_be_mistaken(one: int, other: int) -> None:
    code = new_code(one)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    assert (code == new_code(other)) == (one == other)


@given(numbers, st.booleans(), st.booleans())
def test_a_code_is_read_in_small_letters_without_hyphens_and_with_letters_for_digits(
    number: int, small: bool, plain: bool
) -> None:
    code = new_code(number)
    written = code.replace("-", "") if plain else code
    written = written.replace("1", "l").replace("0", "O")
    assert code_of(written.lower() if small else written) == code


@pytest.mark.parametrize(
    "written",
    ["", "K7QM-2XPD", "K7QM-2XPD-9HTBX", "K7QM-2XPD-9HTU", "K7QM 2XPD 9HTB", "K7QM-2XPD-9HT%", "Ｋ7QM-2XPD-9HTB",
     "K7QM-2XPD-9HTB\n", "-" * 40, "K" * 10_000],
    ids=["empty", "short", "long", "no_such_letter", "spaces", "sign", "wide", "line", "hyphens", "huge"],
)  # fmt: skip
def test_what_is_no_code_is_none(written: str) -> None:
    assert code_of(written) is None


def test_the_link_is_short_and_below_the_address_of_the_pages() -> None:
    assert room_link_of("K7QM-2XPD-9HTB", "https://consent.example/") == "https://consent.example/r/K7QM-2XPD-9HTB"
