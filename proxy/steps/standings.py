"""How everybody on a roster stands with each purpose and recipient, as of now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from proxy.consent.decide import decide
from proxy.consent.grants import Grant
from proxy.consent.verdicts import Question, Verdict
from proxy.model import Meeting
from proxy.settings import Settings


@dataclass(frozen=True, slots=True)
class Standings:
    """Who would be heard for one purpose by one recipient, by participant id."""

    purpose: str
    recipient: str
    people: dict[str, Verdict]


def standings(settings: Settings, meeting: Meeting, grants: Sequence[Grant], now: datetime) -> tuple[Standings, ...]:
    """By what the configuration routes: each pair of purpose and recipient once, in its order."""
    routes = {(route.purpose, route.recipient): route for route in reversed(settings.routes) if route.purpose}
    found = []
    for (purpose, name), route in reversed(routes.items()):
        recipient = settings.recipients[name]
        question = Question(
            organization=settings.organization,
            purpose=purpose,
            recipient=name,
            terms_version=recipient.terms.version,
            may_train=recipient.may_train,
            route_enabled=route.enabled,
            purpose_allowed=recipient.purposes is None or purpose in recipient.purposes,
            meeting=meeting,
            now=now,
            region=recipient.region,
            retention_days=recipient.retention_days,
        )
        found.append(Standings(purpose, name, dict(decide(question, (), grants, settings.consent).people)))
    return tuple(found)
