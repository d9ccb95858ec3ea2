"""Files of further clients and admin tokens: a command adds and removes these, beside those of the configuration."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from proxy.edge.configuration.document import ConfigProblem, Document, Place, Problem, Written, document_of, text_of

Entry = dict[str, Any]
"""A client or token as it is written."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is listed: where in the configuration, what names the file of further ones, and what they are called."""

    listed: tuple[str, ...]
    named_by: tuple[str, ...]
    plural: str
    command: str
    """The command that writes the file."""
    made_by: str
    """How it makes a first one."""

    @property
    def setting(self) -> str:
        """The name of the setting that names the file."""
        return ".".join(self.named_by)

    def file_in(self, content: Any) -> Path | None:
        """The file that a configuration names, if it does."""
        found = _at(content, self.named_by)
        return Path(found) if isinstance(found, str) else None

    def own_in(self, content: Any) -> Any:
        """What the configuration itself lists."""
        return _at(content, self.listed) or []


CLIENTS = Kind(("clients",), ("clients_file",), "clients", "client", "client add NAME --route ROUTE")
TOKENS = Kind(("admin", "tokens"), ("admin", "tokens_file"), "tokens", "token", "token add NAME --role ROLE")
KINDS = (CLIENTS, TOKENS)

Listed = Mapping[Kind, Sequence[Entry]]
"""What stands in for the content of a file, by kind."""


class Joined:
    """A configuration and a file of one kind, read as one: those of the file follow the others."""

    def __init__(self, main: Written, further: Document, kind: Kind, file: str) -> None:
        own = kind.own_in(main.content)
        self._main, self._further, self._kind, self._file, self._own = main, further, kind, file, len(own)
        self.content = _with(main.content, kind.listed, [*own, *further.content[kind.plural]])

    def place(self, path: Sequence[str | int]) -> tuple[Place, tuple[str | int, ...]]:
        """As `Written.place`."""
        depth = len(self._kind.listed)
        if tuple(path[:depth]) == self._kind.listed and len(path) > depth:
            index = path[depth]
            if isinstance(index, int) and index >= self._own:
                place, existing = self._further.place((self._kind.plural, index - self._own, *path[depth + 1 :]))
                return Place(place.line, place.column, self._file), existing
        return self._main.place(path)


def joined(main: Written, listed: Listed | None = None) -> Written:
    """Return a configuration with what the files list that it names, or these instead. Raises `ConfigProblem`."""
    for kind in KINDS:
        file = kind.file_in(main.content)
        if file is None or not isinstance(kind.own_in(main.content), list):
            continue  # Whether these are valid is judged with all else.
        given = (listed or {}).get(kind)
        main = Joined(main, _document(kind, file) if given is None else Document(_text(kind, given)), kind, str(file))
    return main


def read(kind: Kind, file: Path) -> list[Entry]:
    """Return what a file lists; nothing if it is not there yet. Raises `ConfigProblem`."""
    return list(_document(kind, file).content[kind.plural]) if file.exists() else []


def _document(kind: Kind, file: Path) -> Document:
    if not file.exists():
        what, remedy = "does not exist", f"make it with: meeting-proxy {kind.made_by}"
        raise ConfigProblem([Problem(str(file), 0, 0, "", what, remedy)])
    document = document_of(text_of(file), str(file))
    found = document.content.get(kind.plural)
    named = isinstance(found, list) and all(isinstance(each, dict) and "name" in each for each in found)
    if not named or len(document.content) > 1:
        remedy = f"write '{kind.plural}:' and a list of named {kind.plural} below it, and nothing else"
        raise ConfigProblem([Problem(str(file), 1, 1, "", f"is no file of {kind.plural}", remedy)])
    return document


def _text(kind: Kind, entries: Sequence[Entry]) -> str:
    head = f"# Written by 'meeting-proxy {kind.command}'. It holds digests, and nothing that opens anything.\n"
    return head + yaml.safe_dump({kind.plural: list(entries)}, sort_keys=False)


def write(kind: Kind, file: Path, entries: Sequence[Entry], like: Path) -> None:
    """Put entries into a file in place of those that it has, at once; as readable as `like`. Raises `OSError`."""
    model = (file if file.exists() else like).stat()
    descriptor, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(_text(kind, entries))
            os.fsync(opened.fileno())
        Path(fresh).chmod(model.st_mode & 0o644)
        with contextlib.suppress(PermissionError):
            os.chown(fresh, model.st_uid, model.st_gid)
        Path(fresh).replace(file)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


def _at(content: Any, path: Sequence[str]) -> Any:
    for name in path:
        content = content.get(name) if isinstance(content, Mapping) else None
    return content


def _with(content: Any, path: Sequence[str], value: object) -> Any:
    """A mapping with another value at a path that is there, or can be."""
    name, *below = path
    return {**content, name: _with(content.get(name) or {}, below, value) if below else value}
