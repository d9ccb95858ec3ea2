"""A store that cannot be opened: the fault names which one, what is wrong with it, and what to do."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from harness.postgres import Postgres

from proxy.edge.store.database import revision_at
from proxy.edge.store.store import Store
from proxy.errors import OwnFault


async def told(url: str) -> str:
    """What opening says."""
    with pytest.raises(OwnFault) as opened:
        await Store.open(url)
    assert opened.value.reason == "store_unavailable"
    return opened.value.detail


async def test_a_folder_is_no_store(tmp_path: Path):
    detail = await told(f"sqlite:///{tmp_path}")

    assert f"file {tmp_path}: it is a folder, or may not be read; name a file" in detail


async def test_a_file_of_something_else_is_named(tmp_path: Path):
    other = tmp_path / "notes.txt"
    other.write_text("nothing that a database would begin with\n" * 100)

    detail = await told(f"sqlite:///{other}")

    assert f"file {other}: it is no file of SQLite; name another one" in detail
    with pytest.raises(OwnFault, match="no file of SQLite"):
        await revision_at(f"sqlite:///{other}")


async def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path):
    (tmp_path / "taken").touch()

    detail = await told(f"sqlite:///{tmp_path}/taken/proxy.db")

    assert f"file {tmp_path}/taken/proxy.db: " in detail
    assert "it does not answer" not in detail


async def test_a_port_on_which_nothing_listens_is_named():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    detail = await told(f"postgresql://proxy@127.0.0.1:{port}/minutes")

    assert f"database minutes of role proxy on 127.0.0.1 port {port}: nothing listens there; start the server" in detail


async def test_a_host_without_an_address_is_named():
    detail = await told("postgresql://proxy@db.invalid/minutes")

    assert "on db.invalid port 5432: its host has no address here; correct the name" in detail


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("/template1", "/no_such"), "there is no such database; make it"),
        (("postgres@", "no_such@"), "the server does not let this role in; make the role"),
    ],
)
async def test_what_the_server_does_not_have_is_named(postgres: Postgres, change: tuple[str, str], what: str):
    url = f"postgresql://postgres@/template1?host={postgres.directory}".replace(*change)

    detail = await told(url)

    assert what in detail
    assert str(postgres.directory) in detail


async def test_a_wrong_password_is_told_and_not_shown(monkeypatch: pytest.MonkeyPatch):
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        body = b"SFATAL\0C28P01\0Mpassword authentication failed for open-barley\0\0"
        writer.write(b"E" + (len(body) + 4).to_bytes(4, "big") + body)
        await writer.drain()
        writer.close()

    monkeypatch.setenv("PGPASSWORD", "open-barley")
    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        detail = await told(f"postgresql://proxy@127.0.0.1:{port}/minutes")

    assert "the server does not take the password; correct PGPASSWORD" in detail
    assert "barley" not in detail


async def test_a_server_that_does_not_encrypt_is_told_apart():
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # asks for TLS
        writer.write(b"N")
        await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    detail = await told(f"postgresql://proxy@127.0.0.1:{port}/minutes?sslmode=require")
    server.close()

    assert "the server does not encrypt; switch TLS on there" in detail
