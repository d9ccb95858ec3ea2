"""Promise 5 where the reply arrives later: a job's reply is restored to the client that asked for the job, and to no
other, while consent stands and the time limit lasts; what is kept for it can be read by nobody without the key.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.process import Proxy
from harness.recorder import Recorder
from harness.skynet import (
    COMES_BACK,
    HIDDEN,
    OTHER_KEY,
    WORDS,
    Skynet,
    ask,
    ask_until,
    code,
    fetched,
    job_of,
    post,
    proxy_of,
)

from proxy.edge.store.store import Store


@dataclass
class Front:
    """A running proxy in front of Skynet."""

    proxy: Proxy
    recorder: Recorder
    skynet: Skynet


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    skynet = Skynet()
    with Recorder(skynet) as recorder:
        proxy = proxy_of(tmp_path_factory.mktemp("front"), recorder).start()
        yield Front(proxy, recorder, skynet)
        proxy.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Front]:
    """One of this test's own, not started yet, which it may break."""
    skynet = Skynet()
    with Recorder(skynet) as recorder:
        proxy = proxy_of(tmp_path, recorder)
        yield Front(proxy, recorder, skynet)
        if proxy.process is not None and proxy.process.poll() is None:
            proxy.kill()


def test_the_reply_of_a_job_is_restored_to_the_client_that_asked_for_it(front: Front) -> None:
    job = job_of(front.proxy, hint="meeting", prompt="Tell Annika Solberg what follows.", job_id="Annika-7")
    sent = front.skynet.jobs[job]
    assert sent.keys() == {"text", "hint", "prompt"}
    assert "PERSON_1" in sent["prompt"]

    waiting = ask(front.proxy, job)
    assert (waiting.status, waiting.json["status"], waiting.json["result"]) == (200, "pending", None)
    front.skynet.succeed(job)
    for _ in range(2):  # clients fetch again
        reply = ask(front.proxy, job)
        assert reply.status == 200
        assert reply.json["status"] == "success"
        assert COMES_BACK in reply.json["result"]
        assert "Annika Solberg: We meet again" in reply.json["result"]
        assert "Benedikt" not in reply.json["result"]
    assert [word for word in HIDDEN if word.encode() in front.recorder.wire] == []


def test_nothing_of_the_client_leaves_when_it_asks_for_a_reply(front: Front) -> None:
    job, mark = job_of(front.proxy), len(front.recorder.received)
    headers = {"X-Trace": "Annika", "Cookie": "Annika", "Accept-Language": "de", "User-Agent": "Annika/1"}
    assert ask(front.proxy, job, headers=headers).status == 200
    (received,) = front.recorder.received[mark:]
    assert received.head.startswith(f"GET /summaries/v1/job/{job} HTTP/1.1\r\n".encode())
    names = {line.partition(":")[0].lower() for line in received.head.decode().strip().split("\r\n")[1:]}
    assert names == {"host", "accept", "accept-encoding", "user-agent"}
    assert b"Annika" not in received.raw
    assert received.body == b""


def test_each_fetch_is_an_exchange_of_its_own_that_names_the_first(front: Front) -> None:
    asked = post(front.proxy)
    first = asked.headers["x-exchange-id"]
    second = ask(front.proxy, asked.json["id"]).headers["x-exchange-id"]
    assert first != second
    told = [event for event in front.proxy.settled() if event["metadata"].get("correlation_uid") == second]
    assert [event["metadata"]["event_code"] for event in told] == ["egress.intent", "egress.outcome"]
    for event in told:
        ledger = event["unmapped"]["ledger"]
        assert (ledger["first_exchange"], ledger["route"], ledger["purpose"]) == (first, "job", "summary")
        assert event["api"]["operation"] == "GET /summaries/v1/job/{job}"
    shown = front.proxy.cli("ledger", "show", "--config", str(front.proxy.config), second)
    assert "reply of" in shown
    assert first in shown
    assert asked.json["id"].encode() not in front.proxy.ledger_bytes
    assert asked.json["id"] not in front.proxy.log.read_text()


def test_another_clients_job_looks_just_like_an_unknown_one(front: Front) -> None:
    job, mark = job_of(front.proxy), len(fetched(front.recorder))
    front.skynet.succeed(job)
    theirs, unknown = ask(front.proxy, job, OTHER_KEY), ask(front.proxy, "5e0c0de0-none", OTHER_KEY)
    assert code(theirs) == code(unknown) == (404, "unknown_job")
    assert theirs.body == unknown.body
    assert len(fetched(front.recorder)) == mark


