"""What the commands share that keep a file of clients or admin tokens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import typer
import yaml

from proxy.cli.shared import note, with_store
from proxy.desk import access
from proxy.desk.access import AccessChange
from proxy.edge.configuration import listed_files
from proxy.edge.configuration.document import ConfigProblem, document_of, text_of
from proxy.edge.configuration.file import parse
from proxy.edge.configuration.listed_files import Entry, Kind
from proxy.errors import ClientFault

if TYPE_CHECKING:
    from proxy.edge.store.store import Store

SHOWN = 8
"""Digits of a digest that tell keys apart."""


class Done(NamedTuple):
    """What a command did, and of whose key or token."""

    change: AccessChange
    holder: str
    role: str | None = None


class OfFile:
    """The entries of the file of a kind that a configuration names."""

    def __init__(self, config: Path, kind: Kind):
        self._config, self._kind = config, kind
        self._content = document_of(text_of(config), str(config)).content
        self._file = kind.file_in(self._content)
        self.entries: list[Entry] = [] if self._file is None else listed_files.read(kind, self._file)

    def entry(self, name: str) -> Entry:
        """The entry of this name. Exits if the file has none."""
        found = next((each for each in self.entries if each["name"] == name), None)
        if found is None:
            where = f"it stands in {self._config}: change it there" if self._is_own(name) else self._see_list
            refuse(f"no {self._kind.command} {name} in {self._file or 'a ' + self._kind.setting}; {where}")
        return found

    def add(self, entry: Entry, done: Done) -> None:
        """Write one more. Without a file, print what to write into the configuration."""
        if self._file is not None:
            self.put([*self.entries, entry], done)
            return
        setting = ".".join(self._kind.listed)
        typer.echo(f"# no {self._kind.setting} is configured: write this below '{setting}' in {self._config}", err=True)
        typer.echo(yaml.safe_dump([entry], sort_keys=False), err=True, nl=False)
        if self._is_own(entry["name"]):
            note(f"{entry['name']} is there already; a name may be used once")

    def put(self, entries: Sequence[Entry], done: Done) -> None:
        """Write entries that are valid beside all other settings, and put on file who did. Raises `ConfigProblem`.

        Nothing is written if the store cannot take the act.
        """
        file = self._file
        if file is None:
            refuse(f"no {self._kind.setting} is configured")
        try:
            settings = parse(text_of(self._config), str(self._config), listed={self._kind: entries})
        except ConfigProblem as found:
            raise found.unwritten(str(file)) from None

        async def write(store: Store) -> None:
            async with store.at_once() as held:
                await access.changed(held, done.change, done.holder, done.role)
                try:
                    listed_files.write(self._kind, file, entries, self._config)
                except OSError as error:
                    # Which takes the act back.
                    raise ClientFault(
                        "file_unwritable", f"{file}: {error.strerror}; correct its path, or its folder's rights"
                    ) from None

        with_store(settings, write)
        note("the proxy knows after a reload: systemctl reload meeting-proxy, or meeting-proxy reload")

    @property
    def _see_list(self) -> str:
        return f"see: {self._kind.command} list"

    def _is_own(self, name: str) -> bool:
        own = self._kind.own_in(self._content)
        return any(isinstance(each, dict) and each.get("name") == name for each in own)


def refuse(problem: str) -> NoReturn:
    """Say why nothing was done, and exit."""
    typer.echo(f"meeting-proxy: {problem}", err=True)
    raise typer.Exit(1)
