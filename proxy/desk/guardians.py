"""Who is on file as a guardian of a minor: whom the operator lists, and whoever is asked, or has said yes, as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from proxy.audit.acts import Acts
from proxy.consent.records import FORGOTTEN, ConsentRecord, ConsentState
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.model import Participant, ParticipantClass

MOST = 10
"""Guardians of one person."""

_NOBODY = (ParticipantClass.BOT, ParticipantClass.ROOM)


async def check(held: OnFile, listed: Iterable[Participant]) -> None:
    """Raise `ClientFault` (``invalid_roster``) where a guardian of these people can be none.

    A guardian is somebody else on file, of age, and neither a bot nor a room.
    """
    for person in listed:
        if len(person.guardians) > MOST:
            raise _invalid(person, f"of one person at most {MOST} guardians are on file")
        known = {each.id: each for each in await held.people.having(person.guardians, [])} if person.guardians else {}
        for each in person.guardians:
            guardian = known.get(each)
            if each == person.id:
                raise _invalid(person, "nobody is their own guardian")
            if guardian is None and not each.startswith(FORGOTTEN):
                raise _invalid(person, f"{each} is not on file; add them with 'meeting-proxy people add' first")
            if guardian is not None and (guardian.minor or guardian.participant_class in _NOBODY):
                raise _invalid(person, f"{each} is a minor, a bot or a room; a guardian is a person of age")


def _invalid(person: Participant, detail: str) -> ClientFault:
    return ClientFault("invalid_roster", f"{person.id}: {detail}", where="guardians")


async def noted(held: OnFile, minor: str, guardian: str) -> bool:
    """Put on file that this is a guardian of the minor; whether that is new beside others who are on file.

    Where nobody is left but guardians who were forgotten, this one takes their place: it is the operator's word anew.
    """
    person = await held.people.by_id(minor)
    if person is None or not person.minor or guardian in person.guardians:
        return False
    left = [each for each in person.guardians if not each.startswith(FORGOTTEN)]
    changed = replace(person, guardians=(*(person.guardians if left else ()), guardian))
    await check(held, [changed])
    await held.people.put(changed)
    await held.acts.did(Acts.PERSON_CHANGED, people=[minor], facts={"change": "guardian"})
    return bool(left)


async def noted_of(held: OnFile, records: Iterable[ConsentRecord]) -> list[str]:
    """As `noted`, for each of these records that is a guardian's yes. Returns what to tell whoever recorded them."""
    told = []
    for each in records:
        yes = each.guardian and each.state is ConsentState.GRANTED
        if yes and await noted(held, each.participant, each.actor):
            told.append(
                f"{each.actor} is on file as one more guardian of {each.participant}; 'meeting-proxy people add --id "
                f"{each.participant} --guardian ID' lists them anew"
            )
    return told
