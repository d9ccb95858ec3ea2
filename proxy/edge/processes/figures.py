"""Metrics of several processes, as plain values between them, and their sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson
from prometheus_client import Metric

Families = Sequence[Metric]
"""Metrics with their samples, as a registry collects them."""

_ALIKE = frozenset(
    {"meeting_proxy_build_info", "meeting_proxy_processes", "process_start_time_seconds", "process_max_fds"}
)
"""What the processes of one proxy have in common, or what the first one alone knows: a sum would say nothing."""
_GROWS = frozenset({"counter", "histogram"})


def packed(families: Iterable[Metric]) -> bytes:
    """Metrics as JSON."""
    told = [[f.name, f.documentation, f.type, [[s.name, s.labels, s.value] for s in f.samples]] for f in families]
    return orjson.dumps(told)


def unpacked(content: bytes) -> Families:
    """The metrics that `packed` packed. Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
    found = []
    for name, documentation, kind, samples in orjson.loads(content):
        family = Metric(name, documentation, kind)
        for sample, labels, value in samples:
            family.add_sample(sample, labels, value)
        found.append(family)
    return found


def counts(families: Families) -> Families:
    """What only ever grows: a process that ended leaves it behind, so that no sum becomes smaller."""
    return [family for family in families if family.type in _GROWS and family.name not in _ALIKE]


def summed(processes: Sequence[Families]) -> Families:
    """The sum of the metrics of several processes; the first one's of what all have in common."""
    first, *others = processes
    if not others:
        return first
    values: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    merged: dict[str, Metric] = {}
    for number, families in enumerate(processes):
        for family in families:
            if number and family.name in _ALIKE:
                continue
            into = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                key = sample.name, tuple(sorted(sample.labels.items()))
                if key not in values:
                    into.add_sample(sample.name, sample.labels, 0.0)
                values[key] = values.get(key, 0.0) + sample.value
    for family in merged.values():
        family.samples = [
            sample._replace(value=values[sample.name, tuple(sorted(sample.labels.items()))])
            for sample in family.samples
        ]
    return list(merged.values())
