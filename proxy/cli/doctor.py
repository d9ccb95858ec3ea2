"""``meeting-proxy doctor``: whether a configuration, and all that it needs on this host, is in order."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, screen

if TYPE_CHECKING:
    from proxy.edge.examination import Finding


def doctor(
    config: ConfigOption = DEFAULT_CONFIG,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not contact recipients, the identity provider and the mail server.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Look at the configuration and all that it needs here, with a remedy for each finding; exit code 1 if one failed.

    Looks at files and their rights, ports, the store and its schema, the speed of the ledger's disk, each recipient's
    name, connection and certificate, the clock against theirs, the identity provider, the mail server, and whether
    detection loads. Recipients are asked for the head of their base_url, without a key, and no mail is sent; nothing is
    changed. Run it as the proxy's user.
    """
    from proxy.edge.examination import State

    found = asyncio.run(_found(config, offline=offline))
    if as_json:
        typer.echo(json.dumps([each._asdict() for each in found]))
    else:
        from proxy.cli.terminal import Table

        table = Table("", "what", "found", "remedy")
        for each in found:
            table.add_row(each.state.value, each.what, each.told, each.remedy)
        screen().print(table)
    raise typer.Exit(1 if any(each.state is State.FAILED for each in found) else 0)


async def _found(config: ConfigOption, *, offline: bool) -> list[Finding]:
    from proxy.cli.check import judged
    from proxy.edge.configuration import detection_files
    from proxy.edge.examination import Finding, State, all_of

    judgement = await judged(config)
    told = [(State.FAILED, each) for each in judgement.problems] + [
        (State.WARNING, each) for each in judgement.warnings
    ]
    found = [Finding("configuration", state, *_parted(line)) for state, line in told]
    if judgement.settings is None or judgement.problems:
        return found
    found = found or [Finding("configuration", State.OK, f"{config} is valid")]
    found += [Finding("told to people", State.OK, *_parted(hint)) for hint in judgement.hints]
    return [*found, *await all_of(detection_files.filled(judgement.settings), offline=offline)]


def _parted(line: str) -> tuple[str, str]:
    """A line of `check` as what is wrong and the remedy."""
    what, _, remedy = line.partition("; remedy: ")
    return what, remedy
