"""``meeting-proxy ledger``: verify and read the record of what left. Needs no running proxy and no private key."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.audit.query import EVERYTHING, EventFilter
from proxy.cli import already_left as past
from proxy.cli import whole
from proxy.cli.ledger_export import export
from proxy.cli.ledger_filters import (
    Asked,
    ClientOption,
    DirectoryOption,
    DispositionOption,
    EventOption,
    GrantOption,
    LimitOption,
    MeetingOption,
    OperatorOption,
    OthersOption,
    PersonOption,
    Place,
    PurposeOption,
    RecipientOption,
    RouteOption,
    SinceOption,
    UntilOption,
    place,
    reading,
    wanted,
)
from proxy.cli.ledger_report import report
from proxy.cli.ledger_ship import ship
from proxy.cli.ledger_shown import line, show_exchange
from proxy.cli.ledger_upkeep import copy, index, prune, retire, rotate_key
from proxy.cli.ledger_verify import prove, verify
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, note, progress, read, screen, with_store
from proxy.desk import subjects as desk
from proxy.edge.ledger.past_exchanges import LedgerFolder
from proxy.edge.ledger.reader import LogIncomplete, Record, follow, last_records, records

if TYPE_CHECKING:
    from proxy.edge.store.store import Store


app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command()(verify)
app.command()(index)
app.command()(report)
app.command()(export)
app.command()(copy)


@app.command()
def tail(
    count: Annotated[int, typer.Option("-n", "--lines", min=0, help="How many of the newest events to show.")] = 10,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Go on with events as they are recorded.")] = False,
    directory: DirectoryOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the newest events, one per line."""
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
    limit: LimitOption = None,
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the events that match all given filters, oldest first.

    --meeting and --participant need the store of the configuration, which holds the keys of the pseudonyms. Exit code
    0 also when nothing matches; 1: a filter names what nobody knows, and the known ones are listed; 3: the ledger is
    not whole, and a list would be too short.
    """
    where = place(directory, config, others)
    named = Asked(since, until, recipient, purpose, client, route, meeting, participant, grant)
    asked = dataclasses.replace(named, operator=operator, event=event, disposition=disposition)
    with reading(where) as ledger:
        fits = wanted(asked, where, ledger)
        # The whole list of what left: what is asked for may be less.
        left = _carried(participant, where, EVERYTHING, on_file=True) if participant and not as_json else None
        if limit is None:
            whole.show(_lines(ledger.events(fits), as_json))
        else:
            newest = ledger.newest(fits, limit + 1)
            if len(newest) > limit:
                note(f"there are more; these are the newest {limit}, ask for older ones with --until")
            whole.show(_lines(newest[-limit:], as_json))
        if left is not None:
            past.show(*left)


@app.command()
def carried(
    participant: Annotated[str, typer.Option(help="A person's id, address or name; the pseudonym is recomputed.")],
    since: SinceOption = None,
    until: UntilOption = None,
    recipient: RecipientOption = None,
    purpose: PurposeOption = None,
    client: ClientOption = None,
    route: RouteOption = None,
    meeting: MeetingOption = None,
    grant: GrantOption = None,
    limit: LimitOption = None,
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the exchanges that left with a person's words: when, to whom, for what, how many.

    They cannot be called back. What sent again what the AI had made of these words is listed as well. Words that no
    speaker claimed are attributed to nobody and are not in this list. Exit code 3: the ledger is not whole, and a list
    would be too short.
    """
    where = place(directory, config, others)
    asked = Asked(since, until, recipient, purpose, client, route, meeting, grant=grant)
    if asked == Asked():
        fits = EVERYTHING
    else:
        with reading(where) as ledger:
            fits = wanted(asked, where, ledger)
    person, found = _carried(participant, where, fits)
    if limit is not None and found.exchanges is not None and len(found.exchanges) > limit:
        note(f"there are more; these are the newest {limit} of {len(found.exchanges)}")
        found = dataclasses.replace(found, exchanges=found.exchanges[-limit:])
    if as_json:
        typer.echo(json.dumps({"participant": person, **past.plain(found)}))
    elif found.exchanges is not None:
        past.show(person, found)


@app.command()
def show(
    exchange: Annotated[str, typer.Argument(help="Id of the exchange, as in the X-Exchange-Id of its answer.")],
    directory: DirectoryOption = None,
    others: OthersOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show all that is recorded of one exchange, in plain words. Exit code 1: there is no such exchange."""
    where, fits = place(directory, config, others), EventFilter(exchange=exchange)
    try:
        with reading(where) as ledger:
            found = list(ledger.events(fits))
    except LogIncomplete as fault:
        note(f"{fault}; what can be read of the exchange follows")
        found = [record for folder in where.folders for record in records(folder, fits)]
    if not found:
        typer.echo("meeting-proxy: the ledger has no record of such an exchange", err=True)
        raise typer.Exit(1)
    if as_json:
        _print(found, as_json=True)
    else:
        show_exchange(found, screen())


def _directory(directory: Path | None, config: Path) -> Path:
    return place(directory, config).folders[0]


def _print(found: Iterable[Record], as_json: bool) -> None:
    for each in _lines(found, as_json):
        typer.echo(each, nl=False)


def _lines(found: Iterable[Record], as_json: bool) -> Iterator[str]:
    """One line a record, as the terminal shows it."""
    shown = screen()
    for record in found:
        if as_json:
            yield json.dumps({"sequence": record.sequence, "event": record.event}) + "\n"
        else:
            with shown.capture() as captured:
                shown.print(line(record), soft_wrap=True, highlight=False)
            yield captured.get()


def _carried(
    participant: str, where: Place, fits: EventFilter, *, on_file: bool = False
) -> tuple[str, desk.AlreadyLeft]:
    """Return the person's id, and what has left of their words. Raises the fault if the ledger cannot tell.

    Puts on file that an operator asked, unless that is done.
    """
    settings = read(where.config)
    with progress("Reading the ledger") as told:
        ledger = LedgerFolder(where.folders[0], where.index, where.folders[1:], told)

        async def ask(store: Store) -> tuple[str, desk.AlreadyLeft]:
            person = await desk.who(store, participant)
            if not on_file:
                await desk.asked_about(store, person)
            return person, await desk.already_left(store, ledger, settings.organization, person, fits)

        found = with_store(settings, ask)
    if found[1].exchanges is None and ledger.fault is not None:
        raise ledger.fault
    return found


app.command()(ship)
app.command()(prove)
app.command()(prune)
app.command()(rotate_key)
app.command()(retire)
