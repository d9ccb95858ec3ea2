"""The older ``consent`` attachment of vCon (draft-howe-vcon-consent-00), and records of what attachments say.

The draft contradicts itself: entries have ``status`` in one section and ``consent`` or ``value`` in another. All three
are read, and one that has two of them which differ is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from proxy.consent.dpv import invalid
from proxy.consent.formats.vcon_body import Entry, instant, proof, purpose_here
from proxy.consent.formats.vcon_parties import Place
from proxy.consent.grants import Grant, GrantState

CONSENT = "consent"
_STATES: dict[object, GrantState] = {
    "granted": GrantState.GRANTED,
    "given": GrantState.GRANTED,
    True: GrantState.GRANTED,
    "denied": GrantState.DENIED,
    "refused": GrantState.DENIED,
    False: GrantState.DENIED,
    "withdrawn": GrantState.WITHDRAWN,
    "revoked": GrantState.WITHDRAWN,
    "pending": GrantState.PENDING,
}


class Said(NamedTuple):
    """An entry, whose it is, and where in which file it stands."""

    whose: str
    evidence: str
    entry: Entry


def entries(attachment: Mapping[str, Any], where: str) -> list[Entry]:
    """What an older attachment says; raises `ClientFault` naming the field."""
    inner = attachment.get("body")
    body: Mapping[str, Any] = inner if isinstance(inner, dict) else attachment
    listed = body.get("consents")
    if not isinstance(listed, list) or not listed:
        raise invalid(f"{where}.consents", "give a list of at least one")
    until = instant(body, "expiration", where) if body.get("expiration") is not None else None
    method, affirmative = proof(body.get("proof"), "type")
    found = []
    for index, said in enumerate(listed):
        spot = f"{where}.consents[{index}]"
        if not isinstance(said, dict):
            raise invalid(spot, "an entry is an object")
        state = _state(said, spot)
        if state is GrantState.GRANTED and said.get("conditions"):
            raise invalid(f"{spot}.conditions", "a yes under conditions cannot be kept: nobody here could check them")
        at = instant(said, "timestamp", spot)
        purpose = purpose_here(said.get("purpose"), f"{spot}.purpose")
        found.append(Entry(purpose, state, at, until, None, method, affirmative))
    return found


def records(said: Sequence[Said], place: Place) -> list[Grant]:
    """All entries of a file as records. Of several of one person for one purpose the most restrictive wins: all become
    as new as the newest, and of equally new records the restrictive one holds.
    """
    newest: dict[tuple[str, str], datetime] = {}
    for each in said:
        about = (each.whose, each.entry.purpose)
        newest[about] = max(newest.get(about, each.entry.at), each.entry.at)
    return [
        Grant(
            id=_id(each, place),
            participant=each.whose,
            scope=place.scope,
            scope_id=place.scope_id,
            purpose=entry.purpose,
            recipient=place.recipient,
            terms_version=place.terms_version or entry.terms or "",
            state=entry.state,
            valid_from=entry.at,
            valid_until=entry.until if entry.state is GrantState.GRANTED else None,
            method=entry.method,
            affirmative=entry.affirmative,
            actor=each.whose,
            recorded_at=newest[each.whose, entry.purpose],
            evidence_ref=each.evidence,
        )
        for each in said
        for entry in (each.entry,)
    ]


def _id(each: Said, place: Place) -> str:
    """The same entry has the same id whenever it is read, so that a file can be read twice."""
    entry = each.entry
    about = [each.whose, place.scope, place.scope_id, place.recipient, entry.purpose, entry.state]
    said = [*about, entry.at.isoformat(), each.evidence]
    return "vcon-" + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _state(said: Mapping[str, Any], spot: str) -> GrantState:
    told = [said[name] for name in ("status", "consent", "value") if name in said]
    known = [_STATES[each] for each in told if isinstance(each, str | bool) and each in _STATES]
    if not told or len(known) < len(told) or len(set(known)) > 1:
        raise invalid(f"{spot}.status", "give one of: granted, denied, revoked, pending")
    return known[0]
