"""The demo's processes: free ports, its own configuration, the summarizer, the proxy and its commands."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

COMMAND = Path(sys.executable).with_name("meeting-proxy")
REPOSITORY = Path(__file__).parents[1]
_START_SECONDS = 60
_STOP_SECONDS = 20


class Failed(Exception):
    """A process did not start or a command failed; the message says which and shows its last lines."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The places of the demo: a directory, its configuration, and the ports."""

    directory: Path
    config: Path
    port: int
    admin_port: int
    summarizer_port: int

    @property
    def record(self) -> Path:
        """The file that holds the requests as the summarizer received them."""
        return self.directory / "left.http"

    @classmethod
    def build(cls, directory: Path) -> Stage:
        """Choose free ports, and copy ``config/demo.yaml`` so that it keeps everything in `directory`."""
        port, admin_port, summarizer_port = _free_ports(3)
        settings = yaml.safe_load((REPOSITORY / "config/demo.yaml").read_text(encoding="utf-8"))
        settings["listen"]["port"] = port
        settings["admin"]["port"] = admin_port
        settings["recipients"]["local-summarizer"]["base_url"] = f"http://127.0.0.1:{summarizer_port}/v1"
        settings["store"] = f"sqlite:///{directory / 'proxy.db'}"
        settings["ledger"] = {"directory": str(directory / "ledger"), "signing_key": str(directory / "ledger.key")}
        config = directory / "proxy.yaml"
        config.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
        return cls(directory, config, port, admin_port, summarizer_port)

    def summarizer(self) -> list[str]:
        """Return the command that starts the summarizer."""
        options = ["--port", str(self.summarizer_port), "--record", str(self.record)]
        return [sys.executable, "-m", "examples.summarizer", *options]

    def proxy(self) -> list[str]:
        """Return the command that starts the proxy."""
        return [str(COMMAND), "serve", "--config", str(self.config)]

    def run(self, *arguments: str) -> str:
        """Run a ``meeting-proxy`` command to its end; return its standard output. Raises `Failed`."""
        done = subprocess.run(
            [str(COMMAND), *arguments, "--config", str(self.config)],
            capture_output=True,
            text=True,
            check=False,
            cwd=REPOSITORY,
            env={**os.environ, "COLUMNS": "118"},
        )
        if done.returncode != 0:
            raise Failed(f"meeting-proxy {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr.strip()}")
        return done.stdout


@contextmanager
def running(name: str, command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process and end it, by its id, when the block ends; its output goes into `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=REPOSITORY)
    try:
        yield process
    finally:
        stop(name, process, log)


def stop(name: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """End a process with SIGTERM. If it does not end in time, kill it and raise `Failed`."""
    if process.poll() is not None:
        return
    os.kill(process.pid, signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise Failed(f"{name} did not stop within {_STOP_SECONDS} s\n{_tail(log)}") from None


def wait_until_ready(name: str, process: subprocess.Popen[bytes], log: Path, port: int, path: str) -> None:
    """Wait until the process answers 200. Raises `Failed` with its last lines if it ends or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed(f"{name} ended with {process.returncode}\n{_tail(log)}")
        try:
            if get(port, path).status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise Failed(f"{name} was not ready within {_START_SECONDS} s\n{_tail(log)}")


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer. `pieces` are the parts of the body as they arrived."""

    status: int
    exchange: str
    pieces: tuple[bytes, ...]

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.pieces)


def get(port: int, path: str) -> Reply:
    """Send a GET to 127.0.0.1."""
    return _request(port, "GET", path, {}, None)


def post(port: int, path: str, body: bytes, **headers: str) -> Reply:
    """POST JSON to 127.0.0.1 and read the reply as it arrives."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return _request(port, "POST", path, {"Content-Type": "application/json", **named}, body)


def _request(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Reply:
    with ExitStack() as parts:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        parts.callback(connection.close)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        pieces = tuple(iter(lambda: response.read1(65536), b""))
        return Reply(response.status, response.headers.get("X-Exchange-Id", ""), pieces)


def text_of(reply: Reply) -> str:
    """Return the assistant's text in a chat completion, whole or streamed."""
    if reply.body.startswith(b"{"):
        message: dict[str, Any] = json.loads(reply.body)["choices"][0]["message"]
        return str(message["content"])
    events = [line.removeprefix(b"data: ") for line in reply.body.split(b"\n") if line.startswith(b"data: {")]
    deltas = [choice["delta"] for event in events for choice in json.loads(event)["choices"]]
    return "".join(delta.get("content") or "" for delta in deltas)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as parts:
        sockets = [parts.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:])
