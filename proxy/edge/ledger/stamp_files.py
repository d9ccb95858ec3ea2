"""Where a ledger keeps the answers of time stamp authorities: ``timestamps/<name>/<size, 20 digits>.tsr``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from proxy.audit.dating import Stamp

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
