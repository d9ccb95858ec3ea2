"""Whether the folders in which the proxy writes are there, or can be made, by the user who asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from proxy.edge.store.database import file_of
from proxy.settings import Settings


def problems(settings: Settings) -> list[str]:
    """Return the folders that nobody could make, one line each."""
    return [
        f"{place}: {folder} cannot be made, for {known} is no directory; remedy: name another place"
        for place, folder in _folders(settings)
        if not (known := _known(folder)).is_dir()
    ]


def doubts(settings: Settings) -> list[str]:
    """Return the folders in which this user could not write, one line each."""
    return [
        f"{place}: this user may not write in {known}; remedy: check as the proxy's user, or give it this folder"
        for place, folder in _folders(settings)
        if (known := _known(folder)).is_dir() and not os.access(known, os.W_OK | os.X_OK)
    ]


def _folders(settings: Settings) -> Iterator[tuple[str, Path]]:
    yield "ledger.directory", Path(settings.ledger.directory)
    yield "ledger.signing_key", Path(settings.ledger.signing_key).parent
    if (file := file_of(settings.store)) is not None:
        yield "store", file.parent


def _known(folder: Path) -> Path:
    """The folder, or the nearest above it that is there; or the file that is in its place."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())
