"""A name is one thing in what leaves: under one pseudonym wherever it is said, or left alone wherever it is said.

The model reads these lines by itself, and may take the name for anything. Whatever it takes it for, that holds.
"""

from __future__ import annotations

import re

import pytest
from harness.endpoints import Apis
from harness.process import PEOPLE
from harness.talks import APIS

CHAT = APIS[0]
A, B = (person["name"] for person in PEOPLE[:2])
CALL = f"""{A}: Is Zorbnet ready, and does it run on the Zorbnet hosts in Oslo?
{B}: I tried zorbnet 2 on Monday, and every zorbnet fell over.
{A}: Then ask them whether Zorbnet ships after Zorbnet 3, on a zorbnet of its own.
{B}: Zorbnet's timeline is what the board wants. Two zorbnets are up.
"""
PERSON = f"{A}: I spoke to Zorbnet about her badge, and Zorbnet said no.\n"
NOISE = f"{B}: The Okaforo zorb, an Okaforo, every Okaforo, Okaforo 3, two Okaforos.\n" * 8
PSEUDONYM = re.compile(r"[A-Z]+(?:_[A-Z]+)*_\d+")


@pytest.fixture(scope="module")
def both(apis: Apis) -> Apis:
    """A meeting of two, who both agreed."""
    apis.proxy.meeting(PEOPLE[:2], "both")
    for person in PEOPLE[:2]:
        apis.proxy.consent("grant", str(person["id"]), meeting="both")
    return apis


def left(apis: Apis, text: str) -> str:
    """What reached the recipient of a transcript."""
    heard, _ = CHAT.heard(CHAT.ask(apis.proxy, [("user", text)], meeting="both"))
    assert heard.lower().strip() == text.lower().strip()
    return str(apis.recorder.received[-1].json["messages"][-1]["content"])


@pytest.mark.parametrize("more", ["", PERSON], ids=["a thing", "perhaps a person"])
def test_a_name_leaves_as_one_thing_or_nowhere(both: Apis, more: str) -> None:
    sent = left(both, CALL + more)
    said = len(re.findall("zorbnet", CALL + more, re.IGNORECASE))
    stayed = len(re.findall("zorbnet", sent, re.IGNORECASE))
    assert stayed in {0, said}
    if not stayed:
        asked = re.search(r"Is (\S+) ready", sent)
        assert asked is not None
        assert PSEUDONYM.fullmatch(asked[1])
        assert sent.count(asked[1]) == said


def test_a_participant_alone_unmasks_nobody(both: Apis) -> None:
    """What is masked of another's words stays masked, however often the name is used as that of a thing."""
    words = f"{A}: The board spoke to Okaforo, and Okaforo said that she would take the post.\n"
    before, after = left(both, words), left(both, words + NOISE)
    assert ("Okaforo" in after.split("\n")[0]) <= ("Okaforo" in before)
