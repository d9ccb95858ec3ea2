"""The operator's words: what is always found, and what is never a finding."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.dictionary import WordLists
from proxy.errors import OwnFault
from proxy.model import Finding
from proxy.settings import DenyList, Detection, Dictionary, WordFile


def lists(*words: str, case: str = "any", kind: str = "PROJECT") -> WordLists:
    return WordLists(Detection(dictionaries=(Dictionary(kind=kind, file="x", case=case).with_words(words),)))


def found(text: str, *words: str, case: str = "any") -> list[str]:
    return [text[f.start : f.end] for f in lists(*words, case=case).denied(text)]


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("we ship blue heron in May", "blue heron"),
        ("we ship BLUE HERON in May", "BLUE HERON"),
        ("we ship Blue\n  heron in May", "Blue\n  heron"),
        ("we ship Blue\u00a0Heron in May", "Blue\u00a0Heron"),
        ("Blue Heron's budget", "Blue Heron"),
        ("all the Blue Herons there", "Blue Herons"),
        ("the Blue Herons' nest", "Blue Herons"),
        ("(blue heron)", "blue heron"),
        ("_Blue Heron_", "Blue Heron"),
        ("Blüe Heron", "Blüe Heron"),
        ("Blu\u0308e Heron", "Blu\u0308e Heron"),
        ("Ｂｌｕｅ heron", "Ｂｌｕｅ heron"),
    ],
)
def test_an_entry_is_found_however_it_is_written(text: str, hit: str) -> None:
    assert found(text, "Blue Heron") == [hit]


@pytest.mark.parametrize("text", ["blue herony", "trueblue heron", "blue, heron", "blueheron", "blue the heron"])
def test_an_entry_is_found_as_whole_words_only(text: str) -> None:
    assert found(text, "Blue Heron") == []


@pytest.mark.parametrize(
    ("text", "entry", "hit"),
    [("the companies", "Company", "companies"), ("three boxes", "Box", "boxes"), ("two glasses", "glass", "glasses")],
)
def test_plurals(text: str, entry: str, hit: str) -> None:
    assert found(text, entry) == [hit]


def test_a_plural_is_found_though_another_entry_holds_it() -> None:
    assert found("two herons and the heron nest", "heron", "herons nest", "heron nest") == ["herons", "heron nest"]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("a falcon over Falcon", ["Falcon"]),
        ("FALCON IS LATE", ["FALCON"]),
        ("Falcon's, Falcons, falcons, FALCONS", ["Falcon", "Falcons", "FALCONS"]),
        ("Fàlcon and fàlcon", ["Fàlcon"]),
        ("will Will say so", ["Will"]),
        ("iOS and ios and IOS", ["iOS", "IOS"]),
    ],
)
def test_exact_entries_need_their_capitals(text: str, hits: list[str]) -> None:
    assert found(text, "Falcon", "Will", "iOS", case="exact") == hits


def test_case_is_a_matter_of_each_list() -> None:
    both = WordLists(
        Detection(
            deny=(DenyList(kind="PRODUCT", words=("Apple",), case="exact"), DenyList(kind="CUSTOMER", words=("Fjord",)))
        )
    )
    text = "an apple for Apple and fjord"
    assert [(text[f.start : f.end], f.kind) for f in both.denied(text)] == [("Apple", "PRODUCT"), ("fjord", "CUSTOMER")]


def test_one_word_may_be_of_two_kinds() -> None:
    both = WordLists(
        Detection(
            deny=(DenyList(kind="PROJECT", words=("heron",)),),
            dictionaries=(Dictionary(kind="CUSTOMER", file="x").with_words(("Heron",)),),
        )
    )
    assert {(f.kind, f.source) for f in both.denied("heron")} == {("PROJECT", "deny"), ("CUSTOMER", "dictionary")}


def test_a_file_that_was_not_read_is_a_fault() -> None:
    """Never a list that is silently empty."""
    for detection in (
        Detection(dictionaries=(Dictionary(kind="PROJECT", file="x"),)),
        Detection(allow_files=(WordFile(file="x"),)),
    ):
        with pytest.raises(OwnFault) as caught:
            WordLists(detection)
        assert caught.value.reason == "dictionary_not_read"


@given(
    st.lists(st.text("abé ", min_size=2, max_size=6).filter(str.strip), max_size=6),
    st.text("ABabé c_.\n", max_size=40),
)
def test_entries_are_found_wherever_a_plain_search_finds_them(words: list[str], text: str) -> None:
    """Against a regex of the entries, one at a time: nothing that it finds may survive."""
    covered = {at for f in lists(*words).denied(text) for at in range(f.start, f.end)}
    for word in words:
        spelled = r"\s+".join(map(re.escape, word.split()))
        for match in re.finditer(rf"(?<![^\W_]){spelled}(?![^\W_])", text, re.I):
            # An entry that begins earlier may hold the beginning of this one; then it is found, and this is not.
            assert covered & set(range(*match.span()))


# --- allowed ----------------------------------------------------------------------------------------


def left(text: str, allow: tuple[str, ...], *spans: tuple[str, str]) -> list[str]:
    findings = [Finding(text.index(s), text.index(s) + len(s), kind, 0.9, "x") for s, kind in spans]
    return [text[f.start : f.end] for f in WordLists(Detection(allow=allow)).permitted(text, findings)]


def test_allowed_strings_are_no_findings() -> None:
    assert left("we met Anna there", ("anna",), ("Anna", "PERSON")) == []
    assert left("we use Fjord  cloud", ("Fjord Cloud",), ("Fjord  cloud", "ORGANIZATION")) == []
    assert left("we use Fjord Cloud", ("Fjord Cloud",), ("Cloud", "ORGANIZATION")) == []


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("we met Anna Meyer there", [("Anna Meyer", "PERSON")]),
        ("we met Anna Meyer there", [("Anna", "PERSON"), ("Meyer", "PERSON")]),
        ("we met Anna Meyer there", [("Anna", "PERSON"), ("Meyer", "LOCATION")]),
        ("we met Anna-Lena there", [("Anna", "PERSON"), ("Lena", "PERSON")]),
        ("write to anna@x.example", [("anna", "PERSON"), ("anna@x.example", "EMAIL_ADDRESS")]),
    ],
)
def test_an_allowed_part_of_something_longer_stays_found(text: str, spans: list[tuple[str, str]]) -> None:
    assert left(text, ("Anna",), *spans) == [said for said, _ in spans]


@pytest.mark.parametrize("text", ["we met Anna Meyersdottir there", "we met Kari Anna there"])
def test_an_allowed_first_name_stays_found_beside_a_name_that_nobody_found(text: str) -> None:
    assert left(text, ("Anna",), ("Anna", "PERSON")) == ["Anna"]


def test_files_of_allowed_strings_count_too() -> None:
    allowing = WordLists(Detection(allow_files=(WordFile(file="x").with_words(("Anna",)),)))
    assert allowing.permitted("Anna said", [Finding(0, 4, "PERSON", 0.9, "x")]) == []
