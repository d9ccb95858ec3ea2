"""The view: its map is sound, digits in any spoken style come back, nothing of a run stays, and time is linear."""

from __future__ import annotations

import cProfile
import pstats

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.spoken import SpokenReader
from proxy.detection.spoken.view import Rewriting, Span, plain

SPOKEN = SpokenReader()
ONES = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
HESITATIONS = ("", "", "", " uh", " um,", ",", " dash")
WORDS = st.sampled_from(
    "call at dot com jane five double 5 555 plus \n , @ card x as in Sam b S o oh mhm underscore july first - .".split(
        " "
    )
)


def one_by_one(digits: str, draw: st.DrawFn) -> list[str]:
    zero = draw(st.sampled_from(["zero", "oh", "o"]))
    return [zero if digit == "0" else ONES[int(digit)] for digit in digits]


def in_pairs(digits: str, draw: st.DrawFn) -> list[str]:
    words = []
    for at in range(0, len(digits) - len(digits) % 2, 2):
        tens, unit = int(digits[at]), int(digits[at + 1])
        if tens == 0:
            words += ["oh", ONES[unit]]
        elif tens == 1:
            words.append(TEENS[unit])
        else:
            words.append(TENS[tens - 2] + (draw(st.sampled_from([" ", "-"])) + ONES[unit] if unit else ""))
            # "twenty" and "one" after it would be heard as one number.
            words += [","] if not unit else []
    return words + one_by_one(digits[len(digits) - len(digits) % 2 :], draw)


def with_doubles(digits: str, draw: st.DrawFn) -> list[str]:
    words, at = [], 0
    while at < len(digits):
        count = next((n for n in (3, 2) if digits[at : at + n] == digits[at] * n), 1)
        said = {1: "", 2: "double ", 3: "triple "}[count]
        words.append(said + ONES[int(digits[at])])
        at += count
    return words


def mixed(digits: str, draw: st.DrawFn) -> list[str]:
    return [digit if draw(st.booleans()) else ONES[int(digit)] for digit in digits]


STYLES = (one_by_one, in_pairs, with_doubles, mixed)


@st.composite
def dictated(draw: st.DrawFn) -> tuple[str, str]:
    """Digits, and how somebody says them."""
    digits = draw(st.text("0123456789", min_size=8, max_size=16))
    words = draw(st.sampled_from(STYLES))(digits, draw)
    said = words[0]
    for word in words[1:]:
        said += ("" if word == "," else draw(st.sampled_from(HESITATIONS)) + " ") + word
    return digits, said.rstrip(" ,")


def test_a_pause_parts_numbers() -> None:
    view = SPOKEN.hear("my phone number is oh zero ten oh zero oh zero twenty, one").view.text
    assert "".join(c for c in view if c.isdigit()) == "00100000201"


@given(dictated())
def test_digits_come_back_in_every_style(pair: tuple[str, str]) -> None:
    digits, said = pair
    view = SPOKEN.hear(f"my phone number is {said}").view.text
    assert "".join(c for c in view if c.isdigit()) == digits


@given(dictated(), st.sampled_from(["my phone number is ", "call me at ", "so the card number is "]))
def test_nothing_of_a_number_is_left(pair: tuple[str, str], lead: str) -> None:
    _, said = pair
    text = f"{lead}{said} if you like"
    masked = bytearray(len(text))
    for finding in SPOKEN.findings(text):
        masked[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
    assert all(masked[len(lead) : len(lead) + len(said)])


@given(st.lists(WORDS, max_size=80).map(" ".join))
def test_the_map_is_monotone_and_within_bounds(text: str) -> None:
    view = SPOKEN.hear(text).view
    assert len(view.text) == len(view.origin) == len(view.until)
    assert list(view.origin) == sorted(view.origin)
    assert list(view.until) == sorted(view.until)
    assert all(0 <= low < high <= len(text) for low, high in zip(view.origin, view.until, strict=True))
    for at in range(len(view.text)):
        low, high = view.span(at, at + 1)
        if view.text[at] != text[low:high]:
            assert any(map(str.isalnum, text[low:high])) or view.text[at] in text[low:high]


@given(st.text("ab \n1@.", max_size=60))
def test_what_is_not_said_reads_as_it_is(text: str) -> None:
    assert plain(text).text == text
    assert all(plain(text).span(at, at + 1) == (at, at + 1) for at in range(len(text)))


def test_pieces_leave_out_the_lines_that_the_view_leaves_out() -> None:
    text = "one two\nmhm\nthree"
    view = plain(text).rewritten([Rewriting(7, 11, ())])
    assert view.text == "one two\nthree"
    assert [text[low:high] for low, high in view.pieces(text, 0, len(view.text))] == ["one two", "three"]


def test_rewritings_of_rewritten_views_lead_back_to_the_source() -> None:
    view = plain("a bb c").rewritten([Rewriting(2, 4, (("B", Span(2, 4)),))])
    twice = view.rewritten([Rewriting(0, 3, (("x", Span(0, 1)), ("y", Span(2, 3))))])
    assert twice.text == "xy c"
    assert twice.span(1, 2) == (2, 4)


def calls(text: str) -> int:
    profile = cProfile.Profile()
    profile.runcall(SPOKEN.findings, text)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "piece",
    [
        "five five five oh one two three ",
        "double ",
        "twenty ",
        "one\n",
        "mhm\n",
        "at dot at dot ",
        "a b c d at ",
        "jane dot ",
        "plus plus ",
        "S as in Sam ",
        "july ",
        "slash dot com ",
        "hundred thousand ",
        "four one five\nyeah\n",
        "to for too ",
        "12x",
        "mike papa ",
    ],
)
def test_work_grows_with_the_text_and_no_faster(piece: str) -> None:
    """Twice the text is at most little more than twice the work, however hostile; counted, not timed."""
    short, long = piece * 200, piece * 400
    assert calls(long) <= 2.3 * calls(short) + 200
