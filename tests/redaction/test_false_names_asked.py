"""Languages that instructions ask for are no findings."""

from __future__ import annotations

import pytest
from harness.growth import linear

from proxy.model import Finding, Passage
from proxy.redaction.false_names import asked_for, without_asked


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Answer in German.", {"german"}),
        ("answer in german", {"german"}),
        (
            "Translate the summary from English into French, Spanish or Hindi.",
            {"english", "french", "spanish", "hindi"},
        ),
        ("Write it in Brazilian Portuguese", {"brazilian portuguese", "brazilian", "portuguese"}),
        ("Use British English spelling.", {"british english", "british", "english"}),
        ("Output language: Polish", {"polish"}),
        ("Use British spelling.", {"british"}),
        (
            "Keep Canadian English grammar, and German date and number formats.",
            {"canadian english", "canadian", "english", "german"},
        ),
        ("American date format", {"american"}),
        ("Our British office and the German unit met.", set()),
        ("The American spelled it out.", set()),
        ("The language is **Dutch**.", {"dutch"}),
        ("Antworte bitte auf Deutsch.", {"deutsch"}),
        ("**Language:** English.", {"english"}),
        ("- *Language*: `Dutch`", {"dutch"}),
        ("Minutes, please. German. Max 200 words.", {"german"}),
        ("French only", {"french"}),
        ("The participants speak English as a second language.", {"english"}),
        ("Everybody speaks German, so write in it.", {"german"}),
        ("He speaks Kurdish at home.", set()),
        ("Antworte auf Englisch.", {"englisch"}),
        ("Réponds en anglais.", {"anglais"}),
        ("We met. Polish the text.", set()),
        ("Is she German?", set()),
        ("Translate English -> Japanese", set()),
        ("from English -> Japanese", {"english", "japanese"}),
        ("Our German colleague disagreed.", set()),
        ("She is French and lives in Germany.", set()),
        ("in Germanic studies", set()),
        ("", set()),
    ],
)
def test_what_is_asked_for(text: str, names: set[str]) -> None:
    """A language counts where only a language can stand; an adjective or a country does not."""
    assert asked_for([text]) == names


def test_only_what_the_model_takes_for_it_is_let_go() -> None:
    """Not people, not what the operator lists, not a longer finding, not another language."""
    text = "German, German, German, German party, Greek"
    spare = [Finding(0, 6, "NRP", 0.9, "ner_nrp")]
    keep = [
        Finding(8, 14, "PERSON", 0.9, "ner_person"),
        Finding(16, 22, "NRP", 1.0, "words"),
        Finding(24, 36, "ORGANIZATION", 0.9, "ner_organization"),
        Finding(38, 43, "NRP", 0.9, "ner_nrp"),
    ]
    passage = [Passage(0, 0, text, None)]
    assert without_asked(passage, [spare + keep], frozenset({"german"})) == [keep]
    assert without_asked(passage, [spare + keep], frozenset()) == [spare + keep]


@pytest.mark.parametrize(
    ("lead", "piece", "asked"),
    [("", "in ", set()), ("", "in english, ", {"english"}), ("in english", " or english", {"english"})],
)
def test_time_is_linear(lead: str, piece: str, asked: set[str]) -> None:
    """Long lists and leads without end are read once."""
    assert linear(asked_for, lambda size: [lead + piece * (size // len(piece))], 40_000) == asked
