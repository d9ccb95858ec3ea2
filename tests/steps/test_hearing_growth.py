"""Whose words the stretches of a long meeting are is found in linear time."""

from __future__ import annotations

import itertools

import pytest
from harness.growth import linear

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

PEOPLE = ("Annika Solberg", "Benedikt Oyelaran", "Chiara Montefusco")
ROSTER = Roster(tuple(Participant(f"p{number}", name) for number, name in enumerate(PEOPLE)), complete=True)
SAID = "we should look at the plan for {number} again, and then at what the others sent"
LINES = {
    "lines": "{name}: " + SAID + ".\n",
    "footnotes": "{name}: " + SAID + " [^{number}]\n",
    "keys": "[{number}] {name}: " + SAID + " *\n",
    "records": "('{name}', '" + SAID + "')\n",
    "names inside": "{name}: " + SAID + ", said {name}\n",
}
TURN = itertools.count()


@pytest.mark.parametrize("layout", LINES)
@pytest.mark.parametrize("prompt", ["", "Summarize the meeting in five bullets.\n\n"], ids=["alone", "below a prompt"])
def test_a_long_transcript_is_heard_in_linear_time(layout: str, prompt: str) -> None:
    def made(lines: int) -> list[Slot]:
        turn = next(TURN)  # no two inputs are alike, so that nothing is remembered
        told = (LINES[layout].format(name=PEOPLE[n % 3], number=turn * 10_000 + n) for n in range(lines))
        return [Slot(0, "messages[0].content", prompt + "".join(told), SlotKind.SPEECH)]

    heard = linear(lambda slots: hear(slots, ROSTER, None, opaque_is_instruction=False), made, 2048)

    assert heard.said
