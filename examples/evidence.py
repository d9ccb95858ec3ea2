"""Read what the ledger says of the demo's exchanges, and link it to people with the keys of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from examples import scenario
from examples.stage import Stage
from proxy.audit.query import Subject, people_of
from proxy.desk.subjects import subjects_of
from proxy.edge.ledger.reader import records
from proxy.edge.store.store import Store

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The ledger's events by exchange and code, and the people behind its pseudonyms, found by the store's keys."""

    events: Mapping[str, Mapping[str, Event]]
    subjects: Mapping[str, Subject]

    @classmethod
    def read(cls, stage: Stage) -> Evidence:
        """Read the records of a proxy that has stopped."""
        settings = yaml.safe_load(stage.config.read_text(encoding="utf-8"))
        events: dict[str, dict[str, Event]] = {}
        for each in records(stage.directory / "ledger"):
            exchange = each.event["metadata"].get("correlation_uid", "")
            events.setdefault(exchange, {})[each.event["metadata"]["event_code"]] = each.event
        return cls(events, asyncio.run(_subjects(settings["store"], settings["organization"])))

    def people(self, exchange: str) -> list[Event]:
        """Return whose words an exchange sent and withheld, and why; each entry with the person's `name`."""
        return [
            {"name": self._name(person["uid"]), **person["data"]}
            for person in people_of(self.events[exchange]["egress.intent"])
        ]

    def missing(self, exchange: str, size: int) -> list[str]:
        """Return what the ledger lacks of an exchange that sent a body of `size` bytes."""
        told = self.events.get(exchange, {})
        if not {"egress.intent", "egress.outcome"} <= told.keys():
            return [f"it has {', '.join(told) or 'nothing'}"]
        recorded = told["egress.intent"]["http_request"]["body_length"]
        return [] if recorded == size else [f"{recorded} bytes recorded, {size} left"]

    def _name(self, pseudonym: str) -> str:
        return next((name for name, who in self.subjects.items() if who.is_named(pseudonym)), scenario.UNKNOWN)


async def _subjects(store_url: str, organization: str) -> dict[str, Subject]:
    async with await Store.open(store_url) as store:
        found = {person["name"]: await subjects_of(store, organization, person["id"]) for person in scenario.people()}
    return {name: who for name, known in found.items() for who in known}
