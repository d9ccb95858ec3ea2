"""The command ``ledger``, as an operator and as an auditor use it."""

import asyncio
import csv
import errno
import io
import json
import os
import shutil

import pytest
from audit.ledger_samples import intent, outcome, refusal
from edge.ledger_stand import AT, keys, opened, segments
from typer.testing import CliRunner

from proxy.audit.acts import Act, Acts, Operator, OperatorKind
from proxy.cli.ledger import app
from proxy.errors import ClientFault
from proxy.model import Participant

run = CliRunner()


@pytest.fixture
def ledger(tmp_path):
    """Two exchanges that left, one of them without an outcome; one refused."""

    async def fill():
        ledger = await opened(tmp_path)
        await ledger.begin(intent("ex-1"))
        await ledger.finish(outcome("ex-1"))
        await ledger.refuse(refusal("ex-2"))
        await ledger.begin(intent("ex-3"))
        await ledger.close()

    asyncio.run(fill())
    return tmp_path / "ledger"


def said(*words, code=0):
    done = run.invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout


def test_verify_says_that_all_is_in_order(ledger):
    told = said("verify", "-d", ledger, code=3)

    assert "in order" in told
    assert "nothing outside" in told
    assert "The ledger is in order." in said("verify", "-d", ledger, "--checkpoint", ledger / "checkpoint")
    assert "2 intents, 1 outcome, 1 refusal" in told
    assert "ex-3" in told


def test_verify_reads_a_copy_with_nothing_but_the_public_key(ledger, tmp_path):
    (tmp_path / "copy").mkdir()
    for part in ("segments", "tile"):
        shutil.copytree(ledger / part, tmp_path / "copy" / part)
    shutil.copy(ledger / "checkpoint", tmp_path / "copy")
    words = ("verify", "-d", tmp_path / "copy", "--public-key", ledger / "public.key", "--json")
    told = json.loads(said(*words, code=3))

    assert (told["verdict"], told["problems"], told["unanswered"]) == ("unanchored", [], ["ex-3"])
    shutil.rmtree(tmp_path / "copy" / "tile")
    assert [problem["kind"] for problem in json.loads(said(*words, code=2))["problems"]] == ["tiles_missing"]


def test_verify_names_the_place(ledger, tmp_path):
    segment = segments(tmp_path)[0]
    content = segment.read_bytes()
    segment.write_bytes(content.replace(b'"acme-llm"', b'"acne-llm"', 1))
    told = json.loads(said("verify", "-d", ledger, "--json", code=1))

    [problem] = told["problems"]
    assert (problem["kind"], problem["segment"], problem["line"]) == ("changed", segment.name, 2)
    assert problem["offset"] == content.index(b"\n") + 1
    assert "TAMPERED" in said("verify", "-d", ledger, code=1)


def test_verify_tells_incomplete_from_tampered(ledger, tmp_path):
    with segments(tmp_path)[0].open("ab") as file:
        file.write(b'{"seq":')
    assert "torn_tail" in said("verify", "-d", ledger, code=2)
    (ledger / "public.key").unlink()
    said("verify", "-d", ledger, code=2)
    said("verify", "-d", tmp_path / "nowhere", code=2)


def test_a_checkpoint_kept_elsewhere_shows_a_log_that_was_cut_and_signed_again(ledger, tmp_path):
    shutil.copy(ledger / "checkpoint", tmp_path / "kept")
    shutil.rmtree(ledger)
    asyncio.run(_begun_again(tmp_path))

    said("verify", "-d", ledger, code=3)
    told = said("verify", "-d", ledger, "--checkpoint", tmp_path / "kept", code=1)
    assert "behind_checkpoint" in told


async def _begun_again(directory):
    await (await opened(directory)).close()


