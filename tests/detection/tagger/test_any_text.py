"""The models of other languages read any text, give spans in order, and answer alike whatever was read before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.detection.tagger.model import Tagger, multilingual, scripts
from proxy.wording.spellings import encodable

SAID = {
    multilingual: ("danke Jürgen Vollmer, wir sehen uns dann in Köln", "Jürgen Vollmer", "etwas ganz anderes "),
    scripts: ("учора ми говорили з Оксаною Коваленко про бюджет", "Оксаною Коваленко", "совсем другое "),
}
MODELS = pytest.mark.parametrize("model", SAID, ids=["multilingual", "scripts"])
ODD = (
    "", " \n\n ", "\n", "¼", "a ½", "😀" * 500, "a" * 5000, "あ" * 5000, "\u0301" * 50, "x\n" * 400, "会议" * 200,
    "ا" * 900,
)  # fmt: skip


def in_order(model: Callable[[], Tagger], text: str) -> None:
    at = 0
    for entity in model().find(encodable(text)):
        assert at <= entity.start < entity.end <= len(text)
        at = entity.end


@MODELS
@settings(deadline=None, max_examples=invented(40))
@given(text=st.text(max_size=300))
def test_any_text_is_read_and_spans_lie_in_it_in_order(model: Callable[[], Tagger], text: str) -> None:
    in_order(model, text)


@MODELS
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_read_and_what_stands_behind_them_too(model: Callable[[], Tagger], text: str) -> None:
    in_order(model, text)
    said, name, _ = SAID[model]
    both = f"{text}\n{said}"
    assert (name, "PERSON") in {(both[e.start : e.end], e.kind) for e in model().find(both)}


@MODELS
def test_the_same_text_gives_the_same_answer_whatever_was_read_before(model: Callable[[], Tagger]) -> None:
    said, _, other = SAID[model]
    alone = model().find(said)
    model().find(other * 200)
    assert model().find(said) == alone
