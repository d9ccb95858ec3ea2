"""``meeting-proxy consent`` and ``meeting`` as an operator meets them: output, exit codes, and what is on file."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from harness.stores import sqlite_store

from proxy.cli import main as entry
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store
from proxy.meetings.directory import vouching
from proxy.model import Meeting, Participant, ParticipantClass

CONFIG = """
version: 1
organization: example-org
recipients:
  acme: {base_url: "https://llm.example/v1", region: eu, retention_days: 30, terms: {version: v1}}
  other: {base_url: "https://other.example/v1", terms: {version: v9}}
routes: [{name: summary, path: /v1/chat/completions, dialect: openai-chat, purpose: summary, recipient: acme}]
clients: [{name: bot, key_sha256: "%s", routes: [summary]}]
consent: {methods: [verbal, dtmf]}
store: sqlite:///%s
"""
WHAT = ["--participant", "p1", "--purpose", "summary", "--recipient", "acme"]
HERE = ["--scope", "meeting", "--scope-id", "m1"]
START = "2026-03-02T10:00:00+01:00"


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def no_store() -> None:
    """Asked for by a test that shows that no store is even made."""


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "var" / "proxy.db"
    return path if "no_store" in request.fixturenames else sqlite_store(path)


@pytest.fixture
def run(tmp_path: Path, database: Path, monkeypatch, capsys) -> Callable[..., Done]:
    config = tmp_path / "proxy.yaml"
    config.write_text(CONFIG % ("0" * 64, database))
    monkeypatch.setenv("COLUMNS", "400")

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["meeting-proxy", *words[:2], "--config", str(config), *words[2:]])
        with pytest.raises(SystemExit) as ended:
            entry.main()
            raise SystemExit(0)
        captured = capsys.readouterr()
        code = ended.value.code
        return Done(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run


def on_file(database: Path) -> list[ConsentRecord]:
    async def read() -> list[ConsentRecord]:
        async with await Store.open(f"sqlite:///{database}") as store:
            return list(await store.consents.listed())

    return asyncio.run(read())


def meeting_on_file(database: Path, meeting_id: str = "m1") -> Meeting | None:
    async def read() -> Meeting | None:
        async with await Store.open(f"sqlite:///{database}") as store:
            return await store.meetings.by_id(meeting_id)

    return asyncio.run(read())


# --- consent --------------------------------------------------------------------------------------


@pytest.fixture
def jane(database: Path) -> Participant:
    """Somebody on file, as p1, and a meeting of a series, which is to come."""
    jane = Participant("p1", "Jane Brandt", emails=("jane@skerry.example",))

    async def put() -> None:
        async with await Store.open(f"sqlite:///{database}") as store:
            await store.people.put_all([jane, Participant("p9", "Hana Weiss"), Participant("p8", "Hana Weiss")])
            await store.meetings.put(Meeting("m1", datetime(2100, 3, 2, 9, tzinfo=UTC), series="weekly"))

    asyncio.run(put())
    return jane


@pytest.mark.usefixtures("jane")
def test_a_yes_is_recorded_with_all_that_was_said(run, database):
    before = datetime.now(UTC)
    options = ["--from", START, "--until", "2027-01-01T00:00:00Z", "--evidence", "form-17", "--covers-earlier"]
    done = run("consent", "grant", *WHAT, *HERE, "--method", "verbal", *options)

    assert done.code == 0
    (found,) = on_file(database)
    assert before <= found.recorded_at <= datetime.now(UTC)
    assert found.id in done.out
    assert found == ConsentRecord(
        id=found.id,
        participant="p1",
        scope=Scope.MEETING,
        scope_id="m1",
        purpose="summary",
        recipient="acme",
        terms_version="v1",
        state=ConsentState.GRANTED,
        valid_from=datetime(2026, 3, 2, 9, tzinfo=UTC),
        valid_until=datetime(2027, 1, 1, tzinfo=UTC),
        method="verbal",
        affirmative=True,
        actor="p1",
        recorded_at=found.recorded_at,
        evidence_ref="form-17",
        covers_earlier=True,
    )


@pytest.mark.usefixtures("jane")
def test_a_yes_counts_from_now_unless_told_otherwise(run, database):
    run("consent", "grant", *WHAT, *HERE, "--method", "verbal")

    (found,) = on_file(database)
    assert found.valid_from == found.recorded_at
    assert found.valid_until is None


@pytest.mark.usefixtures("jane")
def test_a_receipt_is_one_line_of_json(run, database):
    done = run("consent", "grant", *WHAT, *HERE, "--method", "verbal", "--json")

    found = json.loads(done.out)
    assert done.out.count("\n") == 1
    assert found["dct:source"] == on_file(database)[0].id
    assert found["dpv:hasConsentStatus"] == "dpv:ConsentGiven"
    (recipient,) = found["dpv:hasRecipient"]
    assert recipient["dpv:hasStorageCondition"] == {"dpv:hasLocation": "eu", "dpv:hasDuration": "P30D"}
    assert found["dpv:hasDataController"] == "example-org"


@pytest.mark.parametrize(("verb", "state"), [("deny", ConsentState.DENIED), ("withdraw", ConsentState.WITHDRAWN)])
@pytest.mark.usefixtures("jane")
def test_a_no_is_recorded_by_whoever_brings_it(run, database, verb, state):
    done = run("consent", verb, *WHAT, *HERE, "--actor", "host", "--json")

    (found,) = on_file(database)
    assert done.code == 0
    assert (found.state, found.actor, found.method) == (state, "host", "unspecified")
    assert json.loads(done.out)["dpv:isIndicatedBy"] == "host"


@pytest.mark.usefixtures("no_store")
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--method", "verbal", "--pre-ticked"], "not_affirmative"),
        (["--method", "verbal", "--actor", "host"], "on_behalf"),
        (["--method", "written"], "method_not_accepted"),
        (["--method", "verbal", "--guardian"], "guardian_is_participant"),
        (["--method", "verbal", "--from", START, "--until", START], "invalid_period"),
        (["--method", "verbal", "--purpose", "marketing"], "unknown_purpose"),
        (["--method", "verbal", "--recipient", "acmee"], "unknown_recipient"),
        (["--method", "verbal", "--recipient", "*"], "terms_ambiguous"),
        (["--method", "verbal", "--scope", "org", "--scope-id", "else"], "unknown_organization"),
    ],
)
def test_what_is_no_consent_is_refused_and_leaves_no_record(run, database, options, reason):
    done = run("consent", "grant", *WHAT, *HERE, *options)

    assert done.code == 1
    assert reason in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""
    assert not database.exists()


@pytest.mark.usefixtures("no_store")
@pytest.mark.parametrize(
    "words",
    [
        ["grant", *WHAT, *HERE],
        ["grant", *WHAT, "--scope", "meeting", "--method", "verbal"],
        ["grant", *WHAT, "--scope", "planet", "--scope-id", "m1", "--method", "verbal"],
        ["grant", *WHAT, *HERE, "--method", "verbal", "--from", "yesterday"],
        ["grant", *WHAT, *HERE, "--method", "verbal", "--from", "2026-03-02T10:00:00"],
        ["deny", *WHAT, *HERE, "--until", START],
        ["allow", *WHAT],
    ],
)
def test_wrong_usage_is_exit_code_2(run, database, words):
    """An instant without time zone is wrong usage; so is an end for a no, which has none."""
    done = run("consent", *words)

    assert done.code == 2
    assert done.err
    assert not database.exists()


@pytest.mark.usefixtures("jane")
def test_a_guardians_yes_names_the_guardian(run, database):
    run("people", "add", "--id", "p1", "--minor")
    run("people", "add", "--id", "mother", "--name", "Ida Brandt")
    done = run("consent", "grant", *WHAT, *HERE, "--method", "verbal", "--guardian", "--actor", "mother")

    (found,) = on_file(database)
    assert done.code == 0
    assert (found.guardian, found.actor) == (True, "mother")


@pytest.mark.usefixtures("jane")
def test_the_organization_needs_no_name(run, database):
    run("consent", "grant", *WHAT, "--scope", "org", "--method", "verbal")

    (found,) = on_file(database)
    assert (found.scope, found.scope_id) == (Scope.ORG, "example-org")


@pytest.mark.usefixtures("jane")
def test_terms_for_any_recipient(run, database):
    """A yes names the terms that were shown; a no needs none."""
    to_any = [*WHAT, *HERE, "--recipient", "*"]

    assert run("consent", "grant", *to_any, "--method", "verbal", "--terms", "v9").code == 0
    assert run("consent", "deny", *to_any).code == 0
    assert [g.terms_version for g in on_file(database)] == ["v9", "any"]


@pytest.mark.parametrize("said", ["p1", "Jane Brandt", "jane brandt", "JANE@skerry.example"])
def test_somebody_on_file_is_named_by_id_name_or_address(run, database, jane, said):
    assert run("consent", "withdraw", "--participant", said, *WHAT[2:], *HERE).code == 0
    assert [record.participant for record in on_file(database)] == [jane.id]


@pytest.mark.parametrize("command", ["grant", "deny", "withdraw", "list"])
@pytest.mark.parametrize(
    ("said", "told"), [("p11", "p1"), ("Jane Brant", "p1 (Jane Brandt)"), ("Hana Weiss", "p8 (Hana Weiss), p9")]
)
def test_nobody_and_several_are_refused_with_whom_may_be_meant(run, database, jane, command, said, told):
    """A misspelt id would make a no that never counts."""
    rest = [] if command == "list" else [*WHAT[2:], *HERE, *(["--method", "verbal"] if command == "grant" else [])]
    done = run("consent", command, "--participant", said, *rest)

    assert done.code == 1
    assert told in done.err
    assert on_file(database) == []


@pytest.mark.usefixtures("jane")
def test_who_is_not_on_file_yet_is_recorded_where_the_caller_says_so(run):
    new = ["--participant", "p3", *WHAT[2:], "--scope", "meeting", "--scope-id", "m3"]
    done = run("consent", "deny", *new, "--not-yet-on-file")
    assert done.code == 0
    assert "no person" in done.err
    assert "no meeting" in done.err

    run("meeting", "add", "--id", "m3", "--start", START, "--participant", "id=p3,name=Joe")
    assert run("consent", "deny", *new).err == ""


@pytest.mark.usefixtures("jane")
def test_records_are_listed_for_people_and_for_scripts(run):
    run("consent", "grant", *WHAT, *HERE, "--method", "verbal")
    run("consent", "deny", "--participant", "p8", "--purpose", "compose", "--scope", "series", "--scope-id", "weekly")

    table = run("consent", "list")
    assert table.code == 0
    assert re.search(r"p1 .*granted .*summary .*acme .*meeting m1", table.out)
    assert re.search(r"p8 .*denied .*compose .*\* .*series weekly", table.out)
    lines = [json.loads(line) for line in run("consent", "list", "--json").out.splitlines()]
    assert [(line["participant"], line["state"], line["scope"]) for line in lines] == [
        ("p1", "granted", "meeting"),
        ("p8", "denied", "series"),
    ]
    assert lines[0]["valid_from"].endswith("Z")
    (only,) = run("consent", "list", "--json", "--state", "denied").out.splitlines()
    assert json.loads(only)["participant"] == "p8"
    assert run("consent", "list", "--json", "--participant", "p9").out == ""


@pytest.mark.usefixtures("jane")
def test_records_are_listed_as_a_table_for_auditors(run):
    run("consent", "grant", *WHAT, *HERE, "--method", "verbal", "--evidence", "=1+1")
    done = run("consent", "list", "--csv")
    head, line = done.out.splitlines()
    assert (done.code, head.split(",")[3], line.count('","')) == (0, '"name"', head.count('","'))
    assert '"Jane Brandt","granted","true"' in line and '"\'=1+1"' in line
    assert len(run("consent", "list", "--csv", "--participant", "p9").out.splitlines()) == 1
    assert run("consent", "list", "--csv", "--json").code == 2


@pytest.mark.usefixtures("jane")
@pytest.mark.parametrize(
    "command", [("consent", "list"), ("consent", "export", "--format", "csv")], ids=["list", "export"]
)
def test_what_nothing_is_called_is_not_taken_for_none(run, command):
    run("consent", "grant", *WHAT, *HERE, "--method", "verbal")
    run("consent", "deny", "--participant", "p8", "--purpose", "x-own", "--scope", "series", "--scope-id", "weekly")
    for option, written, told in (
        ("--purpose", "sumary", ("unknown_purpose", "did you mean summary?", "x-own")),
        ("--recipient", "acmee", ("unknown_recipient", "did you mean acme?", "other")),
        ("--scope-id", "weakly", ("unknown_scope_id", "did you mean weekly?", "m1", "example-org")),
    ):
        done = run(*command, option, written)
        assert (done.code, done.out) == (1, "")
        assert all(word in done.err for word in told), done.err
    for known in (["--purpose", "sentiment"], ["--recipient", "other"], ["--recipient", "*"], ["--scope-id", "weekly"],
                  ["--purpose", "x-own"], ["--scope-id", "example-org"]):  # fmt: skip
        assert run(*command, *known).code == 0


@pytest.mark.usefixtures("no_store")
def test_a_store_that_fails_is_exit_code_3(run, database):
    database.parent.mkdir()
    with sqlite3.connect(database) as raw:
        raw.execute("CREATE TABLE schema_version (version INTEGER)")
        raw.execute("INSERT INTO schema_version VALUES (99)")
    raw.close()

    for words in (
        ["consent", "grant", *WHAT, *HERE, "--method", "verbal"],
        ["consent", "list"],
        ["meeting", "add", "--id", "m1", "--start", START],
        ["meeting", "list"],
    ):
        done = run(*words)
        assert (done.code, done.out) == (3, "")
        assert "store_unavailable" in done.err
        assert done.err.count("\n") == 1


def test_a_configuration_that_is_not_there_is_exit_code_1(run):
    done = run("consent", "list", "--config", "/nowhere/proxy.yaml")

    assert done.code == 1
    assert "/nowhere/proxy.yaml" in done.err


# --- meetings -------------------------------------------------------------------------------------

ENTRIES = [
    {
        "id": "p1",
        "name": "Jane Doe",
        "aliases": ["Jane", "J."],
        "emails": ["jane@example.org"],
        "class": "employee",
        "joined_at": START,
        "left_at": "2026-03-02T10:30:00Z",
    },
    {"id": "p2", "name": "Doe, Kim", "minor": True},
    {"id": "r1", "name": "Boardroom", "class": "room", "members": ["p1", "p2"]},
]
PEOPLE = (
    Participant(
        "p1",
        "Jane Doe",
        ("Jane", "J."),
        ("jane@example.org",),
        ParticipantClass.EMPLOYEE,
        joined_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        left_at=datetime(2026, 3, 2, 10, 30, tzinfo=UTC),
    ),
    Participant("p2", "Doe, Kim", minor=True),
    Participant("r1", "Boardroom", participant_class=ParticipantClass.ROOM, members=("p1", "p2")),
)
YAML = """
participants:
  - {id: p1, name: Jane Doe, aliases: [Jane, J.], emails: jane@example.org, class: employee,
     joined_at: 2026-03-02T09:00:00Z, left_at: 2026-03-02T10:30:00Z}
  - {id: p2, name: "Doe, Kim", minor: yes}
  - {id: r1, name: Boardroom, class: room, members: [p1, p2]}