def test_tail_shows_the_newest(ledger):
    lines = said("tail", "-d", ledger, "-n", 3).splitlines()

    assert len(lines) == 3
    assert "REFUSED" in lines[0]
    assert "withheld 3 (2 denied, 1 unknown_speaker)" in lines[1]
    assert [json.loads(line)["sequence"] for line in said("tail", "-d", ledger, "--json").splitlines()] == list(
        range(6)
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--event", "intent"], ["ex-1", "ex-3"]),
        (["--event", "egress.refused"], ["ex-2"]),
        (["--disposition", "blocked"], ["ex-2"]),
        (["--recipient", "acme-llm", "--purpose", "summary"], ["ex-1", "ex-1", "ex-2", "ex-3"]),
        (["--since", "2026-03-02T11:00:00+01:00", "--event", "outcome"], ["ex-1"]),
        (["--since", "2026-03-03"], []),
        (["--until", "2026-03-02T10:00:00Z"], []),
    ],
)
def test_query_finds_what_fits(ledger, words, found):
    lines = said("query", "-d", ledger, "--json", *words).splitlines()

    assert [json.loads(line)["event"]["metadata"].get("correlation_uid") for line in lines] == found


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (["--client", "minute-bot"], ["did you mean minutes-bot?"]),
        (["--purpose", "sumary"], ["did you mean summary?"]),
        (["--recipient", "acme"], ["acme-llm"]),
        (["--route", "nowhere"], ["summary"]),
        (["--event", "sent"], ["egress.intent", "egress.outcome", "egress.refused"]),
        (["--disposition", "lost"], ["allowed, blocked, corrected"]),
        (["--grant", "g-none"], ["consent list"]),
        (["--operator", "prxy"], ["did you mean proxy?"]),
    ],
)
def test_a_name_that_nobody_has_is_an_error_and_no_empty_list(ledger, words, known):
    done = run.invoke(app, ["query", "-d", str(ledger), *words])

    assert (done.exit_code, done.stdout) == (1, "")
    for each in known:
        assert each in done.stderr


def test_query_finds_by_grant_and_route_and_says_what_a_limit_left_out(ledger):
    (shown,) = {
        grant
        for line in said("query", "-d", ledger, "--event", "intent", "--json").splitlines()
        for person in json.loads(line)["event"]["resources"]
        for grant in person["data"]["grants"]
    }
    assert len(said("query", "-d", ledger, "--grant", shown, "--event", "intent").splitlines()) == 2
    assert len(said("query", "-d", ledger, "--route", "summary").splitlines()) == 4
    done = run.invoke(app, ["query", "-d", str(ledger), "--limit", "2", "--json"])
    assert [json.loads(line)["sequence"] for line in done.stdout.splitlines()] == [4, 5]
    assert "newest 2" in done.stderr
    done = run.invoke(app, ["query", "-d", str(ledger), "--limit", "6"])
    assert (len(done.stdout.splitlines()), done.stderr) == (6, "")


def test_nothing_is_cut_where_nobody_looks_at_a_window(ledger):
    """The longest line of all is whole, and no line is wrapped."""
    assert all(line.endswith("]") for line in said("query", "-d", ledger, "--route", "summary").splitlines())
    assert "sha256:" + "0" * 64 in said("show", "ex-1", "-d", ledger)


def test_a_damaged_ledger_gives_no_shorter_list(ledger, tmp_path):
    segment = segments(tmp_path)[0]
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    done = run.invoke(app, ["query", "-d", str(ledger)])

    assert done.stdout == ""
    assert done.exception.reason == "ledger_incomplete"
    assert "record 2 is missing or damaged" in done.exception.detail
    assert "ledger verify" in done.exception.detail
    done = run.invoke(app, ["show", "ex-3", "-d", str(ledger)])
    assert "LEAVES" in done.stdout
    assert "ledger_incomplete" in done.stderr


