"""Labels are compared in one form; people whose labels differ in nothing else cannot be told apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.meetings.directory import shared_labels
from proxy.meetings.display_names import NamesOfPerson
from proxy.model import Participant, Roster, label_form

ANN = Participant("p-ann", "Zoë Ångström")
WRITTEN = st.sampled_from(
    [str, str.upper, str.lower, str.title, lambda name: unicodedata.normalize("NFD", name),
     lambda name: unicodedata.normalize("NFKD", name), lambda name: name.replace(" ", "  "),
     lambda name: name.replace(" ", "_"), lambda name: name.replace(" ", "\u00a0"), lambda name: f"\t{name} ",
     "\u200b".join,
     lambda name: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)]
)  # fmt: skip
NAMES = st.text(
    st.one_of(st.characters(exclude_categories=("Cs", "Cc")), st.sampled_from("'’‘\u02bc-\u2010\u2011\u2013")),
    min_size=1,
    max_size=20,
)


@given(st.lists(WRITTEN, min_size=1, max_size=4))
def test_a_label_in_another_form_is_the_same_persons(ways) -> None:
    label = ANN.name
    for way in ways:
        label = way(label)

    assert Roster((ANN,)).resolve(label) == ANN
    twins = (ANN, Participant("p-eve", label))
    assert Roster(twins).resolve(label) is None
    assert Roster(twins).resolve(ANN.name) is None
    assert shared_labels(twins) == [("p-ann", "p-eve")]


@pytest.mark.parametrize("other", ["Eve O’Dea\u2011Lund", "EVE O\u02bcDEA\u2010LUND", "Eve O\uff07Dea\ufe63Lund"])
def test_apostrophes_and_hyphens_are_one(other: str) -> None:
    eve = Participant("p-eve", "Eve O'Dea-Lund")

    assert Roster((eve,)).resolve(other) == eve
    assert Roster((eve, Participant("p-other", other))).resolve(eve.name) is None
    assert Roster((eve,)).resolve("Eve O Dea-Lund") is None


@given(NAMES)
def test_the_form_of_a_form_is_itself(name: str) -> None:
    assert label_form(label_form(name)) == label_form(name)


@pytest.mark.parametrize("other", ["Zoë Angström-Berg", "Zoe Ångström", "Zoë", "Ångström", "Zoë Ångström 2", ""])
def test_another_name_is_another_persons(other: str) -> None:
    assert Roster((ANN,)).resolve(other) is None


HANA = NamesOfPerson(["p-7"], ["Hana Weißkopf", "Hanni W"], ["hana@canary.example"])


@pytest.mark.parametrize(
    "text",
    [
        "Hana Weißkopf (guest)",
        "WEISSKOPF, Hana",
        "hana_weisskopf",
        "told by Hanni W.",
        "for p-7",
        "<Hana@Canary.example>",
    ],
)
def test_a_text_holds_a_name_by_its_words_in_any_order_an_id_or_an_address(text: str) -> None:
    assert HANA.are_in(text)
    assert HANA.may_be(text)


@pytest.mark.parametrize("label", ["H. Weißkopf", "hweisskopf", "Hana", "Hana's iPad", "HanaWeisskopf"])
def test_a_label_may_be_a_short_form_which_a_text_does_not_hold(label: str) -> None:
    assert not HANA.are_in(label)
    assert HANA.may_be(label)


@pytest.mark.parametrize("label", ["Hanami Weber", "Guest 1", "p-77", "Johana Weißkopfer", "ohana@canary.example", ""])
def test_other_labels_are_others(label: str) -> None:
    assert not HANA.are_in(label)
    assert not HANA.may_be(label)


def test_nothing_names_somebody_of_whom_nothing_is_known() -> None:
    nobody = NamesOfPerson([], ["", " "], [])
    assert not any(nobody.are_in(text) or nobody.may_be(text) for text in ("", "Hana", "Hana Weber (guest)"))
