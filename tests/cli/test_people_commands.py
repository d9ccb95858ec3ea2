"""``meeting-proxy people``, ``meeting import`` and ``meeting show`` as an operator meets them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from harness.stores import sqlite_store

from proxy.cli import main as entry

CONFIG = """
version: 1
organization: example-org
recipients:
  acme: {base_url: "https://llm.example/v1", terms: {version: v1}}
routes:
  - {name: summary, path: /v1/chat/completions, dialect: openai-chat, purpose: summary, recipient: acme}
  - {name: again, path: /v1/more, dialect: openai-chat, purpose: summary, recipient: acme}
  - {name: qa, path: /v1/qa, dialect: openai-chat, purpose: qa, recipient: acme}
clients: [{name: bot, key_sha256: "%s", routes: [summary]}]
people: {domains: {acme.example: employee}, default_class: guest}
store: sqlite:///%s
"""
WEEKLY = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:weekly@acme.example
DTSTART;TZID=Europe/Berlin:20260316T100000
DURATION:PT1H
RRULE:FREQ=WEEKLY;COUNT=3
ORGANIZER;CN=Ann Lee:mailto:ann@acme.example
ATTENDEE;CN=Bo Ek;PARTSTAT=DECLINED:mailto:bo@home.example
ATTENDEE;CN=Fjord 1;CUTYPE=ROOM:mailto:room1@acme.example
DESCRIPTION:https://acme.zoom.us/j/86431910364
END:VEVENT
END:VCALENDAR
"""
WINDOW = ["--from", "2026-03-01T00:00:00Z", "--until", "2026-06-01T00:00:00Z"]


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(tmp_path: Path, monkeypatch, capsys) -> Callable[..., Done]:
    config = tmp_path / "proxy.yaml"
    config.write_text(CONFIG % ("0" * 64, sqlite_store(tmp_path / "proxy.db")))
    monkeypatch.setenv("COLUMNS", "400")

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["meeting-proxy", *words[:2], "--config", str(config), *words[2:]])
        with pytest.raises(SystemExit) as ended:
            entry.main()
            raise SystemExit(0)
        captured = capsys.readouterr()
        return Done(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def weekly(tmp_path: Path) -> str:
    (tmp_path / "weekly.ics").write_text(WEEKLY)
    return str(tmp_path / "weekly.ics")


def test_people_are_added_found_by_address_and_given_other_names(run):
    added = run("people", "add", "--name", "Ann Lee", "--email", "ann@acme.example", "--json").lines[0]
    changed = run("people", "add", "--email", "Ann@acme.example", "--minor", "--json").lines[0]
    run("people", "alias", str(added["id"]), "A. Lee")
    listed = run("people", "list", "--json").lines

    assert (added["class"], changed["id"], changed["name"]) == ("employee", added["id"], "Ann Lee")
    assert listed == [changed | {"aliases": ["A. Lee"], "unconfirmed": []}]
    assert "A. Lee" in run("people", "list").out
    assert run("people", "add", "--name", "Cy", "--email", "cy@home.example", "--json").lines[0]["class"] == "guest"


def test_a_name_is_given_to_whom_an_address_or_name_means(run):
    run("people", "add", "--id", "p1", "--name", "Ann Lee", "--email", "ann@acme.example")
    assert run("people", "alias", "ann@acme.example", "A. Lee").code == 0
    assert run("people", "alias", "Ann Lee", "Annie").code == 0
    assert run("people", "list", "--json").lines[0]["aliases"] == ["A. Lee", "Annie"]
    assert "unknown_person" in run("people", "alias", "Bo Ek", "Bo").err


def test_a_name_that_somebody_else_has_is_said(run):
    run("people", "add", "--id", "p1", "--name", "Kim")
    run("people", "add", "--id", "p2", "--name", "Lu")

    done = run("people", "alias", "p2", "Kim")

    assert done.code == 0
    assert "p1 has this name too" in done.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["alias", "p-none", "x"], "unknown_person"),
        (["add", "--name", "No Address"], "invalid_roster"),
        (["add", "--id", "p9"], "invalid_roster"),
    ],
)
def test_what_makes_no_sense_of_people_is_refused(run, words, reason):
    done = run("people", *words)

    assert (done.code, reason in done.err) == (1, True)


def test_a_calendar_is_imported_one_meeting_an_occurrence(run, weekly):
    run("people", "add", "--id", "p-ann", "--name", "Annie", "--email", "ann@acme.example", "--class", "external")

    done = run("meeting", "import", weekly, *WINDOW, "--complete", "--json")
    again = run("meeting", "import", weekly, *WINDOW, "--complete", "--json")

    assert (done.code, done.out) == (0, again.out)
    assert [each["start"] for each in done.lines] == [
        "2026-03-16T09:00:00Z", "2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z"
    ]  # fmt: skip
    assert len({each["series"] for each in done.lines}) == 1
    assert all(each["complete"] for each in done.lines)
    people = {p["name"]: (p["id"], p["class"]) for p in done.lines[0]["participants"]}
    assert people["Annie"] == ("p-ann", "external")
    assert people["Bo Ek"][1] == "guest"
    assert people["Fjord 1"][1] == "room"


