"""Taking a meeting off file that was never used: filed by mistake, or once more under another id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from proxy.audit.ocsf import INTENT, Event
from proxy.audit.pseudonyms import MEETING_SUBJECT
from proxy.audit.query import Subject, meeting_of
from proxy.consent.records import Scope
from proxy.desk import erasure, forgetting, meetings
from proxy.desk.ports import OnFileToForget, PastExchanges
from proxy.errors import ClientFault


class Removed(NamedTuple):
    """A meeting that was taken off file, and how many consent records about it stay, since these are never deleted.

    `statement` is for whoever asks what was erased.
    """

    meeting: str
    consent_records: int
    statement: erasure.Statement


async def remove(  # noqa: PLR0917 - what is removed, and how the statement on it is made
    files: OnFileToForget,
    past: PastExchanges,
    organization: str,
    meeting_id: str,
    new_id: Callable[[], str],
    now: datetime,
) -> Removed:
    """Take a meeting off file. Consent records about it stay, and count again if it comes back under its id.

    Raises `ClientFault` for a meeting that was used (``meeting_in_use``) or has somebody on legal hold (``on_hold``),
    and ``ledger_unread`` where the ledger does not tell: who was there decides over what people may ask for.
    """
    await meetings.on_file(files, meeting_id)
    keys = await files.keys.known([MEETING_SUBJECT + meeting_id])
    named = [Subject(key, organization) for key in keys.values()]
    if named and await _requested(past, named):
        raise _in_use("requests named it, and people may ask what left of their words there")
    async with files.at_once() as held:
        meeting = await meetings.on_file(held, meeting_id)
        if await held.meetings.was_anybody_seen(meeting_id):
            raise _in_use("people were seen in it")
        if await held.invitations.of({(Scope.MEETING, meeting_id)}):
            raise _in_use("people were asked about it, and their links lead to it")
        if await held.holds.meetings([meeting_id]):
            detail = (
                "somebody on legal hold is on its roster, or answered about it; 'meeting-proxy subject holds' has all, "
                "and 'release' ends one"
            )
            raise ClientFault("on_hold", detail, status=409, where="id")
        records = await held.consents.listed(scope=Scope.MEETING, scope_id=meeting_id)
        await held.meetings.remove(meeting_id)
        salt = forgetting.salt_from(new_id)
        statement = erasure.of_meeting(meeting, records, organization=organization, at=now, salt=salt)
        await erasure.did(held, meeting_id, "removed", [each.id for each in meeting.roster.participants], statement)
    return Removed(meeting_id, len(records), statement)


async def _requested(past: PastExchanges, named: list[Subject]) -> bool:
    def ask(events: Iterable[tuple[int, Event]]) -> bool:
        found = [
            event["metadata"]["event_code"] == INTENT and any(each.is_named(meeting_of(event)) for each in named)
            for _, event in events
        ]
        return any(found)

    told = await past.read(ask)
    if told is None:
        detail = "no whole ledger can be read from here, so it is not known whether requests named this meeting; "
        raise ClientFault("ledger_unread", f"{detail}run this where the ledger is", status=409)
    return told


def _in_use(why: str) -> ClientFault:
    return ClientFault("meeting_in_use", f"{why}; it stays on file", status=409, where="id")
