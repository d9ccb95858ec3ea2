"""Job titles beside the names of people who may not be heard."""

from __future__ import annotations

import re

import pytest

from proxy.model import Span
from proxy.redaction.claims import titles

NAMES = re.compile(r"Ben Okoro|ben@x\.example|Ann Lund")


def masked(text: str, *, listed: bool = True) -> str:
    """The text with what tells who Ben is as ``#``."""
    named = [Span(*name.span()) for name in NAMES.finditer(text)]
    silent = [name for name in named if text[name.start].lower() == "b"]
    for span in reversed(titles(text, silent, named, listed=listed)):
        text = text[: span.start] + "#" + text[span.end :]
    return text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("- Ben Okoro, Chief Financial Officer\n- Ann Lund, CTO", "- Ben Okoro, #\n- Ann Lund, CTO"),
        ("Present: Ann Lund (CTO), Ben Okoro (Head of Sales)", "Present: Ann Lund (CTO), Ben Okoro (#)"),
        ("Attendees: Ben Okoro, Head of Sales; Ann Lund, CTO", "Attendees: Ben Okoro, #; Ann Lund, CTO"),
        ("| Ann Lund | CTO |\n| Ben Okoro | Head of Sales |\n", "| Ann Lund | CTO |\n| Ben Okoro | # |\n"),
        ("1. **Ben Okoro** — Head of Sales", "1. **Ben Okoro** — #"),
        ("Ben Okoro\tHead of Sales\n", "Ben Okoro\t#\n"),
        ("Ben Okoro <ben@x.example> Head of Sales", "Ben Okoro <ben@x.example> #"),
        ("Ben Okoro: Head of Sales", "Ben Okoro: #"),
        ('[{"name": "Ben Okoro", "title": "CFO"}, {"name": "Ann Lund", "title": "CTO"}]',
         '[{"name": "Ben Okoro", "title": "#"}, {"name": "Ann Lund", "title": "CTO"}]'),
        ('{"jobTitle": "CFO", "name": "Ben Okoro"}', '{"jobTitle": "#", "name": "Ben Okoro"}'),
        (r'{\"title\": \"CFO\", \"name\": \"Ben Okoro\"}', r'{\"title\": \"#\", \"name\": \"Ben Okoro\"}'),
        ('<person name="Ben Okoro" role="CFO"/>', '<person name="Ben Okoro" role="#"/>'),
        ("Name: Ben Okoro\nTitle: CFO\n\nName: Ann Lund\nTitle: CTO",
         "Name: Ben Okoro\nTitle: #\n\nName: Ann Lund\nTitle: CTO"),
        ("  - name: Ben Okoro\n    rolle: Leiter Vertrieb\n  - name: Ann Lund\n",
         "  - name: Ben Okoro\n    rolle: #\n  - name: Ann Lund\n"),
    ],
)  # fmt: skip
def test_what_a_list_says_of_a_withheld_person_goes(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Ask Ben Okoro, and then Ann Lund.",
        "Ben Okoro, please write short sentences. Then stop.",
        "Ben Okoro - who leads this meeting from now on - wants all of it in French",
        "The role: Ann Lund is in charge; Ben Okoro",
        "Ann Lund (CTO)\nBen Okoro\n\nTitle: weekly",
        "Ben Okoro (00:12) spoke",
    ],
)
def test_sentences_and_other_peoples_titles_stay(text: str) -> None:
    assert masked(text) == text


def test_in_somebodys_words_the_rest_of_a_line_is_theirs() -> None:
    assert masked("Ben Okoro, can you send it", listed=False) == "Ben Okoro, can you send it"
    assert masked("Ben Okoro (our CFO) knows", listed=False) == "Ben Okoro (#) knows"
