"""From a meeting to its exchanges in the ledger, and from an exchange to its meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proxy.audit.ocsf import Event
from proxy.audit.of_meeting import ExchangeOfMeeting, of_meeting
from proxy.audit.pseudonyms import MEETING_SUBJECT
from proxy.audit.query import EventFilter, Subject, meeting_of
from proxy.desk.ports import OnFile, PastExchanges
from proxy.desk.subjects import subjects_of_meetings
from proxy.errors import ClientFault, OwnFault
from proxy.model import Meeting

_EVENTS_OF_ONE = 100
"""Records of one exchange that are looked at: each attempt has two."""


@dataclass(frozen=True, slots=True)
class ShownExchange:
    """The records of an exchange with their places, oldest first, and its meeting, if that is on file."""

    exchange: str
    records: Sequence[tuple[int, Event]]
    meeting: Meeting | None


async def newest_of(
    files: OnFile, past: PastExchanges, organization: str, meeting: Meeting, most: int
) -> list[ExchangeOfMeeting] | None:
    """The newest exchanges of a meeting, newest first, made of so many of its newest records.

    None if no ledger can be read.
    """
    subjects = await subjects_of_meetings(files, organization, meeting.id)
    if not subjects:
        return []
    found = await past.newest(EventFilter(meeting=subjects), most)
    return None if found is None else list(of_meeting(found, subjects).exchanges)[::-1]


async def shown(files: OnFile, past: PastExchanges, organization: str, exchange: str) -> ShownExchange:
    """An exchange by its id. Raises `ClientFault` if the ledger has none, `OwnFault` if it cannot be read."""
    found = await past.newest(EventFilter(exchange=exchange), _EVENTS_OF_ONE)
    if found is None:
        told = "no whole ledger can be read; 'meeting-proxy ledger verify' tells what is missing"
        raise OwnFault("ledger_incomplete", told)
    if not found:
        raise ClientFault("unknown_exchange", "the ledger has no exchange with this id, or it was pruned", status=404)
    named = next((each for _, event in found if (each := meeting_of(event)) is not None), None)
    return ShownExchange(exchange, found, None if named is None else await _called(files, organization, named))


async def _called(files: OnFile, organization: str, pseudonym: str) -> Meeting | None:
    """The meeting on file that has this pseudonym."""
    listed = {MEETING_SUBJECT + each.id: each for each in await files.meetings.listed()}
    keys = await files.keys.known(list(listed))
    return next((listed[one] for one, key in keys.items() if Subject(key, organization).is_named(pseudonym)), None)