"""
CSV = """id,name,aliases,emails,class,minor,members,joined_at,left_at
p1,Jane Doe,Jane; J.,jane@example.org,employee,no,,2026-03-02T10:00:00+01:00,2026-03-02T10:30:00Z
p2,"Doe, Kim",,,unidentified,true,,,
r1,Boardroom,,,room,,p1;p2,,
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("roster.json", json.dumps(ENTRIES)), ("roster.yaml", YAML), ("roster.csv", CSV), ("r.csv", "\ufeff" + CSV)],
)
def test_a_meeting_with_a_roster_from_a_file(run, database, tmp_path, name, text):
    (tmp_path / name).write_text(text)
    options = ["--end", "2026-03-02T11:00:00+01:00", "--series", "weekly", "--complete"]
    done = run("meeting", "add", "--id", "m1", "--start", START, *options, "--roster", str(tmp_path / name))

    assert (done.code, done.err) == (0, "")
    found = meeting_on_file(database)
    assert found is not None
    assert found.roster.participants == tuple(vouching(person, person.labels) for person in PEOPLE)
    assert found.roster.complete
    assert (found.started_at, found.ended_at, found.series) == (
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        datetime(2026, 3, 2, 10, tzinfo=UTC),
        "weekly",
    )


def test_people_as_options(run, database):
    run(
        *("meeting", "add", "--id", "m1", "--start", START),
        *("--participant", "id=p1,name=Jane Doe,email=a@example.org,email=b@example.org,class=employee,alias=J;JD"),
        *("--participant", "id=p2,name=Kim,minor=yes"),
    )

    found = meeting_on_file(database)
    assert found is not None
    jane = Participant("p1", "Jane Doe", ("J", "JD"), ("a@example.org", "b@example.org"), ParticipantClass.EMPLOYEE)
    kim = Participant("p2", "Kim", minor=True)
    assert found.roster.participants == tuple(vouching(person, person.labels) for person in (jane, kim))
    assert not found.roster.complete
    assert found.ended_at is None


