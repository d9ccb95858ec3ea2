"""Counters for Prometheus. Labels are route names, reason codes and kinds, never a name, an id or a meeting."""

from __future__ import annotations

import platform
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from proxy.audit.acts import Act
from proxy.audit.events import DeliveryProgress, ExchangeFacts, IntentFacts, OutcomeFacts, PersonFacts, RefusalFacts
from proxy.detection.languages.table import tier_of
from proxy.detection.memory import Memory
from proxy.edge.ledger.anchors.anchor import CONTRADICTED, AnchorState
from proxy.edge.ledger.ledger import LedgerHealth
from proxy.edge.ledger.recorder import BROKEN, PASSING
from proxy.edge.processes.figures import Families, summed
from proxy.edge.ship.shipping import ShippingCollector
from proxy.errors import Fault
from proxy.model import Excerpt, Finding, Profile, TextLanguage
from proxy.ports import Detector, Ledger, Permit

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NO_ROUTE = "none"
NAMESPACE = "meeting_proxy"

_QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """All metrics of one process, in a registry of their own."""

    def __init__(self, version: str = "") -> None:
        # A series more for each, which nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._others: Callable[[], Awaitable[Sequence[Families]]] = _no_others
        ProcessCollector(registry=self.registry)  # memory, CPU time and file handles of the main process
        counter = partial(Counter, registry=self.registry, namespace=NAMESPACE)
        gauge = partial(Gauge, registry=self.registry, namespace=NAMESPACE)
        histogram = partial(Histogram, registry=self.registry, namespace=NAMESPACE)
        build = gauge("build_info", "1: the release that runs, and its Python", ("version", "python"))
        build.labels(version, platform.python_version()).set(1)
        self.requests = counter("requests", "Requests by what became of them", ("route", "outcome", "reason"))
        self.sent = counter("utterances_sent", "Utterances that left", ("route",))
        self.withheld = counter("utterances_withheld", "Utterances that stayed", ("route",))
        self.decisions = counter("utterance_decisions", "Utterances by reason of the decision", ("route", "reason"))
        self.unmatched = counter("unmatched_labels", "Labels of speakers that are nobody's on the roster", ("route",))
        self.objections = counter("spoken_refusals", "People who said no aloud, with a grant on file", ("route",))
        self.removed = counter("findings_removed", "Findings replaced or removed, by kind", ("route", "kind"))
        self.kept = counter("findings_kept", "Findings knowingly sent, by kind", ("route", "kind"))
        self.words = counter("words_sent", "Words that left, by language", ("route", "language", "tier"))
        self.restored = counter("pseudonyms_restored", "Pseudonyms restored in replies", ("route",))
        self.bytes = counter("bytes", "Bytes of bodies, by direction", ("route", "direction"))
        self.failures = counter("part_failures", "Failures of a part of the proxy", ("part", "reason"))
        self.seconds = histogram("exchange_seconds", "From intent to outcome", ("route",), buckets=_SLOW)
        self.detection = histogram("detection_seconds", "Detection of one request", buckets=_SLOW)
        self.telling = histogram("language_seconds", "Telling the languages of one request", buckets=_SLOW)
        self.append = histogram("ledger_append_seconds", "Until a record is durable", buckets=_QUICK)
        self.unpermitted = counter("ledger_refused", "Requests that were to leave and got no permit", ("reason",))
        self.acts = counter("acts_recorded", "Acts of operators that the ledger took", ("event",))
        self.acts_waiting = gauge("acts_waiting", "Acts of operators that wait in the store for a ledger")
        self.acts_oldest = gauge("acts_oldest_seconds", "Age of the oldest act that waits for a ledger")
        self.reloads = counter("reloads", "Reloads of the settings, by what became of them", ("result",))
        self.processes = gauge("processes", "Processes of this proxy, by whether they serve", ("state",))
        self.processes.labels("serving").set(1)
        self.processes.labels("missing").set(0)
        self.processes_ended = counter("processes_ended", "Processes that ended by themselves and were replaced")
        self.in_flight = gauge("requests_in_flight", "Requests under way")
        self.turns_waiting = gauge("turns_waiting", "Requests that wait for their turn to be planned")
        self.turn_waits = histogram("turn_wait_seconds", "Until a request had its turn", buckets=_SLOW)
        self.shipping = ShippingCollector(NAMESPACE)
        self.registry.register(self.shipping)

    def watch(self, health: Callable[[], LedgerHealth], anchors: Sequence[AnchorState]) -> None:
        """Show how the ledger and its anchors are, as asked for each exposition."""
        self.registry.register(_LedgerState(health, anchors))

    def remember(self, in_force: Callable[[], Memory]) -> None:
        """Show how the memory of findings that is `in_force` is used, as asked for each exposition."""
        self.registry.register(_MemoryState(in_force))

    def join(self, others: Callable[[], Awaitable[Sequence[Families]]]) -> None:
        """Count in what `others` say that other processes of this proxy have counted."""
        self._others = others

    async def families(self) -> Families:
        """Return all metrics, summed over all processes of this proxy."""
        return summed([list(self.registry.collect()), *await self._others()])

    def exposition(self) -> bytes:
        """Return the metrics of this process in Prometheus' text format."""
        return generate_latest(self.registry)

    async def whole_exposition(self) -> bytes:
        """Return all metrics, summed over all processes of this proxy, in Prometheus' text format."""
        return generate_latest(_Collected(await self.families()))

    @contextmanager
    def flight(self) -> Iterator[None]:
        """Count a request as under way."""
        with self.in_flight.track_inprogress():
            yield

    @contextmanager
    def timed(self, part: str, histogram: Histogram) -> Iterator[None]:
        """Time a part, and count its failures by reason code."""
        began = time.perf_counter()
        try:
            yield
        except Fault as fault:
            self.failures.labels(part, fault.reason).inc()
            raise
        except Exception:
            self.failures.labels(part, "unexpected").inc()
            raise
        finally:
            histogram.observe(time.perf_counter() - began)

    def count_decisions(self, route: str, people: Sequence[PersonFacts]) -> None:
        """Count utterances by the reason of their decision, for all people together."""
        for person in people:
            for reason, count in person.reasons.items():
                self.decisions.labels(route, reason).inc(count)


