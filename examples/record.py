"""A record of requests as they arrived over the wire: request line, headers and body, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Received(NamedTuple):
    """One request: its head without the blank line that ends it, and its body, both unchanged."""

    head: bytes
    body: bytes

    @property
    def wire(self) -> bytes:
        """The request as one byte string."""
        return self.head + b"\r\n\r\n" + self.body


def head_of(request_line: str, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return the head of a request, with its headers in the order and the case in which they arrived."""
    return b"\r\n".join([request_line.encode("ascii"), *(name + b": " + value for name, value in headers)])


def append(path: Path, received: Received) -> None:
    """Add one request to the record."""
    with path.open("ab") as record:
        record.write(received.wire)


def read(path: Path) -> list[Received]:
    """Return all requests of a record. ``Content-Length`` says where a body ends, so every request must have one."""
    rest = path.read_bytes() if path.exists() else b""
    requests = []
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = next(
            int(value)
            for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
            if name.strip().lower() == b"content-length"
        )
        requests.append(Received(head, rest[:length]))
        rest = rest[length:]
    return requests
