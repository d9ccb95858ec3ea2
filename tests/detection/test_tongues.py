"""Which model reads what: each language its own, and both where it is in doubt."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.languages.identify import told
from proxy.detection.languages.table import LANGUAGES, NAMED, Tier, tier_of
from proxy.detection.tagger.letters import has_other
from proxy.detection.tongues import parts
from proxy.model import TextLanguage

ENGLISH = "So the budget for next year is what we have to talk about today before everybody has to leave."
GERMAN = "Wir müssen heute noch über den Haushalt für das nächste Jahr sprechen, bevor alle wieder gehen müssen."
FRENCH = "Nous devons encore parler aujourd'hui du budget de l'année prochaine avant que tout le monde ne parte."


def choices(text: str, languages: Collection[str]) -> list[tuple[str, bool, bool]]:
    return [(text[p.start : p.end], p.english, p.multilingual) for p in parts(text, languages, told)]


def never(texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
    raise AssertionError("nothing has to be identified")


def test_without_another_language_the_english_model_reads_all_and_nothing_is_identified() -> None:
    assert [tuple(each) for each in parts(GERMAN, (), never)] == [(0, len(GERMAN), True, False, False)]
    assert [tuple(each) for each in parts(GERMAN, ("ru", "xx"), never)] == [(0, len(GERMAN), True, False, False)]


def test_text_in_another_language_is_read_by_the_multilingual_model_alone() -> None:
    assert choices(GERMAN, ["de"]) == [(GERMAN, False, True)]
    assert choices(f"{FRENCH}\n{GERMAN}", ["de", "fr"]) == [(f"{FRENCH}\n{GERMAN}", False, True)]


def test_each_speaker_of_a_meeting_in_two_languages_is_read_by_the_model_of_theirs() -> None:
    text = f"{ENGLISH}\n{GERMAN}\n{ENGLISH}"
    assert choices(text, ["de"]) == [
        (f"{ENGLISH}\n", True, False),
        (f"{GERMAN}\n", False, True),
        (ENGLISH, True, False),
    ]


def test_a_speaker_who_changes_the_language_is_read_by_both_models_part_by_part() -> None:
    text = " ".join([ENGLISH] * 3 + [GERMAN] * 3)
    read = choices(text, ["de"])
    assert read[0][1:] == (True, False)
    assert read[-1][1:] == (False, True)


def test_few_words_are_read_by_both_models() -> None:
    assert choices("thanks Tobias", ["de"]) == [("thanks Tobias", True, True)]


def test_what_no_language_is_told_of_is_read_by_both_models() -> None:
    assert choices("12 34 56", ["de"]) == [("12 34 56", True, True)]


def test_a_language_that_is_named_is_in_the_table_and_covered_in_part() -> None:
    assert {tier_of(code) for code in NAMED} == {Tier.IN_PART}
    assert LANGUAGES.keys() >= NAMED


RUSSIAN = "Сегодня нам ещё надо поговорить о бюджете на следующий год, пока все не разошлись по своим делам."
CHINESE = "我们今天还要讨论明年的预算，然后大家再走。"
JAPANESE = "来年の予算について、今日中に話し合う必要があります。"
OTHERS = (RUSSIAN, CHINESE, JAPANESE, "오늘 내년 예산에 대해 이야기해야 합니다.", "आज हमें अगले साल के बजट पर बात करनी है।",
          "علينا أن نتحدث اليوم عن ميزانية العام القادم.", "Сьогодні треба поговорити про бюджет.")  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_letters_of_other_scripts_tell_the_model_and_nothing_is_identified(text: str) -> None:
    assert [tuple(each) for each in parts(text, (), never)] == [(0, len(text), False, False, True)]


def test_each_speaker_is_read_by_the_model_of_their_script() -> None:
    text = f"{ENGLISH}\n{RUSSIAN}\n{ENGLISH}"
    assert [each[2:] for each in parts(text, (), never)] == [
        (True, False, False),
        (False, False, True),
        (True, False, False),
    ]


def test_some_words_of_latin_script_in_another_script_are_left_to_its_model() -> None:
    assert [each[2:] for each in parts(f"{RUSSIAN} John Zoom", (), never)] == [(False, False, True)]


def test_words_of_both_scripts_are_read_by_both_models_and_each_answers_for_its_letters() -> None:
    text = "I asked Оксана about the budget, and she will write to both of them."
    (part,) = parts(text, (), never)
    assert part[2:] == (True, False, True)
    assert part.counts("Оксана", scripts=True)
    assert not part.counts("Оксана", scripts=False)
    assert part.counts("budget", scripts=False)
    assert not part.counts("budget", scripts=True)


def test_german_with_a_name_in_another_script_is_read_by_the_models_of_both() -> None:
    (part,) = parts(f"{GERMAN[:-1]}, sagt Оксана.", ["de"], told)
    assert part[2:] == (False, True, True)


TURNS = st.lists(
    st.sampled_from(
        [
            ENGLISH,
            GERMAN,
            FRENCH,
            RUSSIAN,
            CHINESE,
            JAPANESE,
            "Оксана",
            "李",
            "okay",
            "ja",
            "",
            "Tobias. Und dann?",
            "\n",
        ]
    ),
    max_size=12,
)


@given(TURNS, st.sampled_from(["\n", " "]))
def test_parts_are_all_of_the_text_in_order_and_every_part_has_a_reader(turns: list[str], between: str) -> None:
    text = between.join(turns)
    cut = parts(text, ["de", "fr"], told)
    assert "".join(text[part.start : part.end] for part in cut) == text
    assert all(part.english or part.multilingual or part.scripts for part in cut)
    assert all(part.scripts == has_other(text[part.start : part.end]) for part in cut)
