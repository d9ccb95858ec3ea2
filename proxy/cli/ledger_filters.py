"""The filters of commands that read the ledger, and the index through which they read it.

A value that nothing is called is an error which lists the known ones: those of the configuration, and those that occur.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from proxy.audit import ocsf
from proxy.audit.acts import PROXY, Acts
from proxy.audit.query import EventFilter, Grant, Subject
from proxy.cli.shared import day, note, progress, read, with_store
from proxy.desk import subjects as desk
from proxy.desk.known import listing
from proxy.edge.ledger.index.index import LedgerIndex, opened
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.settings import ADMIN, Settings

DirectoryOption = Annotated[
    Path | None, typer.Option("--directory", "-d", help="The ledger's directory; by default that of the configuration.")
]
OthersOption = Annotated[
    list[Path] | None,
    typer.Option("--all", help="The directory of another proxy's ledger, which is read too; repeat for more."),
]
SinceOption = Annotated[str | None, typer.Option(help="First instant, ISO 8601; UTC unless it says otherwise.")]
UntilOption = Annotated[str | None, typer.Option(help="Instant after the last, ISO 8601.")]
RecipientOption = Annotated[str | None, typer.Option(help="Configured name of a recipient.")]
PurposeOption = Annotated[str | None, typer.Option(help="A purpose.")]
ClientOption = Annotated[str | None, typer.Option(help="Configured name of a client.")]
RouteOption = Annotated[str | None, typer.Option(help="Configured name of a route.")]
MeetingOption = Annotated[
    str | None, typer.Option(help="A meeting's id, or a series' id for all its meetings; pseudonyms are recomputed.")
]
PersonOption = Annotated[str | None, typer.Option(help="A person's id, address or name; the pseudonym is recomputed.")]
GrantOption = Annotated[str | None, typer.Option(help="Id of a consent record that decided about somebody's words.")]
OperatorOption = Annotated[
    str | None, typer.Option(help="Who did it: an account, a token's name, a service, or the login before sudo.")
]
EventOption = Annotated[str | None, typer.Option(help="An event code: intent, refused, opened, consent.recorded, …")]
DispositionOption = Annotated[str | None, typer.Option(help="allowed, corrected or blocked.")]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Only the newest so many; a note says if there are more.")]

_EXCHANGES = (ocsf.INTENT, ocsf.OUTCOME, ocsf.REFUSED)
_CODES = (*_EXCHANGES, ocsf.OPENED, ocsf.RECOVERED, ocsf.ROTATED, ocsf.CLOSED, *(act.value for act in Acts))
_DISPOSITIONS = ("allowed", "corrected", "blocked")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as an operator wrote them."""

    since: str | None = None
    until: str | None = None
    recipient: str | None = None
    purpose: str | None = None
    client: str | None = None
    route: str | None = None
    meeting: str | None = None
    participant: str | None = None
    grant: str | None = None
    operator: str | None = None
    event: str | None = None
    disposition: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Which ledgers are read, and which configuration tells more about them."""

    folders: tuple[Path, ...]
    index: str | None
    config: Path

    @property
    def settings(self) -> Settings | None:
        """The settings, if there is a configuration: a copy is read without one, too."""
        return read(self.config) if self.config.is_file() else None


def place(directory: Path | None, config: Path, others: Iterable[Path] | None = None) -> Place:
    """Return which ledgers the options name. Exits with 2 if there is none.

    The configured index is that of the configured directory; that of any other is beside it.
    """
    ledger = None if directory is not None else read(config).ledger
    first = Path(ledger.directory) if ledger is not None else directory
    folders = tuple(each for each in (first, *(others or ())) if each is not None)
    for folder in folders:
        if not folder.is_dir():
            typer.echo(
                f"meeting-proxy: {folder}: there is no ledger here; the first start of the proxy makes it, or name "
                "another directory with --directory",
                err=True,
            )
            raise typer.Exit(2)
    return Place(folders, ledger.index if ledger is not None else None, config)


@contextlib.contextmanager
def reading(where: Place) -> Iterator[LedgerIndex]:
    """Yield an index of the ledgers that is up to date; shows on a terminal how far it is."""
    with contextlib.ExitStack() as stack:
        with progress("Reading the ledger") as told:
            index = stack.enter_context(opened(where.index, where.folders, told=told, unkept=_unkept))
        yield index


def _unkept(fault: OwnFault) -> None:
    note(f"no index can be kept here ({fault.reason}); the whole ledger is read each time")


def wanted(asked: Asked, where: Place, index: LedgerIndex) -> EventFilter:
    """Return the filter. Exits with 1 for a value that nothing is called, and lists the known ones.

    That an operator asked about a person goes on file before there is an answer.
    """
    names = (asked.recipient, asked.purpose, asked.client, asked.route, asked.operator)
    _check_known(asked, index.values(), where.settings if any(names) else None)
    people, meetings = None, None
    if asked.participant is not None:
        people = _person(asked.participant, read(where.config))
    if asked.meeting is not None:
        meetings = _meetings(asked.meeting, read(where.config))
    return EventFilter(
        since=day("--since", asked.since),
        until=day("--until", asked.until),
        recipient=asked.recipient,
        purpose=asked.purpose,
        client=asked.client,
        route=asked.route,
        grant=None if asked.grant is None else _grant(asked.grant, where, index),
        operator=asked.operator,
        event=asked.event,
        disposition=asked.disposition,
        participant=people,
        meeting=meetings,
    )


def _person(written: str, settings: Settings) -> tuple[Subject, ...]:
    async def meant(store: Store) -> tuple[Subject, ...]:
        person = await desk.who(store, written)
        await desk.asked_about(store, person)
        return await desk.subjects_of(store, settings.organization, person)

    return with_store(settings, meant)


def _meetings(written: str, settings: Settings) -> tuple[Subject, ...]:
    return with_store(settings, lambda store: desk.subjects_of_meetings(store, settings.organization, written))


def _grant(record: str, where: Place, index: LedgerIndex) -> Grant:
    """The consent record; where no store knows it, what is written is taken for what the ledger shows of it."""
    settings = where.settings
    found = None
    if settings is not None:
        organization = settings.organization
        found = with_store(settings, lambda store: desk.grant_meant(store, organization, record))
    if found is None and not index.has_grant(Grant(record)):
        told = (
            "no consent record with this id decided in this ledger, and none is on file; 'consent list' has their ids"
        )
        typer.echo(f"meeting-proxy: {told}", err=True)
        raise typer.Exit(1)
    return found or Grant(record)


def _check_known(asked: Asked, found: Mapping[str, frozenset[str]], settings: Settings | None) -> None:
    configured: dict[str, set[str]] = {"recipient": set(), "purpose": set(), "client": set(), "route": set()}
    configured["operator"] = {PROXY.name}
    if settings is not None:
        configured["recipient"] = set(settings.recipients)
        configured["purpose"] = {route.purpose for route in settings.routes if route.purpose is not None}
        configured["client"] = {client.name for client in settings.clients}
        configured["route"] = {route.name for route in settings.routes}
        configured["operator"] |= {ADMIN, *(token.name for token in settings.admin.tokens)}
    for kind, values in configured.items():
        value = getattr(asked, kind)
        if value is not None and value not in values | found[kind]:
            _unknown(kind, value, values | found[kind])
    codes = {*_CODES, *found["code"]}
    if asked.event is not None and not any(EventFilter(event=asked.event).has_code(code) for code in codes):
        _unknown("event", asked.event, codes)
    if asked.disposition is not None and asked.disposition.lower() not in _DISPOSITIONS:
        _unknown("disposition", asked.disposition, _DISPOSITIONS)


def _unknown(kind: str, value: str, known: Collection[str]) -> None:
    typer.echo(f"meeting-proxy: no {kind} is called {value!r}; {listing(value, known)}", err=True)
    raise typer.Exit(1)
