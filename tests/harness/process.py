"""The proxy as a process of its own, driven by its command line and its listeners alone."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from bench.ports import free_port
from harness.forks import Fork, ran
from harness.patience import PATIENCE
from harness.stores import sqlite_store
from proxy.audit.acts import is_act
from proxy.cli.main import app
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store

KEY = "test-client-key"
PROCESSES = int(os.environ.get("PROCESSES", "1"))
"""How many processes each proxy has: the promises are the same for several, which CI holds for some of the suites."""
STARTED = "2026-03-02T10:00:00+00:00"
TERMS = "2026-01-01"
COMMAND = str(Path(sys.executable).with_name("meeting-proxy"))

PEOPLE = [
    {"id": "p-ann", "name": "Annika Solberg", "emails": ["annika.solberg@fjord.example"], "class": "employee"},
    {"id": "p-ben", "name": "Benedikt Oyelaran", "emails": ["ben.o@fjord.example"], "class": "employee"},
    {"id": "p-cho", "name": "Chiara Montefusco", "class": "guest"},
]


_ANY_CERTIFICATE = ssl.create_default_context()
_ANY_CERTIFICATE.check_hostname = False
_ANY_CERTIFICATE.verify_mode = ssl.CERT_NONE


def settings(directory: Path, base_url: str, **changes: Any) -> dict[str, Any]:
    """A configuration with one summary, one compose and one transcript route to the recipient at `base_url`."""
    document: dict[str, Any] = {
        "version": 1,
        "organization": "fjord",
        "listen": {"host": "127.0.0.1", "port": free_port()},
        "admin": {"host": "127.0.0.1", "port": free_port()},
        "recipients": {"acme-llm": {"base_url": base_url, "terms": {"version": TERMS}, "idle_seconds": 120}},
        "routes": [
            {"name": "summary", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
             "recipient": "acme-llm"},
            {"name": "compose", "path": "/compose/v1/chat/completions", "dialect": "openai-chat",
             "purpose": "compose", "recipient": "acme-llm", "upstream_path": "/chat/completions"},
            {"name": "plain", "path": "/v1/transcript", "dialect": "transcript", "purpose": "summary",
             "recipient": "acme-llm", "upstream_path": "/transcript"},
        ],
        "clients": [
            {"name": "bot", "key_sha256": hashlib.sha256(KEY.encode()).hexdigest(),
             "routes": ["summary", "compose", "plain"]}
        ],
        "consent": {"min_retained_ratio": 0.0},
        # Recipients in tests say what was sent: told again by a later test, that would be text that was given back.
        "derived_texts": {"hours": 0},
        "redaction": {"DATE_TIME": "keep", "default": "pseudonym"},
        "detection": {"workers": 1, "timeout_seconds": 300},
        "store": f"sqlite:///{directory}/proxy.db",
        "ledger": {
            "directory": f"{directory}/ledger",
            "signing_key": f"{directory}/ledger.key",
            "write_seconds": PATIENCE,
            "checkpoint_seconds": 0.2,
        },
    }  # fmt: skip
    if PROCESSES > 1:
        document["server"] = {"processes": PROCESSES}
    document.update(changes)
    return document


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """What the assistant said: whole, or all deltas of a stream joined."""
        if "text/event-stream" not in self.headers.get("content-type", ""):
            return self.json["choices"][0]["message"]["content"]
        events = [line[6:] for line in self.body.decode().split("\n") if line.startswith("data: {")]
        return "".join(
            choice["delta"].get("content") or "" for event in events for choice in json.loads(event)["choices"]
        )


@dataclass
class Proxy:
    """One proxy in a directory of its own. `start` waits until it is ready; `stop` drains, `kill` does not."""

    directory: Path
    document: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | Fork | None = None

    def __post_init__(self) -> None:
        path = self.directory / "proxy.db"
        if self.document["store"] == f"sqlite:///{path}" and not path.exists():
            sqlite_store(path)

    @property
    def config(self) -> Path:
        path = self.directory / "proxy.yaml"
        path.write_text(yaml.dump(self.document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)))
        return path

    @property
    def log(self) -> Path:
        return self.directory / "proxy.log"

    @property
    def ledger_bytes(self) -> bytes:
        return b"".join(p.read_bytes() for p in sorted(Path(self.document["ledger"]["directory"]).rglob("*.jsonl")))

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events of exchanges and of the ledger itself, oldest first. A line without its end is being written."""
        return [event for event in self._recorded() if not is_act(event)]

    @property
    def acts(self) -> list[dict[str, Any]]:
        """All events of what operators did: they reach the ledger whenever a proxy takes them from the store."""
        return [event for event in self._recorded() if is_act(event)]

    def _recorded(self) -> list[dict[str, Any]]:
        lines = self.ledger_bytes.splitlines(keepends=True)
        return [json.loads(line)["event"] for line in lines if line.endswith(b"\n")]

    def settled(self) -> list[dict[str, Any]]:
        """All events, once every intent has its outcome; a reply reaches the client before its outcome is written."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            codes = self.codes()
            if codes.count("egress.intent") == codes.count("egress.outcome"):
                break
            time.sleep(0.02)
        return self.events

    def codes(self) -> list[str]:
        return [event["metadata"]["event_code"] for event in self.events]

    def start(self, *options: str, anew: bool = False, seconds: float = PATIENCE) -> Proxy:
        """Start it and wait until it is ready: as a fork, or `anew` where a suite looks at processes from outside."""
        words = ["serve", "--config", str(self.config), *options]
        if anew:
            with self.log.open("ab") as log:
                environment = {**os.environ, **self.environment}
                self.process = subprocess.Popen(
                    [COMMAND, *words], stdout=log, stderr=log, cwd=self.directory, env=environment
                )
        else:
            files = (Path(os.devnull), self.log, self.log)
            self.process = Fork(words, self.directory, files, **self.environment)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the proxy ended with {self.process.returncode}:\n{self.log.read_text()}")
            try:
                if self.admin("/readyz").status == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the proxy did not become ready:\n{self.log.read_text()}")

    def reload(self, *, written: str | None = None) -> list[str]:
        """Have it read its configuration again: the document, or this text. Returns why it refused to; none if not."""
        before = self.admin("/readyz").json["settings"]
        self.config  # noqa: B018 - writes the document
        if written is not None:
            (self.directory / "proxy.yaml").write_text(written)
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            settings = self.admin("/readyz").json["settings"]
            if settings["reloads"] > before["reloads"]:
                return []
            if settings["refusals"] > before["refusals"]:
                return settings["problems"]
            time.sleep(0.02)
        raise AssertionError(f"the proxy did not reload:\n{self.log.read_text()}")

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    def admin(self, path: str) -> Response:
        scheme = "https" if "tls" in self.document["admin"] else "http"
        return fetch(f"{scheme}://127.0.0.1:{self.document['admin']['port']}{path}")

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> Response:
        sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **(headers or {})}
        return fetch(f"http://127.0.0.1:{self.document['listen']['port']}{path}", body, sent)

    def chat(self, content: str, *, meeting: str | None = "m1", path: str = "/v1/chat/completions", **fields: Any):
        body = {"model": "m", "messages": [{"role": "user", "content": content}], **fields}
        prefix = f"/m/{meeting}" if meeting else ""
        return self.post(prefix + path, json.dumps(body).encode())

    def cli(self, *words: str, code: int = 0, text: str = "") -> str:
        """What a command prints, run to its end in a process of its own."""
        ended = ran(words, self.directory, text)
        assert ended.code == code, f"{words}: exit {ended.code}\n{ended.out}\n{ended.err}"
        return ended.out

    def meeting(
        self,
        people: list[dict[str, Any]] = PEOPLE,
        name: str = "m1",
        *,
        complete: bool = True,
        recorded: str | None = STARTED,
    ) -> None:
        """Put a meeting on file; `recorded` is when its recording began (None: not told)."""
        roster = self.directory / f"roster-{name}.json"
        roster.write_text(json.dumps(people))
        words = ["meeting", "add", "--config", str(self.config), "--id", name, "--start", STARTED]
        words += ["--recording-start", recorded] if recorded is not None else []
        self._record(*words, "--roster", str(roster), *(["--complete"] if complete else []))

    def consent(self, verb: str, person: str, *extra: str, purpose: str = "summary", meeting: str = "m1") -> None:
        since = [] if verb == "withdraw" or "--from" in extra else ["--from", "2026-03-01T00:00:00+00:00"]
        method = [] if verb == "withdraw" else ["--method", "verbal"]
        self._record(
            "consent", verb, "--config", str(self.config), "--participant", person, "--scope", "meeting",
            "--scope-id", meeting, "--purpose", purpose, "--recipient", "acme-llm", *since, *method, *extra,
        )  # fmt: skip

    def _record(self, *words: str) -> None:
        """Run a command that puts something on file, inside this process: as one of its own it takes a second."""
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, f"{words}: exit {done.exit_code}\n{done.output}\n{done.exception!r}"


def grant_all(proxy: Proxy, people: list[str], meeting: str, *, denied: str | None = None) -> None:
    """Record consent for many people at once, straight into the store: the command takes a second for each."""

    async def record() -> None:
        async with await Store.open(proxy.document["store"]) as store:
            for person in people:
                await store.consents.record(
                    ConsentRecord(
                        id=f"{meeting}-{person}", participant=person, scope=Scope.MEETING, scope_id=meeting,
                        purpose="summary", recipient="acme-llm", terms_version=TERMS,
                        state=ConsentState.DENIED if person == denied else ConsentState.GRANTED,
                        valid_from=datetime(2026, 3, 1, tzinfo=UTC), valid_until=None, method="verbal",
                        affirmative=True, actor=person, recorded_at=datetime(2026, 3, 1, tzinfo=UTC),
                    )
                )  # fmt: skip

    asyncio.run(record())


def fetch(
    url: str, body: bytes | None = None, headers: dict[str, str] | None = None, method: str | None = None
) -> Response:
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE, context=_ANY_CERTIFICATE) as reply:
            return Response(reply.status, {k.lower(): v for k, v in reply.headers.items()}, reply.read())
    except urllib.error.HTTPError as error:
        return Response(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())
