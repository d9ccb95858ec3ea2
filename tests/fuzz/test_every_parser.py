"""Every parser of what comes from outside takes it or refuses it in the one way that it may, whole or byte by byte."""

from __future__ import annotations

from itertools import islice

import pytest
from fuzz.mutations import CASES, HOSTILE_TEXTS, at_every_byte, damaged
from fuzz.parsers import PARSERS

from proxy import formats
from proxy.dialects import DIALECTS
from proxy.settings import DIALECTS as NAMES_OF_DIALECTS
from proxy.settings.profiles import SHIPPED

MOST_PLACES = 8 * CASES
"""Places of a sample that are tried, evenly over it; all of them where a campaign asks for more cases."""
SAMPLES = [(parser.name, number) for parser in PARSERS.values() for number in range(len(parser.samples))]


def test_no_dialect_and_no_format_is_left_out() -> None:
    names = {name.partition(",")[0] for name in PARSERS}
    readers = {read.__module__.rpartition(".")[2] for read in formats.READERS}

    assert {f"dialect {name}" for name in (*NAMES_OF_DIALECTS, *DIALECTS)} <= names
    assert {f"format {name}" for name in (*readers, "vcon", "graph", "embedded")} <= names
    assert {f"layout {name}" for name in SHIPPED} <= names


@pytest.mark.parametrize(("name", "number"), SAMPLES)
def test_the_samples_are_taken(name: str, number: int) -> None:
    """Else damage would never get past the first check."""
    assert PARSERS[name].take(PARSERS[name].samples[number])


@pytest.mark.parametrize(("name", "number"), SAMPLES)
def test_damage_is_taken_or_refused(name: str, number: int) -> None:
    parser = PARSERS[name]
    for seed in range(max(1, CASES // len(parser.samples))):
        _take(name, damaged(parser.samples[number], seed), f"seed {seed}")


@pytest.mark.parametrize(("name", "number"), SAMPLES)
def test_a_sample_that_is_cut_or_changed_at_a_byte_is_taken_or_refused(name: str, number: int) -> None:
    """At every byte of a short sample; of a long one at so many places that all tests end soon."""
    parser = PARSERS[name]
    sample = parser.samples[number]
    step = -(-2 * len(sample) * len(parser.samples) // MOST_PLACES) | 1
    for place, raw in enumerate(islice(at_every_byte(sample), 0, None, step)):
        _take(name, raw, f"place {place * step}")


@pytest.mark.parametrize("name", PARSERS)
def test_hostile_texts_alone_are_taken_or_refused(name: str) -> None:
    depth = 200 if name.startswith(("format", "layout")) else 3_000  # every bracket is looked behind there, 32 deep
    for text in ("", *HOSTILE_TEXTS, "[" * depth, '{"a":' * depth, "- !!bool x", "- !!timestamp x", "a: !!int ''"):
        _take(name, text.encode("utf-8", "surrogatepass"), repr(text[:20]))


def _take(name: str, raw: bytes, which: str) -> None:
    try:
        PARSERS[name].take(raw)
    except Exception as error:
        raise AssertionError(f"{name} with {which} broke: {raw[:300]!r}") from error
