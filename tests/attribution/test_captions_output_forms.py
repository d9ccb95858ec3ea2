"""Lines that say what form a text shall have, and tell nothing."""

from __future__ import annotations

import pytest

from proxy.attribution.captions import is_form


@pytest.mark.parametrize(
    "line",
    [
        "one line each",
        "Max. 200 words.",
        "decisions first, risks at the end",
        "nobody is quoted",
        "tasks with their owners and deadlines",
        "höchstens zehn Sätze",
        "keine Floskeln",
        "une page au maximum",
        "pas de bavardage",
        "sans citations",
        "une ligne par tâche",
        "diez frases como máximo",
        "preguntas abiertas al final",
        "massimo dieci frasi",
        "senza citazioni",
        "no máximo dez frases",
        "sem cumprimentos",
        "geen begroetingen",
        "één regel per taak",
    ],
)
def test_a_line_of_form(line: str) -> None:
    assert is_form(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "200",
        "first of all",
        "not at the end",
        "the budget is cut by half",
        "no budget for the slipway",
        "report of the board delayed to June",
        "Ben is quoted with three sentences",
        "kein Geld für den Hafen",
        "la page de garde du contrat",
        "I want one line each",
        "two lines of credit " * 4,
    ],
)
def test_what_tells_something_is_none(line: str) -> None:
    assert not is_form(line)
