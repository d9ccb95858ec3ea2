"""Restoring: exact over any cut, tolerant of what models do, deaf to look-alikes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction.pseudonyms import REACH, PseudonymMap
from proxy.redaction.restore import Restorer, restore

MAP = PseudonymMap(
    {
        "PERSON_1": "Jane Doe",
        "PERSON_1_EMAIL": "jane@acme.example",
        "PERSON_1_EMAIL_2": "doe@acme.example",
        "PERSON_12": 'Bob "B" Roe',
        "PERSON_3": "PERSON_1",
        "PHONE_NUMBER_3": "+1 555",
    },
    frozenset({"<PERSON_1_EMAIL>"}),
)
SPLIT = PseudonymMap(MAP.originals, MAP.bracketed, frozenset({"PERSON_1", "PHONE_NUMBER_3"}))
FRAGMENTS = [
    *("PERSON_1", "PERSON_12", "PERSON_1_EMAIL", "PERSON_1_EMAIL_2", "PHONE_NUMBER_3", "PERSON_3", "PERSON_99"),
    *("Person_1", "person 1", "PERSON-1", "PERSON\u20111", "PERSON\\_1", "PERSON\\\\_12", "Phone Number 3", "\\u005f"),
    *(
        "[",
        "]",
        "[[",
        "]]",
        "](",
        "][",
        ")",
        "<",
        ">",
        "{",
        "}",
        "*",
        "**",
        "`",
        "_",
        "__",
        "'s",
        "s",
        "\\",
        "\\n",
        "-",
        " ",
        "\n",
        ".",
    ),
    *("PER", "SON", "PERSON", "PHONE", "NUMBER", "EMAIL", "_EMAIL", "_2", "1", "2", "0", "x", "é", "说", "hello"),
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("PERSON_1 met PERSON_12.", 'Jane Doe met Bob "B" Roe.'),
        ("PERSON_1's, PERSON_1’s, PERSON_1s", "Jane Doe's, Jane Doe’s, Jane Does"),
        ("Person_1 person_1 PERSON_1", "Jane Doe Jane Doe Jane Doe"),
        ("[PERSON_1] [[PERSON_1]] <PERSON_1> {PERSON_1}", "Jane Doe Jane Doe Jane Doe Jane Doe"),
        ("<PERSON_1_EMAIL> [PERSON_1_EMAIL]", "<jane@acme.example> jane@acme.example"),
        ("[PERSON_1](#top) [PERSON_1][1] [PERSON_1] (a)", "[Jane Doe](#top) [Jane Doe][1] Jane Doe (a)"),
        ("[PERSON_1, PERSON_12]", '[Jane Doe, Bob "B" Roe]'),
        (
            "**PERSON_1** *PERSON_1* `PERSON_1` _PERSON_1_ __PERSON_1__",
            "**Jane Doe** *Jane Doe* `Jane Doe` _Jane Doe_ __Jane Doe__",
        ),
        ("PERSON\\_1 PHONE\\_NUMBER\\_3", "Jane Doe +1 555"),
        ("PERSON 1, PERSON-1, person-1, PERSON\u20111", "Jane Doe, Jane Doe, Jane Doe, Jane Doe"),
        ("PHONE NUMBER 3, phone_number_3", "+1 555, +1 555"),
        ("PERSON_1_EMAIL person-1-email", "jane@acme.example jane@acme.example"),
        ("PERSON_1_EMAIL_2", "doe@acme.example"),
        ("Jane: PERSON_1PERSON_12", 'Jane: Jane DoeBob "B" Roe'),
        ("说PERSON_1说", "说Jane Doe说"),
        ("PERSON_1_notes PERSON_12_EMAIL", 'Jane Doe_notes Bob "B" Roe_EMAIL'),
    ],
)
def test_forms_that_are_restored(reply: str, read: str) -> None:
    assert restore(reply, MAP) == read


@pytest.mark.parametrize(
    "reply",
    [
        "PERSON_2 PERSON_120 PERSON_01 PERSON_1234567890 PHONE_NUMBER_1",
        "xPERSON_1 éPERSON_1 1PERSON_1 _PERSON_1 A_PERSON_1",
        "we met in person 3 times, phone number 3 was busy",
        "Phone Number 3: none. Person 1 times out, Person 12",
        "PERSON_ PERSON PERSON_x PERSON1 NUMBER_3",
        "[PERSON_2] <PERSON_2>",
    ],
)
def test_forms_that_stay(reply: str) -> None:
    assert restore(reply, MAP) == reply


def test_what_was_restored_is_not_restored_again() -> None:
    """The original of PERSON_3 reads PERSON_1: a participant typed it."""
    assert restore("PERSON_3 and PERSON_1", MAP) == "PERSON_1 and Jane Doe"


@given(TEXTS, st.lists(st.integers(0, 120), max_size=8), st.booleans())
def test_any_split_is_no_split(text: str, cuts: list[int], json_string: bool) -> None:
    restorer = Restorer(MAP, json_string)
    at = 0
    out = ""
    for cut in [*sorted(cuts), len(text)]:
        out += restorer.feed(text[at:cut])
        at = max(at, cut)
    out += restorer.flush()
    whole = Restorer(MAP, json_string)
    assert out == whole.feed(text) + whole.flush()
    assert restorer.restored == whole.restored


@given(TEXTS, st.integers(1, 9), st.booleans())
def test_any_split_is_no_split_with_names_that_were_cut(text: str, size: int, json_string: bool) -> None:
    restorer = Restorer(SPLIT, json_string)
    pieces = [restorer.feed(text[at : at + size]) for at in range(0, len(text), size)]
    assert "".join(pieces) + restorer.flush() == restore(text, SPLIT, json_string)


def test_a_name_that_turns_cut_comes_back_once() -> None:
    assert restore("PERSON_1 PERSON_1 speaking, PERSON_1 PERSON_12", SPLIT) == 'Jane Doe speaking, Jane Doe Bob "B" Roe'
    assert restore("PERSON_1 PERSON_1", MAP) == "Jane Doe Jane Doe"


@given(TEXTS)
def test_character_by_character(text: str) -> None:
    for json_string in (False, True):
        restorer = Restorer(MAP, json_string)
        assert "".join(map(restorer.feed, text)) + restorer.flush() == restore(text, MAP, json_string)


@given(st.text(max_size=80))
def test_text_without_pseudonyms_is_untouched(text: str) -> None:
    assert restore(text, MAP) == text or any(kind in text.upper() for kind in ("PERSON", "PHONE"))
    assert restore(text, PseudonymMap()) == text


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        ("He said ", "He said "),
        ("He said PERS", "He said "),
        ("He said PERSON_1", "He said "),
        ("He said PERSON_1 ", "He said Jane Doe "),
        ("He said PERSON_1_E", "He said "),
        ("He said PERSON_1,", "He said Jane Doe,"),
        ("He said PERSON_1.", "He said "),
        ("He said PERSON_1. ", "He said Jane Doe. "),
        ("He said PERSON_1.host", "He said "),
        ("He said [", "He said "),
        ("He said [PERSON_1]", "He said "),
        ("He said [PERSON_1] ", "He said Jane Doe "),
        ("He said [[PERSON_1]", "He said "),
        ("superPERS", "superPERS"),
        ("PERSON_1234567890", "PERSON_1234567890"),
    ],
)
def test_only_an_unfinished_end_is_held_back(piece: str, shown: str) -> None:
    assert Restorer(MAP).feed(piece) == shown


def test_what_is_held_back_is_bounded() -> None:
    for hostile in (
        "[" * 5000,
        "PERSON_" * 2000,
        "PERSON_1_EMAIL_" * 1000,
        "\\" * 5000,
        "_" * 5000,
        "PERSON" + " " * 5000,
    ):
        restorer = Restorer(MAP, json_string=True)
        assert len(hostile) - len(restorer.feed(hostile)) <= REACH


JSON_TEXTS = st.lists(
    st.sampled_from(
        ["PERSON_1", "PERSON_12", "\n", "\t", '"', "\\", "\u2028", "é", " ", "[PERSON_1]", "PERSON\\_12", "x"]
    ),
    max_size=8,
).map("".join)


@given(st.dictionaries(JSON_TEXTS, JSON_TEXTS, max_size=3), st.booleans(), st.integers(1, 9))
def test_json_stays_valid_and_means_the_restored_text(arguments: dict[str, str], ascii_only: bool, size: int) -> None:
    """Tool arguments: restoring in the JSON text is restoring in its strings."""
    text = json.dumps(arguments, ensure_ascii=ascii_only)
    restorer = Restorer(MAP, json_string=True)
    out = "".join(restorer.feed(text[at : at + size]) for at in range(0, len(text), size)) + restorer.flush()
    read = json.loads(out)
    assert list(read.values()) == [restore(value, MAP) for value in arguments.values()] or any(
        "\\" in value or "é" in value for value in (*arguments, *arguments.values())
    )


def test_json_escapes() -> None:
    text = '{"a": "\\nPERSON_1\\tPERSON\\\\_12, PERSON\\u005f12 \\u003cPERSON_1\\u003e"}'
    assert json.loads(restore(text, MAP, json_string=True)) == {
        "a": '\nJane Doe\tBob "B" Roe, Bob "B" Roe <Jane Doe>',
    }
    assert restore('{"a": "\\\\nPERSON_1"}', MAP, json_string=True) == '{"a": "\\\\nPERSON_1"}'


def test_restored_are_counted() -> None:
    restorer = Restorer(MAP)
    restorer.feed("PERSON_1, PERSON_2, [PERSON_12] person 1")
    restorer.flush()
    assert restorer.restored == 2
