"""Names that a model found in instructions of other languages: which of them count."""

from __future__ import annotations

import pytest

from proxy.model import Finding, Passage, TextLanguage
from proxy.redaction.false_names import doubted, without_misread


def kept(text: str, pieces: list[str], language: str, searched: tuple[str, ...]) -> list[str]:
    """What of the pieces is left, if a model took each for a person, in instructions of one language."""
    passages = [Passage(0, 0, text, None, instructed=True)]
    found = [[Finding(text.index(each), text.index(each) + len(each), "PERSON", 0.9, "ner_person") for each in pieces]]
    doubts = doubted(passages, found)
    told = [TextLanguage(language, True) for _ in doubts.texts]
    return [text[each.start : each.end] for each in without_misread(passages, found, doubts, told, searched)[0]]


GERMAN = "Fasse bitte alles zusammen, was Frau Sommerfeld über den Hafen und das Lager gesagt hat."


def test_a_name_counts_in_a_language_that_a_model_read() -> None:
    assert kept(GERMAN, ["Fasse", "Sommerfeld"], "de", ("de",)) == ["Sommerfeld"]


def test_no_name_counts_in_a_language_that_nothing_was_searched_for() -> None:
    assert kept(GERMAN, ["Fasse", "Sommerfeld"], "de", ()) == []
    assert kept(GERMAN, ["Fasse", "Sommerfeld"], "de", ("fr",)) == []
    assert kept(GERMAN, ["Fasse", "Sommerfeld"], "el", ("el",)) == []


def test_all_names_count_in_english() -> None:
    assert kept(GERMAN, ["Fasse", "Sommerfeld"], "en", ()) == ["Fasse", "Sommerfeld"]


@pytest.mark.parametrize("before", ["", "Ton wie üblich.\n- ", "Halte dich kurz. ", "1. ", "Kurz! „"])
def test_one_word_that_opens_a_sentence_or_line_names_nobody(before: str) -> None:
    text = f"{before}Nenne alle Beschlüsse der Besprechung von gestern mit ihren Fristen."
    assert kept(text, ["Nenne"], "de", ("de",)) == []


def test_a_full_name_counts_wherever_it_stands() -> None:
    text = "Ulrike Sommerfeld soll als Verfasserin über dem Protokoll der Besprechung stehen."
    assert kept(text, ["Ulrike Sommerfeld"], "de", ("de",)) == ["Ulrike Sommerfeld"]


def test_words_that_end_without_a_capital_are_no_name() -> None:
    assert kept(GERMAN, ["Frau Sommerfeld über", "Sommerfeld"], "de", ("de",)) == ["Sommerfeld"]


def test_a_word_without_a_capital_is_no_name_in_what_is_written() -> None:
    assert kept(GERMAN, ["bitte"], "de", ("de",)) == []


SHORT = [
    "Schreibe ein Protokoll.",
    "Bitte kurz halten.",
    "Sois bref.",
    "Persona: helpful",
    "Persona:\nExpert",
    "Riassumi.",
]


@pytest.mark.parametrize("language", ["und", "en", "de", "fr", "pl"])
@pytest.mark.parametrize("text", SHORT)
@pytest.mark.parametrize("before", ["", "Ok.\n", "# "])
def test_one_word_that_opens_a_short_line_names_nobody_in_any_language(text: str, before: str, language: str) -> None:
    assert kept(before + text, [text.split(maxsplit=1)[0].rstrip(".:")], language, ()) == []


@pytest.mark.parametrize("text", ["Okafor bitte.", "Maria: bref", "Zarvok said no.", "Zarvok's plan.", "Bref, Zarvok."])
def test_a_listed_name_or_one_of_which_something_is_said_counts_in_a_short_line(text: str) -> None:
    name = next(each for each in ("Okafor", "Maria", "Zarvok") if each in text)
    assert kept(text, [name], "und", ()) == [name]


@pytest.mark.parametrize("language", ["und", "en", "fr"])
def test_nor_do_small_words_behind_it(language: str) -> None:
    assert kept("Sois bref.", ["Sois bref"], language, ()) == []
    assert kept("Zarvok Quist.", ["Zarvok Quist"], "und", ()) == ["Zarvok Quist"]
    assert kept("Zarvok smith.", ["Zarvok smith"], "und", ()) == ["Zarvok smith"]


@pytest.mark.parametrize(
    ("text", "name", "language"),
    [
        ("请总结张伟和王秀兰在会议上说的内容，不要超过十行，谢谢。", "张伟", "zh"),
        ("王秀兰说的内容请单独列出来，其他人的意见可以合并在一起。", "王秀兰", "zh"),
        ("이준호 팀장님이 말한 내용을 세 줄로 짧게 요약해 주세요.", "이준호", "ko"),
        ("राजेश ने बैठक में जो कहा उसका सारांश तीन पंक्तियों में लिखिए।", "राजेश", "hi"),
        ("Запиши кратко всё, что сказала вчера Оксана о бюджете на следующий год.", "Оксана", "ru"),
    ],
)
def test_a_name_in_another_script_counts_in_a_language_that_a_model_read(text: str, name: str, language: str) -> None:
    assert kept(text, [name], language, (language,)) == [name]


def test_an_order_with_a_capital_that_opens_a_sentence_names_nobody_in_cyrillic_either() -> None:
    text = "Запиши кратко всё, что сказали вчера на встрече о бюджете на следующий год."
    assert kept(text, ["Запиши"], "ru", ("ru",)) == []


@pytest.mark.parametrize(
    "line", ["Max bullets: 7", "Max. number of words: 200", "Max length: two pages", "Max 5 bullets"]
)
def test_a_limit_names_nobody(line: str) -> None:
    text = f"Write the minutes of the weekly meeting for the board.\n{line}"
    assert kept(text, ["Max"], "en", ()) == []


@pytest.mark.parametrize("line", ["Max Lindqvist: 7", "Max owes Benedikt 500", "Max writes the minutes: briefly"])
def test_a_name_like_a_limit_stays_one(line: str) -> None:
    text = f"Write the minutes of the weekly meeting for the board.\n{line}"
    assert kept(text, ["Max"], "en", ()) == ["Max"]


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Verwende keine Fachbegriffe.", "Verwende keine Fachbegriffe"),
        ("Nenne Beschlüsse und Fristen.", "Nenne Beschlüsse"),
        ("Streiche Füllwörter.", "Streiche Füllwörter"),
        ("Lasse Smalltalk weg.", "Lasse"),
        ("Lasse Smalltalk weg.", "Lasse Smalltalk"),
        ("Lasse Smalltalk weg.", "weg"),
        ("Formatiere Zahlen einheitlich.", "Formatiere Zahlen"),
    ],
)
def test_words_of_requests_are_no_names(text: str, piece: str) -> None:
    assert kept(text, [piece], "und", ()) == []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Frage Lasse Holm.", "Lasse Holm"),
        ("Nenne Lasse nicht.", "Lasse"),
        ("Verwende Sommerfelds Notizen.", "Verwende Sommerfelds"),
    ],
)
def test_a_name_beside_them_is_one(text: str, piece: str) -> None:
    assert kept(text, [piece], "und", ()) == [piece]
