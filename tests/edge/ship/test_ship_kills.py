"""Receivers and shippers that are killed at random, again and again: every record arrives, in order; none is lost."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys

import orjson
import pytest
import yaml
from aiohttp import web
from edge.ship_stand import HttpServer, SyslogServer, in_order, shipper, stored, write
from harness.certificates import Authority
from harness.patience import PATIENCE
from harness.process import settings as document_of

from proxy.edge.ship.cursors import beside, read_cursor

ROUNDS = int(os.environ.get("SHIP_KILLS", "15"))


class Unreliable:
    """A receiver that answers as chance has it. `sequences` are the records that it took, in order of arrival."""

    def __init__(self, kind: str, rng: random.Random, folder) -> None:
        self.kind, self.rng = kind, rng
        authority = Authority(folder / "certificates")
        ca_file, context = (authority.file, authority.server_context()) if kind == "tls" else (None, None)
        if kind in ("tcp", "tls"):
            self.server = SyslogServer(context)
            self.server.on_message = self.perhaps_die
            where = {"host": "127.0.0.1", "port": self.server.port, "protocol": kind}
            where |= {"ca_file": str(ca_file)} if ca_file else {}
            self.target = {"name": "siem", "syslog": {**where, "batch_records": 9}}
        else:
            self.server = HttpServer()
            self.server.answer = self.answer
            where = {"endpoint": self.server.url} if kind == "otlp" else {"url": self.server.url}
            self.target = {"name": "siem", kind: {**where, "batch_records": 9, "gzip": rng.random() < 0.5}}
        self.reliable = False

    def perhaps_die(self) -> None:
        if not self.reliable and self.rng.random() < 0.03:
            asyncio.get_running_loop().create_task(self.server.kill())

    def answer(self, body: bytes):
        if self.reliable:
            return web.json_response({})
        chance = self.rng.random()
        if chance < 0.15:
            self.server.bodies.append(body)  # it arrived, but nobody is told
            return None
        if chance < 0.25:
            return None
        if chance < 0.4:
            return web.Response(status=self.rng.choice([429, 500, 502, 503]), headers={"retry-after": "0"})
        if chance < 0.5:
            return web.Response(status=413)
        if chance < 0.55:
            return web.Response(status=self.rng.choice([400, 401, 403, 404, 302]))
        return web.json_response({})

    @property
    def sequences(self) -> list[int]:
        if self.kind in ("tcp", "tls"):
            return self.server.sequences
        found = []
        for body in self.server.bodies:
            if self.kind == "http":
                found += [orjson.loads(line) for line in body.splitlines()]
            else:
                logs = orjson.loads(body)["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
                found += [orjson.loads(log["body"]["stringValue"]) for log in logs]
        return [event["metadata"]["sequence"] for event in found]


@pytest.mark.parametrize("kind", ["tcp", "tls", "http", "otlp"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_every_record_arrives_whoever_is_killed_when(tmp_path, kind, seed):
    rng = random.Random(f"{kind}{seed}")
    receiver = Unreliable(kind, rng, tmp_path)
    count = exchanges = 0
    made = shipper(tmp_path, receiver.target)
    for _ in range(ROUNDS):
        if rng.random() < 0.4:
            more = rng.randrange(1, 12)
            count = await write(tmp_path, more, first=exchanges, segment_bytes=15_000)
            exchanges += more
        if rng.random() < 0.5:
            await receiver.server.kill()
            if rng.random() < 0.8:
                await receiver.server.start()
        for _ in range(rng.randrange(4)):
            await made.step()
        if rng.random() < 0.5:  # killed in the middle of a step: what it holds is gone, what it sends may arrive
            under_way = asyncio.ensure_future(made.step())
            for _ in range(rng.randrange(60)):
                await asyncio.sleep(0)
            under_way.cancel()
            await asyncio.gather(under_way, return_exceptions=True)
            await made.close()
            made = shipper(tmp_path, receiver.target)
        before = read_cursor(beside(tmp_path / "ledger"), "siem").sequence
        assert set(range(before + 1)) <= set(receiver.sequences), "acknowledged, and not there"

    receiver.reliable = True
    await receiver.server.kill()
    await receiver.server.start()
    count = await write(tmp_path, 1, first=exchanges)
    while (reason := await made.drain()) is not None:
        assert reason != "unexpected"
    await made.close()
    await receiver.server.kill()

    assert in_order(receiver.sequences) == list(range(count))


async def test_the_command_is_killed_and_started_again(tmp_path):
    """The command as a process of its own, with SIGKILL after some records have arrived, while the ledger grows."""
    rng = random.Random(5)
    server = SyslogServer()
    await server.start()
    count = await write(tmp_path, 30, segment_bytes=15_000)
    document = document_of(tmp_path, "http://127.0.0.1:9/v1")
    document["ledger"] |= {
        "directory": str(tmp_path / "ledger"),
        "ship_by": "command",
        "ship": [
            {
                "name": "siem",
                "syslog": {"host": "127.0.0.1", "port": server.port, "protocol": "tcp", "batch_records": 3},
            }
        ],
    }
    config = tmp_path / "proxy.yaml"
    config.write_text(yaml.safe_dump(document))
    words = [sys.executable, "-c", "from proxy.cli.main import main; main()", "ledger", "ship", "--config", str(config)]
    for round_ in range(2):
        enough = len(server.messages) + rng.randrange(1, 15)
        with (tmp_path / "ship.log").open("ab") as log:
            process = subprocess.Popen(words, stderr=log)
        async with asyncio.timeout(PATIENCE):
            while len(server.messages) < enough:
                await asyncio.sleep(0.002)
        process.kill()
        process.wait()
        count = await write(tmp_path, 5, first=30 + 5 * round_, segment_bytes=15_000)
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    async with asyncio.timeout(PATIENCE):
        while not server.messages or len(set(server.sequences)) < count:
            await asyncio.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    await server.kill()

    assert in_order(server.sequences) == list(range(count))
    assert len(stored(tmp_path)) == count
    for line in (tmp_path / "ship.log").read_text().splitlines():
        assert json.loads(line)["event"] in ("shipping_waits", "shipping_resumed")
