"""``meeting-proxy meeting import``: meetings out of a calendar file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.meeting_view import facts, note_unconfirmed
from proxy.cli.stored import JsonOption, instant, iso, note, with_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.edge.store.store import Store
    from proxy.meetings.announced import Filed
    from proxy.model import Participant

MAX_WINDOW = timedelta(days=400)


class SeriesFrom(StrEnum):
    """Where the series of a meeting comes from."""

    UID = "uid"
    ZOOM = "zoom"


_AT_ONCE = 20
"""Meetings in one transaction: all of a year in one would keep the proxy from writing for too long."""


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
    from dataclasses import replace

    from proxy.cli.people import new_id
    from proxy.errors import ClientFault
    from proxy.meetings.announced import addresses, filed
    from proxy.meetings.calendar import read as announced
    from proxy.meetings.calendar_lines import MAX_BYTES
    from proxy.steps.calling import MEETING_ID

    settings = read(config)
    first = since or datetime.now(UTC) - timedelta(days=1)
    last = until or first + timedelta(days=92)
    if not first < last <= first + MAX_WINDOW:
        raise ClientFault("invalid_period", f"at most {MAX_WINDOW.days} days, from --from on", where="--until")
    if meeting_id is not None and not MEETING_ID.fullmatch(meeting_id):
        raise ClientFault("invalid_meeting", "ids are letters, digits and . _ : @ = + ~ -, up to 200", where="--id")
    with file.open("rb") as source:
        found = announced(source.read(MAX_BYTES + 1), first, last, timezone)
    for reason, count in found.passed_over.items():
        note(f"{count} passed over: {reason}")
    if not found.occurrences:
        raise ClientFault(
            "calendar_invalid", f"no meeting starts from {iso(first)} to {iso(last)}; see --from, --until"
        )
    if meeting_id is not None and len(found.occurrences) != 1:
        raise ClientFault("invalid_meeting", "the file has more than one meeting in this time", where="--id")

    async def put(store: Store) -> tuple[list[Filed], Sequence[Participant]]:
        made: list[Filed] = []
        for start in range(0, len(found.occurrences), _AT_ONCE):
            some = found.occurrences[start : start + _AT_ONCE]
            async with store.at_once() as held:
                filed_now = filed(
                    some,
                    await held.people_with((), addresses(some)),
                    settings.people,
                    new_id,
                    complete=complete,
                    with_declined=not leave_out_declined,
                    series_from=series_from.value,
                )
                if meeting_id is not None:
                    filed_now = (replace(filed_now[0], meeting=replace(filed_now[0].meeting, id=meeting_id)),)
                for each in filed_now:
                    await held.add_meeting(each.meeting)
            made += filed_now
        ids = {person.id for each in made for person in each.meeting.roster.participants}
        return made, await store.people_with(ids, ())

    made, invited = with_store(settings, put)
    note_unconfirmed(invited)
    for each in made:
        if complete and each.unnamed:
            note(f"{each.meeting.id}: the roster is not complete, {each.unnamed} invited without a name and address")
        people = len(each.meeting.roster.participants)
        line = f"{each.meeting.id}: {people} invited, from {iso(each.meeting.started_at)}"
        typer.echo(json.dumps(facts(each.meeting), ensure_ascii=False) if as_json else line)
