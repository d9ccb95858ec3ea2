"""``meeting-proxy meeting``: meetings and who is in them, also from calendars."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.erasures import ErasureOption, erasure_ready, write_statement
from proxy.cli.people import facts as person_facts
from proxy.cli.rosters import read_options, read_roster
from proxy.cli.shared import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    end_as_unread,
    instant,
    iso,
    new_id,
    note,
    read,
    screen,
    with_store,
    write_private,
)
from proxy.desk import meetings, removing, shapes
from proxy.desk.people import shared_addresses, shared_names
from proxy.desk.titles import purpose_shown, with_title
from proxy.errors import ClientFault
from proxy.model import Meeting, MeetingNotes, Participant

if TYPE_CHECKING:
    from proxy.meetings.calendar import CalendarMeetings


def facts(meeting: Meeting) -> dict[str, object]:
    """Return a meeting as JSON, its people in the form that ``--roster`` reads."""
    return {
        "id": meeting.id,
        "start": iso(meeting.started_at),
        "end": iso(meeting.ended_at),
        "recording_start": iso(meeting.recording_started_at),
        "series": meeting.series,
        "title": meeting.title,
        "series_title": meeting.series_title,
        "earlier_series": list(meeting.earlier_series),
        "complete": meeting.roster.complete,
        "participants": [_entry(person) for person in meeting.roster.participants],
        "unconfirmed": [
            {"participant": person.id, "label": label}
            for person in meeting.roster.participants
            for label in person.unconfirmed
        ],
    }


def _entry(person: Participant) -> dict[str, object]:
    return {**person_facts(person), "joined_at": iso(person.joined_at), "left_at": iso(person.left_at)}


def called(meeting: Meeting) -> str:
    """Return how a meeting is named for people: its title, if it has one, and its id."""
    return with_title(meeting.id, meeting.shown_title)


def headcount(meeting: Meeting) -> str:
    """Say how many people the roster has, and whether it is complete."""
    count = len(meeting.roster.participants)
    listed = "1 person" if count == 1 else f"{count} people"
    return f"{listed}, {'complete' if meeting.roster.complete else 'perhaps not all'}"


def note_unconfirmed(people: Sequence[Participant]) -> None:
    """Note which addresses prove nobody's identity, and whose names wait for confirmation and how to confirm them."""
    for remark in shared_addresses(people):
        note(remark)
    for person in people:
        for label in person.unconfirmed:
            held = label in (person.name, *person.aliases)
            remedy = f"people confirm {person.id}" if held else f"if it is theirs: people alias {person.id} '{label}'"
            note(f"{person.id} as '{label}' waits for confirmation; what is said under it is withheld; {remedy}")


def note_facts(notes: MeetingNotes) -> dict[str, object]:
    """Return what requests showed of a meeting, as JSON."""
    objected = [{"participant": person, "at": iso(at)} for person, at in notes.objected]
    return {"unmatched_labels": notes.unmatched, "spoken_refusals": objected}


def note_lines(notes: MeetingNotes, people: Sequence[Participant]) -> list[str]:
    """Return what requests showed of a meeting as lines for people; none if nothing was noted."""
    labels = f"labels of nobody on the roster: up to {notes.unmatched} in one request; 'explain' shows which"
    lines = [labels] if notes.unmatched else []
    named = {person.id: person.name for person in people}
    return lines + [
        f"{with_title(who, named.get(who))} said aloud that they do not consent, first in a request of {iso(at)}"
        for who, at in notes.objected
    ]


MAX_WINDOW = timedelta(days=400)


class SeriesFrom(StrEnum):
    """Where the series of a meeting comes from."""

    UID = "uid"
    ZOOM = "zoom"


