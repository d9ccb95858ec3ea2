"""The multilingual model that ships: that it reads anything, repeats itself, and sees who is named in a meeting."""

from __future__ import annotations

import pytest

from proxy.detection.tagger.model import multilingual


def seen(text: str) -> set[tuple[str, str]]:
    return {(text[e.start : e.end], e.kind) for e in multilingual().find(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ich habe gestern mit Frau Sommerfeld über den Vertrag gesprochen.", "Sommerfeld"),
        ("ich habe gestern mit ulrike sommerfeld über den vertrag gesprochen", "ulrike sommerfeld"),
        ("Je laisse la parole à Hélène Marchand, qui a préparé le budget.", "Hélène Marchand"),
        ("Le pregunté a Ramiro Echeverría si podía venir el jueves.", "Ramiro Echeverría"),
        ("Ne ho parlato con la dottoressa Bellucci prima della riunione.", "Bellucci"),
        ("Ik heb Willemijn de Graaf gevraagd om de notulen te maken.", "Willemijn de Graaf"),
        ("Falei ontem com a Beatriz Carvalho sobre o orçamento.", "Beatriz Carvalho"),
        ("Rozmawiałem wczoraj z Agnieszką Wójcik o umowie.", "Agnieszką Wójcik"),
        ("Včera jsem mluvil s Tomášem Novotným o smlouvě.", "Tomášem Novotným"),
        ("Jag pratade med Linnea Sandström om budgeten i går.", "Linnea Sandström"),
        ("Jeg talte med Mikkel Østergaard om budgettet i går.", "Mikkel Østergaard"),
        ("Puhuin eilen Päivi Laaksosen kanssa sopimuksesta.", "Päivi Laaksosen"),
        ("Am vorbit ieri cu Ionuț Dumitrescu despre contract.", "Ionuț Dumitrescu"),
        ("Dün Zeynep Karaca ile sözleşme hakkında konuştum.", "Zeynep Karaca"),
    ],
)
def test_people_are_found_in_the_languages_that_people_meet_in(text: str, name: str) -> None:
    assert (name, "PERSON") in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "Herr Präsident, meine Damen und Herren, ich danke Ihnen für das Wort.",
        "Madame la Présidente, Monsieur le Commissaire, chers collègues, je vous remercie.",
        "Señora Presidenta, señor Comisario, señorías, muchas gracias.",
        "Signor Presidente, onorevoli colleghi, grazie per l'attenzione.",
        "Mevrouw de Voorzitter, geachte collega's, dank u wel.",
        "Senhor Presidente, caros colegas, muito obrigado.",
    ],
)
def test_a_form_of_address_names_nobody(text: str) -> None:
    assert not [each for each in seen(text) if each[1] == "PERSON"]
