"""The quick start, as a newcomer follows it: each block of the page is run, from the wheel to the last line."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from harness.consent_page import look, press
from harness.patience import PATIENCE
from harness.recorder import Recorder

from bench.ports import free_port

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/quickstart.md").read_text()
BLOCKS = re.findall(r"(?ms)^```sh\n(.*?)^```$", PAGE)
DONE = "::done"


@dataclass
class Shell:
    """One bash in which the blocks are run one after another, with ports that are free here."""

    folder: Path
    environment: dict[str, str]
    ports: dict[str, str] = field(default_factory=lambda: {each: str(free_port()) for each in ("8080", "8081", "8082")})
    ran: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._bash = subprocess.Popen(
            ["bash", "-euo", "pipefail"], cwd=self.folder, env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def here(self, text: str) -> str:
        """The text with the ports of this run."""
        return re.sub(r"\b808[012]\b", lambda found: self.ports[found[0]], text)

    def run(self, block: str) -> str:
        """Run a block, and return what it printed. Fails if a command of it does."""
        assert self._bash.stdin is not None and self._bash.stdout is not None
        self.ran.append(block)
        self._bash.stdin.write(f"{self.here(block)}\necho; echo {DONE}\n")
        self._bash.stdin.flush()
        printed = ""
        for line in self._bash.stdout:
            if line.strip() == DONE:
                return printed
            printed += line
        raise AssertionError(f"{block}\nended with {self._bash.wait()}:\n{printed}")

    def next(self, having: str) -> str:
        """Run the next block of the page, which has this text."""
        block = BLOCKS[len(self.ran)]
        assert having in block, block
        return self.run(block)

    def close(self) -> None:
        """End bash and what it has started."""
        pid = self.folder / "proxy.pid"
        if pid.exists():
            subprocess.run(["kill", pid.read_text().strip()], check=False, capture_output=True)
        self._bash.kill()
        self._bash.communicate()


def installed(folder: Path) -> None:
    """What the first block does, from a wheel of this tree, with the libraries that are here already."""
    source, venv = folder / "source", folder / ".venv"
    source.mkdir()
    for name in re.findall(r"(?m)^!(.+)$", (ROOT / ".dockerignore").read_text()):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip"]
    wheel = ["wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(source)]
    subprocess.run([*pip, *wheel], check=True, cwd=folder)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (packages,) = venv.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_paths()["purelib"])
    (made,) = folder.glob("*.whl")
    into = [*pip, "--python", str(venv / "bin/python"), "install", "-q", "--no-deps", "--no-index", str(made)]
    subprocess.run(into, check=True, cwd=folder)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as made:
        yield made


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, recorder: Recorder) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("quickstart")
    installed(folder)
    tools = folder / "tools"
    tools.mkdir()
    if shutil.which("curl") is None:
        (tools / "curl").write_text(
            f'#!/bin/sh\nexec {sys.executable} {Path(__file__).parents[1]}/harness/curl.py "$@"\n'
        )
        (tools / "curl").chmod(0o755)
    made = Shell(folder, {"PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)})
    yield made
    made.close()


def code(printed: str) -> int:
    """The status with which `ask` ended."""
    return int(printed.strip().splitlines()[-1])


class Asking(threading.Thread):
    """Sends requests until told to stop, and keeps how each was answered."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._port, self._folder = int(shell.ports["8080"]), shell.folder
        self.stop, self.statuses = threading.Event(), list[int]()

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {(self._folder / 'client.key').read_text().strip()}"}
        headers |= {"Content-Type": "application/json"}
        body = (self._folder / "request.json").read_bytes()
        while not self.stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            connection.request("POST", "/m/standup/v1/chat/completions", body, headers)
            self.statuses.append(connection.getresponse().status)
            connection.close()


def test_a_newcomer_gets_from_nothing_to_a_meeting_in_which_somebody_said_no(shell: Shell, recorder: Recorder) -> None:
    assert "requirements/server.lock" in BLOCKS[0]
    shell.ran.append(BLOCKS[0])
    shell.run(f'export PATH="{shell.folder}/.venv/bin:$PATH"')
    shell.ran.pop()
    configure = BLOCKS[1].replace("https://llm.example/v1", recorder.base_url).replace("AI_KEY=…", "AI_KEY=a-key")
    assert configure != BLOCKS[1]
    shell.run(configure)
    made = shell.folder / "proxy.yaml"
    made.write_text(shell.here(made.read_text()))
    assert "valid" in shell.next("links.key")
    shell.next("meeting-proxy serve")
    assert "standup" in shell.next("VCALENDAR")

    assert code(shell.next("request.json")) == 403
    assert recorder.received == []

    shell.next("consent invite")
    links = {line.split("\t")[1]: line.split("\t")[2] for line in (shell.folder / "links.tsv").read_text().splitlines()}
    assert "Monday stand-up" in look(links["jane@acme.example"]).text
    press(links["jane@acme.example"], "save", look(links["jane@acme.example"]).values[0])
    press(links["ravi@acme.example"], "no_to_all")

    told = shell.next("consent coverage")
    assert "\n200\n" in told
    (received,) = recorder.received
    assert b"budget" in received.raw
    assert b"020 7946" not in received.raw
    assert b"rather not" not in received.raw
    assert b"Jane" not in received.raw

    assert code(shell.next("consent withdraw")) == 403
    shell.next("subject report")
    assert "Monday stand-up" in (shell.folder / "jane.html").read_text()
    assert "Requests that left" in (shell.folder / "month.html").read_text()

    assert "Monday stand-up" in in_the_console(shell, "meetings")

    asking = Asking(shell)
    asking.start()
    shell.next("meeting-proxy reload")
    asking.stop.set()
    asking.join()
    assert asking.statuses
    assert set(asking.statuses) == {403}

    shell.next("kill")
    assert len(shell.ran) == len(BLOCKS)


def in_the_console(shell: Shell, page: str) -> str:
    """A page of the console, for whoever signs in with the token that the page tells to use."""
    connection = http.client.HTTPConnection("127.0.0.1", int(shell.ports["8081"]), timeout=PATIENCE)
    token = (shell.folder / "admin.token").read_text().strip()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/console/sign-in", urllib.parse.urlencode({"token": token}), form)
    reply = connection.getresponse()
    reply.read()
    cookie = (reply.getheader("set-cookie") or "").split(";")[0]
    connection.request("GET", f"/console/{page}", headers={"Cookie": cookie})
    reply = connection.getresponse()
    assert reply.status == 200
    return reply.read().decode()
