"""Promise 6, silent: what is made of the ledger for people and other systems holds no text and no direct identifier."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta

PEOPLE = (b"Annika", b"Solberg", b"Benedikt", b"Oyelaran", b"Chiara", b"p-ann", b"p-ben", b"fjord.example")
_number = itertools.count()


def canary() -> str:
    return f"zqcanary{next(_number):05d}x"


def test_index_report_and_exports_hold_nothing_of_a_transcript_and_nobody(alone) -> None:
    proxy = alone.proxy
    proxy.meeting()
    proxy.consent("grant", "p-ann")
    proxy.consent("deny", "p-ben")
    proxy.start()
    for n in range(12):
        said = f"Annika Solberg: {canary()} and mail ann.{canary()}@fjord.example.\nBenedikt Oyelaran: {canary()}\n"
        headers = {"X-Meeting-Id": canary()} if n % 4 == 3 else {}
        body = {"model": "m", "user": canary(), "messages": [{"role": "user", "content": said, "name": canary()}]}
        proxy.post(f"/m/m1/v1/chat/completions?{canary()}={canary()}", json.dumps(body).encode(), headers)
        proxy.chat(said)
    proxy.chat(f"Benedikt Oyelaran: {canary()}\n")
    assert proxy.stop() == 0

    config = ("--config", str(proxy.config))
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    page = proxy.directory / "report.html"
    made = {
        "query": proxy.cli("ledger", "query", *config),
        "report": proxy.cli("ledger", "report", "--since", since, *config),
        "figures": proxy.cli("ledger", "report", "--since", since, "--json", "--html", str(page), *config),
        "page": page.read_text(),
        **{name: proxy.cli("ledger", "export", "--format", name, *config) for name in ("ocsf", "ecs", "cef", "csv")},
    }
    sinks = {name: text.encode() for name, text in made.items()}
    sinks["index"] = b"".join(path.read_bytes() for path in proxy.directory.glob("ledger-index.db*"))
    left = json.loads(made["figures"])["total"]["left"]
    assert left >= 12, "nothing left: the test shows nothing"
    for name, content in sinks.items():
        assert content, f"nothing was written to {name}: the test shows nothing"
        assert b"zqcanary" not in content.lower(), name
        for person in PEOPLE:
            assert person not in content, (name, person)
    pseudonyms = (b"ptc:", b"mtg:")
    assert not any(each in sinks[name] for each in pseudonyms for name in ("report", "figures", "page"))
