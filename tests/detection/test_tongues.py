"""Which model reads what: each language its own, and both where it is in doubt."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.languages.identify import told
from proxy.detection.languages.table import LANGUAGES, NAMED, Tier, tier_of
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
    assert [tuple(each) for each in parts(GERMAN, (), never)] == [(0, len(GERMAN), True, False)]
    assert [tuple(each) for each in parts(GERMAN, ("ru", "xx"), never)] == [(0, len(GERMAN), True, False)]


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


TURNS = st.lists(st.sampled_from([ENGLISH, GERMAN, FRENCH, "okay", "ja", "", "Tobias. Und dann?", "\n"]), max_size=12)


@given(TURNS, st.sampled_from(["\n", " "]))
def test_parts_are_all_of_the_text_in_order_and_every_part_has_a_reader(turns: list[str], between: str) -> None:
    text = between.join(turns)
    cut = parts(text, ["de", "fr"], told)
    assert "".join(text[part.start : part.end] for part in cut) == text
    assert all(part.english or part.multilingual for part in cut)
