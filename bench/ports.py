"""Ports of 127.0.0.1 that nobody listens on."""

from __future__ import annotations

import random
import socket

_RANGE = (10_000, 32_000)
"""Below the ports that systems give to callers: a call could take such a port before its listener does."""
_GIVEN: set[int] = set()
"""The ports given so far: their listeners may not have been started yet."""


def free_port() -> int:
    """A port that nobody listens on, another one each time, and most likely another one in each process."""
    drawn = random.SystemRandom()
    while True:
        port = drawn.randrange(*_RANGE)
        if port not in _GIVEN and _is_free(port):
            _GIVEN.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
