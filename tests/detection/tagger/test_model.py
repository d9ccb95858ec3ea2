"""The model that ships: that it loads, repeats itself, reads anything, and sees what it is there for."""

from __future__ import annotations

import os

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.detection.tagger.model import shipped
from proxy.wording.spellings import encodable


def seen(text: str) -> set[tuple[str, str]]:
    return {(text[e.start : e.end], e.kind) for e in shipped().find(text)}


@settings(deadline=None, max_examples=invented(60))
@given(st.text(max_size=300))
def test_any_text_is_read_and_spans_lie_in_it_in_order(text: str) -> None:
    in_order(text)


def in_order(text: str) -> None:
    at = 0
    for entity in shipped().find(encodable(text)):
        assert at <= entity.start < entity.end <= len(text)
        at = entity.end


@pytest.mark.parametrize("text", ["", " \n\n ", "\n", "😀" * 500, "a" * 5000, "\u0301" * 50, "x\n" * 400])
def test_odd_texts_are_read_and_what_stands_behind_them_too(text: str) -> None:
    in_order(text)
    assert ("Maya Chen", "PERSON") in seen(f"{text}\nthanks Maya Chen, see you in Oslo")


def test_the_same_text_gives_the_same_answer_whatever_was_read_before() -> None:
    text = "okay maya chen moved to oslo and tom becker has the number four one five five five five oh one three two"
    alone = shipped().find(text)
    shipped().find("something else entirely " * 200)
    assert shipped().find(text) == alone


def test_a_process_that_forks_after_loading_reads_as_its_parent_does() -> None:
    text = "thanks priya raman can you send it to lisbon"
    expected = shipped().find(text)
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(sending, b"same" if shipped().find(text) == expected else b"else")
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(receiving, 4) == b"same"
    os.close(receiving)
    os.close(sending)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("so maya chen told me that tom becker is out today", {("maya chen", "PERSON"), ("tom becker", "PERSON")}),
        ("So Maya Chen told me that Tom Becker is out today.", {("Maya Chen", "PERSON"), ("Tom Becker", "PERSON")}),
        ("thanks priya", {("priya", "PERSON")}),
        ("we flew from lisbon to denver", {("lisbon", "LOCATION"), ("denver", "LOCATION")}),
        ("my email is jane dot doe at acme dot com", {("jane dot doe at acme dot com", "EMAIL_ADDRESS")}),
        (
            "my number is four one five five five five oh one three two",
            {("four one five five five five oh one three two", "PHONE_NUMBER")},
        ),
    ],
)
def test_it_sees_what_people_say(text: str, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "will you mark that as done",
        "Let me grant you access to the bill.",
        "we need two point five million for the third quarter",
        "Q3 looks better than Q2 and S3 is cheaper",
        "count to ten one two three four five six",
        "Okay. Yeah. Exactly. Mm-hmm. Right.",
    ],
)
def test_it_leaves_what_names_nobody(text: str) -> None:
    assert seen(text) == set()
