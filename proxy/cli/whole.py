"""Shows an answer out of the ledger once all of it is there: of one that breaks off, nobody sees a part."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable

import typer

_IN_MEMORY = 32 << 20
"""Bytes; a longer answer waits in a file without a name, which ends with the command."""


def show(lines: Iterable[str]) -> None:
    """Write lines to standard output, unless what makes them fails. They have their ends. Exits if they do not fit."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as waiting:
        for line in lines:
            try:
                waiting.write(line.encode())
            except OSError as error:
                place = tempfile.gettempdir()
                typer.echo(f"meeting-proxy: {place}: {error.strerror}; name another directory with TMPDIR", err=True)
                raise typer.Exit(3) from None
        waiting.seek(0)
        sys.stdout.flush()
        shutil.copyfileobj(waiting, typer.get_binary_stream("stdout"))
        typer.get_binary_stream("stdout").flush()
