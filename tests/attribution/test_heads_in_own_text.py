"""What is a head in a transcript is one in a person's own message, too; and names at the foot of words sign them.

Layouts are drawn in three places: instructions, a message with its author, a turn below another line of the person.
"""

from __future__ import annotations

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-0", "Maria Okafor"), Participant("p-1", "Ben Okoro")), complete=True)
WORDS = "The harbour crane collapsed in May and nobody told the board."
ABOVE = "Hello all and welcome to the call.\n"
HEADS = (
    "<b>Ben</b>: ",
    "<strong>Ben Okoro:</strong> ",
    "Guest speaker Ben: ",
    "Ben Okoro 2 hours ago\n",
    "Ben Okoro, vor 3 Tagen\n",
    "Ben & Maria: ",
    "Ben at 10:02: ",
    "Ben\\_Okoro: ",
    "\\*\\*Ben\\*\\*: ",
    'Ben "Benny" Okoro: ',
    "Ben 0koro: ",
    "Ben +49 170 1234567: ",
    "„Ben“: ",
    "«Ben»: ",
    "10:02 → Ben: ",
    "10:02, Ben: ",
    "1) Ben - ",
    "1.1 Ben. ",
    "12   BEN. ",
    '[14] who: "Ben Okoro"\n  text: ',
)
FEET = (
    "{}\n10:02 Ben",
    "{}\nBen 10:02",
    "{}\n[10:02] Ben Okoro",
    "{}\n2026-03-02 Ben Okoro",
    "{}\nBen Okoro • 10:02",
    "<p>{}</p><p>Ben Okoro</p>",
    "<div>{}</div><span>Ben</span>",
    "<tr><td>{}</td><td>Ben Okoro</td></tr>",
    "<table>\n<tr>\n  <td>{}</td>\n  <td>Ben</td>\n</tr>\n</table>",
    "Issue: {} Owner: Ben Okoro",
    "What: {} Who: Ben",
    "Feedback: {}; Author: Ben",
    "“{}”\nBen Okoro, CFO",
    "// {}\n//\n// Ben Okoro",
    "\\begin{{quote}}{}\\end{{quote}}\\hfill Ben Okoro",
    "Ben Okoro:\n    said: '{}'",
    '+++\nauthor = "Ben"\n+++\n{}',
    "Page 3 — Highlight by Ben Okoro\n{}",
    "Ben's update\n{}",
    "### Ben's view\n- {}",
)
LINES = (
    "Question from Ben Okoro\n\n{}",
    "Voicemail from Ben\n{}",
    "Over to Ben\n{}",
    "Feedback from Ben - {}",
    "FYI from Ben — {}",
    "Das Wort hat Ben. {}",
    "![avatar](ben.png) Ben\n{}",
    "h2. Ben\n{}",
    "Hola Maria,\n{}\nUn saludo, Ben",
)
"""Lines below somebody's own that say who speaks next."""
SAID = (
    "Over to Ben. I have to leave now, so please go on.",
    "Notes from Ben - I read them and liked them.",
    "I heard from Ben\nthat the crane is in order again.",
    "and then I read what came from Ben\nthat the crane is in order again.",
    "According to Ben, the crane is in order again.",
    "I talked to Ben yesterday\nand he was fine with it.",
    "and now Ben\nhas some numbers for us to look at.",
    "The crane works again and we can go on.\nThanks, Ben, for your work.",
)
"""What people say of each other."""


def own(text: str, kind: SlotKind, author: str | None) -> str:
    """What of a text counts as the client's or as Maria's."""
    heard = hear([Slot(0, "messages[0].content", text, kind, author=author)], ROSTER, None, opaque_is_instruction=False)
    said = [text[slice(*span)] for one in heard.said if one.participant == "p-0" for span in one.utterance.words]
    return "\n".join([*heard.instructions, *said])


@pytest.mark.parametrize("head", HEADS)
def test_a_head_is_one_in_every_place(head: str) -> None:
    said = head + WORDS
    assert "harbour" not in own(said, SlotKind.INSTRUCTIONS, None) or head.startswith("1)")
    assert "harbour" not in own(ABOVE + said, SlotKind.SPEECH, "Maria Okafor")
    assert "harbour" not in own(f"Maria Okafor: {ABOVE}{said}", SlotKind.SPEECH, None)


@pytest.mark.parametrize("foot", FEET)
@pytest.mark.parametrize("words", [WORDS, WORDS[:-1], WORDS[0].lower() + WORDS[1:-1]])
def test_a_name_at_the_foot_signs_words(foot: str, words: str) -> None:
    assert "harbour" not in own(foot.format(words), SlotKind.INSTRUCTIONS, None)


@pytest.mark.parametrize("line", LINES)
def test_a_line_below_somebodys_gives_the_floor(line: str) -> None:
    said = line.format(WORDS)
    assert "harbour" not in own(f"Maria Okafor: {ABOVE}{said}", SlotKind.SPEECH, None)
    cue = f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Maria Okafor>{ABOVE}{said}</v>\n"
    assert "harbour" not in own(cue, SlotKind.SPEECH, None) or "\n\n" in said


@pytest.mark.parametrize("said", SAID)
def test_what_people_say_of_each_other_is_theirs(said: str) -> None:
    lines = said.split("\n")
    assert all(line in own(f"Maria Okafor: {said}", SlotKind.SPEECH, None) for line in lines)
    cue = f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Maria Okafor>{said}</v>\n"
    assert all(line in own(cue, SlotKind.SPEECH, None) for line in lines)


def test_thanks_to_somebody_take_no_words_above() -> None:
    said = "<v Maria Okafor>The crane works again and we can go on.\nThanks, Ben.</v>"
    assert said[16:-4] in own(f"WEBVTT\n\n00:01.000 --> 00:04.000\n{said}\n", SlotKind.SPEECH, None)


@pytest.mark.parametrize(
    "text",
    [
        "Agenda\n1. Budget (Ben, 10 min)\n2. Roof (Maria, 20 min)",
        "I met <b>Ben</b> and we <em>liked</em> the crane a lot",
        "Owner: Ben",
        "Ask Ben at 10:02 whether the crane is in order",
        "I will call the supplier.\n\nMaria 10:02",
    ],
)
def test_what_people_write_about_each_other_is_theirs(text: str) -> None:
    assert own(text, SlotKind.SPEECH, "Maria Okafor").split() == text.split()


@pytest.mark.parametrize(
    "asked",
    [
        "List the open points with their owner. Owner: name, Due: date",
        "<p>Summarize the transcript in five bullets.</p><p>Mention Ben first.</p>",
        "Write a note to Ben.\nDate: 10:02",
        "Use <b>bold</b> for names: <b>Ben Okoro</b>, <b>Maria Okafor</b>.",
    ],
)
def test_prompts_stay(asked: str) -> None:
    assert own(asked, SlotKind.INSTRUCTIONS, None).split() == asked.split()
