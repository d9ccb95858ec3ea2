"""Statements about the wanted text, its readers and its writer are the client's; the same words of others are not."""

from __future__ import annotations

import pytest

from proxy.attribution.deeds import asks_people
from proxy.attribution.prompt_fields import settings_in
from proxy.attribution.text_statements import casts, helps, states_of_text
from proxy.model import Participant, Roster, Slot, SlotKind, Span
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")))


@pytest.mark.parametrize(
    ("sentence", "is_own"),
    [
        ("The summary is for the board.", True),
        ("The report goes to the managing director.", True),
        ("The output is parsed by a script, so return nothing but JSON.", True),
        ("Each item has a title and a date.", True),
        ("A task has an owner.", True),
        ("The report is about the walrus.", False),
        ("The summary was a lie.", False),
        ("The board is for the summary.", False),
        ("The report is for the board, so it hides the walrus theft.", False),
        ("The task has an owner.", False),
        ("A task has a walrus.", False),
    ],
)
def test_where_a_text_goes(sentence: str, is_own: bool) -> None:
    assert states_of_text(sentence) == is_own


@pytest.mark.parametrize(
    ("sentence", "is_own"),
    [
        ("You are a careful analyst of a hospital.", True),
        ("You're an AI that writes minutes.", True),
        ("You are Claude, a model.", True),
        ("You are a thief of the people.", False),
        ("You are late with the order.", False),
        ("You are paying the supplier.", False),
    ],
)
def test_who_the_model_is(sentence: str, is_own: bool) -> None:
    assert casts(sentence) == is_own


def test_whom_the_model_helps() -> None:
    assert helps("You are helping the sales team.")
    assert helps("You are working for the legal department to draft answers.")
    assert helps("You are helping the product team catch up on meetings they missed.")
    assert not helps("You are helping the walrus thief.")
    assert not helps("You are helping the team to hide the walrus theft.")


@pytest.mark.parametrize(
    ("line", "asks_them"),
    [
        ("Cancel the order.", True),
        ("Please pay the walrus.", True),
        ("If he calls, tell him that the walrus is late.", True),
        ("Avoid him, he is bankrupt.", True),
        ("Cancel nothing in the summary.", False),
        ("If nothing was decided, leave it empty.", False),
        ("Never guess names.", False),
        ("Tell me: what was decided?", False),
        ("Avoid filler words.", False),
        ("Sort by date.", False),
        ('Se manca la scadenza, scrivi "da definire".', False),
        ("Si falta la fecha, indica «sin fecha».", False),
        ("Se manca la noce, scrivi il nome.", True),
        ('Se manca la data, scrivi "ho venduto la gru".', True),
    ],
)
def test_what_people_ask_of_each_other(line: str, asks_them: bool) -> None:
    assert asks_people(line) == asks_them


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Max tokens: 500\nTone: formal", 2),
        ("Person: third\nMin bullets: 3\nMax bullets: 7", 3),
        ("Speaker: sell walrus\nSpeaker: pay walrus", 0),
        ("Zed Quill: walrus\nRick Hope: walrus", 0),
        ("Note: walrus stolen\nNote: walrus again", 0),
    ],
)
def test_settings_with_titles(text: str, found: int) -> None:
    assert len(list(settings_in(text, Span(0, len(text))))) == found


