"""Personal data that a word list cuts into pieces leaves in no piece, in the shape of any speech service."""

from __future__ import annotations

import json

import pytest
from harness.exports import SERVICES, Turn, document

SAID = {
    "a telephone number": ("call me on 07911 123456 after lunch please", ("07911", "123456")),
    "a card": ("the card is 4111 1111 1111 1111 if you need it", ("4111", "1111")),
    "an address": ("write to jane dot doe at acme dot com today", ("jane", "doe", "acme")),
    "an address in pieces": ("write to jane. doe@ acme.com today please", ("jane", "doe", "acme")),
    "a name": ("we asked Tobias Wennerström about the boats", ("Tobias", "Wennerström")),
}


@pytest.fixture(scope="module")
def meeting(stand) -> str:
    """A meeting of one person, by the first label of every service, who granted."""
    labels = sorted({label(0) for _, label in SERVICES.values() if label is not None})
    person = {"id": "p-labelled", "name": "Annika Solberg", "aliases": labels, "class": "employee"}
    stand.proxy.meeting([person], name="m-labelled")
    stand.proxy.consent("grant", "p-labelled", meeting="m-labelled")
    return "m-labelled"


def turn(text: str) -> Turn:
    words = tuple(text.split())
    return Turn("Annika Solberg", 0, words, tuple((20.25 + n, 20.75 + n) for n, _ in enumerate(words)))


@pytest.mark.parametrize("kind", SAID)
@pytest.mark.parametrize("service", SERVICES)
def test_no_piece_leaves(stand, meeting: str, service: str, kind: str) -> None:
    text, pieces = SAID[kind]
    mark = stand.mark()
    sent = document(service, [turn("good morning and welcome to all of you"), turn(text)])
    reply = stand.proxy.post(f"/m/{meeting}/v1/transcript", sent.encode(), {"Content-Type": "application/json"})
    assert reply.status == 200, reply.body
    (received,) = stand.since(mark)
    gone = json.dumps(json.loads(received.body), ensure_ascii=False)
    assert "welcome" in gone or service == "soniox"
    assert [piece for piece in pieces if f'"{piece}' in gone or f" {piece}" in gone] == []
