"""Whom a new consent record names: the ids of its person and of who acts, as they are on file."""

from __future__ import annotations

from proxy.consent.records import ConsentRecord, ConsentState, under_kept_ids
from proxy.desk import people
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.meetings.directory import email_of
from proxy.model import Participant

_UNKNOWN = "unknown_participant"


class Naming:
    """Finds people by id, address or name, each once: a file may name the same people in many rows."""

    def __init__(self, held: OnFile) -> None:
        self._held = held
        self._found: dict[str, Participant | ClientFault] = {}

    async def under_own_ids(
        self, draft: ConsentRecord, *, as_written: bool
    ) -> tuple[ConsentRecord, Participant | None]:
        """Return the draft under the ids that people are on file with, and the person.

        With `as_written`, an id that nobody has is kept, and the person is None; an address that nobody has is none.
        Raises `ClientFault`.
        """
        own = draft.actor == draft.participant
        draft = under_kept_ids(draft, await self._held.people.merged_ids([draft.participant, draft.actor]))
        person = await self._whose(draft.participant, as_written=as_written)
        said_for = draft.participant if person is None else person.id
        actor = said_for if own else await self._acting(draft)
        return draft._replace(participant=said_for, actor=actor), person

    async def _whose(self, written: str, *, as_written: bool) -> Participant | None:
        try:
            return await self._meant(written)
        except ClientFault as fault:
            if as_written and fault.reason == _UNKNOWN and _may_be_id(written):
                return None
            raise

    async def _acting(self, draft: ConsentRecord) -> str:
        """The id of who acts, found like the participant: nobody is their own guardian under another name.

        An actor who is not on file stays as written. So does one of several in a refusal, which never fails for that.
        """
        try:
            return (await self._meant(draft.actor)).id
        except ClientFault as fault:
            if fault.reason == _UNKNOWN or draft.state is not ConsentState.GRANTED:
                return draft.actor
            raise ClientFault(fault.reason, fault.detail, status=fault.status, where="actor") from None

    async def _meant(self, written: str) -> Participant:
        found = self._found.get(written)
        if found is None:
            try:
                found = await people.meant(self._held, written)
            except ClientFault as fault:
                found = fault
            self._found[written] = found
        if isinstance(found, ClientFault):
            raise found
        return found


def _may_be_id(written: str) -> bool:
    """Whether this may be the id of somebody who comes on file later: it is no name and no address."""
    return email_of(written) is None and not any(map(str.isspace, written))
