"""``meeting-proxy ledger report``: what a month, or another period, of the ledger comes to."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from proxy.audit.period import LATER, Period, Tally, period
from proxy.audit.query import EventFilter
from proxy.cli.ledger_confirming import Confirming, confirming
from proxy.cli.ledger_filters import (
    DirectoryOption,
    OthersOption,
    Place,
    SinceOption,
    UntilOption,
    place,
    reading,
)
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, day, iso, note, progress, read
from proxy.desk.titles import purpose_shown, recipient_shown
from proxy.edge.ledger.reader import check, own_key, public_key
from proxy.edge.reports.html import Health, month_page, share, title
from proxy.settings import Settings


def report(
    month: Annotated[str | None, typer.Option(help="A month, as 2026-11, in UTC.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write one HTML page to this file.")] = None,
    public_key_file: Annotated[
        Path | None, typer.Option("--public-key", help="The key to check with, best one that was kept elsewhere.")
    ] = None,
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Tell what left in a month: by day, recipient, purpose, client and route, what was removed, withheld and refused.

    The whole ledger is verified for it. The page of --html needs nothing else, and can be printed. Exit code 3: the
    ledger is not whole, or was tampered with; the report says so, or there is none.
    """
    begins, ends = _between(month, since, until)
    where = place(directory, config, others)
    with reading(where) as index:
        # Outcomes that came just after the end belong to requests of the period.
        wanted = EventFilter(since=begins, until=ends + LATER)
        made = period((record.event for record in index.events(wanted)), begins, ends)
    with progress("Verifying the ledger"):
        # The anchors of the configuration are those of its own ledger.
        own = confirming(read(config)) if directory is None else None
        health = [_health(where.folders[0], public_key_file, own)]
        health += [_health(folder, public_key_file, None) for folder in where.folders[1:]]
    if as_json:
        typer.echo(json.dumps(_plain(made, health)))
    if html is not None:
        html.write_text(
            month_page(made, _organization(where, health), health, datetime.now(UTC), where.settings), "utf-8"
        )
        note(f"written to {html}")
    elif not as_json:
        _show(made, health, where.settings)
    if any(each.report.verdict in ("tampered", "incomplete") for each in health):
        note("the ledger is not in order; 'meeting-proxy ledger verify' names every problem")
        raise typer.Exit(3)


def _between(month: str | None, since: str | None, until: str | None) -> tuple[datetime, datetime]:
    if (month is None) == (since is None):
        raise typer.BadParameter("name a month, or an instant with --since", param_hint="--month")
    if month is None:
        begins, ends = day("--since", since), day("--until", until) or datetime.now(UTC)
        if begins is None or begins >= ends:
            raise typer.BadParameter("name an instant before the end", param_hint="--since")
        return begins, ends
    if until is not None:
        raise typer.BadParameter("a month has its end already; use --since with --until", param_hint="--until")
    try:
        begins = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        return begins, (begins + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        raise typer.BadParameter("write a month as 2026-11", param_hint="--month") from None


def _health(folder: Path, key_file: Path | None, known: Confirming | None) -> Health:
    key = public_key(key_file) if key_file else own_key(folder)
    return Health(check(folder, key, *(known or Confirming())), key.key_id.hex())


def _organization(where: Place, health: list[Health]) -> str:
    """The organization is the first part of a log's origin."""
    settings = where.settings if not health else None
    return settings.organization if settings is not None else health[0].report.origin.partition("/")[0]


def _plain(made: Period, health: list[Health]) -> dict[str, Any]:
    numbers = {field.name: _number(getattr(made, field.name)) for field in dataclasses.fields(made)}
    ledgers = [
        {
            "origin": each.report.origin,
            "verdict": each.report.verdict,
            "records": each.report.records,
            "checkpoint": each.report.checkpoint,
            "unanswered": len(each.report.unanswered),
            "problems": len(each.report.problems) + each.report.more_problems,
            "key": each.key,
        }
        for each in health
    ]
    return numbers | {"withheld_share": made.withheld_share, "ledgers": ledgers}


def _number(value: Any) -> Any:
    """A value of the report as JSON has it."""
    if isinstance(value, Tally):
        return dataclasses.asdict(value)
    if isinstance(value, dict):
        return {key: _number(each) for key, each in value.items()}
    return iso(value) if isinstance(value, datetime) else value


def _known(group: str, value: str, settings: Settings | None) -> str | None:
    """What a recipient or a purpose is called; clients and routes have their names alone."""
    if settings is None or group not in ("recipient", "purpose"):
        return value
    return recipient_shown(settings, value) if group == "recipient" else purpose_shown(settings, value)


def _show(made: Period, health: list[Health], settings: Settings | None) -> None:
    total = made.total
    typer.echo(f"{title(made)}: {total.left} requests left, {total.refused} were refused")
    spoken = total.heard + total.withheld
    typer.echo(f"utterances: {total.heard} heard, {total.withheld} withheld ({share(total.withheld, spoken)})")
    typer.echo(f"findings: {made.removed.total()} removed, {made.kept.total()} knowingly sent")
    groups = {"recipient": made.recipients, "purpose": made.purposes, "client": made.clients, "route": made.routes}
    for name, tallies in groups.items():
        for value, tally in sorted(tallies.items(), key=lambda each: -each[1].left):
            known = _known(name, value, settings)
            typer.echo(f"  {name} {known}: {tally.left} left, {tally.refused} refused")
    for reason, count in made.refusals.most_common():
        typer.echo(f"  refused {reason}: {count}")
    for each in health:
        typer.echo(f"ledger {each.report.origin}: {each.verdict}; {each.report.records} records")
    typer.echo("--html FILE writes all of it as a page, --json for scripts")