def zone(name: str) -> tzinfo:
    """Parse the time zone of an option."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise typer.BadParameter("name a time zone, such as Europe/Berlin") from None


def import_calendar(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The calendar, as an .ics file.")],
    complete: Annotated[
        bool, typer.Option("--complete/--no-complete", help="Only the invited will be there, and nobody else.")
    ] = False,
    since: Annotated[
        datetime | None, typer.Option("--from", parser=instant, metavar="ISO", help="Default: a day ago.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", parser=instant, metavar="ISO", help="Default: 92 days from --from on.")
    ] = None,
    timezone: Annotated[
        tzinfo | None, typer.Option(parser=zone, metavar="NAME", help="Of times that name none: Europe/Berlin.")
    ] = None,
    meeting_id: Annotated[
        str | None, typer.Option("--id", help="The id that requests name, where the file has one meeting.")
    ] = None,
    series_from: Annotated[
        SeriesFrom, typer.Option(help="zoom: the number in the link, by which Zoom's calls find the meeting.")
    ] = SeriesFrom.UID,
    leave_out_declined: Annotated[
        bool, typer.Option("--leave-out-declined", help="Who declined will not be there.")
    ] = False,
    leave_out_uninvited: Annotated[
        bool,
        typer.Option(
            "--leave-out-uninvited", help="Who was on a roster before, and is not invited, will not be there."
        ),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put the meetings of a calendar on file, one for each occurrence, with the people it invites.

    For people on file the calendar changes nothing. Others are added, with the class of their address's domain. Whoever
    is on the roster of a meeting on file stays on it. If somebody was seen in a meeting, its times stay, too.
    """
    settings = read(config)
    shapes.check_id(meeting_id, "invalid_meeting", "id")
    found = _announced(file, since, until, timezone)
    made, invited = with_store(
        settings,
        lambda store: meetings.bring(
            store,
            found.occurrences,
            settings.people,
            new_id,
            complete=complete,
            with_declined=not leave_out_declined,
            with_uninvited=not leave_out_uninvited,
            series_from=series_from.value,
            meeting_id=meeting_id,
        ),
    )
    note_unconfirmed(invited)
    for each in made:
        _note_undecided(each, complete=complete)
        people = len(each.meeting.roster.participants) - each.stayed
        line = f"{called(each.meeting)}: {people} invited, from {iso(each.meeting.started_at)}"
        typer.echo(json.dumps(facts(each.meeting), ensure_ascii=False) if as_json else line)


def _note_undecided(made: meetings.MeetingToFile, *, complete: bool) -> None:
    """Note what the calendar did not decide of a meeting."""
    name = made.meeting.id
    if complete and made.unnamed:
        note(f"{name}: the roster is not complete, {made.unnamed} invited without a name and address")
    if made.stayed:
        note(f"{name}: {made.stayed} on the roster are not invited and stay; see --leave-out-uninvited")
    if made.twins:
        others = ", ".join(made.twins)
        note(f"{name}: {others} has the same times and title; if it is the same meeting, requests name one of the ids")
    if made.held:
        note(f"{name}: its times stay, since somebody was seen in it; 'meeting add' changes them")


def _announced(file: Path, since: datetime | None, until: datetime | None, timezone: tzinfo | None) -> CalendarMeetings:
    """The meetings of a calendar file within the window. Raises `ClientFault` if there are none."""
    from proxy.meetings.calendar import MAX_BYTES
    from proxy.meetings.calendar import read as announced

    first = since or datetime.now(UTC) - timedelta(days=1)
    last = until or first + timedelta(days=92)
    if not first < last <= first + MAX_WINDOW:
        raise ClientFault("invalid_period", f"at most {MAX_WINDOW.days} days, from --from on", where="--until")
    with file.open("rb") as source:
        found = announced(source.read(MAX_BYTES + 1), first, last, timezone)
    for reason, count in found.passed_over.items():
        note(f"{count} passed over: {reason}")
    if not found.occurrences:
        raise ClientFault(
            "calendar_invalid", f"no meeting starts from {iso(first)} to {iso(last)}; see --from, --until"
        )
    return found


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
    title: Annotated[
        str | None, typer.Option(help="What people call it; default: as it is on file. '' takes the title away.")
    ] = None,
    series_title: Annotated[str | None, typer.Option(help="What people call its series; as --title.")] = None,
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
    draft = meetings.drafted(
        meeting_id,
        start,
        end,
        recording_start=recording_start,
        series=series,
        complete=complete,
        title=title,
        series_title=series_title,
    )
    meeting = with_store(settings, lambda store: meetings.put(store, draft, entries, settings.people, new_id))
    people = meeting.roster.participants
    for remark in shared_names(people):
        note(remark)
    note_unconfirmed(people)
    typer.echo(json.dumps(facts(meeting)) if as_json else f"{called(meeting)}: {headcount(meeting)}, from {iso(start)}")


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the meetings on file by start; with --json, one per line, with its people."""
    settings = read(config)
    found = with_store(settings, lambda store: store.meetings.listed())
    if as_json:
        for meeting in found:
            typer.echo(json.dumps(facts(meeting), ensure_ascii=False))
        return
    from proxy.cli.terminal import Table

    table = Table("title", "id", "start", "end", "series", "people", "roster")
    for meeting in found:
        complete = "complete" if meeting.roster.complete else "may lack people"
        times = (iso(meeting.started_at), iso(meeting.ended_at) or "open")
        series = with_title(meeting.series, meeting.series_title) if meeting.series else ""
        people = str(len(meeting.roster.participants))
        table.add_row(meeting.title or "", meeting.id, *times, series, people, complete)
    screen().print(table)


app.command("import")(import_calendar)


@app.command()
def report(
    meeting_id: Annotated[str, typer.Argument(help="Id of the meeting, on file or not any more.")],
    html: Annotated[Path | None, typer.Option(help="Write the report as one page of HTML to this file.")] = None,
    proofs: Annotated[
        bool, typer.Option("--proofs", help="With --json: add the proof of each exchange's record in the ledger.")
    ] = False,
    directory: Annotated[
        Path | None,
        typer.Option("--directory", "-d", help="The ledger's directory; by default that of the configuration."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Report who was heard in a meeting: each exchange that named it, whose words left, and whose stayed in, and why.

    It is for auditors: 'meeting-proxy-verify complete' finds in a copy of the ledger what the report with --json leaves
    out. It names the people; that you asked is recorded. Exit code 3: the ledger is not whole, so the report says that
    what left is not known.
    """
    from proxy.cli.meeting_report import summary
    from proxy.desk import meeting_reports
    from proxy.edge.ledger.past_exchanges import LedgerFolder
    from proxy.edge.ledger.proving import Prover

    settings = read(config)
    folder = directory or Path(settings.ledger.directory)
    past, prover = LedgerFolder(folder), Prover(folder) if proofs else None
    found = with_store(
        settings,
        lambda store: meeting_reports.gather(store, past, settings.organization, meeting_id, now=datetime.now(UTC)),
    )
    told = meeting_reports.plain(found, settings, prover.if_possible if prover else None)
    for sequence, why in prover.unproven.items() if prover else ():
        note(f"record {sequence} has no proof: {why}")
    if html is not None:
        from proxy.edge.reports.html import meeting_page

        write_private(html, meeting_page(told))
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for line in summary(told, html):
            typer.echo(line)
    end_as_unread(past.damaged)


