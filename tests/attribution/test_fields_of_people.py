"""Fields that say who met and no more are the client's beside a transcript; what nobody claims below them is not."""

from __future__ import annotations

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
TRANSCRIPT = "Ann Lund: We begin with the harbour.\nBen Okoro: The walnut is late."
FIELDS = (
    "Host: Ann Lund",
    "Host: Ben Okoro",
    "Chair: Ann Lund\nGuests: Ben Okoro",
    "Meeting title: Harbour review\nHost: Ann Lund\nParticipants: Ann Lund, Ben Okoro",
    "User: Ann Lund",
)
ASKED = "Summarize what was said about the schedule."


def own(*parts: str) -> str:
    text = "\n\n".join(parts)
    heard = hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False)
    return "".join(text[slice(*part.span)] for part in heard.instructed)


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize("below", [False, True])
def test_they_stay_with_the_request_below_them(fields: str, below: bool) -> None:
    left = own(TRANSCRIPT, fields, ASKED) if below else own(fields, ASKED, TRANSCRIPT)
    assert [line for line in (*fields.splitlines(), ASKED) if line not in left] == []


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_what_reports_below_them_does_not(fields: str, gap: str) -> None:
    report = "The walnut crane collapsed in May."
    assert "walnut" not in own(f"{fields}{gap}{report}", TRANSCRIPT)
    assert "walnut" not in own(TRANSCRIPT, f"{fields}{gap}{report}")


@pytest.mark.parametrize("line", ["Host: I sold the walnut", "Chair: the walnut is late", "Host: Walnut, we sold it"])
def test_nor_does_a_field_that_tells_something(line: str) -> None:
    assert "alnut" not in own(line, ASKED, TRANSCRIPT)
