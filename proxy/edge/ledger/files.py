"""Files of a ledger on disk: directory, lock, keys, checkpoint, segments.

::

    <directory>/segments/00000000000000000000.jsonl …   records, named by their first sequence number
    <directory>/tile/…                                  the Merkle tree over the records (see `tiles`)
    <directory>/checkpoint                              signed note: the log's length and the root of its tree
    <directory>/public.key                              verifies all of it
    <directory>/keys                                    how earlier keys handed over to it, if there were any
    <directory>/cosigned/                               the newest checkpoint that each witness cosigned
    <directory>/timestamps/<name>/<size, 20 digits>.tsr answers of time stamp authorities
    <directory>/reserve                                 room reserved for outcomes (see `writer.Reserve`)
    <directory>/torn/                                   bytes that a recovery cut off
    <directory>/lock                                    held by the one process that writes (see `lock`)
    <signing key>                                       PEM, mode 0600, created on first start
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxy.audit.checkpoints import Checkpoint, with_cosignatures
from proxy.audit.dating import Stamp
from proxy.audit.log import SEGMENT_NAME
from proxy.audit.notes import NoteSignature
from proxy.audit.signing import KeyHistory, SigningKey, new_signing_key, read_signing_key
from proxy.edge.ledger.sharing import make_folder, open_to_readers
from proxy.errors import OwnFault

PIECE_BYTES = 1 << 20
PRIVATE_FILE = 0o600


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of one ledger."""

    directory: Path

    @property
    def segments(self) -> Path:
        """The folder of segments."""
        return self.directory / "segments"

    @property
    def checkpoint(self) -> Path:
        """The signed checkpoint."""
        return self.directory / "checkpoint"

    @property
    def tiles(self) -> Path:
        """The folder of tiles and entry bundles."""
        return self.directory / "tile"

    @property
    def keys(self) -> Path:
        """The handovers of earlier keys."""
        return self.directory / "keys"

    @property
    def cosigned(self) -> Path:
        """The folder with the newest checkpoint that each witness cosigned."""
        return self.directory / "cosigned"

    @property
    def public_key(self) -> Path:
        """The key that verifies the log."""
        return self.directory / "public.key"

    @property
    def reserve(self) -> Path:
        """The room reserved for outcomes."""
        return self.directory / "reserve"

    def handovers(self) -> bytes:
        """Return the handovers of earlier keys, if there were any."""
        return self.keys.read_bytes() if self.keys.is_file() else b""

    def segment_files(self) -> list[Path]:
        """Return the segments in the order of their records."""
        if not self.segments.is_dir():
            return []
        return sorted(path for path in self.segments.iterdir() if SEGMENT_NAME.fullmatch(path.name))

    def make(self) -> None:
        """Create the folders."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_folder(self.segments)


@dataclass(frozen=True, slots=True)
class Keys:
    """The key that signs a log, and the history that ends with it."""

    signing: SigningKey
    history: KeyHistory


def signing_keys(path: Path, origin: str, paths: Paths) -> Keys:
    """Read the key in `path`, or create it on first start. An existing log keeps its keys and its origin."""
    begun = bool(paths.segment_files())
    if not path.exists():
        if begun:
            detail = "the ledger has records but its signing key is gone; restore the key, or move the directory away"
            raise OwnFault("ledger_key_missing", detail)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, new_signing_key(origin).to_pem())
    handovers = paths.handovers()
    key = _newest(path, origin, handovers)
    if key is None:
        detail = "ledger.signing_key is no Ed25519 private key in PEM; restore it from its backup"
        raise OwnFault("ledger_key_unreadable", detail)
    history = KeyHistory.read(key.checking, handovers)
    public = (key.checking.render() + "\n").encode()
    earlier = {(each.render() + "\n").encode() for _, each in history.periods} if history is not None else set()
    known = not begun or not paths.public_key.exists() or paths.public_key.read_bytes() in earlier
    if history is None or history.newest != key.checking or not known:
        detail = (
            "public.key and keys in the ledger directory are not those of ledger.signing_key, organization and "
            "ledger.name; restore them, or move the directory away to begin a new ledger"
        )
        raise OwnFault("ledger_key_changed", detail)
    if not paths.public_key.exists() or paths.public_key.read_bytes() != public:
        replace_file(paths.public_key, public, mode=0o644)
    return Keys(key, history)


def _newest(path: Path, origin: str, handovers: bytes) -> SigningKey | None:
    """Return the signing key. One that was handed over to but is not in place yet is put there."""
    waiting = path.with_name(path.name + ".next")
    if waiting.exists():
        following = read_signing_key(origin, waiting.read_bytes())
        history = KeyHistory.read(following.checking, handovers) if following and handovers else None
        if following is not None and history is not None and history.newest == following.checking:
            waiting.replace(path)
            sync_directory(path.parent)
    return read_signing_key(origin, path.read_bytes())


class CheckpointFile:
    """The checkpoint of a log. A newer one and cosignatures of the one that is there come from different threads."""

    def __init__(self, paths: Paths, key: SigningKey):
        self._path, self._key, self._lock = paths.checkpoint, key, threading.Lock()

    def write(self, size: int, root: bytes) -> bytes:
        """Sign and write a checkpoint in place of the one before. Returns the file. Raises `OSError`."""
        file = Checkpoint(self._key.origin, size, root).signed(self._key)
        with self._lock:
            self._replace(file)
        return file

    def add(self, file: bytes, cosignatures: tuple[NoteSignature, ...]) -> bool:
        """Add cosignatures of a checkpoint file. False if a newer one is there by now. Raises `OSError`."""
        with self._lock:
            there = self._path.read_bytes()
            if there.partition(b"\n\n")[0] != file.partition(b"\n\n")[0]:
                return False
            self._replace(with_cosignatures(there, cosignatures))
        return True

    def _replace(self, file: bytes) -> None:
        replace_file(self._path, file, mode=0o644, sync_folder=False)


def replace_file(
    path: Path, content: bytes, *, mode: int = PRIVATE_FILE, sync_file: bool = True, sync_folder: bool = True
) -> None:
    """Write a small file atomically: to a reader, and if synced after a crash, it holds the old or the new content.

    With another mode than 0600 it is one of records, which the readers of a shared folder may read.
    """
    new = path.with_name(path.name + ".new")
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        if mode != PRIVATE_FILE:
            open_to_readers(fd, path.parent)
        view = memoryview(content)
        while view:
            view = view[os.write(fd, view) :]
        if sync_file:
            os.fdatasync(fd)
    finally:
        os.close(fd)
    new.replace(path)
    if sync_folder:
        sync_directory(path.parent)


def sync_directory(folder: Path) -> None:
    """Return once the names in a folder are on the medium."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


_FILE = re.compile(r"([0-9]{20})\.tsr")


def stamp_file(directory: Path, authority: str, size: int) -> Path:
    """Return where the answer is that dates a checkpoint of this size."""
    return directory / "timestamps" / authority / f"{size:020}.tsr"


def kept_stamps(directory: Path) -> Iterator[Stamp]:
    """Yield the answers that are kept in a ledger's directory, by authority and size."""
    for path in sorted(directory.glob("timestamps/*/*.tsr")):
        if path.is_file() and (match := _FILE.fullmatch(path.name)):
            place = path.relative_to(directory).as_posix()
            yield Stamp(path.parent.name, int(match[1]), place, path.read_bytes())
