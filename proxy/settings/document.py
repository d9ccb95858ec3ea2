"""The whole of ``proxy.yaml``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import takewhile
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from proxy.model import SPECIAL_CATEGORIES, Action
from proxy.settings.actions import ActionSetting
from proxy.settings.base import Kind, Listener, Name, Section
from proxy.settings.consent import ConsentSettings
from proxy.settings.contradictions import Contradictions, contradictions
from proxy.settings.detection import Detection
from proxy.settings.pages import ConsentPages
from proxy.settings.people import People, Phone, Webhooks
from proxy.settings.profiles import SHIPPED, Profile
from proxy.settings.routing import Client, Recipient, Route
from proxy.settings.running import Admin, DerivedTexts, LaterReplies, Ledger, Limits


class Settings(Section):
    """The whole of ``proxy.yaml``."""

    version: Literal[1]
    organization: Name = "default"
    listen: Listener = Listener(port=8080)
    admin: Admin = Admin()
    recipients: dict[Name, Recipient]
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
    clients: Annotated[tuple[Client, ...], Field(min_length=1)]
    profiles: dict[Name, Profile] = {}
    """Layouts of clients, beside and before those that are shipped; ``clients[].profile`` names one."""
    consent: ConsentSettings = ConsentSettings()
    redaction: dict[Kind | Literal["default"], ActionSetting] = {"default": Action.PSEUDONYM}
    detection: Detection = Detection()
    limits: Limits = Limits()
    store: str = "sqlite:///var/proxy.db"
    ledger: Ledger = Ledger()
    later_replies: LaterReplies | None = None
    derived_texts: DerivedTexts = DerivedTexts()
    """How replies are kept restorable that arrive later; routes whose recipient answers with a job need it."""
    people: People = People()
    phone: Phone = Phone()
    webhooks: Webhooks = Webhooks()
    consent_pages: ConsentPages | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _references(self) -> Self:
        keyed, profiles = self.later_replies is not None, {*SHIPPED, *self.profiles}
        found = contradictions(self.routes, self.clients, self.recipients, profiles, consent=self.consent, keyed=keyed)
        if found:
            raise Contradictions(found)
        return self

    def route_at(self, path: str) -> Route | None:
        """The route that serves this path: exactly, or as that of a job."""
        return next((route for route in self.routes if route.parameters_at(path) is not None), None)

    def route_near(self, path: str) -> Route | None:
        """The first of the routes that have most leading parts of a path; None where none has the first of them.

        Of these rather one that carries words: calls without any look the same at all APIs.
        """
        shared = {route.name: _shared_parts(route.path, path) for route in self.routes}
        nearest = max(self.routes, key=lambda route: (shared[route.name], route.purpose is not None))
        return nearest if shared[nearest.name] else None

    def client_of(self, key: str) -> Client | None:
        """The client whose key this is."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        return next((client for client in self.clients if client.key_sha256 == digest), None)

    def profile_of(self, client: Client) -> Profile:
        """The layout of a client's messages; without a profile, nothing is known of it."""
        name = client.profile or ""
        return self.profiles.get(name) or SHIPPED.get(name) or Profile()

    def actions_of(self, route: Route) -> dict[str, ActionSetting]:
        """Action by kind on this route; the key ``default`` is always there."""
        return actions({**self.redaction, **route.redaction})

    def detection_of(self, route: Route) -> Detection:
        """How personal data is found on this route."""
        return route.detection.over(self.detection) if route.detection is not None else self.detection

    def detections(self) -> dict[str, Detection]:
        """How personal data is found on the routes that differ from ``detection``, by route name."""
        return {route.name: self.detection_of(route) for route in self.routes if route.detection is not None}

    def digest(self) -> str:
        """SHA-256 of the settings in canonical form, as ``sha256:…``; it goes into the ledger."""
        return "sha256:" + hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def _shared_parts(one: str, other: str) -> int:
    """How many leading parts two paths share."""
    parts = zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] and pair[0] == pair[1], parts))


def actions(written: Mapping[str, ActionSetting]) -> dict[str, ActionSetting]:
    """Action by kind, of what is written and what is shipped.

    Special categories are found and counted, and kept unless they are listed: they are subjects, and a summary
    without them tells of something else. A default that is stricter than a pseudonym is meant for them as well.
    """
    default = written.get("default", Action.PSEUDONYM)
    mild = default in (Action.PSEUDONYM, Action.KEEP)
    kept: dict[str, ActionSetting] = dict.fromkeys(SPECIAL_CATEGORIES, Action.KEEP) if mild else {}
    return {"default": default, **kept, **written}
