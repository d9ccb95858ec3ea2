"""Of exports that no grammar knows, no words of somebody who refused leave, wherever they stand in a request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness.tool_exports import EXPORTS

from proxy.errors import ClientFault
from proxy.model import Participant, Roster, Slot, SlotKind, Span, Utterance
from proxy.steps.hearing import hear
from proxy.steps.utterances import Hearing

GRANTED, REFUSED = "Annika Solberg", "Benedikt Oyelaran"
ROSTER = Roster((Participant("p-ann", GRANTED), Participant("p-ben", REFUSED), Participant("p-cara", "Cara Dunn")))
WORDS = ("the walnut price is far too high", "nobody told the pebble people about it")
PLANTED = ("walnut", "pebble")
TOGETHER = (
    (GRANTED, "we look at the roof first"),
    (REFUSED, WORDS[0]),
    (GRANTED, "the second point is the budget"),
    (REFUSED, WORDS[1]),
)
ALONE = ((REFUSED, WORDS[0]), (REFUSED, WORDS[1]))
OPENING = f"{GRANTED}: Hello all and welcome."


def _said(text: str) -> Slot:
    return Slot(0, "messages[0].content", text, SlotKind.SPEECH)


PLACES: dict[str, Callable[[str], Slot]] = {
    "system": lambda text: Slot(0, "messages[0].content", text, SlotKind.INSTRUCTIONS),
    "user": _said,
    "below": lambda text: _said(f"{OPENING}\n\n{text}"),
    "directly below": lambda text: _said(f"{OPENING}\n{text}"),
    "above": lambda text: _said(f"Write the minutes.\n\n{text}\n\n{OPENING}"),
    "message of a colleague": lambda text: Slot(0, "messages[0].content", text, SlotKind.SPEECH, author=GRANTED),
    "turn of a colleague": lambda text: Slot(
        0, "x[0].text", text, SlotKind.SPEECH, utterance=Utterance(0, GRANTED, (whole := Span(0, len(text)),), whole)
    ),
    "answer of a tool": lambda text: Slot(0, "messages[0].content", text, SlotKind.REPLY),
}


def leaving(hearing: Hearing, text: str) -> str:
    """What leaves: the client's own, and what is attributed to the one who granted."""
    spans = [part.span for part in hearing.instructed]
    spans += [span for said in hearing.said if said.participant == "p-ann" for span in said.utterance.words]
    return "\n".join(text[slice(*span)] for span in spans)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("export", EXPORTS)
def test_no_words_of_a_refuser_leave(export: str, place: str) -> None:
    for turns in (TOGETHER, ALONE):
        slot = PLACES[place](EXPORTS[export](turns))
        try:
            hearing = hear([slot], ROSTER, None, opaque_is_instruction=False)
        except ClientFault:
            continue
        left = leaving(hearing, slot.text)
        assert not [word for word in PLANTED if word in left], left


@pytest.mark.parametrize(
    "text",
    [
        "- Benedikt will call the supplier\n- Cara will write the report\n- I will book the room",
        "- Call the supplier (Benedikt)\n- Write the report (Cara)\n- Book the room (me)",
        "Agenda\n1. Budget (Benedikt, 10 min)\n2. Roof (Cara, 20 min)\n3. Any other business",
        "@Benedikt please look at the roof\n@Cara please look at the crane",
        "Hi Benedikt,\n\nplease look at the roof.\n\nHi Cara,\n\nplease look at the crane.\n\nThanks, Annika",
        "1) ask Benedikt about the price\n2) ask Cara about the colour\n3) decide on Monday",
        "The price is too high [2], as everybody could see.\n\n[2] Benedikt Oyelaran, report of March, page 4",
        "Birthdays:\nBenedikt Oyelaran; 3 May\nCara Dunn; 4 June\nwe should get a cake for both of them",
        "Plan A b c d e is fine, and so is plan B.",
        "The report, from Benedikt Oyelaran, is too late for us.\nThe other one, from Cara Dunn, was fine.",
        'I said that "Benedikt" is the name on the list,\nand "Cara Dunn" is the other one there.',
        "team-Benedikt will call the supplier\nteam-Cara will book the room",
        'I see owner="Benedikt Oyelaran" in the file, and that is wrong.\nWe should write down the right one.',
        "I met <Benedikt> on the way\nand <Cara> was there too",
        "The first row says four hundred, by Benedikt, and\nthe second row says five hundred, by Cara.",
        '{"topic": "budget", "note": "we should cancel the old plan now"}',
    ],
)
def test_what_people_write_about_each_other_is_their_own(text: str) -> None:
    for place in ("message of a colleague", "turn of a colleague"):
        hearing = hear([PLACES[place](text)], ROSTER, None, opaque_is_instruction=False)
        assert len(leaving(hearing, text).split()) == len(text.split())


@pytest.mark.parametrize("name", ["B\u0435n\u0435dikt Oy\u0435laran", "Bеnеdikt Oyеlaran"])
@pytest.mark.parametrize("sign", [": ", " — ", "\n"])
def test_letters_that_look_alike_make_no_other_name(name: str, sign: str) -> None:
    for text in (f"{name}{sign}{WORDS[0]}", f"{name}{sign}{WORDS[0]}".encode("ascii", "backslashreplace").decode()):
        hearing = hear([PLACES["system"](text)], ROSTER, None, opaque_is_instruction=False)
        assert "walnut" not in leaving(hearing, text)


def test_words_above_a_name_at_their_foot_are_nobodys() -> None:
    text = "\n\n".join(f"{words}\n  {name}, 10:0{at}" for at, (name, words) in enumerate(TOGETHER))
    for place in ("user", "below", "above"):
        slot = PLACES[place](text)
        hearing = hear([slot], ROSTER, None, opaque_is_instruction=False)
        assert not [word for word in PLANTED if word in leaving(hearing, slot.text)]


COLUMNS: dict[str, Callable[[str, str, str, str], str]] = {
    "heads": lambda ann, hers, ben, his: f"{ann:48}{ben}\n{hers:48}{his}",
    "heads and a rule": lambda ann, hers, ben, his: f"{ann:48}{ben}\n{'-' * 20:48}{'-' * 20}\n{hers:48}{his}",
    "first column": lambda ann, hers, ben, his: f"{ann:48}{hers}\n{ben:48}{his}",
    "last column": lambda ann, hers, ben, his: f"{hers:48}{ann}\n{his:48}{ben}",
    "times before": lambda ann, hers, ben, his: f"10:01  {ann:48}{hers}\n10:02  {ben:48}{his}",
    "last column behind times": lambda ann, hers, ben, his: f"10:01  {hers:48}{ann}\n10:02  {his:48}{ben}",
}
"""Columns that are parted by spaces alone."""


@pytest.mark.parametrize("place", ["system", "user", "below", "directly below", "above", "answer of a tool"])
@pytest.mark.parametrize("columns", COLUMNS)
def test_columns_that_spaces_part_are_read(columns: str, place: str) -> None:
    for people in ((GRANTED, REFUSED), ("Annika", "Benedikt")):
        for first in (0, 1):
            (ann, hers), (ben, his) = [(people[0], "we look at the roof first"), (people[1], WORDS[0])][
                :: 1 - 2 * first
            ]
            slot = PLACES[place](COLUMNS[columns](ann, hers, ben, his))
            hearing = hear([slot], ROSTER, None, opaque_is_instruction=False)
            assert "walnut" not in leaving(hearing, slot.text), slot.text
