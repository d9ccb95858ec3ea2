"""The record of processing activities, as the command gives it: whole, self-contained, and without anybody's name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness.process import Proxy, settings
from typer.testing import CliRunner

from proxy.audit.period import Period, Tally
from proxy.cli.main import app
from proxy.edge.reports.html import month_page
from proxy.settings import Settings


@pytest.fixture
def proxy(tmp_path: Path) -> Proxy:
    document = settings(tmp_path, "https://llm.example/v1")
    document["recipients"]["acme-llm"] |= {"region": "eu", "retention_days": 30}
    document["consent"]["defaults"] = {"employee": "admit"}
    made = Proxy(tmp_path, document)
    made.meeting()
    return made


def run(proxy: Proxy, *words: str) -> str:
    done = CliRunner().invoke(app, ["ropa", "--config", str(proxy.config), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_record_says_what_is_configured_and_names_nobody(proxy: Proxy) -> None:
    page = proxy.directory / "record.html"
    record = json.loads(run(proxy, "--json", "--html", str(page)))

    assert [each["purpose"] for each in record["purposes"]] == ["compose", "summary"]
    (recipient,) = record["recipients"]
    assert (recipient["region"], recipient["retention_days"], recipient["encrypted"]) == ("eu", 30, True)
    assert {each["class"]: (each["on_file"], each["without_consent"]) for each in record["people"]} == {
        "employee": (2, "admit"),
        "guest": (1, "withhold"),
    }
    assert not record["ledger_read"]
    assert any("employee" in each for each in record["safeguards"])
    for shown in (json.dumps(record), page.read_text()):
        assert not any(name in shown for name in ("Annika", "p-ann", "fjord.example"))
    assert "src=" not in page.read_text()
    assert "not known" in run(proxy)


def test_purposes_and_recipients_are_called_as_configured_in_the_reports_of_a_month(proxy: Proxy) -> None:
    proxy.document["purposes"] = {"summary": {"title": "Minutes"}}
    proxy.document["recipients"]["acme-llm"]["display_name"] = "Acme Ltd"
    record = json.loads(run(proxy, "--json"))
    summary = next(each for each in record["purposes"] if each["purpose"] == "summary")
    assert (summary["title"], summary["recipients_called"]) == ("Minutes", ["Acme Ltd"])

    configured = Settings.model_validate(proxy.document)
    made = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    made.recipients["acme-llm"] = made.purposes["summary"] = made.days["2026-03-01"] = Tally(left=1)
    page = month_page(made, "fjord", [], datetime(2026, 4, 1, tzinfo=UTC), configured)
    assert "Minutes (summary)" in page
    assert "Acme Ltd (acme-llm)" in page

    shown = CliRunner().invoke(app, ["meeting", "show", "m1", "--config", str(proxy.config)]).stdout
    assert "Minutes (summary) by Acme" in " ".join(shown.split())


def test_what_is_configured_is_not_asked_for_and_the_period_has_its_days(proxy: Proxy) -> None:
    def added() -> str:
        return " ".join(json.loads(run(proxy, "--json"))["to_add"])

    assert "data protection officer" in added()
    assert "guarantees of transfers" in added()
    pages = {
        "base_url": "http://127.0.0.1:8082",
        "signing_key": {"env": "KEY"},
        "data_protection_officer": "Officer One",
    }
    proxy.document["consent_pages"] = pages
    proxy.document["recipients"]["acme-llm"]["safeguards"] = "Standard contractual clauses."
    assert "data protection officer" not in added()
    assert "guarantees of transfers" not in added()
    record = json.loads(run(proxy, "--json"))
    assert record["controller"]["data_protection_officer"] == "Officer One"
    assert record["recipients"][0]["safeguards"] == "Standard contractual clauses."