def test_options_of_the_import(run, weekly):
    one = [weekly, "--from", "2026-03-16T00:00:00Z", "--until", "2026-03-17T00:00:00Z"]

    named = run("meeting", "import", *one, "--id", "board-7", "--series-from", "zoom", "--leave-out-declined", "--json")

    (meeting,) = named.lines
    assert (meeting["id"], meeting["series"], meeting["complete"]) == ("board-7", "86431910364", False)
    assert "Bo Ek" not in {p["name"] for p in meeting["participants"]}
    assert run("meeting", "import", weekly, *WINDOW, "--id", "board-7").code == 1
    assert run("meeting", "import", *one, "--id", "a/b").code == 1
    assert "no meeting starts" in run("meeting", "import", weekly, "--from", "2030-01-01T00:00:00Z").err
    assert run("meeting", "import", weekly, *WINDOW[:2], "--until", "2029-01-01T00:00:00Z").code == 1
    assert run("meeting", "import", weekly, "--timezone", "Nowhere/Land").code == 2


def test_a_calendar_that_is_none(run, tmp_path):
    (tmp_path / "bad.ics").write_text("BEGIN:VCALENDAR\nsecret words\nEND:VCALENDAR\n")

    done = run("meeting", "import", str(tmp_path / "bad.ics"))

    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "line 2" in done.err
    assert "secret" not in done.err


def test_who_may_be_heard_is_shown_for_each_person_and_purpose(run):
    people = ["--participant", "id=p1,name=Ann", "--participant", "id=p2,name=Bo"]
    run("meeting", "add", "--id", "m1", "--start", "2026-03-02T10:00:00Z", *people)
    scope = ["--scope", "meeting", "--scope-id", "m1", "--recipient", "acme", "--method", "verbal"]
    run("consent", "grant", "--participant", "p1", "--purpose", "summary", *scope)
    run("consent", "deny", "--participant", "p2", "--purpose", "qa", *scope)

    shown = run("meeting", "show", "m1").out
    (facts,) = run("meeting", "show", "m1", "--json").lines

    said = {(each["participant"], each["purpose"]): each["reason"] for each in facts["consent"]}
    assert said == {
        ("p1", "summary"): "granted", ("p2", "summary"): "no_grant", ("p1", "qa"): "no_grant", ("p2", "qa"): "denied"
    }  # fmt: skip
    assert "summary by acme" in shown
    assert "withheld: denied" in shown
    assert run("meeting", "show", "none").code == 1


def test_a_meeting_is_shown_by_its_title(run) -> None:
    words = ["meeting", "add", "--id", "m1", "--start", "2026-03-02T10:00:00Z", "--series", "weekly"]
    added = run(*words, "--title", "Board <b>", "--series-title", "Boards")
    assert added.out.startswith("Board <b> (m1): ")
    assert run(*words, "--json").lines[0]["title"] == "Board <b>"
    assert "Boards (weekly)" in run("meeting", "list").out
    assert run("meeting", "show", "m1").out.startswith("Board <b> (m1): ")
    assert run(*words, "--title", "").out.startswith("Boards (m1): ")


def test_a_title_that_a_terminal_would_obey_is_refused(run) -> None:
    done = run("meeting", "add", "--id", "m1", "--start", "2026-03-02T10:00:00Z", "--title", "a\x1b[2Jb")
    assert (done.code, "title" in done.err, "[2J" in done.err) == (1, True, False)


# --- a list of people ---------------------------------------------------------------------------------------


def test_a_list_puts_everybody_on_file(run, tmp_path: Path) -> None:
    rows = "".join(f"e{n},Person No{n},p{n}@acme.example\n" for n in range(500))
    (tmp_path / "people.csv").write_text(f"id,name,emails\n{rows}")

    done = run("people", "import", str(tmp_path / "people.csv"))

    assert (done.code, done.out.splitlines()[0]) == (
        0,
        "500 people put on file; 0 had an address on file, and stay as they are",
    )
    found = [json.loads(line) for line in run("people", "list", "--json").out.splitlines()]
    assert len(found) == 500
    assert {each["class"] for each in found} == {"employee"}


