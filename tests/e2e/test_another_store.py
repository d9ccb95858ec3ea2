"""A store that is not the one with which the ledger was written is found: nobody is told that nothing left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.forks import Ran, ran
from harness.process import Proxy, settings
from harness.recorder import Recorder
from harness.stores import sqlite_store

LINES = "Annika Solberg: The budget is late.\n"


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """A proxy with which words of Annika left, and which was stopped."""
    with Recorder() as recorder:
        made = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        with_annika(made)
        made.start()
        assert made.chat(LINES).status == 200
        made.stop()
        yield made
        made.kill()


def with_annika(proxy: Proxy) -> None:
    proxy.meeting()
    proxy.consent("grant", "p-ann")


def command(proxy: Proxy, *words: str) -> Ran:
    return ran([*words, "--config", str(proxy.config)], proxy.directory)


def store_anew(proxy: Proxy) -> None:
    """As after a lost disk: the same people and records, and none of the keys."""
    for each in proxy.directory.glob("proxy.db*"):
        each.unlink()
    sqlite_store(proxy.directory / "proxy.db")
    with_annika(proxy)


def test_its_own_store_tells_what_left(proxy: Proxy) -> None:
    told = command(proxy, "subject", "report", "p-ann", "--json")
    assert (told.code, len(json.loads(told.out)["exchanges"])) == (0, 1)


def test_a_proxy_does_not_start_on_another_store(proxy: Proxy) -> None:
    store_anew(proxy)
    ended = command(proxy, "serve")
    assert ended.code == 3
    assert "store_lacks_keys at store: the store has no key for any of the 1 meetings" in ended.err
    assert "--accept-loss" in ended.err


def test_what_left_is_not_known_by_another_store(proxy: Proxy) -> None:
    store_anew(proxy)
    told = command(proxy, "subject", "report", "p-ann", "--json")
    assert (told.code, json.loads(told.out)["ledger_read"]) == (3, False)
    assert "this store has no key" in json.loads(told.out)["note"]

    refused = command(proxy, "subject", "forget", "p-ann", "--yes")
    assert refused.code == 1
    assert "ledger_unread: this store has no keys for meetings that the ledger names (1)" in refused.err

    withdrawn = command(
        proxy, "consent", "withdraw", "--participant", "p-ann", "--purpose", "summary", "--scope", "org", "--json"
    )
    assert json.loads(withdrawn.out)["already_left"]["exchanges"] is None


def test_the_doctor_finds_another_store(proxy: Proxy) -> None:
    store_anew(proxy)
    found = command(proxy, "doctor", "--offline", "--json")
    assert found.code == 1
    (store,) = (each for each in json.loads(found.out) if each["what"] == "store")
    assert (store["state"], "no key for 1 of 1 meetings" in store["told"]) == ("failed", True)


def test_a_loss_that_was_accepted_stays_told(proxy: Proxy) -> None:
    store_anew(proxy)
    proxy.start("--accept-loss")
    assert proxy.chat(LINES).status == 200
    proxy.stop()
    proxy.start()
    proxy.stop()
    told = command(proxy, "subject", "report", "p-ann", "--json")
    assert (told.code, json.loads(told.out)["ledger_read"]) == (3, False)


def test_an_older_copy_of_the_store_is_found(proxy: Proxy, tmp_path: Path) -> None:
    copy = tmp_path / "older.db"
    assert command(proxy, "store", "backup", str(copy)).code == 0
    proxy.meeting(name="later")
    proxy.start()
    assert proxy.chat(LINES, meeting="later").status in {200, 403}
    proxy.stop()
    for each in tmp_path.glob("proxy.db*"):
        each.unlink()
    copy.rename(tmp_path / "proxy.db")

    told = command(proxy, "subject", "report", "p-ann")
    assert (told.code, "names meetings (1) for which this store has no key" in told.out) == (3, True)
