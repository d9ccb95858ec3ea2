"""The store in a file: who may read it, what it refuses to be, and what is left when something is deleted."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from proxy.edge.store.store import Store
from proxy.errors import OwnFault


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "proxy.db"


@pytest.fixture
async def store(path: Path):
    async with await Store.open(f"sqlite:///{path}") as opened:
        yield opened


async def test_a_new_store_is_readable_by_its_owner_alone(store: Store, path: Path):
    await store.keys.of(["p1"])

    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
    assert modes["proxy.db"] == 0o600
    assert set(modes.values()) == {0o600}, "the write-ahead log holds the same records"


async def test_a_store_that_was_open_to_others_is_closed_to_them(path: Path):
    path.parent.mkdir()
    path.touch(mode=0o644)

    async with await Store.open(f"sqlite:///{path}"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_relative_path_is_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    async with await Store.open("sqlite:///var/proxy.db"):
        assert (tmp_path / "var" / "proxy.db").is_file()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://localhost/x",
        "not a url",
        "sqlite:///x.db?mode=ro",
        "sqlite://var/x.db",
    ],
)
async def test_urls_that_name_no_file_are_refused(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(OwnFault) as caught:
        await Store.open(url)

    assert caught.value.reason == "store_unavailable"
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_no_database_is_a_fault_without_quotes(path: Path):
    path.parent.mkdir()
    path.write_bytes(b"certainly not a database, and secret" * 50)

    with pytest.raises(OwnFault) as caught:
        await Store.open(f"sqlite:///{path}")

    assert caught.value.reason == "store_unavailable"
    assert "secret" not in str(caught.value)
    assert "database" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_commits_are_durable(store: Store):
    """The settings that make a commit survive a power cut are those of every connection."""
    settings = {}
    async with store._engine.connect() as first, store._engine.connect() as second:
        for name, connection in (("first", first), ("second", second)):
            settings[name] = [
                (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar()
                for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            ]

    assert settings == {"first": ["wal", 2, 1, 1], "second": ["wal", 2, 1, 1]}


async def test_a_forgotten_key_is_gone_from_the_files(store: Store, path: Path):
    """Neither the database file nor its write-ahead log holds the key's bytes any more."""
    key = (await store.keys.of(["p1"]))["p1"]
    assert any(key in p.read_bytes() for p in path.parent.iterdir())

    await store.keys.forget("p1")

    assert not any(key in p.read_bytes() for p in path.parent.iterdir())
    assert (await store.keys.of(["p1"]))["p1"] != key
