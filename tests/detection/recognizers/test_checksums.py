"""Check digits by python-stdnum: what it takes is what the rules of each number take, written down here once more."""

from __future__ import annotations

import re

import pytest
from harness.invented import invented
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, IbanRecognizer
from stdnum import iban, luhn

from proxy.detection.recognizers.checksums import CheckedNumber
from proxy.detection.selection import BY_NAME
from proxy.detection.spoken import SpokenReader

RECOGNIZERS = tuple(
    CheckedNumber(BY_NAME[name].kinds[0], BY_NAME[name].shape) for name in ("fr_nir", "nl_bsn", "br_cpf", "pt_nif")
)
EXAMPLES = settings(max_examples=invented(90), deadline=None)


def figures(number: str) -> list[int]:
    return [int(sign) for sign in number if sign.isdecimal()]


def weighted(number: list[int], first: int) -> int:
    return sum(figure * (first - place) for place, figure in enumerate(number))


def passes_nir(number: str) -> bool:
    """The key is 97 minus the rest of the number by 97; 2A counts as 19 and 2B as 18."""
    plain = re.sub(r"[ .-]", "", number.upper()).replace("2A", "19").replace("2B", "18")
    return len(plain) == 15 and 97 - int(plain[:13]) % 97 == int(plain[13:])


def passes_bsn(number: str) -> bool:
    """Weights 9 to 2, and minus one for the last; 11 divides the sum. No number is all zeros."""
    *most, last = figures(number)
    return any(figures(number)) and (weighted(most, 9) - last) % 11 == 0


def passes_cpf(number: str) -> bool:
    """Two check digits modulo 11, of nine and of ten figures; one figure repeated is no number."""
    all_of_it = figures(number)
    digits = [weighted(all_of_it[:place], place + 1) * 10 % 11 % 10 for place in (9, 10)]
    return len(set(all_of_it)) > 1 and digits == all_of_it[9:]


def passes_nif(number: str) -> bool:
    """Weights 9 to 2; 11 minus the rest by 11, where 10 and 11 are written 0."""
    *most, last = figures(number)
    return last == (11 - weighted(most, 9) % 11) % 11 % 10


PASSES = (passes_nir, passes_bsn, passes_cpf, passes_nif)


@EXAMPLES
@given(st.integers(0, 3), st.data())
def test_a_number_passes_where_the_rule_says_so(which: int, data: st.DataObject) -> None:
    """In any of the ways in which it is written, and in the figures of any script."""
    recognizer, passes = RECOGNIZERS[which], PASSES[which]
    script = data.draw(st.sampled_from(["", "\N{ARABIC-INDIC DIGIT ZERO}", "\N{FULLWIDTH DIGIT ZERO}"]))
    text = data.draw(st.from_regex(re.compile(recognizer.patterns[0].regex, re.ASCII), fullmatch=True))
    if script:
        text = "".join(chr(ord(script) + int(sign)) if sign in "0123456789" else sign for sign in text)
        assume(re.fullmatch(recognizer.patterns[0].regex, text))
    assert recognizer.invalidate_result(text) is not passes(text)


@EXAMPLES
@given(st.integers(0, 3), st.data())
def test_one_of_a_hundred_check_digits_at_most_passes_beside_the_right_one(which: int, data: st.DataObject) -> None:
    """Each number has a right ending: with every ending tried, those that pass are those of the rule."""
    recognizer, passes = RECOGNIZERS[which], PASSES[which]
    text = data.draw(st.from_regex(re.compile(recognizer.patterns[0].regex, re.ASCII), fullmatch=True))
    endings = [text[:-2] + f"{ending:02}" for ending in range(100)] if text[-2:].isdigit() else []
    taken = [each for each in endings if not recognizer.invalidate_result(each)]
    assert taken == [each for each in endings if passes(each)]


@pytest.mark.parametrize("recognizer", RECOGNIZERS, ids=lambda each: each.supported_entities[0])
def test_a_number_of_one_figure_repeated_is_taken_where_the_rule_takes_it(recognizer) -> None:
    passes = PASSES[RECOGNIZERS.index(recognizer)]
    lengths = {"FR_NIR": 15, "BR_CPF": 11}
    for figure in "0123456789":
        number = figure * lengths.get(recognizer.supported_entities[0], 9)
        if recognizer.supported_entities[0] != "PT_NIF" or figure != "0":
            assert recognizer.invalidate_result(number) is not passes(number)


@EXAMPLES
@given(st.text("0123456789", min_size=13, max_size=19))
def test_luhn_is_that_of_payment_cards(digits: str) -> None:
    doubled = [sum(divmod(int(d) * (1 + place % 2), 10)) for place, d in enumerate(reversed(digits))]
    assert luhn.is_valid(digits) is (sum(doubled) % 10 == 0)
    assert luhn.is_valid(digits) is bool(CreditCardRecognizer().validate_result(digits))


@EXAMPLES
@given(st.sampled_from(["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947"]), st.data())
def test_whatever_stdnum_takes_for_an_iban_presidio_takes_too(number: str, data: st.DataObject) -> None:
    """Presidio's check stays: python-stdnum also asks for the check digits of each country, and would find fewer."""
    place = data.draw(st.integers(2, len(number) - 1))
    changed = number[:place] + data.draw(st.sampled_from("0123456789")) + number[place + 1 :]
    if iban.is_valid(changed):
        assert IbanRecognizer().validate_result(changed)


def test_a_card_that_was_said_is_told_by_its_check_digit() -> None:
    said = "three oh five six nine three oh nine oh two five nine oh "  # a telephone number may have fourteen figures
    for last, kind in (("four", "CREDIT_CARD"), ("five", "PHONE_NUMBER")):
        assert {found.kind for found in SpokenReader().findings(said + last)} == {kind}
