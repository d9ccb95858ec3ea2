"""A beginning at the very end of somebody's words leaves them as they are."""

from __future__ import annotations

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Annika Solberg"), Participant("p-ben", "Benedikt Oyelaran")), complete=True)


@pytest.mark.parametrize("paragraph", ["\\boxed{3}", "\\u0007 then", "\\u0008x", "\bthen", "\\begin{align}"])
def test_an_escape_at_the_beginning_of_a_paragraph_below_a_line_is_read(paragraph: str) -> None:
    text = f"Annika Solberg: Hi.\n\n{paragraph} is it"
    heard = hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False)
    assert [said.participant for said in heard.said][:1] == ["p-ann"]
