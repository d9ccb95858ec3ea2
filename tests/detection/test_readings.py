"""Encoded text, and what is cut over the strings of a word list, is found; its look-alikes are none."""

import json

import pytest
from harness.engines import engine

from proxy.json_source import joined


def found(text: str) -> set[tuple[str, str]]:
    return {(f.kind, text[f.start : f.end]) for f in engine().analyze(text)}


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("Write to ana [at] skerry [dot] com today.", "EMAIL_ADDRESS", "ana [at] skerry [dot] com"),
        ("Write to ana&#64;skerry&#46;com today.", "EMAIL_ADDRESS", "ana&#64;skerry&#46;com"),
        ("On that call ²¹² ⁵⁵⁵ ⁰¹⁴⁷ please.", "PHONE_NUMBER", "²¹² ⁵⁵⁵ ⁰¹⁴⁷"),
        ("My card is 4111−1111−1111−1111 there.", "CREDIT_CARD", "4111−1111−1111−1111"),
        ("We met at 48.858370, 2.294481 then.", "LOCATION", "48.858370, 2.294481"),
        ("The key is sk-qwertyuiopasdfghjklzxcv now.", "SECRET", "sk-qwertyuiopasdfghjklzxcv"),
    ],
)
def test_other_spellings_are_findings(text: str, kind: str, said: str) -> None:
    assert (kind, said) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "You can stop at any point com or at any time.",
        "use b::c or std::b:: in the code",
        "we run version 1.2.3.4 of it",
        "Call 00:01:02.000 --> 00:01:05.500 a cue",
        "the sk-learn-pipeline-for-training is fine",
    ],
)
def test_look_alikes_are_none(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize("text", ["Let's call 12/05/2024 the deadline.", "Let us phone on 2024-05-12."])
def test_a_date_after_call_is_a_date(text: str) -> None:
    assert {kind for kind, _ in found(text)} == {"DATE_TIME"}


@pytest.mark.parametrize("key", ["v", "word"])
def test_a_number_cut_over_the_strings_of_json_is_found_in_every_part(key: str) -> None:
    parts = ["GB82", "WEST", "1234", "5698", "7654", "32"]
    text = json.dumps({"items": [{key: part, "by": "x"} for part in parts]})
    assert {("IBAN_CODE", part) for part in parts} <= found(text)


def test_quotes_of_json_are_no_part_of_a_link() -> None:
    assert ("URL", "https://json-schema.org/x") in found('{"$schema":"https://json-schema.org/x"}')


def test_rows_end_at_other_words() -> None:
    assert [row.text for row in joined('["a", "b"] and "c", "d"')] == ["a b", "c d"]
    assert joined('He said "one" and then "two" to us') == []
