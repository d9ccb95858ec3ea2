"""``meeting-proxy ledger verify --all``: calls the logs of all proxies on the store, and shows how each is."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer
from rich.text import Text

from proxy.audit.checkpoints import CheckpointFault, parse_checkpoint
from proxy.audit.findings import Verdict
from proxy.audit.roll_call import Called, Copy, KnownLog, State, called, called_unknown, verdict
from proxy.cli.ledger_confirming import Confirming, Newest, configured, newest, older_of, with_listed
from proxy.cli.ledger_shown import plain, show_problems
from proxy.cli.shared import iso, screen, with_store
from proxy.cli.terminal import Table
from proxy.edge.ledger.anchors.anchor import asked
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.ledger.reader import check, own_key
from proxy.errors import Fault
from proxy.settings import Settings

if TYPE_CHECKING:
    from proxy.edge.store.store import Store

_COLOURS = {"ok": "green", "tampered": "bold red", "incomplete": "yellow", "unanchored": "yellow"}


class Known(NamedTuple):
    """The logs that the store knows, and what other anchors know of each, by its origin."""

    logs: Sequence[KnownLog]
    copies: Mapping[str, list[Copy]]
    older: Mapping[str, list[tuple[str, str, bytes]]]
    """All that directories and servers keep of each."""


class Answered(NamedTuple):
    """How a log is, and the directory that was read for it."""

    called: Called
    directory: Path | None


def verify_all(settings: Settings, directories: Sequence[Path], given: Confirming) -> list[Answered]:
    """Call every log of which the store, the configuration or `directories` know.

    `given` confirms any of them besides what is configured.
    """
    own, others = Path(settings.ledger.directory), [*map(Path, settings.ledger.others), *directories]
    given, known = given.and_also(configured(settings)), known_to_anchors(settings)
    waiting = {
        log.origin: (log, [*known.copies[log.origin], *_fitting(log.origin, given.checkpoints)]) for log in known.logs
    }
    now, found = datetime.now(UTC), list[Answered]()
    for folder in dict.fromkeys(each.resolve() for each in (own, *others)):
        if folder.is_dir():
            found.append(_read(folder, waiting, given, known.older, now))
        elif folder != own.resolve():
            missing = Called(str(folder), State.MISSING, "there is no ledger in this directory")
            found.append(Answered(missing, folder))
    read = {each.called.origin for each in found}
    for origin, (log, copies) in waiting.items():
        if origin == settings.log and origin not in read:
            most = newest([("store", log.checkpoint), *copies]) or Newest("store", log.size)
            gone = f"{own}: the ledger is gone; the anchor '{most.anchor}' knows {most.size} records of it"
            found.append(Answered(Called(origin, State.GONE, gone, most.size, log.at), None))
        elif origin not in read:
            found.append(Answered(called(log, copies, None, now), None))
    return sorted(found, key=lambda each: each.called.origin)


def known_to_anchors(settings: Settings) -> Known:
    """Ask the store for all logs, and the other anchors of the configuration for each."""

    async def ask(store: Store) -> Known:
        anchors = [each for each in anchors_of(settings, store, lambda: datetime.now(UTC)) if each.name != "store"]
        origins = [log.origin for log in await store.logs.listed()]
        found = await asyncio.gather(*(asked(anchors, origin) for origin in origins))
        # The store is asked last: a log that grows meanwhile is not behind what an anchor knows.
        logs = [log for log in await store.logs.listed() if log.origin in origins]
        older = {origin: await older_of(anchors, origin) for origin in origins}
        copies = {origin: with_listed(each, older[origin]) for origin, each in zip(origins, found, strict=True)}
        return Known(logs, copies, older)

    return with_store(settings, ask)


def show(found: Sequence[Answered], *, as_json: bool) -> Verdict:
    """Print how the logs are; returns the verdict on all of them."""
    whole = verdict(each.called for each in found)
    if as_json:
        typer.echo(json.dumps({"verdict": whole, "logs": [_plain(each) for each in found]}))
        return whole
    shown, table = screen(), Table.grid(padding=(0, 2))
    for each, _ in found:
        state = Text(str(each.state).replace("_", " "), style=_COLOURS[each.state.verdict])
        records = "" if each.records is None else f"{each.records} records"
        table.add_row(each.origin, state, records, _told(each))
    shown.print(table, highlight=False)
    for each, directory in found:
        if each.report is not None and each.report.problems:
            shown.print(Text(f"\n{each.origin}, {directory}"))
            show_problems(each.report, shown)
    if not found:
        typer.echo("The store knows no ledger yet.")
    return whole


def _read(
    folder: Path,
    waiting: Mapping[str, tuple[KnownLog, list[Copy]]],
    given: Confirming,
    older: Mapping[str, list[tuple[str, str, bytes]]],
    now: datetime,
) -> Answered:
    """Check a directory with all that is known of its log."""
    try:
        key = own_key(folder)
        if key.origin not in waiting:
            own = given._replace(checkpoints=_fitting(key.origin, given.checkpoints))
            return Answered(called_unknown(check(folder, key, *own)), folder)
        log, copies = waiting[key.origin]
        report = check(
            folder, key, *given._replace(checkpoints=[("store", log.checkpoint), *copies], older=older[key.origin])
        )
    except Fault as fault:
        return Answered(Called(str(folder), State.INCOMPLETE, fault.detail), folder)
    return Answered(called(log, copies, report, now), folder)


def _fitting(origin: str, copies: Iterable[Copy]) -> list[Copy]:
    found = []
    for name, file in copies:
        with contextlib.suppress(CheckpointFault):
            if parse_checkpoint(file).origin == origin:
                found.append((name, file))
    return found


def _told(log: Called) -> str:
    confirmed = "" if log.report is None else ", ".join(f"{name} ({n})" for name, n in log.report.confirmed.items())
    return "; ".join(part for part in (log.detail, confirmed and f"confirmed by {confirmed}") if part)


def _plain(each: Answered) -> dict[str, object]:
    log = dataclasses.asdict(dataclasses.replace(each.called, report=None))
    log |= {"state": each.called.state.value, "last_sign": iso(each.called.last_sign)}
    log["directory"] = None if each.directory is None else str(each.directory)
    log["report"] = None if each.called.report is None else plain(each.called.report)
    return log
