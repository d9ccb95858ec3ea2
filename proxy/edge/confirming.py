"""The operator says who is who: two people of one name, or one person who was put on file twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from proxy.consent.as_one import noes_carried, own_guardianships
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings.people import as_two
from proxy.model import Participant


async def confirm_two(store: Store, person_id: str, other_id: str) -> Participant:
    """They are two people: the names that they have in common are each one's own. Answers the first.

    Raises `ClientFault` where one is not on file, or they have no name in common.
    """
    async with store.at_once() as held:
        one, other = as_two(await _known(held, person_id, "id"), await _known(held, other_id, "distinct_from"))
        await held.put_people([one, other])
        return await _known(held, person_id, "id")


async def confirm_one(
    store: Store, person_id: str, same_as: str, now: datetime, new_id: Callable[[], str]
) -> Participant:
    """They are one person, who stays on file as `same_as`, with the addresses of both. Answers them.

    The other id is taken off file and off all rosters, and means this person from then on. A no that was said under it
    goes on; a yes does not. Raises `ClientFault` where one is not on file, or both are the same.
    """
    async with store.at_once() as held:
        gone, person = await _known(held, person_id, "id"), await _known(held, same_as, "same_as")
        if gone.id == person.id:
            raise ClientFault("nothing_to_confirm", "give two ids", where="same_as")
        # Also ids that went before: records still name them as who acted.
        others = {gone.id, *await held.other_ids(gone.id), *await held.other_ids(person.id)}
        noes = [
            *noes_carried(await held.grants_listed(participant=gone.id), person.id, now, new_id),
            *own_guardianships(await held.grants_listed(participant=person.id), others, now, new_id),
        ]
        emails = tuple(dict.fromkeys((*person.emails, *gone.emails)))
        together = replace(person, emails=emails, minor=person.minor or gone.minor)
        await held.put_as_one(gone.id, together, noes)
        return await _known(held, same_as, "same_as")


async def _known(store: Store, person_id: str, where: str) -> Participant:
    kept = await store.merged_ids([person_id])
    found = await store.participant(kept.get(person_id, person_id))
    if found is None:
        raise ClientFault("unknown_person", "nobody with this id is on file", status=404, where=where)
    return found
