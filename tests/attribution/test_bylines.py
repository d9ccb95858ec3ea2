"""A line with somebody's name and no words heads what stands below it, whatever the layout adds to the name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
BYLINES = [
    "{}\n", '"{}"', "{} 🙂", "{}, PhD", "{}#1234", "{} | Fjord", "{}'s iPhone", "• {} •", "{} (he/him) @ben",
    "{} <b@f.example>",
    "[Yesterday 10:02] {}", "[Mon 10:02] {}", "[lör 10:02] {}", "{}, Mo 10:02", "{} Today at 10:02 AM",
    "{}, 3 Mar 2026, 10:02", "Sat, 3 Mar 10:02 {}", "==== {} ====", "--- {} ---", "~~~ {} ~~~", "=== BEGIN {} ===",
    "## {} ##", "{} @ben · 2h",
    "{} · vor 2 Std.", "u/BenOkoro • 3h ago", "{} — 5 min", "{} · il y a 3 h",
    "<source>{}</source>\n<content>", "<sender>{}</sender>\n<doc>\n<text>",
    "[quote, {}]\n____", "[verse, {}]\n____\n", "{} has the floor.", "Now {} speaks.", "Mr. {} takes the floor.",
    "Statement by {} follows.", "Das Wort hat {}.", "La parole est à {}.", "Over to {}.", "{} tiene la palabra.",
]  # fmt: skip
TOLD = ["We never sell the old harbour.", "I think that we should wait.", "please cancel the order and keep the boat"]
ASKED = [
    "Participants:\n\nAnn Lund\nBen Okoro\n\nSummarize the meeting below.",
    "Attendees:\n- Ann Lund, CEO\n- Ben Okoro, CFO\n\nWrite the minutes. Be brief.",
    "Attendees\nAnn Lund (CEO)\nBen Okoro (CFO)\n\nWrite short minutes of this meeting.",
    "Glossary:\n- Ben Okoro, CFO\n- Fjord AS, the client\n\nUse these names.",
    "# Participants\n\n* Ann Lund\n* Ben Okoro\n\n# Task\n\nSummarize the transcript.",
    "| Name | Role |\n|---|---|\n| Ann Lund | CEO |\n| Ben Okoro | CFO |\n\nSummarize the call per person.",
    "Speakers:\n1. Ann Lund\n2. Ben Okoro\n\nAssign every action item to one of them.",
    "Prepared for: Ben Okoro\n\nWrite the minutes.",
    "Meeting with Ben Okoro\n\nSummarize what was decided.",
    "Ben Okoro\n\nSummarize the discussion.",
    "<user>Ben Okoro</user>\n<task>\nSummarize the transcript.\n</task>",
    "Ben Okoro chairs the meeting.\nSummarize the discussion.",
    "Ann Lund has the floor.\nWrite the minutes.",
]


def instructed(text: str, kind: SlotKind = SlotKind.INSTRUCTIONS) -> str:
    """What leaves as the client's own words, or as Ann's."""
    hearing = hear([Slot(0, "$.messages[0].content", text, kind)], ROSTER, None, opaque_is_instruction=True)
    hers = (text[slice(*s)] for one in hearing.said if one.participant == "p-ann" for s in one.utterance.words)
    return "".join([*hearing.instructions, *hers])


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n"])
@pytest.mark.parametrize("byline", BYLINES)
def test_words_below_a_byline_are_not_the_clients(byline: str, gap: str, told: str) -> None:
    assert told not in instructed(f"Write the minutes.\n\n{byline.format('Ben Okoro')}{gap}{told}")


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("byline", BYLINES)
def test_nor_are_they_beside_a_transcript(byline: str, told: str) -> None:
    below = f"{byline.format('Ben Okoro')}\n{told}"
    assert told not in instructed(f"Ann Lund: We begin.\n\n{below}", SlotKind.SPEECH)
    assert told not in instructed(f"{below}\n\nAnn Lund: We begin.", SlotKind.SPEECH)


@pytest.mark.parametrize("prompt", ASKED)
def test_lists_of_names_and_requests_about_a_text_stay(prompt: str) -> None:
    assert instructed(prompt) == prompt


@pytest.mark.parametrize("head", ["The Hon. {}.—", "{}.—", "Senator {}.–", "*BEN:\t", "*B03:\t"])
def test_heads_of_printed_debates_and_of_chat_tiers_begin_words(head: str) -> None:
    assert TOLD[0] not in instructed(head.format("Ben Okoro") + TOLD[0])


@given(
    st.text("=~+*#_-", min_size=1, max_size=1), st.integers(2, 9),
    st.sampled_from(["", "[Fri 9:15] ", "9 May, 9:15 · "]),
    st.sampled_from(["", ", MBA", " @ben", " · 4d ago", " | Skerry Ltd", " (CFO)"]), st.sampled_from(["\n", "\n\n"]),
)  # fmt: skip
def test_what_layouts_add_may_be_combined(sign: str, times: int, when: str, added: str, gap: str) -> None:
    rule = sign * times
    for byline in (f"{when}Ben Okoro{added}", f"{rule} Ben Okoro {rule}"):
        assert TOLD[0] not in instructed(f"{byline}{gap}{TOLD[0]}")
