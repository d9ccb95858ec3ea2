"""``meeting-proxy consent import|export|receipt`` as an operator meets them: files, exit codes, and what is on file."""

from __future__ import annotations

import asyncio
import json
import stat
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

CONFIG = """
version: 1
organization: example-org
recipients: {acme: {base_url: "https://llm.example/v1", region: eu, retention_days: 30, terms: {version: v1}}}
routes: [{name: summary, path: /v1/chat/completions, dialect: openai-chat, purpose: summary, recipient: acme}]
clients: [{name: bot, key_sha256: "%s", routes: [summary]}]
consent: {methods: [%s]}
store: sqlite:///%s
"""
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
GIVEN = ConsentRecord(
    id="g1",
    participant="p1",
    scope=Scope.MEETING,
    scope_id="m1",
    purpose="summary",
    recipient="acme",
    terms_version="v1",
    state=ConsentState.GRANTED,
    valid_from=NINE,
    valid_until=None,
    method="verbal",
    affirmative=True,
    actor="p1",
    recorded_at=NINE,
    evidence_ref="form-17",
    notice_hash="sha256:ab",
    notice_language="de",
)
HEADER = "participant,scope,scope_id,purpose,recipient,terms_version,state,valid_from,method,affirmative\n"
YES = "p1,meeting,m1,summary,acme,v1,granted,2026-03-02T09:00:00Z,written,true\n"
NO = "p2,series,weekly,summary,*,any,denied,2026-03-02T09:00:00Z,written,true\n"
START = "2026-03-02T09:00:00Z"


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Site(NamedTuple):
    """One installation: its commands, and what is on file there."""

    run: Callable[..., Done]
    database: Path

    def on_file(self) -> list[ConsentRecord]:
        async def read() -> list[ConsentRecord]:
            async with await Store.open(f"sqlite:///{self.database}") as store:
                return list(await store.consents.listed())

        return asyncio.run(read())

    def put(self, *grants: ConsentRecord) -> None:
        async def write() -> None:
            async with await Store.open(f"sqlite:///{self.database}") as store:
                await store.consents.record_all(grants)

        asyncio.run(write())


@pytest.fixture
def site(tmp_path: Path, monkeypatch, capfd) -> Callable[..., Site]:
    def make(name: str = "here", methods: str = "verbal, admin_import") -> Site:
        database = sqlite_store(tmp_path / name / "proxy.db")
        config = tmp_path / f"{name}.yaml"
        config.write_text(CONFIG % ("0" * 64, methods, database))

        def run(*words: object) -> Done:
            command = ["meeting-proxy", "consent", str(words[0]), "--config", str(config), *map(str, words[1:])]
            monkeypatch.setattr(sys, "argv", command)
            with pytest.raises(SystemExit) as ended:
                entry.main()
                raise SystemExit(0)
            captured = capfd.readouterr()
            code = ended.value.code
            return Done(code if isinstance(code, int) else 0, captured.out, captured.err)

        return Site(run, database)

    return make


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "sheet"
        file.write_text(text)
        return file

    return write


@pytest.mark.parametrize("form", ["csv", "json", "vcon"])
def test_records_go_from_one_store_to_another(site, tmp_path, form):
    here, there = site("here"), site("there")
    refusal = GIVEN._replace(id="g2", state=ConsentState.DENIED)
    here.put(GIVEN, refusal)
    file = tmp_path / "records"
    place = ["--scope", "org", "--recipient", "*"] if form == "vcon" else []

    assert here.run("export", "--format", form, "--output", file).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    done = there.run("import", file, "--format", form, *place, "--json")

    assert done.code == 0, done.err
    assert json.loads(done.out) == {"recorded": ["g1", "g2"], "on_file_already": 0}
    given, denied = there.on_file()
    assert denied == refusal
    assert (given.method, given.recorded_at) == ("admin_import", NINE)
    assert given.evidence_ref.startswith(f"import {form} sha256:")
    assert given.evidence_ref.endswith("; method verbal; form-17")
    again = there.run("import", file, "--format", form, *place, "--json")
    assert json.loads(again.out) == {"recorded": [], "on_file_already": 2}
    assert json.loads(here.run("import", file, "--format", form, *place, "--json").out)["recorded"] == []


def test_a_yes_is_imported_only_where_policy_names_the_method(site, sheet):
    strict = site(methods="verbal, written")
    done = strict.run("import", sheet(HEADER + NO + YES), "--format", "csv")

    assert done.code == 1
    assert "method_not_accepted at row 3, method: a yes out of a file counts by the word of whoever imports" in done.err
    assert "add admin_import to consent.methods" in done.err
    assert strict.on_file() == []
    assert strict.run("import", sheet(HEADER + NO), "--format", "csv").code == 0
    assert [g.state for g in strict.on_file()] == [ConsentState.DENIED]


