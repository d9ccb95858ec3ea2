"""Promise 8 with several proxies on one store: one command finds a missing, silent or forked log."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.patience import PATIENCE
from harness.postgres import Postgres
from harness.process import Proxy, settings
from harness.recorder import Recorder
from harness.stores import postgres_store
from sqlalchemy import make_url

NAMES = ("pod-0", "pod-1", "pod-2")


@dataclass
class Fleet:
    """Proxies with one configuration but for their places, whose names come from the environment."""

    proxies: dict[str, Proxy]
    postgres: Postgres
    worm: Path

    def directory(self, name: str) -> Path:
        return Path(self.proxies[name].document["ledger"]["directory"])

    def called(self, *words: str, code: int) -> dict[str, str]:
        """How each log is, as an operator is told on the host of the first."""
        one = self.proxies["pod-0"]
        told = json.loads(
            one.cli("ledger", "verify", "--all", "--json", "--config", str(one.config), *words, code=code)
        )
        return {each["origin"].partition("/")[2]: each["state"] for each in told["logs"]}

    def make_late(self, name: str) -> None:
        """As if the last sign of this proxy had come a day ago."""
        self.sql(f"UPDATE logs SET at = at - interval '1 day' WHERE origin LIKE '%/{name}' RETURNING at")

    def until(self, condition: str) -> None:
        """Wait until the store's table of logs has a row for which this holds."""
        deadline = time.monotonic() + PATIENCE
        while not self.sql(f"SELECT 1 FROM logs WHERE {condition}"):
            assert time.monotonic() < deadline, self.sql("SELECT origin, size, at, closed_at, retired_at FROM logs")
            time.sleep(0.05)

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        database = make_url(self.proxies["pod-0"].document["store"]).database or ""
        return self.postgres.sql(statement, database)


@pytest.fixture
def fleet(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    store, worm = postgres_store(postgres), tmp_path / "worm"
    worm.mkdir()
    monkeypatch.setenv("POD_NAME", "pod-0")
    with Recorder() as recorder:
        proxies = {}
        for name in NAMES:
            directory = tmp_path / name
            directory.mkdir()
            document = settings(directory, recorder.base_url, store=store)
            document["ledger"] |= {
                "name": {"env": "POD_NAME"}, "checkpoint_seconds": 0.1,
                "anchors": [{"name": "worm", "directory": str(worm)}],
            }  # fmt: skip
            proxies[name] = Proxy(directory, document, {"POD_NAME": name})
        made = Fleet(proxies, postgres, worm)
        others = [str(made.directory(name)) for name in NAMES[1:]]
        proxies["pod-0"].document["ledger"]["others"] = others
        for name, proxy in proxies.items():
            proxy.start()
            made.until(f"origin LIKE '%/{name}'")
        yield made
        for proxy in proxies.values():
            if proxy.process is not None and proxy.process.poll() is None:
                proxy.stop()


def all_but(name: str, state: str) -> dict[str, str]:
    return dict.fromkeys(NAMES, "in_order") | {name: state}


def test_a_proxy_that_was_killed_is_missed_and_one_that_was_stopped_is_not(fleet: Fleet) -> None:
    in_order = dict.fromkeys(NAMES, "in_order")
    assert fleet.called(code=0) == in_order
    fleet.proxies["pod-1"].stop()
    fleet.proxies["pod-2"].kill()
    fleet.proxies["pod-0"].document["ledger"]["others"] = []
    for name in ("pod-1", "pod-2"):
        fleet.make_late(name)
    assert fleet.called(code=2) == all_but("pod-2", "silent")
    shutil.rmtree(next(fleet.worm.glob("*pod-2")))
    assert fleet.called(code=2) == all_but("pod-2", "missing")


def test_a_ledger_that_was_begun_anew_is_forked(fleet: Fleet) -> None:
    proxy = fleet.proxies["pod-1"]
    proxy.stop()
    known = fleet.sql("SELECT size FROM logs WHERE origin LIKE '%/pod-1'")[0][0]
    shutil.rmtree(fleet.directory("pod-1"))
    for beside in Path(proxy.document["ledger"]["signing_key"]).parent.glob("*.checkpoint"):
        beside.unlink()
    proxy.document |= {"store": f"sqlite:///{proxy.directory}/other.db"}
    proxy.document["ledger"]["anchors"] = []
    while not fleet.directory("pod-1").exists() or _size(fleet.directory("pod-1")) < known:
        proxy.start().stop()
    assert fleet.called(code=1) == all_but("pod-1", "forked")


def _size(directory: Path) -> int:
    return int((directory / "checkpoint").read_text().splitlines()[1])


def test_a_proxy_that_was_scaled_away_is_retired_and_told_if_it_comes_back(fleet: Fleet) -> None:
    one, gone = fleet.proxies["pod-0"], fleet.proxies["pod-2"]
    gone.kill()
    one.cli("ledger", "retire", "pod-2", "--config", str(one.config), code=1)
    fleet.make_late("pod-2")
    assert "pod-2 is retired" in one.cli("ledger", "retire", "pod-2", "--config", str(one.config))
    assert fleet.called(code=0) == all_but("pod-2", "retired")

    gone.start()
    fleet.until("origin LIKE '%/pod-2' AND at > retired_at")
    assert fleet.called(code=1) == all_but("pod-2", "grew")
    deadline = time.monotonic() + PATIENCE
    while not (retired := list(told_as_retired(fleet))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [facts["log"].partition("/")[2] for facts in retired] == ["pod-2"]
    assert retired[0]["end"].startswith("sha256:")


def told_as_retired(fleet: Fleet) -> Iterator[dict[str, str]]:
    """What the ledgers tell of it: the proxy that takes the act from the store first records it."""
    for proxy in fleet.proxies.values():
        for act in proxy.acts:
            if act["unmapped"]["ledger"].get("change") == "retired":
                yield act["unmapped"]["ledger"]
