"""Detection engines, which compute for seconds before they are ready: one of each configuration in a process."""

from __future__ import annotations

from functools import cache

from proxy.detection.engine import Engine
from proxy.settings import Detection

SHIPPED = Detection()


@cache
def engine(detection: Detection = SHIPPED) -> Engine:
    """The engine of these settings, loaded when it is first asked for."""
    return Engine(detection)
