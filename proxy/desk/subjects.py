"""The subjects under which the ledger has somebody's exchanges, and what of their words has left."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, replace

from proxy.audit.about import CANNOT_BE_CALLED_BACK, CarryingExchange
from proxy.audit.acts import Acts
from proxy.audit.pseudonyms import MEETING_SUBJECT, unmade_meetings
from proxy.audit.query import EVERYTHING, EventFilter, Grant, Subject
from proxy.consent.records import Scope
from proxy.desk import people
from proxy.desk.ports import OnFile, PastExchanges
from proxy.errors import ClientFault, OwnFault
from proxy.model import Participant

UNREADABLE = (
    "No whole ledger can be read from here, so what has left is not known; 'meeting-proxy ledger verify' tells what is "
    "missing, and 'ledger carried' lists what has left where the ledger is."
)


def lacking_keys(meetings: int) -> str:
    """What to tell where the ledger names meetings for which the store has no key."""
    return (
        f"What has left is not known: the ledger names meetings ({meetings}) for which this store has no key, so it is "
        "not the store with which the ledger was written, or an older copy of it; restore that store."
    )


@dataclass(frozen=True, slots=True)
class AlreadyLeft:
    """The exchanges that left with a person's words, or with what the AI had made of them, oldest first.

    None if no ledger could be read, or the store lacks keys of so many of its meetings.
    """

    exchanges: tuple[CarryingExchange, ...] | None
    lacking: int = 0

    @property
    def note(self) -> str:
        """What a reader of the list has to know."""
        return note_of(known=self.exchanges is not None, lacking=self.lacking)


def note_of(*, known: bool, lacking: int) -> str:
    """What a reader of what has left has to know."""
    if known:
        return CANNOT_BE_CALLED_BACK
    return f"{lacking_keys(lacking) if lacking else UNREADABLE} {CANNOT_BE_CALLED_BACK}"


async def keys_lacking(files: OnFile, organization: str, shown: Collection[object]) -> int:
    """How many of the meetings that a ledger names the store has no key for.

    `shown` are their pseudonyms, read before: what is recorded meanwhile has its key by then.
    """
    return unmade_meetings(shown, await files.keys.of_meetings(), organization) if shown else 0


async def already_left(
    files: OnFile,
    past: PastExchanges,
    organization: str,
    participant: str,
    wanted: EventFilter = EVERYTHING,
) -> AlreadyLeft:
    """The exchanges that left with this person's words, under any of their ids or from a room in which they sat.

    Those that repeated what the AI had made of these words are among them.

    `wanted` narrows the list, by what it says of the requests that left.
    A failure returns "not known" instead of raising: what was recorded before this call stays recorded.
    """
    try:
        own = await ids_of(files, participant)
        rooms = {room.id for room in await rooms_of(files, own)}
        named = await past.meetings()
        if named is None:
            return AlreadyLeft(None)
        if lacking := await keys_lacking(files, organization, named):
            return AlreadyLeft(None, lacking)
        keys = await files.keys.known(sorted(own | rooms))
        return AlreadyLeft(await past.carried([Subject(key, organization) for key in keys.values()], wanted))
    except OwnFault:
        return AlreadyLeft(None)


async def left_within(  # noqa: PLR0917 - a person, and where
    files: OnFile,
    past: PastExchanges,
    organization: str,
    participant: str,
    scope: Scope,
    scope_id: str,
    wanted: EventFilter = EVERYTHING,
) -> AlreadyLeft:
    """As `already_left`, of this meeting or of the meetings of this series alone, or of all of the organization."""
    if scope is Scope.ORG:
        return await already_left(files, past, organization, participant, wanted)
    try:
        meetings = await subjects_of_meetings(files, organization, scope_id)
    except ClientFault:
        meetings = ()
    except OwnFault:
        return AlreadyLeft(None)
    return await already_left(files, past, organization, participant, replace(wanted, meeting=meetings))


async def reported(files: OnFile, past: PastExchanges, organization: str, participant: str) -> AlreadyLeft:
    """As `already_left`, for an operator who asked about this person."""
    await asked_about(files, participant)
    return await already_left(files, past, organization, participant)


async def asked_about(files: OnFile, participant: str) -> None:
    """Put on file that an operator asked what the ledger has on this person, before there is an answer."""
    await files.acts.did(Acts.PERSON_REPORTED, people=[participant])


async def who(files: OnFile, written: str) -> str:
    """The id of the person whom an operator names, on file or not any more. Raises `ClientFault`."""
    return written if await files.keys.known([written]) else (await people.meant(files, written)).id


async def check_known(files: OnFile, person_id: str) -> None:
    """Raise `ClientFault` for an id unknown to both files and ledger; an empty list would mislead."""
    if not await files.keys.known([person_id]):
        await people.on_file(files, person_id)


async def subjects_of(files: OnFile, organization: str, participant: str) -> tuple[Subject, ...]:
    """The person under each id that they have or had; empty if none of these has a key."""
    keys = await files.keys.known(sorted(await ids_of(files, participant)))
    return tuple(Subject(key, organization) for key in keys.values())


async def known_as(files: OnFile, written: str) -> str:
    """As `who`, also for an id of which nothing but consent records is on file, and for people alone.

    The register has keys of meetings as well, and of the store itself, whose subjects end in a colon.
    """
    if await files.consents.listed(participant=written):
        return written
    nobody = written.startswith(MEETING_SUBJECT) or written.endswith(":")
    return (await people.meant(files, written)).id if nobody else await who(files, written)


async def subjects_of_meetings(files: OnFile, organization: str, written: str) -> tuple[Subject, ...]:
    """The meeting with this id, on file or not any more, or all meetings of the series with this id.

    Empty if they are on file and no request ever named them. Raises `ClientFault` if there is neither.
    """
    if keys := await files.keys.known([MEETING_SUBJECT + written]):
        return tuple(Subject(key, organization) for key in keys.values())
    listed = await files.meetings.listed()
    meant = [each.id for each in listed if written in (each.id, each.series, *each.earlier_series)]
    if not meant:
        near = difflib.get_close_matches(written, {each.id for each in listed} | {each.series or "" for each in listed})
        suggested = f"; did you mean {', '.join(near)}?" if near else ""
        told = f"no meeting and no series on file has this id{suggested}; 'meeting-proxy meeting list' has all of them"
        raise ClientFault("unknown_meeting", told, status=404, where="meeting")
    keys = await files.keys.known([MEETING_SUBJECT + each for each in meant])
    return tuple(Subject(key, organization) for key in keys.values())


async def grant_meant(files: OnFile, organization: str, record: str) -> Grant | None:
    """The consent record with this id, as the ledger may have it; None if it is not on file.

    It stands under the key of the id that gave it, which may be any of that person's ids.
    """
    found = next((each for each in await files.consents.listed() if each.id == record), None)
    return None if found is None else Grant(record, await subjects_of(files, organization, found.participant))


async def rooms_of(files: OnFile, ids: Collection[str]) -> tuple[Participant, ...]:
    """The rooms in which somebody with one of these ids is listed."""
    return tuple(room for room in await files.people.everybody() if not set(ids).isdisjoint(room.members))


async def ids_of(files: OnFile, participant: str) -> set[str]:
    """All ids that somebody has or had, by any of them."""
    kept = (await files.people.merged_ids([participant])).get(participant, participant)
    return {participant, kept, *await files.people.other_ids(kept)}
