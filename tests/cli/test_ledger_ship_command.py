"""The command ``ledger ship``: ship once, tell how far each target is, give a record up."""

import asyncio
import json
import threading

import pytest
import yaml
from aiohttp import web
from edge.ship_stand import HttpServer, write
from harness.process import settings as document_of
from typer.testing import CliRunner

from proxy.cli.ledger_ship import _long
from proxy.cli.main import app

run = CliRunner()


@pytest.fixture
def receiver():
    """An HTTP receiver in a thread of its own, since the command runs a loop of its own."""
    server, loop = HttpServer(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result()
    yield server
    asyncio.run_coroutine_threadsafe(server.kill(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def place(tmp_path, receiver):
    tmp_path.joinpath("count").write_text(str(asyncio.run(write(tmp_path, 4))))
    configure(tmp_path, receiver)
    return tmp_path


def configure(place, receiver, **ledger):
    document = document_of(place, "http://127.0.0.1:9/v1")
    target = {"name": "siem", "http": {"url": receiver.url, "batch_records": 3}}
    document["ledger"] |= {"directory": str(place / "ledger"), "ship_by": "command", "ship": [target], **ledger}
    (place / "proxy.yaml").write_text(yaml.safe_dump(document))


def said(place, *words, code=0):
    done = run.invoke(app, ["ledger", "ship", "--config", str(place / "proxy.yaml"), *words])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def test_once_ships_all_and_status_tells_it(place, receiver):
    count = int((place / "count").read_text())
    before = json.loads(said(place, "--status", "--json"))
    assert (before["acknowledged"], before["records_behind"], before["last_success"]) == (None, count, None)

    said(place, "--once")
    after = json.loads(said(place, "--status", "--json"))
    assert (after["acknowledged"], after["records_behind"], after["reason"]) == (count - 1, 0, None)
    assert after["last_success"].endswith("Z")
    assert sum(body.count(b"\n") for body in receiver.bodies) == count
    shown = said(place, "--status")
    assert "in order" in shown
    assert "…" not in shown


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "0 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (1e6, "11 days"),
    ],
)
def test_durations_are_told_in_a_unit_that_people_read(seconds, told):
    assert _long(seconds) == told


def test_status_and_once_tell_what_stops_a_target(place, receiver):
    receiver.answer = lambda body: web.Response(status=403)
    assert "siem: http_403" in said(place, "--once", code=1)

    told = json.loads(said(place, "--status", "--json", code=1))
    assert (told["reason"], told["stopped"], told["failures"]) == ("http_403", True, {"http_403": 1})
    assert "stopped: http_403" in said(place, "--status", code=1)


def test_a_record_is_given_up_when_an_operator_says_so(place, receiver):
    receiver.answer = lambda body: web.Response(status=413 if b'"sequence":2' in body else 200)
    said(place, "--once", code=1)
    assert "gave up record 2" in said(place, "--skip", "siem")
    said(place, "--once")

    told = json.loads(said(place, "--status", "--json"))
    assert told["gaps"] == [{"first": 2, "last": 2, "reason": "skipped"}]
    assert run.invoke(app, ["ledger", "ship", "--config", str(place / "proxy.yaml"), "--skip", "siem"]).exit_code == 1
    assert "none of: siem" in said(place, "--skip", "other", code=2)


@pytest.mark.parametrize(
    ("ledger", "reason"), [({"ship": []}, "no_ship_targets"), ({"ship_by": "proxy"}, "proxy_ships")]
)
def test_what_the_configuration_leaves_to_the_proxy_is_told(place, receiver, ledger, reason):
    configure(place, receiver, **ledger)
    done = run.invoke(app, ["ledger", "ship", "--config", str(place / "proxy.yaml")])

    assert done.exit_code == 1
    assert done.exception.reason == reason


def test_a_missing_secret_or_file_is_told_by_place(place, receiver):
    target = {"name": "siem", "http": {"url": receiver.url, "credential": {"env": "NO_SUCH_TOKEN"}}}
    configure(place, receiver, ship=[target])
    done = run.invoke(app, ["ledger", "ship", "--once", "--config", str(place / "proxy.yaml")])
    assert "ledger.ship[0].credential.env" in str(done.exception)

    configure(place, receiver, ship=[{"name": "siem", "http": {"url": receiver.url, "ca_file": "none.pem"}}])
    done = run.invoke(app, ["ledger", "ship", "--once", "--config", str(place / "proxy.yaml")])
    assert "ledger.ship[0].http.ca_file" in str(done.exception)