@pytest.mark.parametrize(
    "entries",
    [
        [{"id": "p1"}],
        [{"name": "secret-name"}],
        [{"id": "", "name": "secret-name"}],
        [{"id": "p1", "name": "secret-name", "clas": "employee"}],
        [{"id": "p1", "name": "secret-name", "class": "secret-class"}],
        [{"id": "p1", "name": "secret-name", "minor": "perhaps"}],
        [{"id": "p1", "name": "secret-name", "joined_at": "2026-03-02T10:00:00"}],
        [{"id": "p1", "name": "secret-name", "joined_at": START, "left_at": "2026-03-02T08:00:00Z"}],
        [{"id": "p1", "name": "secret-name"}, {"id": "p1", "name": "x"}],
        [{"id": "r1", "name": "secret-name", "members": ["p7"]}],
        [{"id": "r1", "name": "secret-name", "members": ["r1"]}],
        ["secret-name"],
        {"people": []},
        "secret-name",
    ],
)
def test_a_roster_that_makes_no_sense_is_refused_without_quoting_it(run, database, tmp_path, entries):
    (tmp_path / "roster.json").write_text(json.dumps(entries))
    done = run("meeting", "add", "--id", "m1", "--start", START, "--roster", str(tmp_path / "roster.json"))

    assert done.code == 1
    assert "invalid_roster" in done.err
    assert "secret" not in done.err
    assert done.err.count("\n") == 1
    assert meeting_on_file(database, "m1") is None


