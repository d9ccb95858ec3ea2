"""Promise 2: consent is the person's own. Nobody speaks, joins, leaves or says yes as somebody else."""

from __future__ import annotations

import pytest

OTHER_FORMS = [
    "annika  solberg",
    "ANNIKA SOLBERG",
    "Annika\u00a0Solberg",
    "Ａｎｎｉｋａ Solberg",
    "Annika\u200b Solberg",
]


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_two_people_whose_names_differ_in_form_alone_are_nobody(alone, form: str) -> None:
    """A tool that writes names in one form would give the words of one to the other."""
    people = [
        {"id": "p-ann", "name": "Annika Solberg", "class": "employee"},
        {"id": "p-eve", "name": form, "class": "guest"},
    ]
    alone.proxy.meeting(people)
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    mark = alone.mark()
    for label in ("Annika Solberg", form):
        alone.proxy.chat(f"{label}: My canary must stay here.\n")
    assert b"canary" not in b"".join(received.raw for received in alone.since(mark))


def test_a_label_in_another_form_is_its_persons(stand) -> None:
    mark = stand.mark()
    stand.proxy.chat("ANNIKA  SOLBERG: The harbour opens in May.\nBENEDIKT\u00a0OYELARAN: My canary must stay here.\n")
    (received,) = stand.since(mark)
    assert b"harbour opens" in received.body
    assert b"canary" not in received.raw
