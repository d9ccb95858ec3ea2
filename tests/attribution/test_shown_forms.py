"""What a request asks for as a form looks like a form: placeholders, columns, keys and options, and no sentences."""

from __future__ import annotations

import pytest

from proxy.attribution.shown_forms import fills_form
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")))
REQUESTS = (
    "Summarize the meeting.",
    "Use this format:",
    "Write the minutes.\n- decisions\n- open questions",
    "Verwende dieses Format:",
    "Supprime les répétitions.",
    "Resume la reunión.",
    "Riassumi la riunione.",
    "Responda com uma tabela:",
    "Vat de vergadering samen.",
)
FORMS = (
    "[Decision] – [Owner]",
    "[Date, time and place]",
    "[short summary of the discussion]",
    "[what was decided] ([who])",
    "[Owner] will [task] by [date]",
    "| Task | Owner | Due date |\n|---|---|---|\n| <name> | <task> | <date> |",
    "| Aufgabe | Wer | Bis wann |\n|---|---|---|\n| ... | ... | ... |",
    "| Tâche | Responsable | Échéance |",
    "[Fecha y lugar]",
    "[Prossimi passi]",
    "[Perguntas em aberto]",
    "[Korte samenvatting]",
    '"open" | "closed"',
    '"Task: … – Owner: … – Due: …"',
    '{"title": "a short title", "tasks": [{"owner": "name", "due": "date"}]}',
    '{\n  "decisions": ["..."],\n  "owner": "name"\n}',
    "`[HH:MM] Topic – outcome`",
    "- [ ] every action item has an owner",
    "- [decision]: [owner]",
    "<one sentence for each decision>",
    '<notes language="en">',
)
SAID = (
    "The walnut crane collapsed in May",
    "I sold my walnut desk yesterday.",
    "PERSON_1 told me that the walnut is late.",
    "Ich habe den walnut gestern verkauft.",
    "Le walnut est tombé hier.",
    "Nadie pagó el walnut en mayo.",
    "Abbiamo perso il walnut ieri.",
    "Alguém roubou o walnut ontem.",
    "Niemand heeft de walnut betaald",
)
PLACES = (
    '"{}"',
    "„{}“",
    "« {} »",
    "> {}",
    "| {} |",
    "| {}",
    "| 10:02 | {} |",
    "| Speaker | Text |\n|---|---|\n| PERSON_1 | {} |",
    "[{}]",
    "[{}",
    "[decision] {}",
    "{{{}}}",
    "`{}`",
    "... {}",
    "<{}>",
    '- "{}"',
    '- "{}',
    "- [{}]",
    "- | {}",
    '{{"owner": "..."}}\n"{}"',
    "```\n| {} |\n```",
)


def _own(text: str) -> str:
    """What of a text above a transcript is the client's."""
    text = f"{text}\n\nAnn Lund: We begin.\nBen Okoro: No."
    heard = hear([Slot(0, "messages[0].content", text, SlotKind.SPEECH)], ROSTER, None, opaque_is_instruction=False)
    return "".join(text[slice(*part.span)] for part in heard.instructed)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_below_a_request_is_the_clients(form: str) -> None:
    for request in REQUESTS[:2]:
        assert f"{request}\n{form}" in _own(f"{request}\n{form}")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("said", SAID)
def test_what_somebody_said_is_no_form(place: str, said: str) -> None:
    at = PLACES.index(place) + SAID.index(said)
    request, gap = REQUESTS[at % len(REQUESTS)], "\n" * (1 + at % 2)
    assert "walnut" not in _own(f"{request}{gap}{place.format(said)}"), (request, gap)


@pytest.mark.parametrize(
    ("line", "is_form"),
    [
        ("[name] ([role])", True),
        ("in progress", True),
        ("[list of decisions, one per line]", True),
        ("[I sold it]", False),
        ("[walnut sold.]", False),
        ("[he was late]", False),
        ("[负责人] [期限]", True),
        ("[我昨天卖了起重机]", False),
        ("[Owner] collapsed on the way home", False),
    ],
)
def test_what_stands_between_the_signs_decides(line: str, is_form: bool) -> None:
    assert fills_form(line) == is_form


def test_an_example_that_is_announced_is_shown_in_quotation_marks() -> None:
    text = 'Write the minutes.\nExample of a good entry:\n- "Decision: we keep the old logo until autumn."'
    assert "old logo" in _own(text)
