"""The nursery, a process that loads the detection engine once and forks workers; and what a worker does.

Run as ``python -m proxy.edge.detection.worker FD``, where FD is one end of a socket pair. On it the proxy sends the
detection settings of all routes, then commands of five bytes: fork (with one end of another socket pair, on which the
new worker answers), kill, or adopt (with one end of a further socket pair, on which another process of the proxy sends
such commands for workers of its own). Only the nursery ends and reaps workers, so a process id never refers to a
foreign process. When a process closes its end, however it ended, its workers end; with the one that began the nursery,
the nursery ends and takes all workers along.

Text goes to workers only. They send back offsets, languages, or the name of an exception's type.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from typing import Protocol

from proxy.edge import gc_tuning
from proxy.model import Excerpt, Finding, Profile, TextLanguage

FORK = b"F"
KILL = b"K"
ADOPT = b"A"
COMMAND = struct.Struct("!cI")
PID = struct.Struct("!I")
LENGTH = struct.Struct("!I")
GRACE_SECONDS = 5
"""A worker that is not ended in time ends itself this long after its time limit."""

_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto"})


class Answers(Protocol):
    """The engine that a worker asks."""

    def find(self, excerpts: Sequence[Excerpt], profile: Profile) -> list[list[Finding]]:
        """Return findings of each excerpt."""

    def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """Return the language of each text."""


def frame(payload: bytes) -> bytes:
    """Prefix a payload with its length."""
    return LENGTH.pack(len(payload)) + payload


def read_frame(channel: socket.socket) -> bytes | None:
    """Return the next payload, or None if the other side has closed."""
    head = _read(channel, LENGTH.size)
    return None if head is None else _read(channel, LENGTH.unpack(head)[0])


def _read(channel: socket.socket, size: int) -> bytes | None:
    buffer = bytearray(size)
    view, filled = memoryview(buffer), 0
    while filled < size:
        count = channel.recv_into(view[filled:])
        if count == 0:
            return None
        filled += count
    return bytes(buffer)


def serve(engine: Answers, channel: socket.socket, limit_seconds: int) -> None:
    """Answer requests on `channel` until it is closed. A request is JSON: the task, its texts and its parameters."""
    with contextlib.suppress(OSError):
        while (request := read_frame(channel)) is not None:
            signal.alarm(limit_seconds)
            channel.sendall(frame(answer(engine, request)))
            signal.alarm(0)


def answer(engine: Answers, request: bytes) -> bytes:
    """Return findings or languages as JSON, or ``{"error": type}`` without the message, which may quote text."""
    try:
        asked = json.loads(request)
        if "tell" in asked:
            return json.dumps(engine.tell(asked["tell"], asked["expected"])).encode()
        excerpts = [Excerpt(*excerpt) for excerpt in asked["find"]]
        found = engine.find(excerpts, Profile(asked["route"], tuple(asked["languages"])))
        return json.dumps([[astuple(f) for f in block] for block in found]).encode()
    except Exception as error:  # noqa: BLE001 - whatever it was, the request is refused, and the worker lives on
        return json.dumps({"error": type(error).__name__}).encode()


def nurse(engine: Answers, control: socket.socket, limit_seconds: int) -> None:
    """Fork and end workers as commanded until the proxy closes `control`, then end them all."""
    households: dict[socket.socket, set[int]] = {control: set()}
    while control in households:
        ready, _, _ = select.select(list(households), [], [])
        for each in ready:
            if not _obeyed(engine, each, households, limit_seconds):
                _end_all(households.pop(each))
                each.close()
    for workers in households.values():
        _end_all(workers)


def _obeyed(
    engine: Answers, control: socket.socket, households: dict[socket.socket, set[int]], limit_seconds: int
) -> bool:
    """Do what is commanded on `control`, whose workers are one household. False if nobody commands there any more."""
    workers = households[control]
    try:
        message, descriptors = _command(control)
        if len(message) < COMMAND.size:
            return False
        command, pid = COMMAND.unpack(message)
        if command == ADOPT:
            households[socket.socket(fileno=descriptors[0])] = set()
        elif command == FORK:
            channel = socket.socket(fileno=descriptors[0])
            pid = os.fork()
            if pid == 0:
                for each in households:
                    each.close()
                serve(engine, channel, limit_seconds)
                os._exit(0)
            channel.close()
            workers.add(pid)
        elif pid in workers:
            _end_all({pid})
            workers.discard(pid)
        control.sendall(PID.pack(pid))
    except OSError:
        return False
    return True


def _command(control: socket.socket) -> tuple[bytes, list[int]]:
    message, ancillary, _, _ = control.recvmsg(COMMAND.size, socket.CMSG_SPACE(array.array("i").itemsize))
    descriptors = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content)
    return message, list(descriptors)


def _end_all(workers: Collection[int]) -> None:
    # A worker that ended by itself is a zombie until now, so its id cannot have been given to another process.
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def refuse_network(event: str, _arguments: object) -> None:
    """Refuse network access in this process tree, as an audit hook (PEP 578)."""
    if event in _NETWORK:
        raise PermissionError("detection does not use the network")


def main() -> None:
    """Load the engine, report the result, and nurse. This process lives as long as its socket; it ignores signals."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = read_frame(control)
    if settings is None:
        return
    sys.addaudithook(refuse_network)
    try:
        # Imported here: the proxy imports this module for its protocol and does not need the model.
        from proxy.detection.languages.identify import Identifier, unpack  # noqa: PLC0415

        # Unpacking takes half of the load time. The thread ends before anything is forked. It only unpacks: NumPy
        # parses what it reads, as imports do, and Python 3.11 may fail to parse in two threads.
        with ThreadPoolExecutor(1) as beside:
            unpacked = beside.submit(unpack)

            from proxy.detection.engine import WARM_UP, WARM_UP_NAMED  # noqa: PLC0415
            from proxy.detection.profiles import Profiles  # noqa: PLC0415
            from proxy.settings import Detection  # noqa: PLC0415

            sent = json.loads(settings)
            detection = Detection.unpacked(sent["detection"])
            routes = {route: Detection.unpacked(each) for route, each in sent["routes"].items()}
            engine = Profiles(detection, routes, lambda: Identifier(unpacked.result()))
        for route, each in {"": detection, **routes}.items():
            engine.find([Excerpt.whole(WARM_UP)], Profile(route))
            if each.languages.in_part == "patterns":
                # Such text leaves, so the workers share the models that read it; otherwise one that needs one loads it.
                for text, language in WARM_UP_NAMED:
                    engine.find([Excerpt.whole(text)], Profile(route, (language,)))
        engine.tell([WARM_UP], ())
    except Exception as error:  # noqa: BLE001 - told to the proxy, which does not start
        control.sendall(frame(json.dumps({"error": type(error).__name__}).encode()))
        return
    os.environ.clear()
    gc_tuning.freeze()
    control.sendall(frame(b"{}"))
    nurse(engine, control, int(detection.timeout_seconds) + GRACE_SECONDS)


if __name__ == "__main__":
    main()
