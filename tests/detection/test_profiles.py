"""The findings of the engine and of languages together."""

from __future__ import annotations

from proxy.detection.profiles import _with_national
from proxy.model import Finding


def test_a_national_number_names_the_number_that_the_model_found_around_it() -> None:
    """Of overlapping findings the longest gives the kind; a policy for the national number must hold all the same."""
    around, apart = Finding(16, 31, "ID_NUMBER", 0.9, "ner_id"), Finding(40, 50, "ID_NUMBER", 0.9, "ner_id")
    number = Finding(20, 31, "DE_TAX_ID", 0.4, "de_tax_id")
    beside = Finding(45, 52, "NL_BSN", 0.9, "nl_bsn")
    found = _with_national([around, apart], [number, beside])
    assert [(f.start, f.end, f.kind) for f in found] == [
        (16, 31, "DE_TAX_ID"),
        (20, 31, "DE_TAX_ID"),
        (40, 50, "ID_NUMBER"),
        (45, 52, "NL_BSN"),
    ]


def test_other_kinds_and_telephone_numbers_rename_nothing() -> None:
    found = [Finding(0, 12, "CREDIT_CARD", 0.9, "x"), Finding(20, 32, "ID_NUMBER", 0.9, "ner_id")]
    added = [Finding(0, 12, "DE_TAX_ID", 0.9, "de_tax_id"), Finding(20, 30, "PHONE_NUMBER", 0.9, "phone")]
    assert {f for f in _with_national(found, added) if f in found} == set(found)
