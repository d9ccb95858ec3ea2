"""``meeting-proxy simulate``: what a changed policy would do to recorded requests. Sends and records nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read_with_words
from proxy.cli.recorded import DIALECT_OF, Recorded, body_of, in_directory, named
from proxy.cli.stored import JsonOption
from proxy.errors import ClientFault, OwnFault, Refusal, UpstreamFault

if TYPE_CHECKING:
    from proxy.comparison import Comparison
    from proxy.planning import Planned
    from proxy.rehearsal import Rehearsal
    from proxy.rehearsal import Request as RecordedRequest
    from proxy.settings import Settings

CHANGED = 4


def simulate(
    requests: Annotated[
        list[str] | None, typer.Argument(metavar="[MEETING=FILE]...", help="Recorded request bodies.")
    ] = None,
    policy: Annotated[Path, typer.Option(help="The changed configuration.")] = Path(),
    config: ConfigOption = DEFAULT_CONFIG,
    route: Annotated[str | None, typer.Option(help="Route of all requests; default: the first that fits.")] = None,
    client: Annotated[str | None, typer.Option(help="Client of all requests; default: the first that may.")] = None,
    directory: Annotated[
        Path | None, typer.Option("--requests", help="Directory of bodies, named MEETING.json, .vtt, .srt or .txt.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Replay recorded requests under the current and a changed configuration, and show what would differ.

    Person by person: what would newly leave or newly stay, and why; refusals before and after; kinds of personal
    data newly kept in. Meetings and consent are those of the current configuration's store; nothing is sent and
    nothing recorded. Exit code 0: no change; 4: changes; 1: a request cannot be replayed under the current
    configuration.
    """
    if not policy.is_file():
        raise typer.BadParameter("name the changed configuration, an existing file", param_hint="--policy")
    recorded = [*named(requests or []), *in_directory(directory)]
    if not recorded:
        raise typer.BadParameter("name requests as MEETING=FILE, or a directory with --requests")
    current, changed = read_with_words(config), read_with_words(policy)
    bodies = [(each, body_of(each.file)) for each in recorded]
    found = asyncio.run(_compare(current, changed, bodies, route, client))

    from proxy.cli import simulate_view as view

    if as_json:
        typer.echo(json.dumps(view.plain(found), indent=2))
    else:
        view.show(found)
    raise typer.Exit(CHANGED if any(comparison.changed for _, comparison in found) else 0)


async def _compare(
    current: Settings, changed: Settings, bodies: list[tuple[Recorded, bytes]], route: str | None, client: str | None
) -> list[tuple[Recorded, Comparison]]:
    from proxy.comparison import compare
    from proxy.rehearsal import Request, rehearsal

    now = datetime.now(UTC)
    found: list[tuple[Recorded, Comparison]] = []
    async with rehearsal(current.store) as rehearsing:
        for recorded, body in bodies:
            request = Request(body, route or _route(current, recorded.file), client, recorded.meeting)
            before = await rehearsing.plan(current, request, now)
            _replayable(recorded, before)
            after = await _under(rehearsing, changed, request, now, before)
            found.append((recorded, compare(before, after)))
    return found


async def _under(
    rehearsing: Rehearsal, changed: Settings, request: RecordedRequest, now: datetime, before: Planned
) -> Planned:
    """The plan under the changed settings; a route or client that they no longer have refuses."""
    from proxy.planning import Refused

    try:
        after = await rehearsing.plan(changed, request, now)
    except ClientFault as fault:
        return Refused(before.facts, (), fault, before.dialect)
    if isinstance(after, Refused) and isinstance(after.fault, OwnFault | UpstreamFault):
        raise after.fault
    return after


def _replayable(recorded: Recorded, planned: Planned) -> None:
    """A request that is judged by nobody today says nothing about a change."""
    from proxy.planning import Plan

    if isinstance(planned, Plan):
        return
    fault = planned.fault
    if isinstance(fault, OwnFault):
        raise fault
    if not isinstance(fault, Refusal) or fault.reason == "unknown_meeting":
        typer.echo(f"{recorded.file}: cannot be replayed as a request of meeting {recorded.meeting}: {fault}", err=True)
        raise typer.Exit(1)


def _route(settings: Settings, file: Path) -> str | None:
    """The first route that speaks the dialect of this kind of file."""
    dialect = DIALECT_OF.get(file.suffix)
    return next((route.name for route in settings.routes if route.dialect == dialect), None)
