"""A title that may name somebody on the roster, in whatever form."""

from __future__ import annotations

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.model import Participant, Roster
from proxy.redaction.roster.titles import may_name_somebody

ROSTER = Roster(
    (
        Participant("p-1", "José García", emails=("jgm@skerry.example",)),
        Participant("p-2", "Ben Okoro", emails=("b.okoro@skerry.example",)),
        Participant("p-3", "Łukasz Weiß"),
    )
)


@pytest.mark.parametrize(
    "title",
    [
        "Jose Garcia salary", "Bens review", "Okoros farewell", "jgm catch-up", "BenOkoro farewell", "benokoro",
        "ben2026", "JOSE", "2026ben", "okoro_final",
        "Ben\u2019s review", "Weiss' Abschied", "lukasz 1:1", "Garcías Abschied",
        "bokoro", "ask b.okoro", "Okorom", "talk-okoro", "José",
    ],
)  # fmt: skip
def test_a_title_that_names_somebody(title: str) -> None:
    assert may_name_somebody(title, ROSTER)


@pytest.mark.parametrize("title", ["Budget of the coming year", "Weekly 2026", "board-7", "", "Benefits enrolment"])
def test_a_title_that_names_nobody(title: str) -> None:
    assert not may_name_somebody(title, ROSTER)


@settings(max_examples=invented(100), deadline=None)
@given(
    st.sampled_from(["jose", "garcia", "ben", "okoro", "lukasz", "Ben", "OKORO", "García"]),
    st.sampled_from(["", "s", "'s", "en", "ova", "2026", "7", "_x", "Okoro", " and more"]),
    st.sampled_from(["", "About ", "2026", "#", "re: ", "("]),
)
def test_whatever_stands_around_a_name(name: str, after: str, before: str) -> None:
    assert may_name_somebody(f"{before}{name}{after}", ROSTER)
