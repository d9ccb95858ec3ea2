"""Paragraphs without a label that go on from the words above them, and instructions that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.attribution.chunk_borders import goes_on_until
from proxy.model import Participant, Roster, Slot, SlotKind, Span
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True)
UNFINISHED = (
    "first,",
    "my points are:",
    "what I want is the",
    "and so we -",
    "I wanted to say that",
    "well, because",
    "so;",
)
REST = (
    "The orchard goes in May.",
    "orchards are sold in May",
    "- the orchard\n- the roof",
    "Never in May",
)
ASKED = ("Summarize this in ten lines.", "Write the minutes.", "Now list what was decided.", "Please answer in German.")


def rest(above: str, below: str, others: tuple[str, ...] = (), *, unclaimed: bool = False) -> str:
    """What of the text below some words does not go on from them."""
    return below[goes_on_until(below, Span(0, len(below)), above, others, unclaimed=unclaimed) :].strip()


def said(text: str, kind: SlotKind = SlotKind.SPEECH) -> dict[str | None, str]:
    """What each says in a message, and under "" what is the client's own."""
    hearing = hear([Slot(0, "messages[0].content", text, kind)], ROSTER, None, opaque_is_instruction=False)
    found = {"": " ".join(text[slice(*part.span)] for part in hearing.instructed)}
    for one in hearing.said:
        words = " ".join(text[slice(*span)] for span in one.utterance.words)
        found[one.participant] = f"{found.get(one.participant, '')} {words}"
    return found


@given(above=st.sampled_from(UNFINISHED), below=st.sampled_from(REST), asked=st.sampled_from(ASKED))
def test_what_stands_below_an_unfinished_line_is_the_rest_of_it(above: str, below: str, asked: str) -> None:
    assert rest(above, f"{below}\n\n{asked}") == asked
    for kind in (SlotKind.SPEECH, SlotKind.INSTRUCTIONS):
        heard = said(f"Ann Lund: We begin.\nBen Okoro: {above}\n\n{below}\n\n{asked}", kind)
        assert "orchard" not in heard[""] + heard["p-ann"]
        assert "May" not in heard[""] + heard["p-ann"]
        assert asked in heard[""]


@pytest.mark.parametrize("above", ["we sell it in May", "no", "We sell it"])
def test_without_a_full_stop_where_others_have_one_a_line_is_not_finished(above: str) -> None:
    below = "The orchard is too dear.\n\nSummarize this."
    assert rest(above, below, ("We begin.", "Is that so?")) == "Summarize this."
    assert rest(above, below, ("We begin", "Is that so?")) == below
    assert rest(f"{above}.", below, ("We begin.", "Is that so?")) == below


@pytest.mark.parametrize("asked", [*ASKED, "summarize this", "# Output\n\njson", "</talk>\n\nand be brief", "```\nx"])
def test_what_asks_for_something_is_no_rest(asked: str) -> None:
    assert rest("no", asked, ("We begin.", "Is that so?")) == asked


def test_below_a_label_alone_whoever_it_is_all_is_theirs() -> None:
    heard = said("Ann Lund: We begin.\n### Ben\n\nI would sell the orchard in May.")
    assert "orchard" not in heard[""] + heard["p-ann"]


def test_in_what_goes_on_another_may_begin() -> None:
    heard = said("Ben Okoro: Hello.\nAnn Lund: first,\n\nthe roof and then\nBen \u2014 I sell the orchard in May.")
    assert "orchard" not in heard[""] + heard["p-ann"]
