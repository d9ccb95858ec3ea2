"""Fields say who said the words of a record, wherever in a value the name stands and whatever sets the fields apart."""

from __future__ import annotations

import pytest

from proxy.attribution.beginnings import Beginnings
from proxy.model import Participant, Roster, Span

BEGINNINGS = Beginnings.of(Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True))
SAID = "The turbine was sold in March and nobody was asked."


def spoken(text: str) -> int | None:
    return BEGINNINGS.spoken(BEGINNINGS.read(text), Span(0, len(text)))


@pytest.mark.parametrize(
    "record",
    [
        "Source: {{'file': 'call-7.srt', 'author': 'Ben Okoro'}}\nText: {0}",
        'Meta: {{"by": "Ben Okoro", "page": 3}}\nPassage body: {0}',
        "Writer: {{'name': 'Ben Okoro'}}\nContent: {0}",
        "Text: {0}\n\nMetadata: {{'from': 'call-7.srt', 'speaker': 'Ben Okoro'}}",
        "{{'speaker': 'Ben Okoro', 'file': 'call-7.srt'}}\n\nContent: {0}",
        "page_content={0}\nmetadata={{'id': 4, 'sender': 'Ben Okoro'}}",
        "Content: {0}\n\nAuthor: Ben Okoro",
        "Transcript: {0}\n\n---\n\nSpeaker: Ben Okoro",
        "Text: {0}\n\nThe board was away.\n\nFrom: Ben Okoro",
        "Origin: call-7.srt (voice Ben Okoro, 00:14:02)\nText: {0}",
        "Text: {0}\n\nTaken from: call-7.srt (Ben Okoro, 00:14:02)",
        "-[ RECORD 1 ]---\ntext      | {0}\nid        | 7\nspeaker   | Ben Okoro",
        "  [\n    'body' => '{0}',\n    'author' => 'Ben Okoro',\n  ],",
        "**Ben Okoro, Fjordline** [0:41]\n{0}",
        "## Ben Okoro, CTO (0:41)\n\n{0}",
        "__Ben Okoro, Fjordline Ltd__ 0:41\n{0}",
    ],
)
@pytest.mark.parametrize("above", ["", "Write the minutes of the meeting.\n\nContext:\n"])
def test_the_words_of_a_record_are_its_authors(record: str, above: str) -> None:
    text = above + record.format(SAID)
    at = spoken(text)
    assert at is not None
    assert at <= text.index(SAID)


@pytest.mark.parametrize(
    "text",
    [
        "Source: call-7.srt (Ben Okoro, 00:14:02)\n\nSummarize the meeting in five points.",
        "Text: Write a summary of the meeting for the board.\n\nHost: Ann Lund",
        "Chair: Ann Lund\n\nContent: a list of decisions, each with its owner",
        "### Ann Lund, CTO\n\nWrite one paragraph about the tasks of each person.",
    ],
)
def test_requests_beside_a_name_stay_the_clients(text: str) -> None:
    assert spoken(text) is None
