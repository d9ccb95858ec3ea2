"""The tables: every language that ships is whole and is read by the same code."""

from __future__ import annotations

from importlib import resources

import pytest

from proxy.detection.spoken import SpokenReader
from proxy.detection.spoken.tables import load, one_edit_away
from proxy.languages import codes

LANGUAGES = sorted(
    code for code in codes() if resources.files("proxy.languages").joinpath(code, "spoken.json").is_file()
)


def test_these_languages_ship() -> None:
    assert LANGUAGES == ["da", "de", "en", "es", "fr", "it", "nl", "no", "pl", "pt", "sv"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_below_a_hundred_can_be_said(language: str) -> None:
    said = {digits for entries in load(language).numbers.values() for _, digits in entries}
    assert {str(number) for number in range(100)} <= said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_signs_letters_and_months(language: str) -> None:
    tables = load(language)
    assert {"@", ".", "-", "_", "/", ":", "+"} <= tables.signs.keys()
    assert set("abcdefghijklmnopqrstuvwxyz") == set(tables.alphabet.values())
    assert set(tables.months.values()) == set(range(1, 13))


@pytest.mark.parametrize(
    ("language", "text", "words", "kind", "written"),
    [
        ("de", "meine Nummer ist ", "null eins sieben sechs zweiundvierzig elf null acht", "PHONE_NUMBER", "01764211"),
        ("de", "schreib an ", "nia punkt rao ät fjord punkt de", "EMAIL_ADDRESS", "nia.rao@fjord.de"),
        ("fr", "mon numéro est ", "zéro six douze quatre-vingt-dix-sept trente et un zéro huit", "PHONE_NUMBER",
         "0612973108"),
        ("fr", "mon adresse est ", "nia point rao arobase fjord point fr", "EMAIL_ADDRESS", "nia.rao@fjord.fr"),
        ("es", "mi teléfono es ", "seis uno dos treinta y cuatro veintiuno cero ocho", "PHONE_NUMBER", "612342108"),
        ("es", "mi correo es ", "nia punto rao arroba fjord punto es", "EMAIL_ADDRESS", "nia.rao@fjord.es"),
    ],
)  # fmt: skip
def test_other_languages_are_read_by_their_tables(
    language: str, text: str, words: str, kind: str, written: str
) -> None:
    spoken = SpokenReader(language)
    found = [(f.start, f.end, f.kind) for f in spoken.findings(text + words)]
    assert found == [(len(text), len(text + words), kind)]
    assert spoken.hear(text + words).view.text.startswith(text + written)


def test_a_language_without_a_table_is_an_error_that_names_it() -> None:
    with pytest.raises(LookupError, match="'xx'"):
        load("xx")


@pytest.mark.parametrize(
    ("word", "digits"),
    [("eiqht", "8"), ("fivee", "5"), ("thre", "3"), ("sevne", "7"), ("nin", "9"), ("zerro", "0")],
)
def test_misspelled_digits(word: str, digits: str) -> None:
    assert one_edit_away(load("en"), word) == digits


@pytest.mark.parametrize("word", "there even fine light our the fix new never hero on a thanks please".split())
def test_plain_words_near_digits_are_none(word: str) -> None:
    assert one_edit_away(load("en"), word) is None
