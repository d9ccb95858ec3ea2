"""The meeting or series that a consent record is about: whether it is on file, and what to tell of it."""

from __future__ import annotations

import difflib
from datetime import UTC, timedelta

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault

_WITHIN = timedelta(hours=12)
"""A meeting without an end that began longer ago is not under way."""


async def is_on_file(held: OnFile, made: ConsentRecord) -> bool:
    """Whether the record's meeting is on file, or any meeting that is or was of its series."""
    if made.scope is Scope.MEETING:
        return await held.meetings.by_id(made.scope_id) is not None
    return made.scope is Scope.ORG or made.scope_id in await _named(held, made.scope)


async def unknown(held: OnFile, made: ConsentRecord) -> ClientFault:
    """The fault of a record about what is not on file: a misspelt id would make an answer that never counts."""
    others = "; a series is named with --series" if made.scope is Scope.MEETING else ""
    detail = (
        f"{_not_there(made.scope)}{await _meant(held, made)}; nothing was recorded. 'meeting-proxy meeting list' has "
        f"all of them{others}; if it comes on file later, add --not-yet-on-file"
    )
    return ClientFault(f"unknown_{made.scope.value}", detail, status=404, where="scope_id")


async def remarks(held: OnFile, made: ConsentRecord) -> list[str]:
    """What to tell whoever recorded this of its meetings: none is on file, or one has begun without this yes."""
    if not await is_on_file(held, made):
        return [f"{_not_there(made.scope)} yet, so it counts for none until there is one{await _meant(held, made)}"]
    if made.covers_earlier or made.state is not ConsentState.GRANTED:
        return []
    if made.scope is Scope.MEETING:
        meeting = await held.meetings.by_id(made.scope_id)
        begun = [meeting.id] if meeting is not None and meeting.started_at < made.valid_from else []
    else:
        near = await held.meetings.starting(made.valid_from - _WITHIN, made.valid_from)
        within = [each for each in near if made.scope is Scope.ORG or each.series == made.scope_id]
        begun = [each.id for each in within if each.ended_at is None or each.ended_at > made.valid_from]
    if not begun:
        return []
    since = made.valid_from.astimezone(UTC)
    return [
        f"words spoken in {', '.join(begun)} before {since:%Y-%m-%d %H:%M:%S} UTC stay out; if the person was told "
        "that they count too, record it again with that (--covers-earlier; covers_earlier)"
    ]


def _not_there(scope: Scope) -> str:
    return f"no meeting {'with this id' if scope is Scope.MEETING else 'of this series'} is on file"


async def _meant(held: OnFile, made: ConsentRecord) -> str:
    alike = difflib.get_close_matches(made.scope_id, await _named(held, made.scope))
    return f"; did you mean {', '.join(alike)}?" if alike else ""


async def _named(held: OnFile, scope: Scope) -> list[str]:
    """The ids of all meetings on file, or of all series that these are or were of."""
    listed = await held.meetings.listed()
    if scope is Scope.MEETING:
        return [each.id for each in listed]
    return sorted({series for each in listed for series in (each.series, *each.earlier_series) if series})
