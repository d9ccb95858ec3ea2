"""The log's lines of exchanges: one each, with what is needed to run the service, and no text."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from audit.ledger_samples import outcome, refusal
from harness.process import Proxy, settings
from harness.recorder import Recorder

import proxy
from proxy.audit.events import ExchangeFacts
from proxy.edge import telemetry
from proxy.edge.exchange_log import ExchangeLog

ROOT = Path(proxy.__file__).parents[1]
LINE = "Annika Solberg: We meet Tobias Wennerström at noon.\n"


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_each_exchange_has_one_line(tmp_path: Path) -> None:
    with Recorder() as recorder:
        proxy_ = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        proxy_.meeting()
        proxy_.consent("grant", "p-ann")
        proxy_.start()
        good = proxy_.chat(LINE)
        refused = proxy_.chat(LINE, path="/compose/v1/chat/completions", quux=1)
        unknown = proxy_.post("/v1/nothing", b"")
        proxy_.stop()
    told = lines(proxy_.log.read_text())
    by_exchange = {each["exchange"]: each for each in told if "exchange" in each}
    assert len(by_exchange) == len([each for each in told if "exchange" in each]) == 3
    line = by_exchange[good.headers["x-exchange-id"]]
    told_of = ("event", "level", "client", "route", "purpose", "recipient", "status", "delivered")
    assert [line[key] for key in told_of] == [
        "exchange", "info", "bot", "summary", "summary", "acme-llm", 200, "full",
    ]  # fmt: skip
    assert line["bytes_sent"] == len(good.body)
    assert line["bytes_received"] > 0
    assert line["duration_ms"] >= 0
    assert "dropped_keys" not in line
    line = by_exchange[refused.headers["x-exchange-id"]]
    assert (line["event"], line["status"], line["route"]) == ("exchange_refused", refused.status, "compose")
    assert line["reason"] == refused.json["error"]["code"]
    assert by_exchange[unknown.headers["x-exchange-id"]]["reason"] == "unknown_route"
    assert {"serving", "draining", "stopped"} <= {each["event"] for each in told}
    assert "Tobias" not in proxy_.log.read_text()


def test_faults_of_the_proxy_and_of_recipients_are_warnings(capfd) -> None:
    telemetry.configure()
    journal = ExchangeLog(lambda: 0.0)
    journal.ended(outcome("ex-1", status=200), 5)
    journal.ended(outcome("ex-2", status=502, reason="upstream_error"), 5)
    told = lines(capfd.readouterr().err)
    assert [each["level"] for each in told] == ["info", "warning"]


def test_a_recipient_that_gave_no_status_or_broke_off_is_a_warning_too(capfd) -> None:
    telemetry.configure()
    journal = ExchangeLog(lambda: 0.0)
    journal.ended(outcome("ex-1", status=None, reason="upstream_unreachable"), 5, 502)
    journal.ended(outcome("ex-2", status=200, reason="upstream_broken"), 5, 502)
    journal.ended(outcome("ex-3", status=200, reason="consent_withdrawn"), 5, 403)
    told = lines(capfd.readouterr().err)
    assert [(each["level"], each["status"]) for each in told] == [("warning", 502), ("warning", 200), ("info", 200)]


def test_refusals_of_strangers_are_summed_up(capfd) -> None:
    telemetry.configure()
    now = [0.0]
    journal = ExchangeLog(lambda: now[0])
    stranger = refusal("no-1", exchange=ExchangeFacts("no-1"), reason="unauthenticated", status=401, people=())
    for _ in range(500):
        journal.ended(stranger, 0)
    now[0] = 2.0
    journal.ended(stranger, 0)
    told = lines(capfd.readouterr().err)
    assert [each.get("count", 1) for each in told] == [1, 500]


def test_every_log_call_has_allowed_keys_alone() -> None:
    """A key that is not on the list would be dropped, and the line would not say what it is for."""
    found = {
        (path.name, keyword.arg)
        for path in (ROOT / "proxy").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        for keyword in call.keywords
    }
    assert {key for _, key in found if key is not None} - telemetry.ALLOWED == {"exc_info"}


def test_the_documentation_lists_the_keys() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    told = re.search(r"Only these keys are ever written: (.*?)\. Values", page, re.DOTALL)
    assert told
    assert set(re.findall(r"`([a-z_]+)`", told[1])) == telemetry.ALLOWED