@pytest.mark.parametrize(
    ("name", "content"), [("r.json", b"{"), ("r.yaml", b"a: [b"), ("r.csv", b'id,name\n"p1'), ("r.json", b"\xff\xfe")]
)
def test_a_roster_of_another_format_is_refused(run, database, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    done = run("meeting", "add", "--id", "m1", "--start", START, "--roster", str(tmp_path / name))

    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "invalid_roster" in done.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.json", '[{"id": "p1", "id": "p2", "name": "secret-name"}]'),
        ("r.json", '[{"id": "p1", "\\u0069d": "p2", "name": "secret-name"}]'),
        ("r.yaml", "- id: p1\n  name: secret-name\n  id: p2\n"),
        ("r.csv", "id,name,id\np1,secret-name,p2\n"),
    ],
)
def test_a_roster_with_a_field_twice_is_refused(run, database, tmp_path, name, content):
    """Readers differ in which of the two counts."""
    (tmp_path / name).write_text(content)
    done = run("meeting", "add", "--id", "m1", "--start", START, "--roster", str(tmp_path / name))

    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "invalid_roster" in done.err
    assert "secret" not in done.err
    assert meeting_on_file(database, "m1") is None


@pytest.mark.usefixtures("no_store")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--id", "m1", "--start", START, "--end", START], 1),
        (["--id", "a/b", "--start", START], 1),
        (["--id", " ", "--start", START], 1),
        (["--id", "m1", "--start", START, "--participant", "Jane"], 1),
        (["--id", "m1", "--start", "2026-03-02 10:00"], 2),
        (["--id", "m1"], 2),
        (["--id", "m1", "--start", START, "--roster", "/nowhere.json"], 2),
    ],
)
def test_a_meeting_that_makes_no_sense(run, database, options, code):
    assert run("meeting", "add", *options).code == code
    assert not database.exists()


