"""Processes of the bench: each leads a group of its own, and every group has ended when the bench has."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

QUIET = {
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "no_proxy": "127.0.0.1,localhost",
    "NO_PROXY": "127.0.0.1,localhost",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "OTEL_SDK_DISABLED": "true",
    "DO_NOT_TRACK": "1",
}
"""The environment of every process: what would go beyond this host meets a port on which nobody listens."""

_ENDING = 15
"""Seconds until a group that was asked to end is ended."""
_TAIL = 400


class Absent(Exception):
    """Something cannot be measured here; the message says why."""


@contextlib.contextmanager
def started(
    name: str, command: Sequence[str], directory: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in `directory`, with what it prints in a log there. The whole group has ended afterwards."""
    with (directory / f"{name}.log").open("wb") as log:
        try:
            process = subprocess.Popen(
                command,
                cwd=directory,
                env={**os.environ, **QUIET, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise Absent(f"{name} does not start: {error.strerror}") from None
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_ENDING)
    _signal(process.pid, signal.SIGKILL)  # what is left of the group, even if its leader has ended
    process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def answering(name: str, process: subprocess.Popen[bytes], url: str, directory: Path, seconds: float = 120) -> None:
    """Wait until a GET of `url` succeeds. Raises `Absent` if the process ends before, or after `seconds`."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), opener.open(url, timeout=5):
            return
        time.sleep(0.2)
    how = f"ended with {process.returncode}" if process.returncode is not None else f"no answer within {seconds:.0f} s"
    end = " ".join((directory / f"{name}.log").read_text("utf-8", "replace").split())[-_TAIL:]
    raise Absent(f"{name} does not start: {how}; its log ends with: {end}")