def test_a_list_again_changes_who_is_named_by_id_and_nobody_else(run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name,emails\ne1,Ann Lee,ann@acme.example\n")
    assert run("people", "import", str(tmp_path / "people.csv")).code == 0
    (tmp_path / "again.csv").write_text("id,name,emails\ne1,Ann Lee-Ek,\n,Somebody,ann@acme.example\n")

    done = run("people", "import", str(tmp_path / "again.csv"))

    assert "1 people put on file; 1 had an address on file" in done.out
    (found,) = [json.loads(line) for line in run("people", "list", "--json").out.splitlines()]
    assert (found["name"], found["emails"]) == ("Ann Lee-Ek", ["ann@acme.example"])


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ("e1,Ann Lee,ann@acme.example\ne2,,\n", "roster entry 2"),
        ("e1,Ann Lee,ann@acme.example\ne2,Bo Ek,no-address\n", "roster entry 2"),
        ("e1,Ann Lee,ann@acme.example\ne e,Bo Ek,\n", "roster entry 2"),
    ],
    ids=["nameless", "address", "id"],
)
def test_a_list_with_a_mistake_puts_nobody_on_file_and_names_the_entry(
    run, tmp_path: Path, rows: str, named: str
) -> None:
    (tmp_path / "people.csv").write_text(f"id,name,emails\n{rows}")

    done = run("people", "import", str(tmp_path / "people.csv"))

    assert done.code == 1
    assert named in done.err
    assert run("people", "list", "--json").out == ""


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_what_list_prints_import_reads(run, tmp_path, weekly, suffix):
    people = [("p-ann", "Ann Lee", "employee"), ("p-bo", "Bo Ek", "guest"), ("p-kim", "Kim", "guest")]
    for one, name, kind in people:
        run("people", "add", "--id", one, "--name", name, "--class", kind, "--email", f"{one}@home.example")
    assert run("meeting", "import", weekly, *WINDOW).code == 0
    run("people", "add", "--id", "r-1", "--name", "Oslo", "--class", "room", "--member", "p-ann", "--member", "p-bo")
    before = run("people", "list", "--json")
    assert any(each["unconfirmed"] for each in before.lines)
    file = tmp_path / f"people.{suffix}"
    file.write_text(before.out)

    done = run("people", "import", str(file))

    assert done.code == 0, done.err
    assert run("people", "list", "--json").out == before.out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"id;nmae\np1;canary\n", "line 1: column 2 has no name that is known; the names are: id, name"),
        (b"id;name\np1;Ann;canary\n", "line 2: it has 3 cells, and the head names 2 columns"),
        (
            "id\tname\np1\tcanary\n".encode("utf-16"),
            "it is UTF-16 (what Excel calls Unicode Text); save it",
        ),
        (b"PK\x03\x04\x14\x00canary", "it is a document or a workbook, and no text; save it"),
        (b"id,nmae\np1,canary\n", "line 1: column 2 has no name that is known; the names are: id, name"),
        ("id,name\np1,Ann\np2,Zo\xeb canary\n".encode("latin-1"), "line 3 is not UTF-8 text, but likely Latin-1"),
        (b"id,name\np1,Ann\np2,canary,x\n", "line 3: it has 3 cells, and the head names 2 columns"),
        (b"id,name,class\np1,Ann,guest\n\np2,Bo,canary\n", "line 4: the field class is absent or not as it should be"),
        (b"id,name,class\np1,Ann,canary\n", "write one of: employee, guest, external, phone, room, bot, unidentified"),
        (b"id,name,minor\np1,Ann,canary\n", "the field minor is absent or not as it should be; write true or false"),
        (b"id,email\np1,ann@acme.example\n", "line 2: give a name; nobody is on file under this id"),
        (b'id,name\np1,"canary\n', "line 2: the quotes do not match"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_by_line_and_column(run, tmp_path, content, says):
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    done = run("people", "import", str(file))
    assert done.code == 1
    assert says in done.err
    assert "canary" not in done.err


@pytest.mark.parametrize(
    "content",
    [
        b"id,name,emails,minor\np1,Ann Lee,ann@acme.example;lee@acme.example,true\n",
        b'\xef\xbb\xbfId;Name;Emails;Minor\r\np1;Ann Lee;"ann@acme.example;lee@acme.example";WAHR\r\n',
        b"ID\tName\tEmails\tMinor\r\np1\tAnn Lee\tann@acme.example;lee@acme.example\tVRAI\r\n",
    ],
    ids=["commas", "semicolons", "tabs"],
)
def test_a_table_is_read_as_spreadsheets_of_any_country_save_it(run, tmp_path, content):
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    done = run("people", "import", str(file))
    assert done.code == 0, done.err
    (ann,) = run("people", "list", "--json").lines
    assert (ann["id"], ann["name"], ann["minor"]) == ("p1", "Ann Lee", True)
    assert ann["emails"] == ["ann@acme.example", "lee@acme.example"]


def test_a_calendar_again_under_another_id_is_noted(run, tmp_path):
    file = tmp_path / "one.ics"
    file.write_text(WEEKLY.replace("RRULE:FREQ=WEEKLY;COUNT=3\n", ""))
    first = run("meeting", "import", str(file), *WINDOW, "--id", "first")
    assert (first.code, "same times and title" in first.err) == (0, False)
    assert "same times and title" not in run("meeting", "import", str(file), *WINDOW, "--id", "first").err
    again = run("meeting", "import", str(file), *WINDOW, "--id", "second")
    assert "second: first has the same times and title" in again.err