def test_people_who_share_a_label_are_remarked_upon(run):
    people = ["--participant", "id=p1,name=Alex", "--participant", "id=p2,name=Sam,alias=Alex"]
    done = run("meeting", "add", "--id", "m1", "--start", START, *people)

    assert done.code == 0
    assert "p1, p2 share" in done.err
    assert "Alex" not in done.err


def test_meetings_are_listed_for_people_and_for_scripts(run, tmp_path):
    """What --json prints of the people can be given to --roster again."""
    (tmp_path / "roster.json").write_text(json.dumps(ENTRIES))
    add = ["meeting", "add", "--start", START, "--roster"]
    run(*add, str(tmp_path / "roster.json"), "--id", "m1", "--series", "weekly", "--complete")

    table = run("meeting", "list")
    assert re.search(r"m1 .*2026-03-02T09:00:00Z .*open .*weekly .*3 .*complete", table.out)
    (line,) = run("meeting", "list", "--json").out.splitlines()
    listed = json.loads(line)
    (tmp_path / "again.json").write_text(json.dumps(listed["participants"]))
    run(*add, str(tmp_path / "again.json"), "--id", "m2", "--series", "weekly", "--complete")
    again = [json.loads(line) for line in run("meeting", "list", "--json").out.splitlines()]
    assert again == [listed, {**listed, "id": "m2"}]


