"""Put first on PYTHONPATH: every Python process that starts writes its connects and name look-ups to a file."""

import os
import sys

_EVENTS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto")
_out = os.environ.get("WATCH_NETWORK")


def _watch(event: str, arguments: tuple) -> None:
    if event in _EVENTS:
        what = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
        with open(_out, "a") as out:  # noqa: PTH123 - as little imported as can be
            out.write(f"{event} {what!r}\n")


if _out:
    sys.addaudithook(_watch)
