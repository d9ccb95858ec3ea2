"""The list of complaints names every test that answers one, under its number, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_USERS = range(1, 36)
BEGINNING = "test_complaint_"
NUMBERED = re.compile(rf"{BEGINNING}(\d\d)(?:_and_(\d\d))?_")


def listed() -> dict[int, set[str]]:
    """The tests of each row."""
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", (ROOT / "docs" / "complaints.md").read_text(), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(OF_USERS)
    return {int(number): {BEGINNING + name for name in re.findall(r"`(\w+)`", tests)} for number, tests in rows}


def answers(*suites: str) -> Iterator[tuple[int, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Each test with the numbers in its name."""
    for module in (path for suite in suites for path in sorted((ROOT / "tests" / suite).rglob("test_*.py"))):
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(BEGINNING):
                found = NUMBERED.match(node.name)
                assert found, f"{node.name}: two digits follow {BEGINNING}"
                yield from ((int(number), node) for number in found.groups() if number)


def test_every_complaint_has_tests_and_the_list_names_them_all() -> None:
    there: dict[int, set[str]] = {number: set() for number in OF_USERS}
    for number, test in answers("promises", "e2e"):
        there[number].add(test.name)
    assert listed() == there
    assert all(there.values())


def test_every_answer_says_which_complaint_it_answers() -> None:
    silent = [
        test.name
        for number, test in answers(".")
        if not re.search(rf"complaints? (?:\d+ and )?{number}\b", ast.get_docstring(test) or "", re.IGNORECASE)
    ]
    assert silent == []