@pytest.mark.usefixtures("jane")
def test_a_meeting_is_named_by_one_option(run, database):
    said = ("--participant", "p1", "--purpose", "summary", "--recipient", "acme")
    assert run("consent", "grant", *said, "--meeting", "m1", "--method", "verbal").code == 0
    assert run("consent", "withdraw", *said, "--meeting", "m1").code == 0
    assert [(each.scope, each.scope_id) for each in on_file(database)] == [(Scope.MEETING, "m1")] * 2
    assert run("consent", "deny", *said, "--series", "weekly").code == 0
    assert (on_file(database)[-1].scope, on_file(database)[-1].scope_id) == (Scope.SERIES, "weekly")
    for words in (("--meeting", "m1", "--scope", "meeting"), ("--meeting", "m1", "--scope-id", "m1"), (),
                  ("--series", "weekly", "--scope", "series"), ("--series", "weekly", "--meeting", "m1")):  # fmt: skip
        assert run("consent", "withdraw", *said, *words).code == 2


@pytest.mark.usefixtures("jane")
@pytest.mark.parametrize(("command", "method"), [("grant", ["--method", "verbal"]), ("deny", []), ("withdraw", [])])
@pytest.mark.parametrize(
    ("option", "written", "meant", "reason"),
    [("--meeting", "m11", "m1", "unknown_meeting"), ("--series", "weakly", "weekly", "unknown_series"),
     ("--meeting", "board", None, "unknown_meeting"), ("--series", "board", None, "unknown_series")],
)  # fmt: skip
def test_what_is_said_of_a_meeting_or_series_that_nobody_knows_is_recorded_on_demand_alone(
    run, database, command, method, option, written, meant, reason
):
    """A misspelt id would make a no that never counts, and a yes by which nobody is heard."""
    words = ("consent", command, *WHAT, *method, option, written)
    refused = run(*words)
    assert (refused.code, refused.out) == (1, "")
    assert f"{reason} at scope_id" in refused.err and "--not-yet-on-file" in refused.err
    assert ("did you mean" in refused.err) is (meant is not None)
    assert meant is None or f"did you mean {meant}?" in refused.err
    assert on_file(database) == []

    done = run(*words, "--not-yet-on-file")
    assert (done.code, [each.scope_id for each in on_file(database)]) == (0, [written])
    assert "is on file yet, so it counts for none until there is one" in done.err
    assert "is heard" not in done.out
