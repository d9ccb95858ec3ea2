"""What the console shows: the parts of a generation, and those that stay while the process runs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Counter as Counted

from proxy.desk.ports import PastExchanges
from proxy.edge.admin.health import Loaded
from proxy.edge.exchange_log import Ended
from proxy.edge.ledger.anchors.anchor import AnchorState
from proxy.edge.ledger.ledger import LedgerHealth
from proxy.edge.metrics import Metrics
from proxy.edge.processes.figures import Families
from proxy.edge.store.store import Store
from proxy.model import Inbound
from proxy.planning import Planned
from proxy.settings import Settings
from proxy.steps.call import Call

Plan = Callable[[Settings, Inbound, str | None, Call], Awaitable[Planned]]
"""Plans a request for a meeting as if a client had sent it, under these settings. Sends and records nothing."""


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What pages are made of under one snapshot of the settings."""

    settings: Settings
    store: Store
    past: PastExchanges
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Watched:
    """What goes on in the process, whatever the settings."""

    metrics: Metrics
    recent: Sequence[Ended]
    """The last exchanges, oldest first."""
    health: Callable[[], LedgerHealth]
    anchors: Sequence[AnchorState]
    loaded: Callable[[], Loaded]
    shipping: Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class AnchorShown:
    """How far an anchor has come, for people."""

    name: str
    records: int | None
    late_seconds: int
    failures: int
    contradicts: bool


def anchors_shown(watched: Watched) -> list[AnchorShown]:
    """The anchors as of now."""
    now = time.monotonic()
    return [
        AnchorShown(
            each.anchor.name, each.size if each.size >= 0 else None, int(each.late(now)), each.failures, each.lost
        )
        for each in watched.anchors
    ]


def counted(families: Families, counter: Counted, *labels: str) -> Counter[tuple[str, ...]]:
    """The values of a counter among collected metrics, summed over all labels but these, largest first."""
    found: Counter[tuple[str, ...]] = Counter()
    names = {described.name for described in counter.describe()}
    for family in families:
        for sample in family.samples if family.name in names else ():
            if sample.name.endswith("_total") and sample.value:
                found[tuple(sample.labels[label] for label in labels)] += int(sample.value)
    return Counter(dict(found.most_common()))
