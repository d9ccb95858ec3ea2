"""What the consent tests share: one meeting with its people, and short ways to write records and questions."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta

from proxy.consent.decide import Question, Speech, Spoken
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import ConsentSettings

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When the meeting starts."""

_ids = itertools.count(1)


def at(minutes: float) -> datetime:
    """An instant, in minutes from the start of the meeting."""
    return NINE + timedelta(minutes=minutes)


def spoken(start: float, until: float | None = None) -> Spoken:
    return Spoken(at(start), at(start if until is None else until))


def record(state: ConsentState = ConsentState.GRANTED, **changes: object) -> ConsentRecord:
    """A record of p1 over the meeting, said an hour before it started."""
    facts: dict[str, object] = {
        "id": f"g{next(_ids)}",
        "participant": "p1",
        "scope": Scope.MEETING,
        "purpose": "summary",
        "recipient": "acme",
        "terms_version": "v1",
        "state": state,
        "valid_from": at(-60),
        "valid_until": None,
        "method": "explicit_click",
        "affirmative": True,
    }
    facts |= changes
    facts.setdefault("scope_id", {Scope.MEETING: "m1", Scope.SERIES: "weekly", Scope.ORG: "org"}[facts["scope"]])
    facts.setdefault("actor", facts["participant"])
    facts.setdefault("recorded_at", facts["valid_from"])
    return ConsentRecord(**facts)  # type: ignore[arg-type]


def yes(**changes: object) -> ConsentRecord:
    return record(ConsentState.GRANTED, **changes)


def no(**changes: object) -> ConsentRecord:
    return record(ConsentState.DENIED, **changes)


def person(participant_id: str, **facts: object) -> Participant:
    facts.setdefault("participant_class", ParticipantClass.EMPLOYEE)
    return Participant(participant_id, f"name of {participant_id}", **facts)  # type: ignore[arg-type]


def meeting(*people: Participant, complete: bool = True, **facts: object) -> Meeting:
    whole: dict[str, object] = {"id": "m1", "started_at": NINE, "ended_at": at(60), "series": "weekly"}
    whole |= facts
    return Meeting(roster=Roster(people or (person("p1"), person("p2")), complete), **whole)  # type: ignore[arg-type]


def question(**changes: object) -> Question:
    """Sending a summary of the meeting to acme, half an hour after its end."""
    base = Question(
        organization="org",
        purpose="summary",
        recipient="acme",
        terms_version="v1",
        may_train=False,
        route_enabled=True,
        purpose_allowed=True,
        meeting=meeting(),
        now=at(90),
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def speech(participant: str | None = "p1", when: Spoken | None = None, **changes: object) -> Speech:
    return dataclasses.replace(Speech(participant, 100, when or spoken(10, 11)), **changes)  # type: ignore[arg-type]


def untimed(participant: str | None = "p1") -> Speech:
    return Speech(participant, 100, None)


def opaque(when: Spoken | None = None, characters: int = 100) -> Speech:
    """Speech that no speaker claims."""
    return Speech(None, characters, when, unattributed=True)


POLICY = ConsentSettings(min_retained_ratio=0)
