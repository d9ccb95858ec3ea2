"""``meeting-proxy meeting``: meetings and who is in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.calendar import import_calendar
from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.meeting_view import facts, headcount, note_facts, note_lines, note_unconfirmed
from proxy.cli.stored import JsonOption, changing_store, instant, iso, note, with_store
from proxy.model import Meeting, MeetingNotes, Roster

if TYPE_CHECKING:
    from proxy.consent.verdicts import Verdict
    from proxy.edge.store.store import Store

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
    """Put a meeting on file, with the people in it. One with the same id is replaced, its roster whole.

    What a roster says of a person (name, aliases, class) is what the organization knows of them from then on. Who
    has no id is known by an e-mail address; who has no class gets that of its domain (people.domains).
    """
    from proxy.cli.people import enroll
    from proxy.cli.rosters import read_options, read_roster
    from proxy.errors import ClientFault
    from proxy.meetings.people import check_people, shared_labels
    from proxy.meetings.recordings import check_recording

    settings = read(config)
    entries = (read_roster(roster) if roster else ()) + read_options(participant or ())
    if not meeting_id.strip() or "/" in meeting_id:
        raise ClientFault("invalid_meeting", "an id is not empty and holds no '/'", where="--id")
    if end is not None and end <= start:
        raise ClientFault("invalid_meeting", "a meeting ends after it starts", where="--end")
    check_recording(recording_start, start, end, where="--recording-start")

    async def put(store: Store) -> Meeting:
        people = await enroll(store, settings, entries)
        check_people(people)
        meeting = Meeting(meeting_id, start, end, series, Roster(people, complete), recording_start)
        await store.add_meeting(meeting)
        return await store.meeting(meeting_id) or meeting

    meeting = changing_store(settings, put)
    people = meeting.roster.participants
    for ids in shared_labels(people):
        note(f"{', '.join(ids)} share a name or alias; what is said under it is withheld as an unknown speaker's")
    note_unconfirmed(people)
    typer.echo(json.dumps(facts(meeting)) if as_json else f"{meeting.id}: {headcount(meeting)}, from {iso(start)}")


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


app.command("import")(import_calendar)


@app.command()
def show(
    meeting_id: Annotated[str, typer.Argument(help="Id of the meeting.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """A meeting: who is in it, when they came and went, and who may be heard for what, as of now."""
    from proxy.errors import ClientFault
    from proxy.steps.standings import Standings, standings

    settings = read(config)

    async def look(store: Store) -> tuple[Meeting, MeetingNotes, tuple[Standings, ...]]:
        found = await store.meeting(meeting_id)
        if found is None:
            raise ClientFault("unknown_meeting", "no meeting with this id is on file")
        grants = await store.grants([person.id for person in found.roster.participants])
        notes = await store.notes(meeting_id)
        return found, notes, standings(settings, found, grants, datetime.now(UTC))

    meeting, notes, asked = with_store(settings, look)
    if as_json:
        consent = [
            {"purpose": each.purpose, "recipient": each.recipient, "heard": verdict.admitted,
             "reason": verdict.reason.value, "records": list(verdict.grants), "participant": person}
            for each in asked for person, verdict in each.people.items()
        ]  # fmt: skip
        typer.echo(json.dumps(facts(meeting) | note_facts(notes) | {"consent": consent}, ensure_ascii=False))
        return
    from rich.console import Console
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
    Console().print(table)
    note_unconfirmed(meeting.roster.participants)


def _word(verdict: Verdict) -> str:
    return "heard" if verdict.admitted else f"withheld: {verdict.reason.value}"
