"""National numbers in a sentence of another language: found behind their names, and nothing else there."""

from __future__ import annotations

from functools import cache

import pytest
from harness.growth import linear

from proxy.detection.languages.named import NamedNumbers
from proxy.settings import Detection


@cache
def named() -> NamedNumbers:
    return NamedNumbers(Detection())


def found(text: str) -> set[tuple[str, str]]:
    return {(text[one.start : one.end], one.kind) for one in named().find(text)}


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("my BSN is 111222333", "111222333", "NL_BSN"),
        ("Codice fiscale: RSSMRA85T10A562S please", "RSSMRA85T10A562S", "IT_FISCAL_CODE"),
        ("she sent RSSMRA85T10A562S by mail", "RSSMRA85T10A562S", "IT_FISCAL_CODE"),
        ("her PESEL is 44051401359", "44051401359", "PL_PESEL"),
        ("he gave his DNI, 12345678Z", "12345678Z", "ES_NIF"),
        ("the NIE X1234567L is expired", "X1234567L", "ES_NIE"),
        ("her numéro de sécu is 2 55 08 14 168 025 38", "2 55 08 14 168 025 38", "FR_NIR"),
        ("the Steuer-ID is 86095742719", "86095742719", "DE_TAX_ID"),
        ("my personnummer is 811228-9874", "811228-9874", "SE_PERSONNUMMER"),
        ("his CPR is 211062-5629", "211062-5629", "DK_CPR"),
        ("fødselsnummer 15108695088 on file", "15108695088", "NO_FODSELSNUMMER"),
        ("HETU: 131052-308T", "131052-308T", "FI_PERSONAL_IDENTITY_CODE"),
        ("the rodné číslo is 710319/2745", "710319/2745", "CZ_RC"),
        ("her CNP is 1630615123457", "1630615123457", "RO_CNP"),
        ("TC kimlik no 10000000146", "10000000146", "TR_NATIONAL_ID"),
        ("my CPF is 529.982.247-25", "529.982.247-25", "BR_CPF"),
        ("AHV 756.9217.0769.85", "756.9217.0769.85", "CH_AHV"),
        ("OIB: 33392005961", "33392005961", "HR_OIB"),
        ("the kenteken is 12-AB-34", "12-AB-34", "NL_PLATE"),
    ],
)
def test_numbers_are_found_by_their_names(text: str, number: str, kind: str) -> None:
    assert (number, kind) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "my BSN is 111222334",  # the check digit is wrong
        "order number 111222333",
        "the PESEL is missing, ask on 12 May 2024 at 10:30",
        "nie 12345678",
        "we have 44051401359 rows",
        "RSSMRA85T10A562X is no code of anybody",
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert found(text) == set()


def test_settings_hold_for_them() -> None:
    for detection in (
        Detection(disable=("nl_bsn",)),
        Detection(allow=("111222333",)),
        Detection(threshold=0.9),
        Detection(recognizers=("email",)),
    ):
        assert NamedNumbers(detection).find("my BSN is 111222333") == []


def test_time_is_linear_in_hostile_text() -> None:
    for piece in ("bsn ", "bsn 1", "cpr 1 ", "A1", "1" * 9 + " "):
        linear(named().find, lambda size, piece=piece: (piece * size)[:size], 10_000)
