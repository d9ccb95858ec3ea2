"""Which records can matter to a question, so that a store need not read the others."""

from __future__ import annotations

from typing import NamedTuple

from proxy.consent.grants import Scope
from proxy.consent.people import TRAINING
from proxy.consent.verdicts import Question


class Relevant(NamedTuple):
    """Whose records, of which purposes, for whom (or for any recipient), of which scopes: all of them together.

    Within these nothing is left out, however old: a no that a later yes does not get past stands for ever.
    """

    people: tuple[str, ...]
    purposes: tuple[str, ...]
    recipient: str
    scopes: tuple[tuple[Scope, str], ...]


def relevant(question: Question) -> Relevant:
    """What `decide` weighs for this question; everything else changes nothing."""
    meeting = question.meeting
    scopes = [(Scope.ORG, question.organization)]
    if meeting is not None:
        scopes.append((Scope.MEETING, meeting.id))
        if meeting.series is not None:
            scopes.append((Scope.SERIES, meeting.series))
        scopes += [(Scope.SERIES, series) for series in meeting.earlier_series]
    return Relevant(
        people=tuple(person.id for person in meeting.roster.participants) if meeting is not None else (),
        purposes=tuple(dict.fromkeys([question.purpose, *([TRAINING] if question.may_train else [])])),
        recipient=question.recipient,
        scopes=tuple(scopes),
    )
