"""Whoever stands where a text names its speakers is named, whatever the name; whatever else stands there is not."""

from __future__ import annotations

import pytest

from proxy.attribution.beginnings import Beginnings
from proxy.model import Participant, Roster

ROSTER = Roster((Participant("p-ann", "Annika Solberg"), Participant("p-ben", "Benedikt Oyelaran")), complete=True)


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in Beginnings.of(ROSTER).read(text).fielded]


@pytest.mark.parametrize("name", ["Вера Лапшина", "陳美玲", "한소라", "कमला राव", "Zoë", "kz.three", "iPad von Uwe"])
@pytest.mark.parametrize(
    "row",
    [
        '{{"speaker": "{}", "text": "we never agreed to it"}}',
        '{{"meta": {{"author_name": "{}"}}, "text": "we never agreed to it"}}',
        "<speaker>{}</speaker> <text>we never agreed to it</text>",
        "\\speaker{{{}}} we never agreed to it",
        "- speaker: {}\n  text: we never agreed to it",
    ],
)
def test_a_key_for_speakers_names_whoever_stands_under_it(row: str, name: str) -> None:
    assert found(row.format(name)) == [name]


@pytest.mark.parametrize("name", ["Вера Лапшина", "陳美玲", "Zoë", "kz.three", "Guest Okonjo"])
@pytest.mark.parametrize(
    "row",
    [
        '{{"vox": "{}", "text": "we never agreed to it, and that is all"}}',
        '{{"text": "we never agreed to it, and that is all", "vox": {{"called": "{}"}}}}',
        "- {} `0:12` we never agreed to it",
        "> we never agreed to it\n> — {}, 0:12\n",
        '12,"we never agreed to it.",{}',
        "<|vox|>{}<|words|>we never agreed to it<|end|>",
        "{}\n10:02 AM\nwe never agreed to it\n",
    ],
)
def test_whoever_stands_in_the_frame_of_somebody_on_the_roster_is_named(row: str, name: str) -> None:
    text = "\n".join(row.format(each) for each in ("Annika Solberg", name, "Benedikt Oyelaran"))
    assert found(text) == [name]


@pytest.mark.parametrize(
    "head", ["[0:12] {}\n", "0:12 - {}\n", "{}  10:02\n", "{} — March 2 at 10:02 AM\n", "{}\n0:12\n"]
)
def test_a_time_beside_a_name_of_any_script_heads_words(head: str) -> None:
    assert found(f"{head.format('Вера Лапшина')}we never agreed to it.\n") == ["Вера Лапшина"]


@pytest.mark.parametrize(
    "text",
    [
        '{"speaker": "SPEAKER_01", "text": "we never agreed to it"}',
        '{"speaker": "name of the speaker", "text": "what they said"}',
        '{"speaker": {"id": "s7"}, "text": "we never agreed to it"}',
        '{"author": {"username": "kz.three", "name": "Annika Solberg"}, "text": "we never agreed"}',
        '{"speaker": "Annika Solberg", "file": "m1.vtt", "text": "we never agreed to it"}',
        "[0:12] Welcome\nwe begin with the roof.\n",
        "10:00 Budget review\nwe begin with the roof.\n",
        "Hello, Annika Solberg, and Düsseldorf, we begin.\nHello, Benedikt Oyelaran, and so on.",
        '["Annika Solberg", "We begin with the roof."]\n["Benedikt Oyelaran", "Vi börjar med taket."]',
    ],
)
def test_labels_of_a_diarizer_forms_titles_and_words_are_nobodys_name(text: str) -> None:
    assert found(text) == []
