"""Street addresses of other countries: as written there, as said there, and in text of any language."""

from __future__ import annotations

from functools import cache

import pytest
from harness.growth import linear

from proxy.detection.languages.addresses import LANGUAGES, StreetAddresses
from proxy.settings import Detection


@cache
def addresses() -> StreetAddresses:
    return StreetAddresses(Detection())


def covers(text: str, address: str, languages: tuple[str, ...]) -> bool:
    covered = {at for one in addresses().find(text, languages) for at in range(one.start, one.end)}
    start = text.index(address)
    return all(at in covered for at in range(start, start + len(address)) if text[at].isalnum())


WRITTEN = [
    ("fr", "j'habite 12 rue des Martyrs, 75009 Paris depuis mai", "12 rue des Martyrs, 75009 Paris"),
    ("fr", "au 5 bis, avenue du Général Leclerc 69007 Lyon", "5 bis, avenue du Général Leclerc 69007 Lyon"),
    ("fr", "rendez-vous place Bellecour 4", "place Bellecour 4"),
    ("es", "vivo en calle Alcalá 45, 3º B, 28014 Madrid", "calle Alcalá 45, 3º B, 28014 Madrid"),
    ("es", "la oficina está en C/ Mayor, 7", "C/ Mayor, 7"),
    ("de", "Ich wohne in der Musterstraße 7a, 10115 Berlin.", "Musterstraße 7a, 10115 Berlin"),
    ("de", "Am Markt 3, 50667 Köln", "Am Markt 3, 50667 Köln"),
    ("de", "die Lange Gasse 4 und der Uferweg 11", "Uferweg 11"),
    ("it", "abito in via Roma 12, 20121 Milano", "via Roma 12, 20121 Milano"),
    ("it", "ci vediamo in piazza del Duomo 1", "piazza del Duomo 1"),
    ("pt", "moro na Rua Augusta 100, 1100-053 Lisboa", "Rua Augusta 100, 1100-053 Lisboa"),
    ("pt", "Av. Paulista, 1578, 01310-200 São Paulo", "Av. Paulista, 1578, 01310-200 São Paulo"),
    ("nl", "Damrak 1, 1012 LG Amsterdam", "Damrak 1, 1012 LG Amsterdam"),
    ("nl", "ik woon op de Prinsengracht 263-hs", "Prinsengracht 263-hs"),
    ("pl", "ul. Długa 5/3, 00-238 Warszawa", "ul. Długa 5/3, 00-238 Warszawa"),
    ("sv", "Storgatan 5, 111 22 Stockholm", "Storgatan 5, 111 22 Stockholm"),
    ("da", "Vestergade 12, 2. tv", "Vestergade 12, 2. tv"),
    ("no", "Karl Johans gate 5", "Karl Johans gate 5"),
    ("fi", "Mannerheimintie 12 A 5, 00100 Helsinki", "Mannerheimintie 12 A 5, 00100 Helsinki"),
    ("cs", "náměstí Míru 4", "náměstí Míru 4"),
    ("ro", "Strada Lipscani nr. 5, ap. 3", "Strada Lipscani nr. 5, ap. 3"),
    ("tr", "Atatürk Caddesi No: 12", "Atatürk Caddesi No: 12"),
]


@pytest.mark.parametrize(("language", "text", "address"), WRITTEN)
def test_addresses_are_found_in_their_language(language: str, text: str, address: str) -> None:
    assert covers(text, address, (language,))


@pytest.mark.parametrize(
    ("language", "text", "address"),
    [
        ("de", "ich wohne in der hauptstraße siebzehn in bonn", "hauptstraße siebzehn"),
        ("fr", "j'habite au douze rue de la paix à paris", "douze rue de la paix"),
        ("es", "mi dirección es calle alcalá cuarenta y cinco", "calle alcalá cuarenta y cinco"),
        ("it", "abito in via garibaldi ventitré", "via garibaldi ventitré"),
        ("pt", "moro na rua das flores número trinta e dois", "rua das flores número trinta e dois"),
        ("nl", "ik woon in de kerkstraat vierendertig", "kerkstraat vierendertig"),
    ],
)
def test_addresses_are_found_as_they_are_said(language: str, text: str, address: str) -> None:
    assert covers(text, address, (language,))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("my flat is at 12 rue des Martyrs now", "12 rue des Martyrs"),
        ("send it to Musterstraße 7a, please", "Musterstraße 7a"),
        ("we moved to Calle Mayor 5", "Calle Mayor 5"),
        ("the office at Rua Augusta 100", "Rua Augusta 100"),
        ("it is Prinsengracht 263", "Prinsengracht 263"),
        ("Storgatan 5 is where she lives", "Storgatan 5"),
        ("ul. Długa 5/3 in Warsaw", "ul. Długa 5/3"),
    ],
)
def test_unmistakable_addresses_are_found_in_english_text(text: str, address: str) -> None:
    assert covers(text, address, ())


@pytest.mark.parametrize(
    ("languages", "text"),
    [
        ((), "we met via Zoom 5 times and saw Smith et al. 2020 on avenue design"),
        ((), "a long drive on Route 66, and the 2024 AI Summit"),
        (("de",), "Wir standen auf der Straße, 5 Minuten lang, am Montag 12 Uhr, im Mai 20 Leute."),
        (("de",), "auf der landstraße fünf kilometer, dann der parkplatz sieben"),
        (("de",), "Der Arbeitsplatz 12 ist frei, das Monitoring 3 läuft."),
        (("fr",), "une place de 5 personnes en cours de 2 mois, la rue pendant 3 heures"),
        (("es",), "estuve en la calle unos 5 minutos, en la plaza de 3 a 4"),
        (("it",), "per via di 3 problemi, via mail 5 documenti, in piazza circa 200 persone"),
        (("pt",), "fiquei na rua uns 10 minutos, na praça de 5 a 6"),
        (("nl",), "op straat 5 mensen, onderweg 3 uur, de supermarkt 2 keer"),
    ],
)
def test_look_alikes_are_left_alone(languages: tuple[str, ...], text: str) -> None:
    assert [text[one.start : one.end] for one in addresses().find(text, languages)] == []


def test_settings_hold_for_addresses() -> None:
    for detection in (Detection(disable=("address",)), Detection(allow=("Storgatan 5",)), Detection(threshold=0.9)):
        assert StreetAddresses(detection).find("Storgatan 5", ("sv",)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_time_is_linear_in_hostile_text(language: str) -> None:
    for piece in ("A", "rue de ", "A 1, 12345 ", "Astraße ", "via Via ", "12 ", "1234 AB ", "Calle de la "):
        linear(lambda text: addresses().find(text, (language,)), lambda size, piece=piece: (piece * size)[:size], 6_000)
