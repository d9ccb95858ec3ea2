"""Spoken forms: addresses and digits in words, what only looks like them, and linear cost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction.spoken import luhn, spoken_findings


def said(text: str) -> list[tuple[str, str]]:
    return [(text[f.start : f.end], f.kind) for f in spoken_findings(text)]


EMAIL, PHONE, CARD, SSN = "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "US_SSN"


@pytest.mark.parametrize(
    ("before", "entity", "after", "kind"),
    [
        ("write to ", "jane dot doe at acme dot com", " please", EMAIL),
        ("it is ", "j underscore doe at g mail dot com", "", EMAIL),
        ("please email me at ", "nia dot rao at fjord dot co dot in", " or call", EMAIL),
        ("reach me at ", "vera16 at fjord dot org", "", EMAIL),
        ("my address is ", "Jane Dot Doe At Acme.com", ", thanks", EMAIL),
        ("so that is ", "j d o e four two at acme dot io", "", EMAIL),
        ("write to ", "jane.doe at acme dot com", "", EMAIL),
        ("my email is ", "jane dash doe at gee mail dot", "", EMAIL),
        ("call ", "two one two five five five oh one nine nine", " tonight", PHONE),
        ("call ", "two one two, five five five, zero one double nine", ".", PHONE),
        ("dial ", "plus four four twenty seventy nine forty six zero zero one eight", "", PHONE),
        ("my number is ", "5 5 5 0 1 9 9", "", PHONE),
        ("it is ", "five 5 five oh won nine ate two one two", " right", PHONE),
        ("ring ", "eight hundred five five five oh one nine nine", "", PHONE),
        ("my card is ", "four one one one " * 3 + "one one one one", " thanks", CARD),
        ("ring ", "two one two five five five\noh one nine nine", "\nthanks", PHONE),
        ("", "four " + "one " * 14 + "one", "", CARD),
        ("my social is ", "five three six two two eight nine oh one", "", SSN),
    ],
)
def test_spoken_forms_are_found_whole(before: str, entity: str, after: str, kind: str) -> None:
    assert said(before + entity + after) == [(entity, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "we met at the office dot com era was over",
        "look at acme dot com for details",
        "I was at one point tired",
        "meet me at ten thirty",
        "one two three go",
        "it went from nineteen ninety two to nineteen ninety six",
        "about two hundred and forty thousand people",
        "in 2019 2020 2021 we grew",
        "1\n2\n3\n4\n5\n6\n7\n8\n9\n10",
        "it costs one million five hundred ninety three thousand",
    ],
)
def test_what_only_sounds_like_it_is_left(text: str) -> None:
    assert said(text) == []


def test_digits_inside_an_address_are_part_of_it() -> None:
    assert said("it is jane five five five one two three four at acme dot com") == [
        ("jane five five five one two three four at acme dot com", EMAIL)
    ]


def test_two_entities_stay_two() -> None:
    text = "jane at acme dot com or bob dot roe at fjord dot org call five five five oh one nine nine"
    assert [kind for _, kind in said(text)] == [EMAIL, EMAIL, PHONE]


@pytest.mark.parametrize(("digits", "valid"), [("4111111111111111", True), ("4111111111111112", False), ("0", True)])
def test_luhn(digits: str, valid: bool) -> None:
    assert luhn(digits) is valid


PARTS = st.sampled_from(
    [
        "at",
        "dot",
        "com",
        "acme",
        "jane",
        "five",
        "to",
        "double",
        "hundred",
        "5",
        "555",
        "plus",
        "\n",
        ",",
        "@",
        "is",
        "card",
    ]
)


@given(st.lists(PARTS, max_size=60).map(" ".join))
def test_any_text_gives_sound_disjoint_findings_of_a_source(text: str) -> None:
    findings = spoken_findings(text)
    for finding in findings:
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end].strip() == text[finding.start : finding.end]
    for first, second in pairwise(findings):
        assert first.end <= second.start