async def _no_others() -> Sequence[Families]:
    return ()


class _Collected(Collector):
    """Metrics that were collected already."""

    def __init__(self, families: Families) -> None:
        self._families = families

    def collect(self) -> Families:
        """Return them."""
        return self._families


class _LedgerState(Collector):
    """How the ledger is at the moment of an exposition."""

    def __init__(self, health: Callable[[], LedgerHealth], anchors: Sequence[AnchorState]) -> None:
        self._health, self._anchors = health, anchors

    def collect(self) -> Iterator[Metric]:
        """Return the metrics, named as all others are."""
        health, name = self._health(), f"{NAMESPACE}_ledger"
        trouble = GaugeMetricFamily(
            f"{name}_trouble", "1: what keeps the ledger from taking records", labels=["reason"]
        )
        for reason in sorted({*PASSING, BROKEN, *CONTRADICTED}):
            trouble.add_metric([reason], float(reason == health.reason))
        yield trouble
        if health.free_bytes is not None:
            yield GaugeMetricFamily(f"{name}_free_bytes", "Room on the ledger's file system", health.free_bytes)
        yield GaugeMetricFamily(f"{name}_unwritten_refusals", "Refusals still to be recorded", health.unwritten)
        yield CounterMetricFamily(f"{name}_sync_failures", "Failed syncs of the ledger", health.sync_failures)
        kept = GaugeMetricFamily(f"{name}_anchored_records", "Records that an anchor vouches for", labels=["anchor"])
        waits = GaugeMetricFamily(
            f"{name}_unanchored_seconds", "For how long a checkpoint waits for an anchor", labels=["anchor"]
        )
        late = GaugeMetricFamily(
            f"{name}_anchor_late_seconds", "By how much an anchor is later than its interval allows", labels=["anchor"]
        )
        failed = CounterMetricFamily(f"{name}_anchor_failures", "Failures of an anchor", labels=["anchor"])
        now = time.monotonic()
        for state in self._anchors:
            labels = [state.anchor.name]
            kept.add_metric(labels, max(state.size, 0))
            waits.add_metric(labels, state.unanchored(now))
            late.add_metric(labels, state.late(now))
            failed.add_metric(labels, state.failures)
        yield from (kept, waits, late, failed)


class WholeLedger(Ledger, Protocol):
    """A ledger that takes acts of operators as well, and outcomes of what other processes had in hand."""

    async def tell(self, act: Act) -> None:
        """Record what an operator did; durable on return."""

    async def close_off(self, exchange: str, delivered: DeliveryProgress, reason: str) -> None:
        """Record an outcome of every intent of an exchange that has none."""


