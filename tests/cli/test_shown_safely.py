"""What is on file from before it was refused is shown by commands, and obeyed by no terminal."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sqlite3
import sys
from pathlib import Path

import pytest
from cli.test_output_uncut import config, run
from rich.table import Table
from rich.text import Text

from proxy.cli.terminal import SafeConsole, escaped, shown_safely

__all__ = ["config"]

BAD = "Ann\x9b31m \u202eEvil\u2066"
SHOWN = r"Ann\u009b31m \u202eEvil\u2066"


@pytest.fixture
def ill(config: str, tmp_path: Path) -> str:
    """A configuration whose store has a person with such a name."""
    with contextlib.closing(sqlite3.connect(tmp_path / "proxy.db")) as store, store:
        changed = store.execute("update participants set name = ?", (BAD,))
        assert changed.rowcount == 1
    return config


@pytest.mark.parametrize("words", [("people", "list"), ("meeting", "show", "m1"), ("subject", "report", "p-ann")])
def test_a_name_on_file_is_escaped(ill: str, words: tuple[str, ...]) -> None:
    told = run(*words, "-c", ill)
    assert SHOWN in told
    assert escaped(told) == told


def test_json_means_the_same(ill: str) -> None:
    told = run("people", "list", "--json", "-c", ill)
    assert escaped(told) == told
    assert [json.loads(line)["name"] for line in told.splitlines()] == [BAD]


@pytest.mark.parametrize("text", ["a\tb\n", "a\r\nb", "سمیه‌سادات", "Zoë 👩‍💻", "李 雷", ""])
def test_what_is_shown_stays(text: str) -> None:
    assert escaped(text) == text


def test_a_console_has_its_colours_and_nothing_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    console = SafeConsole(file=io.StringIO(), force_terminal=True, color_system="standard", width=60)
    table = Table("name")
    table.add_row("Ev\x1b[2Jil \u202e", style="red")
    console.print(table)
    console.print(Text("Ev\x1b[2Jil", style="red"))
    console.print("Ev\x1b[2Jil", markup=False, highlight=False)
    told = console.file.getvalue()
    assert "\x1b[31m" in told
    uncoloured = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert "\x1b" not in uncoloured
    assert uncoloured.count(r"Ev\u001b[2Jil") == 3


def test_a_stream_is_wrapped_once_and_given_back(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with shown_safely(), shown_safely():
        print("a\x1b]0;t\x07b")
        print("c\u202ed", file=sys.stderr)
        SafeConsole().print("e\x9bf")
    assert (sys.stdout, sys.stderr) == before
    told = capsys.readouterr()
    assert told.out == r"a\u001b]0;t\u0007b" + "\n" + r"e\u009bf" + "\n"
    assert told.err == r"c\u202ed" + "\n"