@app.command()
def remove(
    meeting_id: Annotated[str, typer.Argument(help="Id of the meeting.")],
    erasure: ErasureOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take a meeting off file that was never used, such as one that was imported twice.

    Refused if requests named it, people were seen in it, or were asked about it. Consent records about it stay.
    """
    from proxy.edge.ledger.past_exchanges import LedgerFolder

    settings = read(config)
    erasure_ready(erasure)
    past = LedgerFolder(Path(settings.ledger.directory))
    done = with_store(
        settings,
        lambda store: removing.remove(store, past, settings.organization, meeting_id, new_id, datetime.now(UTC)),
    )
    write_statement(erasure, done.statement)
    if as_json:
        typer.echo(json.dumps({"meeting": done.meeting, "consent_records": done.consent_records}))
        return
    records = "1 consent record" if done.consent_records == 1 else f"{done.consent_records} consent records"
    typer.echo(f"{done.meeting} is off file; {records} about it on file, which would count again with it")


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
        consent = [fact for each in asked for fact in _standing_facts(each)]
        typer.echo(json.dumps(facts(meeting) | note_facts(notes) | {"consent": consent}, ensure_ascii=False))
        return
    from proxy.cli.terminal import Table

    typer.echo(
        f"{called(meeting)}: {iso(meeting.started_at)} to {iso(meeting.ended_at) or 'open'}, {headcount(meeting)}"
    )
    recorded = iso(meeting.recording_started_at) or "unknown, so that times of cues count for nothing"
    typer.echo(f"recording from: {recorded}")
    for series in meeting.earlier_series:
        typer.echo(f"in the series {series} before: a no to that goes on")
    for line in note_lines(notes, meeting.roster.participants):
        typer.echo(line)
    purposes = [f"{purpose_shown(settings, each.purpose)} by {settings.called(each.recipient)}" for each in asked]
    table = Table("id", "name", "class", "joined", "left", *purposes)
    for person in meeting.roster.participants:
        times = (iso(person.joined_at) or "", iso(person.left_at) or "")
        said = [_word(each.people[person.id], each.heard_from.get(person.id)) for each in asked]
        table.add_row(person.id, person.name, person.participant_class.value, *times, *said)
    screen().print(table)
    note_unconfirmed(meeting.roster.participants)


def _standing_facts(status: meetings.RosterStatus) -> Iterator[dict[str, object]]:
    for person, verdict in status.people.items():
        yield {
            "purpose": status.purpose,
            "recipient": status.recipient,
            "heard": verdict.admitted,
            "heard_from": iso(status.heard_from.get(person)),
            "reason": verdict.reason.value,
            "records": list(verdict.grants),
            "participant": person,
        }


def _word(verdict: Verdict, since: datetime | None) -> str:
    if not verdict.admitted:
        return f"withheld: {verdict.reason.value}"
    return "heard" if since is None else f"heard from {iso(since)} on"