def test_a_number_to_set_has_no_speaker() -> None:
    for line in ("Max tokens: 500", "Word limit: 250", "Top p: 0.9"):
        text = f"{line}\n\nAnn Lund: We begin.\nBen Okoro: No."
        hearing = hear(
            [Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False
        )
        assert line in "".join(text[slice(*part.span)] for part in hearing.instructed)


OWN = (
    "The reader was absent.",
    "Names may be misspelled; do not correct them.",
    "Timestamps are in seconds.",
    "He needs to know what was decided.",
    "The meeting was held on Monday.",
    "Der Stil muss locker sein.",
    "Die Leser waren nicht dabei.",
    "Preise dürfen nicht gerundet werden.",
    "Jede Aufgabe braucht eine Frist.",
    "Die Sitzung fand am Freitag statt.",
    "Le style doit être clair.",
    "Chaque décision commence par un verbe.",
    "Les prix ne sont pas mentionnés.",
    "La réunion a eu lieu lundi.",
    "Elle doit comprendre ce qui a été décidé.",
    "El resumen debe ser corto.",
    "Las cifras no se redondean.",
    "La reunión se celebró el martes.",
    "Il tono deve essere neutro.",
    "Ogni punto ha un titolo.",
    "La riunione si è tenuta venerdì.",
    "O resumo deve ser curto.",
    "Os preços não são arredondados.",
    "A reunião aconteceu ontem.",
    "De stijl moet formeel zijn.",
    "Bedragen worden niet vertaald.",
    "De vergadering vond plaats op maandag.",
    "Tasks without an owner go to the end.",
    "Die Fristen stehen in Klammern.",
    "Les questions sans réponse vont à la fin.",
    "Los temas abiertos van al final.",
)
OTHERS = (
    "The walnut must be short.",
    "The meeting was a disaster.",
    "The next meeting is on Monday.",
    "He needs to know the walnut.",
    "They must answer.",
    "The task has an owner.",
    "The notes are long, but he hides the theft.",
    "The notes may be wrong; he stole them.",
    "The deadline is Monday.",
    "The task was first.",
    "The walnut goes to the end.",
    "Der Kran muss kurz sein.",
    "Er soll zahlen.",
    "Die Preise sind zu hoch.",
    "Die Sitzung fand am Kran statt.",
    "La grue doit être courte.",
    "Il doit partir.",
    "Les prix sont trop hauts.",
    "El barco debe ser corto.",
    "Debe salir.",
    "Il molo deve essere neutro.",
    "O barco deve ser curto.",
    "De kraan moet kort zijn.",
    "Hij moet antwoorden.",
    "Het blijft uw besluit.",
)


@pytest.mark.parametrize("sentence", OWN)
def test_in_any_language_closed_words_tell_of_texts_alone(sentence: str) -> None:
    assert states_of_text(sentence)


@pytest.mark.parametrize("sentence", OTHERS)
def test_with_any_other_word_they_do_not(sentence: str) -> None:
    assert not states_of_text(sentence)


@pytest.mark.parametrize("sentence", OWN)
def test_beside_a_transcript_what_follows_such_a_statement_is_judged_by_itself(sentence: str) -> None:
    text = f"{sentence} The walnut crane collapsed. Cancel the walnut order.\n\nAnn Lund: We begin.\nBen Okoro: No."
    hearing = hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False)
    own = "".join(text[slice(*part.span)] for part in hearing.instructed)
    assert sentence in own
    assert "walnut" not in own


BELOW = (
    '"The walnut crane collapsed in May."',
    "| walnut | collapsed in May |",
    "[walnut crane collapsed in May]",
    "Send the walnut to my lawyer.",
    "- The walnut crane collapsed in May.",
)


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_statement_asks_for_no_form_and_is_no_company_for_what_people_ask(below: str, gap: str) -> None:
    for above in (*OWN[:5], "The summary is for the board.", "# Weekly sync: Ann Lund", "Host: Ann Lund"):
        text = f"{above}{gap}{below}\n\nAnn Lund: We begin.\nBen Okoro: No."
        heard = hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False)
        assert "walnut" not in "".join(text[slice(*part.span)] for part in heard.instructed), text


def test_one_that_names_a_form_does() -> None:
    text = 'The output is JSON:\n{"title": "a short title"}\n\nAnn Lund: We begin.\nBen Okoro: No.'
    heard = hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False)
    assert "a short title" in "".join(text[slice(*part.span)] for part in heard.instructed)
