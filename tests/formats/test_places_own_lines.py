"""Which lines of a message are the client's own: those that its profile knows, where they stand."""

from __future__ import annotations

import pytest

from proxy.formats.places import digest, holds_words, opening, own_line, spoken
from proxy.model import Span

KNOWN = frozenset(map(digest, ["Summarize this.", "Title:", "Be brief.", "{", '"kind": 1']))


def speech(text: str) -> list[str]:
    at, lines = 0, []
    for line in text.splitlines(keepends=True):
        lines.append(own_line(text, Span(at, at + len(line)), KNOWN))
        at += len(line)
    return [text[a:b].strip("\n") for a, b in spoken(lines)]


def test_a_digest_does_not_see_white_space() -> None:
    assert digest(" Be  brief. \r\n") == digest("Be brief.")
    assert digest("Be brief") != digest("Be brief.")
    assert len(digest("\ud800")) == 32


@pytest.mark.parametrize("line", ["", "   ", "---", "===", "```", "* * *", '"""', "<>", "{}", "..."])
def test_rules_say_nothing(line: str) -> None:
    assert not holds_words(line)


@pytest.mark.parametrize("line", ["no", "+1", "👍", "?", "!", "✓", "42"])
def test_what_may_be_an_answer_is_words(line: str) -> None:
    assert holds_words(line)


def test_the_beginning_of_a_line_goes_to_its_first_colon() -> None:
    assert opening("Title: a: b") == "Title: "
    assert opening("Title:") is None
    assert opening("Title") is None


def test_known_lines_are_the_clients_and_all_else_is_speech() -> None:
    assert speech("Summarize this.\nzq one\nBe brief.\n") == ["zq one"]
    assert speech("Summarize this.\nBe brief.") == []
    assert speech("zq") == ["zq"]


def test_of_a_line_whose_beginning_is_known_the_rest_is_speech() -> None:
    assert speech("Title: zq one\nBe brief.") == ["zq one"]


def test_a_line_that_somebody_types_as_the_client_does_is_speech() -> None:
    assert speech("Summarize this.\nzq\nBe brief.\nzq\nBe brief.\n") == ["zq", "Be brief.", "zq"]
    assert speech("Title: zq\nzq\nTitle: zq\nBe brief.") == ["zq", "zq", "Title: zq"]


def test_a_line_of_the_clients_may_repeat_at_either_end() -> None:
    assert speech("Be brief.\nBe brief.\nzq\nBe brief.\nBe brief.") == ["zq"]


def test_a_known_line_between_unknown_ones_counts_once() -> None:
    assert speech("zq\nSummarize this.\nzq\nBe brief.") == ["zq", "zq"]


def test_rules_between_speech_are_speech() -> None:
    assert speech("Summarize this.\n\n---\nzq\n---\nzq\n---\n\nBe brief.") == ["zq", "---", "zq"]
