"""What machines state for a person is read as a no to what it is about, and in doubt to everything; never as a yes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.consent.objections import concerns, meant, objected_to
from proxy.errors import ClientFault
from proxy.model import PURPOSES

TRAINING = frozenset({"model_training"})
ALL = frozenset({*PURPOSES, "x-coaching"})


@pytest.mark.parametrize(
    ("preference", "purposes"),
    [
        ("train-ai=n", TRAINING),
        ("train-ai=n, search=y", TRAINING),
        ("train-ai=y, search=n", {"qa"}),
        ("train-ai=n;v=1 ,search=?0", TRAINING | {"qa"}),
        ('train-ai="n"', TRAINING),
        ("train-genai=n", TRAINING),
        ("foundation-model-training=n", TRAINING),
        ("train-ai=maybe", TRAINING),
        ("summary=n, translation=n", {"summary", "translation"}),
        ("x-coaching=n", {"x-coaching"}),
        ("ai-use=n", ALL),
        ("bots=n", ALL),
        ("x-unknown=?0", ALL),
        ("train-ai=y", set()),
        ("train-ai, search=?1", set()),
        ("train-ai=y, ai-use=n", ALL),
    ],
)
def test_an_objection_is_to_what_its_category_means(preference: str, purposes: set[str]) -> None:
    assert objected_to(preference, {"x-coaching"}) == purposes


@pytest.mark.parametrize("preference", ["", " ", "n", "train-ai=", "train-ai=n;;", "a=(b c)", "=n", "a=n b=n", "ä=n",
                                        "train-ai=n,\n" + "a=n," * 300])  # fmt: skip
def test_what_is_no_dictionary_is_refused_or_says_no_to_nothing_but_what_it_names(preference: str) -> None:
    try:
        assert objected_to(preference) == frozenset()
    except ClientFault as fault:
        assert fault.reason == "invalid_preference"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(preference: str) -> None:
    try:
        assert objected_to(preference) <= PURPOSES
    except ClientFault as fault:
        assert fault.reason == "invalid_preference"


@pytest.mark.parametrize(
    ("name", "purposes"),
    [("summary", {"summary"}), ("Sentiment Analysis", {"sentiment"}), ("action items", {"action_items"}),
     ("ai_training", TRAINING), ("training", TRAINING), ("marketing", PURPOSES), ("*", PURPOSES), ("", PURPOSES)],
)  # fmt: skip
def test_names_that_others_have_for_purposes(name: str, purposes: set[str]) -> None:
    assert meant(name) == purposes


def test_an_objection_to_training_keeps_words_from_whoever_may_train() -> None:
    assert concerns(["ai_training"], "summary", may_train=True)
    assert not concerns(["ai_training"], "summary", may_train=False)
    assert concerns(["x-coaching"], "x-coaching", may_train=False)
    assert concerns(["anything"], "summary", may_train=False)
    assert not concerns([], "summary", may_train=True)