def test_what_is_on_file_already_needs_no_method(site, tmp_path):
    """Its own export is read by the store that it came from, whatever the policy says of imports."""
    strict, file = site(methods="verbal, written"), tmp_path / "records"
    strict.put(GIVEN, GIVEN._replace(id="g2", state=ConsentState.DENIED))
    assert strict.run("export", "--format", "csv", "--output", file).code == 0

    done = strict.run("import", file, "--format", "csv", "--json")

    assert (done.code, json.loads(done.out)["on_file_already"]) == (0, 2)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (YES.replace("true", "false"), "not_affirmative at row 3"),
        (YES.replace("summary", "canary"), "unknown_purpose at row 3, purpose"),
        (YES.replace("granted", "canary"), "consent_file_invalid at row 3, state"),
        (NO, "record_listed_twice at row 3, id"),
    ],
)
def test_one_bad_row_takes_the_whole_file_back(site, sheet, row, says):
    here = site()
    done = here.run("import", sheet(HEADER + NO + row), "--format", "csv")

    assert done.code == 1
    assert says in done.err
    assert "canary" not in done.err
    assert done.err.count("\n") == 1
    assert here.on_file() == []


def test_a_record_of_the_future_and_an_id_that_is_taken_are_refused(site, sheet):
    here = site()
    here.put(GIVEN)
    header, taken = "id,recorded_at," + HEADER, f"g1,{START}," + YES.replace("summary", "qa")

    assert "record_exists at row 2, id" in here.run("import", sheet(header + taken), "--format", "csv").err
    ahead = f"g9,2199-01-01T00:00:00Z,{YES}"
    assert "recorded_in_future at row 2" in here.run("import", sheet(header + ahead), "--format", "csv").err
    assert here.on_file() == [GIVEN]


def test_a_sheet_without_ids_may_be_imported_twice(site, sheet):
    here = site()
    file = sheet(HEADER + YES + NO)

    assert "2 records recorded" in here.run("import", file, "--format", "csv").out
    assert "0 records recorded, 2 on file already" in here.run("import", file, "--format", "csv").out
    assert len(here.on_file()) == 2


def test_a_dry_run_records_nothing(site, sheet):
    here = site()
    done = here.run("import", sheet(HEADER + YES), "--format", "csv", "--dry-run")

    assert done.code == 0
    assert "1 records would be recorded" in done.out
    assert here.on_file() == []


def test_a_vcon_is_bound_to_a_meeting_and_its_roster(site, sheet, monkeypatch):
    here = site()
    attachment = {
        "purpose": "lawful_basis",
        "party": 0,
        "body": {
            "lawful_basis": "consent",
            "expiration": None,
            "purpose_grants": [{"purpose": "summary", "granted": True, "granted_at": START}],
            "proof_mechanisms": [{"proof_type": "verbal_confirmation", "timestamp": START, "proof_data": {}}],
        },
    }
    file = sheet(json.dumps({"parties": [{"name": "Jane"}], "dialog": [], "attachments": [attachment]}))
    vcon = ["import", file, "--format", "vcon", "--recipient", "acme", "--scope", "meeting", "--scope-id", "m1"]

    assert here.run("import", file, "--format", "vcon").code == 2
    assert "unknown_meeting" in here.run(*vcon).err
    config = here.database.parent.parent / "here.yaml"
    roster = ["--start", START, "--participant", "id=p7,name=Jane"]
    monkeypatch.setattr(
        sys, "argv", ["meeting-proxy", "meeting", "add", "--config", str(config), "--id", "m1", *roster]
    )
    with pytest.raises(SystemExit):
        entry.main()
    assert "incomplete_record at record 1, terms_version" in here.run(*vcon).err
    assert here.run(*vcon, "--terms", "v1").code == 0
    (found,) = here.on_file()
    assert (found.participant, found.scope_id, found.method, found.terms_version) == ("p7", "m1", "admin_import", "v1")


def test_a_receipt_is_printed_by_the_id_of_its_record(site):
    here = site()
    here.put(GIVEN)
    done = here.run("receipt", "g1")

    found = json.loads(done.out)
    assert (found["dct:identifier"], found["dct:source"]) == ("receipt:g1", "g1")
    assert found["dpv:hasNotice"] == {"mpp:digest": "sha256:ab", "dct:language": "de"}
    assert here.run("receipt", "receipt:g1").out == done.out
    assert (here.run("receipt", "g2").code, "unknown_record" in here.run("receipt", "g2").err) == (1, True)


def test_an_export_overwrites_nothing(site, tmp_path):
    here = site()
    here.put(GIVEN)
    file = tmp_path / "kept"
    file.write_text("kept")

    assert here.run("export", "--format", "csv", "--output", file).code == 1
    assert file.read_text() == "kept"
    assert "unknown_participant" in here.run("export", "--format", "csv", "--participant", "nobody").err
    assert "p1,meeting,m1" in here.run("export", "--format", "csv").out


def test_what_cannot_be_read_is_refused(site, tmp_path):
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")

    for file in (binary, tmp_path / "absent", tmp_path):
        done = site().run("import", file, "--format", "csv")
        assert (done.code, "consent_file_invalid" in done.err) == (1, True)
