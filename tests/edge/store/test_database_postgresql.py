"""The store on a server: how it is addressed, what it asks of the server, and what happens when that is away."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness.postgres import Postgres
from harness.roles import as_role, documented
from harness.stores import postgres_store
from sqlalchemy import make_url

from proxy.edge.store import database
from proxy.edge.store import database as store_url
from proxy.edge.store.replies import REMEMBERED, SealedReply
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.model import Participant

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A server that a test may end."""
    server = Postgres()
    yield server
    server.stop()


# --- its address ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("postgresql://proxy:secret@db/proxy", "PGPASSWORD"),
        ("postgresql://db/proxy", "name user"),
        ("postgresql://proxy@db", "name user"),
        ("postgresql://proxy@/proxy", "name user"),
        ("postgresql://proxy@db/proxy?options=-csearch_path%3Dx", "only host"),
        ("postgresql://proxy@db/proxy?sslmode=prefer", "sslmode"),
        ("postgresql://proxy@db/proxy?sslmode=require&sslmode=disable", "only host"),
        ("postgresql+psycopg://proxy@db/proxy", "postgresql://user@host"),
    ],
)
async def test_an_address_that_cannot_be_meant_is_a_fault_with_a_remedy(url: str, remedy: str):
    with pytest.raises(OwnFault, match=remedy) as caught:
        await Store.open(url)

    assert caught.value.where == "store"
    assert "secret" not in str(caught.value)


def test_a_check_of_the_configuration_finds_it_without_opening_anything():
    assert store_url.problems("postgresql://proxy@db.invalid/proxy") == []
    (problem,) = store_url.problems("postgresql://proxy:secret@db.invalid/proxy")
    assert problem.startswith("store: ")
    assert "PGPASSWORD" in problem
    assert "secret" not in problem


@pytest.mark.parametrize(
    ("url", "verified"),
    [
        ("postgresql://proxy@db.example/proxy", True),
        ("postgresql://proxy@db.example/proxy?sslmode=verify-full", True),
        ("postgresql://proxy@127.0.0.1/proxy?sslmode=verify-full", True),
        ("postgresql://proxy@db.example/proxy?sslmode=require", False),
        ("postgresql://proxy@db.example/proxy?sslmode=disable", None),
        ("postgresql://proxy@127.0.0.1/proxy", None),
        ("postgresql://proxy@localhost/proxy", None),
        ("postgresql://proxy@/proxy?host=/run/postgresql", None),
    ],
)
def test_connections_to_other_machines_are_encrypted_and_verified(url: str, verified: bool | None):
    arguments = store_url.connect_arguments(store_url.parse(url))

    context = arguments["ssl"]
    if verified is None:
        assert context is False
    else:
        assert isinstance(context, ssl.SSLContext)
        assert context.check_hostname is verified
        assert (context.verify_mode is ssl.CERT_REQUIRED) is verified


async def test_a_server_that_cannot_encrypt_is_told_nothing():
    told: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # asks for TLS
        writer.write(b"N")
        await writer.drain()
        told.append(await reader.read())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(OwnFault, match="store_unavailable"):
        await Store.open(f"postgresql://proxy@127.0.0.1:{port}/proxy?sslmode=require")
    server.close()

    assert b"".join(told) == b""


def test_a_standby_is_no_place_to_read_withdrawals_from():
    arguments = store_url.connect_arguments(store_url.parse("postgresql://proxy@db.example/proxy"))

    assert arguments["target_session_attrs"] == "read-write"


# --- passwords ------------------------------------------------------------------------------------


