"""The layout of the log: one record on each line, linked to the record before it.

A line is one JSON object whose members have this order, so that the exact bytes of the event can be cut out::

    {"v":2,"seq":7,"prev":"<64 hex>","commitment":"<64 hex>","sig":"<128 hex>","salt":"<32 hex>","event":{…}}

- commitment = SHA-256(salt ‖ event bytes). It hides the event, which can be deleted without breaking the log. It is
  also the record's entry in the Merkle tree (`tree`).
- message = domain ‖ origin ‖ seq ‖ prev ‖ commitment, each on a line.
- sig = Ed25519 over the message. Only the last line of a group that was written together has one: through the links it
  covers the lines before, so that nobody without the key can add a line.
- link = SHA-256(message ‖ sig ‖ LF). `prev` is the link of the record before; in the first record it is `GENESIS`.

Lines of version 1 have no ``"v"``; each is signed, and their link is SHA-256(message), which does not cover `sig`.

Events are stored as canonical JSON (RFC 8785). Segments are files named by their first sequence number. `lines_of` cuts
a segment, read in pieces of any size, into lines with their places.
"""

from __future__ import annotations

import hashlib
import re
from binascii import unhexlify
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import orjson

from proxy.audit.checks import MAX_COUNT
from proxy.audit.ocsf import Event, numbered
from proxy.audit.signing import SigningKey
from proxy.errors import OwnFault

GENESIS = bytes(32)
SALT_BYTES = 16
MAX_EVENT_BYTES = 1 << 20
SEGMENT_NAME = re.compile(r"[0-9]{20}\.jsonl")

_DOMAINS = {1: "meeting-privacy-proxy/ledger/v1", 2: "meeting-privacy-proxy/ledger/v2"}
_VALUES = "values are printable text, whole numbers or booleans"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_LINE = re.compile(
    rb'\{("v":2,)?"seq":(0|[1-9][0-9]{0,15}),"prev":"([0-9a-f]{64})","commitment":"([0-9a-f]{64})",'
    rb'(?:"sig":"([0-9a-f]{128})",)?"salt":"([0-9a-f]{32})","event":(\{.*\})\}',
    re.DOTALL,  # a line holds no line end; not to look for one in a long event takes a third of the time
)


@dataclass(frozen=True, slots=True)
class Line:
    """One record as written in a segment. `previous` and `commitment` are 32 bytes, `signature` is 64 or none."""

    sequence: int
    previous: bytes
    commitment: bytes
    signature: bytes
    salt: bytes
    event: bytes
    version: int = 2

    @property
    def intact(self) -> bool:
        """Whether the event matches its commitment."""
        return commit(self.salt, self.event) == self.commitment

    def follows(self, sequence: int, link: bytes | None) -> bool:
        """Whether it is whole, has this number, and refers to this link of the record before (None: to any)."""
        return self.sequence == sequence and link in (None, self.previous) and self.intact

    def message(self, origin: str) -> bytes:
        """The text over which the signature is computed."""
        head = f"{_DOMAINS[self.version]}\n{origin}\n{self.sequence}\n"
        return f"{head}{self.previous.hex()}\n{self.commitment.hex()}\n".encode()

    def link(self, origin: str) -> bytes:
        """The hash by which the next record refers to this one."""
        message = self.message(origin)
        if self.version > 1:
            message += f"{self.signature.hex()}\n".encode()
        return hashlib.sha256(message).digest()

    def signed(self, key: SigningKey) -> Line:
        """The same line with its signature."""
        return replace(self, signature=key.sign(self.message(key.origin)))

    def render(self) -> bytes:
        """The line with its line end."""
        version = b'"v":2,' if self.version > 1 else b""
        signature = b'"sig":"%b",' % self.signature.hex().encode() if self.signature else b""
        return b'{%b"seq":%d,"prev":"%b","commitment":"%b",%b"salt":"%b","event":%b}\n' % (
            version,
            self.sequence,
            self.previous.hex().encode(),
            self.commitment.hex().encode(),
            signature,
            self.salt.hex().encode(),
            self.event,
        )


def lay(event: Event, sequence: int, previous: bytes, salt: bytes) -> Line:
    """The record of an event at this place in the log, without a signature."""
    stored = canonical(numbered(event, sequence))
    return Line(sequence, previous, commit(salt, stored), b"", salt, stored)


def parse(line: bytes) -> Line | None:
    """The record in a line (without its line end). None if the line does not have exactly this layout."""
    match = _LINE.fullmatch(line)
    if match is None or b"\n" in line:
        return None
    version, sequence, previous, commitment, signature, salt, event = match.groups()
    if version is None and signature is None:
        return None
    return Line(
        int(sequence),
        unhexlify(previous),
        unhexlify(commitment),
        unhexlify(signature or b""),
        unhexlify(salt),
        event,
        1 if version is None else 2,
    )


def commit(salt: bytes, event: bytes) -> bytes:
    """The salted commitment to an event's bytes."""
    return hashlib.sha256(salt + event).digest()


def canonical(event: Event) -> bytes:
    """The event as canonical JSON. Raises `OwnFault` for values with more than one form, and for oversized events."""
    misfit = _misfit(event)
    if misfit is not None:
        raise OwnFault("ledger_event_invalid", misfit[1], where=f"event{misfit[0]}")
    stored = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    if len(stored) > MAX_EVENT_BYTES:
        raise OwnFault("ledger_event_too_large", f"the record would exceed {MAX_EVENT_BYTES} bytes")
    return stored


def segment_name(first: int) -> str:
    """The file name of the segment whose first record has this sequence number."""
    return f"{first:020d}.jsonl"


def _misfit(value: object) -> tuple[str, str] | None:  # noqa: PLR0911 - one return a kind of value
    """Where a value has more than one form in canonical JSON, as a path below it, and what is taken there instead."""
    if isinstance(value, str):
        return None if value.isprintable() else ("", _VALUES)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return None if abs(value) <= MAX_COUNT else ("", "whole numbers are at most 2^53-1")
    if isinstance(value, dict):
        for key, member in value.items():
            if not _is_key(key):
                return "", "keys are ASCII names"
            kind = type(member)  # Most members are of these kinds: not to call for them takes half of the time.
            if (kind is str and member.isprintable()) or (kind is int and -MAX_COUNT <= member <= MAX_COUNT):
                continue
            if found := _misfit(member):
                return f".{key}{found[0]}", found[1]
        return None
    if isinstance(value, list):
        for number, member in enumerate(value):
            if found := _misfit(member):
                return f"[{number}]{found[0]}", found[1]
        return None
    return "", _VALUES


@lru_cache(maxsize=1024)
def _is_key(name: object) -> bool:
    return isinstance(name, str) and _KEY.fullmatch(name) is not None


class Place(NamedTuple):
    """Where a line begins: the segment's file name, the line number from 1, and the offset in bytes."""

    segment: str
    line: int
    offset: int


class RawLine(NamedTuple):
    """A line without its line end. `whole` is False for bytes at the end of a segment without a line end."""

    place: Place
    content: bytes
    whole: bool


def lines_of(segment: str, pieces: Iterable[bytes]) -> Iterator[RawLine]:
    """The lines of a segment, in order."""
    number, offset = 1, 0
    rest: list[bytes] = []
    for piece in pieces:
        *ends, tail = piece.split(b"\n")
        for end in ends:
            content = b"".join((*rest, end))
            rest.clear()
            yield RawLine(Place(segment, number, offset), content, True)
            number, offset = number + 1, offset + len(content) + 1
        if tail:
            rest.append(tail)
    if rest:
        yield RawLine(Place(segment, number, offset), b"".join(rest), False)
