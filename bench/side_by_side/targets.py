"""What is measured: an address that takes chat requests, and the processes behind it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

PREFIX = "/v1/chat/completions"


@dataclass(frozen=True)
class Place:
    """Where a target runs: a directory of its own, the recipient's address, and the Python of the peers' libraries."""

    directory: Path
    recipient: str
    python: Path


@dataclass(frozen=True)
class Target:
    """One of those that are measured. `about` is its release and how it is set up, for the page."""

    name: str
    about: str
    address: str
    key: str
    leaders: tuple[int, ...]
    """Processes that, with their descendants, are the target's."""
    protects: bool = True
    """Whether it replaces personal data; what does not is there to show what protection costs."""
    summary: str = PREFIX
    compose: str = PREFIX


Start = Callable[[Place], AbstractContextManager[Target]]
"""Starts a target and ends it. Raises `Absent` where it cannot be had here."""