async def test_the_password_comes_from_the_environment(own: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    url = await asyncio.to_thread(own.database)
    await asyncio.to_thread(own.sql, "CREATE ROLE known SUPERUSER LOGIN PASSWORD 'open-sesame'")
    rules = own.directory / "data" / "pg_hba.conf"
    rules.write_text("local all known scram-sha-256\n" + rules.read_text())
    await asyncio.to_thread(own.restart)
    url = url.replace("postgres@", "known@")
    passwords = tmp_path / "passwords"
    passwords.write_text("*:*:*:known:open-sesame\n")
    passwords.chmod(0o600)

    for name, value in (("PGPASSWORD", "open-sesame"), ("PGPASSFILE", str(passwords))):
        with monkeypatch.context() as environment:
            environment.setenv(name, value)
            async with await Store.open(url) as store:
                await store.ping()
    monkeypatch.setenv("PGPASSWORD", "open-barley")
    with pytest.raises(OwnFault, match="store_unavailable") as caught:
        await Store.open(url)
    assert "barley" not in str(caught.value)
    assert caught.value.__suppress_context__


# --- rights ---------------------------------------------------------------------------------------


async def test_a_role_that_may_change_no_tables_uses_what_another_made(postgres: Postgres):
    url = await asyncio.to_thread(postgres_store, postgres)
    needed, to_forget = documented()

    async with await Store.open(await asyncio.to_thread(as_role, postgres, url, needed)) as store:
        assert await store.links.spend("n", "i", NOON)
        await store.keys.of(["p1"])
        await store.keys.forget("p1")
        assert await store.keys.known(["p1"]) == {}
        await store.people.put(Participant("p1", "Jane Doe", (), ("jane@acme.example",)))
        await store.holds.put("p1", "court", NOON)
        with pytest.raises(OwnFault, match="store_denied") as caught:
            await store.forgetting.forget(["p2"], lambda: "1")
        assert caught.value.__suppress_context__
        assert not await store.forgetting.purge()
        assert await store.jobs.put(SealedReply("j", "bot", NOON, ["p1"], b"s"), NOON)
        await store.jobs.sweep(NOON + REMEMBERED)
        assert await store.jobs.find("j") is None
        await asyncio.to_thread(as_role, postgres, url, to_forget)
        await store.forgetting.forget(["p2"], lambda: "1")
        with pytest.raises(OwnFault, match="store_unavailable"):  # The hold.
            await store.forgetting.forget(["p1"], lambda: "1")


async def test_a_role_that_may_not_make_tables_is_told_so(postgres: Postgres):
    url = await asyncio.to_thread(postgres.database)
    await asyncio.to_thread(postgres.sql, "CREATE ROLE stranger LOGIN")

    with pytest.raises(OwnFault, match="store upgrade") as caught:
        await Store.open(postgres.url(make_url(url).database or "", "stranger"))

    assert caught.value.__suppress_context__


# --- when it is away ------------------------------------------------------------------------------


async def test_a_server_that_restarts_is_connected_to_again(own: Postgres):
    url = await asyncio.to_thread(own.database)
    async with await Store.open(url) as store:
        await asyncio.gather(*(store.links.spend(f"n{n}", "i", NOON) for n in range(6)))
        await asyncio.to_thread(own.restart)
        assert not await store.links.spend("n1", "i", NOON)
        await asyncio.gather(*(store.ping() for _ in range(6)))

        await asyncio.to_thread(own.end)
        with pytest.raises(OwnFault, match="store_unavailable"):
            await store.ping()
        with pytest.raises(OwnFault, match="store_unavailable"):
            await Store.open(url)
        await asyncio.to_thread(own.start)
        assert not await store.links.spend("n2", "i", NOON)


async def test_a_lock_that_is_never_let_go_is_not_waited_for(postgres: Postgres, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store_url, "WAIT_SECONDS", 0.3)
    url = await asyncio.to_thread(postgres.database)
    async with await Store.open(url) as store, store._engine.begin() as other:
        await other.exec_driver_sql("LOCK TABLE spent")
        with pytest.raises(OwnFault, match="store_unavailable"):
            await store.links.spend("n", "i", NOON)
        await other.rollback()
        assert await store.links.spend("n", "i", NOON)


async def test_a_server_that_takes_connections_and_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store_url, "WAIT_SECONDS", 0.3)
    monkeypatch.setattr(database, "LIMIT_SECONDS", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(OwnFault, match="store_unavailable"):
            async with asyncio.timeout(20):
                await Store.open(f"postgresql://proxy@127.0.0.1:{silent.getsockname()[1]}/proxy")


async def test_every_connection_in_use_is_a_fault_and_not_a_queue_without_end(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.2)
    url = await asyncio.to_thread(postgres.database)
    async with await Store.open(url) as store:
        held = [await store._engine.connect() for _ in range(8)]
        began = time.monotonic()
        with pytest.raises(OwnFault, match="store_unavailable"):
            await store.ping()
        assert time.monotonic() - began < database.LIMIT_SECONDS
        for connection in held:
            await connection.close()
        await store.ping()
