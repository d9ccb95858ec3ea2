"""What somebody said under one id, where it turns out that they are known under another. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from proxy.consent.grants import Grant, GrantState

_NO = (GrantState.DENIED, GrantState.WITHDRAWN)


def noes_carried(records: Sequence[Grant], person: str, now: datetime, new_id: Callable[[], str]) -> list[Grant]:
    """The noes among `records` (of one person, oldest first) that nothing took back, as records of `person`.

    A yes is not carried over: it was given by whoever had a link or a voice under the other id, and can be asked for
    again. A no counts anew from `now` on, and names the record that it is made of as evidence.
    """
    newest = {(record.scope, record.scope_id, record.purpose, record.recipient): record for record in records}
    return [
        record._replace(
            id=f"cr-{new_id()}",
            participant=person,
            actor=person if record.actor == record.participant else record.actor,
            recorded_at=now,
            evidence_ref=f"record:{record.id}",
        )
        for record in newest.values()
        if record.state in _NO
    ]
