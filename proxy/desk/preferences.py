"""AI preferences that a platform signals for somebody in a meeting: each objection is recorded as their no."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from proxy.consent.objections import objected_to
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.consent.verdicts import CLOCK_SKEW
from proxy.desk import acts, people
from proxy.desk.consents import ConsentStatement, drafted
from proxy.desk.meetings import on_file
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.settings import Settings

METHOD = "platform_signal"


@dataclass(frozen=True, slots=True)
class Signal:
    """What a platform says that somebody wants. Exactly one of `participant` and `label` says who.

    `source` is the platform's reference of the signal.
    """

    meeting: str
    preference: str
    signalled_at: datetime
    participant: str | None = None
    label: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Signalled:
    """The refusals that a signal made, and those purposes that it refuses, new or not."""

    recorded: tuple[ConsentRecord, ...]
    purposes: tuple[str, ...]


async def signal(files: OnFile, given: Signal, settings: Settings, now: datetime) -> Signalled:
    """Record a no for every purpose to which a preference objects; a repeated signal records nothing more.

    Under a label that several people on the roster have, it is a no of each of them. A preference that objects to
    nothing changes nothing: it is no yes. Raises `ClientFault` if it cannot be read, or nobody is meant.
    """
    if given.signalled_at > now + CLOCK_SKEW:
        raise ClientFault("invalid_period", "the preference was signalled in the future", where="signalled_at")
    own = {route.purpose for route in settings.routes if route.purpose} | set(settings.purposes)
    purposes = tuple(sorted(objected_to(given.preference, own)))
    async with files.at_once() as held:
        made: list[ConsentRecord] = []
        for person in await _meant(held, given):
            known = {each.id for each in await held.consents.listed(participant=person)}
            drafts = (_refusal(given, person, purpose, settings, now) for purpose in purposes)
            made += [each for each in drafts if each.id not in known]
        await held.consents.record_all(made)
        await acts.of_records(held, made, way="signal")
    return Signalled(tuple(made), purposes)


async def _meant(held: OnFile, given: Signal) -> list[str]:
    if (given.participant is None) == (given.label is None):
        raise ClientFault("invalid_body", "give exactly one of participant and label", where="participant")
    meeting = await on_file(held, given.meeting)
    if given.participant is not None:
        return [(await people.on_file(held, given.participant, "participant")).id]
    found = [person.id for person in meeting.roster.participants if person.is_called(given.label or "")]
    if not found:
        detail = "nobody on the roster has this label; what is said under it stays in"
        raise ClientFault("unknown_participant", detail, status=404, where="label")
    return found


def _refusal(given: Signal, person: str, purpose: str, settings: Settings, now: datetime) -> ConsentRecord:
    said = ConsentStatement(
        participant=person,
        state=ConsentState.DENIED,
        scope=Scope.MEETING,
        scope_id=given.meeting,
        purpose=purpose,
        valid_from=given.signalled_at,
        method=METHOD,
        evidence_ref=None if given.source is None else f"signal:{given.source}",
    )
    facts = given.meeting, person, purpose, given.signalled_at.isoformat(), given.source or ""
    return drafted(said, settings, now, "cr-sig-" + hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:32])
