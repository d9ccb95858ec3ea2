"""``meeting-proxy ledger ship``: ship the ledger to its targets in a process of its own, or tell how far it is."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, iso, read
from proxy.errors import ClientFault
from proxy.settings import Ledger, Settings

if TYPE_CHECKING:
    from proxy.edge.ship.shipping import TargetStatus


def ship(
    status: Annotated[bool, typer.Option("--status", help="Show how far each target has come; ship nothing.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Ship what is there, then end.")] = False,
    skip: Annotated[
        str | None, typer.Option(help="Give up the record at which this target stopped; it is counted as a gap.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Ship all records to the targets of ledger.ship, until a signal ends it. Needs to read the ledger, not to write.

    Set ledger.ship_by to 'command', or the proxy ships by itself. Exit code 1: with --status, a target gets nothing at
    present; with --once, not everything has arrived.
    """
    settings = read(config)
    if not settings.ledger.ship:
        raise ClientFault("no_ship_targets", "name targets under ledger.ship")
    if skip is not None:
        _skip(settings.ledger, skip)
        return
    if status:
        raise typer.Exit(_status(settings.ledger, as_json=as_json))
    if settings.ledger.ship_by != "command" and not once:
        raise ClientFault("proxy_ships", "the proxy ships these targets by itself; set ledger.ship_by to 'command'")
    raise typer.Exit(_ship(settings, once=once))


def _ship(settings: Settings, *, once: bool) -> int:
    from proxy.edge import telemetry
    from proxy.edge.configuration import credentials
    from proxy.edge.configuration.document import ConfigProblem
    from proxy.edge.metrics import NAMESPACE
    from proxy.edge.ship.shipping import Shipping, ShippingCollector

    telemetry.configure(settings.log_level)
    missing = list(credentials.missing_files_of_targets(settings.ledger))
    if missing:
        raise ConfigProblem(missing)

    async def run() -> int:
        shipping = Shipping.of(settings.ledger, ShippingCollector(NAMESPACE), by=settings.ledger.ship_by)
        try:
            if once:
                reasons = await asyncio.gather(*(shipper.drain() for shipper in shipping.shippers))
                for shipper, reason in zip(shipping.shippers, reasons, strict=True):
                    if reason is not None:
                        typer.echo(f"meeting-proxy: {shipper.target}: {reason}", err=True)
                return 1 if any(reasons) else 0
            stop = asyncio.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            shipping.start()
            await stop.wait()
            return 0
        finally:
            await shipping.close()

    return asyncio.run(run())


def _skip(ledger: Ledger, name: str) -> None:
    from proxy.edge.ship.shipping import give_up_one

    if name not in [target.name for target in ledger.ship]:
        known = ", ".join(target.name for target in ledger.ship)
        raise typer.BadParameter(f"{name!r} is none of: {known}", param_hint="--skip")
    typer.echo(f"{name}: gave up record {give_up_one(ledger, name)}")


def _status(ledger: Ledger, *, as_json: bool) -> int:
    from proxy.edge.ship.shipping import milliseconds, statuses

    found = statuses(ledger, milliseconds())
    if as_json:
        for status in found:
            typer.echo(json.dumps(_plain(status)))
    else:
        _show(found, Path(ledger.directory))
    return 1 if any(status.reason is not None for status in found) else 0


def _show(found: Sequence[TargetStatus], directory: Path) -> None:
    from proxy.cli.terminal import SafeConsole, Table

    table = Table()
    for column in ("target", "acknowledged", "behind", "last success", "state"):
        table.add_column(column, overflow="fold")
    for status in found:
        cursor = status.cursor
        state = (
            "in order" if status.reason is None else f"{'stopped' if status.stopped else 'waiting'}: {status.reason}"
        )
        state += f"; {cursor.gap_records} records were gone before they were shipped" if cursor.gap_records else ""
        behind = "unknown" if status.records_behind is None else f"{status.records_behind} records"
        behind += f", {_long(status.seconds_behind)}" if status.records_behind else ""
        last = "none" if cursor.sequence < 0 else f"record {cursor.sequence}"
        table.add_row(status.target, last, behind, _shown(cursor.acknowledged_at), state)
    console = SafeConsole()
    console.print(f"ledger: {directory}", highlight=False)
    console.print(table)


def _shown(milliseconds: int | None) -> str:
    if milliseconds is None:
        return "never"
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _long(seconds: float) -> str:
    """A duration in the largest unit of which there are at least two."""
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _plain(status: TargetStatus) -> dict[str, object]:
    cursor = status.cursor
    return {
        "target": status.target,
        "acknowledged": cursor.sequence if cursor.sequence >= 0 else None,
        "records_behind": status.records_behind,
        "seconds_behind": round(status.seconds_behind, 3),
        "last_success": _time(cursor.acknowledged_at),
        "reason": status.reason,
        "stopped": status.stopped,
        "failures": status.failures,
        "gap_records": cursor.gap_records,
        "gaps": [{"first": gap.first, "last": gap.last, "reason": gap.reason} for gap in cursor.gaps],
    }


def _time(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else iso(datetime.fromtimestamp(milliseconds // 1000, UTC))
