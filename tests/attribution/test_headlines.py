"""A line with a name that ends as no sentence does heads the report below it, whatever stands beside the name."""

from __future__ import annotations

import random

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
BEFORE = ("", "Up next we have ", "On stage ", "Response from participant ", "Today's guest ", "Written in a hurry by ")
BEHIND = (" is presenting", " is now speaking", " sent a message", " via email", " on the phone", " at the microphone")
REPORTS = (
    "The walnut crane collapsed in May and nobody told the board.",
    "I cannot pay for the walnut crane any longer.",
    "Nobody here believes in the walnut project.",
)
KEPT = (
    "Ben Okoro is the head of finance.\nWrite the minutes in German.",
    "Ben Okoro chairs the meeting\nSummarize it in five bullet points.",
    "User: Ben Okoro\nThe minutes are read by people who were absent.",
    "Attendees: Ann Lund, Ben Okoro\nThe summary is for the board.",
    "- Ben Okoro, finance\n- Ann Lund, sales\n\nList decisions with their owners.",
    "Leave out what Ben Okoro said\nThe output is parsed by a script, so return nothing but JSON.",
)


def own(text: str, kind: SlotKind = SlotKind.INSTRUCTIONS) -> str:
    heard = hear([Slot(0, "messages[0].content", text, kind)], ROSTER, None, opaque_is_instruction=False)
    return "".join(text[part.span.start : part.span.end] for part in heard.instructed)


@pytest.mark.parametrize("seed", range(40))
def test_what_stands_below_a_headline_is_not_the_clients(seed: int) -> None:
    rng = random.Random(seed)
    name = rng.choice(("Ben Okoro", "Ben", "BEN OKORO", "Okoro"))
    before = rng.choice(BEFORE)
    head = f"{before}{name}{rng.choice(BEHIND) if not before or rng.random() < 0.5 else ''}"
    text = f"{rng.choice(('', 'Write the minutes of the meeting.' + chr(10) * 2))}{head}\n{rng.choice(REPORTS)}"
    assert "walnut" not in own(text), text


@pytest.mark.parametrize("text", KEPT)
def test_requests_fields_lists_and_sentences_stay_with_what_is_below_them(text: str) -> None:
    assert own(text) == text


TITLES = (
    "## Meeting with Ben Okoro",
    "## Notes for the meeting with Ben Okoro on Friday",
    "## Besprechung mit Ben Okoro",
    "## Réunion avec Ben Okoro",
)
SESSIONS = (
    "# Weekly sync: Ben Okoro",
    "## Meeting Ben Okoro / Ann Lund",
    "# 1:1 Ann Lund & Ben Okoro (March)",
    "# Standup - Ben, Ann",
    "# Jour fixe: Ann Lund, Ben Okoro",
    "# Treffen: Ben Okoro",
    "## Point hebdo Ann Lund / Ben Okoro",
    "# Reunión semanal: Ben Okoro",
    "# Riunione: Ben Okoro / Ann Lund",
    "# Conversa: Ben Okoro e Ann Lund",
    "# Overleg Ben Okoro en Ann Lund",
)
"""Titles that say who meets, with a sign or a joining word beside the names."""
BESIDE = "Ann Lund: We begin with the harbour.\nBen Okoro: The walnut is late."
ASKED = (
    "Summarize the transcript in three sentences.\nWrite in the past tense.",
    "You are an assistant. Answer in JSON.",
    "List the decisions.\n- with owners\n- with dates",
)


@pytest.mark.parametrize("title", TITLES)
def test_below_the_title_of_a_meeting_requests_are_the_clients_and_reports_are_not(title: str) -> None:
    for asked in ASKED:
        assert own(f"{title}\n\n{asked}") == f"{title}\n\n{asked}"
    for report in (*REPORTS, "Send the walnut invoice to my lawyer."):
        assert "walnut" not in own(f"{title}\n\n{report}")


@pytest.mark.parametrize("head", ["## Ben Okoro", "## Notes by Ben Okoro", "## Question from Ben Okoro"])
def test_below_the_head_of_somebody_even_requests_are_not_the_clients(head: str) -> None:
    assert "walnut" not in own(f"{head}\n\nSummarize the walnut affair for the board.")


@pytest.mark.parametrize("title", SESSIONS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_so_are_they_below_the_title_of_a_session_however_it_names_people(title: str, gap: str) -> None:
    for asked in ASKED:
        assert own(f"{title}{gap}{asked}") == f"{title}{gap}{asked}"
    for report in (*REPORTS, "Send the walnut invoice to my lawyer."):
        assert "walnut" not in own(f"{title}{gap}{report}")


@pytest.mark.parametrize("title", SESSIONS)
@pytest.mark.parametrize("below", [False, True])
def test_beside_a_transcript_too(title: str, below: bool) -> None:
    for asked in ASKED:
        parts = (BESIDE, title, asked) if below else (title, asked, BESIDE)
        left = own("\n\n".join(parts), SlotKind.SPEECH)
        assert [line for line in (title, *asked.splitlines()) if line not in left] == []
    for report in REPORTS:
        assert "walnut" not in own("\n\n".join((title, report, BESIDE)), SlotKind.SPEECH)


@pytest.mark.parametrize("head", ["# Budget: Ben Okoro", "# Notes: Ben Okoro", "# Ben Okoro: meeting notes"])
def test_other_headings_with_a_name_are_no_titles_of_a_session(head: str) -> None:
    assert "walnut" not in own(f"{head}\n\nSummarize the walnut affair for the board.")
