"""National numbers by language: what is found, and look-alikes that are left alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from harness.growth import linear

from proxy.detection.languages.national import National
from proxy.detection.languages.table import LANGUAGES, NATIONAL, Tier, national
from proxy.detection.selection import ALL, BY_NAME
from proxy.settings import Detection, WordFile


@cache
def numbers(language: str) -> National:
    return National(Detection(), language)


@pytest.mark.parametrize(
    ("language", "text", "number", "kind"),
    [
        ("de", "meine Steuer-ID ist 86095742719, danke", "86095742719", "DE_TAX_ID"),
        ("de", "Rentenversicherung 65170839J003", "65170839J003", "DE_SOCIAL_SECURITY"),
        ("de", "wir sitzen in der Hauptstraße, PLZ 50667", "50667", "DE_PLZ"),
        ("de", "das Kennzeichen ist K-AB 1234", "K-AB 1234", "DE_KFZ"),
        ("de", "ruf an unter 0221 9876543", "0221 9876543", "PHONE_NUMBER"),
        ("es", "mi DNI es 12345678Z", "12345678Z", "ES_NIF"),
        ("es", "el NIE X1234567L", "X1234567L", "ES_NIE"),
        ("fi", "henkilötunnus 131052-308T", "131052-308T", "FI_PERSONAL_IDENTITY_CODE"),
        ("fr", "numéro 2 55 08 14 168 025 38", "2 55 08 14 168 025 38", "FR_NIR"),
        ("fr", "numéro 1 84 03 2A 004 012 87", "1 84 03 2A 004 012 87", "FR_NIR"),
        ("it", "codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S", "IT_FISCAL_CODE"),
        ("ko", "주민등록번호는 900101-1234568입니다", "900101-1234568", "KR_RRN"),
        ("nl", "mijn BSN is 111222333", "111222333", "NL_BSN"),
        ("nl", "de postcode is 1012 LG", "1012 LG", "LOCATION"),
        ("nl", "kenteken 12-ABC-3", "12-ABC-3", "NL_PLATE"),
        ("fr", "plaque AB-123-CD", "AB-123-CD", "FR_PLATE"),
        ("es", "matrícula 1234 BCD", "1234 BCD", "ES_PLATE"),
        ("it", "la targa è AB 123 CD", "AB 123 CD", "IT_PLATE"),
        ("pt", "placa ABC1D23", "ABC1D23", "PT_PLATE"),
        ("da", "det er 211062-5629", "211062-5629", "DK_CPR"),
        ("no", "nummer 15108695088", "15108695088", "NO_FODSELSNUMMER"),
        ("pl", "mój PESEL to 44051401359", "44051401359", "PL_PESEL"),
        ("pt", "o CPF 529.982.247-25", "529.982.247-25", "BR_CPF"),
        ("pt", "contribuinte 123456789", "123456789", "PT_NIF"),
        ("sv", "personnummer 811228-9874", "811228-9874", "SE_PERSONNUMMER"),
        ("tr", "kimlik no 10000000146", "10000000146", "TR_NATIONAL_ID"),
        ("uk", "телефон 044 234 5678", "044 234 5678", "PHONE_NUMBER"),
    ],
)
def test_numbers_are_found(language: str, text: str, number: str, kind: str) -> None:
    found = {(text[f.start : f.end], f.kind) for f in numbers(language).find(text)}
    assert (number, kind) in found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "die Bestellung 86095742718 kostet 50667 Euro"),  # check digit wrong; no context
        ("de", "wir nehmen K-AB 1234 als Code"),
        ("fr", "référence 2 55 08 14 168 025 39"),
        ("nl", "ordernummer 111222333"),  # passes the check, but nothing says what it is
        ("nl", "mijn BSN is 111222334"),
        ("pt", "o CPF 529.982.247-26 ou 111.111.111-11"),
        ("pt", "a encomenda 123456789"),
        ("es", "mi DNI es 12345678A"),
        ("pl", "mój PESEL to 44051401358"),
    ],
)
def test_look_alikes_are_left_alone(language: str, text: str) -> None:
    assert [f for f in numbers(language).find(text) if f.kind != "PHONE_NUMBER"] == []


def test_settings_hold_for_national_numbers_too() -> None:
    text = "meine Steuer-ID ist 86095742719"
    for detection in (
        Detection(disable=("de_tax_id",)),
        Detection(recognizers=("email",)),
        Detection(allow=("86095742719",)),
        Detection(allow_files=(WordFile(file="x").with_words(("86095742719",)),)),
        Detection(disable=("phone",), threshold=1.0, recognizers=("de_tax_number",)),
    ):
        assert National(detection, "de").find(text) == []


def test_every_row_of_the_tables_can_be_made_and_named() -> None:
    """A misspelled class, a name used twice or a language without a row would only show in production."""
    assert len(BY_NAME) == len(ALL)
    assert set(NATIONAL) <= set(LANGUAGES)
    everything = Detection(recognizers=tuple(BY_NAME), threshold=0)
    for code, each in LANGUAGES.items():
        assert each.tier is Tier.FULL or each.regions, code
        found = National(everything, code).find("12 345 678-9, AB 123456 C, 0044 20 7946 0018")
        assert {f.source for f in found} <= {b.name for b in national(code)} | {"phone"}


def test_the_documented_table_is_the_one_that_holds() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "languages.md").read_text()
    for code, each in LANGUAGES.items():
        if each.tier is Tier.IN_PART:
            on = ", ".join(f"`{builtin.name}`" for builtin in national(code) if builtin.on) or "–"
            assert f"| {each.name} | `{code}` | in part | {on} | {', '.join(each.regions)} |" in page.splitlines()


@pytest.mark.parametrize("language", NATIONAL)
def test_time_is_linear_in_hostile_text(language: str) -> None:
    for piece in ("1", "1 ", "12-", "A1", "DE123", "0" * 9 + " ", "1.2."):
        linear(numbers(language).find, lambda size, piece=piece: (piece * size)[:size], 10_000)
