"""What capitals say of names in other languages."""

from __future__ import annotations

import pytest
from harness.engines import engine

from proxy.detection.capitals import lacks_capital, only_opens
from proxy.detection.nlp import Artifacts, Entity
from proxy.detection.tagger.model import pieces
from proxy.model import Finding, Span
from proxy.wording.spellings import opens_sentence


def a_word(text: str, kind: str = "PERSON", score: float = 0.8, goes_on: bool = False) -> bool:
    """Whether what stands in brackets is a word and no name."""
    start, end = text.index("["), text.index("]") - 1
    plain = text.replace("[", "").replace("]", "")
    finding = Finding(start, end, kind, score, "ner")
    return lacks_capital(plain, finding, goes_on) or only_opens(plain, finding, pieces().is_rather_small)


@pytest.mark.parametrize("kind", ["PERSON", "LOCATION", "ORGANIZATION"])
def test_without_a_capital_in_a_line_with_capitals_it_is_a_word_unless_the_model_is_very_sure(kind: str) -> None:
    text = "Ne parliamo con il [gruppo di lavoro] a Bologna."
    assert a_word(text, kind)
    assert not a_word(text, kind, score=0.96)
    assert not a_word(text.lower(), kind)


def test_peoples_and_their_languages_may_have_no_capital() -> None:
    assert not a_word("Abbiamo un cliente [norvegese] a Bologna.", "NRP")


def test_what_goes_on_with_a_name_is_the_rest_of_an_organizations() -> None:
    text = "Avgjørelsen fra Fjordvik [tingrett] kom i går."
    assert not a_word(text, "ORGANIZATION", goes_on=True)
    assert a_word(text, "LOCATION", goes_on=True)


@pytest.mark.parametrize(
    "text",
    [
        "[Ainsi], le budget est voté.",
        "Le budget est voté. [Selon] nous, il suffit.",
        "« [Même] si le budget est voté, il manque dix euros.",
        "Das Budget steht.\n- [Etwa] zehn Euro fehlen.",
        "Het budget is rond. [Toch] ontbreekt er iets.",
        "[Anzi], manca il bilancio.",
        "[Vissa] av oss har sett budgeten.",
        "[Toch is] het budget rond.",
    ],
)
def test_a_word_that_opens_a_sentence_and_is_rather_written_without_a_capital_is_nobody(text: str) -> None:
    assert a_word(text, score=0.99)


@pytest.mark.parametrize(
    "text",
    [
        "Le budget est voté, dit [Ainsi].",
        "[Pierre] a voté le budget.",
        "[Klein] hat das Budget geprüft.",
        "[Selon Dupuis] a voté le budget.",
        "[Vollmerova] má rozpočet.",
        "[Kowalczykowska] a voté le budget.",
    ],
)
def test_elsewhere_or_on_a_list_of_names_or_unknown_it_stays(text: str) -> None:
    assert not a_word(text)


def test_the_rule_of_openings_is_for_people() -> None:
    assert not a_word("[Etwa] zehn Euro fehlen.", "ORGANIZATION")


@pytest.mark.parametrize("before", ["", "So. ", "So! ", "So\n", "So… ", "- ", "So.\n» ", "3.) "])
def test_a_sentence_opens_behind_another_and_behind_signs_of_lists_and_speech(before: str) -> None:
    assert opens_sentence(f"{before}Word", len(before))


@pytest.mark.parametrize("before", ["so ", "so, ", "so: ", "so – "])
def test_a_clause_opens_no_sentence(before: str) -> None:
    assert not opens_sentence(f"{before}Word", len(before))


def test_few_words_in_doubt_are_judged_so_too() -> None:
    """Both models read a stretch of few words; "Toch" alone is a person to the English one."""
    line = "Toch"
    finding = Finding(0, 4, "PERSON", 0.6, "ner_person")
    assert engine()._plain(line, finding, Artifacts([], "en", doubted=[Span(0, 4)]))
    assert not engine()._plain(line, finding, Artifacts([], "en"))


def test_entities_beside_a_place_have_one_sign_between() -> None:
    entities = [Entity(0, 4, "A", 1.0), Entity(5, 9, "B", 1.0), Entity(10, 14, "C", 1.0), Entity(20, 24, "D", 1.0)]
    artifacts = Artifacts(entities, "en")
    assert [each.label_ for each in artifacts.beside(5, 9)] == ["A", "C"]
    assert [each.label_ for each in artifacts.beside(15, 19)] == ["C", "D"]
    assert not artifacts.beside(30, 34)


def test_in_a_script_that_no_list_of_names_is_in_the_model_decides() -> None:
    assert not a_word("[Вера] сказала, что придёт.")
    assert a_word("Вчера [коллега] сказала, что придёт.")
