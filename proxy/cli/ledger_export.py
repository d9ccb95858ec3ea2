"""``meeting-proxy ledger export``: events in the formats of other systems."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from proxy.audit.export import FORMATS
from proxy.cli import whole
from proxy.cli.ledger_filters import (
    Asked,
    ClientOption,
    DirectoryOption,
    DispositionOption,
    EventOption,
    GrantOption,
    MeetingOption,
    OperatorOption,
    OthersOption,
    PersonOption,
    PurposeOption,
    RecipientOption,
    RouteOption,
    SinceOption,
    UntilOption,
    place,
    reading,
    wanted,
)
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, note


class Format(StrEnum):
    """The names of `FORMATS`."""

    OCSF = "ocsf"
    ECS = "ecs"
    CEF = "cef"
    CSV = "csv"


def export(
    as_format: Annotated[Format, typer.Option("--format", help="The format of the lines.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file; by default standard output.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    recipient: RecipientOption = None,
    purpose: PurposeOption = None,
    client: ClientOption = None,
    route: RouteOption = None,
    meeting: MeetingOption = None,
    participant: PersonOption = None,
    grant: GrantOption = None,
    operator: OperatorOption = None,
    event: EventOption = None,
    disposition: DispositionOption = None,
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write the events that match all given filters, oldest first, for a SIEM or a spreadsheet.

    ocsf: as recorded; ecs: Elastic Common Schema; cef: ArcSight; csv: a line for each event. Exit code 3: the ledger is
    not whole.
    """
    where = place(directory, config, others)
    named = Asked(since, until, recipient, purpose, client, route, meeting, participant, grant)
    asked = replace(named, operator=operator, event=event, disposition=disposition)
    with reading(where) as index:
        events = (record.event for record in index.events(wanted(asked, where, index)))
        lines = FORMATS[as_format.value](events)
        if output is None:
            whole.show(lines)
            return
        number = _write(output, lines)
    note(f"{number} lines written to {output}")


def _write(output: Path, lines: Iterator[str]) -> int:
    """Write a file that only its owner can read, since pseudonyms are personal data. Returns the number of lines.

    Of an export that breaks off, no file stays.
    """
    number = 0
    try:
        fd = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        typer.echo(f"meeting-proxy: {output}: {error.strerror}; name a new file", err=True)
        raise typer.Exit(1) from None
    try:
        with os.fdopen(fd, "w", encoding="utf-8", newline="") as file:
            for line in lines:
                file.write(line)
                number += 1
    except BaseException:
        output.unlink()
        raise
    return number
