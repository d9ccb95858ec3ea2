"""``meeting-proxy store expire``, and a proxy that does the same at its start: what is kept no longer is gone."""

from __future__ import annotations

import json
import time
from pathlib import Path

from harness.patience import PATIENCE
from harness.process import Proxy, settings
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.errors import ClientFault


def made(folder: Path, **retention: int) -> Proxy:
    proxy = Proxy(folder, settings(folder, "http://127.0.0.1:9/v1"))
    proxy.document["retention"] = retention
    proxy.meeting()
    return proxy


def meetings(proxy: Proxy) -> list[str]:
    listed = proxy.cli("meeting", "list", "--config", str(proxy.config), "--json").splitlines()
    return [json.loads(each)["id"] for each in listed]


def test_what_would_go_is_said_and_then_goes(tmp_path: Path) -> None:
    proxy = made(tmp_path, meetings_days=1)
    words = ("store", "expire", "--config", str(proxy.config))
    assert json.loads(proxy.cli(*words, "--dry-run", "--json")) == {"meetings": ["m1"], "people": [], "kept": []}
    assert meetings(proxy) == ["m1"]
    assert proxy.cli(*words).splitlines() == ["1 meetings and 0 people went", "  meeting m1"]
    assert meetings(proxy) == []


def test_who_stays_because_of_a_hold_on_somebody_else_is_named(tmp_path: Path) -> None:
    proxy = made(tmp_path, meetings_days=1, people_days=30)
    config = ("--config", str(proxy.config))
    proxy.cli("subject", "hold", "p-ben", "--reason", "a lawsuit", *config)
    told = json.loads(proxy.cli("store", "expire", "--dry-run", "--json", *config))
    (detained,) = told["detained"]
    assert (detained["meeting"], detained["on_hold"]) == ("m1", ["p-ben"])
    assert "p-ann" in detained["others"]
    line = proxy.cli("store", "expire", "--dry-run", *config).splitlines()[-1]
    assert "m1 stays because of the hold on Benedikt Oyelaran (p-ben); with it stay Annika Solberg (p-ann)" in line
    assert line.endswith("until 30 days after the hold is released and the meeting is gone, if nothing else needs them")


def test_a_hold_on_one_person_alone_says_what_goes_and_lets_it_go(tmp_path: Path) -> None:
    proxy = made(tmp_path, meetings_days=1)
    config = ("--config", str(proxy.config))
    whole = CliRunner().invoke(app, ["subject", "hold", "p-ben", "--reason", "a lawsuit", *config])
    assert "stays on file with it until the hold is released" in whole.stderr and "--alone" in whole.stderr
    alone = CliRunner().invoke(app, ["subject", "hold", "p-ben", "--reason", "a lawsuit", "--alone", *config])
    assert (alone.stdout, alone.stderr) == ("p-ben is on hold alone: a lawsuit\n", "")
    assert proxy.cli("subject", "holds", *config).endswith("p-ben alone: a lawsuit\n")

    told = json.loads(proxy.cli("store", "expire", "--dry-run", "--json", *config))
    assert (told["meetings"], told["narrowed"]) == ([], ["m1"])
    lines = proxy.cli("store", "expire", *config).splitlines()
    assert lines[1] == "  meeting m1: all went but what is of whoever is on hold alone"
    assert lines[-1] == "  m1 stays because of the hold on Benedikt Oyelaran (p-ben)"
    shown = json.loads(proxy.cli("meeting", "show", "m1", "--json", *config))
    assert [each["id"] for each in shown["participants"]] == ["p-ben"]
    assert "narrowed" not in json.loads(proxy.cli("store", "expire", "--json", *config))


def test_settings_that_keep_everything_are_an_error(tmp_path: Path) -> None:
    proxy = made(tmp_path)
    done = CliRunner().invoke(app, ["store", "expire", "--config", str(proxy.config)])
    assert isinstance(done.exception, ClientFault)
    assert done.exception.reason == "nothing_expires"


def test_a_proxy_does_it_at_its_start_and_says_so(tmp_path: Path) -> None:
    proxy = made(tmp_path, meetings_days=1)
    proxy.start()
    deadline = time.monotonic() + PATIENCE
    while meetings(proxy) and time.monotonic() < deadline:
        time.sleep(0.05)
    proxy.stop()
    assert meetings(proxy) == []
    lines = [json.loads(line) for line in proxy.log.read_text().splitlines() if line.startswith("{")]
    assert [each["count"] for each in lines if each["event"] == "meetings_expired"] == [1]
