"""A longer hunt than the tests make: ``python -m fuzz.campaign [--seconds N] [--only PART-OF-A-NAME]`` in ``tests/``.

Feeds every parser damaged samples for N seconds each and prints a line for each: inputs, how many were taken, and each
way in which it broke, with the seed that repeats it.
"""

from __future__ import annotations

import argparse
import time
import traceback
from collections import Counter

from fuzz.mutations import damaged
from fuzz.parsers import PARSERS, Parser

SLOW_SECONDS = 2.0


def hunt(parser: Parser, seconds: float, first: int) -> tuple[int, int, Counter[str], dict[str, tuple[int, str]]]:
    """Inputs, how many were taken, and breaks by their last line with the first seed and trace."""
    broken: Counter[str] = Counter()
    seen: dict[str, tuple[int, str]] = {}
    taken, seed, end = 0, first, time.monotonic() + seconds
    while time.monotonic() < end:
        raw = damaged(parser.samples[seed % len(parser.samples)], seed)
        begun = time.monotonic()
        try:
            taken += parser.take(raw)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the find
            where = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} at {where.name}:{where.lineno}"
            broken[kind] += 1
            seen.setdefault(kind, (seed, "".join(traceback.format_exception(error)[-6:])))
        if time.monotonic() - begun > SLOW_SECONDS:
            broken["slow"] += 1
            seen.setdefault("slow", (seed, f"{len(raw)} bytes took {time.monotonic() - begun:.1f} s\n"))
        seed += 1
    return seed - first, taken, broken, seen


def main() -> None:
    """Hunt, and print what was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=10.0, help="for each parser")
    options.add_argument("--only", default="", help="part of the parsers' names")
    options.add_argument("--first", type=int, default=0, help="the first seed")
    asked = options.parse_args()
    total = 0
    for parser in PARSERS.values():
        if asked.only in parser.name:
            inputs, taken, broken, seen = hunt(parser, asked.seconds, asked.first)
            total += inputs
            print(f"{parser.name:34} {inputs:7} inputs {taken:7} taken {sum(broken.values()):6} broken", flush=True)
            for kind, (seed, trace) in seen.items():
                print(f"  {kind}: {broken[kind]} times, first with seed {seed}\n{trace}")
    print(f"{total} inputs")


if __name__ == "__main__":
    main()
