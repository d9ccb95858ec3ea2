"""Promise 1, recorded, for operators: whatever they do is in a ledger, also where a proxy is killed in between."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import resource
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from harness.consent_page import invite, page_settings, press
from harness.patience import PATIENCE
from harness.postgres import Postgres
from harness.process import STARTED, Proxy, Response, fetch, settings
from harness.recorder import Recorder
from harness.stores import postgres_store

from proxy.audit.query import Subject, named_in
from proxy.edge.store.store import Store

TOKENS = {"HR_TOKEN": "token-of-the-hr-sync", "BOT_TOKEN": "token-of-the-meeting-bot"}
KILLS = int(os.environ.get("PROMISE_ACT_KILLS", "12"))


def with_tokens(document: dict[str, Any]) -> dict[str, Any]:
    document["admin"]["tokens"] = [
        {"name": "hr-sync", "token": {"env": "HR_TOKEN"}},
        {"name": "meeting-bot", "token": {"env": "BOT_TOKEN"}},
    ]
    return document


def call(proxy: Proxy, method: str, path: str, body: Any = None, token: str = TOKENS["HR_TOKEN"]) -> Response:
    address = f"http://127.0.0.1:{proxy.document['admin']['port']}{path}"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return fetch(address, None if body is None else json.dumps(body).encode(), headers, method)


def say(proxy: Proxy, person: str, state: str = "granted") -> Response:
    """Record that somebody said something, as an integration does: also of people on no roster yet."""
    event = {
        "participant": person, "scope": "org", "purpose": "summary", "recipient": "acme-llm", "state": state,
        "method": "verbal", "affirmative": True,
    }  # fmt: skip
    return call(proxy, "POST", "/v1/consent-events", event)


def until(found: Callable[[], Any]) -> Any:
    """What there is in the end."""
    deadline = time.monotonic() + PATIENCE
    while not (there := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return there


def of(proxy: Proxy, code: str) -> list[dict[str, Any]]:
    return [event for event in proxy.acts if event["metadata"]["event_code"] == code]


def operators(proxy: Proxy, code: str) -> list[str]:
    return [event["actor"]["user"].get("name") for event in of(proxy, code)]


def waiting(proxy: Proxy) -> int:
    return in_store(proxy, lambda store: store.acts.waiting()).count


def in_store(proxy: Proxy, work: Callable[[Store], Any]) -> Any:
    async def run() -> Any:
        async with await Store.open(proxy.document["store"]) as store:
            return await work(store)

    return asyncio.run(run())


def subjects(proxy: Proxy, people: list[str]) -> dict[str, Subject]:
    keys = in_store(proxy, lambda store: store.keys.known(people))
    return {person: Subject(key, "fjord") for person, key in keys.items()}


def verified(proxy: Proxy) -> None:
    """The ledger is in order, up to the checkpoint of its end as it was kept elsewhere."""
    kept = proxy.directory / "kept-checkpoint"
    kept.write_bytes((Path(proxy.document["ledger"]["directory"]) / "checkpoint").read_bytes())
    proxy.cli("ledger", "verify", "--config", str(proxy.config), "--checkpoint", str(kept))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Proxy]:
    """A proxy with consent pages and named tokens, started."""
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, with_tokens(page_settings(tmp_path, recorder.base_url)), dict(TOKENS))
        proxy.meeting()
        proxy.start()
        yield proxy
        if proxy.process is not None and proxy.process.poll() is None:
            proxy.kill()


def test_commands_callers_and_people_are_recorded_by_name(running: Proxy) -> None:
    account = pwd.getpwuid(os.getuid()).pw_name
    running.consent("grant", "p-ann")
    running.cli("people", "add", "--config", str(running.config), "--id", "p-zoe", "--name", "Zoe Lindqvist")
    running.cli("consent", "export", "--config", str(running.config), "--format", "csv")
    running.cli("ledger", "carried", "--config", str(running.config), "--participant", "Annika Solberg")
    assert say(running, "p-new").status == 201
    meeting = {"start": STARTED, "participants": [{"id": "p-ann", "name": "Annika Solberg"}]}
    assert call(running, "PUT", "/v1/meetings/m2", meeting, TOKENS["BOT_TOKEN"]).status == 200
    assert call(running, "GET", "/v1/people/p-ann/exchanges").status == 200
    for _ in range(5):
        assert call(running, "GET", "/v1/people", token="guessed").status == 401
    press(invite(running, "--purpose", "summary")["p-ben"], "no_to_all")

    assert running.stop() == 0
    assert waiting(running) == 0
    assert sorted(operators(running, "consent.recorded"), key=str) == sorted([account, "hr-sync", None], key=str)
    assert operators(running, "person.changed") == operators(running, "consent.invited") == [account]
    assert operators(running, "consent.exported") == [account]
    assert operators(running, "person.reported") == [account, "hr-sync"]
    assert operators(running, "meeting.changed") == [account, "meeting-bot"]
    assert sorted(operators(running, "operator.signed_in")) == ["hr-sync", "meeting-bot"]
    refused = [event["unmapped"]["ledger"]["count"] for event in of(running, "operator.refused")]
    assert (refused[0], sum(refused)) == (1, 5)
    (own,) = (event for event in of(running, "consent.recorded") if "name" not in event["actor"]["user"])
    ben = subjects(running, ["p-ben"])["p-ben"]
    assert ben.is_named(own["actor"]["user"]["uid"])
    assert (own["unmapped"]["ledger"]["way"], own["unmapped"]["ledger"]["state"]) == ("page", "denied")
    verified(running)

    told = running.cli("ledger", "tail", "--config", str(running.config), "-n", "50")
    assert f"{account} recorded a yes for summary to acme-llm, about ptc:" in told
    assert "token hr-sync signed in to the admin API" in told
    assert "recorded a no on their own page for summary to acme-llm" in told
    found = running.cli("ledger", "query", "--config", str(running.config), "--event", "meeting.changed", "--json")
    assert len(found.splitlines()) == 2


def test_what_happens_while_no_proxy_runs_is_recorded_by_the_next(running: Proxy) -> None:
    assert running.stop() == 0
    before = len(running.acts)
    running.consent("grant", "p-ann")
    running.document["limits"] = {"json_depth": 32}
    assert waiting(running) == 1
    running.start()

    (act, changed) = until(lambda: running.acts[before:] if len(running.acts) >= before + 2 else None)
    assert act["metadata"]["event_code"] == "consent.recorded"
    assert changed["metadata"]["event_code"] == "settings.changed"
    digests = changed["unmapped"]["ledger"]
    assert digests["old"] != digests["new"]
    assert act["metadata"]["logged_time"] >= act["time"]
    running.stop()
    running.start()
    running.stop()
    assert len(of(running, "settings.changed")) == 1


def test_a_ledger_that_cannot_grow_keeps_no_operator_and_loses_no_act(running: Proxy) -> None:
    """A full disk, as the process sees it; then it is killed, between the store, which has the acts, and the ledger."""
    until(lambda: not waiting(running))
    before = {event["metadata"]["uid"] for event in running.acts}
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    for person in ("p-ann", "p-ben", "p-cho"):
        running.consent("deny", person)
    assert waiting(running) >= 3
    running.kill()
    assert len(running.acts) == len(before)

    running.start()
    until(lambda: not waiting(running))
    new = [event for event in of(running, "consent.recorded") if event["metadata"]["uid"] not in before]
    assert len({event["metadata"]["uid"] for event in new}) == 3
    assert running.stop() == 0
    verified(running)


CANARY = "zqcanary"


def test_nothing_that_an_operator_writes_is_in_the_ledger(running: Proxy) -> None:
    numbers = iter(range(1000))

    def canary() -> str:
        return f"{CANARY}{next(numbers):04d}"

    people = [
        {"id": canary(), "name": f"{canary()} {canary()}", "emails": [f"{canary()}@{canary()}.example"],
         "aliases": [canary()]} for _ in range(3)
    ]  # fmt: skip
    facts = {"start": STARTED, "series": canary(), "participants": people}
    meeting = canary()
    assert call(running, "PUT", f"/v1/meetings/{meeting}", facts).status == 200
    seen = {"label": canary(), "event": "joined", "at": STARTED, "seat": canary()}
    assert call(running, "POST", f"/v1/meetings/{meeting}/presence", seen).status == 200
    assert call(running, "PUT", f"/v1/people/{people[0]['id']}", {"name": canary()}).status == 200
    said = {
        "participant": people[0]["id"], "scope": "meeting", "scope_id": meeting, "purpose": f"x-{canary()}",
        "recipient": "*", "state": "denied", "method": canary(), "affirmative": True, "terms_version": canary(),
        "evidence_ref": canary(), "notice_hash": canary(),
    }  # fmt: skip
    assert call(running, "POST", "/v1/consent-events", said).status == 201
    assert call(running, "GET", f"/v1/people/{canary()}/exchanges", token=canary()).status == 401
    text = running.directory / "terms.txt"
    text.write_text(f"We keep {canary()}.\n")
    terms = ("terms", "add", "acme-llm", "--config", str(running.config))
    running.cli(*terms, "--version", (version := canary()), str(text))
    running.cli("terms", "accept", "acme-llm", version, "--config", str(running.config), "--by", canary())
    running.cli("people", "alias", people[1]["id"], canary(), "--config", str(running.config))

    assert running.stop() == 0
    codes = {event["metadata"]["event_code"] for event in running.acts}
    assert codes >= {"meeting.changed", "person.changed", "consent.recorded", "terms.added", "terms.accepted"}
    for kept in (running.ledger_bytes, running.log.read_bytes()):
        assert CANARY.encode() not in kept


@dataclass
class Pair:
    """Two proxies with one PostgreSQL store, each with a ledger of its own."""

    one: Proxy
    other: Proxy


@pytest.fixture
def pair(tmp_path: Path, postgres: Postgres) -> Iterator[Pair]:
    store = postgres_store(postgres)
    with Recorder() as recorder:
        made = []
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            document = with_tokens(settings(tmp_path / name, recorder.base_url, store=store))
            document["ledger"]["name"] = name
            made.append(Proxy(tmp_path / name, document, dict(TOKENS)))
        yield Pair(*(proxy.start() for proxy in made))
        for proxy in made:
            if proxy.process is not None and proxy.process.poll() is None:
                proxy.kill()


def recorded_of(proxies: list[Proxy], people: list[str]) -> dict[str, set[str]]:
    """By person, the ids of the acts that record their consent, in any of the ledgers."""
    known = subjects(proxies[0], people)
    found: dict[str, set[str]] = {person: set() for person in people}
    by_name = {}
    for proxy in proxies:
        for event in of(proxy, "consent.recorded"):
            for shown in named_in(event):
                by_name.setdefault(shown, set()).add(event["metadata"]["uid"])
    for person, subject in known.items():
        for shown, uids in by_name.items():
            if subject.is_named(shown):
                found[person] |= uids
    return found


def test_with_two_proxies_on_one_store_each_act_is_in_one_ledger(pair: Pair) -> None:
    people = [f"p-{number}" for number in range(40)]

    def work(proxy: Proxy, own: list[str]) -> None:
        for person in own:
            assert say(proxy, person).status == 201

    threads = [
        threading.Thread(target=work, args=(proxy, people[start::2]))
        for start, proxy in enumerate((pair.one, pair.other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    pair.one.consent("deny", "p-0", "--not-yet-on-file")
    for proxy in (pair.one, pair.other):
        assert proxy.stop() == 0
    assert waiting(pair.one) == 0

    uids = [event["metadata"]["uid"] for proxy in (pair.one, pair.other) for event in of(proxy, "consent.recorded")]
    assert len(uids) == len(set(uids)) == len(people) + 1
    found = recorded_of([pair.one, pair.other], people)
    assert {person: len(each) for person, each in found.items()} == dict.fromkeys(people, 1) | {"p-0": 2}
    for proxy in (pair.one, pair.other):
        verified(proxy)


def test_a_proxy_that_is_killed_loses_no_act(pair: Pair) -> None:
    """One of two is killed again and again while it takes acts: what was answered with success is in some ledger."""
    accepted: list[str] = []
    tried: list[str] = []
    for kill in range(KILLS):
        ended = threading.Event()

        def work(victim: Proxy, kill: int = kill, ended: threading.Event = ended) -> None:
            for number in range(1000):
                tried.append(person := f"p-{kill}-{number}")
                try:
                    if say(victim, person).status == 201:
                        accepted.append(person)
                except (OSError, HTTPException):
                    return
                if ended.is_set():
                    return

        victim = pair.one if kill % 2 else pair.other
        mark = len(accepted)
        load = threading.Thread(target=work, args=(victim,))
        load.start()
        until(lambda mark=mark, kill=kill: len(accepted) > mark + kill)
        # By now some acts wait, some are on their way and some are recorded, on any machine.
        victim.kill()
        ended.set()
        load.join(PATIENCE)
        victim.start()
    for proxy in (pair.one, pair.other):
        assert proxy.stop() == 0
    assert waiting(pair.one) == 0

    found = recorded_of([pair.one, pair.other], tried)
    assert [person for person in accepted if len(found[person]) != 1] == []
    assert [person for person in tried if len(found[person]) > 1] == []
    for proxy in (pair.one, pair.other):
        verified(proxy)
