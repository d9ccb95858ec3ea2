"""Files that say what was erased of somebody: written where something is taken off file, read to be proven."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from proxy.cli.shared import note, write_private
from proxy.desk.erasure import digest, document
from proxy.errors import ClientFault

ErasureOption = Annotated[
    Path | None,
    typer.Option("--erasure", help="Write a statement for whom it is about to this file: what was erased, what stays."),
]


def erasure_ready(file: Path | None) -> None:
    """See that a statement can be written to this file, before what it tells of is gone. Raises `ClientFault`."""
    if file is None:
        return
    try:
        file.touch(mode=0o600, exist_ok=False)
    except OSError:
        raise ClientFault("file_not_written", "name a new file in a directory that exists", where="--erasure") from None


def directory_ready(directory: Path | None) -> None:
    """See that statements can be written into this directory, as `erasure_ready` does."""
    if directory is not None and not (directory.is_dir() and os.access(directory, os.W_OK | os.X_OK)):
        raise ClientFault("file_not_written", "name a directory that exists and can be written", where="--erasures")


def write_statement(file: Path | None, statement: Mapping[str, Any]) -> None:
    """Write a statement, without its proof, to a file that its owner alone may read."""
    if file is None:
        return
    write_private(file, _written(statement))
    note(
        f"{file} has the statement of erasure, and nothing else has it: once a running proxy has recorded it, add the "
        f"ledger's proof with 'meeting-proxy subject erasure {file}'"
    )


def write_statements(directory: Path, statements: Iterable[Mapping[str, Any]]) -> None:
    """Write each to a file of its own, named by the digest that the ledger has of it."""
    for each in statements:
        shown = digest(each).removeprefix("sha256:")[:12]
        write_private(directory / f"{each['of']}-{shown}.json", _written(each))
    note(f"{directory} has a statement of erasure for each that went, and nothing else has them")


def _written(statement: Mapping[str, Any]) -> str:
    return json.dumps(document(statement), ensure_ascii=False, indent=2) + "\n"


def erasure_file(file: Path) -> object:
    """What is in such a file. Raises `ClientFault` where it cannot be read."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):
        raise ClientFault("not_an_erasure", "the file cannot be read as JSON", where=str(file)) from None
