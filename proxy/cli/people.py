"""``meeting-proxy people``: whom the organization knows, and under which names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from proxy.cli.rosters import read_roster
from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, new_id, note, read, screen, with_store
from proxy.desk import people
from proxy.meetings.directory import Entry
from proxy.model import Custody, Participant, ParticipantClass

app = typer.Typer(no_args_is_help=True)

_CUSTODY = {Custody.EACH: "each has to say yes", Custody.ONE: "one yes is enough"}

SHOWN = 20
"""Remarks that are printed of one list."""


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List everybody on file, by name; with --json, one per line."""
    settings = read(config)
    found = with_store(settings, lambda store: store.people.everybody())
    if as_json:
        for person in found:
            typer.echo(json.dumps(facts(person) | {"unconfirmed": person.unconfirmed}, ensure_ascii=False))
        return
    from proxy.cli.terminal import Table

    table = Table("id", "name", "also shown as", "addresses", "class", "waits for confirmation")
    for person in found:
        kind = person.participant_class.value + (", minor" if person.minor else "")
        kind += f", {len(person.members)} people" if person.members else ""
        kind += f", answered for by {', '.join(person.guardians)}" if person.minor and person.guardians else ""
        kind += f" ({_CUSTODY[person.custody]})" if person.minor and person.custody is not None else ""
        waiting = "; ".join(person.unconfirmed)
        table.add_row(person.id, person.name, "; ".join(person.aliases), "; ".join(person.emails), kind, waiting)
    screen().print(table)
    for remark in people.shared_addresses(found):
        note(remark)
    if any(person.unconfirmed for person in found):
        note("somebody else has such a name too, and nobody vouches for it: it names nobody until: people confirm")


@app.command()
def add(
    name: Annotated[str | None, typer.Option(help="The name that transcripts show.")] = None,
    person: Annotated[str | None, typer.Option("--id", help="Default: whoever has the address, else a new id.")] = None,
    email: Annotated[list[str] | None, typer.Option(help="An address; repeat for more.")] = None,
    alias: Annotated[
        list[str] | None, typer.Option(help="Another name that transcripts show; repeat for more.")
    ] = None,
    participant_class: Annotated[
        ParticipantClass | None, typer.Option("--class", help="Default: by the domain of the address.")
    ] = None,
    minor: Annotated[bool | None, typer.Option("--minor/--adult", help="A guardian has to grant for a minor.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="Of a room: the id of somebody in it; repeat.")] = None,
    guardian: Annotated[
        list[str] | None,
        typer.Option(help="Of a minor: the id of a guardian; repeat for all of them, anew."),
    ] = None,
    custody: Annotated[
        Custody | None, typer.Option(help="Of a minor: whose yes it takes. Default: consent.custody.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put a person (or room) on file, or change the entry; fields left out stay as they are. Prints the id.

    A person found by an address alone stays as on file: give the id to change the entry.
    """
    settings = read(config)
    entry = Entry(
        id=person,
        name=name,
        aliases=tuple(alias) if alias else None,
        emails=tuple(email) if email else None,
        participant_class=participant_class,
        minor=minor,
        members=tuple(member) if member else None,
        guardians=tuple(guardian) if guardian else None,
        custody=custody,
    )

    done = with_store(settings, lambda store: people.put(store, entry, settings.people, new_id))
    for remark in people.shared_addresses([done.person]):
        note(remark)
    if done.found:
        note(f"{done.person.id} has this address, and stays as on file; give --id to change that")
    _print(done.person, as_json)


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="The people, as CSV, JSON or YAML, in the form that --roster reads.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put the people of a list on file, all or none: those of a directory, say. What the list leaves out stays.

    The head of a CSV file names its columns: id, name, emails, aliases, class, minor, members, guardians, custody;
    several values of one column stand with semicolons between. Nobody goes who is not in the list.
    """
    settings, entries = read(config), read_roster(file)
    brought = with_store(settings, lambda store: people.bring(store, entries, settings.people, new_id))
    if as_json:
        for each in brought:
            typer.echo(json.dumps(facts(each.person), ensure_ascii=False))
        return
    there = sum(each.found for each in brought)
    typer.echo(f"{len(brought) - there} people put on file; {there} had an address on file, and stay as they are")
    for remark in [*people.shared_names([each.person for each in brought])][:SHOWN]:
        note(remark)


@app.command("alias")
def add_alias(
    person: Annotated[str, typer.Argument(help="Id, address or name of the person.")],
    label: Annotated[str, typer.Argument(help="The name as the transcript shows it, to the letter.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """State that a name in transcripts is this person's. Their consent then counts for what is said under it."""
    changed, others = with_store(read(config), lambda store: people.give_alias(store, person, label))
    for other in others:
        note(f"{other} has this name too; in a meeting with both, it is nobody's")
    _print(changed, as_json)


@app.command()
def confirm(
    person: Annotated[str, typer.Argument(help="Id of the person; see: people list.")],
    distinct_from: Annotated[
        str | None, typer.Option(help="They are two people: the names that both have are each one's own.")
    ] = None,
    same_as: Annotated[
        str | None,
        typer.Option(help="They are one person, who stays on file under this id, with both's names and addresses."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Say who somebody is when somebody else has the same name. Until then the name identifies nobody.

    With --same-as, the other id is removed from all rosters and means this person from then on. A refusal recorded
    under the other id stays in force; a grant does not.
    """
    settings = read(config)
    found = with_store(
        settings,
        lambda store: people.confirm(
            store,
            person,
            distinct_from=distinct_from,
            same_as=same_as,
            policy=settings.consent,
            now=datetime.now(UTC),
            new_id=new_id,
        ),
    )
    _print(found, as_json)


def facts(person: Participant) -> dict[str, object]:
    """Return a person as JSON, in the form that ``--roster`` reads."""
    return {
        "id": person.id,
        "name": person.name,
        "aliases": list(person.aliases),
        "emails": list(person.emails),
        "class": person.participant_class.value,
        "minor": person.minor,
        "members": list(person.members),
        "guardians": list(person.guardians),
        "custody": person.custody,
    }


def _print(person: Participant, as_json: bool) -> None:
    shown = f"{person.id}: {person.name}, {person.participant_class.value}"
    typer.echo(json.dumps(facts(person), ensure_ascii=False) if as_json else shown)
