"""Intervals hold their figure, shrink with documents, and are wider where entities of a document stand together."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.evaluation.measures import Estimate, estimate, ratio, resampled, wilson


def share(sums: np.ndarray) -> np.ndarray:
    return ratio(sums[..., 0], sums[..., 1])


def of(pairs: list[tuple[int, int]], seed: int = 1, rounds: int = 400, **kind: bool) -> Estimate:
    counts = np.array(pairs, dtype=float).reshape(-1, 2)
    bearing = int(np.count_nonzero(counts[:, 1]))
    return estimate(share, counts.sum(axis=0), resampled(counts, seed, rounds), bearing, **kind)


def width(found: Estimate) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


documents = st.integers(0, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(documents, max_size=12), st.integers(0, 99))
@settings(deadline=None)
def test_the_interval_holds_the_figure(pairs: list[tuple[int, int]], seed: int) -> None:
    found = of(pairs, seed, 50)
    if found.low is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_draws_follow_from_the_seed() -> None:
    pairs = [(1, 2), (3, 3), (0, 4), (2, 5)]
    assert of(pairs) == of(pairs)
    assert (resampled(np.eye(9), 1, 70).sum(axis=1) == 9).all()


def test_ten_times_the_documents_give_a_much_narrower_interval() -> None:
    chance = random.Random(5)
    pairs = [(sum(chance.random() < 0.8 for _ in range(4)), 4) for _ in range(400)]
    assert width(of(pairs)) < width(of(pairs[:40])) / 2


def test_entities_that_stand_or_fall_together_widen_the_interval() -> None:
    """Taking each of them for a trial of its own would promise three times too much here."""
    chance = random.Random(6)
    pairs = [(10 * (chance.random() < 0.7), 10) for _ in range(60)]
    apart = [(got // 10, 1) for got, _ in pairs for _ in range(10)]
    assert of(pairs).value == of(apart).value
    assert width(of(pairs)) > 2 * width(of(apart))


def test_one_document_gives_a_figure_and_no_interval_and_none_gives_nothing() -> None:
    assert of([(3, 4), (0, 0)]) == Estimate(0.75)
    assert of([(0, 0)]) == Estimate(None)
    assert of([]) == Estimate(None)


@pytest.mark.parametrize("size", [1, 7])
def test_all_protected_is_no_certainty(size: int) -> None:
    """Of 100 documents without a leak follows no more than: at most about four in a hundred leak."""
    found = of([(size, size)] * 100)
    assert found.value == found.high == 1
    assert found.low == pytest.approx(100 / 103.84, abs=1e-3)
    assert of([(0, size)] * 100).high == pytest.approx(3.84 / 103.84, abs=1e-3)


def test_a_ratio_that_is_nothing_or_infinite_has_no_interval() -> None:
    assert of([(0, 3), (0, 4)], share=False) == Estimate(0.0)
    counts = np.array([[1.0, 0.0], [2.0, 0.0]])
    assert estimate(share, counts.sum(axis=0), resampled(counts, 1, 50), 2, share=False) == Estimate(float("inf"))


def test_a_ratio_that_is_infinite_in_some_draws_is_open_above() -> None:
    found = of([(3, 1), (4, 0), (5, 0)], share=False)
    assert found.value == 12
    counts = np.array([[3.0, 1.0], [4.0, 0.0], [5.0, 0.0]])
    drawn = estimate(share, counts.sum(axis=0), resampled(counts, 1, 400), 3, share=False)
    assert drawn.high == float("inf")
    assert drawn.low < 12


def test_wilson_as_published() -> None:
    """Newcombe 1998, table I: 81 of 263."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
