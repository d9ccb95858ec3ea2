"""Metrics of several processes: their sum is what one process would have counted, and never becomes smaller."""

from __future__ import annotations

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from proxy.edge.metrics import Metrics
from proxy.edge.processes.figures import counts, packed, summed, unpacked


def made(refused: int, *, route: str = "summary") -> Metrics:
    metrics = Metrics("1")
    metrics.requests.labels(route, "refused", "consent_denied").inc(refused)
    metrics.in_flight.set(refused)
    metrics.seconds.labels(route).observe(0.2)
    return metrics


def value(families: object, sample: str) -> float:
    return sum(each.value for family in families for each in family.samples if each.name == sample)  # type: ignore[attr-defined]


def test_counters_gauges_and_histograms_are_summed_by_their_labels() -> None:
    one, two = made(2).registry.collect(), made(3, route="compose").registry.collect()
    both = summed([list(one), unpacked(packed(two)), list(made(4).registry.collect())])
    by_route = {
        each.labels["route"]: each.value
        for family in both
        for each in family.samples
        if each.name == "meeting_proxy_requests_total"
    }
    assert by_route == {"summary": 6, "compose": 3}
    assert value(both, "meeting_proxy_requests_in_flight") == 9
    assert value(both, "meeting_proxy_exchange_seconds_count") == 3


def test_what_all_have_in_common_is_told_once() -> None:
    both = summed([list(made(1).registry.collect()), list(made(1).registry.collect())])
    assert value(both, "meeting_proxy_build_info") == 1
    assert value(both, "meeting_proxy_processes") == 1


def test_who_has_ended_leaves_counts_and_nothing_else() -> None:
    left = counts(list(made(5).registry.collect()))
    all_of_them = summed([list(made(1).registry.collect()), left])
    assert value(all_of_them, "meeting_proxy_requests_total") == 6
    assert value(all_of_them, "meeting_proxy_requests_in_flight") == 1


async def test_the_sum_is_an_exposition_that_prometheus_reads() -> None:
    async def others() -> list[object]:
        return [unpacked(packed(made(3, route="compose").registry.collect()))]

    metrics = made(2)
    metrics.join(others)  # type: ignore[arg-type]
    read = list(text_string_to_metric_families((await metrics.whole_exposition()).decode()))
    assert value(read, "meeting_proxy_requests_total") == 5
    assert {each.name for each in read} == {
        each.name for each in text_string_to_metric_families(generate_latest(metrics.registry).decode())
    }
