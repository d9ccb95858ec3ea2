"""Labelled lines that one person typed: their own turns and openings, and never another person's."""

from __future__ import annotations

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Bjørn Okoro", aliases=("Assistant B",))))
OWN = [
    "Translate to French: we ship in June.",
    "Dear Bob: thanks for your note.",
    "Error: file not found\nWhat now?",
    "Note to self: buy milk",
    "Note: call the office at noon\nTodo: buy milk",
    "Ingredients: flour, eggs\nMethod: mix all",
    "Context: we sell boats\nTask: write a slogan\nRole: a copywriter",
    "Options:\n- A: red\n- B: blue\nWhich one?",
    "What does it do?\ndef f(x: int):\n    return x",
    "User: what did we decide?\nAssistant: You decided June.\nUser: thanks",
    "Human: hi\n\nAssistant: hello",
    "Q: when?\nA: June",
    "System: be brief\nUser: hi\nAI: hello",
]
OTHERS = [
    "Bjørn Okoro: never ship it",
    "Bjørn: no way at all",
    "Carol: I quit",
    "Assistant B: never",
    "Guest 2: hello all",
]


def heard(text: str, author: str | None = "p-ann") -> list[tuple[str, str | None]]:
    """What is said in a message, with whose it is."""
    hearing = hear([Slot(0, "m", text, SlotKind.SPEECH)], ROSTER, author, opaque_is_instruction=False)
    return [
        ("".join(text[word.start : word.end] for word in one.utterance.words), one.participant) for one in hearing.said
    ]


@pytest.mark.parametrize("text", OWN)
def test_what_the_clients_person_typed_is_theirs(text: str) -> None:
    assert heard(text) == [(text, "p-ann")]


@pytest.mark.parametrize("text", OWN)
def test_without_such_a_person_a_label_is_an_unknown_speaker(text: str) -> None:
    assert all(participant is None for _, participant in heard(text, None))


@settings(max_examples=invented(60), deadline=None)
@given(st.lists(st.sampled_from(OWN), max_size=3), st.sampled_from(OTHERS), st.lists(st.sampled_from(OWN), max_size=3))
def test_a_line_of_another_stays_that_others_wherever_it_stands(above: list[str], line: str, below: list[str]) -> None:
    words = line.partition(": ")[2]
    assert all(whose != "p-ann" for said, whose in heard("\n".join([*above, line, *below])) if words in said)


@pytest.mark.parametrize(
    "text",
    [
        "Falcon: never\nQuill: always",
        "Harbour falcon: never",
        "Sales: we cannot sign",
        "Guest: hello",
        "Dear Bjørn Okoro: never",
        "Me: one\nThem: two",
    ],
)
def test_labels_of_people_without_a_name_are_nobodys_own(text: str) -> None:
    assert all(participant != "p-ann" for _, participant in heard(text))


def test_json_that_names_nobody_else_is_the_persons_who_sent_it() -> None:
    text = 'Fix my JSON: {"name": "x", "author": "y", "steps": ["mix", "bake"]}'
    assert heard(text) == [(text, "p-ann")]
    for named in ('{"author": "Bjørn Okoro", "message": "never"}', '{"speaker": "Carol", "text": "I quit"}'):
        assert all(
            whose != "p-ann" for said, whose in heard(f"Fix my JSON: {named}") if "never" in said or "quit" in said
        )
