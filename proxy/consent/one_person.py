"""Records of somebody who turns out to be known under two ids: what was refused under either stands, and no yes moves.

Whether a refusal was taken back is weighed as a decision weighs it (`standing.not_taken_back`): not by what is newest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from proxy.consent.records import ConsentRecord, ConsentState
from proxy.consent.standing import not_taken_back
from proxy.errors import ClientFault
from proxy.settings import ConsentSettings

_NO = (ConsentState.DENIED, ConsentState.WITHDRAWN)


def noes_carried(
    records: Sequence[ConsentRecord],
    person: str,
    policy: ConsentSettings,
    *,
    minor: bool,
    now: datetime,
    new_id: Callable[[], str],
) -> list[ConsentRecord]:
    """Return the refusals among `records` (of one person, oldest first) that nothing took back, as records of `person`.

    Of each place and whoever said it, the newest. Grants are not carried over: whoever had a link or a voice under the
    other id gave them, and can be asked again. A refusal counts anew from `now` on; its evidence names the record it
    was made from.
    """
    left = not_taken_back(records, policy, minor=minor, now=now)
    return [_anew(_said_by(person, record), now, new_id) for record in _newest_of_each(left)]


def guardians_noes_carried(
    records: Sequence[ConsentRecord],
    guardians: Collection[str],
    kept: str,
    policy: ConsentSettings,
    *,
    minor: bool,
    now: datetime,
    new_id: Callable[[], str],
) -> list[ConsentRecord]:
    """Return the refusals that somebody gave, under the ids `guardians`, as a guardian of one person, said by `kept`.

    They count anew from `now` on: what was allowed under one of the ids before takes back no refusal under another.
    `records` are all of that person, oldest first.
    """
    left = not_taken_back(records, policy, minor=minor, now=now)
    theirs = (each._replace(actor=kept) for each in left if each.guardian and each.actor in guardians)
    return [_anew(record, now, new_id) for record in _newest_of_each(theirs)]


def noes_shared(records: Sequence[ConsentRecord], kept: Mapping[str, str]) -> list[ConsentRecord]:
    """Return the records; each standing refusal of a kept id (in `kept` by other id) also counts for the other ids.

    The copies are the newest records of the other ids: the person known to have refused did not say what was said under
    these ids.
    """
    others = {person: [gone for gone, one in kept.items() if one == person] for person in kept.values()}
    latest = max((record.recorded_at for record in records), default=None)
    shared = [
        _said_by(gone, record)._replace(recorded_at=latest or record.recorded_at)
        for record in _newest_of_each(records)
        if record.state in _NO
        for gone in others.get(record.participant, ())
    ]
    return sorted((*records, *shared), key=lambda record: record.recorded_at)


def own_guardianships(
    records: Sequence[ConsentRecord], others: Collection[str], now: datetime, new_id: Callable[[], str]
) -> list[ConsentRecord]:
    """Return withdrawals of grants whose guardian turns out to be the person, by an id in `others`.

    `records` are those of the person, oldest first. Nobody is their own guardian.
    """
    newest = {(record.scope, record.scope_id, record.purpose, record.recipient): record for record in records}
    return [
        record._replace(
            id=f"cr-{new_id()}",
            state=ConsentState.WITHDRAWN,
            actor=record.participant,
            recorded_at=now,
            guardian=False,
            valid_from=now, valid_until=None, covers_earlier=False, evidence_ref=f"record:{record.id}",
        )
        for record in newest.values()
        if record.state is ConsentState.GRANTED and record.guardian and record.actor in others
    ]  # fmt: skip


def under_kept_ids(record: ConsentRecord, merged: Mapping[str, str]) -> ConsentRecord:
    """Return a new record under the ids by which people are on file; `merged` maps other ids to these.

    A refusal under another id becomes that person's. A grant raises `ClientFault`: sending the records of another id
    again would restore what was said under it. The actor is mapped too: nobody is their own guardian.
    """
    kept = merged.get(record.participant)
    if kept is not None and record.state is ConsentState.GRANTED:
        raise merged_person(record.participant, kept)
    record = record if kept is None else _said_by(kept, record)
    return record._replace(actor=merged.get(record.actor, record.actor))


def merged_person(gone: str, kept: str) -> ClientFault:
    """The fault where an id is another id of a known person, and the record cannot be taken under it."""
    detail = f"{gone} is another id of {kept}, and nothing was recorded; where they said so themselves, name {kept}"
    return ClientFault("merged_person", detail, status=409, where="participant")


def _newest_of_each(records: Iterable[ConsentRecord]) -> Collection[ConsentRecord]:
    """The newest record of each person, place and whoever said it; one is a guardian's, or it is not."""
    return {
        (each.participant, each.scope, each.scope_id, each.purpose, each.recipient, each.actor, each.guardian): each
        for each in records
    }.values()


def _anew(record: ConsentRecord, now: datetime, new_id: Callable[[], str]) -> ConsentRecord:
    return record._replace(id=f"cr-{new_id()}", recorded_at=now, evidence_ref=f"record:{record.id}")


def _said_by(person: str, record: ConsentRecord) -> ConsentRecord:
    return record._replace(participant=person, actor=person if record.actor == record.participant else record.actor)
