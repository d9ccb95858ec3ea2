"""Which language a text is in, and what says nothing of a language."""

from __future__ import annotations

from functools import cache

import pytest
from harness.growth import linear

from proxy.detection.languages.identify import Identifier, telling
from proxy.detection.languages.table import UNDECIDED


@cache
def identifier() -> Identifier:
    return Identifier()


SAID = {
    "de": "wir haben gestern lange über das budget gesprochen und sind leider nicht fertig geworden",
    "fr": "on a parlé hier du budget pendant des heures et on n'a malheureusement pas pu terminer",
    "es": "ayer hablamos mucho tiempo del presupuesto y por desgracia no pudimos terminar",
    "it": "ieri abbiamo parlato a lungo del bilancio e purtroppo non siamo riusciti a finire",
    "pt": "ontem falamos muito tempo sobre o orçamento e infelizmente não conseguimos terminar",
    "nl": "we hebben gisteren lang over de begroting gepraat en zijn helaas niet klaar geworden",
    "pl": "wczoraj długo rozmawialiśmy o budżecie i niestety nie udało nam się skończyć",
    "sv": "vi pratade länge om budgeten i går och blev tyvärr inte färdiga",
    "fi": "puhuimme eilen pitkään budjetista emmekä valitettavasti ehtineet saada sitä valmiiksi",
    "tr": "dün uzun süre bütçe hakkında konuştuk ve maalesef bitiremedik",
    "ru": "вчера мы долго говорили о бюджете и к сожалению не закончили",
    "ja": "昨日は予算について長く話しましたが、残念ながら終わりませんでした。",
    "ko": "어제 예산에 대해 오래 이야기했지만 아쉽게도 끝내지 못했습니다",
    "zh": "昨天我们讨论了很久的预算，可惜没有完成。",
}


@pytest.mark.parametrize("code", SAID)
def test_a_sentence_as_it_is_said_is_told_and_never_taken_for_english(code: str) -> None:
    assert identifier().tell([SAID[code], SAID[code].upper()], ["en"]) == [(code, True)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "so um yeah I mean we we talked about the the budget yesterday and uh we did not really get there",
        "mhm yeah okay right uh huh yeah yeah okay mm",
        "my number is five five five oh one nine nine and the code is double seven three",
        "s as in sam m i t h at fjord dot example",
        "please ask Annika Solberg, Benedikt Oyelaran, Chiara Montefusco or Priya Raman about the offsite in Reykjavík",
    ],
)
def test_english_as_it_is_said_is_no_other_language(text: str) -> None:
    (told,) = identifier().tell([text], [])
    assert told == ("en", True) or not told.sure


@pytest.mark.parametrize("text", ["", "...", "42 17", "x y z", "aGVsbG8gd29ybGQ=", "https://fjord.example/über-uns"])
def test_what_holds_no_words_is_undecided(text: str) -> None:
    assert identifier().tell([text], []) == [(UNDECIDED, False)]


def test_an_expected_language_needs_no_evidence() -> None:
    short = "ja genau"
    assert not identifier().tell([short], [])[0].sure
    mixed = "also das meeting und der call sind okay"
    assert identifier().tell([mixed], ["de"]) == [("de", True)]


def test_only_words_count() -> None:
    text = "Write to jane@fjord.example or b64 QmVuZWRpa3Q in some_field, DON'T forget: l'été a1b2 X"
    assert telling(text) == "write to or in don't forget l'été"


@pytest.mark.parametrize("piece", ["a", "-'", "a-", "é@", "\u200b"])
def test_time_is_linear_in_the_text(piece: str) -> None:
    """Hostile runs of what the pattern looks around for are no more than read."""
    told = linear(lambda text: identifier().tell([text], []), lambda size: piece * (size // len(piece)), 50_000)
    assert [each.sure for each in told] == [False]
