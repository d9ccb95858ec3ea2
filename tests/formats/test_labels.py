"""What looks like a name, and what does not."""

from __future__ import annotations

import pytest

from proxy.formats.labels import is_heading, is_proper, looks_like_name

NAMES = [
    "Maria", "maria", "Maria Example", "maria example", "Maria de la Cruz", "Luca D | Example", "Felix (eest)",
    "Dr. Maria B. Example", "M.B. Example", "Example, Maria", "Zoë", "李雷", "Łukasz R", "Tom 🔥", "🔥 tom 🔥", "pk910",
    "Speaker 2", "A", "spencer-tb", "maria.example", "maria@example.org", "O'Neil", "Tom's iPhone", "Room 4.12",
    "+1 555 010 0100", "15550100100", "Chair", "User", "Maria E. (she/her) | Acme",
]  # fmt: skip
OTHERS = [
    "", "10:30", "00:01:02", "3", "12", "2026-03-08", "08.03.2026", "Well. Maria", "What is this?",
    "so the point of it is",
    "a, b and c", '"speaker"', "'speaker'", "key = value", "{name", "http://example.org", "https", "mailto", "Summary",
    "Output format", "Meeting Title", "Format of the output", "Step 2", "Key Decisions", "User Provided Context",
    "Here is the transcript", "one two three four five six seven", "x" * 61, "`code`", "e.g.",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    assert looks_like_name(name)


@pytest.mark.parametrize("other", OTHERS)
def test_others(other: str) -> None:
    assert not looks_like_name(other)


def test_without_asking_for_capitals_only_a_sentence_is_no_name() -> None:
    assert looks_like_name("the man at the door", lenient=True)
    assert not looks_like_name("that. And then", lenient=True)


@pytest.mark.parametrize("name", ["Doris Note", "Speaker", "User", "Host", "Chair", "Grace Summary"])
def test_a_heading_needs_every_word(name: str) -> None:
    assert not is_heading(name)


def test_particles_stand_within_a_name_on_a_line_of_its_own() -> None:
    assert is_proper("Jan van der Berg")
    assert not any(map(is_proper, ("van der Berg", "Jan goes home", "Jan van", "the plan of Jan")))
