"""Which records are in force for any question, as people answer one after the other."""

from __future__ import annotations

import pytest
from consent.consent_cases import at, no, yes

from proxy.consent.in_force import counting, guardians_refusing, refuses
from proxy.consent.records import ConsentRecord, Scope
from proxy.settings import ConsentSettings

POLICY = ConsentSettings()
BY_ULF = {"actor": "ulf", "guardian": True}
"""A guardian's answer."""


def in_force(*records: ConsentRecord, minor: bool = False, now: float = 0) -> list[int]:
    found = counting(records, POLICY, minor=minor, now=at(now))
    return [records.index(each) for each in found]


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([yes(**BY_ULF)], [0]),
        ([yes(**BY_ULF), no(valid_from=at(-50))], []),
        ([yes(**BY_ULF), no(valid_from=at(-50)), yes(valid_from=at(-40))], []),
        ([yes(**BY_ULF), no(valid_from=at(-50)), yes(valid_from=at(-40), **BY_ULF)], []),
        ([yes(**BY_ULF), no(valid_from=at(-50)), yes(valid_from=at(-40), **BY_ULF), yes(valid_from=at(-30))], [2]),
        ([yes(scope=Scope.SERIES, **BY_ULF), no(valid_from=at(-50)), yes(valid_from=at(-40))], [0]),
        ([yes(scope=Scope.SERIES, **BY_ULF), no(scope=Scope.ORG), yes(valid_from=at(-40))], [0]),
        ([yes(recipient="*", **BY_ULF), no(valid_from=at(-50)), yes(valid_from=at(-40))], [0]),
    ],
)
def test_a_guardians_yes_counts_until_somebody_ends_it(said: list[ConsentRecord], counts: list[int]) -> None:
    assert in_force(*said, minor=True) == counts


def test_a_yes_whose_time_comes_later_counts_and_one_that_ended_does_not() -> None:
    assert in_force(yes(valid_from=at(60), recorded_at=at(-60))) == [0]
    assert in_force(yes(valid_until=at(10)), now=9) == [0]
    assert in_force(yes(valid_until=at(10)), now=10) == []


def test_a_yes_to_earlier_terms_counts() -> None:
    assert in_force(yes(terms_version="v1"), no(purpose="compose", terms_version="v2")) == [0]


def test_a_no_stands_after_a_yes_that_cannot_end_it() -> None:
    by_host = yes(valid_from=at(-30), actor="host")
    assert refuses([no(), by_host], POLICY, minor=False, now=at(0))
    assert not refuses([no(), yes(valid_from=at(-30))], POLICY, minor=False, now=at(0))


def test_guardians_refuse_until_they_say_yes_themselves() -> None:
    by_eva = {"actor": "eva", "guardian": True}
    said = [no(**BY_ULF), no(valid_from=at(-50)), yes(valid_from=at(-40)), yes(valid_from=at(-30), **by_eva)]
    assert guardians_refusing(said, POLICY, now=at(0)) == {"ulf"}
    assert guardians_refusing([*said, yes(valid_from=at(-20), **BY_ULF)], POLICY, now=at(0)) == set()
    assert guardians_refusing([*said, no(valid_from=at(-20), **by_eva)], POLICY, now=at(0)) == {"ulf", "eva"}