def test_query_finds_a_participant_and_a_meeting_by_their_keys(ledger, monkeypatch):
    asked = []

    class Register:
        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            return None

        def acting(self, _operator):
            return self

        @property
        def acts(self):
            return self

        async def did(self, code, *, people):
            asked.append((code, people))

        @property
        def keys(self):
            return self

        @property
        def people(self):
            return self

        async def known(self, subjects):
            return await keys([known for known in subjects if " " not in known])

        async def merged_ids(self, _ids):
            return {}

        async def other_ids(self, _person):
            return []

        async def by_id(self, person):
            return next((known for known in await self.everybody() if known.id == person), None)

        async def everybody(self):
            return [Participant("p-zoe", "Zoe Lund"), Participant("p-ann", "Ann Lund")]

        @classmethod
        async def open(cls, url):
            return cls()

    from proxy import settings as schema

    document = {
        "version": 1,
        "organization": "fjord",
        "recipients": {"acme-llm": {"base_url": "http://127.0.0.1:1", "terms": {"version": "1"}}},
        "routes": [{"name": "s", "path": "/s", "dialect": "transcript", "purpose": "summary", "recipient": "acme-llm"}],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
    }
    for module in ("ledger", "ledger_filters"):
        monkeypatch.setattr(f"proxy.cli.{module}.read", lambda _: schema.Settings.model_validate(document))
    monkeypatch.setattr("proxy.edge.store.store.Store", Register)

    def exchanges(*words):
        lines = said("query", "-d", ledger, "--json", *words).splitlines()
        return [json.loads(line)["event"]["metadata"]["correlation_uid"] for line in lines]

    assert exchanges("--participant", "p-ann") == ["ex-1", "ex-2", "ex-3"]
    assert exchanges("--participant", "ann lund") == ["ex-1", "ex-2", "ex-3"]
    assert exchanges("--participant", "p-zoe") == []
    assert asked == [("person.reported", [each]) for each in ("p-ann", "p-ann", "p-zoe")]
    for command in ("query", "carried"):
        done = run.invoke(app, [command, "-d", str(ledger), "--participant", "Ann Lunt"])
        assert isinstance(done.exception, ClientFault)
        assert "p-ann (Ann Lund)" in done.exception.detail
    assert exchanges("--meeting", "standup@fjord") == ["ex-1", "ex-1", "ex-2", "ex-3"]


def test_an_instant_that_is_none_is_refused(ledger):
    said("query", "-d", ledger, "--since", "yesterday", code=2)


def test_instants_are_those_of_utc_unless_they_name_a_zone(ledger):
    """All was recorded at 10:00 UTC."""
    for since, count in (("2026-03-02T10:00", 6), ("2026-03-02T10:00:00.001", 0), ("2026-03-02T15:45+05:45", 6),
                         ("2026-03-02T15:46+05:45", 0), ("2026-03-02T00:00-10:00", 6), ("2026-03-02", 6)):  # fmt: skip
        assert len(said("query", "-d", ledger, "--since", since, "--json").splitlines()) == count, since
        assert len(said("query", "-d", ledger, "--until", since, "--json").splitlines()) == (
            0 if count or since == "2026-03-02" else 6
        ), since


def test_nothing_is_left_of_an_answer_that_finds_no_room(ledger, monkeypatch):
    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda _: Full())
    done = run.invoke(app, ["query", "-d", str(ledger)])
    assert (done.exit_code, done.stdout) == (3, "")
    assert "TMPDIR" in done.stderr


def test_show_tells_an_exchange_in_plain_words(ledger):
    told = said("show", "ex-1", "-d", ledger)

    assert "acme-llm at llm.example:443" in told
    assert "3 utterances sent" in told
    assert "2 withheld; because" in told
    assert "reply delivered: full" in told
    assert len(said("show", "ex-1", "-d", ledger, "--json").splitlines()) == 2
    said("show", "ex-none", "-d", ledger, code=1)


def test_the_index_is_brought_up_to_date_and_made_anew(ledger):
    assert "up to date: 6 records" in said("index", "-d", ledger)
    assert "up to date: 6 records" in said("index", "-d", ledger, "--rebuild")
    assert (ledger.parent / "ledger-index.db").is_file()
    said("index", "-d", ledger / "nowhere", code=2)


