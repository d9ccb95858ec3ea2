"""What commands print to a pipe is whole, however long it is: no window says where to wrap or to cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.stores import sqlite_store
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.cli.terminal import SafeConsole, Table

CONFIG = """
version: 1
organization: example-org
recipients:
  acme-with-a-rather-long-name: {base_url: "https://llm.example/v1", terms: {version: v1}}
routes:
  - {name: s, path: /s, dialect: openai-chat, purpose: summary, recipient: acme-with-a-rather-long-name}
clients: [{name: bot, key_sha256: "%s", routes: [s]}]
consent: {methods: [verbal]}
store: sqlite:///%s
"""
NAME = "Annika Solberg of the Committee for Names that Do Not Fit on any Line of Eighty Characters"
EMAIL = "annika.solberg.of.the.committee.for.names@a-rather-long-domain.of.the.committee.example"
SERIES = "weekly-meeting-of-the-committee-for-names-that-do-not-fit-on-any-line-of-eighty-characters"


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "proxy.yaml"
    file.write_text(CONFIG % ("0" * 64, sqlite_store(tmp_path / "proxy.db")))
    run("people", "add", "--id", "p-ann", "--name", NAME, "--email", EMAIL, "-c", file)
    roster = tmp_path / "roster.json"
    roster.write_text(f'[{{"id": "p-ann", "name": "{NAME}", "class": "guest"}}]')
    times = ("--start", "2026-03-02T10:00:00Z", "--roster", roster, "--series", SERIES)
    run("meeting", "add", "--id", "m1", *times, "-c", file)
    what = ("--participant", "p-ann", "--purpose", "summary", "--method", "verbal")
    to = ("--recipient", "acme-with-a-rather-long-name", "--scope", "series", "--scope-id", SERIES)
    run("consent", "grant", *what, *to, "-c", file)
    return str(file)


def run(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (("people", "list"), (NAME, EMAIL)),
        (("meeting", "list"), (SERIES, "may lack people")),
        (("meeting", "show", "m1"), (NAME, "summary by acme-with-a-rather-long-name")),
        (
            ("consent", "list"),
            (f"summary by acme-with-a-rather-long-name (terms v1) in series {SERIES}",),
        ),
    ],
)
def test_nothing_is_cut_or_wrapped(config: str, words: tuple[str, ...], whole: tuple[str, ...]) -> None:
    lines = run(*words, "-c", config).splitlines()
    for text in whole:
        assert any(text in line for line in lines), lines


def test_a_narrow_window_cuts_no_id(capsys: pytest.CaptureFixture[str]) -> None:
    console = SafeConsole(width=40)
    table = Table("id", "name", "addresses")
    table.add_row(SERIES, NAME, EMAIL)
    console.print(table)
    told = capsys.readouterr().out
    assert "\u2026" not in told
    rows = [line.split("\u2502") for line in told.splitlines() if "\u2502" in line]
    ids, addresses = ("".join(row[at].strip() for row in rows) for at in (1, 3))
    assert (SERIES in ids, EMAIL in addresses) == (True, True)
