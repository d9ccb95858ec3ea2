"""Intervals of 95 % for ratios of sums, clustered by document.

Entities of one document stand or fall together: one name that detection does not know leaks each time it is said. So
whole documents are drawn, with replacement, and the ratio is taken of each draw's sums (Efron and Tibshirani, *An
Introduction to the Bootstrap*, chapters 8 and 13: percentiles). The draws follow from the seed alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""From sums, their fields along the last axis, to the figure; NaN where it is undefined."""

ROUNDS = 1000
CONFIDENCE = 0.95
_Z = 1.959963984540054
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, None where it is undefined, and its interval, None where fewer than two documents bear on it."""

    value: float | None
    low: float | None = None
    high: float | None = None


def resampled(counts: Array, seed: int, rounds: int = ROUNDS) -> Array:
    """Sums over documents (the first axis of `counts`) in `rounds` draws of as many documents as there are."""
    documents = len(counts)
    drawn = np.zeros((rounds, *counts.shape[1:]))
    if documents:
        generator = np.random.default_rng(seed)
        for first in range(0, rounds, _AT_ONCE):
            some = min(_AT_ONCE, rounds - first)
            weights = generator.multinomial(documents, np.full(documents, 1 / documents), size=some)
            drawn[first : first + some] = np.tensordot(weights.astype(np.float64), counts, axes=(1, 0))
    return drawn


def estimate(statistic: Statistic, sums: Array, drawn: Array, documents: int, *, share: bool = True) -> Estimate:
    """The statistic of `sums`, with the interval that the draws give it.

    `documents` is how many bear on it. A share of which nothing, or everything, was seen has draws that are all
    alike; its interval is Wilson's with a document as one trial (about four divided by their number: the rule of
    three, two-sided). Another ratio that is nothing or infinite gets none. Draws in which the figure is undefined are
    passed over. The interval always holds the figure.
    """
    value = float(statistic(sums))
    if np.isnan(value):
        return Estimate(None)
    if documents < 2 or (not share and value in (0.0, np.inf)):
        return Estimate(value)
    if share and value in (0.0, 1.0):
        low, high = wilson(value * documents, documents)
        return Estimate(value, low, high)
    figures = statistic(drawn)
    figures = figures[~np.isnan(figures)]
    tail = (1 - CONFIDENCE) / 2
    # Order statistics instead of interpolation: a ratio may be infinite in some draws.
    low, high = np.quantile(figures, (tail, 1 - tail), method="inverted_cdf") if len(figures) else (value, value)
    return Estimate(value, min(float(low), value), max(float(high), value))


def wilson(successes: float, trials: int) -> tuple[float, float]:
    """Wilson's interval of a share of independent trials (1927)."""
    share, spread = successes / trials, _Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def ratio(above: Array, below: Array) -> Array:
    """The quotient; NaN for 0/0, infinite for n/0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.true_divide(above, below))
