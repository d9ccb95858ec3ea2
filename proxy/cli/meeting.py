"""``meeting-proxy meeting``: meetings and who is in them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.stored import JsonOption, instant, iso, note, with_store
from proxy.model import Meeting, Participant, Roster

app = typer.Typer(no_args_is_help=True)


@app.command()
def add(
    meeting_id: Annotated[str, typer.Option("--id", help="The id that requests name (X-Meeting-Id, /m/ID/…).")],
    start: Annotated[datetime, typer.Option(parser=instant, metavar="ISO", help="When it starts; anchors times.")],
    end: Annotated[datetime | None, typer.Option(parser=instant, metavar="ISO", help="When it ends, if known.")] = None,
    series: Annotated[str | None, typer.Option(help="The series that it belongs to.")] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Everybody present is listed; speech that nobody claims needs this.")
    ] = False,
    roster: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="People, as a JSON, YAML or CSV file.")
    ] = None,
    participant: Annotated[
        list[str] | None,
        typer.Option(help="A person: id=p1,name=Jane Doe,email=jane@example.org,class=employee. May be repeated."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put a meeting on file, with the people in it. One with the same id is replaced, its roster whole.

    What a roster says of a person (name, aliases, class) is what the organization knows of them from then on.
    """
    from proxy.cli.rosters import check_people, read_options, read_roster, shared_labels
    from proxy.errors import ClientFault

    settings = read(config)
    people = (read_roster(roster) if roster else ()) + read_options(participant or ())
    check_people(people)
    if not meeting_id.strip() or "/" in meeting_id:
        raise ClientFault("invalid_meeting", "an id is not empty and holds no '/'", where="--id")
    if end is not None and end <= start:
        raise ClientFault("invalid_meeting", "a meeting ends after it starts", where="--end")
    meeting = Meeting(meeting_id, start, end, series, Roster(people, complete))
    with_store(settings, lambda store: store.add_meeting(meeting))
    for ids in shared_labels(people):
        note(f"{', '.join(ids)} share a name or alias; what is said under it is withheld as an unknown speaker's")
    typer.echo(json.dumps(facts(meeting)) if as_json else f"{meeting.id}: {_people(meeting)}, from {iso(start)}")


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """The meetings on file, by start; with --json one a line, with its people."""
    settings = read(config)
    meetings = with_store(settings, lambda store: store.meetings())
    if as_json:
        for meeting in meetings:
            typer.echo(json.dumps(facts(meeting), ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("id", "start", "end", "series", "people", "roster")
    for meeting in meetings:
        complete = "complete" if meeting.roster.complete else "may lack people"
        times = (iso(meeting.started_at), iso(meeting.ended_at) or "open")
        table.add_row(meeting.id, *times, meeting.series or "", str(len(meeting.roster.participants)), complete)
    Console().print(table)


def facts(meeting: Meeting) -> dict[str, object]:
    """A meeting as JSON; its people in the form that ``--roster`` reads."""
    return {
        "id": meeting.id,
        "start": iso(meeting.started_at),
        "end": iso(meeting.ended_at),
        "series": meeting.series,
        "complete": meeting.roster.complete,
        "participants": [_entry(person) for person in meeting.roster.participants],
    }


def _entry(person: Participant) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "aliases": list(person.aliases),
        "emails": list(person.emails),
        "class": person.participant_class.value,
        "minor": person.minor,
        "members": list(person.members),
        "joined_at": iso(person.joined_at),
        "left_at": iso(person.left_at),
    }


def _people(meeting: Meeting) -> str:
    count = len(meeting.roster.participants)
    listed = "1 person" if count == 1 else f"{count} people"
    return f"{listed}, {'complete' if meeting.roster.complete else 'perhaps not all'}"
