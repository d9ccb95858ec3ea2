"""``ledger verify --all`` and ``ledger retire``, over ledgers of several proxies on one store."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from audit.ledger_samples import intent, outcome
from edge.ledger_stand import AT, opened, settings
from harness.process import settings as document
from typer.testing import CliRunner

from proxy.audit.checkpoints import parse_checkpoint
from proxy.cli.ledger import app
from proxy.edge.ledger.anchors import in_store
from proxy.edge.ledger.anchors.in_directory import BesideKey, InDirectory
from proxy.edge.ledger.anchors.in_store import InStore
from proxy.edge.store.store import Store

run = CliRunner()
NAMES = ("one", "two", "three")


def now() -> datetime:
    return datetime.now(UTC)


class Fleet:
    """Proxies on one store, each with a ledger in a directory of its own; the configuration is that of the first."""

    def __init__(self, base: Path):
        self.base, self.worm, self.store = base, base / "worm", f"sqlite:///{base}/proxy.db"
        self.worm.mkdir()
        self.configure()

    def configure(self, *, others: tuple[str, ...] = NAMES[1:]) -> None:
        given = document(self.base, "http://127.0.0.1:9", store=self.store)
        given["organization"] = "fjord"
        given["ledger"] = {
            "directory": str(self.directory("one")), "signing_key": str(self.base / "one" / "keys" / "ledger.key"),
            "name": "one", "others": [str(self.directory(each)) for each in others],
            "anchors": [{"name": "worm", "directory": str(self.worm)}],
        }  # fmt: skip
        (self.base / "proxy.yaml").write_text(yaml.safe_dump(given))

    def directory(self, name: str) -> Path:
        return self.base / name / "ledger"

    def runs(self, name: str, *, ends: bool = True, clock: Callable[[], datetime] = now, worm: bool = True, **changes):
        """A proxy runs for a while; it closes its ledger, or is killed."""
        asyncio.run(self._runs(name, ends, clock, worm, changes))

    async def _runs(self, name, ends, clock, worm, changes):
        own = settings(self.base / name, name=name)
        async with await Store.open(self.store) as store:
            outside = [InDirectory("worm", self.worm)] if worm else []
            anchors = [BesideKey(Path(own.signing_key)), InStore(store, own, clock), *outside]
            ledger = await opened(self.base / name, anchors=anchors, name=name, **changes)
            await ledger.begin(intent("ex-1"))
            await ledger.finish(outcome("ex-1"))
            if ends:
                await in_store.close(ledger, store, f"fjord/{name}", clock)
            else:
                await ledger._recorder.stop()
                await ledger.anchoring.close()

    def said(self, *words: object, code: int = 0) -> str:
        done = run.invoke(app, [*map(str, words), "--config", str(self.base / "proxy.yaml")])
        assert done.exit_code == code, done.output
        return done.output

    def states(self, *words: object, code: int = 0) -> dict[str, str]:
        told = json.loads(self.said("verify", "--all", "--json", *words, code=code).splitlines()[-1])
        return {each["origin"].removeprefix("fjord/"): each["state"] for each in told["logs"]}


@pytest.fixture
def fleet(tmp_path) -> Fleet:
    made = Fleet(tmp_path)
    for name in NAMES:
        made.runs(name, ends=name == "one")
    return made


def test_all_logs_are_in_order(fleet):
    assert fleet.states() == dict.fromkeys(("one", "three", "two"), "in_order")
    told = fleet.said("verify", "--all")
    assert "closed in good order" in told
    assert "confirmed by" in told


def test_a_log_whose_directory_is_not_given_is_called_by_what_anchors_know(fleet):
    fleet.configure(others=())
    assert fleet.states() == dict.fromkeys(("one", "three", "two"), "in_order")
    assert fleet.states("-d", fleet.directory("two")) == dict.fromkeys(("one", "three", "two"), "in_order")
    shutil.rmtree(fleet.worm / "fjord_two")
    assert fleet.states(code=2) == {"one": "in_order", "three": "in_order", "two": "missing"}
    assert fleet.states("-d", fleet.directory("two"))["two"] == "in_order"
    kept = fleet.base / "kept"
    kept.write_bytes((fleet.directory("two") / "checkpoint").read_bytes())
    assert fleet.states("--checkpoint", kept)["two"] == "in_order"


def test_a_log_that_gives_no_sign_is_silent(fleet):
    fleet.runs("two", ends=False, clock=lambda: AT)
    assert fleet.states(code=2) == {"one": "in_order", "three": "in_order", "two": "silent"}
    fleet.runs("two", clock=lambda: AT)
    assert fleet.states()["two"] == "in_order"


def test_a_log_that_was_put_back_is_behind(fleet):
    shutil.copytree(fleet.directory("two"), fleet.base / "before")
    fleet.runs("two")
    shutil.rmtree(fleet.directory("two"))
    shutil.copytree(fleet.base / "before", fleet.directory("two"))
    assert fleet.states(code=1)["two"] == "behind"
    assert "behind_checkpoint" in fleet.said("verify", "--all", code=1)


@pytest.mark.parametrize("other_key", [True, False])
def test_a_log_that_was_begun_again_is_forked(fleet, other_key):
    known = parse_checkpoint((fleet.directory("two") / "checkpoint").read_bytes()).size
    shutil.rmtree(fleet.base / "two" if other_key else fleet.directory("two"))
    elsewhere = Fleet.__new__(Fleet)
    elsewhere.base, elsewhere.worm, elsewhere.store = fleet.base, fleet.base / "w", f"sqlite:///{fleet.base}/other.db"
    for beside in (fleet.base / "two" / "keys").glob("*.checkpoint"):
        beside.unlink()
    while not fleet.directory("two").exists() or _size(fleet.directory("two")) < known:
        elsewhere.runs("two", worm=False)
    assert fleet.states(code=1)["two"] == "forked"


def _size(directory: Path) -> int:
    return parse_checkpoint((directory / "checkpoint").read_bytes()).size


def test_the_own_log_that_is_gone_and_others_that_nobody_finds(fleet):
    shutil.rmtree(fleet.directory("one"))
    assert fleet.states(code=1)["one"] == "gone"
    fleet.runs("one", accept_loss=True)
    shutil.rmtree(fleet.base / "three")
    assert "there is no ledger in this directory" in fleet.said("verify", "--all", code=2)


def test_a_directory_that_was_changed_is_told_with_the_place(fleet):
    [segment] = (fleet.directory("three") / "segments").iterdir()
    segment.write_bytes(segment.read_bytes().replace(b'"acme-llm"', b'"acne-llm"', 1))
    assert fleet.states(code=1) == {"one": "in_order", "three": "tampered", "two": "in_order"}
    assert f"{segment.name}, line" in fleet.said("verify", "--all", code=1)


def test_a_log_that_the_store_does_not_know_is_confirmed_by_nothing(fleet):
    other = Fleet.__new__(Fleet)
    other.base, other.worm, other.store = fleet.base, fleet.base / "w", f"sqlite:///{fleet.base}/other.db"
    other.runs("four", worm=False)
    assert fleet.states("-d", fleet.directory("four"), code=3)["four"] == "unanchored"


def test_what_cannot_be_asked_together_is_wrong_usage(fleet):
    fleet.said("verify", "-d", fleet.directory("one"), "-d", fleet.directory("two"), code=2)
    fleet.said("verify", "--all", "--public-key", fleet.directory("one") / "public.key", code=2)
    (fleet.base / "junk").write_bytes(b"junk")
    assert "no checkpoint" in fleet.said("verify", "--all", "--checkpoint", fleet.base / "junk", code=2)


# --- retiring ------------------------------------------------------------------------------------


def test_a_log_that_will_not_come_back_is_retired_and_told_if_it_does(fleet):
    end = _size(fleet.directory("two"))
    fleet.runs("two", ends=False, clock=lambda: AT)
    end = _size(fleet.directory("two"))
    shutil.move(fleet.directory("two"), fleet.base / "archive")
    fleet.configure(others=("three",))
    shutil.rmtree(fleet.worm / "fjord_two")
    assert fleet.states(code=2)["two"] == "missing"

    assert f"fjord/two is retired; it ended with {end} records" in fleet.said("retire", "two")
    assert fleet.states() == {"one": "in_order", "three": "in_order", "two": "retired"}
    assert fleet.states("-d", fleet.base / "archive")["two"] == "retired"
    assert asyncio.run(_acts(fleet.store)) == [
        (
            "ledger.changed",
            {"change": "retired", "log": "fjord/two", "count": end, "end": _root(fleet.base / "archive")},
        )
    ]

    shutil.move(fleet.base / "archive", fleet.directory("two"))
    fleet.runs("two", worm=False)
    assert fleet.states(code=1)["two"] == "grew"
    fleet.said("retire", "two")
    assert fleet.states()["two"] == "retired"


def _root(directory: Path) -> str:
    return f"sha256:{parse_checkpoint((directory / 'checkpoint').read_bytes()).head.hex()}"


async def _acts(url: str) -> list[tuple[str, dict[str, object]]]:
    async with await Store.open(url) as store:
        return [(act.code, dict(act.facts)) for act in (await store.acts.oldest(10)).values()]


def test_the_end_is_what_the_anchor_says_that_knows_most(fleet):
    kept = (fleet.directory("two") / "checkpoint").read_bytes()
    fleet.runs("two", clock=lambda: AT)

    async def put_back() -> None:
        async with await Store.open(fleet.store) as store:
            known = await store.logs.of("fjord/two")
            await store.logs.put("fjord/two", 3, kept, AT, 310, before=known.checkpoint)

    asyncio.run(put_back())
    assert f"{_size(fleet.directory('two'))} records, as 'worm' knows" in fleet.said("retire", "fjord/two")


def test_a_log_that_gives_signs_or_that_nobody_knows_is_not_retired(fleet):
    from proxy.errors import ClientFault

    for name, reason in (("two", "log_alive"), ("five", "unknown_log"), ("fjell/two", "unknown_log")):
        refused = run.invoke(app, ["retire", name, "--config", str(fleet.base / "proxy.yaml")])
        assert isinstance(refused.exception, ClientFault)
        assert refused.exception.reason == reason
    assert "fjord/one, fjord/three, fjord/two" in str(refused.exception)
    assert asyncio.run(_acts(fleet.store)) == []
    fleet.said("retire", "one")
