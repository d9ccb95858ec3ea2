"""Ports of 127.0.0.1 that nobody listens on."""

from __future__ import annotations

import socket

_GIVEN: set[int] = set()
"""The ports given so far: the system may offer one again before its listener has been started."""


def free_port() -> int:
    """A port that nobody listens on, another one each time."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _GIVEN:
            _GIVEN.add(port)
            return port