class MeteredLedger:
    """A ledger that counts what it records."""

    def __init__(self, ledger: WholeLedger, metrics: Metrics) -> None:
        self._ledger, self._metrics = ledger, metrics

    async def begin(self, intent: IntentFacts) -> Permit:
        """As `Ledger.begin`."""
        metrics, route = self._metrics, intent.exchange.route or NO_ROUTE
        try:
            with metrics.timed("ledger", metrics.append):
                permit = await self._ledger.begin(intent)
        except Fault as fault:
            metrics.unpermitted.labels(fault.reason).inc()
            raise
        metrics.count_decisions(route, intent.people)
        metrics.sent.labels(route).inc(sum(person.sent_utterances for person in intent.people))
        metrics.withheld.labels(route).inc(sum(person.withheld_utterances for person in intent.people))
        metrics.bytes.labels(route, "sent").inc(intent.body_bytes)
        for language, count in intent.languages.items():
            metrics.words.labels(route, language, tier_of(language).value).inc(count)
        for counter, kinds in ((metrics.removed, intent.removed), (metrics.kept, intent.kept)):
            for kind, count in kinds.items():
                counter.labels(route, kind).inc(count)
        return permit

    async def finish(self, outcome: OutcomeFacts) -> None:
        """As `Ledger.finish`."""
        metrics, route = self._metrics, outcome.exchange.route or NO_ROUTE
        metrics.requests.labels(route, outcome.delivered.value, outcome.reason or "").inc()
        metrics.bytes.labels(route, "received").inc(outcome.bytes_received)
        metrics.bytes.labels(route, "delivered").inc(outcome.bytes_delivered)
        metrics.restored.labels(route).inc(outcome.restored)
        metrics.seconds.labels(route).observe(outcome.duration_ms / 1000)
        with metrics.timed("ledger", metrics.append):
            await self._ledger.finish(outcome)

    async def refuse(self, refusal: RefusalFacts) -> None:
        """As `Ledger.refuse`."""
        metrics, route = self._metrics, refusal.exchange.route or NO_ROUTE
        metrics.requests.labels(route, "refused", refusal.reason).inc(refusal.count)
        metrics.count_decisions(route, refusal.people)
        stayed = (person.sent_utterances + person.withheld_utterances for person in refusal.people)
        metrics.withheld.labels(route).inc(sum(stayed))
        with metrics.timed("ledger", metrics.append):
            await self._ledger.refuse(refusal)

    async def tell(self, act: Act) -> None:
        """As `WholeLedger.tell`."""
        with self._metrics.timed("ledger", self._metrics.append):
            await self._ledger.tell(act)
        self._metrics.acts.labels(act.code).inc()

    async def close_off(self, exchange: ExchangeFacts, delivered: DeliveryProgress, reason: str) -> None:
        """As `WholeLedger.close_off`."""
        self._metrics.requests.labels(exchange.route or NO_ROUTE, delivered.value, reason).inc()
        with self._metrics.timed("ledger", self._metrics.append):
            await self._ledger.close_off(exchange.exchange, delivered, reason)


class _MemoryState(Collector):
    """How the memory of findings is at the moment of an exposition."""

    def __init__(self, in_force: Callable[[], Memory]) -> None:
        self._in_force = in_force

    def collect(self) -> Iterator[Metric]:
        """Return the metrics, named as all others are."""
        usage, name = self._in_force().usage, f"{NAMESPACE}_remembered"
        lookups = CounterMetricFamily(f"{name}_lookups", "Texts that were found in earlier requests", labels=["result"])
        lookups.add_metric(["hit"], usage.hits)
        lookups.add_metric(["miss"], usage.misses)
        yield lookups
        yield GaugeMetricFamily(f"{name}_entries", "Texts of which findings are remembered", usage.entries)
        yield GaugeMetricFamily(f"{name}_bytes", "What they take in memory, about", usage.bytes)


class MeteredDetector:
    """A detector that is timed."""

    def __init__(self, detector: Detector, metrics: Metrics) -> None:
        self._detector, self._metrics = detector, metrics

    async def find(self, excerpts: Sequence[Excerpt], profile: Profile) -> list[list[Finding]]:
        """As `Detector.find`."""
        with self._metrics.timed("detector", self._metrics.detection):
            return await self._detector.find(excerpts, profile)

    async def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """As `Detector.tell`."""
        with self._metrics.timed("detector", self._metrics.telling):
            return await self._detector.tell(texts, expected)
