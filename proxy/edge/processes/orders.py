"""What the first process has a sibling serve by: the settings, with the content of their files, and shared detection.

They are pickled, since that loses nothing. They go one way: a sibling takes them from the process that started it.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from proxy.detection.memory import Memory
from proxy.settings import Settings


@dataclass(frozen=True, slots=True)
class Orders:
    """One snapshot of the settings. `detection` is the number of what finds under them, `key` that of its memory."""

    settings: Settings
    processes: int
    detection: int
    key: bytes

    @classmethod
    def of(cls, settings: Settings, processes: int, detection: int, memory: Memory) -> Orders:
        """The orders to serve under these settings as one of so many processes."""
        return cls(settings, processes, detection, memory.key)

    def packed(self) -> bytes:
        """These orders as bytes."""
        written = io.BytesIO()
        pickler = pickle.Pickler(written)
        pickler.dispatch_table = {MappingProxyType: lambda found: (_proxied, (dict(found),))}
        pickler.dump(self)
        return written.getvalue()


def unpacked(packed: bytes) -> Orders:
    """The orders that `packed` packed: of the process that started this one, never of anybody else."""
    orders: Orders = pickle.loads(packed)  # noqa: S301
    return orders


def _proxied(found: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(found)
