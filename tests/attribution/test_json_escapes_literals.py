"""Grammars and patterns: what their literals spell out, and that those of ordinary ones tell nothing."""

from __future__ import annotations

import pytest

from proxy.attribution.json_escapes import spelled_out
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("a", "Ann Lund"), Participant("b", "Ben Okoro")))


def own(text: str, where: str = "grammar") -> bool:
    heard = hear([Slot(0, where, text, SlotKind.INSTRUCTIONS)], ROSTER, None, opaque_is_instruction=True)
    return not heard.said


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ('root ::= "Ben " "Okoro: " "x"', " Ben Okoro: x"),
        ('root ::= "yes" | "no"', "\nyes\nno"),
        ("a: 'x y' b\nb: 'z'", " x y z"),
        (r"Ben\s+Okoro:\s*(x|y)+", "Ben Okoro: x\ny"),
        ("a plain text", None),
    ],
)
def test_literals_are_put_together(text: str, spelled: str | None) -> None:
    found = spelled_out(text)
    assert (found.strip() if found is not None else None) == (spelled.strip() if spelled is not None else None)


@pytest.mark.parametrize(
    "text",
    [
        'root ::= "Ben " "Okoro: " "turquoise " "walrus"',
        'root ::= who what\nwho ::= "Ben Okoro: "\nwhat ::= "turquoise walrus"',
        'root ::= "B" "en" ": " "turquoise walrus"',
        "start: 'Ben' ' Okoro' ': turquoise walrus'",
        r"Ben\s+Okoro:\s+turquoise\s+walrus",
        "(Ben)[ ](Okoro)[ ]said:[ ]turquoise[ ]walrus",
    ],
)
def test_what_somebody_said_is_not_the_clients_however_it_is_split(text: str) -> None:
    assert not own(text)


@pytest.mark.parametrize(
    "text",
    [
        'root ::= "yes" | "no"',
        'owner ::= "Ben Okoro" | "Ann Lund"\nstatus ::= "open" | "done"',
        'root ::= "{" ws "\\"owner\\":" owner "}"\nowner ::= "\\"Ben Okoro\\"" | "\\"Ann Lund\\""\nws ::= [ ]*',
        "start: item+\nitem: '- ' /[^\\n]+/ NL\nNL: /\\n/",
        r"[A-Z][a-z]+: [0-9]{1,3}%",
    ],
)
def test_ordinary_grammars_stay_the_clients(text: str) -> None:
    assert own(text)
