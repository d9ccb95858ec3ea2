"""The proxy's side of the nursery: start it, have it fork and end workers, and ask a worker.

See `edge.detection.worker` for the other side, and docs/adr/0003-worker-processes.md for the reasons.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import proxy
from proxy.edge.detection.worker import ADOPT, COMMAND, FORK, KILL, LENGTH, PID, frame
from proxy.errors import OwnFault
from proxy.model import Excerpt, Finding, Profile, TextLanguage
from proxy.settings import Detection

END_SECONDS = 5
_PACKAGE_ROOT = str(Path(proxy.__file__).resolve().parent.parent)
_PRIVATE = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|COOKIE|DATABASE|_DSN|_URL", re.IGNORECASE)
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A process must have one thread to fork safely, and one worker does one core's work."""


class Worker(asyncio.Protocol):
    """One worker process, and the connection to it. Answers one request at a time."""

    def __init__(self, lost: Callable[[Worker], None]):
        self.pid = 0
        self.gone = False
        self.proven = False
        """Whether it has answered once."""
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = transport  # type: ignore[assignment]  # a stream socket has a Transport

    def data_received(self, data: bytes) -> None:
        """Collect an answer, and hand it over once it is complete."""
        self._received += data
        if len(self._received) < LENGTH.size:
            return
        end = LENGTH.size + LENGTH.unpack_from(self._received)[0]
        if len(self._received) >= end and self._answer is not None and not self._answer.done():
            self._answer.set_result(bytes(self._received[LENGTH.size : end]))
            del self._received[:end]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Fail the pending answer: the process has ended or was given up."""
        self.gone = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("worker ended"))
        self._lost(self)

    def give_up(self) -> None:
        """Close the connection; `connection_lost` follows."""
        if self._transport is not None:
            self._transport.abort()

    async def find(self, excerpts: Sequence[Excerpt], profile: Profile) -> list[list[Finding]]:
        """Return findings of each excerpt. `ConnectionResetError` if the worker ends; `OwnFault` if it fails."""
        asked = {"find": list(excerpts), "route": profile.route, "languages": profile.languages}
        return _findings(await self._ask(asked), excerpts)

    async def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """Return the language of each text; faults as `find`."""
        return _told(await self._ask({"tell": list(texts), "expected": sorted(expected)}), texts)

    async def _ask(self, asked: Mapping[str, object]) -> object:
        if self.gone or self._transport is None:
            raise ConnectionResetError("worker ended")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(frame(json.dumps(asked).encode()))
        answer: object = json.loads(await self._answer)
        if isinstance(answer, dict):
            raise OwnFault("detector_failed", f"a detection worker could not read a text ({answer.get('error')})")
        return answer


class Process(Protocol):
    """The part of a child process's interface that is needed here."""

    @property
    def pid(self) -> int:
        """The process id."""

    async def wait(self) -> int:
        """Wait until it has ended, and return its exit code."""

    def kill(self) -> None:
        """End it at once. `ProcessLookupError` if it has already ended."""


