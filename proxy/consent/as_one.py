"""What somebody said under one id, where it turns out that they are known under another. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from proxy.consent.grants import Grant, GrantState
from proxy.errors import ClientFault

_NO = (GrantState.DENIED, GrantState.WITHDRAWN)


def noes_carried(records: Sequence[Grant], person: str, now: datetime, new_id: Callable[[], str]) -> list[Grant]:
    """The noes among `records` (of one person, oldest first) that nothing took back, as records of `person`.

    A yes is not carried over: it was given by whoever had a link or a voice under the other id, and can be asked for
    again. A no counts anew from `now` on, and names the record that it is made of as evidence.
    """
    newest = {(record.scope, record.scope_id, record.purpose, record.recipient): record for record in records}
    return [
        _said_by(person, record)._replace(id=f"cr-{new_id()}", recorded_at=now, evidence_ref=f"record:{record.id}")
        for record in newest.values()
        if record.state in _NO
    ]


def under_kept_id(record: Grant, merged: Mapping[str, str]) -> Grant:
    """A new record of somebody, under the id that they are on file with; `merged` gives it by their other ids.

    A no under another id is theirs. A yes is refused (`ClientFault`): whoever sends the records of an id once more
    would bring back what was said under it.
    """
    kept = merged.get(record.participant)
    if kept is not None and record.state is GrantState.GRANTED:
        raise merged_person(record.participant, kept)
    return record if kept is None else _said_by(kept, record)


def merged_person(gone: str, kept: str) -> ClientFault:
    """The fault where an id is another one of somebody, and that does not do."""
    detail = f"{gone} is another id of {kept}, and nothing was recorded; where they said so themselves, name {kept}"
    return ClientFault("merged_person", detail, status=409, where="participant")


def _said_by(person: str, record: Grant) -> Grant:
    return record._replace(participant=person, actor=person if record.actor == record.participant else record.actor)
