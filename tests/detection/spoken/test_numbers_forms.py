"""Spoken forms: what is found and what is left, whole, in one text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.spoken import SpokenReader, written

SPOKEN = SpokenReader()


def said(text: str) -> list[tuple[str, str]]:
    return [(text[f.start : f.end], f.kind) for f in SPOKEN.findings(text)]


EMAIL, PHONE, CARD, SSN, ID = "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "ID_NUMBER"

FOUND = [
    ("write to ", "jane dot doe at acme dot com", " please", EMAIL),
    ("it is ", "j underscore doe at g mail dot com", "", EMAIL),
    ("please email me at ", "nia dot rao at fjord dot co dot in", " or call", None),
    ("my address is ", "Jane Dot Doe At Acme.com", ", thanks", EMAIL),
    ("so that is ", "j d o e four two at acme dot io", "", EMAIL),
    ("write to ", "jane.doe at acme dot com", "", EMAIL),
    ("my email is ", "jane dash doe at gee mail dot", "", EMAIL),
    ("my email is ", "nia at h o t m a i l dot com", "", EMAIL),
    ("so it's ", "a at fjord dot com", "", EMAIL),
    ("so it's ", "a one b two at f j o r d dot com", "", EMAIL),
    ("my email is ", "nia rao at fjord dot org", "", EMAIL),
    ("it's ", "vera dot roe atgmail dot com", "", EMAIL),
    ("call ", "two one two five five five oh one nine nine", " tonight", PHONE),
    ("call ", "two one two, five five five, zero one double nine", ".", PHONE),
    ("dial ", "plus four four twenty seventy nine forty six zero zero one eight", "", PHONE),
    ("my number is ", "5 5 5 0 1 9 9", "", PHONE),
    ("it is ", "five 5 five oh won nine ate two one two", " right", PHONE),
    ("ring ", "eight hundred five five five oh one nine nine", "", PHONE),
    ("ring ", "eight five five fivv oh one niine nine", "", PHONE),
    ("ring ", "fivefivefive zeroone nine nine", "", PHONE),
    ("reach me at ", "ate won two four five oh one nine nine too", " or later", PHONE),
    ("call ", "double five 5 oh one nine nine extension four two", "", PHONE),
    ("my cell is ", "four one five uh five five five um oh one two three", "", PHONE),
    ("my card is ", "four one one one " * 3 + "one one one one", " thanks", CARD),
    ("please charge ", "four two four two forty two forty two 4242 4242", "", CARD),
    ("my card ending in ", "four two four two", "", CARD),
    ("the CVV is ", "one two three", " okay", CARD),
    ("", "four " + "one " * 14 + "one", "", CARD),
    ("my social is ", "five three six two two eight nine oh one", "", SSN),
    ("my zip code is ", "nine oh two one oh", "", "LOCATION"),
    ("my booking is ", "B two A twenty three C", "", ID),
    ("the confirmation code is ", "X as in x-ray, Y seven two B K", "", ID),
    ("my cell is ", "won to too five five five oh one nine nine", "", PHONE),
    ("the pin is ", "four two seven one", "", "SECRET"),
    ("my passport number is ", "X one two three four five six seven", "", ID),
    ("the plate is ", "A B one two C D E", "", ID),
    ("my account number is ", "four eight three nine two", "", ID),
    ("it is spelled ", "S as in Sam, M for Mike, I T H", "", "PERSON"),
    ("the iban is ", "D E eight nine three seven oh four double oh four four oh five three two oh one three double oh",
     "", "IBAN_CODE"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "entity", "after", "kind"), FOUND)
def test_spoken_forms_are_found_whole(before: str, entity: str, after: str, kind: str | None) -> None:
    if kind is None:
        # No ear tells which "at" is the sign: both go.
        before, entity, kind = before.removesuffix("me at "), f"me at {entity}", EMAIL
    assert said(before + entity + after) == [(entity, kind)]


LEFT = [
    "we met at the office dot com era was over",
    "I was at one point tired, and at some point that ended",
    "meet me at ten thirty",
    "one two three go",
    "testing one two three four five six seven eight nine ten",
    "it went from nineteen ninety two to nineteen ninety six",
    "about two hundred and forty thousand people",
    "in 2019 2020 2021 we grew",
    "1\n2\n3\n4\n5\n6\n7\n8\n9\n10",
    "it costs one million five hundred ninety three thousand",
    "two point five million of the twenty twenty five budget",
    "it takes three hours with version one point two",
    "eighteen thousand nine hundred and twenty nine dollars",
    "the error went from ten point seven to four point three, then eight point nine five six",
    "thirty one thousand four hundred eighty square feet",
    "write to jane.doe@acme.example or see https://fjord.example/x",
    "ages sixteen to twenty five, twenty five to thirty five, thirty five to forty five",
    "we saw 340,000 and 200,000 accounts for 58,000 members",
    "we use A W S and the U S A rules for Q three",
    "the twenty first of these was the second to last",
    "quarter to twelve or eight twenty nine",
]


@pytest.mark.parametrize("text", LEFT)
def test_what_only_sounds_like_it_is_left(text: str) -> None:
    assert said(text) == []


def test_a_site_said_aloud_is_no_email() -> None:
    assert said("look at acme dot com for details") == []
    assert SPOKEN.hear("look at acme dot com for details").view.text == "look at acme.com for details"


def test_digits_inside_an_address_are_part_of_it() -> None:
    assert said("it is jane five five five one two three four at acme dot com") == [
        ("jane five five five one two three four at acme dot com", EMAIL)
    ]


def test_two_entities_stay_two() -> None:
    text = "jane at acme dot com or bob dot roe at fjord dot org call five five five oh one nine nine"
    assert [kind for _, kind in said(text)] == [EMAIL, EMAIL, PHONE]


def test_each_of_the_two_kinds_of_forms_can_be_switched_off() -> None:
    text = "jane at acme dot com call five five five oh one nine nine"
    assert [f.kind for f in SpokenReader(email=False).findings(text)] == [PHONE]
    assert [f.kind for f in SpokenReader(number=False).findings(text)] == [EMAIL]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("double oh seven", "007"),
        ("jane dot doe at acme dot com", "jane.doe@acme.com"),
        ("two one two, five five five", "212555"),
        ("twenty twenty-five", "2025"),
        ("jane.doe@acme.com", "jane.doe@acme.com"),
        ("", ""),
    ],
)
def test_written(words: str, expected: str) -> None:
    assert written(words) == expected


PARTS = st.sampled_from(
    "at dot com acme jane five to double hundred thousand 5 555 plus \n , @ is card x as in Sam b S o oh mhm "
    "underscore slash colon july twenty first mike sierra - . me fivee number street GB82 point pin".split(" ")
)


@given(st.lists(PARTS, max_size=60).map(" ".join))
def test_any_words_give_sound_findings(text: str) -> None:
    for finding in SPOKEN.findings(text):
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end].strip() == text[finding.start : finding.end]
        assert "\n" not in text[finding.start : finding.end]


@given(st.text(max_size=200))
def test_arbitrary_text_never_raises(text: str) -> None:
    for first, second in pairwise(SPOKEN.findings(text)):
        assert first.start <= second.start


@pytest.mark.parametrize(
    ("said", "reading"),
    [
        ("null eins sieben zweiundvierzig", "01742"),
        ("zéro six quatre-vingt-dix-sept", "0697"),
        ("seis doce treinta y cuatro", "61234"),
        ("tre quattro sette centoventi", "347120"),
        ("nove um dois trinta e quatro", "91234"),
        ("nul zes vierendertig", "0634"),
        ("anna punkt weber ät fjord punkt de", "anna.weber@fjord.de"),
        ("six one two", "612"),
    ],
)
def test_what_was_said_is_written_in_its_own_language(said: str, reading: str) -> None:
    assert written(said) == reading