@pytest.mark.parametrize(
    ("more", "status", "reason"),
    [
        ("?customerId=Annika", 400, "query_not_allowed"),
        ("/Annika", 404, "unknown_route"),
        ("%20", 404, "unknown_route"),
    ],
)
def test_only_the_listed_path_is_fetched(front: Front, more: str, status: int, reason: str) -> None:
    job, mark = job_of(front.proxy), len(fetched(front.recorder))
    reply = ask(front.proxy, job, more=more)
    assert reply.status == status
    assert reason in reply.body.decode()
    assert len(fetched(front.recorder)) == mark


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("callback_url", "https://elsewhere.example/hook", "callback_not_allowed"),
        ("webhook", {"url": "https://elsewhere.example"}, "callback_not_allowed"),
        ("file_url", "https://elsewhere.example/a.txt", "uninspectable_content"),
        ("other", 1, "unknown_field"),
    ],
)
def test_a_request_that_has_the_recipient_go_elsewhere_is_refused(
    front: Front, field: str, value: object, reason: str
) -> None:
    mark = len(front.recorder.received)
    assert code(post(front.proxy, **{field: value})) == (400, reason)
    assert len(front.recorder.received) == mark


def test_what_the_recipient_says_of_a_failure_is_told_in_other_words(front: Front) -> None:
    job = job_of(front.proxy)
    quoted = front.skynet.jobs[job]["text"]
    front.skynet.states[job] = {"status": "error", "result": quoted, "error_message": quoted, "error_code": "timeout"}
    reply = ask(front.proxy, job)
    assert (reply.status, reply.json["status"], reply.json["error_code"]) == (200, "error", "timeout")
    assert "Tobias" not in reply.body.decode()
    assert "PERSON" not in reply.body.decode()

    del front.skynet.jobs[job]  # as Skynet itself does after a time
    assert code(ask(front.proxy, job)) == (404, "upstream_error")


@pytest.mark.parametrize(
    "state", [{"status": "done"}, {"id": "5e0c0de0-another"}, {"status": None}], ids=["state", "id", "none"]
)
def test_a_reply_that_is_another_job_is_not_passed_on(front: Front, state: dict) -> None:
    job = job_of(front.proxy)
    front.skynet.states[job] = {"status": "success", "result": "PERSON_1", **state}
    assert code(ask(front.proxy, job)) == (502, "bad_reply")


@pytest.mark.parametrize("name", ["../x", "", "withheld-1", "a b", "x" * 129])
def test_an_id_that_cannot_be_asked_for_is_not_given_to_the_client(front: Front, name: str) -> None:
    usual, front.skynet.name = front.skynet.name, lambda _: name
    try:
        assert code(post(front.proxy)) == (502, "bad_reply")
    finally:
        front.skynet.name = usual
        front.skynet.jobs.pop(name)


def test_a_job_that_is_named_twice_is_not_given_to_the_client(front: Front) -> None:
    job = job_of(front.proxy)
    usual, front.skynet.name = front.skynet.name, lambda _: job
    try:
        assert code(post(front.proxy)) == (502, "job_repeated")
        assert post(front.proxy, key=OTHER_KEY).status == 200
    finally:
        front.skynet.name = usual


def test_each_purpose_needs_its_own_grants(front: Front) -> None:
    mark = len(front.recorder.received)
    for work in ("action-items", "process-text"):
        reply = post(front.proxy, work, prompt="Find what is to be done.")
        sent = [received.json["text"] for received in front.recorder.received[mark:]]
        assert reply.status in (200, 403)
        assert not any("meet again" in text for text in sent)
    assert post(front.proxy, "table-of-contents").status == 200


def test_a_restart_keeps_jobs_and_another_key_opens_none(own: Front) -> None:
    """What is kept holds no original: not in the database, not in its log, not in backups of both."""
    proxy, skynet = own.proxy.start(), own.skynet
    job, other = job_of(proxy), job_of(proxy)
    skynet.succeed(job)
    proxy.kill()
    assert_sealed(proxy)

    proxy.start()
    assert COMES_BACK in ask(proxy, job).json["result"]
    proxy.stop()
    assert_sealed(proxy)

    proxy.environment["LATER_KEY"] = "f" * 64
    proxy.start()
    mark = len(fetched(own.recorder))
    for each in (job, other):
        reply = ask(proxy, each)
        assert code(reply) == (503, "job_unreadable")
        assert "Tobias" not in reply.body.decode()
    assert code(ask(proxy, "5e0c0de0-none")) == (404, "unknown_job")
    assert len(fetched(own.recorder)) == mark
    assert "Tobias" not in proxy.log.read_text()


