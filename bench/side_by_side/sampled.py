"""Run the proxy's command line and note, by the processor's time of its process, in which part of it that was spent.

``python -m bench.side_by_side.sampled COUNTS.json serve --config …`` writes the counts at its end. Every `INTERVAL` of
processor time the stack is looked at once: the innermost of its modules that is a part of `PARTS` is counted.
"""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

INTERVAL = 0.002
"""Seconds of processor time between two looks."""

PARTS = {
    "HTTP": ("proxy.edge.http", "aiohttp"),
    "the shape of request and reply": ("proxy.dialects", "proxy.json_source", "proxy.steps.delivery"),
    "consent: records and decisions": (
        "proxy.consent", "proxy.steps.consultation", "proxy.steps.outcome", "proxy.steps.partition",
        "proxy.edge.store", "proxy.edge.consent_watch", "sqlalchemy", "aiosqlite",
    ),
    "detection: what the workers are asked": (
        "proxy.detection", "proxy.edge.detection", "proxy.edge.kept", "proxy.steps.languages",
        "proxy.steps.remembering",
    ),
    "redaction": ("proxy.redaction",),
    "last check, headers": ("proxy.egress",),
    "ledger: records and signatures": ("proxy.audit", "proxy.edge.ledger"),
    "who said what: formats and attribution": ("proxy.formats", "proxy.attribution", "proxy.meetings", "proxy.steps"),
}  # fmt: skip
"""The parts of a request's way, and the modules whose names begin so."""
OTHER = "all else"

_RESTING = {
    "concurrent.futures.thread:_worker",
    "aiosqlite.core:_connection_worker_thread",
    "proxy.edge.ledger.writer:_gather",
}
"""Where threads wait for work, beside what is in `threading` and `queue`."""


def part(frame: FrameType | None) -> str:
    """Return the part that the innermost known module of a stack belongs to."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        for name, beginnings in PARTS.items():
            if module.startswith(beginnings):
                return name
        frame = frame.f_back
    return OTHER


def at_work(main: FrameType | None) -> str:
    """Return the part that the main thread works at or, while that waits, another one of the threads that does not."""
    found = part(main)
    if found != OTHER:
        return found
    others = (part(frame) for frame in sys._current_frames().values() if not _rests(frame))
    return next((each for each in others if each != OTHER), OTHER)


def _rests(frame: FrameType) -> bool:
    module = frame.f_globals.get("__name__", "")
    return module in ("threading", "queue") or f"{module}:{frame.f_code.co_name}" in _RESTING


def main() -> None:
    """Run the command line under observation. A signal of kind USR1 begins the count anew."""
    from proxy.cli.main import main as run  # noqa: PLC0415

    counts: Counter[str] = Counter()
    file = Path(sys.argv.pop(1))
    signal.signal(signal.SIGPROF, lambda _, frame: counts.update((at_work(frame),)))
    signal.signal(signal.SIGUSR1, lambda *_: counts.clear())
    signal.siginterrupt(signal.SIGPROF, False)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    try:
        run()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        file.write_text(json.dumps(counts), encoding="utf-8")


if __name__ == "__main__":
    main()
