"""An anchor that is a folder, best on write-once storage or of another host: one file for each checkpoint.

The files are ``<origin with / as _>/<size, 20 digits>``. None is ever overwritten; once written, a file is read-only,
which is how some write-once file systems are told to lock it. A file is written under another name, and gets its own
once it is whole. Where a folder takes no links, or lets nothing go, it is written under its own name at once.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from proxy.audit.checkpoints import is_of, parse_checkpoint
from proxy.audit.notes import NoteSignature
from proxy.edge.ledger.anchors.web import ANSWER_BYTES, AnchorRefused
from proxy.edge.ledger.files import replace_file, sync_directory
from proxy.edge.ship.aside import aside

_DIGITS = 20
_UNFINISHED = ".new"
_NO_LINKS = (errno.EEXIST, errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


class InDirectory:
    """A folder."""

    every_seconds = 0.0
    tells = True
    compares = False

    def __init__(self, name: str, directory: Path):
        self.name, self._directory = name, directory
        self._tidy = False
        self._seen: tuple[tuple[int, int, int], bytes | None] | None = None
        """The newest checkpoint, and how the folder was when it was; a folder may hold millions."""
        self._links = True
        """Whether the folder takes a second name of a file, and lets the first go, as far as we know."""

    async def newest(self, origin: str) -> bytes | None:
        """As `Anchor.newest`."""
        return await aside(lambda: self._newest(origin))

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:
        """As `Anchor.keep`. Raises `AnchorRefused` if another checkpoint of this size is there."""
        await aside(lambda: self._keep(origin, file))
        return ()

    def _folder(self, origin: str) -> Path:
        return self._directory / origin.replace("/", "_")

    def _newest(self, origin: str) -> bytes | None:
        # A folder that is gone, such as a mount that is not there, is a failure; one of a log that is new is none.
        found = {each.name: each for each in self._directory.iterdir()}.get(self._folder(origin).name)
        if found is None:
            return None
        was = _state(found)
        if self._seen is None or self._seen[0] != was:
            self._seen = was, next((file for _, file in _files(found, origin)), None)
        return self._seen[1]

    async def every(self, origin: str) -> list[tuple[str, bytes]]:
        """All checkpoints of the log with this origin, newest first, by the names of their files."""
        return await aside(lambda: list(_files(self._folder(origin), origin)))

    def _keep(self, origin: str, file: bytes) -> None:
        path = self._folder(origin) / f"{parse_checkpoint(file).size:0{_DIGITS}}"
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o750, exist_ok=True)
        before = _state(path.parent) if self._newer(file) else None
        if not self._linked(path, file):
            _finish(path, file)
        with contextlib.suppress(OSError):  # Some mounts sync no folders.
            sync_directory(path.parent)
        if before is not None and self._seen is not None and before == self._seen[0]:
            self._seen = _state(path.parent), file

    def _newer(self, file: bytes) -> bool:
        """Whether a checkpoint is of more records than the newest that was seen."""
        known = None if self._seen is None else self._seen[1]
        return known is None or parse_checkpoint(file).size > parse_checkpoint(known).size

    def _linked(self, path: Path, file: bytes) -> bool:
        """Write a file that is there whole or not at all; False if one is there, or the folder does not let us."""
        if not self._links or os.path.lexists(path):
            return False
        for left in () if self._tidy else path.parent.glob(f".*{_UNFINISHED}"):  # A crash left it.
            with contextlib.suppress(OSError):
                left.unlink()
        self._tidy = True
        first = path.with_name(f".{path.name}.{secrets.token_hex(8)}{_UNFINISHED}")
        try:
            _write(os.open(first, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640), file)
            os.link(first, path, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._links = error.errno == errno.EEXIST
            return False
        finally:
            try:
                first.unlink(missing_ok=True)
            except OSError:
                self._links = False
        return True


def _state(folder: Path) -> tuple[int, int, int]:
    """What changes when a file comes into a folder, or another folder is mounted there."""
    found = folder.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _files(folder: Path, origin: str) -> Iterator[tuple[str, bytes]]:
    """The checkpoints of a log in a folder, newest first. Raises `OSError`."""
    names = [each.name for each in os.scandir(folder)] if folder.is_dir() else []
    for name in sorted((each for each in names if len(each) == _DIGITS and each.isdecimal()), reverse=True):
        file = _content(folder / name)
        # A file that a crash left unfinished says nothing, and one of another log says nothing of this one.
        if file is not None and is_of(origin, file):
            yield name, file


def _finish(path: Path, file: bytes) -> None:
    """Write a file under its own name, or what is missing of it. Raises `AnchorRefused` if another is there."""
    there: bytes | None = b""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
    except FileExistsError:
        there = _content(path)
        if there == file:
            return
        # What is its beginning was left by a crash or a full disk, and is finished. Nothing is overwritten.
        if there is None or not file.startswith(there):
            raise AnchorRefused from None
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
    _write(fd, file[len(there or b"") :])


def _write(fd: int, content: bytes) -> None:
    """Write all of it to a file, make that read-only, and close it."""
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)
        with contextlib.suppress(OSError):  # Some mounts know no modes.
            os.fchmod(fd, 0o440)
    finally:
        os.close(fd)


def _content(path: Path) -> bytes | None:
    """The content of a file; None for what is no plain file, or no checkpoint by its size."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # A link, or a socket.
            return None
        raise
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        content = file.read(ANSWER_BYTES + 1)
    return content if len(content) <= ANSWER_BYTES else None


class BesideKey:
    """The file ``<signing key>.checkpoint``."""

    name = "signing key"
    every_seconds = 0.0
    tells = True
    compares = False

    def __init__(self, signing_key: Path):
        self._path = signing_key.with_name(signing_key.name + ".checkpoint")

    async def newest(self, origin: str) -> bytes | None:  # noqa: ARG002 - a key is of one log
        """As `Anchor.newest`."""
        return await aside(lambda: self._path.read_bytes() if self._path.is_file() else None)

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:  # noqa: ARG002
        """As `Anchor.keep`."""
        await aside(lambda: replace_file(self._path, file))
        return ()
