"""The file that ``clients_file`` names: clients beside those of the configuration, which a command adds and removes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from proxy.edge.configuration.document import ConfigProblem, Document, Place, Problem, Written, document_of, text_of

_HEAD = "# Written by 'meeting-proxy client'. It holds digests of keys, and no key.\n"

Entry = dict[str, Any]
"""A client as it is written."""


class Joined:
    """A configuration and its file of clients, read as one: those of the file follow the others."""

    def __init__(self, main: Document, clients: Document, file: str) -> None:
        own = main.content.get("clients") or []
        self._main, self._clients, self._file, self._own = main, clients, file, len(own)
        self.content = {**main.content, "clients": [*own, *clients.content["clients"]]}

    def place(self, path: Sequence[str | int]) -> tuple[Place, tuple[str | int, ...]]:
        """As `Written.place`."""
        match path:
            case ["clients", int(index), *rest] if index >= self._own:
                place, existing = self._clients.place(("clients", index - self._own, *rest))
                return Place(place.line, place.column, self._file), existing
        return self._main.place(path)


def joined(main: Document, clients: Sequence[Entry] | None = None) -> Written:
    """Return a configuration with the clients of the file that it names, or these instead. Raises `ConfigProblem`."""
    file, own = main.content.get("clients_file"), main.content.get("clients") or []
    if not isinstance(file, str) or not isinstance(own, list):
        return main  # Whether these are valid is judged with all else.
    return Joined(main, _document(Path(file)) if clients is None else Document(_text(clients)), file)


def read(file: Path) -> list[Entry]:
    """Return the clients of a file; none if it is not there yet. Raises `ConfigProblem`."""
    return list(_document(file).content["clients"]) if file.exists() else []


def _document(file: Path) -> Document:
    if not file.exists():
        what, remedy = "does not exist", "make it with: meeting-proxy client add NAME --route ROUTE"
        raise ConfigProblem([Problem(str(file), 0, 0, "", what, remedy)])
    document = document_of(text_of(file), str(file))
    clients = document.content.get("clients")
    named = isinstance(clients, list) and all(isinstance(each, dict) and "name" in each for each in clients)
    if not named or len(document.content) > 1:
        remedy = "write 'clients:' and a list of named clients below it, and nothing else"
        raise ConfigProblem([Problem(str(file), 1, 1, "", "is no file of clients", remedy)])
    return document


def _text(clients: Sequence[Entry]) -> str:
    return _HEAD + yaml.safe_dump({"clients": list(clients)}, sort_keys=False)


def write(file: Path, clients: Sequence[Entry], like: Path) -> None:
    """Put clients into a file in place of those that it has, at once; as readable as `like`. Raises `OSError`."""
    model = (file if file.exists() else like).stat()
    descriptor, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(_text(clients))
            os.fsync(opened.fileno())
        Path(fresh).chmod(model.st_mode & 0o644)
        with contextlib.suppress(PermissionError):
            os.chown(fresh, model.st_uid, model.st_gid)
        Path(fresh).replace(file)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
