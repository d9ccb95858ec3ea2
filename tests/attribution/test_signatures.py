"""A signature below words says whose they are: after a closing or dashes, with a title, or a name alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
TOLD = "We never sell the old harbour."
SIGNATURES = [
    "\n\n-- \nBen Okoro\nHead of Ops | Fjord AS", "\n\n--\nBen", "\n\n__________\nBen Okoro\nCFO",
    "\n\nBen Okoro\nHead of Ops",
    "\n\nBest regards\nBen Okoro\nFjord AS", "\n\nViele Grüße\nBen Okoro\nFjord AS\nOslo", "\n\nBen Okoro",
    "\nBen Okoro",
    "\n\nKind regards,\n\nBen Okoro\nFjord AS\n\nBe brief.",
]  # fmt: skip
STAY = [
    "Draft a reply to Ann Lund. Sign as:\n\n", "Write minutes. End with this signature:\n\n--\n",
    "Sign the mail with\n",
    "Close the mail with:\n\nBest regards\n", "Write a mail to\n",
]  # fmt: skip


def left(text: str, kind: SlotKind = SlotKind.INSTRUCTIONS) -> str:
    """What leaves as the client's own words, or as Ann's."""
    hearing = hear([Slot(0, "$.messages[0].content", text, kind)], ROSTER, None, opaque_is_instruction=True)
    hers = (text[slice(*s)] for one in hearing.said if one.participant == "p-ann" for s in one.utterance.words)
    return "".join([*hearing.instructions, *hers])


@pytest.mark.parametrize("signature", SIGNATURES)
def test_what_somebody_signs_is_not_the_clients(signature: str) -> None:
    assert TOLD not in left(TOLD + signature)


@pytest.mark.parametrize("signature", SIGNATURES[:6])
def test_nor_is_it_anybody_elses(signature: str) -> None:
    assert TOLD not in left(f"Ann Lund: We begin.\n{TOLD}{signature}", SlotKind.SPEECH)


@pytest.mark.parametrize("request_", STAY)
@pytest.mark.parametrize("name", ["Ben Okoro", "Ben Okoro\nHead of Ops", "Ben Okoro\nHead of Ops | Fjord AS"])
def test_a_signature_that_is_asked_for_signs_nothing(request_: str, name: str) -> None:
    assert left(request_ + name).startswith(request_.partition(":")[0].partition("\n")[0])


def test_names_in_a_list_sign_nothing() -> None:
    prompt = "# Participants\n\n* Ann Lund\n* Ben Okoro\n\n# Task\n\nSummarize the transcript."
    assert left(prompt) == prompt


@given(
    st.sampled_from(["", "\n\n--", "\n\n——", "\n\nCheers,", "\n\nMit besten Grüßen"]),
    st.sampled_from(["Ben Okoro", "**Ben Okoro**"]),
    st.sampled_from(["", "\nCTO", "\nFjord AS", "\nHead of Sales, Skerry Ltd\nBergen"]),
)  # fmt: skip
def test_what_stands_around_a_signers_name_may_be_combined(closing: str, name: str, titles: str) -> None:
    assert TOLD not in left(f"{TOLD}{closing}\n{name}{titles}")
