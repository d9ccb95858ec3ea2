"""``meeting-proxy ledger copy``: a backup of the ledger, made and brought up to date while the proxy runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, note, read
from proxy.edge.ledger.copying import copy_ledger


def copy(
    to: Annotated[Path, typer.Argument(help="Folder of the copy; made if need be, brought up to date otherwise.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Copy the ledger, or bring its copy up to date. The proxy may be running.

    The copy holds all records that the newest checkpoint vouches for, and no private key. Exit code 1: the copy is no
    beginning of the ledger, so that one of the two was changed; nothing is overwritten then.
    """
    copied = copy_ledger(Path(read(config).ledger.directory), to)
    typer.echo(f"{to}: {copied.records} records, {copied.new_bytes} new bytes")
    if copied.pruned:
        note(f"pruned in the ledger, still in the copy: {', '.join(copied.pruned)}; delete them when they may go")
    note(
        f"check it with: meeting-proxy ledger verify --directory {to} --public-key FILE, a key that was kept elsewhere"
    )
