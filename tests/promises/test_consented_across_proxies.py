"""Promise 2 with several proxies on one PostgreSQL: what is said at one counts in the very next request at another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.postgres import Postgres
from harness.process import Proxy, Response, fetch, settings
from harness.recorder import Recorder

TOKEN = "admin-token-of-this-test"


@dataclass
class Pair:
    """Two proxies with one store and one recipient; the server of the store is theirs alone."""

    one: Proxy
    other: Proxy
    recorder: Recorder
    postgres: Postgres


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    postgres = Postgres()
    store = postgres.database()
    with Recorder() as recorder:
        proxies = []
        for name in ("one", "other"):
            directory: Path = tmp_path_factory.mktemp(name)
            document = settings(directory, recorder.base_url, store=store)
            document["ledger"]["name"] = name
            document["admin"]["token"] = {"env": "ADMIN_TOKEN"}
            proxies.append(Proxy(directory, document, {"ADMIN_TOKEN": TOKEN}))
        proxies[0].meeting()
        for proxy in proxies:
            proxy.start()
        yield Pair(*proxies, recorder, postgres)
        for proxy in proxies:
            proxy.stop()
    postgres.stop()


def say(proxy: Proxy, state: str, person: str = "p-cho") -> None:
    """Record what a person said, at one of the proxies."""
    event = {
        "participant": person, "scope": "meeting", "scope_id": "m1", "purpose": "summary", "recipient": "acme-llm",
        "state": state, "method": "verbal", "affirmative": True,
    }  # fmt: skip
    if state == "granted":
        event |= {"valid_from": "2026-03-01T00:00:00Z"}
    address = f"http://127.0.0.1:{proxy.document['admin']['port']}/v1/consent-events"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    reply = fetch(address, json.dumps(event).encode(), headers)
    assert reply.status == 201, reply.body


def chat(proxy: Proxy, mark: str) -> Response:
    return proxy.chat(f"Chiara Montefusco: canary-{mark} of the budget.\n")


def left(pair: Pair, mark: str) -> bool:
    return any(f"canary-{mark}".encode() in received.raw for received in pair.recorder.received)


def test_each_word_counts_in_the_very_next_request_at_the_other(pair: Pair) -> None:
    """Back and forth, so that nothing remembered from the request before could give the right answer."""
    for turn in range(6):
        here, there = (pair.one, pair.other) if turn % 2 else (pair.other, pair.one)
        say(here, "granted")
        assert chat(there, f"yes-{turn}").status == 200
        assert left(pair, f"yes-{turn}")
        say(here, "withdrawn")
        assert chat(there, f"no-{turn}").status in (200, 403)
        assert chat(here, f"none-{turn}").status in (200, 403)
    assert not any(left(pair, f"{kind}-{turn}") for kind in ("no", "none") for turn in range(6))


def test_while_the_database_is_away_nothing_leaves_and_then_it_goes_on(pair: Pair) -> None:
    """Neither proxy is restarted: each connects anew by itself."""
    say(pair.one, "granted")
    assert chat(pair.other, "before").status == 200

    pair.postgres.restart()
    assert chat(pair.other, "restarted").status == 200

    pair.postgres.end()
    for proxy in (pair.one, pair.other):
        reply = chat(proxy, "away")
        assert reply.status == 503
        assert reply.json["error"]["code"] == "store_unavailable"
        assert proxy.admin("/readyz").status == 503
    pair.postgres.start()

    say(pair.one, "withdrawn")
    assert chat(pair.other, "withdrawn").status in (200, 403)
    assert left(pair, "before")
    assert left(pair, "restarted")
    assert not left(pair, "away")
    assert not left(pair, "withdrawn")
