"""SIGHUP on a running proxy: changed settings count from the next request, all of them or none, and nothing is cut."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness.consent_page import page_settings
from harness.forks import Fork, ran
from harness.patience import PATIENCE
from harness.process import KEY, Proxy, Response, fetch, settings
from harness.recorder import Received, Recorder, completion, said

RELOADS = int(os.environ.get("RELOADS", "100"))
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
LINE = "Annika Solberg: The zeppelin project is late.\n"


def client(key: str, name: str) -> dict[str, Any]:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {"name": name, "key_sha256": digest, "routes": ["summary", "compose", "plain"]}


@pytest.fixture
def recipient() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture
def proxy(tmp_path: Path, recipient: Recorder) -> Iterator[Proxy]:
    made = Proxy(tmp_path, settings(tmp_path, recipient.base_url), {"FIRST_TOKEN": "first-token-of-the-tests"})
    made.meeting()
    made.consent("grant", "p-ann")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def ask(proxy: Proxy, key: str = KEY) -> Response:
    body = {"model": "m", "messages": [{"role": "user", "content": LINE}]}
    return proxy.post("/m/m1/v1/chat/completions", json.dumps(body).encode(), {"Authorization": f"Bearer {key}"})


def refusals(proxy: Proxy) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in proxy.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "reload_refused"]


def until(found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (there := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return there


def test_a_new_key_counts_and_a_removed_one_does_not(proxy: Proxy) -> None:
    proxy.start()
    assert ask(proxy).status == 200
    assert ask(proxy, "second-key").status == 401

    proxy.document["clients"].append(client("second-key", "second"))
    assert proxy.reload() == []
    assert (ask(proxy).status, ask(proxy, "second-key").status) == (200, 200)

    del proxy.document["clients"][0]
    assert proxy.reload() == []
    assert (ask(proxy).status, ask(proxy, "second-key").status) == (401, 200)

    assert proxy.stop() == 0
    changes = [event for event in proxy.acts if event["metadata"]["event_code"] == "settings.changed"]
    assert len(changes) == 2
    assert len(set(DIGEST.findall(proxy.ledger_bytes.decode()))) == 3


@pytest.mark.parametrize(
    ("break_it", "field"),
    [
        (lambda document: document["listen"].update(port=1), "listen.port"),
        (lambda document: document.update(organization="other"), "organization"),
        (lambda document: document["ledger"].update(segment_bytes=4096), "ledger.segment_bytes"),
        (lambda document: document["routes"][0].update(recipient="nobody"), "routes[0].recipient"),
        (
            lambda document: document["detection"].update(dictionaries=[{"kind": "PROJECT", "file": "absent.txt"}]),
            "detection.dictionaries[0].file",
        ),
        (
            lambda document: document["recipients"]["acme-llm"].update(credential={"env": "NOT_SET"}),
            "recipients.acme-llm.credential.env",
        ),
        (lambda document: document["routes"][0].update(language="xx"), "routes[0].language"),
    ],
    ids=["listener", "organization", "ledger", "unknown-name", "missing-file", "missing-secret", "unknown-language"],
)
def test_what_cannot_be_taken_changes_nothing_and_is_named(
    proxy: Proxy, break_it: Callable[[dict[str, Any]], None], field: str
) -> None:
    proxy.start()
    before = proxy.admin("/readyz").json["settings"]
    proxy.document["clients"].append(client("second-key", "second"))
    port = proxy.document["listen"]["port"]
    break_it(proxy.document)

    (problem,) = proxy.reload()
    proxy.document["listen"]["port"] = port
    assert field in problem
    assert [line["field"] for line in refusals(proxy)] == [field]
    assert (ask(proxy).status, ask(proxy, "second-key").status) == (200, 401)
    after = proxy.admin("/readyz").json["settings"]
    assert (after["digest"], after["since"], after["reloads"]) == (before["digest"], before["since"], 0)
    assert 'meeting_proxy_reloads_total{result="refused"} 1.0' in proxy.admin("/metrics").body.decode()
    assert proxy.stop() == 0
    assert [event for event in proxy.acts if event["metadata"]["event_code"] == "settings.changed"] == []


def test_what_goes_by_its_age_goes_by_the_new_days_at_once(proxy: Proxy) -> None:
    def meetings() -> list[str]:
        listed = proxy.cli("meeting", "list", "--config", str(proxy.config), "--json").splitlines()
        return [json.loads(each)["id"] for each in listed]

    proxy.start()
    assert ask(proxy).status == 200
    proxy.document["retention"] = {"meetings_days": 36_500}
    proxy.document["ledger"]["retain_days"] = 400
    assert proxy.reload() == []
    assert meetings() == ["m1"]
    proxy.document["retention"] = {"meetings_days": 1}
    assert proxy.reload() == []
    until(lambda: meetings() == [])
    proxy.document["retention"] = {}
    assert proxy.reload() == []
    proxy.meeting(name="m2")
    assert proxy.reload() == []
    assert meetings() == ["m2"]


def test_a_file_that_is_no_yaml_changes_nothing_and_the_next_good_one_counts(proxy: Proxy) -> None:
    proxy.start()
    (problem,) = proxy.reload(written="version: 1\nclients: [\n")
    assert "proxy.yaml:3" in problem
    assert ask(proxy).status == 200
    proxy.document["clients"] = [client("second-key", "second")]
    assert proxy.reload() == []
    assert "problems" not in proxy.admin("/readyz").json["settings"]
    assert (ask(proxy).status, ask(proxy, "second-key").status) == (401, 200)


def command(proxy: Proxy, *words: str, code: int = 0) -> str:
    """What a client command prints: the key alone, if it makes one."""
    ended = ran(("client", *words, "--config", str(proxy.config)), proxy.directory)
    assert ended.code == code, ended.err
    return ended.err if code else ended.out.strip()


def test_keys_are_made_changed_and_taken_away_by_commands(proxy: Proxy) -> None:
    file = proxy.directory / "clients.yaml"
    proxy.document["clients_file"] = str(file)
    first = command(proxy, "add", "minutes", "--route", "summary")
    proxy.start()
    assert (ask(proxy).status, ask(proxy, first).status) == (200, 200)

    second = command(proxy, "rotate", "minutes")
    assert proxy.reload() == []
    assert (ask(proxy, first).status, ask(proxy, second).status) == (200, 200)
    assert "client revoke minutes --former" in command(proxy, "rotate", "minutes", code=1)

    command(proxy, "revoke", "minutes", "--former")
    assert proxy.reload() == []
    assert (ask(proxy, first).status, ask(proxy, second).status) == (401, 200)
    shown = [json.loads(line) for line in command(proxy, "list", "--json").splitlines()]
    assert [(each["name"], each["former_key"], each["file"]) for each in shown] == [
        ("bot", None, str(proxy.config)),
        ("minutes", None, str(file)),
    ]
    assert shown[1]["key"] == hashlib.sha256(second.encode()).hexdigest()[:8]
    assert first not in file.read_text()
    assert second not in file.read_text()

    command(proxy, "revoke", "minutes")
    assert proxy.reload() == []
    assert (ask(proxy).status, ask(proxy, second).status) == (200, 401)
    assert proxy.stop() == 0


def test_a_client_command_that_fails_leaves_the_file_as_it_is(proxy: Proxy) -> None:
    file = proxy.directory / "clients.yaml"
    proxy.document["clients_file"] = str(file)
    command(proxy, "add", "minutes", "--route", "summary")
    written = file.read_bytes()
    assert "used twice" in command(proxy, "add", "minutes", "--route", "summary", code=1)
    assert "used twice" in command(proxy, "add", "bot", "--route", "summary", code=1)
    assert "unknown route" in command(proxy, "add", "other", "--route", "nowhere", code=1)
    assert "change it there" in command(proxy, "rotate", "bot", code=1)
    assert "client list" in command(proxy, "revoke", "nobody", code=1)
    assert "no former key" in command(proxy, "revoke", "minutes", "--former", code=1)
    assert file.read_bytes() == written


def test_without_a_file_of_clients_a_command_prints_what_to_write(proxy: Proxy) -> None:
    before = proxy.config.read_bytes()
    ended = ran(("client", "add", "minutes", "--route", "summary", "--config", str(proxy.config)), proxy.directory)
    assert ended.code == 0
    key = ended.out.strip()
    assert yaml.safe_load(ended.err) == [
        {"name": "minutes", "key_sha256": hashlib.sha256(key.encode()).hexdigest(), "routes": ["summary"]}
    ]
    assert proxy.config.read_bytes() == before


def test_problems_of_the_file_of_clients_name_it_and_its_line(proxy: Proxy) -> None:
    file = proxy.directory / "clients.yaml"
    proxy.document["clients_file"] = str(file)
    assert "clients.yaml: does not exist; remedy: make it with: meeting-proxy client add" in (
        ran(("check", "--config", str(proxy.config)), proxy.directory).err
    )
    command(proxy, "add", "minutes", "--route", "summary")
    proxy.start()
    file.write_text(file.read_text().replace("- summary", "- nowhere"))
    (problem,) = proxy.reload()
    assert problem.startswith(f"{file}:6: clients[0].routes[0]: client 'minutes' names the unknown route")
    file.write_text("clients: [oops")
    (problem,) = proxy.reload()
    assert problem.startswith(f"{file}:")
    assert ask(proxy).status == 200


def test_the_command_finds_the_process_by_its_ledger(proxy: Proxy) -> None:
    words = ("reload", "--config", str(proxy.config))
    alone = ran(words, proxy.directory)
    assert (alone.code, "no proxy answers at" in alone.err) == (3, True)
    proxy.start()
    assert proxy.cli(*words).startswith("reloaded: sha256:")
    second = ran(("serve", "--config", str(proxy.config)), proxy.directory)
    assert proxy.process is not None
    assert (second.code, f"ledger_locked: process {proxy.process.pid} writes" in second.err) == (3, True)

    lock = Path(proxy.document["ledger"]["directory"]) / "lock"
    lock.write_text("1")  # a process of another container, or one that ended, whose number another has now
    unseen = ran(words, proxy.directory)
    assert unseen.code == 3
    assert "or name the process: --pid 4711" in unseen.err


def test_the_command_says_what_came_of_a_reload(proxy: Proxy) -> None:
    proxy.start()
    assert proxy.process is not None
    words = ("reload", "--config", str(proxy.config), "--pid", str(proxy.process.pid))
    proxy.document["clients"].append(client("second-key", "second"))
    assert proxy.cli(*words[:2], str(proxy.config), *words[3:]).startswith("reloaded: sha256:")
    assert ask(proxy, "second-key").status == 200

    recipient = proxy.document["recipients"]["acme-llm"]
    recipient["terms"]["file"] = str(proxy.directory / "terms.txt")
    (proxy.directory / "terms.txt").write_text("We may use your content to train our models.\n")
    recipient["may_train"] = False
    doubtful = ran((*words[:2], str(proxy.config), *words[3:]), proxy.directory)
    assert doubtful.code == 0
    assert "warning: recipients.acme-llm.may_train: is false, but the terms take content for training" in doubtful.err

    proxy.document["organization"] = "other"
    refused = ran((*words[:2], str(proxy.config), *words[3:]), proxy.directory)
    assert refused.code == 1
    assert "organization: cannot change while the proxy runs; remedy: restart the proxy" in refused.err

    proxy.document["organization"] = "fjord"
    invalid = proxy.config.read_text().replace("version: 1", "version: 2")
    (proxy.directory / "proxy.yaml").write_text(invalid)
    assert ran(words, proxy.directory).code == 1
    assert proxy.admin("/readyz").json["settings"]["refusals"] == 1
    assert proxy.stop() == 0
    assert ran((*words[:2], str(proxy.config), *words[3:]), proxy.directory).code == 3


def test_a_reload_that_is_asked_for_while_detection_loads_is_done_afterwards(proxy: Proxy) -> None:
    """Detection changes as well: neither the workers that load nor their successors are lost."""
    words = ["serve", "--config", str(proxy.config)]
    proxy.process = Fork(words, proxy.directory, (Path(os.devnull), proxy.log, proxy.log))
    until(lambda: answers(proxy))
    proxy.document["clients"] = [client("second-key", "second")]
    proxy.document["detection"]["threshold"] = 0.4
    proxy.config  # noqa: B018 - writes the document
    proxy.process.send_signal(signal.SIGHUP)
    until(lambda: proxy.admin("/readyz").json["settings"]["reloads"])
    assert (ask(proxy).status, ask(proxy, "second-key").status) == (401, 200)
    until(lambda: len(processes(proxy.process.pid)) == 1)


def answers(proxy: Proxy) -> bool:
    try:
        return proxy.admin("/healthz").status == 200
    except OSError:
        return False


def test_a_request_under_way_ends_under_the_settings_under_which_it_began(proxy: Proxy, recipient: Recorder) -> None:
    """Its key is taken away and its recipient moved while the recipient thinks about it."""
    asked, told = threading.Event(), threading.Event()

    async def wait(received: Received, writer: Any) -> None:
        asked.set()
        while not told.is_set():
            await asyncio.sleep(0.01)
        writer.write(completion(said(received)))

    recipient.reply = wait
    answers: list[Response] = []
    proxy.start()
    under_way = threading.Thread(target=lambda: answers.append(ask(proxy)))
    under_way.start()
    assert asked.wait(PATIENCE)
    with Recorder() as other:
        proxy.document["recipients"]["acme-llm"]["base_url"] = other.base_url
        proxy.document["clients"] = [client("second-key", "second")]
        assert proxy.reload() == []
        assert ask(proxy).status == 401
        assert ask(proxy, "second-key").status == 200
        assert (len(recipient.received), len(other.received)) == (1, 1)
        told.set()
        under_way.join(PATIENCE)
    assert answers[0].status == 200
    assert "zeppelin" in answers[0].text


def test_changed_words_of_a_dictionary_count_and_the_old_workers_end(proxy: Proxy, recipient: Recorder) -> None:
    """The file alone changed. What was remembered of the same text, found without the word, is not used."""
    words = proxy.directory / "words.txt"
    words.write_text("Bluebird\n")
    proxy.document["detection"]["dictionaries"] = [{"kind": "PROJECT", "file": str(words)}]
    proxy.start()
    assert proxy.process is not None
    assert ask(proxy).status == 200
    assert b"zeppelin" in recipient.received[-1].body
    before = processes(proxy.process.pid)

    assert proxy.reload() == []
    assert processes(proxy.process.pid) == before

    words.write_text("Bluebird\nZeppelin\n")
    assert proxy.reload() == []
    reply = ask(proxy)
    assert reply.status == 200
    assert b"zeppelin" not in recipient.received[-1].body.lower()
    assert "zeppelin" in reply.text
    until(lambda: not before & processes(proxy.process.pid))
    assert len(processes(proxy.process.pid)) == len(before)


def processes(parent: int) -> set[int]:
    """The nurseries of a proxy, which are its only children that have children, their workers."""
    return {child for child in children(parent) if children(child)}


def children(parent: int) -> set[int]:
    try:
        return {int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return set()


def test_tokens_recipients_and_pages_are_those_of_the_new_settings(tmp_path: Path, recipient: Recorder) -> None:
    document = page_settings(tmp_path, recipient.base_url)
    token = tmp_path / "token"
    token.write_text("first-token-of-the-tests")
    document["admin"]["token"] = {"file": str(token)}
    proxy = Proxy(tmp_path, document)
    proxy.meeting()
    proxy.start()
    event = {"participant": "p-ann", "scope": "org", "purpose": "summary", "recipient": "other-llm",
             "state": "granted", "method": "verbal", "affirmative": True}  # fmt: skip

    def say(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        address = f"http://127.0.0.1:{document['admin']['port']}/v1/consent-events"
        return fetch(address, json.dumps(event).encode(), headers).status

    try:
        assert say("first-token-of-the-tests") != 201
        token.write_text("second-token-of-the-tests")
        document["recipients"]["other-llm"] = {"base_url": recipient.base_url, "terms": {"version": "1"}}
        document["routes"].append(
            {**document["routes"][0], "name": "other", "path": "/other", "recipient": "other-llm"}
        )
        document["consent_pages"]["languages"] = ["de"]
        assert proxy.reload() == []
        assert say("first-token-of-the-tests") == 401
        assert say("second-token-of-the-tests") == 201
        page = fetch(f"http://127.0.0.1:{document['consent_pages']['port']}/c/none")
        assert page.headers["content-language"] == "de"
    finally:
        assert proxy.stop() == 0
    (given,) = (each for each in proxy.acts if each["metadata"]["event_code"] == "consent.recorded")
    assert given["unmapped"]["ledger"]["recipient"] == "other-llm"


def test_no_request_fails_while_the_settings_are_reloaded(proxy: Proxy) -> None:
    """Three clients, one with a new connection for each request; every second reload is refused."""
    proxy.start()
    stop = threading.Event()
    statuses: list[int] = []
    ends: list[BaseException] = []

    def load(keep: bool) -> None:
        body = json.dumps({"model": "m", "messages": [{"role": "user", "content": LINE}], "stream": True}).encode()
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", proxy.document["listen"]["port"], timeout=PATIENCE)
        try:
            while not stop.is_set():
                connection.request("POST", "/m/m1/v1/chat/completions", body, headers)
                reply = connection.getresponse()
                whole = reply.read()
                statuses.append(reply.status if b"[DONE]" in whole else -1)
                if not keep:
                    connection.close()
        except BaseException as end:  # noqa: BLE001 - told by the test
            ends.append(end)

    clients = [threading.Thread(target=load, args=(keep,)) for keep in (True, True, False)]
    for each in clients:
        each.start()
    for number in range(RELOADS):
        proxy.document["limits"] = {"turn_seconds": 20 + number}
        proxy.document["organization"] = "other" if number % 2 else "fjord"
        assert len(proxy.reload()) == number % 2
    stop.set()
    for each in clients:
        each.join(PATIENCE)
    assert ends == []
    assert set(statuses) == {200}
    assert proxy.admin("/readyz").json["settings"]["reloads"] == RELOADS // 2
    proxy.document["organization"] = "fjord"
    assert proxy.stop() == 0
