"""``meeting-proxy meeting import``: meetings out of a calendar file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.meeting_view import facts, note_unconfirmed
from proxy.cli.stored import JsonOption, instant, iso, new_id, note, with_store
from proxy.desk import meetings

MAX_WINDOW = timedelta(days=400)


class SeriesFrom(StrEnum):
    """Where the series of a meeting comes from."""

    UID = "uid"
    ZOOM = "zoom"


def zone(name: str) -> tzinfo:
    """An option's time zone."""
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
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put the meetings of a calendar on file, one for each occurrence, with whom it invites.

    Of people on file the calendar changes nothing; others are added, with the class of their address's domain. A
    meeting that was imported before is replaced, its roster whole.
    """
    from proxy.errors import ClientFault
    from proxy.meetings.calendar import read as announced
    from proxy.meetings.calendar_lines import MAX_BYTES

    settings = read(config)
    first = since or datetime.now(UTC) - timedelta(days=1)
    last = until or first + timedelta(days=92)
    if not first < last <= first + MAX_WINDOW:
        raise ClientFault("invalid_period", f"at most {MAX_WINDOW.days} days, from --from on", where="--until")
    if meeting_id is not None:
        meetings.check_id(meeting_id)
    with file.open("rb") as source:
        found = announced(source.read(MAX_BYTES + 1), first, last, timezone)
    for reason, count in found.passed_over.items():
        note(f"{count} passed over: {reason}")
    if not found.occurrences:
        raise ClientFault(
            "calendar_invalid", f"no meeting starts from {iso(first)} to {iso(last)}; see --from, --until"
        )
    made, invited = with_store(
        settings,
        lambda store: meetings.bring(
            store,
            found.occurrences,
            settings.people,
            new_id,
            complete=complete,
            with_declined=not leave_out_declined,
            series_from=series_from.value,
            meeting_id=meeting_id,
        ),
    )
    note_unconfirmed(invited)
    for each in made:
        if complete and each.unnamed:
            note(f"{each.meeting.id}: the roster is not complete, {each.unnamed} invited without a name and address")
        people = len(each.meeting.roster.participants)
        line = f"{each.meeting.id}: {people} invited, from {iso(each.meeting.started_at)}"
        typer.echo(json.dumps(facts(each.meeting), ensure_ascii=False) if as_json else line)
