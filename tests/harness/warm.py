"""Forks commands of the proxy that have imported everything and loaded detection: ``warm.py FD``.

A proxy that is started anew computes for eight seconds before it is ready, the same in every test. Here that is done
once; then each line of JSON on the socket FD forks a command, or asks how one ended. A fork runs the command line that
it is given, with its own environment, directory, input and output. Its nursery is forked too, before it runs: loaded
for the settings that are shipped, it makes engines for those that it is sent. A nursery alone is forked as well, and so
are the siblings of a proxy of several processes.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import proxy.composition.app  # noqa: F401
from proxy.cli import main as command
from proxy.composition import sibling as sibling_serving
from proxy.detection import profiles
from proxy.detection.engine import WARM_UP
from proxy.detection.languages import identify
from proxy.edge import gc_tuning as garbage
from proxy.edge.detection import fork_server as nursery
from proxy.edge.detection import worker
from proxy.edge.processes import sibling
from proxy.model import Excerpt, Profile
from proxy.settings import Detection


class Forked:
    """The waiting nursery, as `nursery.Process`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    async def wait(self) -> int:
        return os.waitstatus_to_exitcode((await asyncio.to_thread(os.waitpid, self.pid, 0))[1])

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def load() -> None:
    """Do what every command does first, and every nursery."""
    for name in command.COMMANDS:
        command.loaded(name)
    identifier = identify.Identifier()
    identify.unpack = lambda: b""
    identify.Identifier = lambda _: identifier
    engine = profiles.Profiles(Detection(), {}, lambda: identifier)
    engine.find([Excerpt.whole(WARM_UP)], Profile())
    engine.tell([WARM_UP], ())
    garbage.freeze()


def forked(run: Callable[[], object]) -> int:
    """The id of a child that runs this, and ends as a program does."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does at the end of a program
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def nurse(waiting: socket.socket) -> None:
    """Wait for the socket of a nursery, and be one; or end with the proxy."""
    os.setsid()
    _onto(os.open(os.devnull, os.O_RDWR), 0, 1, 2)
    _, descriptors, _, _ = socket.recv_fds(waiting, 1, 1)
    waiting.close()
    if descriptors:
        sys.argv = ["worker", str(descriptors[0])]
        worker.main()


def serve(asked: dict[str, Any]) -> None:
    """Be the command that is asked for. Its first nursery is a fork; a later one, after a crash, is started anew."""
    for number, path in enumerate(asked["files"]):
        _onto(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["directory"])
    ours, theirs = socket.socketpair()

    def wait() -> None:
        ours.close()
        nurse(theirs)

    waiting = [forked(wait)]
    theirs.close()
    _fork_siblings(_siblings(asked["words"]))
    anew = nursery.begun

    async def begun(control: socket.socket) -> nursery.Process:
        if not waiting:
            return await anew(control)
        with ours:
            socket.send_fds(ours, [b"."], [control.fileno()])
        return Forked(waiting.pop())

    nursery.begun = begun
    sys.argv = ["meeting-proxy", *asked["words"]]
    command.main()


def be_sibling(waiting: socket.socket) -> None:
    """Wait for the places and descriptors of a sibling, and be one; or end with the proxy."""
    os.setsid()
    told, descriptors, _, _ = socket.recv_fds(waiting, 100, 8)
    waiting.close()
    if descriptors:
        sys.argv = ["sibling", *told.decode().split(), *map(str, descriptors)]
        sibling_serving.main()


def _siblings(words: list[str]) -> int:
    """How many siblings the proxy of a command line has."""
    if words[:2] != ["serve", "--config"]:
        return 0
    found = re.search(r"^server:\s+processes: (\d+)$", Path(words[2]).read_text(), re.M)
    return int(found[1]) - 1 if found else 0


def _fork_siblings(number: int) -> None:
    """Have the siblings of this proxy be forks, and those that replace each once; later ones are started anew."""
    waiting = []
    for _ in range(2 * number):
        ours, theirs = socket.socketpair()

        def wait(ours: socket.socket = ours, theirs: socket.socket = theirs) -> None:
            ours.close()
            be_sibling(theirs)

        waiting.append((forked(wait), ours))
        theirs.close()
    anew = sibling.begun

    async def begun(words: Sequence[int], descriptors: Sequence[int]) -> nursery.Process:
        if not waiting:
            return await anew(words, descriptors)
        pid, ours = waiting.pop()
        processes, place, *_ = words
        with ours:
            socket.send_fds(ours, [f"{processes} {place}".encode()], descriptors)
        return Forked(pid)

    sibling.begun = begun


def _onto(opened: int, *descriptors: int) -> None:
    for each in descriptors:
        os.dup2(opened, each)
    os.close(opened)


def main() -> None:
    """Load, say so, then answer: the pid of a fork, or the exit code of one, null while it runs."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    load()
    with channel, channel.makefile("rw") as lines:

        def start(asked: dict[str, Any]) -> None:
            _onto(os.open(os.devnull, os.O_RDWR), channel.fileno())
            if "words" in asked:
                serve(asked)
                return
            waiting = socket.socket(socket.AF_UNIX)
            waiting.connect(asked.get("nursery") or asked["sibling"])
            (nurse if "nursery" in asked else be_sibling)(waiting)

        for line in lines:
            asked = json.loads(line)
            if "ended" in asked:
                pid, status = os.waitpid(asked["ended"], os.WNOHANG)
                answer = os.waitstatus_to_exitcode(status) if pid else None
            else:
                answer = forked(lambda: start(asked))  # noqa: B023 - it is run at once
            lines.write(json.dumps(answer) + "\n")
            lines.flush()


if __name__ == "__main__":
    main()
