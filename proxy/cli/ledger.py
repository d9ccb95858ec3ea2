"""``meeting-proxy ledger``: verify and read the record of what left. Needs no running proxy and no private key."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from proxy.audit.query import Subject, Wanted
from proxy.audit.report import Report
from proxy.cli import carried as past
from proxy.cli import ledger_view as view
from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.stored import with_store
from proxy.desk import subjects as desk
from proxy.edge.ledger.past import LedgerFolder
from proxy.edge.ledger.reader import Record, check, follow, last_records, public_key, records
from proxy.errors import Fault
from proxy.settings import Settings

if TYPE_CHECKING:
    from proxy.edge.store.store import Store

app = typer.Typer(no_args_is_help=True, add_completion=False)

EXIT = {"ok": 0, "tampered": 1, "incomplete": 2}

DirectoryOption = Annotated[
    Path | None, typer.Option("--directory", "-d", help="The ledger's directory; by default that of the configuration.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


@app.command()
def verify(
    directory: DirectoryOption = None,
    public_key_file: Annotated[
        Path | None,
        typer.Option("--public-key", help="The key to check with, best one that was kept elsewhere."),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="A checkpoint that was kept elsewhere, instead of the directory's own.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Check that no record was changed, dropped, swapped or added.

    Works offline, on a copy too, with nothing but the public key. Exit code 0: in order; 1: tampered with;
    2: incomplete (no checkpoint, no key, no records, or a last record that was never finished).
    """
    folder = _directory(directory, config)
    try:
        key = public_key(public_key_file or folder / "public.key")
    except Fault as fault:
        typer.echo(f"meeting-proxy: {fault}", err=True)
        raise typer.Exit(2) from None
    if checkpoint is not None and not checkpoint.is_file():
        typer.echo(f"meeting-proxy: {checkpoint}: no such file; name a checkpoint that was kept", err=True)
        raise typer.Exit(2)
    report = check(folder, key, checkpoint)
    if as_json:
        typer.echo(json.dumps(_plain(report)))
    else:
        view.show_report(report, key, Console(), own_key=public_key_file is None)
    raise typer.Exit(EXIT[report.verdict])


@app.command()
def tail(
    count: Annotated[int, typer.Option("-n", "--lines", min=0, help="How many of the newest events to show.")] = 10,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Go on with events as they are recorded.")] = False,
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the newest events, one a line."""
    folder = _directory(directory, config)
    newest = last_records(folder, max(count, 1))
    _print(newest[-count:] if count else [], as_json)
    if not following:
        return
    try:
        for record in follow(folder, newest[-1].sequence if newest else -1):
            _print([record], as_json)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@app.command()
def query(
    since: Annotated[str | None, typer.Option(help="First instant, ISO 8601; UTC unless it says otherwise.")] = None,
    until: Annotated[str | None, typer.Option(help="Instant after the last, ISO 8601.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Configured name of a recipient.")] = None,
    purpose: Annotated[str | None, typer.Option(help="A purpose.")] = None,
    client: Annotated[str | None, typer.Option(help="Configured name of a client.")] = None,
    meeting: Annotated[str | None, typer.Option(help="A meeting's id; its pseudonym is recomputed.")] = None,
    participant: Annotated[
        str | None, typer.Option(help="A person's id, address or name; the pseudonym is recomputed.")
    ] = None,
    event: Annotated[str | None, typer.Option(help="An event code: intent, outcome, refused, opened, …")] = None,
    disposition: Annotated[str | None, typer.Option(help="allowed, corrected or blocked.")] = None,
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the events that fit all that is asked for, oldest first.

    For --meeting and --participant the store of the configuration is needed, which has the keys of the pseudonyms.
    Exit code 0 also when nothing fits.
    """
    participant = _person(read(config), participant) if participant else None
    about = _subjects(read(config), participant, meeting) if participant or meeting else (None, None)
    if (participant and about[0] is None) or (meeting and about[1] is None):
        typer.echo("meeting-proxy: nothing in the ledger can be tied to this id", err=True)
        return
    wanted = Wanted(
        since=_instant("--since", since),
        until=_instant("--until", until),
        recipient=recipient,
        purpose=purpose,
        client=client,
        event=event,
        disposition=disposition,
        participant=about[0],
        meeting=about[1],
    )
    _print(records(_directory(directory, config), wanted), as_json)
    if participant and not as_json:
        past.show(participant, _already_left(read(config), participant, _directory(directory, config)))


@app.command()
def carried(
    participant: Annotated[str, typer.Option(help="A person's id, address or name; the pseudonym is recomputed.")],
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the exchanges that carried a person's words: when, to whom, for what, how many. They cannot be called back.

    Words that no speaker claimed belong to nobody by name and are not in this list.
    """
    participant = _person(read(config), participant)
    found = _already_left(read(config), participant, _directory(directory, config))
    if as_json:
        typer.echo(json.dumps({"participant": participant, **past.plain(found)}, indent=2))
    else:
        past.show(participant, found)


@app.command()
def show(
    exchange: Annotated[str, typer.Argument(help="Id of the exchange, as in the X-Exchange-Id of its answer.")],
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show all that is recorded of one exchange, in plain words. Exit code 1: there is no such exchange."""
    found = list(records(_directory(directory, config), Wanted(exchange=exchange)))
    if not found:
        typer.echo("meeting-proxy: the ledger has no record of such an exchange", err=True)
        raise typer.Exit(1)
    if as_json:
        _print(found, as_json=True)
    else:
        view.show_exchange(found, Console())


def _directory(directory: Path | None, config: Path) -> Path:
    folder = directory or Path(read(config).ledger.directory)
    if not folder.is_dir():
        typer.echo(f"meeting-proxy: {folder}: there is no ledger here; name its directory with --directory", err=True)
        raise typer.Exit(2)
    return folder


def _print(found: Iterable[Record], as_json: bool) -> None:
    console = Console()
    for record in found:
        if as_json:
            typer.echo(json.dumps({"sequence": record.sequence, "event": record.event}))
        else:
            console.print(view.line(record), soft_wrap=True, highlight=False)


def _plain(report: Report) -> dict[str, object]:
    fields = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    problems = [dataclasses.asdict(problem) for problem in report.problems]
    return {"verdict": report.verdict, **fields, "codes": dict(report.codes), "problems": problems}


def _instant(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        detail = "write an instant such as 2026-03-02 or 2026-03-02T10:00:00+01:00"
        raise typer.BadParameter(detail, param_hint=option) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _person(settings: Settings, written: str) -> str:
    return with_store(settings, lambda store: desk.who(store, written))


def _already_left(settings: Settings, participant: str, folder: Path) -> desk.AlreadyLeft:
    ledger = LedgerFolder(folder)
    return with_store(settings, lambda store: desk.already_left(store, ledger, settings.organization, participant))


def _subjects(
    settings: Settings, participant: str | None, meeting: str | None
) -> tuple[tuple[Subject, ...] | None, Subject | None]:
    async def look_up(store: Store) -> tuple[tuple[Subject, ...] | None, Subject | None]:
        people = await desk.subjects_of(store, settings.organization, participant) if participant else ()
        about = await desk.subject_of_meeting(store, settings.organization, meeting) if meeting else None
        return people or None, about

    return with_store(settings, look_up)
