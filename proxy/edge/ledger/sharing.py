"""Lets a group read the ledger (`ledger.group`), so that a shipper or an auditor need not run as the proxy's user.

Folders get the group and the bits 2750: new files inherit the group by set-group-ID, whatever the process's own group
is. Files of records get 0640. The folder itself says that it is shared, so whoever makes a file or a folder in it calls
`open_to_readers` or `make_folder`, and needs no setting. Lock, reserve and `torn/` stay private, and so does the
signing key, wherever it lies.
"""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from proxy.errors import OwnFault
from proxy.settings import Ledger

SHARED_FOLDER, SHARED_FILE, PRIVATE_FOLDER = 0o2750, 0o640, 0o700

_FOLDERS = ("segments", "tile", "cosigned", "timestamps")
_FILES = ("checkpoint", "public.key", "keys")
_SHARED = stat.S_ISGID | stat.S_IXGRP


def share(directory: Path, group: str | int | None) -> None:
    """Give the group the right to read a ledger, and take it from the one before. None: nobody but the owner reads.

    Folders that were opened by other means (without set-group-ID) are left alone if no group is named. Raises
    `OwnFault`.
    """
    if group is None:
        if _is_shared(directory):
            directory.chmod(PRIVATE_FOLDER)
        return
    number = number_of(group)
    try:
        for folder in (directory, *_folders(directory)):
            os.chown(folder, -1, number)
            folder.chmod(SHARED_FOLDER)
        for file in _files(directory):
            os.chown(file, -1, number)
            file.chmod(SHARED_FILE)
    except PermissionError:
        detail = f"the proxy's user may not give files to {group}, the group of ledger.group: make it a member"
        raise OwnFault("ledger_group_denied", detail) from None


def number_of(group: str | int) -> int:
    """The number of a group that is given by name or number. Raises `OwnFault`."""
    try:
        return group if isinstance(group, int) else int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid
    except KeyError:
        detail = f"there is no group {group} on this host; correct ledger.group"
        raise OwnFault("ledger_group_unknown", detail) from None


def problems(settings: Ledger) -> list[str]:
    """Return the problems with the group that the settings name."""
    try:
        if settings.group is not None:
            number_of(settings.group)
    except OwnFault as fault:
        return [str(fault)]
    return []


def make_folder(folder: Path) -> None:
    """Make a folder of the ledger and those above it, where there are none, as readable as that in which they lie."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
    if _is_shared(folder.parent):
        folder.chmod(SHARED_FOLDER)


def open_to_readers(fd: int, folder: Path) -> None:
    """Give a new file of records in a shared folder its mode, whatever the process's umask."""
    if _is_shared(folder):
        os.fchmod(fd, SHARED_FILE)


def _is_shared(folder: Path) -> bool:
    return folder.is_dir() and folder.stat().st_mode & _SHARED == _SHARED


def _folders(directory: Path) -> Iterator[Path]:
    for name in _FOLDERS:
        top = directory / name
        if top.is_dir():
            yield top
            yield from (path for path in top.rglob("*") if path.is_dir())


def _files(directory: Path) -> Iterator[Path]:
    yield from (directory / name for name in _FILES if (directory / name).is_file())
    for name in _FOLDERS:
        yield from (path for path in (directory / name).rglob("*") if path.is_file())