async def begun(theirs: socket.socket) -> Process:
    """Start a process that waits for its settings on `theirs`."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "proxy.edge.detection.worker", str(theirs.fileno())),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        start_new_session=True,
        env=_environment(),
    )


class Nursery:
    """The process that forks workers. Call `start` once; afterwards `fork` and `kill`, one at a time."""

    def __init__(self, process: Process | None, control: socket.socket):
        """`process` is None where another process of the proxy began it and lent this connection to it."""
        self._process = process
        self._control = control
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Its process id, if this process began it."""
        return None if self._process is None else self._process.pid

    @classmethod
    async def start(cls, detection: Detection, routes: Mapping[str, Detection]) -> Nursery:
        """Start the process and wait until the engines are loaded. Raises `OwnFault` if they do not load.

        `routes` are the settings of the routes that detect differently from `detection`.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            process = await begun(theirs)
        nursery = cls(process, ours)
        loop = asyncio.get_running_loop()
        try:
            # Packed one by one, since a plain dump of settings leaves out the words of dictionaries.
            differing = {route: each.packed().decode() for route, each in routes.items()}
            settings = {"detection": detection.packed().decode(), "routes": differing}
            await loop.sock_sendall(ours, frame(json.dumps(settings).encode()))
            head = await _exactly(ours, LENGTH.size)
            said = json.loads(await _exactly(ours, LENGTH.unpack(head)[0]))
            reason = said.get("error")
        except (OSError, EOFError):
            reason = "the process ended"
        except BaseException:
            await nursery.close()
            raise
        if reason is not None:
            await nursery.close()
            raise OwnFault(
                "detector_failed", f"the detection engine did not load ({reason}); see 'meeting-proxy check'"
            )
        return nursery

    async def fork(self, lost: Callable[[Worker], None]) -> Worker:
        """Fork a worker. `lost` is called once, when its connection ends. `OSError`/`EOFError`: nursery gone."""
        ours, theirs = socket.socketpair()
        worker = Worker(lost)
        try:
            with theirs:
                async with self._turn:
                    socket.send_fds(self._control, [COMMAND.pack(FORK, 0)], [theirs.fileno()])
                    worker.pid = PID.unpack(await _exactly(self._control, PID.size))[0]
            await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)
        except BaseException:
            ours.close()
            raise
        return worker

    async def kill(self, worker: Worker) -> None:
        """End a worker if it still runs, and have it reaped."""
        worker.give_up()
        async with self._turn:
            await asyncio.get_running_loop().sock_sendall(self._control, COMMAND.pack(KILL, worker.pid))
            await _exactly(self._control, PID.size)

    async def lend(self) -> socket.socket:
        """A connection by which another process of the proxy has workers of its own. `OSError`/`EOFError`: as `fork`.

        Its workers end when it closes the connection, which the caller closes once it was passed on.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                async with self._turn:
                    socket.send_fds(self._control, [COMMAND.pack(ADOPT, 0)], [theirs.fileno()])
                    await _exactly(self._control, PID.size)
        except BaseException:
            ours.close()
            raise
        return ours

    async def close(self) -> None:
        """End every worker that was forked over this connection, and the nursery if this process began it."""
        self._control.close()
        if self._process is None:
            return
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


def _environment() -> dict[str, str]:
    """Return the proxy's environment without apparent credentials, since workers read text from strangers."""
    kept = {name: value for name, value in os.environ.items() if not _PRIVATE.search(name)}
    path = os.pathsep.join(filter(None, (kept.get("PYTHONPATH"), _PACKAGE_ROOT)))
    return kept | _ONE_THREAD | {"PYTHONPATH": path}


async def _exactly(channel: socket.socket, size: int) -> bytes:
    loop = asyncio.get_running_loop()
    received = b""
    while len(received) < size:
        piece = await loop.sock_recv(channel, size - len(received))
        if not piece:
            raise EOFError
        received += piece
    return received


def _told(answer: object, texts: Sequence[str]) -> list[TextLanguage]:
    """Return the answer as languages, one for each text. Raises `OwnFault` for anything else."""
    try:
        told = [TextLanguage(str(language), bool(sure)) for language, sure in answer]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        told = []
    if len(told) != len(texts):
        raise OwnFault("detector_failed", "a detection worker gave an answer that does not fit its texts")
    return told


def _findings(answer: object, excerpts: Sequence[Excerpt]) -> list[list[Finding]]:
    """Return the answer as findings, each inside its text. Raises `OwnFault` for anything else."""
    try:
        found = [[Finding(*entry) for entry in entries] for entries in answer]  # type: ignore[attr-defined]
        sound = len(found) == len(excerpts) and all(
            0 <= f.start < f.end <= len(each.text)
            for each, entries in zip(excerpts, found, strict=True)
            for f in entries
        )
    except (TypeError, ValueError):
        sound = False
    if not sound:
        raise OwnFault("detector_failed", "a detection worker gave an answer that does not fit its text")
    return found
