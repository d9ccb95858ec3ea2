"""What somebody is told in writing once they, or a meeting, are off file: what went, when, what stays and why.

The statement is handed out and kept nowhere here. The ledger has its digest, in the act that tells of the erasure. A
salt of its own keeps anybody without the statement from trying out what it says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from proxy.audit.acts import Acts, Fact
from proxy.audit.ocsf import Event
from proxy.consent.records import ConsentRecord
from proxy.desk.ports import OnFile, PastExchanges, Traces
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant

FORMAT = "meeting-proxy-erasure-1"

ALWAYS_STAYS = ("ledger", "digest", "backups", "said_by_others", "files_of_yours", "comes_back")
"""What remains of everybody; `edge.reports.erasure` has the sentences."""

Statement = Mapping[str, Any]


def of_person(
    person: Participant | None,
    ids: Iterable[str],
    traces: Traces,
    *,
    organization: str,
    at: datetime,
    salt: str,
    told: Iterable[Mapping[str, Any]] | None,
) -> Statement:
    """The statement on somebody who was forgotten. `told`: the recipients that had words of theirs; None: not known."""
    stays = [*ALWAYS_STAYS, *(["answered_for"] if traces.guardianships else [])]
    return _statement("person", organization, at, salt) | {
        "ids": list(ids),
        "name": None if person is None else person.name,
        "erased": {
            "names": 0 if person is None else len(person.labels),
            "addresses": 0 if person is None else len(person.emails),
            "consent_records": traces.consent_records,
            "rosters": len(traces.rosters),
            "rooms_and_minors": len(traces.rooms),
            "key": True,
        },
        "stays": stays,
        "recipients": None if told is None else list(told),
    }


def of_meeting(
    meeting: Meeting, records: Iterable[ConsentRecord], *, organization: str, at: datetime, salt: str
) -> Statement:
    """The statement on a meeting that was taken off file. It names nobody who was in it."""
    return _statement("meeting", organization, at, salt) | {
        "ids": [meeting.id],
        "name": meeting.title,
        "erased": {"rosters": 1, "people_on_roster": len(meeting.roster.participants)},
        "stays": ["ledger_of_meeting", "digest", "backups", "consent_records"],
        "consent_records": len(list(records)),
    }


def _statement(kind: str, organization: str, at: datetime, salt: str) -> dict[str, Any]:
    return {"format": FORMAT, "of": kind, "organization": organization, "erased_at": instant(at), "salt": salt}


def instant(at: datetime) -> str:
    """An instant in UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def digest(statement: Statement) -> str:
    """The digest under which the ledger knows a statement: SHA-256 of its JSON with sorted keys and no spaces."""
    written = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(written.encode()).hexdigest()}"


def document(statement: Statement) -> dict[str, Any]:
    """What is written to a file: the statement, and a place for the proof of its record."""
    return {"statement": dict(statement), "record": None, "proof": None}


def statement_in(found: object) -> Statement:
    """The statement in a file that `document` made. Raises `ClientFault` where it is none."""
    statement = found.get("statement") if isinstance(found, dict) else None
    if not isinstance(statement, dict) or statement.get("format") != FORMAT:
        detail = "this is no file that 'subject forget --erasure', 'meeting remove' or 'store expire' wrote"
        raise ClientFault("not_an_erasure", detail)
    return statement


async def record_of(past: PastExchanges, statement: Statement) -> int:
    """The number of the ledger's record that has the digest of this statement. Raises `ClientFault`."""
    wanted = digest(statement)

    def ask(events: Iterable[tuple[int, Event]]) -> int | None:
        return next((number for number, event in events if tells_of(event, wanted)), None)

    found = await past.read(ask)
    if found is None:
        detail = (
            "no record of this ledger has its digest: a proxy that runs takes it in within seconds. If one did, the "
            "file was changed"
        )
        raise ClientFault("erasure_not_recorded", detail, status=404)
    return found


def tells_of(event: Event, wanted: str) -> bool:
    """Whether a record of the ledger says that something with the statement of this digest was erased."""
    if event["metadata"].get("event_code") not in (Acts.PERSON_FORGOTTEN, Acts.MEETING_CHANGED):
        return False
    return bool(event.get("unmapped", {}).get("ledger", {}).get("text") == wanted)


async def did(held: OnFile, meeting: str, change: str, people: list[str], statement: Statement) -> None:
    """Put on file that a meeting is off file, with the digest of the statement on it."""
    facts: dict[str, Fact] = {"change": change, "count": len(people), "text": digest(statement)}
    await held.acts.did(Acts.MEETING_CHANGED, people=people, meeting=meeting, facts=facts)
