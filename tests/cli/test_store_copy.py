"""``meeting-proxy store copy``: everything of one store is in another, and whatever would lose something is refused."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness.postgres import Postgres
from harness.stores import postgres_store, sqlite_store
from sqlalchemy import create_engine, insert, select
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.edge.store.store import Store
from proxy.edge.store.tables import metadata
from proxy.errors import ClientFault, OwnFault

CONFIG = """
version: 1
organization: example-org
recipients: {acme: {base_url: "https://llm.example/v1", terms: {version: v1}}}
routes: [{name: s, path: /s, dialect: openai-chat, purpose: summary, recipient: acme}]
clients: [{name: bot, key_sha256: "%s", routes: [s]}]
consent: {methods: [verbal]}
store: %s
"""
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BEFORE_THE_COPY = {"schema_version"}
"""What every new store holds already."""


def run(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def value_for(column, row: int) -> object:
    """A value of the column's type, another one for each row."""
    if column.foreign_keys:
        return f"id-{row}"
    kinds = {
        "Instant": NOW + timedelta(microseconds=row),
        "Boolean": row % 2 == 0,
        "Integer": row + 7,
        "BigInteger": 2**40 + row,
        "Float": 0.1 + row,
        "LargeBinary": b"\0\xff" + bytes([row]),
        "JSON": ["\u00e4", {"b": row, "a": None}],
    }
    kind = type(column.type).__name__
    return f"id-{row}" if kind == "String" and column.primary_key else kinds.get(kind, f"\u00fcber {column.name} {row}")


def filled(path: Path) -> str:
    """The URL of a store in which every table holds two rows, with every kind of value."""
    engine = create_engine(f"sqlite:///{sqlite_store(path)}")
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if table.name in BEFORE_THE_COPY:
                continue
            rows = [{column.name: value_for(column, row) for column in table.columns} for row in range(2)]
            connection.execute(insert(table), rows)
    engine.dispose()
    return f"sqlite:///{path}"


def config_of(folder: Path, store: str) -> Path:
    file = folder / f"{secrets.token_hex(4)}.yaml"
    file.write_text(CONFIG % ("0" * 64, store))
    return file


async def rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    async with await Store.open(url) as store:
        return {
            table.name: sorted((tuple(row) for row in await store._db.rows(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])
def ways(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A filled store, and where another is to be."""
    postgres: Postgres = request.getfixturevalue("postgres")
    first = filled(tmp_path / "first.db")
    if request.param == "sqlite to postgresql":
        return first, postgres.database()
    second = f"sqlite:///{tmp_path}/second.db"
    if request.param == "sqlite to sqlite":
        return first, second
    between = postgres.database()
    run("store", "copy", "--to", between, "--config", config_of(tmp_path, first))
    return between, second


def test_everything_is_there_and_the_source_is_as_it_was(ways: tuple[str, str], tmp_path: Path) -> None:
    source, target = ways
    before = asyncio.run(rows_of(source))

    told = run("store", "copy", "--to", target, "--config", config_of(tmp_path, source))

    assert asyncio.run(rows_of(target)) == before == asyncio.run(rows_of(source))
    assert all(len(rows) == 2 for name, rows in before.items() if name not in BEFORE_THE_COPY)
    assert "subject_keys: 2 rows" in told
    assert "sha256:" in told


def test_what_is_written_next_gets_a_number_that_nothing_had(ways: tuple[str, str], tmp_path: Path) -> None:
    source, target = ways
    run("store", "copy", "--to", target, "--config", config_of(tmp_path, source))

    async def added() -> list[int]:
        async with await Store.open(target) as store:
            await store.acts.did("person.reported", people=["p"])
            return sorted(row.seq for row in await store._db.rows(select(metadata.tables["acts"].c.seq)))

    assert asyncio.run(added()) == [7, 8, 9]


@pytest.mark.parametrize("server", [False, True])
def test_a_store_with_anything_in_it_is_left_alone(tmp_path: Path, postgres: Postgres, server: bool) -> None:
    source = filled(tmp_path / "first.db")
    target = postgres_store(postgres) if server else f"sqlite:///{sqlite_store(tmp_path / 'second.db')}"

    async def one() -> None:
        async with await Store.open(target) as store:
            await store.keys.of(["p-ann"])

    asyncio.run(one())
    before = asyncio.run(rows_of(target))

    with pytest.raises(ClientFault, match="subject_keys") as found:
        run("store", "copy", "--to", target, "--config", config_of(tmp_path, source))

    assert found.value.reason == "copy_exists"
    assert asyncio.run(rows_of(target)) == before


def test_a_store_is_not_copied_to_itself(tmp_path: Path) -> None:
    source = filled(tmp_path / "first.db")
    with pytest.raises(ClientFault, match="holds rows already"):
        run("store", "copy", "--to", source, "--config", config_of(tmp_path, source))


def test_there_is_nothing_to_copy_where_there_is_no_store(tmp_path: Path) -> None:
    missing, target = tmp_path / "missing.db", tmp_path / "second.db"
    with pytest.raises(OwnFault, match="no store yet"):
        run("store", "copy", "--to", f"sqlite:///{target}", "--config", config_of(tmp_path, f"sqlite:///{missing}"))
    assert not missing.exists()
    assert not target.exists()


def test_a_store_whose_proxy_runs_is_not_copied(tmp_path: Path) -> None:
    """What the proxy recorded after the copy, such as a withdrawal, would be missing in the new store."""
    source, target = f"sqlite:///{sqlite_store(tmp_path / 'first.db')}", f"sqlite:///{tmp_path}/second.db"

    async def lives() -> None:
        async with await Store.open(source) as store:
            await store.logs.put("example-org/main", 1, b"checkpoint", datetime.now(UTC), 300.0, before=None)

    asyncio.run(lives())
    with pytest.raises(ClientFault, match="example-org/main") as found:
        run("store", "copy", "--to", target, "--config", config_of(tmp_path, source))
    assert found.value.reason == "log_alive"
    assert not Path(target.removeprefix("sqlite:///")).exists()
