"""Rank correlation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from operator import mul


def average_ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, from 1; equal values share the mean of their ranks."""
    counts = Counter(values)
    rank_of: dict[float, float] = {}
    before = 0
    for value in sorted(counts):
        rank_of[value] = before + (counts[value] + 1) / 2
        before += counts[value]
    return [rank_of[value] for value in values]


def spearman(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation, -1 to 1: Pearson's of the average ranks, so that ties are right.

    None if there are fewer than two pairs, or all values of one side are equal.
    """
    if len(xs) != len(ys):
        raise ValueError("as many values on one side as on the other")
    n = len(xs)
    # Twice a rank is whole, so the sums are exact.
    first = [int(2 * rank) for rank in average_ranks(xs)]
    second = [int(2 * rank) for rank in average_ranks(ys)]
    total = n * (n + 1)
    spread = (n * sum(map(mul, first, first)) - total**2) * (n * sum(map(mul, second, second)) - total**2)
    if n < 2 or spread == 0:
        return None
    together = n * sum(map(mul, first, second)) - total**2
    return max(-1.0, min(1.0, float(together / math.sqrt(spread))))
