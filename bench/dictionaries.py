"""Measure what dictionaries cost: time to load, memory, and words per second of detection.

usage: python -m bench.dictionaries [ENTRIES ...]       default: 0 1000 100000

Each size runs in a separate process. "search alone" is the pass that looks for the operator's words, without the rest
of detection. Both are measured on the same made-up transcript, in which one line in seven holds an entry.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from bench.detection import in_blocks, transcript
from proxy.detection.dictionary import WordLists
from proxy.detection.engine import WARM_UP, Engine
from proxy.settings import Detection, Dictionary

SIZES = (0, 1_000, 100_000)
CHARACTERS = 100_000
ROUNDS = 5
_ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr q r s st t tr v w z".split()
_VOWELS = "a e i o u ai ea io ou".split()
_KINDS = "Holdings Systems Labs Group Partners Industries Ltd Logistics".split()


def names(count: int, seed: int = 11) -> list[str]:
    """Return made-up names of customers and projects, of one to three words."""
    chance = random.Random(seed)

    def word() -> str:
        return "".join(chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(chance.randint(2, 3))).title()

    made: dict[str, None] = {}
    while len(made) < count:
        made[
            " ".join([*(word() for _ in range(chance.randint(1, 2))), *chance.sample(_KINDS, chance.randint(0, 1))])
        ] = None
    return list(made)


def best(work: Callable[[], object]) -> float:
    """Return the median over the rounds, in seconds of processor time."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def resident() -> float:
    """Return the peak memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(count: int) -> None:
    """Measure dictionaries of `count` entries and print one row."""
    entries = names(count)
    said = entries[:: max(1, count // 50)][:50] or ["Nobody"]
    lines = transcript(CHARACTERS).split("\n")
    text = "\n".join(f"{line} {said[n % len(said)]}" if n % 7 == 0 else line for n, line in enumerate(lines))
    words = len(text.split())
    base = Engine(Detection())
    base.analyze(WARM_UP)
    before, start = resident(), time.process_time()
    detection = Detection(dictionaries=(Dictionary(kind="CUSTOMER", file="-").with_words(entries),) if count else ())
    lists = WordLists(detection)
    lists.denied(WARM_UP)
    loading, memory = time.process_time() - start, resident() - before
    engine = Engine(detection)
    find = in_blocks(engine)
    find([text])
    detecting, searching = best(lambda: find([text])), best(lambda: lists.denied(text))
    alone = f"{words / searching:>12,.0f}" if count else f"{'-':>12}"
    found = len(lists.denied(text))
    print(f"{count:>9,}{loading:>9.2f}{memory:>9.1f}{words / detecting:>11,.0f}{alone}{found:>9,}", flush=True)


def main() -> None:
    """Print a row for each size, each from a new process, so that the memory is that of one size only."""
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
        return
    print(f"{'entries':>9}{'load s':>9}{'MiB':>9}{'words/s':>11}{'search alone':>12}{'found':>9}", flush=True)
    for size in [int(size) for size in sys.argv[1:]] or SIZES:
        subprocess.run([sys.executable, "-m", "bench.dictionaries", "--one", str(size)], check=True)


if __name__ == "__main__":
    main()
