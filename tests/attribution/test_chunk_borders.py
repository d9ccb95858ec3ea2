"""Where one text goes on in the next: openings with nothing behind them, signatures, cut sentences."""

from __future__ import annotations

import pytest

from proxy.attribution.beginnings import Beginnings
from proxy.attribution.chunk_borders import cut_off, left_open, signed_by_next
from proxy.model import Participant, Roster

BEGINNINGS = Beginnings.of(Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True))
OPEN = (
    "Ben Okoro:",
    "Ben Okoro said:",
    "Ann Lund: hi\nBen Okoro:",
    "Keep it short.\n\n> Ben Okoro:",
    "From: Ben Okoro\nSubject: a budget that is too high for all of us",
    "## Ben Okoro",
    "**Ben Okoro**",
    "Ben Okoro 10:07",
    "On Monday, Ben Okoro wrote:",
    "<v Ben Okoro>",
    "00:00:01.000 --> 00:00:04.000\nBen Okoro:",
)
CLOSED = (
    "Summarize for Ben Okoro.",
    "Draft a reply to Ben Okoro",
    "The owner is Ben Okoro.",
    "Attendees: Ann Lund, Ben Okoro",
    "Attendees:\n- Ann Lund\n- Ben Okoro",
    "Participants:\nAnn Lund\nBen Okoro",
    "Ben Okoro: I think that this is too much.",
    "Ann Lund: The roof first.\nBen Okoro: No.",
    "The transcript of the call:",
    "",
)
SAID = "our harbour budget is too high"


@pytest.mark.parametrize("speaker", [None, "p-ann"])
@pytest.mark.parametrize("text", OPEN)
def test_a_beginning_with_nothing_behind_is_open(text: str, speaker: str | None) -> None:
    assert left_open(BEGINNINGS, text, speaker)


def test_so_is_a_line_of_the_clients_that_leads_in_a_statement() -> None:
    assert left_open(BEGINNINGS, "Statement of Ben Okoro", None)


@pytest.mark.parametrize("speaker", [None, "p-ann"])
@pytest.mark.parametrize("text", CLOSED)
def test_other_ends_are_not(text: str, speaker: str | None) -> None:
    assert not left_open(BEGINNINGS, text, speaker)


def test_half_a_turn_of_json_is_open() -> None:
    assert left_open(BEGINNINGS, '{"speaker": "Ben Okoro", "text":', None)


@pytest.mark.parametrize("text", ["Dora Vane:", "Well.\n**Ilse Brandt:**"])
def test_strangers_leave_open_as_well(text: str) -> None:
    assert left_open(BEGINNINGS, text, None)
    assert left_open(BEGINNINGS, text, "p-ann")


@pytest.mark.parametrize("above", ["We look at the roof first.\n", "We look at the roof.\nAnd then?\n", "Yes.\n\n"])
@pytest.mark.parametrize(
    "last",
    ["Ben Okoro", "Ben", "Ben —", "Ben Okoro –", "Ben Okoro ->", "Ben →", "Ben Okoro -", "[Ben]", "Ben (chair)",
     "Ben 0:12", "Tom Brand —", "Tom Brand:"],
)  # fmt: skip
def test_the_last_line_of_a_turn_is_no_turn_of_its_own(above: str, last: str) -> None:
    assert left_open(BEGINNINGS, above + last, "p-ann")


@pytest.mark.parametrize(
    "text",
    ["I talked to Ben —", "We look at the roof.\nI asked Ben —", "The roof first.\nThen the wall -",
     "Thanks.\nAnn Lund", "The roof first.\nThen we go to see Ben", "To do —", "Well —",
     "We pay for it (and so does Ben)"],
)  # fmt: skip
def test_a_sentence_that_breaks_off_is_no_opening(text: str) -> None:
    assert not left_open(BEGINNINGS, text, "p-ann")


@pytest.mark.parametrize("text", ["Ann Lund:", "Ben", "Ben Okoro", "so I said to myself:"])
def test_a_turn_leaves_open_no_words_of_its_speaker(text: str) -> None:
    assert not left_open(BEGINNINGS, text, "p-ann")


@pytest.mark.parametrize("signature", ["— Ben Okoro", "-- Ben", "Best regards,\nBen Okoro"])
def test_a_signature_opens_the_next_text(signature: str) -> None:
    assert signed_by_next(BEGINNINGS, SAID, signature, None)
    assert signed_by_next(BEGINNINGS, SAID, signature, "p-ann")
    assert not signed_by_next(BEGINNINGS, SAID, signature, "p-ben")


@pytest.mark.parametrize("following", ["Ben Okoro is the chair.", "- Ben Okoro\n- Ann Lund", "Summarize."])
def test_other_texts_sign_nothing(following: str) -> None:
    assert not signed_by_next(BEGINNINGS, "Keep it short.", following, None)


def test_a_sentence_without_an_end_goes_on_in_small_letters() -> None:
    assert cut_off("Ben Okoro: I think that the", "harbour is too small")
    assert not cut_off("Ben Okoro: I think that the", "Summarize.")
    assert not cut_off("Ben Okoro: I think so.", "keep it short")
