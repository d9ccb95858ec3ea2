"""Recorded requests on the command line: MEETING=FILE, or a directory of files named after their meetings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import typer

DIALECT_OF = {".json": "openai-chat", ".vtt": "transcript", ".srt": "transcript", ".txt": "transcript"}


class Recorded(NamedTuple):
    """A recorded request: the meeting it belongs to, and the file with its body."""

    meeting: str
    file: Path


def named(requests: list[str]) -> Iterator[Recorded]:
    """The requests that are written as MEETING=FILE."""
    for request in requests:
        meeting, separator, file = request.partition("=")
        if not separator or not meeting or not file:
            raise typer.BadParameter("write each request as MEETING=FILE")
        yield Recorded(meeting, Path(file))


def in_directory(directory: Path | None) -> Iterator[Recorded]:
    """The requests in a directory, each file named after its meeting; none without a directory."""
    if directory is None:
        return
    if not directory.is_dir():
        raise typer.BadParameter("name an existing directory", param_hint="--requests")
    for file in sorted(directory.iterdir()):
        if file.suffix in DIALECT_OF and file.is_file():
            yield Recorded(file.stem, file)


def body_of(file: Path) -> bytes:
    """The bytes of a recorded body; an exit where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(2) from None