def assert_sealed(proxy: Proxy) -> None:
    files = [path.read_bytes() for path in (*proxy.directory.glob("proxy.db*"), proxy.log)]
    assert any(b"later_replies" in held for held in files)
    files.append(proxy.ledger_bytes)
    canaries = ["Tobias", "Wennerstr", "kanal.example", "meet again", "PERSON_1", "5e0c0de", "Never, says"]
    assert [word for word in canaries for held in files if word.encode() in held] == []


def test_a_withdrawal_ends_what_was_not_fetched_yet(own: Front) -> None:
    proxy = own.proxy.start()
    job = job_of(proxy)
    own.skynet.succeed(job)
    proxy.consent("withdraw", "p-ann")
    assert code(ask(proxy, job)) == (403, "consent_withdrawn")
    assert fetched(own.recorder) == []
    refused = proxy.settled()[-1]
    assert refused["status_code"] == "consent_withdrawn"
    (hers,) = refused["resources"]
    asked = [e for e in proxy.events if e["metadata"]["event_code"] == "egress.intent"][-1]
    assert hers["uid"] in [person["uid"] for person in asked["resources"] if person["role"] == "sent"]
    assert (hers["role"], list(hers["data"]["reasons"])) == ("withheld", ["withdrawn"])
    assert b"p-ann" not in proxy.ledger_bytes

    proxy.consent("grant", "p-ann")
    second = job_of(proxy)
    own.skynet.succeed(second)
    asyncio.run(forgotten(proxy, "p-ben"))  # on the roster: might be named in what is kept
    assert code(ask(proxy, second)) == (410, "job_expired")
    assert fetched(own.recorder) == []


async def forgotten(proxy: Proxy, person: str) -> None:
    async with await Store.open(proxy.document["store"]) as store:
        await store.keys.forget(person)


def test_other_terms_end_a_job(own: Front) -> None:
    proxy = own.proxy.start()
    job = job_of(proxy)
    own.skynet.succeed(job)
    proxy.stop()
    proxy.document["recipients"]["acme-llm"]["terms"] = {"version": "2027-01-01"}
    proxy.start()
    assert code(ask(proxy, job)) == (403, "recipient_changed")
    assert fetched(own.recorder) == []


def test_after_the_time_limit_nothing_is_left_that_could_be_opened(own: Front) -> None:
    own.proxy.document["later_replies"]["hours"] = 1 / 3600
    proxy = own.proxy.start()
    job = job_of(proxy)
    own.skynet.succeed(job)
    reply = ask_until(proxy, job, 410)
    assert code(reply) == (410, "job_expired")
    mark = len(fetched(own.recorder))
    with closing(sqlite3.connect(proxy.directory / "proxy.db")) as raw:
        assert raw.execute("SELECT client, people, sealed FROM later_replies").fetchall() == [("bot", "[]", None)]
    proxy.stop()
    proxy.start()
    assert code(ask(proxy, job)) == (410, "job_expired")
    assert len(fetched(own.recorder)) == mark


def test_where_nothing_can_be_kept_the_client_gets_no_id(own: Front) -> None:
    def break_store() -> None:
        with closing(sqlite3.connect(own.proxy.directory / "proxy.db")) as raw, raw:
            raw.execute("ALTER TABLE later_replies RENAME TO away")

    proxy = own.proxy.start()
    own.skynet.before_naming = break_store
    reply = post(proxy)
    assert code(reply) == (503, "store_unavailable")
    assert not any(job.encode() in reply.body for job in own.skynet.jobs)
    outcome = next(e for e in proxy.settled() if e["metadata"]["event_code"] == "egress.outcome")
    assert outcome["status_code"] == "store_unavailable"
    assert outcome["unmapped"]["ledger"]["delivered"] == "none"
    assert len(own.skynet.jobs) == 1


def test_a_client_that_hides_errors_gets_a_job_that_tells_of_the_refusal(own: Front) -> None:
    own.proxy.document["consent"] = {"on_refusal": "synthetic_message", "min_retained_ratio": 0.3}
    proxy = own.proxy.start()
    mark = len(own.recorder.received)
    job = job_of(proxy, text="Chiara Montefusco: Nobody asked me.\n")
    assert re.fullmatch(r"withheld-[0-9a-f]{32}", job)
    told = ask(proxy, job).json
    assert (told["id"], told["status"]) == (job, "success")
    assert "Withheld by the meeting privacy proxy" in told["result"]
    assert len(own.recorder.received) == mark
    assert proxy.settled()[-1]["status_code"] == "job_withheld"


def test_words_are_what_this_suite_takes_them_for() -> None:
    """The canaries stand in what is sent."""
    assert [word for word in HIDDEN if word not in WORDS] == []
    assert COMES_BACK in WORDS
