"""How many cores this process may use: what it is bound to, and what a container allows it."""

from __future__ import annotations

import math
import os
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")


def usable(cgroups: Path = CGROUPS) -> int:
    """The number of cores, at least one."""
    affinity = getattr(os, "sched_getaffinity", None)
    bound = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    allowed = _allowed(cgroups)
    return bound if allowed is None else max(1, min(bound, math.ceil(allowed)))


def _allowed(cgroups: Path) -> float | None:
    """The processor's time that the control group has, in cores; None for any. Version 2 has one file for it."""
    try:
        quota, period = (cgroups / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota, period = ((cgroups / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
        except OSError:
            return None
    try:
        cores = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):  # "max"
        return None
    return cores if cores > 0 else None
