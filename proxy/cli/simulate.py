"""``meeting-proxy simulate``: what a changed policy would do to recorded requests. Sends and records nothing.

Shows the result on a terminal and to scripts: participant ids, counts and reason codes; no text.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proxy.cli.shared import (
    DEFAULT_CONFIG,
    DIALECT_OF,
    ConfigOption,
    JsonOption,
    RequestFile,
    body_of,
    in_directory,
    named,
    read_with_words,
    screen,
)
from proxy.cli.terminal import Table
from proxy.comparison import ChangedWords, Comparison, Turn
from proxy.errors import ClientFault, OwnFault, Refusal, UpstreamFault

if TYPE_CHECKING:
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

    For each person: what would newly leave or newly be withheld, and why. Also refusals before and after, and kinds of
    personal data newly kept in. Meetings and consent come from the store of the current configuration; nothing is sent
    or recorded.

    Exit code 0: no change; 4: changes; 1: a request cannot be replayed under the current configuration.
    """
    if not policy.is_file():
        raise typer.BadParameter("name the changed configuration, an existing file", param_hint="--policy")
    recorded = [*named(requests or []), *in_directory(directory)]
    if not recorded:
        raise typer.BadParameter("name requests as MEETING=FILE, or a directory with --requests")
    current, changed = read_with_words(config), read_with_words(policy)
    bodies = [(each, body_of(each.file)) for each in recorded]
    found = asyncio.run(_compare(current, changed, bodies, route, client))

    if as_json:
        typer.echo(json.dumps(plain(found), indent=2))
    else:
        show(found)
    raise typer.Exit(CHANGED if any(comparison.changed for _, comparison in found) else 0)


async def _compare(
    current: Settings, changed: Settings, bodies: list[tuple[RequestFile, bytes]], route: str | None, client: str | None
) -> list[tuple[RequestFile, Comparison]]:
    from proxy.comparison import compare
    from proxy.rehearsal import Request, rehearsal

    now = datetime.now(UTC)
    found: list[tuple[RequestFile, Comparison]] = []
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
    """Plan under the changed settings. A route or client that they no longer have counts as a refusal."""
    from proxy.planning import Refused

    try:
        after = await rehearsing.plan(changed, request, now)
    except ClientFault as fault:
        return Refused(before.facts, (), fault, before.dialect)
    if isinstance(after, Refused) and isinstance(after.fault, OwnFault | UpstreamFault):
        raise after.fault
    return after


def _replayable(recorded: RequestFile, planned: Planned) -> None:
    """Exit if the request gets no consent verdict today, since it then says nothing about a change."""
    from proxy.planning import Plan

    if isinstance(planned, Plan):
        return
    fault = planned.fault
    if isinstance(fault, OwnFault):
        raise fault
    if not isinstance(fault, Refusal) or fault.reason in ("unknown_meeting", "meeting_outside_series"):
        typer.echo(f"{recorded.file}: cannot be replayed as a request of meeting {recorded.meeting}: {fault}", err=True)
        raise typer.Exit(1)


def _route(settings: Settings, file: Path) -> str | None:
    """Return the first route that speaks the dialect of this kind of file."""
    dialect = DIALECT_OF.get(file.suffix)
    return next((route.name for route in settings.routes if route.dialect == dialect), None)


Found = Sequence[tuple[RequestFile, Comparison]]


def plain(found: Found) -> dict[str, Any]:
    """Return a simulation for scripts."""
    return {
        "changed": any(comparison.changed for _, comparison in found),
        "requests": [
            {
                "meeting": recorded.meeting,
                "file": str(recorded.file),
                "changed": comparison.changed,
                "refusal_before": comparison.before,
                "refusal_after": comparison.after,
                "people": [_plain(moved) for moved in comparison.moved],
                "newly_kept": dict(comparison.newly_kept),
                "newly_removed": dict(comparison.newly_removed),
                "newly_uncovered": dict(comparison.newly_uncovered),
                "leaves_otherwise": comparison.otherwise,
            }
            for recorded, comparison in found
        ],
        "totals": totals(found),
    }


def totals(found: Found) -> dict[str, Any]:
    """Return the sums over all requests."""
    moved = [each for _, comparison in found for each in comparison.moved]
    kept: Counter[str] = Counter()
    for _, comparison in found:
        kept.update(comparison.newly_kept)
    return {
        "requests": len(found),
        "requests_changed": sum(comparison.changed for _, comparison in found),
        "refused_before": sum(comparison.before is not None for _, comparison in found),
        "refused_after": sum(comparison.after is not None for _, comparison in found),
        **{
            f"{what}_{turn.value}": sum(getattr(each, what) for each in moved if each.turn is turn)
            for turn in Turn
            for what in ("utterances", "characters")
        },
        "newly_kept": dict(kept),
    }


def show(found: Found) -> None:
    """Print a simulation for people."""
    console = screen()
    table = Table("meeting", "participant", "would", "utterances", "characters", "now", "then")
    for recorded, comparison in found:
        for moved in comparison.moved:
            would = "[red]newly leave[/]" if moved.turn is Turn.LEAVES else "[green]newly stay[/]"
            counts = (str(moved.utterances), str(moved.characters))
            whose = moved.participant or "unknown or nobody"
            table.add_row(recorded.meeting, whose, would, *counts, moved.before, moved.after)
    if table.row_count:
        console.print(table)
    for recorded, comparison in found:
        for remark in _remarks(comparison):
            console.print(f"{recorded.meeting}: {remark}", soft_wrap=True, highlight=False, markup=False)
    sums = totals(found)
    console.print(
        f"{sums['requests_changed']} of {sums['requests']} requests change; refused: {sums['refused_before']} now, "
        f"{sums['refused_after']} then; utterances newly leaving: {sums['utterances_newly_leaves']}, newly staying: "
        f"{sums['utterances_newly_withheld']}",
        soft_wrap=True,
    )


def _plain(moved: ChangedWords) -> dict[str, Any]:
    return {
        "participant": moved.participant,
        "turn": moved.turn.value,
        "before": moved.before,
        "after": moved.after,
        "utterances": moved.utterances,
        "characters": moved.characters,
    }


def _remarks(comparison: Comparison) -> list[str]:
    remarks = []
    if comparison.before != comparison.after:
        remarks.append(f"{_answer(comparison.before)} now, {_answer(comparison.after)} then")
    for counts, what in (
        (comparison.newly_kept, "newly kept in"),
        (comparison.newly_removed, "newly removed"),
        (comparison.newly_uncovered, "words newly leaving in languages not covered whole"),
    ):
        if counts:
            remarks.append(f"{what}: {_counts(counts)}")
    if comparison.otherwise:
        remarks.append("the same words leave, otherwise replaced or addressed")
    return remarks


def _answer(refusal: str | None) -> str:
    return f"refused ({refusal})" if refusal else "answered"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} ×{count}" for kind, count in sorted(counts.items()))
