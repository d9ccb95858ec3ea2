"""Detection in other languages, by all parts together."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from proxy.detection.engine import Engine
from proxy.detection.nlp import Artifacts
from proxy.model import Finding, Span
from proxy.settings import Detection


@cache
def engine() -> Engine:
    return Engine(Detection())


def found(text: str, *languages: str) -> set[tuple[str, str]]:
    return {(text[each.start : each.end], each.kind) for each in engine().analyze(text, languages)}


GERMAN = (
    "Herr Präsident, ich danke Frau Sommerfeld und ihrem Team bei Siemens in Köln für die gute Arbeit. "
    "Auch die EZB hat das in ihrem Bericht so gesehen, und die Kommission war derselben Meinung."
)


def test_names_are_found_in_a_language_that_is_told() -> None:
    seen = found(GERMAN, "de")
    assert {("Sommerfeld", "PERSON"), ("Siemens", "ORGANIZATION"), ("Köln", "LOCATION")} <= seen
    assert not [piece for piece, kind in seen if kind == "PERSON" and piece != "Sommerfeld"]


def test_acronyms_and_institutions_are_organizations_in_other_languages() -> None:
    assert {("EZB", "ORGANIZATION"), ("Kommission", "ORGANIZATION")} <= found(GERMAN, "de")


def test_words_of_the_english_lists_may_be_names_in_other_languages() -> None:
    """ "Rose" and "Stern" are ordinary English words, and ordinary German surnames."""
    text = "Also die Unterlagen hat Frau Rose gestern an Herrn Stern geschickt, und der hat sie dann weitergeleitet."
    assert {("Rose", "PERSON"), ("Stern", "PERSON")} <= found(text, "de")


def test_english_beside_another_language_is_read_as_ever() -> None:
    english = (
        "Thanks everybody, so Maya Chen from Acme Robotics will send the notes to all of us before we meet in Oslo."
    )
    assert {("Maya Chen", "PERSON"), ("Oslo", "LOCATION")} <= found(f"{english}\n{GERMAN}", "de")
    assert found(english, "de") == found(english)


def test_a_name_in_few_words_is_found_whatever_they_are() -> None:
    assert ("Jürgen Vollmer", "PERSON") in found("danke, Jürgen Vollmer", "de")


def test_a_word_without_a_capital_is_no_name_unless_it_is_surely_one_or_all_is_in_lower_case() -> None:
    text = "Ich glaube, dass wir das mit {} gestern besprochen haben, und zwar in der großen Runde am Nachmittag."
    finding = Finding(text.index("{"), text.index("{") + 5, "PERSON", 0.9, "ner_person")
    lower = text.format("ulrike"[:5])
    artifacts = Artifacts([], "en", [Span(0, len(lower))])
    assert engine()._plain(lower, finding, artifacts)
    assert not engine()._plain(lower, replace(finding, score=0.96), artifacts)
    assert not engine()._plain(lower.lower(), finding, artifacts)
    labelled = f"Annika: {lower.lower()}"
    moved = replace(finding, start=finding.start + 8, end=finding.end + 8)
    assert not engine()._plain(labelled, moved, Artifacts([], "en", [Span(0, len(labelled))]))
