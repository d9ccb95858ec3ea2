"""Makes logs straight from the description of their format, without code of the proxy or of the checker."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "fjord/egress"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, over leaf hashes, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


def naive_inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*naive_inclusion(index, leaves[:half]), naive_root(leaves[half:])]
    return [*naive_inclusion(index - half, leaves[half:]), naive_root(leaves[:half])]


class Signer:
    """A key with its name, of a log (type 1) or a witness (type 4)."""

    def __init__(self, name: str, seed: int, kind: int = 1) -> None:
        self.name = name
        self.private = Ed25519PrivateKey.from_private_bytes(sha256(b"%d" % seed).digest())
        packed = bytes([kind]) + self.private.public_key().public_bytes_raw()
        self.id = sha256(name.encode() + b"\n" + packed).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(packed)}"

    def line(self, signature: bytes) -> bytes:
        return f"— {self.name} {b64(self.id + signature)}\n".encode()

    def note(self, text: bytes) -> bytes:
        return text + b"\n" + self.line(self.private.sign(text))

    def cosigned(self, note: bytes, time: int) -> bytes:
        text = note[: note.rindex(b"\n\n") + 1]
        signature = self.private.sign(b"cosignature/v1\ntime %d\n" % time + text)
        return note + self.line(time.to_bytes(8, "big") + signature)


@dataclass
class Record:
    line: bytes
    link: str
    commitment: bytes
    salt: bytes
    event: bytes

    @property
    def leaf(self) -> bytes:
        return sha256(b"\x00" + self.commitment).digest()


@dataclass
class MadeLog:
    """A log in memory, written out as often as is asked for."""

    origin: str = ORIGIN
    seed: int = 1
    records: list[Record] = field(default_factory=list)
    segments: list[int] = field(default_factory=lambda: [0])
    handovers: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.key = self.first_key = Signer(self.origin, self.seed)

    @property
    def vkey(self) -> str:
        return self.key.vkey

    def group(self, count: int = 1, version: int = 2, **event: Any) -> MadeLog:
        """Lines that are written together: in version 2 the last of them is signed."""
        for at in range(count):
            self._record(version, signed=version == 1 or at == count - 1, event=event)
        return self

    def _record(self, version: int, signed: bool, event: dict[str, Any]) -> None:
        number = len(self.records)
        metadata = {
            "event_code": event.get("code", "egress.intent"),
            "sequence": number,
            "correlation_uid": f"ex-{number}",
        }
        body = {
            "api": {"service": {"name": event.get("service", "acme-llm")}},
            "metadata": metadata,
            "time": 1_790_000_000_000 + number,
            "unmapped": {"ledger": event.get("facts", {})},
        }
        if "people" in event:
            body["resources"] = [{"uid": "ptc:2026:1", "data": data} for data in event["people"]]
        if "status" in event:
            body["status_code"] = event["status"]
        if "meeting" in event:
            body["message_context"] = {"uid": event["meeting"]}
        if "exchange" in event:
            metadata["correlation_uid"] = event["exchange"]
        data = event.get("raw") or json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
        salt = self.random.randbytes(16)
        commitment = sha256(salt + data).digest()
        prev = self.records[-1].link if self.records else "0" * 64
        message = (
            f"meeting-privacy-proxy/ledger/v{version}\n{self.origin}\n{number}\n{prev}\n{commitment.hex()}\n".encode()
        )
        signature = self.key.private.sign(message).hex() if signed else ""
        link = sha256(message if version == 1 else message + signature.encode() + b"\n").hexdigest()
        line = (
            "{" if version == 1 else '{"v":2,'
        ) + f'"seq":{number},"prev":"{prev}","commitment":"{commitment.hex()}",'
        line += f'"sig":"{signature}",' if signed else ""
        line += f'"salt":"{salt.hex()}","event":'
        self.records.append(Record(line.encode() + data + b"}\n", link, commitment, salt, data))

    def segment(self) -> MadeLog:
        """The next record begins another segment."""
        self.segments.append(len(self.records))
        return self

    def rotate(self, seed: int) -> MadeLog:
        """Hand over to a new key."""
        new = Signer(self.origin, seed)
        text = f"meeting-privacy-proxy/key/v1\n{len(self.records)}\n{self.key.vkey}\n{new.vkey}\n"
        self.handovers.append(self.key.note(text.encode()))
        self.key = new
        return self

    def checkpoint(self, size: int | None = None, version: int = 2) -> bytes:
        """The signed checkpoint of the first records, of all if none is said."""
        size = len(self.records) if size is None else size
        if version == 1:
            head = bytes.fromhex(self.records[size - 1].link) if size else bytes(32)
        else:
            head = naive_root([record.leaf for record in self.records[:size]])
        return self.key.note(f"{self.origin}\n{size}\n{b64(head)}\n".encode())

    def proof(self, index: int, size: int | None = None, checkpoint: bytes | None = None) -> bytes:
        """The proof of one record, as a file."""
        size = len(self.records) if size is None else size
        record = self.records[index]
        path = naive_inclusion(index, [one.leaf for one in self.records[:size]])
        lines = [
            "c2sp.org/tlog-proof@v1",
            f"extra {b64(record.salt + record.event)}",
            f"index {index}",
            *map(b64, path),
        ]
        return ("\n".join(lines) + "\n\n").encode() + (checkpoint or self.checkpoint(size))

    def write(
        self, directory: Path, size: int | None = None, *, version: int = 2, tiles: bool = True, lines_from: int = 0
    ) -> Path:
        """Write the directory: all lines, tiles and checkpoint of the first `size` records."""
        size = len(self.records) if size is None else size
        (directory / "segments").mkdir(parents=True)
        ends = [*self.segments[1:], len(self.records)]
        for first, end in zip(self.segments, ends, strict=True):
            if end > lines_from or end == first:
                data = b"".join(record.line for record in self.records[first:end])
                (directory / "segments" / f"{first:020d}.jsonl").write_bytes(data)
        if tiles:
            self.write_tiles(directory, size)
        (directory / "checkpoint").write_bytes(self.checkpoint(size, version))
        (directory / "public.key").write_text(self.vkey + "\n")
        if self.handovers:
            (directory / "keys").write_bytes(b"\n\n".join(self.handovers))
        return directory

    def write_tiles(self, directory: Path, size: int) -> None:
        """The tiles and bundles of the tree of the first records."""
        entries = [b"\x00\x20" + record.commitment for record in self.records[:size]]
        hashes = [record.leaf for record in self.records[:size]]
        level = 0
        while hashes:
            for index in range(0, len(hashes), 256):
                _write(directory, str(level), index // 256, hashes[index : index + 256])
                if level == 0:
                    _write(directory, "entries", index // 256, entries[index : index + 256])
            hashes = [naive_root(hashes[at : at + 256]) for at in range(0, len(hashes) - 255, 256)]
            level += 1


def _write(directory: Path, folder: str, index: int, parts: list[bytes]) -> None:
    digits = f"{index:09d}"
    steps = [digits[at : at + 3] for at in range(0, 9, 3)]
    while len(steps) > 1 and steps[0] == "000":
        steps.pop(0)
    name = "/".join([*(f"x{step}" for step in steps[:-1]), steps[-1]])
    path = directory / "tile" / folder / (name if len(parts) == 256 else f"{name}.p/{len(parts)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(parts))
