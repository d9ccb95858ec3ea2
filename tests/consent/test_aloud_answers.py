"""Short answers that refuse after a question on being recorded, and those that say nothing by themselves."""

from __future__ import annotations

import pytest

from proxy.consent.aloud import refuses_aloud
from proxy.consent.aloud_answers import Asked, question_aloud, refuses_in_answer
from proxy.consent.aloud_lists import Read

FOR_A_YES = [
    "Do you consent to being transcribed?",
    "Are you all okay with the AI taking notes?",
    "May we record this?",
    "so is everybody fine with the recording",
    "Seid ihr alle damit einverstanden, dass die KI mitschreibt?",
    "Tout le monde est d'accord pour l'enregistrement ?",
    "¿Estáis todos de acuerdo con la grabación?",
    "Siete tutti d'accordo con la registrazione?",
    "Todos concordam com a gravação?",
    "Is iedereen akkoord met de opname?",
    "Czy wszyscy zgadzają się na nagrywanie?",
]
FOR_A_NO = [
    "Does anybody mind the recording?",
    "Any objections to the AI notes?",
    "Hat jemand etwas gegen die Aufnahme?",
    "Quelqu'un s'oppose à l'enregistrement ?",
    "¿Alguien se opone a la grabación?",
    "Qualcuno è contrario alla registrazione?",
    "Alguém se opõe à gravação?",
    "Heeft iemand bezwaar tegen de opname?",
    "Czy ktoś ma coś przeciwko nagrywaniu?",
]
NOES = [
    "No.",
    "Not me, sorry",
    "Nein, lieber nicht.",
    "Non, pas moi.",
    "Yo no.",
    "Meglio di no.",
    "Eu não.",
    "Ik niet.",
]
NOTHING_BY_ITSELF = [*NOES, "Without me.", "I'd rather not."]


@pytest.mark.parametrize("asked", FOR_A_YES)
def test_a_question_for_a_yes_is_heard(asked: str) -> None:
    assert question_aloud(Read.of(asked)) is Asked.FOR_A_YES


@pytest.mark.parametrize("asked", FOR_A_NO)
def test_a_question_whether_somebody_minds_is_heard(asked: str) -> None:
    assert question_aloud(Read.of(asked)) is Asked.FOR_A_NO


@pytest.mark.parametrize("asked", ["Is everyone okay with Tuesday?", "Passt euch Dienstag?", "Any objections?"])
def test_a_question_on_something_else_is_none(asked: str) -> None:
    assert question_aloud(Read.of(asked)) is None


@pytest.mark.parametrize("said", NOES)
def test_a_short_no_refuses_what_was_asked(said: str) -> None:
    assert refuses_in_answer(Asked.FOR_A_YES, said)


@pytest.mark.parametrize("said", NOTHING_BY_ITSELF)
def test_a_short_no_refuses_nothing_by_itself(said: str) -> None:
    assert not refuses_aloud(said)


@pytest.mark.parametrize("said", ["No.", "No, I don't mind.", "Nein, gar nicht.", "Non.", "Nee hoor.", "No problem."])
def test_who_minds_nothing_does_not_refuse(said: str) -> None:
    assert not refuses_in_answer(Asked.FOR_A_NO, said)


@pytest.mark.parametrize("said", ["Yes.", "I do.", "Ja, ich.", "Ich schon.", "I'd rather not.", "Ja, ik."])
def test_who_minds_refuses(said: str) -> None:
    assert refuses_in_answer(Asked.FOR_A_NO, said)


@pytest.mark.parametrize(
    "said", ["Yes.", "Sure, go ahead.", "Ja, klar.", "No problem.", "Kein Problem.", "Pas de souci."]
)
def test_a_yes_is_no_refusal(said: str) -> None:
    assert not refuses_in_answer(Asked.FOR_A_YES, said)
