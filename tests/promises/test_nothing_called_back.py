"""No output, page or document claims that anything was deleted or called back where it was received."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.consent.terms import sentences

REPOSITORY = Path(__file__).parents[2]
CLAIM = re.compile(
    r"(?:delet|eras|recall|destroy|retriev|undo|call(?:ed|s)? back|tak(?:e|en) back|withdr[ae]w)\w*[^.;:]{0,60}"
    r"(?:recipient|received|third part|what (?:has )?left|already (?:sent|left)|from the (?:ai|endpoint|vendor))"
    r"|(?:recipient|what has left|already (?:sent|left))[^.;:]{0,60}(?:delet|eras|recall|destroy|call(?:ed|s)? back)",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:asked? (?:\w+ )?to|ask|cannot|can't|not|no|nothing|never|nobody|neither|none)\b", re.IGNORECASE
)
READS_TERMS = {"clause_stance.py"}


def texts() -> Iterator[tuple[str, str]]:
    """Everything that somebody may read: strings of the program, templates, translations' sources, documents."""
    for file in sorted((REPOSITORY / "proxy").rglob("*.py")):
        if file.name not in READS_TERMS:
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield f"{file.name}:{node.lineno}", node.value
    for pattern in ("proxy/**/*.html", "proxy/**/*.pot", "docs/**/*.md", "README.md"):
        for file in sorted(REPOSITORY.glob(pattern)):
            yield file.name, file.read_text()


def claims(text: str) -> list[str]:
    return [s.text for s in sentences(text) if CLAIM.search(s.text) and not DENIED.search(s.text)]


def test_no_text_claims_that_what_left_came_back() -> None:
    found = [(place, claim) for place, text in texts() for claim in claims(text)]
    assert [f for f in found if not is_about_records(f[1])] == []


def is_about_records(claim: str) -> bool:
    """Taking back a yes is an act of the person, and concerns the record alone."""
    return re.search(r"withdr\w+|took? (?:a yes )?back|take back", claim, re.IGNORECASE) is not None and not re.search(
        r"delet|eras|recall|destroy|called back", claim, re.IGNORECASE
    )


@pytest.mark.parametrize(
    "text",
    [
        "Your words were deleted at the recipient.",
        "What has left was called back.",
        "We erased everything that the recipient got.",
    ],
)
def test_the_search_would_find_a_claim(text: str) -> None:
    assert claims(text)
