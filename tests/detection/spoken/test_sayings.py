"""What is dictated in seven languages is protected whole, and what is only counted is left alone.

Dictations are made up by `sayings`, whose numerals and sentences no table supplied.
"""

from __future__ import annotations

from functools import cache

import pytest
from detection.spoken.sayings import SPEAKERS, Saying, Speaker, sayings
from harness.invented import invented

from proxy.detection.languages.hints import Hints
from proxy.detection.languages.said import SPOKEN, Said
from proxy.detection.spoken import SpokenReader
from proxy.settings import Detection

KINDS = ("phone", "email", "card", "iban")
EVERY = [pytest.param(speaker, id=f"{speaker.code} {speaker.numeral.__name__}") for speaker in SPEAKERS]
BAR = 0.97
SEED = 20


@cache
def said() -> Said:
    return Said(Detection())


@cache
def english() -> SpokenReader:
    return SpokenReader("en")


@cache
def hints() -> Hints:
    return Hints(SPOKEN)


def findings(speaker: Speaker, text: str) -> list[tuple[int, int, str]]:
    found = english().findings(text) if speaker.code == "en" else said().find(text, [speaker.code])
    return [(one.start, one.end, one.kind) for one in found]


def leaks(speaker: Speaker, each: Saying) -> bool:
    covered = {at for start, end, _ in findings(speaker, each.text) for at in range(start, end)}
    return any(each.text[at].isalnum() and at not in covered for at in range(each.start, each.end))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("speaker", EVERY)
def test_dictations_are_protected_whole(speaker: Speaker, kind: str) -> None:
    cases = sayings(speaker, kind, invented(240), SEED)
    leaked = [each.text for each in cases if leaks(speaker, each)]
    assert len(leaked) <= (1 - BAR) * len(cases), leaked


@pytest.mark.parametrize("speaker", EVERY)
def test_numbers_that_are_nobodys_are_left_alone(speaker: Speaker) -> None:
    for sentence in speaker.innocent:
        for text in (sentence, sentence.lower().translate(str.maketrans("", "", ".,:!?¿¡"))):
            assert [(text[start:end], kind) for start, end, kind in findings(speaker, text)] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("speaker", EVERY[1:])
def test_a_dictation_in_the_middle_of_an_english_meeting_is_heard(speaker: Speaker, kind: str) -> None:
    """No language is identified there; numerals and signs tell it. French says "point" and "at", as English does."""
    around = "Let us come back to that after the break, as we said on Monday.\n"
    cases = [
        Saying(around + each.text + "\n" + around, each.start + len(around), each.end + len(around))
        for each in sayings(speaker, kind, invented(120), SEED)
    ]
    missed = [each.text for each in cases if speaker.code not in hints().languages(each.text)]
    assert len(missed) <= (1 - BAR) * len(cases) or (speaker.code, kind) == ("fr", "email"), missed


def test_english_talk_hints_at_no_other_language() -> None:
    for text in (
        "Once we had six or seven points, at one point even ten, and the elf came next.",
        "It costs two hundred euros, or three hundred, maybe four; six, once more: six.",
    ):
        assert hints().languages(text) == frozenset()
