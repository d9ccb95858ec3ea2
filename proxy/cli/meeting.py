"""``meeting-proxy meeting``: meetings and who is in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.meeting_files import (
    facts,
    headcount,
    import_calendar,
    note_facts,
    note_lines,
    note_unconfirmed,
    read_options,
    read_roster,
)
from proxy.cli.shared import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    instant,
    iso,
    new_id,
    note,
    read,
    screen,
    with_store,
)
from proxy.desk import meetings
from proxy.desk.people import shared_names

if TYPE_CHECKING:
    from proxy.consent.verdicts import Verdict

app = typer.Typer(no_args_is_help=True)


@app.command()
def add(
    meeting_id: Annotated[str, typer.Option("--id", help="The id that requests name (X-Meeting-Id, /m/ID/…).")],
    start: Annotated[datetime, typer.Option(parser=instant, metavar="ISO", help="When it starts.")],
    end: Annotated[datetime | None, typer.Option(parser=instant, metavar="ISO", help="When it ends, if known.")] = None,
    recording_start: Annotated[
        datetime | None,
        typer.Option(parser=instant, metavar="ISO", help="When its recording began; the times of cues count from it."),
    ] = None,
    series: Annotated[
        str | None, typer.Option(help="The series that it belongs to; default: as it is on file.")
    ] = None,
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
    """Put a meeting on file, with the people in it. Replaces a meeting with the same id, including its whole roster.

    What a roster says of a person (name, aliases, class) updates what the organization has on file for them. A person
    without an id is identified by e-mail address; a person without a class gets the class of their domain
    (people.domains).
    """
    settings = read(config)
    entries = (read_roster(roster) if roster else ()) + read_options(participant or ())
    draft = meetings.drafted(meeting_id, start, end, recording_start=recording_start, series=series, complete=complete)
    meeting = with_store(settings, lambda store: meetings.put(store, draft, entries, settings.people, new_id))
    people = meeting.roster.participants
    for remark in shared_names(people):
        note(remark)
    note_unconfirmed(people)
    typer.echo(json.dumps(facts(meeting)) if as_json else f"{meeting.id}: {headcount(meeting)}, from {iso(start)}")


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the meetings on file by start; with --json, one per line, with its people."""
    settings = read(config)
    found = with_store(settings, lambda store: store.meetings.listed())
    if as_json:
        for meeting in found:
            typer.echo(json.dumps(facts(meeting), ensure_ascii=False))
        return
    from rich.table import Table

    table = Table("id", "start", "end", "series", "people", "roster")
    for meeting in found:
        complete = "complete" if meeting.roster.complete else "may lack people"
        times = (iso(meeting.started_at), iso(meeting.ended_at) or "open")
        table.add_row(meeting.id, *times, meeting.series or "", str(len(meeting.roster.participants)), complete)
    screen().print(table)


app.command("import")(import_calendar)


@app.command()
def show(
    meeting_id: Annotated[str, typer.Argument(help="Id of the meeting.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show a meeting: who is in it, when they came and went, and who may be heard for what, as of now."""
    settings = read(config)
    shown = with_store(settings, lambda store: meetings.shown(store, meeting_id, settings, datetime.now(UTC)))
    meeting, notes, asked = shown.meeting, shown.notes, shown.standings
    if as_json:
        consent = [
            {"purpose": each.purpose, "recipient": each.recipient, "heard": verdict.admitted,
             "reason": verdict.reason.value, "records": list(verdict.grants), "participant": person}
            for each in asked for person, verdict in each.people.items()
        ]  # fmt: skip
        typer.echo(json.dumps(facts(meeting) | note_facts(notes) | {"consent": consent}, ensure_ascii=False))
        return
    from rich.table import Table

    typer.echo(f"{meeting.id}: {iso(meeting.started_at)} to {iso(meeting.ended_at) or 'open'}, {headcount(meeting)}")
    recorded = iso(meeting.recording_started_at) or "unknown, so that times of cues count for nothing"
    typer.echo(f"recording from: {recorded}")
    for series in meeting.earlier_series:
        typer.echo(f"in the series {series} before: a no to that goes on")
    for line in note_lines(notes):
        typer.echo(line)
    purposes = [f"{each.purpose} by {each.recipient}" for each in asked]
    table = Table("id", "name", "class", "joined", "left", *purposes)
    for person in meeting.roster.participants:
        times = (iso(person.joined_at) or "", iso(person.left_at) or "")
        said = [_word(each.people[person.id]) for each in asked]
        table.add_row(person.id, person.name, person.participant_class.value, *times, *said)
    screen().print(table)
    note_unconfirmed(meeting.roster.participants)


def _word(verdict: Verdict) -> str:
    return "heard" if verdict.admitted else f"withheld: {verdict.reason.value}"
