"""Capitals, possessives and punctuation around names; windows in which recognizers run."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import Pattern, PatternRecognizer

from proxy.detection.recognizers.shapes import BoundedRecognizer
from proxy.detection.recognizers.table import Trigger
from proxy.wording.spellings import encodable, tidy


@given(st.text(st.sampled_from("AÉİẞßǅ’'-. \nab\ud800\udfff"), max_size=60))
def test_what_cannot_be_encoded_keeps_its_place(text: str) -> None:
    view = encodable(text)
    view.encode()
    assert len(view) == len(text)
    assert all(a == b or "\ud800" <= a <= "\udfff" for a, b in zip(text, view, strict=True))


@pytest.mark.parametrize(
    ("span", "kind", "pieces"),
    [
        ("Mike. Where", "PERSON", ["Mike"]),
        ("Samuel L. Jackson", "PERSON", ["Samuel L. Jackson"]),
        ("Dr. Ada Smith's", "PERSON", ["Dr. Ada Smith"]),
        ("Anna Roe\nBob Doe", "PERSON", ["Anna Roe", "Bob Doe"]),
        ("“Eric’s”", "PERSON", ["Eric"]),
        ("the", "PERSON", []),
        ("सुनीता", "PERSON", ["सुनीता"]),
        ("Rene\u0301,", "PERSON", ["Rene\u0301"]),
        ("EKS", "ORGANIZATION", []),
        ("SSN", "ORGANIZATION", []),
        ("Acme Ltd.", "ORGANIZATION", ["Acme Ltd"]),
        ("14 March\n2023", "DATE_TIME", ["14 March", "2023"]),
        ("020 7946 0018", "DATE_TIME", []),
        ("e.g. Acme", "PERSON", ["Acme"]),
        ("i.e. Ada Smith", "PERSON", ["Ada Smith"]),
        ("e.g", "ORGANIZATION", []),
        ("D. H. Lawrence", "PERSON", ["D. H. Lawrence"]),
        ("E. G. Robinson", "PERSON", ["E. G. Robinson"]),
    ],
)
def test_entities_are_trimmed_to_the_name(span: str, kind: str, pieces: list[str]) -> None:
    text = f"x {span} y"
    assert [text[a:b] for a, b in tidy(text, 2, 2 + len(span), kind)] == pieces


@pytest.mark.parametrize(
    ("text", "seen", "name"),
    [
        ("I met Samuel L. Jackson there", "Samuel L", "Samuel L. Jackson"),
        ("I met Samuel L. Jackson there", "Samuel L. Jackson", "Samuel L. Jackson"),
        ("I met W. P. Diaz-Roe there", "P. Diaz-Roe", "W. P. Diaz-Roe"),
        ("I met J.R.R. Diaz there", "Diaz", "J.R.R. Diaz"),
        ("I met Samuel L. We left.", "Samuel L", "Samuel L"),
        ("I met Samuel. Jackson left.", "Samuel", "Samuel"),
        ("It was plan B. Samuel left.", "Samuel", "Samuel"),
        ("I met Samuel L.\nJackson: hi", "Samuel L", "Samuel L"),
        ("I met Samuel L. jackson", "Samuel L", "Samuel L"),
    ],
)
def test_complaint_26_initials_keep_a_name_together(text: str, seen: str, name: str) -> None:
    """Complaint 26: a name with an initial was missed; here what the model sees of it is enough for the whole."""
    at = text.index(seen)
    ((start, end),) = tidy(text, at, at + len(seen), "PERSON")
    assert text[start:end] == name


@given(st.text(st.sampled_from("ab5 "), max_size=200))
def test_windows_lose_no_match(text: str) -> None:
    """Run only around its trigger, a recognizer finds what it finds in the whole text."""
    inner = PatternRecognizer("X", patterns=[Pattern("p", r"\b[a-b]{1,3}5[a-b]{0,3}\b", 0.5)])
    windowed = BoundedRecognizer(inner, "p", Trigger(re.compile("5"), reach=8)).analyze(text, ["X"])
    whole = BoundedRecognizer(inner, "p", None).analyze(text, ["X"])
    assert sorted((r.start, r.end) for r in windowed) == sorted((r.start, r.end) for r in whole)


@pytest.mark.parametrize("short", ["e.g.", "i.e.", "E.g.", "a.k.a.", "cf.", "z.B."])
def test_a_letter_of_an_abbreviation_of_plain_words_is_no_entity(short: str) -> None:
    text = f'where possible, {short} "we ship"'
    begin = text.index(short)
    for start in range(begin, begin + len(short)):
        for end in range(start + 1, begin + len(short) + 1):
            assert list(tidy(text, start, end, "ORGANIZATION")) == []
            assert list(tidy(text, start, end, "LOCATION")) == []


@pytest.mark.parametrize(
    ("text", "letter", "name"),
    [
        ("그래서 김씨에게 물었다", "김", "김씨"),
        ("어제 박 대통령이 말했다", "박", "박 대통령"),
        ("昨天李经理来了", "李", "李经理"),
        ("小王说他病了", "王", "小王"),
        ("監督の森さんです", "森", "森さん"),
    ],
)
def test_a_family_name_of_one_letter_goes_with_its_title(text: str, letter: str, name: str) -> None:
    start = text.index(letter)
    assert [text[left:right] for left, right in tidy(text, start, start + 1, "PERSON")] == [name]


@pytest.mark.parametrize("text", ["김은 왔다", "李说", "a b", "X said"])
def test_one_letter_without_a_title_is_no_name(text: str) -> None:
    assert list(tidy(text, 0, 1, "PERSON")) == []
