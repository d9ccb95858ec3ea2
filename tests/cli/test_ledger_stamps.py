"""``ledger verify`` checks the time stamps beside a ledger, with certificates of the configuration or given ones."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import yaml
from edge.anchor_stand import configured, filled, serving, target
from harness.process import settings as document
from harness.time_authority import TimeAuthority
from typer.testing import CliRunner

from proxy.cli.ledger import app
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.store.store import Store

run = CliRunner()


@pytest.fixture
def authority(tmp_path) -> TimeAuthority:
    return TimeAuthority.made(tmp_path / "tsa")


@pytest.fixture
def ledger(tmp_path, authority) -> Path:
    """A ledger that was stamped twice."""

    async def fill() -> None:
        async with serving(authority.application()) as url:
            for _ in range(2):
                anchor = target(timestamp={"url": url, "authorities": str(authority.ca)})
                place = anchors_of(configured(tmp_path, anchor), Store(None), lambda: None)[2]  # type: ignore[arg-type, return-value]
                await filled(tmp_path, anchors=[place])

    asyncio.run(fill())
    return tmp_path / "ledger"


def said(*words, code):
    done = run.invoke(app, ["verify", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_copy_is_checked_with_the_certificates_that_are_given(ledger, authority):
    told = json.loads(said("-d", ledger, "--authority", authority.ca, "--json", code=3))
    [dated] = told["dated"]
    assert (dated["authority"], dated["records"], told["undated"]) == ("outside", told["records"], {})
    assert dated["stamps"] == len(list((ledger / "timestamps" / "outside").iterdir()))
    assert f"the first {told['records']} records, at " in said("-d", ledger, "--authority", authority.ca, code=3)
    assert "were not checked: name its certificates with --authority" in said("-d", ledger, code=3)


def test_another_authority_proves_nothing(ledger, tmp_path):
    other = TimeAuthority.made(tmp_path / "other")
    told = json.loads(said("-d", ledger, "--authority", other.ca, "--json", code=2))
    assert {problem["kind"] for problem in told["problems"]} == {"stamp_unreadable"}
    assert told["dated"] == []
    assert "no_certificates" in said("-d", ledger, "--authority", other.folder / "tsa.key", code=2)


def test_a_stamp_of_another_log_or_under_another_number_does_not_fit(ledger, authority):
    kept = sorted((ledger / "timestamps" / "outside").iterdir())
    kept[-1].replace(kept[0])
    told = json.loads(said("-d", ledger, "--authority", authority.ca, "--json", code=1))
    assert [problem["kind"] for problem in told["problems"]] == ["stamp_mismatch"]
    kept[0].write_bytes(kept[0].read_bytes()[:-100])
    told = json.loads(said("-d", ledger, "--authority", authority.ca, "--json", code=2))
    assert [problem["kind"] for problem in told["problems"]] == ["stamp_unreadable"]


def test_the_configuration_knows_its_authorities(ledger, authority, tmp_path):
    given = document(tmp_path, "http://127.0.0.1:9", store=f"sqlite:///{tmp_path}/proxy.db")
    given["organization"] = "fjord"
    given["ledger"] = {
        "directory": str(ledger), "signing_key": str(tmp_path / "keys" / "ledger.key"),
        "anchors": [{"name": "outside", "timestamp": {"url": "http://127.0.0.1:9", "authorities": str(authority.ca)}}],
    }  # fmt: skip
    (tmp_path / "proxy.yaml").write_text(yaml.safe_dump(given))
    words = ("--config", tmp_path / "proxy.yaml", "--json")
    alone, among = (json.loads(said(*more, *words, code=3).splitlines()[-1]) for more in ((), ("--all",)))
    for told in (alone, among["logs"][0]["report"]):
        assert [each["authority"] for each in told["dated"]] == ["outside"]
    authority.ca.unlink()
    told = said(*words, code=3)
    assert "time stamps of 'outside' are not checked: there are no certificates" in told
