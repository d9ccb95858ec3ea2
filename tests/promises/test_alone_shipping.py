"""Promise 7, alone, where the ledger is shipped: the targets are called, nothing else; no exchange waits for them."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from pathlib import Path

from harness.patience import PATIENCE
from harness.recorder import Recorder, http

from bench.ports import free_port

WATCH = Path(__file__).parent.parent / "harness" / "watch_network"


def shipped(target: Recorder) -> list[dict]:
    """The events that arrived, without repetitions."""
    lines = [line for received in target.received for line in received.body.splitlines()]
    return list({json.loads(line)["metadata"]["uid"]: json.loads(line) for line in lines}.values())


def test_only_the_targets_are_called_and_exchanges_do_not_wait_for_them(alone) -> None:
    """One target takes records, one accepts connections and says nothing, one is not there. Nobody else is called.

    The environment names a proxy, which must not be used.
    """

    async def taken(received, writer):
        writer.write(http(b""))

    out = alone.proxy.directory / "network.log"
    elsewhere = free_port()
    alone.proxy.environment = {
        "PYTHONPATH": os.pathsep.join([str(WATCH), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "WATCH_NETWORK": str(out),
        "http_proxy": f"http://127.0.0.1:{elsewhere}",
        "HTTPS_PROXY": f"http://127.0.0.1:{elsewhere}",
    }
    with Recorder(taken) as target, socket.create_server(("127.0.0.1", 0)) as silent, socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # held, so that nobody else listens there, and never listening
        nobody = held.getsockname()[1]
        ports = {alone.recorder.port, target.port, silent.getsockname()[1], nobody}
        alone.proxy.document["ledger"]["ship"] = [
            {"name": "takes", "http": {"url": f"{target.base_url}/ledger", "headers": {"X-Tenant": "fjord"}}},
            {"name": "silent", "syslog": {"host": "127.0.0.1", "port": silent.getsockname()[1], "protocol": "tcp"}},
            {"name": "nobody", "otlp": {"endpoint": f"http://127.0.0.1:{nobody}"}},
        ]
        alone.proxy.meeting()
        alone.proxy.consent("grant", "p-ann")
        alone.proxy.start(anew=True)
        for _ in range(5):
            assert alone.proxy.chat("Annika Solberg: hello there, this is what I wanted to say.\n").status == 200
        recorded = alone.proxy.settled()
        deadline = time.monotonic() + PATIENCE
        while recorded[-1] not in shipped(target) and time.monotonic() < deadline:
            time.sleep(0.05)
        arrived = shipped(target)
        assert [event for event in recorded if event not in arrived] == []
        assert [event["metadata"]["sequence"] for event in arrived] == list(range(len(arrived)))

        while time.monotonic() < deadline:
            ready = alone.proxy.admin("/readyz")
            if "nobody" in ready.json.get("shipping", {}):
                break
            time.sleep(0.05)
        assert (ready.status, ready.json["status"]) == (200, "ready")
        assert ready.json["shipping"]["nobody"] == "waiting: unreachable"
        metrics = alone.proxy.admin("/metrics").body.decode()
        assert 'meeting_proxy_ledger_ship_records_behind{target="takes"}' in metrics
        assert re.search(r'ledger_ship_failures_total{reason="unreachable",target="nobody"} [1-9]', metrics)
        assert alone.proxy.stop() == 0
        assert b"Annika" not in b"".join(received.body for received in target.received)

    lines = out.read_text().splitlines()
    called = {int(port) for line in lines for port in re.findall(r"socket\.connect \('127\.0\.0\.1', (\d+)", line)}
    foreign = [
        line
        for line in lines
        if "127.0.0.1" not in line and not re.search(r"(connect|sendto) (b?'[^']*'|'\\x00)", line)
    ]
    assert called == ports
    assert foreign == []
