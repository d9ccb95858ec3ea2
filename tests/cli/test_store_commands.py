"""``meeting-proxy store``: says which schema a store has, and brings it to this version's."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from harness.postgres import Postgres
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.edge.store.schema import NEWEST
from proxy.errors import OwnFault


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["store", *words])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/proxy.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.database()


def test_a_store_is_made_and_then_up_to_date(url: str) -> None:
    assert "no store yet" in run("status", "--url", url, code=1)
    assert "up to date" in run("upgrade", "--url", url)
    assert run("status", "--url", url) == f"schema {NEWEST}; up to date\n"
    assert json.loads(run("status", "--url", url, "--json")) == {
        "schema": NEWEST, "newest": NEWEST, "up_to_date": True,
    }  # fmt: skip


def test_looking_makes_nothing(tmp_path: Path) -> None:
    run("status", "--url", f"sqlite:///{tmp_path}/proxy.db", code=1)
    assert list(tmp_path.iterdir()) == []


def test_an_older_store_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "proxy.db"
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)")
        raw.execute("INSERT INTO schema_version VALUES (1)")

    assert run("status", "--url", f"sqlite:///{path}", code=1) == f"schema 0001; this version needs {NEWEST}\n"
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_the_configuration_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = (Path(__file__).parents[2] / "config" / "proxy.yaml").read_text()
    (tmp_path / "proxy.yaml").write_text(source)

    run("upgrade", "--config", str(tmp_path / "proxy.yaml"))

    assert (tmp_path / "var" / "proxy.db").is_file()


def test_a_newer_store_is_a_fault(url: str, postgres: Postgres, tmp_path: Path) -> None:
    run("upgrade", "--url", url)
    newer = "UPDATE alembic_version SET version_num = '9999'"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(tmp_path / "proxy.db")) as raw, raw:
            raw.execute(newer)
    else:
        postgres.sql(newer, url.rsplit("/", 1)[0].rsplit("@/", maxsplit=1)[-1].split("?", maxsplit=1)[0])
    done = CliRunner().invoke(app, ["store", "upgrade", "--url", url])
    assert isinstance(done.exception, OwnFault)
    assert "newer version" in str(done.exception)
