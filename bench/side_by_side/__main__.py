"""Measure the proxy beside its peers, on this machine and loopback alone, and write docs/performance.md.

``make bench`` measures all (about a quarter of an hour); ``make bench QUICK=1`` takes about two minutes and writes the
page to ``build/performance.md`` instead. What is not installed or does not start is named on the page, with the reason.
Reads ``/proc`` (Linux).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.ports import free_port
from bench.side_by_side import growth, page, plot, sizing
from bench.side_by_side.cases import CASES, Counts
from bench.side_by_side.ours import NAME, ROOT, cores, serving
from bench.side_by_side.peers import PEERS
from bench.side_by_side.processes import Absent, answering, started
from bench.side_by_side.rounds import Extent, measured
from bench.side_by_side.steps import by_step
from bench.side_by_side.targets import Place, Start, Target

PAGE = ROOT / "docs" / "performance.md"
IMAGES = "images"
_BUSY = 0.5
"""Load average above which the machine counts as busy with something else."""


@dataclass(frozen=True)
class Effort:
    """How much is measured: in rounds beside the peers, and of the proxy alone."""

    rounds: Extent
    alone: growth.Extent
    sizing: sizing.Extent
    steps: int
    """How many transcripts are looked at by step."""


FULL = Effort(Extent(7, 900, Counts()), growth.Extent(), sizing.Extent(), 40)
QUICK = Effort(
    Extent(2, 15, Counts(alone=3, at_once=8, composed=32, resent=3, streamed=3)),
    growth.Extent(minutes=(10, 60), people=(1, 100, 500), times=1),
    sizing.Extent(times=2),
    steps=10,
)


@contextlib.contextmanager
def recipient(directory: Path) -> Iterator[Target]:
    """Run the recipient."""
    port = free_port()
    command = [sys.executable, "-m", "bench.side_by_side.recipient", str(port)]
    with started("recipient", command, directory, {"PYTHONPATH": str(ROOT)}) as process:
        answering("recipient", process, f"http://127.0.0.1:{port}/seen", directory)
        yield Target("recipient", "", f"http://127.0.0.1:{port}", "none", (process.pid,), protects=False)


def run(directory: Path, peers: Mapping[str, Start], python: Path, effort: Effort, seed: int) -> page.Results:
    """Measure everything. Whatever was started has ended when this returns or raises."""
    absent: dict[str, str] = {}
    load = os.getloadavg()[0]
    with contextlib.ExitStack() as stack:
        stub = stack.enter_context(recipient(directory))
        place = Place(directory, stub.address, python)
        with contextlib.ExitStack() as beside:
            targets = [beside.enter_context(serving(_own(place, NAME)))]
            for name, start in peers.items():
                print(f"starting {name} ...", file=sys.stderr)
                try:
                    targets.append(beside.enter_context(start(_own(place, name))))
                except Absent as reason:
                    absent[name] = str(reason)
            figures = measured(targets, stub, effort.rounds, seed)
        alone = _own(place, "alone")
        ours = stack.enter_context(serving(alone))
        length = growth.over_length(ours, effort.alone, seed)
        roster = growth.over_roster(ours, alone.directory, effort.alone, seed)
        size = sizing.sized(ours, stub, cores(), effort.sizing, seed)
        spent = by_step(_own(place, "steps"), effort.steps, seed)
    return page.Results(cores(), targets, figures, length, roster, spent, size, load, absent)


def _own(place: Place, name: str) -> Place:
    directory = place.directory / name.replace(" ", "-")
    directory.mkdir()
    return replace(place, directory=directory)


def plots(results: page.Results) -> dict[str, str]:
    """Return the plots of the page by their names."""
    protecting = [target.name for target in results.targets if target.protects]
    rows: dict[str, dict[str, float]] = {}
    for case in CASES:
        found = {name: results.figures.figure(case, name) for name in protecting}
        better = "more" if case.more_is_better else "less"
        title = f"{case.title}, {case.unit} ({better} is better)"
        rows[title] = {name: value for name, value in found.items() if value is not None}
    length = [(each.size, each.seconds) for each in results.length]
    return {
        "performance.svg": plot.bars("Those that protect, side by side", rows),
        "performance-length.svg": plot.line("A meeting of growing length, sent whole", length, "words", "seconds"),
    }


def main(arguments: Sequence[str]) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m bench.side_by_side", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes; the page goes to build/")
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-bench" / "bin" / "python", metavar="PYTHON")
    parser.add_argument(
        "--page", type=Path, metavar="PAGE.md", help=f"default: {PAGE.relative_to(ROOT)}, quick: build/"
    )
    parser.add_argument(
        "--seed", type=int, default=int(time.time()) % 100_000, help="of the speech; default: a new one"
    )
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if os.getloadavg()[0] > _BUSY:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): only ratios mean anything.", file=sys.stderr)
    text = PAGE.read_text(encoding="utf-8")
    page.written(text, dict.fromkeys(page.SECTIONS, ""))
    try:
        with tempfile.TemporaryDirectory() as directory:
            results = run(Path(directory), PEERS, options.peers, QUICK if options.quick else FULL, options.seed)
    except KeyboardInterrupt:
        print("Stopped: all that was started has ended, and nothing was written.", file=sys.stderr)
        return 130
    file = options.page or (ROOT / "build" / PAGE.name if options.quick else PAGE)
    images = file.parent / IMAGES
    images.mkdir(parents=True, exist_ok=True)
    file.write_text(page.written(text, page.sections(results)), encoding="utf-8")
    for name, drawn in plots(results).items():
        (images / name).write_text(drawn, encoding="utf-8")
    print(page.table(results))
    print(f"Written: {file}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
