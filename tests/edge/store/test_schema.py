"""The store's schema: made and changed by steps, the same in both databases; older ones adopted, newer ones refused."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from harness.other_program import OtherProgram
from harness.patience import PATIENCE
from sqlalchemy.engine import Connection

from proxy.edge.store import schema
from proxy.edge.store.store import Store
from proxy.edge.store.tables import metadata
from proxy.errors import OwnFault

# As the first version made it, which knew no steps.
FIRST = """
CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE participants (id VARCHAR NOT NULL, name VARCHAR NOT NULL, aliases JSON NOT NULL, emails JSON NOT NULL,
  participant_class VARCHAR NOT NULL, minor BOOLEAN NOT NULL, members JSON NOT NULL, PRIMARY KEY (id));
CREATE TABLE meetings (id VARCHAR NOT NULL, started_at VARCHAR(27) NOT NULL, ended_at VARCHAR(27), series VARCHAR,
  complete BOOLEAN NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_meetings_started_at ON meetings (started_at);
CREATE INDEX ix_meetings_series ON meetings (series);
CREATE TABLE grants (seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id VARCHAR NOT NULL, participant VARCHAR NOT NULL,
  scope VARCHAR NOT NULL, scope_id VARCHAR NOT NULL, purpose VARCHAR NOT NULL, recipient VARCHAR NOT NULL,
  terms_version VARCHAR NOT NULL, state VARCHAR NOT NULL, valid_from VARCHAR(27) NOT NULL, valid_until VARCHAR(27),
  method VARCHAR NOT NULL, affirmative BOOLEAN NOT NULL, actor VARCHAR NOT NULL, recorded_at VARCHAR(27) NOT NULL,
  lawful_basis VARCHAR NOT NULL, evidence_ref VARCHAR, notice_hash VARCHAR, covers_earlier BOOLEAN NOT NULL,
  guardian BOOLEAN NOT NULL, UNIQUE (id));
CREATE INDEX ix_grants_participant ON grants (participant);
CREATE TRIGGER grants_no_update BEFORE UPDATE ON grants BEGIN SELECT RAISE(ABORT, 'consent records are append-only');
  END;
CREATE TRIGGER grants_no_delete BEFORE DELETE ON grants BEGIN SELECT RAISE(ABORT, 'consent records are append-only');
  END;
CREATE TRIGGER grants_no_replace BEFORE INSERT ON grants BEGIN SELECT RAISE(ABORT, 'consent records are append-only')
  WHERE EXISTS (SELECT 1 FROM grants WHERE id = NEW.id OR seq = NEW.seq); END;
CREATE TABLE attendance (meeting VARCHAR NOT NULL, participant VARCHAR NOT NULL, position INTEGER NOT NULL,
  joined_at VARCHAR(27), left_at VARCHAR(27), PRIMARY KEY (meeting, participant),
  FOREIGN KEY(meeting) REFERENCES meetings (id), FOREIGN KEY(participant) REFERENCES participants (id));
CREATE TABLE subject_keys (subject VARCHAR NOT NULL, secret BLOB NOT NULL, PRIMARY KEY (subject));
INSERT INTO schema_version VALUES (1);
INSERT INTO participants VALUES ('p1', 'Jane Doe', '["Jane"]', '[]', 'employee', 0, '[]');
INSERT INTO meetings VALUES ('m1', '2026-03-02T12:00:00.000000Z', NULL, 'weekly', 1);
INSERT INTO attendance VALUES ('m1', 'p1', 0, NULL, NULL);
INSERT INTO grants VALUES (1, 'g1', 'p1', 'meeting', 'm1', 'summary', 'acme', 'v1', 'denied',
  '2026-03-02T12:00:00.000000Z', NULL, 'verbal', 1, 'p1', '2026-03-02T12:00:00.000000Z', 'consent', NULL, NULL, 0, 0);
INSERT INTO subject_keys VALUES ('p1', x'01020304');
"""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    path = tmp_path / "first.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(FIRST)
    return path


async def in_store(store: Store, work: Callable[[Connection], Any]) -> Any:
    async with store._engine.connect() as connection:
        return await connection.run_sync(work)


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_the_steps_make_the_tables_that_the_code_knows(store: Store):
    assert await in_store(store, differences) == []
    assert await in_store(store, schema.revision_of) == schema.NEWEST


async def test_the_list_of_steps_is_that_of_the_directory():
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == schema.REVISIONS


async def test_a_store_of_the_first_version_is_adopted_with_all_that_is_in_it(first: Path):
    for first_time in (True, False):
        async with await Store.open(f"sqlite:///{first}") as store:
            meeting = await store.meetings.by_id("m1")
            assert meeting is not None
            assert [person.name for person in meeting.roster.participants] == ["Jane Doe"]
            assert [(g.id, g.state.value) for g in await store.consents.grants(["p1"])] == [("g1", "denied")]
            assert await store.keys.known(["p1"]) == {"p1": b"\1\2\3\4"}
            assert await in_store(store, differences) == []
            assert await store.links.spend("n", "i", meeting.started_at) is first_time


async def test_a_step_that_fails_leaves_the_store_as_it_was(first: Path):
    """A name that the step needs is taken; what was made before it came to that is not there."""
    with closing(sqlite3.connect(first)) as raw, raw:
        raw.execute("CREATE INDEX ix_grants_asked ON grants (id)")

    with pytest.raises(OwnFault, match="store_unavailable"):
        await Store.open(f"sqlite:///{first}")

    with closing(sqlite3.connect(first)) as raw:
        tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert raw.execute("SELECT count(*) FROM grants").fetchone() == (1,)
    assert tables.isdisjoint({"presence", "terms", "alembic_version"})


@pytest.mark.usefixtures("no_tables")
async def test_presence_that_is_on_file_has_no_seat_and_nobody_vouches_for_it(
    store_url: str, other_program: OtherProgram, monkeypatch: pytest.MonkeyPatch
):
    """Taken over from schema 0004; and a proxy of that version, which writes neither, goes on working."""
    with monkeypatch.context() as before:
        before.setattr(command, "upgrade", lambda config, _, upgrade=command.upgrade: upgrade(config, "0004"))
        async with await Store.open(store_url) as old:
            assert await in_store(old, schema.revision_of) == "0004"
    columns = "key, meeting, participant, event, at, source"
    row = "('{key}', 'm1', 'p1', 'joined', '2026-03-02T12:05:00.000000Z', 'zoom')"
    await other_program.sql(f"INSERT INTO presence ({columns}) VALUES {row.format(key='k1')}")

    async with await Store.open(store_url) as store:
        assert await in_store(store, differences) == []
        await other_program.sql(f"INSERT INTO presence ({columns}) VALUES {row.format(key='k2')}")
        found = await other_program.sql("SELECT key, seat, vouched FROM presence ORDER BY seq")
        assert [(key, seat, bool(vouched)) for key, seat, vouched in found] == [
            ("k1", None, False),
            ("k2", None, False),
        ]
        for change in ("UPDATE presence SET vouched = true", "DELETE FROM presence"):
            with pytest.raises((sqlite3.DatabaseError, asyncpg.PostgresError), match="append-only"):
                await other_program.sql(change)


@pytest.mark.usefixtures("no_tables")
@pytest.mark.parametrize("revision", schema.REVISIONS[:-1])
async def test_each_version_is_taken_over_with_its_meetings_and_may_go_on_beside_the_newest(
    store_url: str, other_program: OtherProgram, monkeypatch: pytest.MonkeyPatch, revision: str
):
    """A proxy of an earlier version writes the columns that it knows, before and after the store is upgraded."""
    with monkeypatch.context() as before:
        before.setattr(command, "upgrade", lambda config, _, upgrade=command.upgrade: upgrade(config, revision))
        async with await Store.open(store_url) as old:
            assert await in_store(old, schema.revision_of) == revision
    await other_program.sql(
        "INSERT INTO participants (id, name, aliases, emails, participant_class, minor, members)"
        " VALUES ('p1', 'Jane Doe', '[]', '[]', 'employee', false, '[]')"
    )
    for meeting in ("m1", "m2"):
        if meeting == "m2":
            async with await Store.open(store_url) as newest:
                assert await in_store(newest, schema.revision_of) == schema.NEWEST
        await other_program.sql(
            f"INSERT INTO meetings (id, started_at, complete) VALUES ('{meeting}', '2026-03-02T12:00:00.000000Z', true)"
        )
        await other_program.sql(
            f"INSERT INTO attendance (meeting, participant, position) VALUES ('{meeting}', 'p1', 0)"
        )

    async with await Store.open(store_url) as store:
        assert await in_store(store, differences) == []
        for meeting in await store.meetings.listed():
            assert [person.name for person in meeting.roster.participants] == ["Jane Doe"]
            assert meeting.recording_started_at is None
        assert len(await store.meetings.listed()) == 2


@pytest.mark.usefixtures("no_tables")
async def test_whoever_was_asked_or_said_yes_as_a_guardian_is_on_file_as_one(
    store_url: str, other_program: OtherProgram, monkeypatch: pytest.MonkeyPatch
):
    """Taken over from schema 0022. Whoever is not on file, and whoever answered for an adult, is not."""
    with monkeypatch.context() as before:
        before.setattr(command, "upgrade", lambda config, _, upgrade=command.upgrade: upgrade(config, "0022"))
        async with await Store.open(store_url):
            pass
    for who, minor in (("p-nora", "true"), ("p-ulf", "false"), ("p-eva", "false"), ("p-ann", "false")):
        await other_program.sql(
            "INSERT INTO participants (id, name, aliases, emails, participant_class, minor, members, vouched)"
            f" VALUES ('{who}', '{who}', '[]', '[]', 'guest', {minor}, '[]', '[]')"
        )
    await other_program.sql("INSERT INTO merged (id, participant) VALUES ('p-eva-2', 'p-eva')")
    at = "'2026-03-02T12:00:00.000000Z'"
    for who, by in (("p-nora", "p-ulf"), ("p-nora", "p-eva-2"), ("p-nora", "p-gone"), ("p-ann", "p-ulf")):
        await other_program.sql(
            "INSERT INTO grants (id, participant, scope, scope_id, purpose, recipient, terms_version, state,"
            " valid_from, method, affirmative, actor, recorded_at, lawful_basis, covers_earlier, guardian) VALUES"
            f" ('g-{who}-{by}', '{who}', 'org', 'fjord', 'summary', '*', 'v1', 'granted', {at}, 'verbal', true, '{by}',"
            f" {at}, 'consent', false, true)"
        )
    async with await Store.open(store_url) as store:
        known = {person.id: person.guardians for person in await store.people.everybody()}
    assert known == {"p-nora": ("p-ulf", "p-eva"), "p-ulf": (), "p-eva": (), "p-ann": ()}


@pytest.mark.parametrize("version", [2, 99, 0])
async def test_a_store_without_steps_of_another_version_is_refused(first: Path, version: int):
    with closing(sqlite3.connect(first)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = ?", (version,))

    with pytest.raises(OwnFault, match="another version"):
        await Store.open(f"sqlite:///{first}")


async def test_a_store_of_a_newer_version_is_refused_and_not_changed(store_url: str, other_program: OtherProgram):
    async with await Store.open(store_url):
        pass
    await other_program.sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(OwnFault, match="newer version") as caught:
        await Store.open(store_url)

    assert caught.value.status == 503
    assert await other_program.sql("SELECT version_num FROM alembic_version") == [("9999",)]


@pytest.mark.usefixtures("no_tables")
async def test_the_first_version_refuses_what_was_upgraded(store_url: str, other_program: OtherProgram):
    """It looks for exactly 1 here."""
    async with await Store.open(store_url):
        pass
    assert await other_program.sql("SELECT version FROM schema_version") == [(2,)]


def _open_once(url: str, barrier) -> None:
    async def run() -> None:
        barrier.wait()
        async with await Store.open(url) as store:
            await store.consents.grants(["p1"])

    asyncio.run(run())


def test_processes_may_adopt_a_store_at_once(first: Path):
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(4)
    racers = [fork.Process(target=_open_once, args=(f"sqlite:///{first}", barrier)) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(PATIENCE)

    assert [racer.exitcode for racer in racers] == [0, 0, 0, 0]


async def test_a_path_with_a_percent_sign_is_a_path(tmp_path: Path):
    async with await Store.open(f"sqlite:///{tmp_path}/50%25/proxy.db") as store:
        await store.ping()
    assert (tmp_path / "50%" / "proxy.db").stat().st_size > 0


INSERTS = {
    "grants": "('g1', 'p1', 'meeting', 'm1', 'summary', 'acme', 'v1', 'denied', '{at}', 'verbal', {yes}, 'p1', '{at}', "
    "'consent', {no}, {no})",
    "presence": "('k', 'm1', 'joined', '{at}', 'zoom', {no})",
    "terms": "('acme', '1', 'sha256:00', 'Text.', '{at}')",
    "terms_accepted": "('acme', '1', 'dpo', '{at}')",
    "spent": "('n', 'i', '{at}')",
    "incidents": "('forged', '{at}')",
}


@pytest.mark.parametrize("table", sorted(INSERTS))
async def test_records_cannot_be_changed_by_any_program(store: Store, other_program: OtherProgram, table: str):
    """The triggers are in the database, so they also hold for a connection that is not ours."""
    sqlite = store._engine.dialect.name == "sqlite"
    columns = [c.name for c in metadata.tables[table].columns if not c.nullable and c.name != "seq"]
    names = ", ".join(columns)
    row = INSERTS[table].format(at="2026-03-02T12:00:00.000000Z", yes="true", no="false")
    await other_program.sql(f"INSERT INTO {table} ({names}) VALUES {row}")
    before = await other_program.sql(f"SELECT * FROM {table}")
    assert len(before) == 1

    everything = ", ".join(c.name for c in metadata.tables[table].columns)
    attempts = [f"UPDATE {table} SET {columns[0]} = 'x'", f"DELETE FROM {table}"]
    again = [f"INSERT OR REPLACE INTO {table} ({everything}) SELECT {everything} FROM {table}"] if sqlite else []
    for statement in [*attempts, *again, *([] if sqlite else [f"TRUNCATE {table}"])]:
        try:
            await other_program.sql(statement)
        except (sqlite3.DatabaseError, asyncpg.PostgresError) as error:
            assert "append-only" in str(error)
        else:
            assert statement in again, statement
        assert await other_program.sql(f"SELECT * FROM {table}") == before


@pytest.mark.parametrize("key", ["id", "seq"])
async def test_a_record_cannot_be_replaced_by_another_with_its_key(tmp_path: Path, key: str):
    async with await Store.open(f"sqlite:///{tmp_path}/proxy.db"):
        pass
    with closing(sqlite3.connect(tmp_path / "proxy.db")) as raw, raw:
        names = ", ".join(c.name for c in metadata.tables["grants"].columns if not c.nullable and c.name != "seq")
        row = INSERTS["grants"].format(at="2026-03-02T12:00:00.000000Z", yes="true", no="false")
        raw.execute(f"INSERT INTO grants ({names}) VALUES {row}")
        new = row.replace("denied", "granted")
        other = new.replace("'g1'", "'g2'")
        statement = (
            f"INSERT OR REPLACE INTO grants ({names}) VALUES {new}"
            if key == "id"
            else f"INSERT OR REPLACE INTO grants (seq, {names}) VALUES (1, {other[1:]}"
        )
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            raw.execute(statement)
        assert raw.execute("SELECT state FROM grants").fetchall() == [("denied",)]
