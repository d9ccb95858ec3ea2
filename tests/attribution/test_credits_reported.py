"""Words in instructions that are credited to somebody, and mentions of people that credit nothing."""

from __future__ import annotations

import pytest

from proxy.attribution.beginnings import Beginnings
from proxy.model import Participant, Roster, Span

BEGINNINGS = Beginnings.of(Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True))
SAID = "the harbour wants a different budget"
ORDER = "please cancel the order and keep the boat"


def traced(text: str) -> bool:
    return BEGINNINGS.spoken(BEGINNINGS.read(text), Span(0, len(text))) is not None


@pytest.mark.parametrize(
    "text",
    [
        f'"{SAID}" — Ben Okoro',
        f'"{SAID}" (Ben Okoro)',
        f'"{SAID}", said Ben Okoro.',
        f'"{SAID}," says Ben.',
        f"{SAID}, Ben Okoro said.",
        f"According to Ben Okoro, {SAID}.",
        f"{SAID} — Ben Okoro",
        f"{SAID} (by Ben)",
        f"{SAID} [Ben Okoro]",
        f"{ORDER} (laut Ben Okoro)",
        f"{ORDER} (d'après Ben Okoro)",
        f"{ORDER} (sugerido por Ben Okoro)",
        f"{ORDER} (suggested by Ben)",
        f"—{ORDER} —dijo Ben Okoro.",
        f"– {ORDER} – powiedział Ben Okoro.",
        f"— {ORDER}, — сказала Ben Okoro.",
        f"{ORDER} – zei Ben",
        f"{ORDER} :Ben Okoro",
        f"{SAID} | Ben Okoro | 10:05",
        f"1;{SAID};Ben Okoro;12",
        f'text,speaker,time\n"{SAID}",Ben Okoro,00:12',
        f"| {SAID} | Ben Okoro | 12 |",
        f"<msg><text>{SAID}</text><author>Ben Okoro</author></msg>",
        f"- message: {SAID}\n  author: Ben Okoro",
        f"text={SAID}\nspeaker=Ben Okoro",
        f"<blockquote>{SAID}<cite>Ben Okoro</cite></blockquote>",
        f"{SAID}\nPosted by Ben Okoro, 3 hours ago",
        f"{SAID}\nSigned-off-by: Ben Okoro",
        f"Hi team,\n\n{SAID}.\n\nBen",
        f"{SAID}\n\nBen Okoro\nHead of Sales, Fjord\n+47 22 12 34 56",
        f"{SAID}.\n\nBen Okoro\nFjord Shipping\nben@fjord.example",
        f"Hi team,\n\n{SAID}.\n\nKind regards\nBen",
        f"{SAID}.\n\nBest, Ben Okoro",
        f"{SAID}.\nThanks, Ben",
        f"{SAID}.\n\nViele Grüße, Ben Okoro",
        f"{SAID}.\n\nVG Ben",
        f"{SAID}. Thanks, Ben",
        f"Request of Ben Okoro. {SAID}.",
        f"(from Ben Okoro) {SAID}.",
        f"Copied from Ben's chat:\n\n{SAID}.",
        f"Ben Okoro schrieb am 4. Mai:\n\n{SAID}.",
        f"Summarize the note of Ben:\n```\n{SAID}.\n```",
        f"{SAID}.\n\nUn saludo, Ben",
        f"{SAID}.\n\nSent from Ben's iPhone",
        f"Voicemail from Ben Okoro, 0:42\n{SAID}",
        '{"message": "' + f"{SAID}. " * 30 + '", "meta": {"author": "Ben Okoro"}}',
        f"Subject: {SAID}\nFrom: Ben Okoro",
        f"PROJ-12 {SAID}\nReporter: Ben Okoro\nStatus: Open",
        f"Name: Ben Okoro\nFeedback: {SAID}",
        f"Feedback: {SAID}\nSubmitted: Ben Okoro, 4 May",
        f"Event: 1:1 with Ben Okoro\nNotes: {SAID}",
        f"**Filed:** Ben Okoro <ben@fjord.example>\n**Details:** {SAID}",
        f"Rating: 2\nReason: {SAID}\nEmployee: Ben Okoro (2 May)",
        f"Correct the spelling of Ben's note.\n\n{SAID}",
        f"Translate the message by Ben Okoro.\n\n{SAID}",
        f"{SAID}.\nSo says Ben.",
        f"{SAID}.\nThese are the words of Ben.",
        f"{SAID}.\nBen Okoro said so.",
        f"{SAID}.[1]\n\n[1] Ben Okoro, personal communication.",
        f"{SAID} ¹\n\n¹ Ben Okoro",
        f"{SAID}.[1]\n\n1. Ben Okoro",
        f"{SAID}.[1]\n\n1: Ben Okoro",
        f"{SAID}. (1)\n\n1. Ben Okoro",
        f"{SAID}.¹\n\n1) Ben Okoro",
        f"{SAID}.§\n\n§ Ben Okoro",
        f"{SAID}.⁽¹⁾\n\n⁽¹⁾ Ben Okoro",
        f"{SAID}.{{1}}\n\n{{1}} Ben Okoro",
        f"{SAID}.[^1]\n\n[^1]: Statement by Ben Okoro",
        f"S2 = Ben Okoro\n\n{SAID} (S2)",
        f"S2 = Ben Okoro\n\n{SAID}. — S2",
        f"{SAID}.\n\nAuthor: Ben Okoro",
        f"{SAID}.\n\nVerfasser: Ben Okoro",
        f"{SAID}.\n\nSigned-off-by: Ben Okoro <ben.okoro@fjord.example>",
        f"what={SAID}\nwho=Ben Okoro",
        f"[image: sticky note, handwriting of Ben Okoro] {SAID}.",
        f"(scan of a letter from Ben) {SAID}.",
    ],
)
def test_words_are_credited(text: str) -> None:
    assert traced(text)
    assert traced(f"Summarize the meeting.\n\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "Summarize what Ben Okoro said in two lines.",
        "Leave out everything that Ben Okoro asked about the roof.",
        "Draft a reply from Ben Okoro to this thread",
        "Send the minutes of the meeting to the chair (Ben Okoro).",
        "Write in the style of our chair, Ben Okoro.",
        "Write the minutes of the last meeting for Ben Okoro and Ann Lund.",
        "Attendees of the meeting today: Ann Lund, Ben Okoro",
        "Meeting: weekly about the harbour\nOrganizer: Ben Okoro\nTone: friendly and as short as can be",
        "Chair: Ben Okoro\nLanguage: English\nAudience: people who have never seen a harbour",
        "Write the minutes of the harbour meeting.\nAuthor: Ben Okoro\nFormat: two short lines",
        "Write the minutes of the harbour meeting in two lines.\n\nAuthor: Ben Okoro",
        "1. Ben Okoro\n2. Ann Lund\n\nAssign each task of the meeting to a number (1)",
        "S2 = Ben Okoro\n\nList the tasks of the meeting with initials (S2)",
        "S1=Ann Lund\nS2=Ben Okoro\n\nUse these names in the minutes of the meeting",
        "User: Ben Okoro\nTask: Summarize the meeting about the harbour",
        "Attendees: Ann Lund, Ben Okoro\nTopic: the harbour and how it is paid",
        "Improve Ben's note. Use short sentences about the harbour.",
        "Summarize the message by Ben Okoro.\n\nKeep what is said of the harbour in two lines.",
        "Reply to Ben's mail.\n\nYou must mention the harbour and be brief.",
    ],
)
def test_mentions_credit_nothing(text: str) -> None:
    assert not traced(text)
