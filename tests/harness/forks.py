"""Processes of the proxy that `harness.warm` forks, as `subprocess.Popen` would give them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from harness.patience import PATIENCE

POLL_SECONDS = 0.02


class Warm:
    """The process that forks them. It ends with the one that made it, whose socket is closed then."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            program = str(Path(__file__).with_name("warm.py"))
            one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
            path = os.pathsep.join(map(str, Path(__file__).parents[1:3]))
            subprocess.Popen(
                [sys.executable, program, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | one_thread | {"PYTHONPATH": path},
            )
        self._lines = ours.makefile("rw")
        self._turn = threading.Lock()

    def ask(self, **asked: Any) -> Any:
        """What it answers."""
        with self._turn:
            self._lines.write(json.dumps(asked) + "\n")
            self._lines.flush()
            return json.loads(self._lines.readline())


@cache
def warm() -> Warm:
    """The one of this process, made when it is first needed."""
    return Warm()


class Fork:
    """One forked command. Until `poll` or `wait` has told its end, its id is that of no other process."""

    def __init__(self, words: list[str], directory: Path, files: Sequence[Path], **environment: str) -> None:
        """`files` are its standard input, output and error; `environment` is added to that of this process."""
        self.returncode: int | None = None
        where = {"directory": str(directory), "files": [str(file) for file in files]}
        self.pid: int = warm().ask(words=words, **where, environment={**os.environ, **environment})

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = warm().ask(ended=self.pid)
        return self.returncode

    def wait(self, timeout: float = PATIENCE) -> int:
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(POLL_SECONDS)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkedNursery:
    """A nursery that has loaded detection, as `nursery.Process`."""

    kind = "nursery"

    def __init__(self, control: socket.socket) -> None:
        """It takes its settings and commands from `control`."""
        self._start(b".", [control.fileno()])

    def _start(self, told: bytes, descriptors: Sequence[int]) -> None:
        self._ended: int | None = None
        with tempfile.TemporaryDirectory() as place, socket.socket(socket.AF_UNIX) as door:
            path = str(Path(place, "door"))
            door.bind(path)
            door.listen()
            self.pid: int = warm().ask(**{self.kind: path})
            with door.accept()[0] as inside:
                socket.send_fds(inside, [told], descriptors)

    async def wait(self) -> int:
        while self._ended is None:
            self._ended = warm().ask(ended=self.pid)
            await asyncio.sleep(POLL_SECONDS)
        return self._ended

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


class ForkedSibling(ForkedNursery):
    """A sibling of a proxy that has imported everything, as `nursery.Process`."""

    kind = "sibling"

    def __init__(self, words: Sequence[int], descriptors: Sequence[int]) -> None:
        """As `proxy.edge.processes.sibling.begun`."""
        processes, place, *_ = words
        self._start(f"{processes} {place}".encode(), descriptors)


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def ran(words: Sequence[str], directory: Path, text: str = "") -> Ran:
    """A command, run to its end in a process of its own. `text` is its input."""
    with tempfile.TemporaryDirectory() as place:
        files = given, out, err = [Path(place) / name for name in ("in", "out", "err")]
        given.write_text(text)
        code = Fork(list(words), directory, files).wait()
        return Ran(code, out.read_text(), err.read_text())