def test_a_month_is_told_for_people_for_scripts_and_as_a_page(ledger, tmp_path):
    told = said("report", "-d", ledger, "--month", "2026-03")
    assert "March 2026: 2 requests left, 1 were refused" in told
    assert "utterances: 6 heard, 9 withheld (60.0 %)" in told
    assert "ledger fjord/egress: in order" in told
    plain = json.loads(said("report", "-d", ledger, "--month", "2026-03", "--json", "--html", tmp_path / "r.html"))
    assert plain["total"] == {"left": 2, "bytes": 4, "heard": 6, "withheld": 9, "unsent": 3, "refused": 1}
    assert plain["removed"] == {"PERSON": 4, "PHONE_NUMBER": 2}
    assert plain["ledgers"][0]["verdict"] == "unanchored"
    assert "<h1>What left fjord: March 2026</h1>" in (tmp_path / "r.html").read_text()
    none = json.loads(said("report", "-d", ledger, "--since", "2026-04-01", "--until", "2026-04-03", "--json"))
    assert (none["total"]["left"], list(none["days"])) == (0, ["2026-04-01", "2026-04-02"])


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--month", "2026-13"],
        ["--month", "2026-03", "--since", "2026-03-01"],
        ["--month", "2026-03", "--until", "2026-03-09"],
        ["--since", "2026-03-09", "--until", "2026-03-01"],
        ["--month", "9999-12"],
        ["--since", "2026-03-09", "--until", "9999-12-31T23:59:59-14:00"],
        ["--since", "0001-01-01T00:00:00+14:00", "--until", "2026-03-01"],
    ],
)
def test_a_period_that_is_none_is_refused(ledger, words):
    said("report", "-d", ledger, *words, code=2)


def test_a_report_of_a_tampered_ledger_says_so_or_is_none(ledger, tmp_path):
    segment = segments(tmp_path)[0]
    content = segment.read_bytes()
    at = content.index(b'"sig":"') + 7
    segment.write_bytes(content[:at] + (b"1" if content[at : at + 1] != b"1" else b"2") + content[at + 1 :])
    done = run.invoke(app, ["report", "-d", str(ledger), "--month", "2026-03"])
    assert "TAMPERED" in done.stdout or done.exception.reason == "ledger_incomplete"


@pytest.mark.parametrize(("name", "lines"), [("ocsf", 2), ("ecs", 2), ("cef", 2), ("csv", 3)])
def test_events_are_exported_whole_to_a_pipe_or_a_new_file_of_their_owner(ledger, tmp_path, name, lines):
    words = ["export", "-d", ledger, "--format", name, "--event", "intent"]
    told = said(*words)
    assert len(told.splitlines()) == lines
    file = tmp_path / "events"
    said(*words, "-o", file)
    assert file.read_bytes().decode() == told.replace("\r\n", "\n").replace("\n", "\r\n" if name == "csv" else "\n")
    assert file.stat().st_mode & 0o777 == 0o600
    said(*words, "-o", file, code=1)
    said("export", "-d", ledger, "--format", name, "--purpose", "none-such", code=1)


def test_acts_are_found_by_whoever_did_them_in_queries_and_exports(tmp_path):
    act = Act("act-1", AT, Acts.TERMS_ADDED, Operator(OperatorKind.ACCOUNT, "root", "alice"))

    async def fill():
        ledger = await opened(tmp_path)
        await ledger.begin(intent("ex-1"))
        await ledger.tell(act)
        await ledger.close()

    asyncio.run(fill())
    for operator in ("root", "alice"):
        (line,) = said("query", "-d", tmp_path / "ledger", "--operator", operator, "--json").splitlines()
        assert json.loads(line)["event"]["metadata"]["event_code"] == "terms.added"
    told = said("export", "-d", tmp_path / "ledger", "--format", "csv", "--operator", "alice", "--event", "terms.added")
    (row,) = csv.DictReader(told.splitlines())
    assert (row["event"], row["operator"]) == ("terms.added", "root alice")
